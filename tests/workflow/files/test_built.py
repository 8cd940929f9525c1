"""The facts about built files, wherever they lie."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from repositories import Repo, new_project, released
from servers.handmade import make_sdist, make_wheel
from ship.project import FILES, TAG, make_project
from tagship.adapters.archives import open_distribution
from tagship.adapters.http import HttpClient
from tagship.adapters.index import PackageIndex
from tagship.adapters.interpreters import OWN
from tagship.adapters.manifests import artifact_of, write_manifest
from tagship.domain.artifact import IndexPage, Manifest, ServedFile
from tagship.domain.built import Expected
from tagship.domain.config import Config
from tagship.domain.facts import Index
from tagship.domain.finding import NotApplicable
from tagship.domain.plan import Done
from tagship.errors import FactUnknown, Run, UsageError
from tagship.rehearsal.index import StandInIndex
from tagship.workflow import examinations
from tagship.workflow.files.blobs import TreeBlobs
from tagship.workflow.files.built import Built
from tagship.workflow.files.predecessor import LARGEST, published_before, to_fetch, version_before
from tagship.workflow.files.wanted import Wanted
from tagship.workflow.steps.examine import Validate
from tagship.workflow.workplace import Wishes, Workplace

COMMIT = "0" * 40


def a_dist(path: Path, *, version: str = "1.0.0") -> Path:
    """A wheel and an sdist without a manifest."""
    path.mkdir(parents=True)
    make_wheel(path, version=version)
    make_sdist(path, version=version)
    return path


def a_manifest(dist: Path, commit: str = COMMIT, tag: str = "v1.0.0") -> None:
    artifacts = tuple(artifact_of(path) for path in sorted(dist.iterdir()))
    write_manifest(dist, Manifest("handmade", tag.removeprefix("v"), tag, commit, 1, {}, artifacts))


def test_what_was_built_and_what_else_lies_there(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    wheel = artifact_of(make_wheel(dist, version="1.0.0"))
    gone = replace(wheel, filename="handmade-1.0.0.tar.gz")
    write_manifest(dist, Manifest("handmade", "1.0.0", "v1.0.0", COMMIT, 1, {}, (wheel, gone)))
    (dist / "SHA256SUMS").write_text("", encoding="utf-8")

    facts = Built(dist, Config())

    assert facts.manifest is not None
    assert facts.manifest.files == (wheel, gone)
    assert facts.expected == Expected("handmade", Version("1.0.0"), "v1.0.0")
    assert [each.artifact for each in facts.distributions] == [wheel]
    assert facts.strangers == ("SHA256SUMS",)


def test_files_without_a_manifest_are_all_examined(tmp_path: Path) -> None:
    dist = a_dist(tmp_path / "dist")
    for name in ("handmade-1.0.0.tar.gz.asc", "handmade-1.0.0.tar.gz.publish.attestation", ".gitignore", "notes.txt"):
        (dist / name).write_text("", encoding="utf-8")
    (dist / "other-1.0-py3-none-any.whl").mkdir()

    facts = Built(dist, Config())

    assert facts.manifest is None
    assert facts.expected is None
    assert [each.artifact.filename for each in facts.distributions] == [
        "handmade-1.0.0-py3-none-any.whl",
        "handmade-1.0.0.tar.gz",
    ]
    assert facts.strangers == ("notes.txt", "other-1.0-py3-none-any.whl")
    assert facts.identity == ("handmade", Version("1.0.0"))


def test_files_that_were_picked(tmp_path: Path) -> None:
    """The manifest beside them is of all that lies there, and so are strangers."""
    dist = a_dist(tmp_path / "dist")
    a_manifest(dist)
    wheel = dist / "handmade-1.0.0-py3-none-any.whl"

    facts = Built(dist, Config(), files=[wheel])

    assert (facts.manifest, facts.strangers) == (None, ())
    assert [each.artifact.filename for each in facts.distributions] == [wheel.name]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that nobody can read, not even its owner")
def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    dist = a_dist(tmp_path / "dist")
    wheel = dist / "handmade-1.0.0-py3-none-any.whl"
    wheel.unlink()
    wheel.symlink_to("/proc/self/mem")

    unreadable, sdist = Built(dist, Config()).distributions

    assert unreadable.artifact.filename == wheel.name
    assert unreadable.broken is not None
    assert sdist.broken is None


def test_files_of_two_projects_name_none(tmp_path: Path) -> None:
    dist = a_dist(tmp_path / "dist")
    make_wheel(dist, "another", "2.0")

    assert Built(dist, Config()).identity == (None, None)


def test_files_are_opened_once(tmp_path: Path) -> None:
    built = Built(a_dist(tmp_path / "dist"), Config())

    assert built.distributions is built.distributions


def test_files_are_tried_out_once(tmp_path: Path) -> None:
    """A wheel that fits no interpreter here, so that it takes no time."""
    dist = tmp_path / "dist"
    dist.mkdir()
    make_wheel(dist, tag="py2-none-any")
    built = Built(dist, Config(), wanted=Wanted(pythons=(OWN.version,)))

    assert built.installations == ()
    assert built.installations is built.answers["installations"]


def test_nothing_there(tmp_path: Path) -> None:
    facts = Built(tmp_path / "nowhere", Config())

    assert (facts.paths, facts.distributions, facts.strangers) == ((), (), ())
    assert facts.identity == (None, None)


# -- the project that they may be of ------------------------------------------------------------------------------


def in_place(directory: Path, dist: Path | None = None, *, rebuild: bool = False) -> Workplace:
    return Workplace(directory, environ={}, wishes=Wishes(dist=dist, offline=True, installs=Wanted(rebuild=rebuild)))


def described(version: str = "1.0.0", name: str = "handmade") -> dict[str, str]:
    return {"pyproject.toml": f'[project]\nname = "{name}"\nversion = "{version}"\n'}


def test_files_beside_a_project_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(described("2.0")["pyproject.toml"], encoding="utf-8")
    a_dist(tmp_path / "dist")

    with in_place(tmp_path) as place:
        assert place.built().expected == Expected("handmade", Version("2.0"))
        assert place.built().tracked is None


def test_files_elsewhere_are_the_projects_by_their_name(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    ours, others = a_dist(tmp_path / "ours"), tmp_path / "others"
    others.mkdir()
    make_wheel(others, "another", "3.0")

    with in_place(repo.path, ours) as place:
        assert place.built().expected == Expected("handmade", Version("1.0.0"), "v1.0.0")
        assert place.built().tracked == frozenset(repo.git("ls-files").split())
    with in_place(repo.path, others) as place:
        assert place.built().expected is None
        assert place.built().tracked is None


def test_without_a_tag_the_files_of_the_project_tell(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project")
    repo.commit(described("1.1.dev0"))
    a_dist(repo.path / "dist")

    with in_place(repo.path) as place:
        assert place.built().expected == Expected("handmade", Version("1.1.dev0"))


def test_a_project_that_cannot_be_read_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nversion = 3\n", encoding="utf-8")
    a_dist(tmp_path / "dist")

    with in_place(tmp_path) as place:
        assert place.built().expected is None


def test_what_was_tracked_in_the_commit_of_the_manifest(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    before = repo.git("ls-files").split()
    dist = a_dist(tmp_path / "dist")
    a_manifest(dist, repo.git("rev-parse", "HEAD"))
    repo.commit({"later.py": ""})

    with in_place(repo.path, dist) as place:
        assert place.built().tracked == frozenset(before)


def foreign_to_git(repo: Repo, _: pytest.MonkeyPatch) -> None:
    for path in (repo.path, repo.path / ".git"):
        os.chown(path, 12345, 12345)


def without_git(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo.path / "dist"))


def with_a_broken_head(repo: Repo, _: pytest.MonkeyPatch) -> None:
    (repo.path / ".git/HEAD").write_text("garbage\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "told", "remedy"),
    [
        pytest.param(
            foreign_to_git,
            "somebody else",
            "safe.directory",
            marks=pytest.mark.skipif(
                not hasattr(os, "geteuid") or os.geteuid() != 0, reason="nobody but root gives files away"
            ),
        ),
        (without_git, "git is not installed", "install git"),
        (with_a_broken_head, "not a git repository", "mend "),
    ],
)
def test_a_repository_that_git_does_not_read_is_unknown(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Repo, pytest.MonkeyPatch], None],
    told: str,
    remedy: str,
) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    a_dist(repo.path / "dist")
    spoil(repo, monkeypatch)

    with in_place(repo.path) as place, pytest.raises(FactUnknown, match=told) as unknown:
        _ = place.built().tracked

    assert remedy in str(unknown.value.remedy)


def test_without_git_and_without_a_repository_nothing_is_tracked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(described()["pyproject.toml"], encoding="utf-8")
    a_dist(tmp_path / "dist")
    monkeypatch.setenv("PATH", str(tmp_path / "dist"))

    with in_place(tmp_path) as place:
        assert place.built().tracked is None


def test_a_commit_that_is_not_here(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    dist = a_dist(tmp_path / "dist")
    a_manifest(dist)

    with in_place(repo.path, dist) as place, pytest.raises(FactUnknown):
        _ = place.built().tracked


def test_a_project_below_the_top(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "many")
    repo.commit({"packages/one/pyproject.toml": described()["pyproject.toml"], "packages/one/src/a.py": "", "b.py": ""})
    directory = repo.path / "packages/one"
    a_dist(directory / "dist")

    with in_place(directory) as place:
        assert place.built().tracked == frozenset({"pyproject.toml", "src/a.py"})


def test_the_same_facts_for_the_same_bytes(tmp_path: Path) -> None:
    dist = a_dist(tmp_path / "dist")

    with in_place(tmp_path) as place:
        first = place.built()
        assert place.built() is first
        a_manifest(dist)
        second = place.built()
        make_wheel(dist, version="1.0.0", code="# other bytes\n")
        third = place.built()

    assert first is not second
    assert second is not third
    assert {each.filename: each.sha256 for each in third.manifest.files} != {  # type: ignore[union-attr]  # it is there
        each.artifact.filename: each.artifact.sha256 for each in third.distributions
    }


# -- the release before ---------------------------------------------------------------------------------------------


@pytest.fixture
def index() -> Iterator[StandInIndex]:
    with StandInIndex() as running:
        yield running
        assert running.server.crashes == []


@pytest.fixture
def asked(index: StandInIndex) -> Iterator[Callable[[], Index]]:
    with HttpClient() as http:
        yield lambda: PackageIndex(index.endpoints, http)


def test_the_release_before(tmp_path: Path, index: StandInIndex, asked: Callable[[], Index]) -> None:
    earlier = tmp_path / "earlier"
    for version in ("0.8.0", "0.9.0", "1.0.0rc1", "1.0.0", "2.0.0"):
        a_dist(earlier / version, version=version)
        for path in (earlier / version).iterdir():
            index.seed(path)
    dist = a_dist(tmp_path / "dist")

    published = Built(dist, Config(), index=asked).published

    assert published is not None
    assert published.version == Version("0.9.0")
    assert {each.artifact.filename for each in published.distributions} == {
        "handmade-0.9.0-py3-none-any.whl",
        "handmade-0.9.0.tar.gz",
    }
    assert all(each.metadata is not None for each in published.distributions)


def test_a_file_that_was_yanked_is_not_what_was_released(
    tmp_path: Path, index: StandInIndex, asked: Callable[[], Index]
) -> None:
    for path in sorted(a_dist(tmp_path / "earlier", version="0.9.0").iterdir()):
        index.seed(path)
    wheel = next(file for file in index.store.projects[canonicalize_name("handmade")].files if ".whl" in file.filename)
    wheel.yanked = "broken"

    published = Built(a_dist(tmp_path / "dist"), Config(), index=asked).published

    assert published is not None
    assert [each.artifact.filename for each in published.distributions] == ["handmade-0.9.0.tar.gz"]


def test_the_first_release(tmp_path: Path, asked: Callable[[], Index]) -> None:
    assert Built(a_dist(tmp_path / "dist"), Config(), index=asked).published is None


def test_an_index_that_nobody_asks(tmp_path: Path) -> None:
    a_dist(tmp_path / "dist")

    with in_place(tmp_path) as place:
        for _ in range(2):
            with pytest.raises(NotApplicable, match="--offline was given, and the last release was not looked at"):
                _ = place.built().published
        assert set(place.built().answers) == {"published"}


def test_files_that_name_no_version_have_none_before_them(tmp_path: Path, asked: Callable[[], Index]) -> None:
    with pytest.raises(FactUnknown):
        _ = Built(tmp_path / "nowhere", Config(), index=asked).published


# -- what costs more than a look --------------------------------------------------------------------------------------


@pytest.fixture
def nothing_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installer has seen nothing before, and gets nothing from outside."""
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple/")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_cached")
def test_offline_what_can_be_tried_is_tried(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    make_wheel(tmp_path / "dist")
    wanted = Wanted(pythons=(OWN.version,))

    with Workplace(tmp_path, environ={}, wishes=Wishes(offline=True, installs=wanted)) as place:
        (installation,) = place.built().installations
        make_sdist(tmp_path / "dist")
        with pytest.raises(FactUnknown, match="--offline was given"):
            _ = place.built().installations

    assert installation.imported == ("handmade",)


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_cached")
def test_what_was_built_from_the_sdist_by_our_own_word_is_enough(tmp_path: Path) -> None:
    dist = a_dist(tmp_path / "dist")
    wanted = Wanted(pythons=(OWN.version,))

    with pytest.raises(FactUnknown, match="cannot be fetched"):  # by its looks the sdist is built with setuptools
        _ = Built(dist, Config(), wanted=wanted).installations
    a_manifest(dist)

    assert [each.filename for each in Built(dist, Config(), wanted=wanted).installations] == [
        "handmade-1.0.0-py3-none-any.whl"
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_cached")
def test_files_are_examined_once_in_one_run(tmp_path: Path) -> None:
    """Whatever a stage asks twice; what was refused for want of a network is remembered as well."""
    (tmp_path / "dist").mkdir()
    make_wheel(tmp_path / "dist")
    wishes = Wishes(offline=True, installs=Wanted(pythons=(OWN.version,)))

    with Workplace(tmp_path, environ={}, wishes=wishes) as place:
        stage = Validate(built=lambda: True, examination=lambda: examinations.validate(place))
        first, built = stage.probe(), place.built()
        before = dict(built.answers)
        second = stage.probe()

    assert isinstance(first, Done)
    assert first == second
    assert place.built() is built
    assert built.answers.keys() == before.keys() >= {"installations", "published"}
    assert all(built.answers[name] is before[name] for name in before)


@pytest.mark.parametrize(
    ("pythons", "refused"),
    [((), None), (("3.10",), None), (("3.9", "3.10"), "3.9"), (("3.11.2", "3.8.1"), "3.8.1")],
)
def test_a_python_that_none_of_the_files_are_for(tmp_path: Path, pythons: tuple[str, ...], refused: str | None) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    for name, requires in (("one", ">=3.10"), ("two", ">=3.11")):
        make_wheel(dist, name, Requires_Python=requires)
    built = Built(dist, Config(), wanted=Wanted(pythons=pythons))

    if refused is None:
        built.insist_on_pythons()
    else:
        with pytest.raises(UsageError, match=f"--python {refused} is none of those") as caught:
            built.insist_on_pythons()
        assert "Requires-Python: >=3.10 and Requires-Python: >=3.11" in caught.value.message
        assert caught.value.remedy is not None


@pytest.mark.slow
def test_files_are_tried_project_by_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    dist = a_dist(tmp_path / "dist")
    (dist / "handmade-1.0.0.tar.gz").unlink()
    make_wheel(dist, "another", "2.0", Requires_Python=">=3.9")

    installations = Built(dist, Config(), wanted=Wanted(pythons=(OWN.version,))).installations

    assert [(each.filename, each.imported) for each in installations] == [
        ("another-2.0-py3-none-any.whl", ("another",)),
        ("handmade-1.0.0-py3-none-any.whl", ("handmade",)),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("said", [">=3.99", "\n  >=3.99"], ids=["on a line", "folded"])
def test_what_a_file_says_of_python_is_heard(tmp_path: Path, said: str) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    make_wheel(dist, Requires_Python=said)

    with pytest.raises(FactUnknown) as caught:
        _ = Built(dist, Config()).installations

    assert caught.value.remedy == Run(("uv", "python", "install", ">=3.99"))


def test_nobody_asked_for_a_rebuild(tmp_path: Path) -> None:
    assert Built(a_dist(tmp_path / "dist"), Config()).rebuilt is None


def test_a_rebuild_without_a_manifest(tmp_path: Path) -> None:
    a_dist(tmp_path / "dist")

    with in_place(tmp_path, rebuild=True) as place, pytest.raises(FactUnknown, match="no manifest"):
        _ = place.built().rebuilt


@pytest.mark.slow
def test_a_rebuild(tmp_path: Path) -> None:
    repo = make_project(tmp_path / "project")
    dist = tmp_path / "dist"
    dist.mkdir()
    make_wheel(dist, version="1.0")
    a_manifest(dist, repo.git("rev-parse", "HEAD"), TAG)

    with in_place(repo.path, dist, rebuild=True) as place:
        rebuilt = place.built().rebuilt

    assert rebuilt is not None
    assert {each.artifact.filename for each in rebuilt.distributions} == FILES
    assert rebuilt.from_checkout.artifact.filename in FILES
    assert rebuilt.from_checkout.metadata is not None
    assert [path.name for path in dist.iterdir()] == ["handmade-1.0-py3-none-any.whl"]
    assert not (repo.path / "dist").exists()


def served(filename: str, *, size: int | None = 10, yanked: bool | str = False) -> ServedFile:
    return ServedFile(filename, f"https://index.example/{filename}", None, size, yanked=yanked)


@pytest.mark.parametrize(
    ("ours", "before"),
    [("2.0", "1.1"), ("2.0rc1", "2.0b1"), ("1.1", "1.0"), ("1.0", None), ("2.0.post1", "2.0")],
)
def test_which_release_is_the_one_before(ours: str, before: str | None) -> None:
    files = [served(f"handmade-{version}.tar.gz") for version in ("1.0", "1.1", "2.0b1", "2.0", "3.0")]
    yanked = served("handmade-1.0.5.tar.gz", yanked="broken"), served("handmade-1.9.tar.gz", yanked="")
    page = IndexPage("handmade", exists=True, files=(*files, *yanked, served("README")))

    assert version_before(page, Version(ours)) == (None if before is None else Version(before))


def test_one_wheel_and_the_sdist_are_enough() -> None:
    names = ["d-1.tar.gz", "d-1-cp27-cp27m-win32.whl", "d-1-py3-none-any.whl", "d-1.zip"]

    assert [each.filename for each in to_fetch(list(map(served, names)))] == ["d-1-py3-none-any.whl", "d-1.tar.gz"]
    assert [each.filename for each in to_fetch([served(names[1])])] == [names[1]]
    assert to_fetch([]) == ()


def test_what_is_too_large_to_compare() -> None:
    wheel = served("d-1-py3-none-any.whl", size=LARGEST)

    assert to_fetch([wheel, served("d-1.tar.gz", size=1)]) == (wheel,)
    assert to_fetch([replace(wheel, size=LARGEST + 1), served("d-1.tar.gz")]) == (served("d-1.tar.gz"),)


def test_what_the_commit_has_in_the_tracked_files(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    before = set(repo.git("ls-files").split())
    dist = a_dist(tmp_path / "dist")

    with in_place(repo.path, dist) as place:
        found = place.built().blobs
        assert found is not None
        assert set(found) == before
        assert all(found[path].digests for path in before)
    a_manifest(dist, repo.git("rev-parse", "HEAD"))
    repo.commit({"later.py": ""})
    with in_place(repo.path, dist) as place:
        assert set(place.built().blobs or ()) == before


def test_of_files_that_no_tag_is_known_of_no_commit_is_either(tmp_path: Path) -> None:
    """A dist may lie there from the release before, or from yesterday."""
    repo = released(tmp_path / "project", "1.0.0")
    older = a_dist(tmp_path / "older", version="0.9.0")
    same = a_dist(tmp_path / "same")

    with in_place(repo.path, older) as place:
        assert place.built().blobs is None
    repo.commit({"later.py": ""})
    with in_place(repo.path, same) as place:
        assert place.built().blobs is None


def test_without_names_there_is_nothing_before_them(tmp_path: Path, asked: Callable[[], Index]) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "nameless.whl").write_bytes(b"")

    with pytest.raises(FactUnknown, match="which project and version"):
        _ = Built(dist, Config(), index=asked).published


def test_a_release_too_large_to_compare_with_is_unknown() -> None:
    page = IndexPage("handmade", exists=True, files=(served("handmade-0.9.tar.gz", size=LARGEST + 1),))

    class Shelf:
        def page(self, project: str) -> IndexPage:
            return page if project == "handmade" else IndexPage(project, exists=False)

    with pytest.raises(FactUnknown, match="nothing that could be compared"):
        published_before(cast("Index", Shelf()), "handmade", Version("1.0"), read=open_distribution)


def test_an_interpreter_is_insisted_on_only_for_files_that_can_be_read(tmp_path: Path) -> None:
    dist = a_dist(tmp_path / "dist")
    (tmp_path / "dist.manifest.json").write_text("[]", encoding="utf-8")

    Built(dist, Config(), wanted=Wanted(pythons=("3.1",))).insist_on_pythons()


def test_head_is_at_no_tag_where_there_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "handmade"\nversion = "1.0.0"\n', encoding="utf-8")
    dist = a_dist(tmp_path / "dist")

    with in_place(tmp_path, dist) as place:
        assert place.built().blobs is None


def test_files_of_nobody_we_know(tmp_path: Path) -> None:
    facts = Built(a_dist(tmp_path / "dist"), Config(), wanted=Wanted(rebuild=True))

    assert (facts.tracked, facts.blobs) == (None, None)
    with pytest.raises(FactUnknown, match="not here"):
        _ = facts.rebuilt
    with pytest.raises(FactUnknown, match="no index"):
        _ = facts.published


def test_a_file_without_metadata_is_for_every_python(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "handmade-1.0.0-py3-none-any.whl").write_bytes(b"no archive")

    Built(dist, Config(), wanted=Wanted(pythons=("3.1",))).insist_on_pythons()


def test_a_directory_that_is_not_there_is_looked_at_each_time(tmp_path: Path) -> None:
    with in_place(tmp_path, tmp_path / "nowhere") as place:
        assert place.built().distributions == ()


def test_head_that_no_tag_leads_to_is_of_no_release(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "0.9.0")
    dist = a_dist(repo.path / "dist")

    with in_place(repo.path, dist) as place:
        assert place.built().blobs is None


def test_what_a_commit_has_is_read_once(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    with in_place(repo.path) as place:
        blobs = TreeBlobs(place.repository.tree("HEAD"))

        assert blobs["pyproject.toml"] is blobs["pyproject.toml"]
        with pytest.raises(KeyError):
            _ = blobs["nowhere.txt"]
