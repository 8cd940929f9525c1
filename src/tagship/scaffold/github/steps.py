"""Steps that many jobs have in common, each as it stands in a list of steps; and words for a shell and for YAML."""

import json
from collections.abc import Iterable, Mapping

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from tagship.domain.adoption import Adoption
from tagship.scaffold.locks import RELEASE
from tagship.scaffold.pins import CHECKOUT, DOWNLOAD, SETUP_PYTHON, UPLOAD
from tagship.scaffold.templates import fill

TAGSHIP = 'PYTHONPATH="$RUNNER_TEMP/tagship" python -P -m tagship'
"""How tagship is called where INSTALL or UNPACK stands before.

It lies beside the checkout, so that the tree stays clean. Without -P, files of the project would be imported in place
of tagship's dependencies, or of the standard library, wherever they are called the same.
"""
OLDEST_PYTHON = (3, 11)
"""What tagship itself needs."""
_NO_TEXT = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
"""Words that YAML takes for something else than a text."""
LONG = 104
"""Characters from which on a command is folded."""

CHECK_OUT = f"""\
- uses: @{CHECKOUT}@
  with:
    persist-credentials: false
"""
CHECK_OUT_ALL = f"""\
- uses: @{CHECKOUT}@
  with:
    persist-credentials: false
    fetch-depth: 0
"""
SET_UP_PYTHON = f"""\
- uses: @{SETUP_PYTHON}@
  with:
    python-version: @PYTHON@
"""
INSTALL = f"""\
- name: Install tagship, by hash # beside the project, whose files -P keeps from being imported instead
  run: >-
    python -P -m pip install --require-hashes --only-binary :all:
    --target "$RUNNER_TEMP/tagship" -r {RELEASE}
"""
UNPACK = f"""\
- uses: @{DOWNLOAD}@
  with:
    artifact-ids: ${{{{ needs.gate.outputs.tools }}}}
    path: ${{{{ runner.temp }}}}
    merge-multiple: true
- name: Unpack tagship
  run: tar -C "$RUNNER_TEMP" -xf "$RUNNER_TEMP/tagship.tar"
"""
KEEP = f"""\
- id: keep
  uses: @{UPLOAD}@
  with:
    name: @KEPT@
    path: @PATHS@
    if-no-files-found: error
    retention-days: 14
"""


def pinned(adoption: Adoption, python: str | None = None) -> Mapping[str, str]:
    """The marks for what is pinned: each action with its commit, the runner's image, the Python."""
    return {
        **{name: str(pin) for name, pin in adoption.pins.actions.items()},
        "RUNNER": adoption.pins.runner,
        "PYTHON": python if python and python.startswith("${{") else quoted(python or building_python(adoption)),
    }


def building_python(adoption: Adoption) -> str:
    """The Python that builds: the pinned one where every package runs on it, else the newest that is tested."""
    tested = () if adoption.tests is None else tuple(reversed(adoption.tests.pythons))
    wanted = [package.requires_python for package in adoption.packages]
    fitting = (
        python
        for python in (adoption.pins.python, *tested)
        if Version(python).release >= OLDEST_PYTHON and all(_admits(requires, python) for requires in wanted)
    )
    return next(fitting, adoption.pins.python)


def _admits(requires: str | None, python: str) -> bool:
    try:
        # A minor version stands for its newest patch.
        return requires is None or SpecifierSet(requires).contains(f"{python}.999")
    except InvalidSpecifier:
        return True


def common(adoption: Adoption, python: str | None = None) -> dict[str, str]:
    """The marks that stand for the steps of this module, and for what is pinned."""
    pins = pinned(adoption, python)
    texts = {
        "CHECK_OUT": CHECK_OUT,
        "CHECK_OUT_ALL": CHECK_OUT_ALL,
        "SET_UP_PYTHON": SET_UP_PYTHON,
        "INSTALL": INSTALL,
        "UNPACK": UNPACK,
    }
    as_of = f"Actions are pinned as of {adoption.pins.of}; `tagship init --update-pins` takes newer ones."
    return {**pins, "PINNED": as_of, "TAGSHIP": TAGSHIP, **{name: fill(text, pins) for name, text in texts.items()}}


def keep(adoption: Adoption, name: str, paths: Iterable[str], *, hidden: str = "") -> str:
    """The step that keeps files for the jobs below, which ask for them by its id; `hidden` says why hidden ones go too.

    They are kept as long as the public index takes files for a release, so that a run can be taken up again.
    """
    several = list(paths)
    listed_paths = several[0] if len(several) == 1 else "|\n" + "\n".join(f"      {path}" for path in several)
    more = f"    include-hidden-files: true # {hidden}\n" if hidden else ""
    return fill(KEEP, {**pinned(adoption), "KEPT": name, "PATHS": listed_paths}) + more


def fetch(adoption: Adoption, artifact: str, *, at: str = "") -> str:
    """The step that fetches what a job above kept, by the id that it told: no later job can put another in its place.

    What was kept lies where it lay, unless all of it lay in one directory; then `at` is that one.
    """
    place = f"    path: {at}/\n" if at else ""
    return f"""\
- uses: {adoption.pins.actions[DOWNLOAD]}
  with:
    artifact-ids: ${{{{ {artifact} }}}}
{place}    merge-multiple: true
"""


def quoted(text: str) -> str:
    """A text between double quotes, as YAML reads it."""
    return json.dumps(text, ensure_ascii=False)


def listed(texts: Iterable[str]) -> str:
    """A list of texts on one line, as YAML reads it."""
    return f"[{', '.join(quoted(text) for text in texts)}]"


def script(lines: Iterable[str], *, margin: int = 2) -> str:
    """Lines for a shell as the value of a `run:` at that margin; one alone stands beside it where YAML lets it."""
    several = list(lines)
    if len(several) == 1 and is_plain(several[0]):
        return several[0]
    return "|\n" + "\n".join(" " * (margin + 2) + line for line in several)


def scalar(text: str) -> str:
    """A text as YAML reads it, between quotes where it needs them."""
    return text if is_plain(text) else quoted(text)


def is_plain(line: str) -> bool:
    """Whether YAML reads a line as this very text without quotes around it."""
    if line.casefold() in _NO_TEXT or not line[:1].isalpha() or line != line.strip():
        return False
    return ": " not in line and " #" not in line and not line.endswith(":")
