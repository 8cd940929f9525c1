"""`tagship tag`, from an up-to-date main to a run that has begun: real git, a real remote, a stand-in code host."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.saying import Terminal, publish, say
from cli.tagging import NOTES, RELEASES_ON, TAG, VERSION, WORKFLOW, Scene, ready_to_tag, scene_of
from repositories import PYPROJECT, PYPROJECT_SCM, Repo, prepare, set_version
from tagship.errors import Exit

pytestmark = pytest.mark.slow


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_of(ready_to_tag(tmp_path / "handmade")) as made:
        yield made


def test_from_main_to_a_run_that_has_begun(scene: Scene) -> None:
    scene.begin()
    said = scene.tag()

    assert said.exit == Exit.READY, said.err
    assert list(said.steps) == ["tip", "gate", "credential", "tag", "push", "run"]
    assert said.steps["run"].startswith("release runs: ")
    assert said.steps["run"].endswith("/stand-in/handmade/actions/runs/1")
    assert scene.tags_there == {TAG: scene.repo.git("rev-parse", f"refs/tags/{TAG}")}
    assert scene.repo.git("rev-parse", f"{TAG}^{{commit}}") == scene.head
    assert "$ git tag " in said.err
    assert "$ git push " in said.err


def test_the_notes_come_back_byte_for_byte(scene: Scene) -> None:
    """Lines that begin with # are no comments, and nothing is folded, stripped or recoded."""
    scene.hosted = False
    assert scene.tag().exit == Exit.READY

    found = subprocess.run(
        ["git", "cat-file", "tag", TAG], cwd=scene.repo.path, capture_output=True, check=True, timeout=60
    ).stdout
    assert found.partition(b"\n\n")[2] == f"handmade {VERSION}\n\n{NOTES}\n".encode()


def test_no_configuration_changes_what_is_pushed(scene: Scene) -> None:
    """Pain 17: of more than three tags in one push none starts a run; git may be configured to push them along."""
    scene.hosted = False
    scene.repo.git("tag", "--annotate", "--message", "mine", "private")
    for key, value in (("push.followTags", "true"), ("push.default", "matching"), ("core.commentChar", "G")):
        scene.repo.git("config", key, value)
    scene.repo.git("branch", "elsewhere")
    branches = scene.repo.git("ls-remote", "--heads", str(scene.repo.remote))

    assert scene.tag().exit == Exit.READY
    assert list(scene.tags_there) == [TAG]
    assert scene.repo.git("ls-remote", "--heads", str(scene.repo.remote)) == branches


def test_only_what_the_tag_needs_is_pushed_in_one_push(scene: Scene, tmp_path: Path) -> None:
    scene.hosted = False
    log = tmp_path / "pushed"
    scene.hook("pre-push", f'cat >> "{log}"')

    assert scene.tag().exit == Exit.READY
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert line.split()[0] == line.split()[2] == f"refs/tags/{TAG}"


# -- where HEAD is -----------------------------------------------------------------------------------------------


def test_pain_14_a_tag_off_main_is_not_made(scene: Scene) -> None:
    """Pain 14: the message says where HEAD is, and what to do."""
    scene.repo.branch("feature")
    scene.repo.commit({"more.py": "1\n"})
    said = scene.tag()

    assert said.exit == Exit.BLOCKED
    assert "feature) has 1 commit that main on origin" in said.message
    assert "pull request" in said.remedy
    assert scene.tags_here == []


def test_behind_main_by_what_somebody_else_pushed(scene: Scene) -> None:
    other = scene.repo.clone("elsewhere")
    other.commit({"theirs.py": "1\n"})
    other.push("main")
    said = scene.tag()

    assert said.exit == Exit.BLOCKED
    assert "main) is 1 commit behind main on origin" in said.message
    assert said.remedy == f"git -C {scene.repo.path} pull --ff-only origin main"

    scene.repo.git(*said.remedy.split()[3:])
    scene.hosted = False
    assert scene.tag().exit == Exit.READY


