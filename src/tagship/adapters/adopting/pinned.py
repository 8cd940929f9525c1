"""The actions that a project pins itself, in `.tagship/pins.toml`, and newer ones as their repositories have them."""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from packaging.version import Version

from tagship.adapters.github.api import Asked, GitHubApi, as_object, as_objects
from tagship.adapters.http import HttpClient
from tagship.domain.adoption import Pin
from tagship.domain.credential import Secret
from tagship.domain.version import parse_version
from tagship.errors import ConfigError, Edit, FactUnknown, InFile

PATH: Final = ".tagship/pins.toml"
COOLDOWN: Final = timedelta(days=7)
"""How long a release of an action is left to others: what is wrong with it is mostly found by then."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_HEAD = """\
# The actions of the generated workflows, by the commit that each tag stood on that day. Written by
# `tagship init --update-pins`; without this file they are those of the installed tagship.
"""
ON_MAIN: Final = frozenset({"behind", "identical"})
_CONTENTS = "contents=read"


def read_pins(content: bytes) -> tuple[date, Mapping[str, Pin]]:
    """The day and the pins of such a file, by action; raises ConfigError for anything else."""
    try:
        table = tomllib.loads(content.decode("utf-8"))
        day = table.get("of")
        actions = {
            action: Pin(action, str(each["version"]), str(each["commit"]))
            for action, each in table.get("actions", {}).items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _broken() from None
    if not isinstance(day, date) or any(_COMMIT.fullmatch(pin.commit) is None for pin in actions.values()):
        raise _broken()
    return day, actions


def _broken() -> ConfigError:
    return ConfigError(
        f"{PATH} does not hold a day and actions by commit",
        where=InFile(PATH),
        remedy=Edit(f"delete {PATH}, or let `tagship init --update-pins` write it anew"),
    )


def written_pins(day: date, pins: Mapping[str, Pin]) -> bytes:
    """The file that holds these."""
    lines = [_HEAD, f"of = {day.isoformat()}\n"]
    for action, pin in sorted(pins.items()):
        lines.append(f'\n[actions."{action}"]\nversion = "{pin.version}"\ncommit = "{pin.commit}"\n')
    return "".join(lines).encode("utf-8")


class ActionSource(GitHubApi):
    """The repository of one action, asked for its releases and for the commits behind its tags."""

    def newest(self, pin: Pin, now: datetime) -> Pin:
        """The newest final release that is older than the cooldown, at the commit that its tag stands on.

        The commit is looked for on the repository's own branches: one of a fork can be asked for by its name as well.
        Never an older version than the pin's. Raises FactUnknown where the host gives no answer.
        """
        found = self._release(pin, now)
        if found is None:
            return pin
        commit = self._commit_behind(found)
        self._prove_own(commit, found, pin.action)
        return Pin(pin.action, found, commit)

    def _release(self, pin: Pin, now: datetime) -> str | None:
        asked = Asked(f"releases of {pin.action}", _CONTENTS)
        known = parse_version(pin.version) or Version("0")
        best: tuple[Version, str] | None = None
        answer = self._ask("GET", f"{self._repository}/releases?per_page=100", None)
        for release in as_objects(self._expect(answer, asked)):
            tag = str(release.get("tag_name"))
            version = parse_version(tag)
            if release.get("draft") or release.get("prerelease") or version is None or version.is_prerelease:
                continue
            # Tags such as v4 move on; what is pinned is one release.
            if len(version.release) < 3 or version <= known or _moment(release.get("published_at")) > now - COOLDOWN:  # noqa: PLR2004
                continue
            best = max(best or (version, tag), (version, tag))
        return None if best is None else best[1]

    def _commit_behind(self, tag: str) -> str:
        told = as_object(self._get(f"git/ref/tags/{tag}", f"the tag {tag}"))
        target = as_object(told.get("object"))
        for _ in range(_NESTED):
            name = str(target.get("sha"))
            if target.get("type") != "tag":
                if _COMMIT.fullmatch(name) is None:
                    break
                return name
            target = as_object(as_object(self._get(f"git/tags/{name}", f"the tag {tag}")).get("object"))
        raise FactUnknown(f"the tag {tag} leads to no commit")

    def _prove_own(self, commit: str, tag: str, action: str) -> None:
        main = str(as_object(self._get("", "the repository")).get("default_branch"))
        compared = as_object(self._get(f"compare/{main}...{commit}", f"the commit of {tag}"))
        if compared.get("status") in ON_MAIN:
            return
        # Releases are cut on branches of their own as well.
        branches = as_objects(self._get(f"commits/{commit}/branches-where-head", f"the branches of {tag}"))
        if not any(True for _ in branches):
            raise FactUnknown(
                f"{action} {tag} is at {commit[:12]}, which is on no branch of it that could be seen",
                remedy=Edit(f"look at the commit, and write it into {PATH} by hand if it is meant"),
            )

    def _get(self, path: str, what: str) -> object:
        url = f"{self._repository}/{path}".rstrip("/")
        return self._expect(self._ask("GET", url, None), Asked(what, _CONTENTS))


_NESTED = 5
"""Tags of tags that are followed."""


def newer_pins(
    pins: Mapping[str, Pin],
    http: HttpClient,
    token: Secret | None,
    *,
    now: Callable[[], datetime],
    api: str | None = None,
) -> Mapping[str, Pin]:
    """Each action at its newest release past the cooldown; raises FactUnknown where one cannot be asked about."""
    found: dict[str, Pin] = {}
    for action, pin in pins.items():
        owner, _, name = action.partition("/")
        source = (
            ActionSource(http, owner, name, token) if api is None else ActionSource(http, owner, name, token, api=api)
        )
        found[action] = source.newest(pin, now())
    return found


def _moment(value: object) -> datetime:
    """When something was published; what says nothing of it is as new as can be."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
