"""What generated workflows take from elsewhere, as of one day: actions by commit, the runner's image, a Python.

A literal table, so that what a release of tagship pins is reviewed, and what a wheel of it holds needs no reading. Each
commit is the one that the tag beside it stood on, in the action's own repository.
"""

from datetime import date
from types import MappingProxyType

from tagship.domain.adoption import Pin, Pins

CHECKOUT = "actions/checkout"
SETUP_PYTHON = "actions/setup-python"
UPLOAD = "actions/upload-artifact"
DOWNLOAD = "actions/download-artifact"
PYPA_PUBLISH = "pypa/gh-action-pypi-publish"

_ACTIONS = (
    Pin(CHECKOUT, "v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1"),
    Pin(SETUP_PYTHON, "v7.0.0", "5fda3b95a4ea91299a34e894583c3862153e4b97"),
    Pin(UPLOAD, "v7.0.1", "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a"),
    Pin(DOWNLOAD, "v8.0.1", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"),
    Pin(PYPA_PUBLISH, "v1.14.2", "dc37677b2e1c63e2034f94d8a5b11f265b73ba33"),
)

PINS = Pins(
    of=date(2026, 8, 31),
    actions=MappingProxyType({pin.action: pin for pin in _ACTIONS}),
    images=MappingProxyType({}),
    runner="ubuntu-24.04",
    python="3.13",
)