def test_unpushed_commits_of_main(scene: Scene) -> None:
    scene.repo.commit({"mine.py": "1\n"})
    said = scene.tag()

    assert said.exit == Exit.BLOCKED
    assert "main) has 1 commit that main on origin" in said.message


def test_an_old_branch_leads_back_to_main(scene: Scene) -> None:
    scene.repo.branch("old", "HEAD")
    scene.repo.switch("main")
    prepare(scene.repo, "1.0.1")
    scene.repo.push("main")
    scene.repo.switch("old")

    assert scene.tag().remedy == f"git -C {scene.repo.path} switch main"


def test_an_old_branch_leads_to_the_remotes_main_where_ours_is_old_as_well(scene: Scene) -> None:
    scene.repo.branch("old", "HEAD")
    other = scene.repo.clone("elsewhere")
    other.commit({"theirs.py": "1\n"})
    other.push("main")
    scene.repo.switch("old")

    assert scene.tag().remedy == f"git -C {scene.repo.path} switch --detach origin/main"


def test_a_detached_head_at_the_tip_will_do(scene: Scene) -> None:
    scene.hosted = False
    scene.repo.git("switch", "--quiet", "--detach", "main")

    assert scene.tag().exit == Exit.READY
    assert TAG in scene.tags_there


def test_a_dirty_tree_is_no_part_of_the_tag(scene: Scene) -> None:
    scene.hosted = False
    set_version(scene.repo, "9.9.9")
    said = scene.tag()

    assert said.exit == Exit.READY
    assert scene.head[:12] in said.steps["tip"]
    assert "what is not committed is no part of it" in said.steps["tip"]


def test_a_shallow_clone_gets_its_history_first(scene: Scene) -> None:
    scene.hosted = False
    scene.repo = scene.repo.clone("shallow", depth=1, single_branch=True, no_tags=True)

    assert scene.tag().exit == Exit.READY


def test_without_a_remote_nothing_can_be_pushed(scene: Scene) -> None:
    scene.repo.git("remote", "remove", "origin")
    for words in ((), ("--plan",)):
        said = scene.tag(*words)

        assert said.exit == Exit.BLOCKED
        assert "remote" in said.message


def test_offline_nobody_knows_where_main_is(scene: Scene) -> None:
    said = scene.tag("--offline")

    assert said.exit == Exit.UNKNOWN
    assert scene.tags_here == []


def test_a_release_line_counts_as_main_for_what_it_maintains(scene: Scene) -> None:
    scene.hosted = False
    repo = scene.repo
    assert scene.tag().exit == Exit.READY
    prepare(repo, "1.1.0")
    repo.push("main")
    assert scene.tag().exit == Exit.READY
    repo.branch("release/1.0", TAG)
    lines = '\n[tool.tagship]\nrelease-lines = ["release/*"]\n'
    prepare(repo, "1.0.1")
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.0.1") + lines})
    repo.push("release/1.0")
    said = scene.tag()

    assert said.exit == Exit.READY, said.out
    assert said.steps["tip"].endswith("is the tip of release/1.0 on origin")
    assert sorted(scene.tags_there) == [TAG, "v1.0.1", "v1.1.0"]


# -- which tag ---------------------------------------------------------------------------------------------------


def test_a_version_to_confirm_must_be_the_projects(scene: Scene) -> None:
    said = scene.tag("1.0.1")

    assert said.exit == Exit.BLOCKED
    assert "version-matches-tag" in said.failed
    assert scene.tags_here == []


def test_where_the_tag_is_the_version_it_is_given(tmp_path: Path) -> None:
    with scene_of(ready_to_tag(tmp_path / "handmade", pyproject=PYPROJECT_SCM)) as scene:
        scene.hosted = False
        unnamed = scene.tag()
        assert (unnamed.exit, unnamed.document["kind"]) == (Exit.USAGE, "usage-error")
        assert scene.tag("1.0.0").exit == Exit.READY
        assert list(scene.tags_there) == [TAG]


