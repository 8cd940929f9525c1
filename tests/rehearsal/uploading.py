"""What a client sends when it uploads, with anything in it changed, and how to read what it is told."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import TypeAlias

from rehearsal.talking import Answer, Talker
from tagship.rehearsal.index import StandInIndex

Field: TypeAlias = str | tuple[str, bytes, str]
Change: TypeAlias = str | tuple[str, ...] | None
# How the changes name what is no field of the form: the file's part of it.
PART = {"filename": None, "content_type": "application/octet-stream", "field": "content"}


def basic(token: str, user: str = "__token__") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()}


def form_for(path: Path, **changes: Change) -> list[tuple[str, Field]]:
    """The form of an upload; a keyword changes a field, several values repeat it, None leaves it out.

    `filename`, `content_type` and `field` change the part that the file is in.
    """
    content = path.read_bytes()
    name, version = path.name.removesuffix(".tar.gz").removesuffix(".zip").split("-")[:2]
    wheel = path.suffix == ".whl"
    fields: dict[str, Change] = {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.4",
        "name": name.replace("_", "-"),
        "version": version,
        "filetype": "bdist_wheel" if wheel else "sdist",
        "pyversion": "py3" if wheel else "source",
        "sha256_digest": hashlib.sha256(content).hexdigest(),
        **changes,
    }
    part = {key: fields.pop(key, default) for key, default in (PART | {"filename": path.name}).items()}
    form: list[tuple[str, Field]] = []
    for key, value in fields.items():
        form += [(key, each) for each in ((value,) if isinstance(value, str) else value or ())]
    if part["field"] is not None:
        form.append((str(part["field"]), (str(part["filename"]), content, str(part["content_type"]))))
    return form


class Uploader:
    """Uploads files to an index, with its account's token unless another is given."""

    def __init__(self, index: StandInIndex, talk: Talker) -> None:
        self.index = index
        self._talk = talk

    def __call__(self, path: Path, token: str | None = None, /, **changes: Change) -> Answer:
        headers = {"Accept": "application/json"} | basic(token or self.index.token)
        return self._talk.ask("POST", "/legacy/", headers=headers, fields=form_for(path, **changes))

    def probe(self, token: str) -> Answer:
        """What is told to a form that lacks everything."""
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded", **basic(token)}
        return self._talk.ask("POST", "/legacy/", headers=headers, body=b":action=file_upload&protocol_version=1")


def said(answer: Answer) -> str:
    """The text of a refusal, once it has been seen to be the same in every place."""
    content = json.loads(answer.body)
    assert set(content) == {"code", "message", "title"}
    code = str(content["code"])
    in_one_line = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", code)
    assert in_one_line.encode("latin-1", "replace").decode("latin-1") == f"{answer.status} {answer.reason}"
    return code.partition(" ")[2]
