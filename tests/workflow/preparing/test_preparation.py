"""What preparing a release writes beside the version: changelogs from fragments, lock files, what follows a release."""

from pathlib import Path

import pytest
from packaging.version import Version

from repositories import PYPROJECT, Repo, new_project, released
from tagship.domain.branch import Bump
from tagship.domain.bump import Wish
from tagship.domain.plan import Done, Todo
from tagship.errors import Conflict, Incomplete, UsageError
from tagship.rehearsal.index import StandInIndex
from tagship.workflow.preparing.preparation import Preparation
from tagship.workflow.preparing.tools import at_hand
from tagship.workflow.readiness.place import BranchPlace
from tagship.workflow.several.packages import Packages
from tagship.workflow.workplace import Wishes, Workplace
from workflow.preparing.drafting import TODAY, open_after, prepare, preparing, read, states

LOCK = """\
version = 1
requires-python = ">=3.9"

[[package]]
name = "handmade"
version = "1.0.0"
source = { editable = "." }
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = released(tmp_path / "project", "1.0.0")
    made.commit({"a.py": ""}, "Add a module")
    made.push()
    return made


class TestLocks:
    def test_the_own_entry_goes_along(self, repo: Repo) -> None:
        other = '\n[[package]]\nname = "other"\nversion = "1.0.0"\n'
        repo.commit({"uv.lock": LOCK + other})
        repo.push()

        proposal = prepare(repo, Wish(Bump.MINOR))

        assert states(proposal)["locks"] is Todo
        assert read(repo, "uv.lock") == LOCK.replace('version = "1.0.0"', 'version = "1.1.0"') + other
        assert any("uv.lock" in remark and "--offline" in remark for remark in proposal.remarks)

    def test_without_any_there_is_nothing_to_do(self, repo: Repo) -> None:
        assert states(prepare(repo, Wish(Bump.MINOR)))["locks"] is Done

    @pytest.mark.slow
    def test_uv_is_asked_and_mends_what_is_out_of_step(self, repo: Repo) -> None:
        pytest.importorskip("uv")
        repo.commit({"uv.lock": LOCK.replace(">=3.9", ">=3.8")})
        repo.push()
        preparation = preparing(repo, offline=False)
        preparation.__dict__["_published"] = frozenset()

        with preparation.place, preparation.propose(Version("1.1.0"), TODAY) as draft:
            draft.carry_out()

        assert 'requires-python = ">=3.9"' in read(repo, "uv.lock")
        assert 'version = "1.1.0"' in read(repo, "uv.lock")


SCRIV_NEWS = [("1", "Added", "A window."), ("2", "Fixed", "The door closes.")]
TOWNCRIER = '\n[tool.towncrier]\ndirectory = "news"\nfilename = "CHANGELOG.md"\nname = "Handmade"\n'


class TestFragments:
    @pytest.fixture
    def fragments(self, repo: Repo) -> Repo:
        pyproject = read(repo, "pyproject.toml") + TOWNCRIER
        news = {"news/1.feature.md": "A window.\n", "news/2.bugfix.md": "The door closes.\n"}
        repo.commit({"pyproject.toml": pyproject, **news})
        repo.push()
        return repo

    def test_their_kinds_say_how_far_up(self, fragments: Repo) -> None:
        preparation = preparing(fragments)
        with preparation.place:
            assert preparation.advice is not None
            assert preparation.advice.version == Version("1.1.0")
            assert "news/1.feature.md" in preparation.advice.reasons[0]

    @pytest.mark.skipif(at_hand("scriv", module=True) is not None, reason="the tool is here, and would be used")
    def test_without_their_tool_they_become_a_list(self, repo: Repo) -> None:
        news = {f"changelog.d/{name}.md": f"### {kind}\n\n- {text}\n" for name, kind, text in SCRIV_NEWS}
        repo.commit({"pyproject.toml": read(repo, "pyproject.toml") + '\n[tool.scriv]\nformat = "md"\n', **news})
        repo.push()

        proposal = prepare(repo, Wish(Bump.MINOR))

        text = read(repo, "CHANGELOG.md")
        assert "- A window.\n- The door closes.\n" in text
        assert not (repo.path / "changelog.d").exists()
        assert any("scriv is not at hand" in remark for remark in proposal.remarks)
        assert repo.git("status", "--porcelain") == ""

    @pytest.mark.slow
    def test_their_own_tool_puts_them_together(self, fragments: Repo) -> None:
        pytest.importorskip("towncrier")

        prepare(fragments, Wish(Bump.MINOR))

        text = read(fragments, "CHANGELOG.md")
        assert "1.1.0 (2026-03-01)" in text
        assert "A window." in text
        assert not (fragments.path / "news/1.feature.md").exists()
        assert fragments.git("status", "--porcelain") == ""


class TestDrafts:
    def test_a_heading_that_waits_with_nothing_below_it(self, repo: Repo) -> None:
        waiting = (
            "# Changelog\n\n## 1.0.1 (unreleased)\n\n- Nothing changed yet.\n\n## 1.0.0 (2026-01-05)\n\n- It begins.\n"
        )
        repo.commit({"CHANGELOG.md": waiting}, "Back to work")
        repo.push()

        proposal = prepare(repo, Wish(Bump.MINOR))

        text = read(repo, "CHANGELOG.md")
        assert text == waiting.replace("1.0.1 (unreleased)", "1.1.0 (2026-03-01)").replace(
            "- Nothing changed yet.", "- Back to work\n- Add a module"
        )
        assert any("nothing was written" in remark for remark in proposal.remarks)

    def test_one_file_per_release(self, repo: Repo) -> None:
        repo.git("rm", "--quiet", "CHANGELOG.md")
        repo.commit({"docs/releases/1.0.0.md": "# 1.0.0\n\n- It begins.\n"}, "Move the changelog")
        repo.push()

        prepare(repo, Wish(Bump.MINOR))

        assert read(repo, "docs/releases/1.1.0.md") == "# 1.1.0\n\n- Move the changelog\n- Add a module\n"

    def test_what_comes_after_its_candidates_tells_what_they_told(self, repo: Repo) -> None:
        prepare(repo, Wish(Bump.MINOR, pre="rc"))
        repo.git("push", "--quiet", "origin", "HEAD:main")
        repo.switch("main")
        repo.git("merge", "--quiet", "--ff-only", "release-1.1.0rc1")
        repo.tag("v1.1.0rc1")
        repo.commit({"b.py": ""}, "Add another")
        repo.push()

        prepare(repo, Wish(Bump.PATCH))

        final, _, candidate = read(repo, "CHANGELOG.md").partition("## 1.1.0rc1")
        assert "## 1.1.0" in final
        assert "- Add another\n- Add a module\n" in final
        assert "Release" not in final + candidate

    def test_a_pre_release_below_another_that_is_tagged_is_told(self, repo: Repo) -> None:
        repo.tag("v2.0.0b1")
        repo.commit({"b.py": ""}, "Add another")
        repo.push()

        told = prepare(repo, Wish(Bump.MINOR, pre="rc")).remarks

        assert any("2.0.0b1 is tagged" in remark and "version-is-above-tags" in remark for remark in told)

    def test_one_of_several_packages_is_tagged_by_its_name(self, tmp_path: Path) -> None:
        repo = new_project(tmp_path / "project")
        listed = '[tool.tagship.packages.door]\npath = "packages/door"\n'
        package = {"packages/door/pyproject.toml": PYPROJECT.format(version="1.0.0")}
        repo.commit({"pyproject.toml": listed, **package}, "Begin")
        repo.tag("door-v0.9.0")
        repo.push()
        packages = Packages.at(repo.path, may_fetch=False)
        assert packages is not None
        with packages:
            place = packages.workplace("door", Workplace, environ={}, wishes=Wishes(offline=True))
            preparation = Preparation(place, today=TODAY)
            with preparation.propose(Version("1.0.0"), TODAY) as draft:
                assert any("tagship tag 1.0.0 --package door" in remark for remark in draft.proposal.remarks)


class TestAfter:
    def test_a_project_that_opens_nothing(self, repo: Repo) -> None:
        before = repo.references()

        proposal = open_after(repo)

        assert proposal.is_done
        assert repo.references() == before

    def test_a_version_under_development_by_custom(self, tmp_path: Path) -> None:
        repo = new_project(tmp_path / "project")
        open_log = "# Changelog\n\n## 1.1.0 (unreleased)\n\n## 1.0.0 (2026-01-01)\n\n- It begins.\n"
        repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.0.dev0"), "CHANGELOG.md": open_log})
        closed = open_log.replace("(unreleased)", "(2026-02-01)\n\n- A door.")
        repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.0"), "CHANGELOG.md": closed})
        repo.tag("v1.1.0")
        repo.push()

        proposal = open_after(repo)

        assert proposal.version == Version("1.2.0.dev0")
        assert repo.git("branch", "--show-current") == "begin-1.2.0.dev0"
        assert 'version = "1.2.0.dev0"' in read(repo, "pyproject.toml")
        assert "## 1.2.0 (unreleased)\n" in read(repo, "CHANGELOG.md")
        assert open_after(repo).is_done

    def test_the_version_that_is_wished_for(self, repo: Repo) -> None:
        repo.tag("v1.0.1")

        open_after(repo, Wish(version=Version("2.0.0.dev0")))

        assert 'version = "2.0.0.dev0"' in read(repo, "pyproject.toml")
        assert read(repo, "CHANGELOG.md").count("## ") == 1

    def test_before_the_release_is_tagged_it_is_too_early(self, repo: Repo) -> None:
        prepare(repo, Wish(Bump.MINOR))

        with pytest.raises(UsageError, match="not tagged yet"):
            open_after(repo, Wish(Bump.MINOR))


class TestAdvice:
    def test_a_version_that_waits_in_the_files(self, repo: Repo) -> None:
        repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.0")})
        repo.push()
        preparation = preparing(repo)

        with preparation.place:
            assert preparation.advice is not None
            assert preparation.advice.version == Version("1.1.0")

    def test_the_next_pre_release_of_its_kind(self, repo: Repo) -> None:
        repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.0b1")})
        repo.tag("v1.1.0b1")
        repo.push()
        preparation = preparing(repo)

        with preparation.place:
            assert preparation.advice is not None
            assert preparation.advice.wish == Wish(pre="b")

    def test_conventional_commits(self, repo: Repo) -> None:
        for number in range(6):
            repo.commit({"a.py": f"{number}\n"}, f"fix: mend {number}")
        repo.commit({"a.py": "new\n"}, "feat: a window")
        repo.push()
        preparation = preparing(repo)

        with preparation.place:
            assert preparation.advice is not None
            assert preparation.advice.version == Version("1.1.0")
            assert "feat: a window" in preparation.advice.reasons[0]

    @pytest.mark.slow
    def test_a_name_that_is_gone(self, tmp_path: Path) -> None:
        pytest.importorskip("griffe")
        repo = new_project(tmp_path / "project")
        pyproject = {"pyproject.toml": PYPROJECT.format(version="1.0.0")}
        repo.commit({"src/handmade/__init__.py": "def door() -> None: ...\ndef window() -> None: ...\n", **pyproject})
        repo.tag("v1.0.0")
        repo.commit({"src/handmade/__init__.py": "def door() -> None: ...\n"}, "Tidy up")
        repo.push()
        preparation = preparing(repo)

        with preparation.place:
            assert preparation.advice is not None
            assert preparation.advice.version == Version("2.0.0")
            assert "window" in preparation.advice.reasons[0]

    @pytest.mark.parametrize("subjects", [["feat: a window"], ["fix: a hinge"], ["feat!: no door"], ["Some work"]])
    def test_check_suggests_the_same(self, repo: Repo, subjects: list[str]) -> None:
        for number in range(6):
            repo.commit({"a.py": f"{number}\n"}, f"fix: mend {number}" if subjects != ["Some work"] else "Go on")
        for subject in subjects:
            repo.commit({"b.py": subject}, subject)
        repo.push()
        preparation = preparing(repo)

        with preparation.place, BranchPlace(repo.path, environ={}, wishes=Wishes(offline=True)) as place:
            assert place.facts.suggestion == preparation.suggestion
            assert (preparation.suggestion is None) == (subjects == ["Some work"])

    def test_a_public_api_that_cannot_be_compared_is_told(self, tmp_path: Path) -> None:
        """A window is gone, which would be a major release; but nobody can read what is left."""
        repo = new_project(tmp_path / "project")
        pyproject = {"pyproject.toml": PYPROJECT.format(version="1.0.0")}
        repo.commit({"src/handmade/__init__.py": "def window() -> None: ...\n", **pyproject})
        repo.tag("v1.0.0")
        repo.commit({"src/handmade/__init__.py": "def window(\n"}, "Tidy up")
        repo.push()
        notes: list[str] = []
        place = Workplace(repo.path, environ={}, wishes=Wishes(offline=True, on_note=notes.append))

        with place:
            assert Preparation(place, today=TODAY).advice is None

        (note,) = notes
        assert note.startswith("whether the public API breaks is not looked at: the public API cannot be compared")

    def test_nothing_tells(self, repo: Repo) -> None:
        preparation = preparing(repo)

        with preparation.place:
            assert preparation.advice is None


class TestIndex:
    def test_an_index_that_does_not_answer_is_told_and_the_tags_count(self, repo: Repo) -> None:
        with StandInIndex() as index:
            endpoints = index.endpoints
        notes: list[str] = []
        wishes = Wishes(index=endpoints, on_note=notes.append, pause=lambda _: None)
        with Workplace(repo.path, environ={}, wishes=wishes) as place:
            taken = Preparation(place, today=TODAY).releases.taken

        assert set(taken) == {Version("1.0.0")}
        (note,) = notes
        assert note.startswith("which versions the index has is not known: ")

    def test_an_index_that_is_not_asked_is_not_told(self, repo: Repo) -> None:
        notes: list[str] = []
        with Workplace(repo.path, environ={}, wishes=Wishes(offline=True, on_note=notes.append)) as place:
            assert set(Preparation(place, today=TODAY).releases.taken) == {Version("1.0.0")}

        assert notes == []


class TestGround:
    def test_who_went_on_meanwhile_is_not_passed_by(self, repo: Repo) -> None:
        preparation = preparing(repo)
        with preparation.place, preparation.propose(Version("1.1.0"), TODAY) as draft:
            repo.commit({"b.py": ""}, "Go on")

            with pytest.raises(Incomplete):
                draft.carry_out()

        assert repo.git("branch", "--list", "release-*") == ""

    def test_where_the_remote_is_on_github_a_pull_request_follows(self, repo: Repo) -> None:
        repo.git("remote", "set-url", "origin", "https://github.com/somebody/handmade.git")

        following = [str(command) for command in prepare(repo, Wish(Bump.MINOR)).following]

        assert following == [
            "git push --set-upstream origin release-1.1.0",
            "gh pr create --base main --head release-1.1.0 --fill",
        ]

    def test_without_a_remote_the_branch_is_merged_here(self, tmp_path: Path) -> None:
        repo = new_project(tmp_path / "project", remote=False)
        repo.commit({"pyproject.toml": PYPROJECT.format(version="1.0.0")})
        repo.tag("v1.0.0")

        following = [str(command) for command in prepare(repo, Wish(Bump.MINOR)).following]

        assert following == ["git switch main", "git merge release-1.1.0"]

    def test_a_line_of_releases_gets_a_branch_beside_it(self, repo: Repo) -> None:
        pyproject = read(repo, "pyproject.toml") + '\n[tool.tagship]\nrelease-lines = ["*.x"]\n'
        repo.branch("1.x")
        repo.commit({"pyproject.toml": pyproject})
        repo.push()

        proposal = prepare(repo, Wish(Bump.PATCH))

        assert repo.git("branch", "--show-current") == "release-1.0.1"
        assert proposal.version == Version("1.0.1")

    def test_a_clone_with_a_linked_working_tree(self, repo: Repo, tmp_path: Path) -> None:
        place = tmp_path / "beside änd more"
        repo.git("worktree", "add", "--quiet", "-b", "feature", str(place))

        prepare(Repo(place), Wish(Bump.MINOR))

        assert 'version = "1.1.0"' in (place / "pyproject.toml").read_text(encoding="utf-8")
        assert 'version = "1.0.0"' in read(repo, "pyproject.toml")

    def test_a_shallow_clone_at_its_tip(self, repo: Repo) -> None:
        clone = repo.clone("shallow", depth=1)

        preparation = preparing(clone, offline=False)
        preparation.__dict__["_published"] = frozenset()
        with preparation.place, preparation.propose(preparation.aim(Wish(Bump.MINOR)), TODAY) as draft:
            draft.carry_out()

        assert clone.git("branch", "--show-current") == "release-1.1.0"

    def test_a_file_in_the_way(self, repo: Repo) -> None:
        repo.git("rm", "--quiet", "CHANGELOG.md")
        repo.commit({".gitignore": "CHANGELOG.md\n"})
        repo.push()
        repo.write({"CHANGELOG.md": "mine\n"})

        with pytest.raises(Conflict, match="ignored"):
            prepare(repo, Wish(Bump.MINOR))

        assert read(repo, "CHANGELOG.md") == "mine\n"
        assert repo.git("branch", "--show-current") == "main"
