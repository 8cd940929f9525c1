"""The open pull requests of the stand-in code host, and the files at their tips."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from tagship.rehearsal.releases import HostRefusal


@dataclass(frozen=True, slots=True)
class StoredPull:
    """A pull request; `files` are those at its tip, by path. It is of a fork where `owner` is another one."""

    number: int
    branch: str
    commit: str
    owner: str = "stand-in"
    base: str = "main"
    state: str = "open"
    files: Mapping[str, bytes] = field(default_factory=dict)


def shown_pulls(pulls: Sequence[StoredPull], state: str, *, api: str, web: str) -> list[object]:
    """The pull requests in a state ("open", "closed" or "all"), the one that was made last first."""
    found = sorted(pulls, key=lambda pull: pull.number, reverse=True)
    return [_shown(pull, api, web) for pull in found if state in {pull.state, "all"}]


def _shown(pull: StoredPull, api: str, web: str) -> object:
    head = {"label": f"{pull.owner}:{pull.branch}", "ref": pull.branch, "sha": pull.commit}
    return {
        "base": {"ref": pull.base},
        "draft": False,
        "head": {**head, "user": {"login": pull.owner}},
        "html_url": f"{web}/pull/{pull.number}",
        "number": pull.number,
        "state": pull.state,
        "title": pull.branch.replace("-", " ").capitalize(),
        "url": f"{api}/pulls/{pull.number}",
    }


def shown_file(pulls: Sequence[StoredPull], commit: str, path: str) -> object:
    """A file at the tip of a pull request; raises HostRefusal where there is none."""
    for pull in pulls:
        if pull.commit == commit and path in pull.files:
            content = pull.files[path]
            return {
                "content": base64.encodebytes(content).decode(),
                "encoding": "base64",
                "name": path.rpartition("/")[2],
                "path": path,
                "size": len(content),
                "type": "file",
            }
    raise HostRefusal(HTTPStatus.NOT_FOUND, "Not Found")
