"""Build plug-ins that take the version from the tag: what shows that one of them is at work."""

from typing import Final

from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.setup_cfg import SetupCfg
from tagship.adapters.backends.setup_py import SetupPy

# Tables of pyproject.toml whose presence alone switches the plug-in on.
_TABLES: Final = ("setuptools_scm", "setuptools-scm", "vcs-versioning", "versioningit", "versioneer")

# Build requirements that do nothing else than take the version from the tag.
_REQUIREMENTS: Final = frozenset(
    {
        "pbr",
        "setuptools-git-versioning",
        "setuptools-scm",
        "vcs-versioning",
        "versioneer",
        "versioningit",
    }
)

# Arguments of setup() by which a plug-in is switched on.
_ARGUMENTS: Final = ("use_scm_version", "pbr", "use_vcs_version", "setuptools_git_versioning", "version_config")

# Modules whose functions compute the version from the tag.
_FUNCTIONS: Final = frozenset({"versioneer", "setuptools_scm", "vcs_versioning", "dunamai", "versioningit"})

TAG_PROVIDERS: Final = (
    "scikit_build_core.metadata.setuptools_scm",
    "setuptools_scm",
    "vcs_versioning",
    "setuptools_git_versioning",
    "versioningit",
    "dunamai",
)
"""Providers of dynamic metadata that take the version from the tag, by the start of their names."""


def setuptools_takes_the_tag(manifest: Manifest, cfg: SetupCfg, setup: SetupPy) -> bool:
    """Whether a setuptools project leaves its version to a plug-in that reads the tag."""
    tool = manifest.toml.table("tool")
    caller = (setup.calls("version") or "").partition(".")[0]
    return (
        any(name in tool for name in _TABLES)
        or manifest.toml.value("tool", "setuptools-git-versioning", "enabled") is True
        or not manifest.build_requires.isdisjoint(_REQUIREMENTS)
        or any(setup.asks_for(name) for name in _ARGUMENTS)
        or caller in _FUNCTIONS
        or cfg.sections.has_section("versioneer")
    )
