"""What `doctor --apply` sets on a host is what the workflows that `init` wrote need of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.adopted import (
    SLUG,
    TAG,
    Adopted,
    make_project,
)
from adoption.stock import Stock
from pages import ROOT
from running.admission import NotAdmittedError, admit
from running.events import Repository, dispatch
from running.expressions import Evaluator
from running.machine import Machine
from running.world import QUIET, World
from tagship.rehearsal.host.rulings import PushRefused
from tagship.rehearsal.sample import HISTORY, files_of

pytestmark = pytest.mark.slow

SECONDS = 120


@pytest.fixture
def bare(stock: Stock, evaluator: Evaluator, machine: Machine, tmp_path: Path) -> Iterator[Adopted]:
    """The sample as it was before anybody adopted it, on a host where nothing is set."""
    pyproject = files_of(HISTORY)["pyproject.toml"].replace(">=3.9", ">=3.11,<3.12")
    repo = make_project(tmp_path / "project", {"pyproject.toml": pyproject})
    with World(Repository(repo.remote, SLUG)) as world:
        yield Adopted(repo, world, world.runner(evaluator, tmp_path / "runs", machine, **stock.environment))
        assert world.index.server.crashes + world.host.server.crashes + world.door.crashes == []


def maintain(adopted: Adopted, *words: str) -> str:
    """Run a command of tagship as the maintainer does, who has a token of the host; what it says."""
    world, repo = adopted.world, adopted.repo
    world.permissions[world.host.token] = {"contents": "write"}
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    environment = {
        **kept, **QUIET, **world.door.environment, **adopted.runner.environment, "GH_TOKEN": world.host.token,
        "HOME": str(adopted.repo.path.parent), "PYTHONPATH": str(ROOT / "src"), "GIT_CONFIG_GLOBAL": os.devnull,
    }  # fmt: skip
    repo.git("remote", "set-url", "origin", f"https://github.com/{SLUG}")
    done = subprocess.run(
        [sys.executable, "-m", "tagship", *words], cwd=adopted.repo.path, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=SECONDS,
    )  # fmt: skip
    repo.git("remote", "set-url", "origin", repo.remote.as_uri())
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def applied(bare: Adopted) -> Adopted:
    """After two commands of the maintainer's, beside a branch and a tag that are no release."""
    bare.repo.branch("aside")
    bare.repo.tag("nightly")
    bare.push()
    maintain(bare, "init", "--yes")
    maintain(bare, "init", "--check")
    maintain(bare, "doctor", "--apply", "--yes")
    bare.world.take_settings()
    return bare


def test_main_takes_no_direct_push_and_a_sole_maintainer_is_not_locked_out(applied: Adopted) -> None:
    """Pains 18 and 39: a push past a pull request is refused; the maintainer's own is merged once it is green."""
    host, repo = applied.world.host, applied.repo
    repo.switch("main")
    commit = repo.commit({"docs/page.md": "# A page\n"}, "Write a page")
    with pytest.raises(PushRefused):
        host.push("main", commit, source=repo.path)
    repo.git("reset", "--quiet", "--hard", "origin/main")
    proposed = applied.propose("page", {"docs/page.md": "# A page\n"}, "Write a page")
    with pytest.raises(PushRefused):
        applied.merge(proposed)
    applied.green("page")

    assert applied.merge(proposed).sha == repo.git("rev-parse", "main")


def test_the_environment_lets_releases_in_and_nothing_else(applied: Adopted) -> None:
    """Pain 6: from their tags, and from main, where the workflow of the tag is broken and main has the mended one."""
    refs = ("refs/tags/v1.1.0", "refs/heads/main", "refs/heads/aside", "refs/tags/nightly")

    assert [ref for ref in refs if is_let_in(applied, ref)] == ["refs/tags/v1.1.0", "refs/heads/main"]


def is_let_in(adopted: Adopted, ref: str) -> bool:
    try:
        admit("pypi", adopted.repository, dispatch(adopted.repository, ref=ref, tag=TAG), lambda: True)
    except NotAdmittedError:
        return False
    return True
