"""What the public index takes and what it does not, as tables: the state of its server in August 2026.

Format rules hold for every index; limits, platforms and classifiers are this index's own policy.
"""

import re
from types import MappingProxyType

ACCEPTED_METADATA_VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
"""2.0 is refused since it was withdrawn, and 2.6 (PEP 808) until the index learns it."""

LAST_ACCEPTED_BACKEND = MappingProxyType(
    {
        "hatchling": "hatchling<=1.33.0",
        "setuptools": "setuptools<=84.2.1",
        "flit": "flit_core<=4.0.2",
        "poetry-core": "poetry-core<=2.5.0",
        "maturin": "maturin<=1.16.0",
    }
)
"""By what a wheel's `Generator` calls it, the newest release of each backend whose metadata was seen to be accepted."""

MEBIBYTE = 1 << 20
LARGEST_FILE = 100 * MEBIBYTE
"""In bytes; a project may ask for more."""
RATIO_MATTERS_FROM = 64 * MEBIBYTE
"""In bytes, unpacked: smaller archives may be packed as tightly as they like."""
HIGHEST_RATIO = 50
LONGEST_FILENAME = 255 - len(".metadata")
"""In bytes: what a file system holds, less what the index writes beside a wheel."""
LONGEST_SUMMARY = 512
LONGEST_LABEL = 32

NAME = re.compile(r"[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.IGNORECASE | re.ASCII)
"""A project's name, as a whole."""
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
"""What no file name may hold."""

CONTENT_TYPES = ("text/plain", "text/x-rst", "text/markdown")
MARKDOWN_VARIANTS = ("GFM", "CommonMark")
RST = "text/x-rst"
"""How a description is read that names no type, too."""

_APPLE = "x86_64|arm64|intel|i386|fat|fat3|fat64|universal|universal2|ppc|ppc64"
_GLIBC_2014 = "x86_64|i686|aarch64|armv7l|ppc64|ppc64le|s390x"
_LINUX = "x86_64|i686|aarch64|armv7l|ppc64le|s390x|riscv64"
PLATFORM = re.compile(
    "|".join(
        (
            "any",
            "win32|win_amd64|win_arm64|win_ia64",
            r"manylinux(1|2010)_(x86_64|i686)",
            rf"manylinux2014_({_GLIBC_2014})",
            rf"manylinux_\d+_\d+_({_LINUX}|ppc64)",
            rf"musllinux_\d+_\d+_({_LINUX})",
            r"linux_armv[67]l",  # two boards whose systems are alike enough
            rf"macosx_(10_\d+|(1[1-5]|26)_0)_({_APPLE})",  # from 11 on, minor versions tell nothing
            r"ios_\d+_\d+_(arm64|x86_64)_(iphoneos|iphonesimulator)",
            r"android_\d+_(arm64_v8a|armeabi_v7a|x86|x86_64)",
            r"pyemscripten_\d+_\d+_wasm32",  # PEP 783, which replaced the tags of pyodide
        )
    )
)
"""A platform tag of a wheel, as a whole."""

FIELDS_SINCE = MappingProxyType(
    {
        "1.1": ("supported-platform", "download-url", "classifier", "requires", "provides", "obsoletes"),
        "1.2": (
            "maintainer",
            "maintainer-email",
            "requires-dist",
            "requires-python",
            "requires-external",
            "project-url",
            "provides-dist",
            "obsoletes-dist",
        ),
        "2.1": ("description-content-type", "provides-extra"),
        "2.2": ("dynamic",),
        "2.4": ("license-expression", "license-file"),
        "2.5": ("import-name", "import-namespace"),
    }
)
"""By metadata version, the fields that it brought; an index refuses a field that is younger than its metadata."""

PRIVATE = "Private ::"
"""How the classifiers begin that exist to be refused."""


def introduced_in(field: str) -> str:
    """The metadata version that brought a field, whose name is in lower case; 1.0 for what was always there."""
    return next((version for version, fields in FIELDS_SINCE.items() if field in fields), "1.0")
