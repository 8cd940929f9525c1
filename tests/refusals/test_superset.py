"""Whatever two well-known tools complain about in a file, `validate` finds as well, or does not for a reason."""

from pathlib import Path

import pytest
from packaging.version import Version

from checks.asking import finds
from checks.releases import a_release_wheel
from fakes import FakeFacts
from refusals.crafted import CRAFTED, Crafted
from refusals.crafting import sound_wheel
from refusals.peers import COMPLAINTS, OTHERWISE, TREE, Complaint, codes_of, complaints_of, contents, holding, twine
from tagship.adapters.archives import open_distribution
from tagship.checks import ARTIFACTS, INSTALLS
from tagship.checks.contents import ShippedFilesAreTracked, TrackedFilesAreShipped, TrackedModulesAreShipped
from tagship.checks.engine import examine
from tagship.checks.strays import TopLevelNamesAreFamiliar
from tagship.domain.built import Published
from tagship.domain.config import Config
from tagship.domain.finding import Outcome, Verdict
from tagship.workflow.files.built import Built

pytestmark = pytest.mark.slow

check_wheel_contents = pytest.importorskip("check_wheel_contents.checks")

TRACKED = {"handmade/__init__.py": "", "handmade/core.py": "x = 1\n"}


BEFORE = Published(Version("1.1.0"), (a_release_wheel(*TRACKED, version="1.1.0"),))


class Later(Built):
    """Files of a project of which an index has a sound release."""

    @property
    def published(self) -> Published:
        """Nothing in it explains what is strange in them."""
        return BEFORE


def verdicts(directory: Path) -> tuple[Verdict, ...]:
    """A verdict of every check that can be asked of the files alone."""
    checks = [check for check in ARTIFACTS if check not in INSTALLS and "network" not in check.needs]
    return examine(checks, Later(directory, Config()), excused={})


def found_by_us(directory: Path) -> set[str]:
    return {verdict.id for verdict in verdicts(directory) if verdict.outcome is Outcome.FAILED}


@pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda each: f"{each.code}-{each.check}")
def test_both_complain(complaint: Complaint, tmp_path: Path) -> None:
    path = complaint.make(tmp_path)

    assert complaint.code in complaints_of(path)
    assert complaint.check in found_by_us(tmp_path)


@pytest.mark.parametrize("code", OTHERWISE)
def test_what_is_judged_otherwise(code: str, tmp_path: Path) -> None:
    make, reason = OTHERWISE[code]
    path = make(tmp_path)

    assert reason
    assert codes_of(contents, path) == {code}
    # The index is not asked here, and the sound file's own warnings are no matter.
    assert found_by_us(tmp_path) == set()


def test_nobody_complains_about_a_sound_file(tmp_path: Path) -> None:
    path = sound_wheel(tmp_path)

    assert complaints_of(path) == set()
    assert found_by_us(tmp_path) == set()


def test_every_code_has_its_place() -> None:
    codes = {check.name for check in check_wheel_contents.Check}

    assert codes <= {complaint.code for complaint in COMPLAINTS} | OTHERWISE.keys() | TREE.keys()


@pytest.mark.parametrize("crafted", CRAFTED, ids=lambda each: each.name)
def test_what_they_find_in_the_other_bad_files(crafted: Crafted, tmp_path: Path) -> None:
    path = crafted.make(tmp_path)
    if path.name.endswith((".whl", ".tar.gz")) and complaints_of(path):
        assert any(verdict.outcome in {Outcome.FAILED, Outcome.UNKNOWN} for verdict in verdicts(path.parent))


def tree(directory: Path, *more: str) -> Path:
    """The sources that a wheel should hold, as files."""
    for name, text in {**TRACKED, **dict.fromkeys(more, "")}.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, encoding="utf-8")
    return directory


def facts(wheel: Path, *tracked: str) -> FakeFacts:
    return FakeFacts(distributions=[open_distribution(wheel)], tracked=frozenset(tracked), blobs=None, published=BEFORE)


def test_a_file_of_the_tree_is_missing(tmp_path: Path) -> None:
    path = sound_wheel(tmp_path)

    assert "W101" in codes_of(contents, "--src-dir", tree(tmp_path / "src"), path)
    assert finds(TrackedModulesAreShipped(), facts(path, *(f"src/{name}" for name in TRACKED)))


def test_a_file_is_not_of_the_tree(tmp_path: Path) -> None:
    path = holding({"handmade/core.py": b"x = 1\n", "handmade/local.py": b"y = 1\n"})(tmp_path)

    assert "W102" in codes_of(contents, "--src-dir", tree(tmp_path / "src"), path)
    assert finds(ShippedFilesAreTracked(), facts(path, *(f"src/{name}" for name in TRACKED)))


def test_a_package_of_the_tree_is_missing(tmp_path: Path) -> None:
    path = holding({"handmade/core.py": b"x = 1\n"})(tmp_path)

    assert "W201" in codes_of(contents, "--toplevel", "handmade,handtools", path)
    tracked = [f"src/{name}" for name in (*TRACKED, "handtools/__init__.py")]
    assert finds(TrackedFilesAreShipped(), facts(path, *tracked))


def test_a_name_at_the_top_that_nobody_told_of(tmp_path: Path) -> None:
    path = holding({"others/__init__.py": b""})(tmp_path)

    assert "W202" in codes_of(contents, "--toplevel", "handmade", path)
    assert finds(TopLevelNamesAreFamiliar(), facts(path))


def test_the_other_tool_is_asked_strictly(tmp_path: Path) -> None:
    assert codes_of(twine, COMPLAINTS[0].make(tmp_path)) == {"description missing"}