def test_a_spelling_that_is_not_canonical(scene: Scene) -> None:
    assert "tag-is-canonical" in scene.tag("v1.0.0-1").failed


def test_one_of_several_packages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = Repo.new(tmp_path / "several")
    listing = '[tool.tagship.packages.one]\npath = "one"\n[tool.tagship.packages.two]\npath = "two"\n'
    files = {"pyproject.toml": listing}
    for name in ("one", "two"):
        files[f"{name}/pyproject.toml"] = PYPROJECT.format(version=VERSION).replace("handmade", name)
        files[f"{name}/CHANGELOG.md"] = f"# Changelog\n\n## {VERSION}\n\n- The first of {name}.\n"
    repo.commit(files)
    repo.push()
    with scene_of(repo) as scene:
        words = ("--yes", "--host", "none", "--index", scene.index.endpoints.simple, "--json")
        unnamed = say(capsys, "-C", str(repo.path), "tag", *words)
        named = say(capsys, "-C", str(repo.path), "tag", "--package", "two", *words)

        assert unnamed.exit == Exit.USAGE
        assert named.exit == Exit.READY, named.out
        assert list(scene.tags_there) == ["two-v1.0.0"]
        assert "two 1.0.0\n\n- The first of two." in repo.git("cat-file", "tag", "two-v1.0.0")

        repo.commit({"two/more.py": "1\n"})
        repo.push("main")
        spent = say(capsys, "-C", str(repo.path), "tag", "--package", "two", *words)

        assert spent.exit == Exit.CONFLICT
        assert spent.document["remedy"] == {
            "run": ["tagship", "-C", str(repo.path), "prepare", "patch", "--package", "two",
                    "--index", scene.index.endpoints.simple],
        }  # fmt: skip


def test_who_is_left_behind_by_a_tag_of_several_packages_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = Repo.new(tmp_path / "together")
    listing = '[tool.tagship.packages.one]\npath = "one"\n[tool.tagship.packages.two]\npath = "two"\n'
    files = {"pyproject.toml": listing}
    for name in ("one", "two"):
        files[f"{name}/pyproject.toml"] = PYPROJECT.format(version=VERSION).replace("handmade", name)
        files[f"{name}/CHANGELOG.md"] = f"# Changelog\n\n## 1.1.0\n\n- More.\n\n## {VERSION}\n\n- The first.\n"
    repo.commit(files)
    repo.tag("v1.0.0")
    repo.commit({"one/pyproject.toml": PYPROJECT.format(version="1.1.0").replace("handmade", "one")})
    repo.push()
    with scene_of(repo) as scene:
        words = ("tag", "--plan", "--host", "none", "--index", scene.index.endpoints.simple)
        one = say(capsys, "-C", str(repo.path), *words, "--package", "one")
        repo.commit({"two/pyproject.toml": PYPROJECT.format(version="1.1.0").replace("handmade", "two")})
        repo.push("main")
        both = say(capsys, "-C", str(repo.path), *words, "--package", "one")

    assert "note: v1.1.0 is the tag of two 1.0.0 as well" in one.err
    assert "is the tag of" not in both.err


# -- the gate, before there is anything to regret ------------------------------------------------------------------


def test_failure_37_a_red_tip_stops_the_tag_and_names_what_failed(scene: Scene) -> None:
    """Failure 37: main was red, the tag was cut all the same and had to be cut again."""
    scene.host.check_runs[scene.head] = {"ci-ok": "failure", "docs": "success", "windows": "timed_out"}
    said = scene.tag()

    assert said.exit == Exit.BLOCKED
    assert said.failed == ["commit-is-green"]
    assert "ci-ok failed on" in said.out
    assert "windows failed on" in said.out
    assert "docs failed" not in said.out
    assert scene.tags_here == []


def test_what_still_runs_is_not_waited_for_where_something_is_red(scene: Scene) -> None:
    scene.host.check_runs[scene.head] = {"ci-ok": "failure", "windows": None}
    said = scene.tag()

    assert said.failed == ["commit-is-green"]
    assert scene.waited == []


