import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from packaging.version import Version

from repositories import PYPROJECT_SCM, Repo, add_section, new_project, prepare, release, released, set_version
from servers.handmade import make_sdist, make_wheel
from tagship.adapters.manifests import artifact_of, write_manifest
from tagship.domain.artifact import IndexPage, Manifest, ServedFile
from tagship.domain.endpoints import TESTPYPI, Endpoints
from tagship.domain.facts import HostRelease
from tagship.domain.overview import Milestones, Stage, Status
from tagship.errors import FactUnknown, Run
from tagship.rehearsal.index import StandInIndex
from tagship.workflow.telling.status import _by_version, status
from tagship.workflow.workplace import Wishes, Workplace
from yanking import yank

NOBODY = Endpoints(name="nobody", simple="http://127.0.0.1:9/simple/", upload="http://127.0.0.1:9/legacy/")


@pytest.fixture
def index() -> Iterator[StandInIndex]:
    with StandInIndex() as running:
        yield running


def stand(repo: Repo, index: StandInIndex, wishes: Wishes | None = None) -> Status:
    """Where the project stands, asked from its own directory; how old a release is does not matter to most."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repo.path)
        ageless = replace(index.endpoints, takes_files_for=None)
        wishes = replace(wishes or Wishes(), index=(wishes and wishes.index) or ageless)
        with Workplace(Path(), environ={}, wishes=wishes) as place:
            return status(place)


def row(seen: Status, version: str) -> Milestones:
    return next(each for each in seen.versions if each.version == version)


def pasted(seen: Status) -> str:
    """The next command, without the index that it names as the question did."""
    assert isinstance(seen.next, Run)
    words = list(seen.next.argv)
    return " ".join(words[: words.index("--index")] if "--index" in words else words)


def publish(index: StandInIndex, repo: Repo, *versions: str, sdist: bool = True) -> None:
    folder = repo.path.parent / "files"
    folder.mkdir(exist_ok=True)
    for version in versions:
        index.seed(make_wheel(folder, version=version), at=repo.now)
        if sdist:
            index.seed(make_sdist(folder, version=version), at=repo.now)


def build(repo: Repo, version: str, *, code: str = "") -> None:
    """A local build of a version, with its manifest beside it."""
    dist = repo.path / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir()
    files = (make_wheel(dist, version=version, code=code), make_sdist(dist, version=version, code=code))
    artifacts = tuple(artifact_of(path) for path in files)
    write_manifest(dist, Manifest("handmade", version, f"v{version}", "0" * 40, 1, {}, artifacts))


class TestStages:
    def test_nothing_tagged(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project")
        prepare(repo, "1.0.0")
        repo.push()

        seen = stand(repo, index)

        assert seen.versions == (
            Milestones(
                version="1.0.0",
                stage=Stage.UNTAGGED,
                tag=None,
                commit=None,
                pushed=None,
                on_main=None,
                in_changelog=True,
                files=(),
                files_match=None,
                yanked=False,
                host_release=None,
            ),
        )
        assert pasted(seen) == "tagship tag v1.0.0"

    def test_tagged_and_not_pushed(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        publish(index, repo, "1.0.0")
        prepare(repo, "1.1.0")
        repo.tag("v1.1.0")

        seen = stand(repo, index)

        newest = row(seen, "1.1.0")
        assert (newest.stage, newest.pushed, newest.on_main) == (Stage.TAGGED, False, False)
        assert pasted(seen) == "tagship tag v1.1.0"

    def test_pushed_and_not_published(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0", "1.1.0")
        publish(index, repo, "1.0.0")

        seen = stand(repo, index)

        newest = row(seen, "1.1.0")
        assert (newest.stage, newest.pushed, newest.on_main) == (Stage.PUSHED, True, True)
        assert newest.commit == repo.git("rev-parse", "HEAD")
        assert pasted(seen) == "tagship ship v1.1.0"

    def test_published(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0", "1.1.0")
        publish(index, repo, "1.0.0", "1.1.0")

        seen = stand(repo, index)

        newest = row(seen, "1.1.0")
        assert (newest.stage, newest.yanked) == (Stage.PUBLISHED, False)
        assert sorted(newest.files) == ["handmade-1.1.0-py3-none-any.whl", "handmade-1.1.0.tar.gz"]
        assert seen.next is None

    def test_yanked(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        publish(index, repo, "1.0.0")
        yank(index.store, "handmade", "1.0.0", "broken")

        seen = stand(repo, index)

        assert (row(seen, "1.0.0").stage, row(seen, "1.0.0").yanked) == (Stage.PUBLISHED, True)
        assert "yanked" in seen.next_because
        assert seen.next is None

    def test_published_by_hand_without_a_tag(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project")
        prepare(repo, "1.0.0")
        repo.push()
        publish(index, repo, "1.0.0")

        seen = stand(repo, index)

        assert (row(seen, "1.0.0").stage, row(seen, "1.0.0").tag) == (Stage.PUBLISHED, None)
        assert (seen.next, seen.next_because) == (None, "1.0.0 is published, and no tag names it")

    @pytest.mark.slow
    def test_the_index_gives_no_answer(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")

        seen = stand(repo, index, Wishes(index=NOBODY))

        assert row(seen, "1.0.0").stage is Stage.UNKNOWN
        assert seen.next == Run(
            ("tagship", "status", "--index", "http://127.0.0.1:9/simple/", "--upload-url", "http://127.0.0.1:9/legacy/")
        )

    def test_offline(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")

        seen = stand(repo, index, Wishes(index=TESTPYPI, offline=True))

        assert (row(seen, "1.0.0").stage, row(seen, "1.0.0").pushed) == (Stage.UNKNOWN, None)
        assert seen.next == Run(("tagship", "status", "--index", "testpypi"))
        assert "--offline" in seen.next_because


class TestPartly:
    def test_by_the_manifest_of_a_build_here(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        build(repo, "1.0.0")
        index.seed(repo.path / "dist/handmade-1.0.0-py3-none-any.whl", at=repo.now)

        seen = stand(repo, index)

        assert (row(seen, "1.0.0").stage, row(seen, "1.0.0").files_match) == (Stage.PARTIAL, False)
        assert pasted(seen) == "tagship ship v1.0.0"

    def test_whole_by_the_manifest(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        build(repo, "1.0.0")
        for path in (repo.path / "dist").iterdir():
            index.seed(path, at=repo.now)

        seen = stand(repo, index)

        assert (row(seen, "1.0.0").stage, row(seen, "1.0.0").files_match) == (Stage.PUBLISHED, True)

    def test_all_names_and_other_bytes_is_published_and_told(self, tmp_path: Path, index: StandInIndex) -> None:
        """What the index serves is the release; a build made here afterwards does not undo that."""
        repo = released(tmp_path / "project", "1.0.0")
        publish(index, repo, "1.0.0")
        build(repo, "1.0.0", code="other = True\n")

        seen = stand(repo, index)

        assert (row(seen, "1.0.0").stage, row(seen, "1.0.0").files_match) == (Stage.PUBLISHED, False)
        assert "other bytes" in seen.next_because

    def test_beside_a_file_that_is_not_of_the_build_it_is_not_published(
        self, tmp_path: Path, index: StandInIndex
    ) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        build(repo, "1.0.0")
        for path in (repo.path / "dist").iterdir():
            index.seed(path, at=repo.now)
        by_hand = tmp_path / "handmade-1.0.0-py3-none-win32.whl"
        by_hand.write_bytes(make_wheel(tmp_path, version="1.0.0", code="other = True\n").read_bytes())
        index.seed(by_hand, at=repo.now)

        seen = stand(repo, index)

        assert (row(seen, "1.0.0").stage, row(seen, "1.0.0").files_match) == (Stage.PARTIAL, False)
        assert by_hand.name in seen.next_because

    def test_without_a_manifest_by_what_the_release_before_had(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0", "1.1.0")
        publish(index, repo, "1.0.0")
        publish(index, repo, "1.1.0", sdist=False)

        seen = stand(repo, index)

        assert (row(seen, "1.1.0").stage, row(seen, "1.1.0").files_match) == (Stage.PARTIAL, None)
        assert pasted(seen) == "tagship ship v1.1.0"
        assert "handmade-1.1.0-py3-none-any.whl" in seen.next_because

    def test_how_long_the_index_takes_what_is_missing(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        build(repo, "1.0.0")
        wheel = next((repo.path / "dist").glob("*.whl"))
        index.seed(wheel, at=datetime.now(UTC) - timedelta(days=4, hours=1))

        seen = stand(repo, index, Wishes(index=index.endpoints))

        assert seen.next_because.endswith("(10 days left)")
        assert pasted(seen) == "tagship ship v1.0.0"

    def test_what_can_never_be_added_is_not_proposed(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        build(repo, "1.0.0")
        wheel = next((repo.path / "dist").glob("*.whl"))
        index.seed(wheel, at=datetime.now(UTC) - timedelta(days=15))

        seen = stand(repo, index, Wishes(index=index.endpoints))

        assert seen.next is None
        assert "takes none now" in seen.next_because

    def test_a_project_that_never_had_both_kinds_is_whole_with_one(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0", "1.1.0")
        publish(index, repo, "1.0.0", "1.1.0", sdist=False)

        assert row(stand(repo, index), "1.1.0").stage is Stage.PUBLISHED

    def test_the_manifest_of_another_version_says_nothing(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        publish(index, repo, "1.0.0")
        build(repo, "1.1.0")

        assert row(stand(repo, index), "1.0.0").files_match is None

    def test_a_broken_manifest_says_nothing(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        publish(index, repo, "1.0.0")
        repo.write({"dist.manifest.json": "{}"})

        assert row(stand(repo, index), "1.0.0").files_match is None

    def test_partly_published_by_hand_without_a_tag(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        prepare(repo, "1.1.0")
        publish(index, repo, "1.0.0")
        publish(index, repo, "1.1.0", sdist=False)

        seen = stand(repo, index)

        assert row(seen, "1.1.0").stage is Stage.PARTIAL
        assert pasted(seen) == "tagship gate 1.1.0"


class TestNext:
    def test_a_feature_branch_is_pushed_before_anything_is_tagged(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        publish(index, repo, "1.0.0")
        repo.branch("feature")
        prepare(repo, "1.1.0")

        assert stand(repo, index).next == Run(("git", "push", "--set-upstream", "origin", "feature"))

    @pytest.mark.parametrize("head", ["main", "--detach main"])
    def test_what_main_lacks_is_shown_where_there_is_nothing_to_push(
        self, head: str, tmp_path: Path, index: StandInIndex
    ) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        prepare(repo, "1.1.0")
        repo.git("checkout", "--quiet", *head.split())

        assert stand(repo, index).next == Run(("git", "log", "--oneline", "origin/main..HEAD"))

    def test_on_a_release_line_it_is_tagged(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project")
        repo.write({"tagship.toml": 'release-lines = ["release/*"]\n'})
        release(repo, "1.0.0")
        release(repo, "2.0.0")
        publish(index, repo, "1.0.0", "2.0.0")
        repo.branch("release/1.0", "v1.0.0")
        prepare(repo, "1.0.1")
        repo.push()

        seen = stand(repo, index)

        assert pasted(seen) == "tagship tag v1.0.1"

    def test_what_others_follow_already_goes_to_the_gate(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0", "1.0.2")
        publish(index, repo, "1.0.0", "1.0.2")
        prepare(repo, "1.0.1")

        seen = stand(repo, index)

        assert pasted(seen) == "tagship gate v1.0.1"
        assert "1.0.2" in seen.next_because

    def test_where_main_cannot_be_told_it_goes_to_the_gate(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project", remote=False)
        prepare(repo, "1.0.0")
        repo.git("branch", "master")

        seen = stand(repo, index)

        assert pasted(seen) == "tagship gate v1.0.0"
        assert "which branch is main" in seen.next_because

    def test_the_projects_own_version_comes_before_a_higher_one(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project")
        for version in ("1.0.0", "2.0.0", "2.1.0"):
            release(repo, version)
            publish(index, repo, version)
        repo.branch("release/1.0", "v1.0.0")
        release(repo, "1.0.1")

        assert pasted(stand(repo, index)) == "tagship gate v1.0.1"

        repo.git("push", "origin", "release/1.0")
        repo.write({"tagship.toml": 'release-lines = ["release/*"]\n'})

        assert pasted(stand(repo, index)) == "tagship ship v1.0.1"

    def test_what_was_left_behind_long_ago_is_left_alone(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0", "1.1.0", "1.2.0")
        publish(index, repo, "1.0.0", "1.2.0")

        seen = stand(repo, index)

        assert row(seen, "1.1.0").stage is Stage.PUSHED
        assert seen.next is None

    def test_another_tag_of_that_name_on_the_remote(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        repo.tag("v1.0.0", force=True)

        seen = stand(repo, index)

        assert row(seen, "1.0.0").pushed is False
        assert pasted(seen) == "tagship gate v1.0.0"

    def test_without_a_remote_there_is_nowhere_to_push(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project", remote=False)
        prepare(repo, "1.0.0")
        repo.tag("v1.0.0")

        seen = stand(repo, index)

        assert (row(seen, "1.0.0").stage, row(seen, "1.0.0").pushed) == (Stage.TAGGED, False)
        assert pasted(seen) == "tagship gate v1.0.0"

    def test_a_remote_that_is_gone(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        shutil.rmtree(repo.remote)

        seen = stand(repo, index)

        assert row(seen, "1.0.0").pushed is None
        assert seen.next == Run(("git", "ls-remote", "origin", "refs/tags/v1.0.0"))

    def test_a_version_under_development_is_nobodys_next(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        publish(index, repo, "1.0.0")
        prepare(repo, "1.1.0.dev0")

        assert stand(repo, index).next is None

    def test_nothing_yet_where_the_tag_is_the_version(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project", pyproject=PYPROJECT_SCM)
        repo.commit()

        seen = stand(repo, index)

        assert (seen.versions, seen.next) == ((), None)

    def test_from_elsewhere_the_command_leads_there(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        prepare(repo, "1.0.1")
        repo.tag("v1.0.1")

        with Workplace(repo.path, environ={}, wishes=Wishes(index=index.endpoints)) as place:
            seen = status(place)

        assert pasted(seen) == f"tagship -C {repo.path} tag v1.0.1"

    def test_the_command_can_be_pasted(self, tmp_path: Path, index: StandInIndex) -> None:
        """From tagged to pushed by nothing but what is said next."""
        repo = new_project(tmp_path / "project")
        prepare(repo, "1.0.0")
        repo.push()
        assert pasted(stand(repo, index)) == "tagship tag v1.0.0"
        repo.tag("v1.0.0")
        seen = stand(repo, index)
        assert row(seen, "1.0.0").stage is Stage.TAGGED
        assert pasted(seen) == "tagship tag v1.0.0"
        repo.git("push", "--quiet", "origin", "refs/tags/v1.0.0")
        assert pasted(stand(repo, index)) == "tagship ship v1.0.0"

    def test_without_notes_the_version_is_prepared_first(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project")
        set_version(repo, "1.0.0")
        repo.commit()
        repo.push()

        assert pasted(stand(repo, index)) == "tagship prepare 1.0.0"

    def test_without_a_remote_git_alone_makes_the_tag(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project", remote=False)
        prepare(repo, "1.0.0")

        assert pasted(stand(repo, index)) == "git tag --annotate v1.0.0 --message v1.0.0"


def test_a_file_whose_name_tells_no_version_is_of_none() -> None:
    wheel = ServedFile("handmade-1.0.0-py3-none-any.whl", "http://127.0.0.1/w", None)
    installer = ServedFile("handmade-setup.exe", "http://127.0.0.1/s", None)

    assert _by_version(IndexPage("handmade", exists=True, files=(installer, wheel))) == {Version("1.0.0"): [wheel]}


class _Releases:
    """A code host with some releases, that may stop answering."""

    def __init__(self, *, broken: bool = False) -> None:
        self.asked = 0
        self._broken = broken

    def release(self, tag: str) -> HostRelease | None:
        self.asked += 1
        if self._broken:
            raise FactUnknown("the host gave no answer")
        drafts = {"v1.0.0": False, "v1.1.0": True}
        return HostRelease(1, "http://127.0.0.1/", drafts[tag], "") if tag in drafts else None


class TestSurroundings:
    def test_how_the_hosts_releases_stand(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0", "1.1.0", "1.2.0")
        host = _Releases()

        seen = stand(repo, index, Wishes(host=lambda: host))  # type: ignore[arg-type,return-value]  # no more is asked

        assert [each.host_release for each in seen.versions] == ["none", "draft", "public"]

    def test_a_host_that_gives_no_answer_is_asked_once(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0", "1.1.0", "1.2.0")
        host = _Releases(broken=True)

        seen = stand(repo, index, Wishes(host=lambda: host))  # type: ignore[arg-type,return-value]  # as above

        assert [each.host_release for each in seen.versions] == [None, None, None]
        assert host.asked == 1

    def test_the_changelog_tells_or_does_not_or_cannot_be_read(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project")
        release(repo, "1.0.0")
        (repo.path / "CHANGELOG.md").write_text("# Changelog\n", encoding="utf-8")
        repo.commit()
        assert row(stand(repo, index), "1.0.0").in_changelog is False

        add_section(repo, "1.0.0")
        repo.commit()
        assert row(stand(repo, index), "1.0.0").in_changelog is True

        repo.commit({"CHANGELOG.md": b"# Changelog\n\n## 1.0.0\n\xff\n"})
        assert row(stand(repo, index), "1.0.0").in_changelog is None

        (repo.path / "CHANGELOG.md").unlink()
        repo.commit()
        assert row(stand(repo, index), "1.0.0").in_changelog is False

    def test_the_highest_five_and_the_projects_own(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = new_project(tmp_path / "project")
        prepare(repo, "1.0.0")
        for number in range(8):
            repo.tag(f"v2.{number}.0")
        repo.push()

        seen = stand(repo, index)

        assert [each.version for each in seen.versions] == ["2.7.0", "2.6.0", "2.5.0", "2.4.0", "2.3.0", "1.0.0"]

    def test_a_tag_that_only_the_remote_has(self, tmp_path: Path, index: StandInIndex) -> None:
        repo = released(tmp_path / "project", "1.0.0")
        clone = repo.clone("clone")
        release(repo, "1.1.0")

        seen = stand(clone, index)

        assert (row(seen, "1.1.0").pushed, row(seen, "1.1.0").stage) == (True, Stage.PUSHED)

    def test_published_later_than_shown(self, tmp_path: Path, index: StandInIndex) -> None:
        """Versions that the index alone knows have a row as well."""
        repo = released(tmp_path / "project", "1.0.0")
        repo.hours += int(timedelta(days=1) / timedelta(hours=1))
        publish(index, repo, "1.0.0", "1.1.0")

        seen = stand(repo, index)

        assert row(seen, "1.1.0").tag is None
        assert (seen.project, seen.index) == ("handmade", index.endpoints.name)
        assert os.fspath(repo.path) not in seen.next_because
