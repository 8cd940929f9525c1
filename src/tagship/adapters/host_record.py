"""What was set on a host from this clone, kept beside git's own files so that it can be taken back."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from tagship.domain.host_changes import Find, Json, Kept, Look, Planned, Request
from tagship.errors import ConfigError, Edit, InFile

SCHEMA = "tagship-doctor-record/1"
FILE = Path("tagship") / "doctor.json"


class HostRecord:
    """The record in a repository's common git directory; it is no part of any commit."""

    def __init__(self, common_directory: Path) -> None:
        self.path = common_directory / FILE

    def entries(self) -> tuple[Kept, ...]:
        """All that was set from here, oldest first; raises ConfigError for a file that cannot be read."""
        try:
            told = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, RecursionError) as broken:
            raise self._unreadable(str(broken)) from broken
        if not isinstance(told, dict) or told.get("schema") != SCHEMA:
            raise self._unreadable(f"it is none of {SCHEMA}")
        try:
            return tuple(_kept(each) for each in _list(told["entries"]))
        except (KeyError, TypeError, ValueError, AttributeError) as broken:
            raise self._unreadable(f"{type(broken).__name__}: {broken}") from broken

    def write(self, entries: Sequence[Kept]) -> None:
        """Put these in place of what is there, as a whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        told = {"schema": SCHEMA, "entries": [_told(each) for each in entries]}
        beside.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        os.replace(beside, self.path)  # noqa: PTH105 -- the one call that puts a file in another's place everywhere

    def _unreadable(self, why: str) -> ConfigError:
        return ConfigError(
            f"the record of what was set cannot be read: {why}",
            where=InFile(str(self.path)),
            remedy=Edit(f"look at {self.path} and, once nothing of it is needed, delete it"),
        )


def _told(kept: Kept) -> dict[str, object]:
    planned = kept.planned
    find = planned.find
    return {
        "setting": kept.setting,
        "repository": kept.repository,
        "at": kept.at.isoformat(),
        "certain": kept.certain,
        "number": kept.number,
        "request": _request_told(planned.request),
        "undo": _request_told(planned.undo),
        "looks": [{"path": look.path, "values": dict(look.values)} for look in planned.looks],
        "find": None if find is None else {"path": find.path, "under": find.under, "name": find.name},
    }


def _request_told(request: Request) -> dict[str, object]:
    return {"method": request.method, "path": request.path, "body": request.body}


def _kept(told: Mapping[str, object]) -> Kept:
    looks = _list(told["looks"])
    number = told["number"]
    if number is not None and not isinstance(number, int):
        raise ValueError(f"{number!r} is no number")
    find = cast("Mapping[str, str] | None", told["find"])
    planned = Planned(
        _request(told["request"]),
        undo=_request(told["undo"]),
        looks=tuple(Look(_path(look["path"]), cast("Mapping[str, Json]", look["values"])) for look in looks),
        find=None if find is None else Find(_path(find["path"]), find["under"], find["name"]),
    )
    return Kept(
        setting=str(told["setting"]),
        repository=str(told["repository"]),
        planned=planned,
        number=number,
        at=datetime.fromisoformat(str(told["at"])),
        certain=told["certain"] is True,
    )


def _request(told: object) -> Request:
    fields = cast("Mapping[str, Json]", told)
    return Request(str(fields["method"]), _path(fields["path"]), fields["body"])


def _path(told: object) -> str:
    """A path as it was written: what begins otherwise would lead to another host, and the token with it."""
    if not isinstance(told, str) or not told.startswith("/"):
        raise ValueError(f"{told!r} is no path on the host")
    return told


def _list(told: object) -> list[Mapping[str, object]]:
    if not isinstance(told, list):
        raise TypeError("a list is expected")
    return told