def test_what_still_runs_is_waited_for(scene: Scene) -> None:
    scene.begin()
    scene.host.check_runs[scene.head] = {"ci-ok": None}

    def turn_green(_: float) -> None:
        scene.host.check_runs[scene.head] = {"ci-ok": "success"}

    scene.pause = turn_green
    said = scene.tag()

    assert said.exit == Exit.READY, said.out
    assert scene.waited
    assert "waiting for the code host: ci-ok" in said.err


def test_what_runs_on_and_on_leaves_the_question_open(scene: Scene) -> None:
    scene.host.check_runs[scene.head] = {"ci-ok": None}
    said = scene.tag()

    assert said.exit == Exit.UNKNOWN
    assert "still running" in said.out
    assert scene.tags_here == []


def test_failure_21_no_changelog_section_no_tag(tmp_path: Path) -> None:
    """Failure 21: the tag was pushed without a changelog, and then moved."""
    repo = ready_to_tag(tmp_path / "handmade")
    set_version(repo, "1.1.0")
    repo.commit()
    repo.push("main")
    with scene_of(repo) as scene:
        said = scene.tag()

        assert said.exit == Exit.BLOCKED
        assert "changelog-has-version" in said.failed
        assert scene.tags_here == []


def test_a_jump_is_confirmed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = ready_to_tag(tmp_path / "handmade")
    with scene_of(repo) as scene:
        scene.hosted = False
        assert scene.tag().exit == Exit.READY
        prepare(repo, "2.1.1")
        repo.push("main")

        assert scene.tag().failed == ["version-is-one-step-up"]
        words = ("--yes", "--confirm-jump", "--host", "none", "--index", scene.index.endpoints.simple)
        assert say(capsys, "-C", str(repo.path), "tag", *words).exit == Exit.READY


def test_a_jump_that_the_job_is_not_told_of_is_not_tagged(tmp_path: Path) -> None:
    """The tag went out, and the gate of the release refused it: a tag that is out stays."""
    repo = ready_to_tag(tmp_path / "handmade")
    asks = RELEASES_ON.format(pattern="v*").replace(
        "jobs: {}", "jobs:\n  gate:\n    steps:\n      - run: python -m tagship gate"
    )
    with scene_of(repo) as scene:
        scene.hosted = False
        assert scene.tag().exit == Exit.READY
        repo.write({WORKFLOW: asks})
        prepare(repo, "5.0.0")
        repo.push("main")
        scene.confirm_jump = True
        said, planned = scene.tag(), scene.tag("--plan")

        assert (said.exit, planned.exit, said.failed) == (Exit.BLOCKED, Exit.BLOCKED, ["version-is-one-step-up"])
        assert f"{WORKFLOW} would be asked without --confirm-jump" in said.out
        assert scene.tags_here == [TAG]

        waiver = re.search(r"version-is-one-step-up = \{.*?\}", str(said.document["checks"]))
        assert waiver is not None
        repo.commit(
            {"pyproject.toml": f"{(repo.path / 'pyproject.toml').read_text()}\n[tool.tagship.waive]\n{waiver[0]}\n"}
        )
        repo.push("main")
        scene.confirm_jump = False
        assert scene.tag().exit == Exit.READY


def test_a_version_that_the_index_has_is_not_tagged_anew(scene: Scene) -> None:
    publish(scene.index, scene.repo, VERSION)
    said = scene.tag()

    assert said.exit == Exit.BLOCKED
    assert said.failed == ["version-is-free"]


# -- the credential ------------------------------------------------------------------------------------------------


def test_a_token_that_is_here_is_looked_at_before_the_tag(scene: Scene) -> None:
    scene.environ["TAGSHIP_TOKEN"] = "no token at all"
    said = scene.tag()

    assert said.exit == Exit.CREDENTIAL
    assert scene.tags_here == []


