"""The shape of the house, held by tests and not by good will."""

import ast
import io
import os
import re
import secrets
import string
import subprocess
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tagship

ROOT = Path(__file__).parents[1]
SOURCE = Path(tagship.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
MOST_LINES = 400
SECONDS = 120
CATCH_ALL = {"common", "helper", "helpers", "misc", "util", "utils"}

HOSTS = tuple(name + "." + end for name, end in (("pypi", "org"), ("pypi.python", "org"), ("pythonhosted", "org")))
"""Put together here, so that this file does not hold them either."""

LETTERS = string.ascii_letters + string.digits
CREDENTIALS: dict[str, tuple[str, Callable[[], str]]] = {
    "index": (r"pypi-[A-Za-z0-9_-]{60,}", lambda: "pypi-" + some(80)),
    "GitHub": (r"gh[oprsu]_[A-Za-z0-9]{36,}", lambda: "ghp_" + some(36)),
    "GitHub, fine-grained": (r"github_pat_[A-Za-z0-9_]{50,}", lambda: "github_pat_" + some(82)),
    "GitLab": (r"gl[a-z]{2,5}-[A-Za-z0-9_-]{20,}", lambda: "glpat-" + some(20)),
    "AWS": (r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", lambda: "AKIA" + some(16).upper()),
    "Slack": (r"xox[abprs]-[A-Za-z0-9-]{20,}", lambda: "xoxb-" + some(40)),
    "Stripe": (r"[rs]k_live_[A-Za-z0-9]{20,}", lambda: "sk_live_" + some(24)),
    "JSON web token": (r"eyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.", lambda: f"eyJ{some(30)}.eyJ{some(30)}."),
    "private key": (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}",
        lambda: f"-----BEGIN EC {'PRIVATE KEY'}-----\n{some(64)}\n",
    ),
}
"""For each issuer, what its credentials look like, and how to make something that looks so."""


def some(length: int) -> str:
    """Random letters and digits, made when the tests run."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def files_of_the_project() -> list[Path]:
    """What is committed, or would be by `git add --all`; without git, everything that is not made by a tool."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=SECONDS,
    )
    names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    paths = [ROOT / name for name in names] or list(ROOT.rglob("*"))
    return [path for path in paths if path.is_file() and not {"__pycache__", ".venv"} & set(path.parts)]


def tree_of(path: Path) -> ast.Module:
    """A module, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """A module's path as messages name it."""
    return path.relative_to(SOURCE).as_posix()


def in_layer(path: Path, *layers: str) -> bool:
    """Whether a module belongs to one of these packages of the house."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py") in layers


def test_the_contracts_on_imports_are_kept() -> None:
    """As in pyproject.toml; another process, because the linter loads what it looks at."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent), "NO_COLOR": "1"},
        capture_output=True,
        check=False,
        text=True,
        timeout=SECONDS,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "one direction KEPT" in done.stdout


@pytest.mark.parametrize("layer", ["checks", "domain", "errors", "secrets"])
def test_values_and_checks_know_the_standard_library_and_packaging(layer: str) -> None:
    known = sys.stdlib_module_names | {"packaging", "tagship"}
    imported = {
        name.partition(".")[0]
        for path in MODULES
        if in_layer(path, layer)
        for node in ast.walk(tree_of(path))
        for name in _imported(node)
    }

    assert imported - known == set()


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        yield node.module or ""


def test_a_secret_is_revealed_in_adapters_alone() -> None:
    revealing = {
        path
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Attribute) and node.attr == "reveal")
        or (isinstance(node, ast.Constant) and node.value in {"reveal", "_Secret__value"})
    }

    assert revealing
    assert [shown(path) for path in revealing if not in_layer(path, "adapters")] == []


def test_nothing_prints_outside_the_command_line() -> None:
    printing = [
        f"{shown(path)}:{node.lineno}"
        for path in MODULES
        if not in_layer(path, "cli")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "breakpoint"}
    ]

    assert printing == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert [shown(path) for path in MODULES if set(re.split(r"[_.]", path.name)) & CATCH_ALL] == []


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}

    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_a_dry_run_is_a_plan_and_no_parameter() -> None:
    named = [
        f"{shown(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.arg) and re.search(r"dry_?run|noop|simulate", node.arg)
    ]

    assert named == []


def test_nothing_is_left_to_be_done_later() -> None:
    later = [
        f"{shown(path)}:{token.start[0]}"
        for path in MODULES
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
        if token.type == tokenize.COMMENT and re.search(r"\b(?:TODO|FIXME|XXX|HACK)\b", token.string)
    ]

    assert later == []


def test_one_module_alone_names_the_public_indexes() -> None:
    naming = {
        path.relative_to(ROOT).as_posix()
        for path in files_of_the_project()
        if any(host.encode() in path.read_bytes().lower() for host in HOSTS)
    }

    assert naming == {"src/tagship/domain/endpoints.py"}


@pytest.mark.parametrize("issuer", CREDENTIALS)
def test_no_file_holds_what_looks_like_a_credential(issuer: str) -> None:
    pattern, made_up = CREDENTIALS[issuer]
    rule = re.compile(pattern.encode())

    assert rule.search(f'token = "{made_up()}"'.encode()) is not None
    assert [
        path.relative_to(ROOT).as_posix() for path in files_of_the_project() if rule.search(path.read_bytes())
    ] == []
