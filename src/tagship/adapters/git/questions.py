"""The words of what git is asked most, and where references stand: nothing here loads anything."""

import os
from collections.abc import Mapping
from types import MappingProxyType

HEADS, TAGS, REMOTES = "refs/heads/", "refs/tags/", "refs/remotes/"

READING: Mapping[str, str] = MappingProxyType(
    {
        # A daemon leaves a socket in the git directory, and a split index is written there whichever index is meant.
        "core.fsmonitor": "false",
        "core.splitIndex": "false",
        "core.untrackedCache": "keep",
        # Hooks run for a copy of the index as well.
        "core.hooksPath": os.devnull,
        # What git shows must be what we parse.
        "core.quotePath": "false",
        "color.ui": "false",
        "status.relativePaths": "false",
        "diff.renameLimit": "2000",
        "diff.relative": "false",
        "diff.suppressBlankEmpty": "false",
    }
)
"""Settings under which git only reads, whatever the user has set."""

PLACE = ("rev-parse", "--is-bare-repository", "--git-common-dir", "--show-toplevel")
CURRENT_BRANCH = ("symbolic-ref", "--quiet", "HEAD")
CONFIGURATION = (
    "config", "--null", "--get-regexp",
    r"^(remote\..*\.(url|promisor|gh-resolved)|branch\..*\.remote|init\.defaultbranch|url\..*\.insteadof|http\.(.*\.)?extraheader)$",
)  # fmt: skip
STATE = (
    "status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty",
)  # fmt: skip
FETCH = (
    "fetch", "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules", "--no-auto-maintenance",
    "--no-write-fetch-head", "--stdin",
)  # fmt: skip
LISTING = ("ls-files", "--cached", "--others", "--exclude-standard", "-z")

_NAME_FORMAT = "%(refname)%00%(symref)"
_TAG_FORMAT = "%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)%00%(creatordate:raw)"


def names_question(*conditions: str) -> tuple[str, ...]:
    """The references that meet conditions, such as a prefix or `--contains=COMMIT`; two fields each."""
    return "for-each-ref", f"--format={_NAME_FORMAT}", *conditions


def tags_question(*prefixes: str) -> tuple[str, ...]:
    """The references below prefixes, with what they are; seven fields each."""
    return "for-each-ref", f"--format={_NAME_FORMAT}%00{_TAG_FORMAT}", *prefixes