def test_a_good_token_passes(scene: Scene) -> None:
    scene.begin()
    scene.environ["TAGSHIP_TOKEN"] = scene.index.token
    said = scene.tag()

    assert said.exit == Exit.READY, said.out
    assert said.steps["credential"].startswith("ready: ")


def test_a_token_that_is_elsewhere_is_not_called_good(scene: Scene) -> None:
    scene.hosted = False

    assert scene.tag().steps["credential"].startswith("not looked at: TAGSHIP_TOKEN is not set here")


# -- a tag that is there already -------------------------------------------------------------------------------------


def test_a_second_time_only_the_run_is_looked_for(scene: Scene) -> None:
    first = scene.tag()
    before = scene.tags_there
    scene.begin()
    again = scene.tag()

    assert (first.exit, again.exit) == (Exit.INCOMPLETE, Exit.READY)
    assert scene.tags_there == before
    assert again.steps["tip"] == f"{TAG} is on origin already, at {scene.head[:12]}"
    assert again.steps["gate"].startswith("not asked")


def test_a_second_time_needs_no_answer(scene: Scene) -> None:
    """Nothing is left to ask for, so that nobody is asked."""
    scene.hosted = False
    assert scene.tag().exit == Exit.READY

    assert scene.tag("--no-wait", stdin="").exit == Exit.READY


def test_a_tag_that_is_here_only_is_pushed_as_it_is(scene: Scene) -> None:
    scene.hosted = False
    scene.repo.tag(TAG)
    made = scene.repo.git("rev-parse", f"refs/tags/{TAG}")

    said = scene.tag()

    assert said.exit == Exit.READY
    assert f"carries what git show {TAG} tells" in said.err
    assert scene.tags_there == {TAG: made}


def test_a_lightweight_tag_that_is_here_only_is_not_pushed(scene: Scene) -> None:
    scene.repo.tag(TAG, lightweight=True)
    said = scene.tag()

    assert said.failed == ["tag-is-annotated"]
    assert scene.tags_there == {}


def test_a_tag_elsewhere_on_the_remote_is_a_conflict(scene: Scene) -> None:
    """Pain 14 again: never moved, never deleted; running the same command again will not help."""
    scene.repo.tag(TAG)
    scene.repo.push()
    scene.repo.commit({"more.py": "1\n"})
    scene.repo.push("main")
    before = scene.tags_there
    said = scene.tag()

    assert said.exit == Exit.CONFLICT
    assert f"{TAG} is on " in said.message
    assert "never moved" in said.message
    assert said.remedy == f"tagship -C {scene.repo.path} prepare patch"
    assert scene.tags_there == before


def test_a_tag_of_another_version_elsewhere_is_looked_at(scene: Scene) -> None:
    scene.repo.tag(TAG)
    set_version(scene.repo, "1.1.0")
    scene.repo.commit()
    scene.repo.push()

    assert scene.tag(TAG).remedy.endswith(f"gate {TAG}")


def test_a_main_that_was_not_pushed_yet_is_not_listed_against_itself(scene: Scene) -> None:
    scene.repo.branch("release-1.0.0")
    scene.repo.commit({"more.py": "1\n"})
    scene.repo.push("release-1.0.0")
    scene.repo.switch("main")
    scene.repo.git("merge", "--quiet", "--ff-only", "release-1.0.0")

    said = scene.tag("--plan")

    assert f"{scene.head[:12]} is not on main as the remote has it" in said.out + said.err
    assert f"bring {scene.head[:12]} to main on the remote first" in said.out + said.err
    assert "git log --oneline" not in said.out + said.err


def test_a_tag_elsewhere_here_is_a_conflict_too(scene: Scene) -> None:
    scene.repo.tag(TAG)
    scene.repo.commit({"more.py": "1\n"})
    scene.repo.push("main")
    said = scene.tag()

    assert said.exit == Exit.CONFLICT
    assert "nowhere else" in said.message


