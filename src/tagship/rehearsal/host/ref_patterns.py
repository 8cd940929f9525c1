"""Which references the conditions of a ruleset mean: patterns as GitHub reads them."""

import re
from collections.abc import Mapping
from functools import cache

DEFAULT_BRANCH = "~DEFAULT_BRANCH"
EVERYTHING = "~ALL"


def means(conditions: Mapping[str, object] | None, ref: str, *, branch: str) -> bool:
    """Whether conditions include a reference, by its full name, and do not exclude it; `branch` is the default one."""
    names = (conditions or {}).get("ref_name")
    if not isinstance(names, dict):
        return False
    included, excluded = (
        any(_matches(str(pattern), ref, branch) for pattern in names.get(key) or ()) for key in ("include", "exclude")
    )
    return included and not excluded


def _matches(pattern: str, ref: str, branch: str) -> bool:
    if pattern == DEFAULT_BRANCH:
        return ref == f"refs/heads/{branch}"
    return pattern == EVERYTHING or _expression(pattern).fullmatch(ref) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """What Ruby's File.fnmatch does under FNM_PATHNAME: no star but `**/` goes past a slash."""
    written = ""
    rest = pattern
    while rest:
        if rest.startswith("**/"):
            written, rest = written + "(?:[^/]+/)*", rest[3:]
        elif rest[0] == "*":
            written, rest = written + "[^/]*", rest[1:]
        elif rest[0] == "?":
            written, rest = written + "[^/]", rest[1:]
        elif (group := re.match(r"\[([!^]?)([^\]/]+)\]", rest)) is not None:
            inverted = "^" if group[1] else ""
            ranges = re.escape(group[2]).replace(r"\-", "-")
            written, rest = f"{written}[{inverted}{ranges}]", rest[group.end() :]
        else:
            written, rest = written + re.escape(rest[0]), rest[1:]
    return re.compile(written)
