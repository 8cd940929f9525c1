"""Pull requests and their files, as GitHub's interface tells of them."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from tagship.domain.facts import PullRequest
from tagship.errors import FactUnknown

MOST_PULLS: Final = 200
"""Of a project with more open pull requests nobody expects that each was looked at."""
_BASE64: Final = "base64"


def pull_in(answer: Mapping[str, object]) -> PullRequest:
    """One pull request of a list; raises FactUnknown where it is not described as the interface promises."""
    number, url = answer.get("number"), answer.get("html_url")
    head, base = _part(answer, "head"), _part(answer, "base")
    branch, commit, into = head.get("ref"), head.get("sha"), base.get("ref")
    match number, url, branch, commit, into:
        case int(), str(), str(), str(), str():
            # The repository of a fork may be gone, its commits are not.
            owner = _part(head, "user").get("login")
            return PullRequest(number, url, branch, owner if isinstance(owner, str) else "", commit, into)
        case _:
            raise FactUnknown("the host describes a pull request without its number, branch or commit")


def content_in(answer: object) -> bytes | None:
    """The content of a file; None for a folder, a submodule, or what is too large to be told so."""
    if not isinstance(answer, dict) or answer.get("type") != "file" or answer.get("encoding") != _BASE64:
        return None
    try:
        return base64.b64decode(str(answer.get("content", "")))
    except binascii.Error as broken:
        raise FactUnknown("the host tells the content of a file in no base64") from broken


def _part(answer: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = answer.get(name)
    return part if isinstance(part, dict) else {}