def test_a_tag_that_was_made_again_on_the_remote(scene: Scene) -> None:
    scene.repo.tag(TAG)
    scene.repo.push()
    scene.repo.tag(TAG, force=True)
    said = scene.tag()

    assert said.exit == Exit.CONFLICT
    assert "has another" in said.message


# -- what may go wrong on the way --------------------------------------------------------------------------------------


def test_a_pre_push_hook_that_says_no(scene: Scene) -> None:
    scene.hook("pre-push", "echo the tests fail; exit 1")
    said = scene.tag()

    assert said.exit == Exit.BLOCKED
    assert "the pre-push hook does not let v1.0.0 go: the tests fail" in said.message
    assert "removed again" in said.message
    assert scene.tags_here == []
    assert scene.tags_there == {}


def test_pain_18_a_protected_tag_is_refused_in_the_remotes_own_words(scene: Scene) -> None:
    scene.hook("update", "echo GH013: Cannot create ref due to creations being restricted; exit 1", remote=True)
    said = scene.tag()

    assert said.exit == Exit.BLOCKED
    assert said.document["kind"] == "refused"
    assert "GH013: Cannot create ref due to creations being restricted" in said.message
    assert "rule that protects them" in said.remedy
    assert scene.tags_here == []


def test_a_remote_that_dies_between_tag_and_push(scene: Scene) -> None:
    """The tag stays here, is the very same in the next run, and then arrives."""
    scene.hosted = False
    away = scene.repo.remote.with_name("away")
    scene.hook("reference-transaction", f'[ "$1" = committed ] && mv "{scene.repo.remote}" "{away}"; exit 0')
    said = scene.tag()

    assert said.exit == Exit.INCOMPLETE
    assert f"{TAG} is made here and not yet on the remote" in said.message
    assert scene.tags_here == [TAG]
    made = scene.repo.git("rev-parse", f"refs/tags/{TAG}")

    (scene.repo.path / ".git" / "hooks" / "reference-transaction").unlink()
    away.rename(scene.repo.remote)
    again = scene.tag()

    assert again.exit == Exit.READY, again.out
    assert scene.tags_there == {TAG: made}


def test_a_push_that_is_cut_keeps_the_tag(scene: Scene) -> None:
    scene.hosted = False
    away = scene.repo.remote.with_name("away")
    scene.hook("pre-receive", f'mv "{scene.repo.remote}" "{away}"; kill -9 $PPID; exit 1', remote=True)
    said = scene.tag()

    assert said.exit == Exit.INCOMPLETE, said.out
    assert "stays here" in said.message
    assert said.remedy == f"tagship -C {scene.repo.path} tag {TAG}"
    assert scene.tags_here == [TAG]


def test_somebody_else_is_faster(scene: Scene) -> None:
    """Between our tag and its push the remote gets another one: ours goes, theirs stays."""
    scene.hosted = False
    theirs = scene.repo.clone("theirs")
    push = f'unset GIT_DIR; cd "{theirs.path}" && git tag -m theirs {TAG} && git push -q origin {TAG}'
    scene.hook("reference-transaction", f'[ "$1" = committed ] && ({push}); exit 0')
    said = scene.tag()

    assert said.exit == Exit.CONFLICT, said.out
    assert "removed again" in said.message
    assert scene.tags_here == []
    assert scene.tags_there == {TAG: theirs.git("rev-parse", f"refs/tags/{TAG}")}


def test_only_one_at_a_time(scene: Scene) -> None:
    with scene.place() as place, place.alone():
        said = scene.tag()

    assert said.exit == Exit.INCOMPLETE
    assert scene.tags_here == []


US = os.getpid()
CUTS = {
    "while the tag is made": (
        "reference-transaction",
        f'[ "$1" = prepared ] && kill -INT {US} && sleep 30; exit 0',
        False,
    ),
    "when the tag is made": (
        "reference-transaction",
        f'[ "$1" = committed ] && kill -INT {US} && sleep 30; exit 0',
        False,
    ),
    "before the push": ("pre-push", f"kill -INT {US}; sleep 30", False),
    "when the remote has not taken it": ("pre-receive", f"kill -INT {US}; sleep 3; exit 1", True),
    "when the remote has taken it": ("post-receive", f"kill -INT {US}; sleep 3", True),
}


