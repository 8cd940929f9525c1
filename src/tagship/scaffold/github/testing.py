"""How a job runs the project's own tests."""

import shlex
from collections.abc import Sequence

from tagship.domain.adoption import TestRun
from tagship.scaffold.github.steps import script
from tagship.scaffold.locks import RELEASE
from tagship.scaffold.templates import fill

_UV = frozenset({"uv", "uvx"})
_RELOCKED = {"uv": ("uv lock --upgrade",)}
"""How a tool's own lock file is made anew; where a tool has none, what it installs is new every time."""

_INSTALL_UV = f"""\
- name: Install uv, by hash
  run: |
    python -m pip install --require-hashes --only-binary :all: -r {RELEASE}
"""
_STEPS = """\
@UV@
@ANEW@
@INSTALL@
- name: Test
  run: @TEST@
"""
_ENVIRONMENT = """\
env:
  UV_PYTHON: @PYTHON@
"""
_INSTALL = """\
- name: Install
  run: @COMMANDS@
"""
_ANEW = """\
- name: Let everything be as new as it gets
  run: @COMMANDS@
"""


def steps_of(tests: TestRun, *, anew: bool) -> str:
    """The steps that install what the tests need, and run them; `anew`, with everything as new as it gets."""
    fresh = _anew(tests) if anew else ()
    return fill(
        _STEPS,
        {
            "UV": _INSTALL_UV if uses_uv(tests) or fresh else "",
            "ANEW": fill(_ANEW, {"COMMANDS": script(fresh)}) if fresh else "",
            "INSTALL": fill(_INSTALL, {"COMMANDS": script(map(shlex.join, tests.install))}) if tests.install else "",
            "TEST": script([shlex.join(tests.command)]),
        },
    )


def environment_of(tests: TestRun, python: str) -> str:
    """The variables of such a job: uv takes the Python that it is told, not the one that was set up."""
    return fill(_ENVIRONMENT, {"PYTHON": python}) if uses_uv(tests) else ""


def uses_uv(tests: TestRun) -> bool:
    """Whether any of the steps is one of uv's."""
    return any(words[0] in _UV for words in (*tests.install, tests.command) if words)


def _anew(tests: TestRun) -> Sequence[str]:
    if tests.locked is None:
        return _RELOCKED.get(tests.tool, ())
    told, locked = shlex.join(tests.requirements), shlex.quote(tests.locked)
    return (
        f"printf '%s\\n' {told} |",
        f"  uv pip compile --quiet --universal --upgrade --generate-hashes --output-file {locked} -",
    )
