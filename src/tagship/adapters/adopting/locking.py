"""Files of requirements with hashes: what is in them, and how uv makes them from what the user's index has."""

import os
import re
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tagship.adapters.environments import Uv
from tagship.adapters.said import without_credentials
from tagship.errors import Edit, FactUnknown, Run

LONGEST = 300
"""Characters of what uv says that are told."""
_MADE_FROM = "# Made from: "
_ADVICE = "# by `tagship init`, which keeps it as long as that is so; delete the file, and it is made anew."
_FROM_PIP = (
    ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
    ("PIP_EXTRA_INDEX_URL", "UV_INDEX"),
    ("PIP_FIND_LINKS", "UV_FIND_LINKS"),
)
"""How the user tells pip where to look, and how uv is told the same; what uv was told itself comes first."""


def made_from(text: str) -> tuple[str, ...] | None:
    """The requirements that a lock file was made from; None for one that we did not make, or that pins nothing."""
    for line in text.splitlines():
        if line.startswith(_MADE_FROM):
            wanted = line.removeprefix(_MADE_FROM)
            return tuple(wanted.split("; and ")) if "--hash=sha256:" in text else None
    return None


def pinned_version(text: str, name: str) -> str | None:
    """The version of one distribution that a lock file pins, with hashes behind it."""
    found = re.search(rf"^{re.escape(name)}==([^\s;\\]+)[^\n]*\\\n\s+--hash=sha256:", text, re.MULTILINE)
    return found[1] if found else None


def by_hand(requirements: Sequence[str], path: str, python: str) -> Edit:
    """How a person makes such a file."""
    listed = shlex.join(requirements)
    words = shlex.join(("uv", *_options(python), "--output-file", path, "-"))
    return Edit(f"printf '%s\\n' {listed} | {words}")


def _options(python: str) -> tuple[str, ...]:
    return tuple(python if word == _PYTHON else word for word in _OPTIONS)


_PYTHON = "{python}"
_OPTIONS = (
    "pip", "compile", "--quiet", "--generate-hashes", "--universal", "--python-version", _PYTHON, "--no-header",
    "--no-annotate", "--only-binary", ":all:",
)  # fmt: skip


def compiled(uv: Uv | None, requirements: Sequence[str], *, cwd: Path, environ: Mapping[str, str], python: str) -> str:
    """What such a file holds, for every platform and from `python` on; no address of an index is in it.

    uv looks where the settings of the user, or of the project in `cwd`, say. Raises FactUnknown where it cannot be
    made.
    """
    if uv is None:
        raise FactUnknown("uv is not here, which makes them", remedy=Run(("python", "-m", "pip", "install", "uv")))
    with tempfile.TemporaryDirectory(prefix="tagship-lock-") as place:
        listed = Path(place) / "wanted.in"
        listed.write_text("".join(f"{each}\n" for each in requirements), encoding="utf-8")
        done = uv.run(*_options(python), str(listed), cwd=cwd, env=_environment(environ))
    if done.returncode != 0:
        told = without_credentials(" ".join(done.stderr.decode("utf-8", "replace").split()))
        raise FactUnknown(f"uv finds no way to install {', '.join(requirements)}: {told[:LONGEST]}")
    text = done.text if done.text.endswith("\n") else f"{done.text}\n"
    return f"{_MADE_FROM}{'; and '.join(requirements)}\n{_ADVICE}\n{text}"


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    own = {name: environ[theirs] for theirs, name in _FROM_PIP if environ.get(theirs) and not environ.get(name)}
    return {**os.environ, **environ, **own}