@pytest.mark.parametrize("cut", CUTS)
def test_wherever_it_is_cut_the_next_run_comes_to_the_same_end(scene: Scene, cut: str) -> None:
    """One tag on the remote, on the very commit, and a run of it; Ctrl-C at each write."""
    scene.begin()
    name, script, remote = CUTS[cut]
    scene.hook(name, script, remote=remote)
    first = scene.tag()
    ((scene.repo.remote if remote else scene.repo.path / ".git") / "hooks" / name).unlink()
    again = scene.tag()

    assert (first.exit, again.exit) == (Exit.INTERRUPTED, Exit.READY), again.out
    assert scene.tags_there == {TAG: scene.repo.git("rev-parse", f"refs/tags/{TAG}")}
    assert scene.repo.git("rev-parse", f"{TAG}^{{commit}}") == scene.head


# -- signing -----------------------------------------------------------------------------------------------------------


def sign_with_ssh(repo: Repo, place: Path) -> None:
    """Let git sign tags with a key that is made now and thrown away."""
    key = place / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=60, capture_output=True
    )
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", str(key))
    allowed = place / "allowed"
    allowed.write_text(f"maintainer@example.org {key.with_suffix('.pub').read_text(encoding='utf-8')}", "utf-8")
    repo.git("config", "gpg.ssh.allowedSignersFile", str(allowed))


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen makes the throwaway key")
@pytest.mark.parametrize("setting", ["tag.gpgSign", "tag.forceSignAnnotated"])
def test_where_git_signs_tags_this_one_is_signed(scene: Scene, tmp_path: Path, setting: str) -> None:
    scene.hosted = False
    sign_with_ssh(scene.repo, tmp_path)
    scene.repo.git("config", setting, "true")

    assert scene.tag().exit == Exit.READY
    assert "-----BEGIN SSH SIGNATURE-----" in scene.repo.git("cat-file", "tag", TAG)
    scene.repo.git("verify-tag", TAG)


def test_a_key_that_is_not_there_makes_no_tag(scene: Scene, tmp_path: Path) -> None:
    for key, value in (("gpg.format", "ssh"), ("user.signingKey", str(tmp_path / "no-key")), ("tag.gpgSign", "true")):
        scene.repo.git("config", key, value)
    said = scene.tag()

    assert said.exit == Exit.BLOCKED
    assert "was not made" in said.message
    assert "tag.gpgSign" in said.remedy
    assert scene.tags_here == []


# -- somebody at a terminal ------------------------------------------------------------------------------------------


def test_the_notes_and_the_commands_stand_before_the_question(scene: Scene) -> None:
    scene.begin()
    said = scene.tag(stdin="y\n")
    question = said.err.index("Go on? [y/N]")

    assert said.exit == Exit.READY, said.err
    assert said.err.index("Grüße an alle") < question
    assert said.err.index("#nor-this") < question
    assert said.err.replace("\n", " ").index("git push --no-follow-tags") < question
    assert said.err.count("Go on?") == 1


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_anything_but_yes_makes_no_tag(scene: Scene, answer: str) -> None:
    said = scene.tag(stdin=answer)

    assert said.exit == Exit.INTERRUPTED
    assert scene.tags_here == []


class CtrlC(Terminal):
    """Somebody who answers with Ctrl-C."""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # typeshed knows one for bytes, too
        os.kill(os.getpid(), signal.SIGINT)
        return super().readline(size)


def test_ctrl_c_at_the_question_makes_no_tag(scene: Scene) -> None:
    said = scene.tag(stdin=CtrlC())

    assert said.exit == Exit.INTERRUPTED
    assert "no tag was made and nothing was pushed" in " ".join(said.err.split())
    assert scene.tags_here == []


def test_nobody_there_to_answer(scene: Scene) -> None:
    said = scene.tag(consent=False)

    assert said.exit == Exit.USAGE
    assert "--yes" in said.remedy
    assert scene.tags_here == []


def test_ctrl_c_while_the_run_is_waited_for_leaves_the_tag(scene: Scene) -> None:
    scene.pause = lambda _: os.kill(os.getpid(), signal.SIGINT)
    said = scene.tag()

    assert said.exit == Exit.INTERRUPTED
    assert f"{TAG} is out and stays" in said.message
    assert list(scene.tags_there) == [TAG]


def test_a_plan_makes_nothing_and_waits_for_nothing(scene: Scene) -> None:
    scene.host.check_runs[scene.head] = {"ci-ok": "success"}
    said = scene.tag("--plan")

    assert said.exit == Exit.READY
    assert said.states == {
        "tip": ("done", "none"),
        "gate": ("done", "none"),
        "credential": ("done", "none"),
        "tag": ("todo", "local"),
        "push": ("todo", "shared"),
        "run": ("todo", "none"),
    }
    assert scene.tags_here == []
    assert scene.waited == []


# -- the run that does not begin --------------------------------------------------------------------------------------


def test_pain_17_no_run_comes_with_the_causes_that_apply_here(scene: Scene) -> None:
    scene.host.actions.states[WORKFLOW] = "disabled_inactivity"
    scene.host.actions.enabled = False
    said = scene.tag()

    assert said.exit == Exit.INCOMPLETE
    assert "no run of its release began within 0.3 s" in said.message
    assert "Actions are disabled for the repository" in said.message
    assert f"the host does not run {WORKFLOW}: disabled_inactivity: gh workflow enable release.yml" in said.message
    assert "GITHUB_ACTIONS" not in said.message
    assert "more than 3 tags" not in said.message
    assert said.remedy == f"gh workflow run release.yml --ref main -f tag={TAG}"
    assert list(scene.tags_there) == [TAG]


def test_failure_18_a_trigger_that_does_not_match_is_told_before_and_after(tmp_path: Path) -> None:
    """Failure 18: the trigger did not match the tags of the next major version, and nothing ran."""
    with scene_of(ready_to_tag(tmp_path / "handmade", pattern="v0.*")) as scene:
        said = scene.tag()

        assert said.exit == Exit.INCOMPLETE
        assert f"warning: no release may begin: {WORKFLOW} starts on v0.*, which {TAG} does not match" in said.err
        assert f"1. {WORKFLOW} starts on v0.*, which {TAG} does not match" in said.message


def test_a_job_of_the_host_starts_nothing(scene: Scene) -> None:
    """Pain 17: what a workflow pushes with its own token starts no workflow."""
    scene.environ["GITHUB_ACTIONS"] = "true"

    assert "GITHUB_ACTIONS" in scene.tag().message


def test_a_run_that_comes_late_is_waited_for(scene: Scene) -> None:
    scene.pause = lambda _: scene.begin()
    said = scene.tag()

    assert said.exit == Exit.READY
    assert scene.waited


def test_the_run_of_another_workflow_is_not_the_releases(scene: Scene) -> None:
    scene.begin(path=".github/workflows/ci.yml")
    said = scene.tag()

    assert said.exit == Exit.INCOMPLETE
    assert "only ci did" in said.message


def test_who_does_not_wait_is_told_nothing_of_a_run(scene: Scene) -> None:
    said = scene.tag("--no-wait")

    assert said.exit == Exit.READY
    assert list(said.steps) == ["tip", "gate", "credential", "tag", "push"]


def test_the_command_as_it_is_typed(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("tag", VERSION, "--yes", "--host", "none", "--index", scene.index.endpoints.simple, "--json")
    said = say(capsys, "-C", str(scene.repo.path), *words)

    assert said.exit == Exit.READY, said.err
    assert said.document["schema"] == "tagship-plan/1"
    assert list(scene.tags_there) == [TAG]
