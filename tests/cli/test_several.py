"""Commands in a repository of several packages: which one is meant, and all of them at once."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from bench.large_repository import clone, make_packages

from cli.saying import Said, say
from minting import Mint
from monorepo import APP, CORE, WORKSPACE, a_monorepo, project_files
from repositories import Repo
from tagship.cli.console import Console
from tagship.rehearsal.index import StandInIndex
from tagship.reports.documents.writing import Document

FAST = ("check", "--fast", "--offline")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return a_monorepo(tmp_path / "two packages")


def today() -> str:
    return datetime.now().astimezone().date().isoformat()


def documents(said: Said) -> list[Document]:
    return cast("list[Document]", said.document["reports"])


def verdicts(said: Said) -> Mapping[str, str]:
    """The verdict on each package, in the order in which they are told."""
    return {str(report["project"]): str(report["verdict"]) for report in documents(said)}


def blockers(report: Document) -> set[str]:
    checks = cast("list[Document]", report["checks"])
    return {str(each["id"]) for each in checks if each["severity"] == "error" and each["outcome"] == "failed"}


def a_feature(repo: Repo, app: str = "1.1.0", core: str = "1.0.0", *, requires: str = "core>=1,<2") -> None:
    """A branch on which both packages may have a new version, with its section."""
    repo.git("switch", "--quiet", "-c", "feature")
    for name, version, required in (("app", app, [requires]), ("core", core, [])):
        titles = ("1.0.0 - 2026-01-05",) if version == "1.0.0" else (f"{version} - {today()}", "1.0.0 - 2026-01-05")
        repo.write(project_files(name, version, *required, notes=titles))
    repo.commit()


@pytest.mark.parametrize("words", [("show", "--offline"), FAST])
def test_a_member_that_is_no_package_is_told(
    repo: Repo, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    repo.write({"packages/nameless/pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'x'\n"})
    (repo.path / "packages/linked").symlink_to("../elsewhere")
    repo.write({"elsewhere/pyproject.toml": "[project]\nname = 'elsewhere'\n"})

    said = say(capsys, "-C", str(repo.path), *words, "--json")

    assert "packages/linked is left out: it is a symbolic link" in said.err
    assert "packages/nameless is left out: no file there says" in said.err


@pytest.mark.parametrize("command", ["show", "status"])
def test_at_the_top_the_packages_are_listed(command: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "-C", str(repo.path), command, "--offline", "--json")

    assert said.exit == 0
    assert said.document == {
        "schema": "tagship-packages/1",
        "packages": [
            {
                "name": "core",
                "path": CORE,
                "version": "1.0.0",
                "tag_format": "core-v{version}",
                "last_tag": "core-v1.0.0",
                "requires": [],
            },
            {
                "name": "app",
                "path": APP,
                "version": "1.0.0",
                "tag_format": "app-v{version}",
                "last_tag": "app-v1.0.0",
                "requires": ["core"],
            },
        ],
    }


@pytest.mark.parametrize("words", [("--package", "App"), ("-C", APP)])
def test_one_package_by_its_name_or_its_directory(
    words: tuple[str, str], repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.path)
    document = say(capsys, "show", *words, "--offline", "--json").document

    assert (document["name"], document["tag_format"]) == ("app", "app-v{version}")


@pytest.mark.parametrize(
    "words", [("gate",), ("gate", "1.0.0"), ("notes",), ("credential",), ("ship", "v1.0.0"), ("rehearse",)]
)
def test_what_is_about_one_package_wants_its_name(
    words: tuple[str, ...], repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    said = say(capsys, "-C", str(repo.path), *words, "--offline", "--json")

    assert said.exit == 2
    assert said.document["remedy"] == {"edit": "name it with --package: app, core"}


def test_built_files_lie_in_the_directory_of_their_package(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "-C", str(repo.path), "validate", "--package", "core", "--offline", "--json")

    assert said.exit == 1
    assert said.document["message"] == f"there is no {repo.path / CORE / 'dist'}"


def remedy_of(said: Said, check: str) -> list[str]:
    """The command that is proposed for a check of the one package that is told of."""
    (report,) = documents(said)
    found = next(each for each in cast("list[Document]", report["checks"]) if each["id"] == check)
    (finding,) = cast("list[Document]", found["findings"])
    return cast("list[str]", cast("Document", finding["remedy"])["run"])


@pytest.mark.parametrize("inside", ["", APP, f"{APP}/src"])
def test_the_test_command_of_a_package_works_where_it_is_pasted(
    inside: str, repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_feature(repo)
    repo.write(
        {
            f"{APP}/tagship.toml": f"test = [{sys.executable!r}, 'own_tests.py']\n",
            f"{APP}/own_tests.py": "raise SystemExit('the tide is wrong')\n",
            f"{CORE}/tagship.toml": f"test = [{sys.executable!r}, '-c', '']\n",
        }
    )
    repo.commit()
    monkeypatch.chdir(repo.path / inside)

    said = say(capsys, "-C", str(repo.path), "check", "--offline", "--only", "tests-pass", "--json", "--package", "app")
    checks = cast("list[Document]", said.document["checks"])
    (finding,) = cast("list[Document]", checks[0]["findings"])
    argv = cast("list[str]", cast("Document", finding["remedy"])["run"])
    pasted = subprocess.run(argv, cwd=repo.path / inside, capture_output=True, text=True, check=False)

    assert (pasted.returncode, pasted.stderr) == (1, "the tide is wrong\n")


def test_a_missing_file_of_news_is_made_where_the_package_keeps_them(
    repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the top towncrier finds nothing that it was told, and ends with an error."""
    text = (repo.path / APP / "pyproject.toml").read_text()
    repo.write({f"{APP}/pyproject.toml": f'{text}\n[tool.towncrier]\ndirectory = "news"\n'})
    repo.write({f"{APP}/news/.gitignore": "!.gitignore\n"})
    repo.commit()
    repo.push()
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit({f"{APP}/src/app/more.py": "MORE = True\n"})
    monkeypatch.chdir(repo.path)

    argv = remedy_of(say(capsys, *FAST, "--json"), "entry-is-written")
    assert argv[0] == "towncrier"
    number = [word.replace("NUMBER", "7") for word in argv[1:]]
    subprocess.run([sys.executable, "-m", "towncrier", *number], cwd=repo.path, check=True, capture_output=True)

    assert len(list((repo.path / APP / "news").glob("7.*"))) == 1


@pytest.mark.parametrize(
    ("broken", "line"),
    [("version = 3", 7), ('version = "soon"', 7), ('version = "1.1.0"\n[tool.tagship]\nbrunch = 1', 9)],
)
@pytest.mark.parametrize("command", ["check", "gate", "prepare", "show"])
def test_a_broken_file_of_a_package_is_named_from_the_top(
    command: str, broken: str, line: int, repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    a_feature(repo)
    text = (repo.path / APP / "pyproject.toml").read_text()
    repo.commit({f"{APP}/pyproject.toml": text.replace('version = "1.1.0"', broken)})

    said = say(capsys, "-C", str(repo.path), command, "--package", "app", "--offline", "--json")

    where = cast("Document", said.document["where"])
    assert (said.exit, where["path"], where["line"]) == (2, f"{APP}/pyproject.toml", line)


def test_a_commit_that_prepares_a_package_names_it(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit({f"{CORE}/src/core/new.py": "NEW = True\n"})
    repo.push()
    said = say(capsys, "-C", str(repo.path), "prepare", "minor", "--package", "core", "--plan", "--offline")

    assert said.exit == 0
    assert "Release core 1.1.0" in said.out


@pytest.mark.parametrize("where", [".", CORE])
def test_a_changelog_is_begun_where_its_package_is(where: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.git("rm", "--quiet", f"{CORE}/CHANGELOG.md")
    repo.commit()
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit(dict(list(project_files("core", "1.1.0").items())[:1]))

    said = say(capsys, "-C", str(repo.path / where), *FAST, "--package", "core", "--json")
    notes = say(capsys, "-C", str(repo.path / where), "notes", "--package", "core", "--json")
    repo.write({f"{CORE}/pyproject.toml": repo.git("show", f"main:{CORE}/pyproject.toml") + "\n"})
    repo.commit({"pyproject.toml": WORKSPACE + '[tool.tagship]\nbump = "release-pr"\n', f"{CORE}/src/core/a.py": ""})
    entry = say(capsys, "-C", str(repo.path / where), *FAST, "--package", "core", "--json")

    assert said.outcomes["changelog-has-version"] == "failed"
    assert notes.document["remedy"] == {"edit": f"start {CORE}/CHANGELOG.md"}
    assert entry.outcomes["entry-is-written"] == "failed"
    for each in (said, entry):
        assert f"start {CORE}/CHANGELOG.md with" in each.out
        assert f'"path": "{CORE}/CHANGELOG.md"' in each.out


def test_a_changelog_that_packages_share_by_links_is_kept(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    old = "# Changelog\n\n## Unreleased\n\n- Mended.\n\n## 1.0.0 - 2026-01-05\n\n- The first.\n"
    repo.write({"CHANGELOG.md": old})
    for place in (APP, CORE):
        (repo.path / place / "CHANGELOG.md").unlink()
        (repo.path / place / "CHANGELOG.md").symlink_to("../../CHANGELOG.md")
    repo.commit()
    repo.push()

    shown = say(capsys, "-C", str(repo.path), "show", "--package", "core", "--offline", "--json")
    say(capsys, "-C", str(repo.path), "prepare", "minor", "--package", "core", "--yes", "--offline")

    assert shown.document["changelog"] == {"path": "CHANGELOG.md", "format": "markdown"}
    assert (repo.path / "CHANGELOG.md").read_text(encoding="utf-8") == old.replace(
        "- Mended", f"## 1.1.0 - {today()}\n\n- Mended"
    )
    assert (repo.path / CORE / "CHANGELOG.md").is_symlink()


@pytest.mark.parametrize(("everybody", "shipping"), [(False, "skipped"), (True, "failed")])
def test_a_package_that_is_kept_private_owes_no_release(
    repo: Repo, capsys: pytest.CaptureFixture[str], *, everybody: bool, shipping: str
) -> None:
    private = "\nclassifiers = ['Private :: Do Not Upload']\n"
    files = [f"{CORE}/pyproject.toml", *([f"{APP}/pyproject.toml"] if everybody else [])]
    repo.commit({file: (repo.path / file).read_text(encoding="utf-8") + private for file in files})
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit({f"{CORE}/src/core/more.py": "MORE = True\n", f"{CORE}/CHANGELOG.md": "# Changelog\n\n## Unreleased\n"})

    said = say(capsys, "-C", str(repo.path), *FAST, "--package", "core", "--json")

    assert said.outcomes["entry-is-written"] == shipping


def test_the_style_of_tags_that_a_package_has_of_its_own_is_known_to_all(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    own = (repo.path / CORE / "pyproject.toml").read_text(encoding="utf-8")
    repo.commit({f"{CORE}/pyproject.toml": own + '\n[tool.tagship]\ntag = "c/{version}"\n'})
    repo.git("tag", "--delete", "core-v1.0.0")
    repo.tag("c/1.0.0")
    repo.tag("app-v1.0.1")
    repo.push()

    listed = say(capsys, "-C", str(repo.path), "show", "--offline")
    notes = say(capsys, "-C", str(repo.path), "notes", "c/1.0.0", "--json")
    gate = say(capsys, "-C", str(repo.path), "gate", "app-v1.0.1", "--offline", "--json")

    assert "c/1.0.0     c/{version}" in listed.out
    assert notes.document["path"] == f"{CORE}/CHANGELOG.md"
    assert gate.outcomes["dependencies-are-released-first"] == "passed"


def a_history_of_both(repo: Repo) -> None:
    """On main, conventional commits of which app has what breaks, and core a mere fix."""
    for number in range(5):
        repo.commit({f"{APP}/src/app/part{number}.py": "NEW = True\n"}, f"feat(app)!: part {number}")
    repo.commit({f"{CORE}/src/core/__init__.py": "MENDED = True\n"}, "fix: core alone")
    repo.push()


def test_what_commits_say_of_another_package_moves_this_one_by_nothing(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    a_history_of_both(repo)

    core = say(capsys, "-C", str(repo.path), "prepare", "--package", "core", "--offline", "--json")
    app = say(capsys, "-C", str(repo.path), "prepare", "--package", "app", "--offline", "--json")
    shown = say(capsys, "-C", str(repo.path / CORE), "prepare", "1.0.1", "--plan", "--offline")

    assert "proposed: 1.0.1" in str(core.document["message"])
    assert "proposed: 2.0.0" in str(app.document["message"])
    assert "+- fix: core alone\n" in shown.out
    assert "feat(app)" not in shown.out


def test_a_fix_of_one_package_fits_a_patch_whatever_the_others_break(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    a_history_of_both(repo)
    a_feature(repo, "1.0.0", "1.0.1")

    said = say(capsys, "-C", str(repo.path), *FAST, "--package", "core", "--json")

    assert said.outcomes["bump-fits-the-news"] == "passed"


def test_where_the_version_goes_up_is_told_by_the_commits_of_the_package(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    """Many merges between two releases of core, and none of them about core: each branch may bring its version."""
    for number in range(5):
        repo.commit({f"{APP}/src/app/part{number}.py": "NEW = True\n"}, f"Part {number}")
    repo.commit(project_files("core", "1.1.0", notes=(f"1.1.0 - {today()}", "1.0.0 - 2026-01-05")), "Core 1.1.0")
    repo.tag("core-v1.1.0")
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit({f"{CORE}/src/core/__init__.py": "MENDED = True\n"})

    said = say(capsys, "-C", str(repo.path), *FAST, "--package", "core", "--json")

    assert said.outcomes["version-is-bumped"] == "failed"


def test_a_tag_tells_which_package_is_meant(
    repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_word = say(capsys, "-C", str(repo.path), "notes", "core-v1.0.0", "--json")
    monkeypatch.setenv("GITHUB_REF_TYPE", "tag")
    monkeypatch.setenv("GITHUB_REF_NAME", "app-v1.0.0")
    by_job = say(capsys, "-C", str(repo.path), "notes", "--json")

    assert by_word.document["path"] == f"{CORE}/CHANGELOG.md"
    assert by_job.document["path"] == f"{APP}/CHANGELOG.md"


def test_a_name_that_is_none_and_one_where_there_is_nothing_to_name(
    repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = Repo.new(tmp_path / "alone")
    alone.commit({"pyproject.toml": '[project]\nname = "alone"\nversion = "1"\n'})

    assert "no package 'cor' here" in say(capsys, "-C", str(repo.path), "gate", "--package", "cor").err
    assert say(capsys, "-C", str(alone.path), "gate", "--package", "alone").exit == 2


def test_a_gate_of_a_package_whose_requirement_is_not_released(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    a_feature(repo, "1.1.0", "1.1.0", requires="core>=1.1")
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--ff-only", "feature")
    repo.tag("app-v1.1.0")
    repo.push()
    with StandInIndex() as index:
        words = ("--index", index.endpoints.simple, "--upload-url", index.endpoints.upload, "--json")
        before = say(capsys, "-C", str(repo.path), "gate", "app-v1.1.0", *words)
        repo.tag("core-v1.1.0")
        repo.push()
        after = say(capsys, "-C", str(repo.path), "gate", "app-v1.1.0", *words)

    assert (before.exit, before.outcomes["dependencies-are-released-first"]) == (1, "failed")
    assert "the order is core, then app" in before.out
    assert (after.exit, after.outcomes["dependencies-are-released-first"]) == (0, "passed")


def test_a_branch_is_looked_at_for_the_packages_that_it_changes(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    a_feature(repo)
    said = say(capsys, "-C", str(repo.path), *FAST, "--json")

    assert (said.exit, verdicts(said)) == (0, {"app": "ready"})
    assert said.document["left_alone"] == ["core"]
    assert list(verdicts(say(capsys, "-C", str(repo.path), *FAST, "--all", "--json"))) == ["core", "app"]


@pytest.mark.parametrize("where", [".", "packages", APP, f"{APP}/src/app"])
def test_all_of_them_are_looked_at_from_wherever(where: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    a_feature(repo)
    said = say(capsys, "-C", str(repo.path / where), *FAST, "--all", "--json")

    assert (said.exit, list(verdicts(said))) == (0, ["core", "app"])


def test_one_and_all_of_them_are_two_wishes(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "-C", str(repo.path), *FAST, "--all", "--package", "core", "--json")

    assert (said.exit, said.document["message"]) == (
        2,
        "--package names one package, and --all is every one; give one of the two",
    )


def test_who_has_to_agree_is_told_the_same_wish_again(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n', "uv.lock": a_lock("0.9", "0.9")})
    said = say(capsys, "-C", str(repo.path), *FAST, "--fix", "--all", "--host", "none")

    assert said.exit == 2
    assert "check --fix --fast --offline --all --host none --yes" in said.err


def test_a_branch_that_changes_no_package_is_ready(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit({"README.md": "# Two packages, told of\n"})
    said = say(capsys, "-C", str(repo.path), *FAST)

    assert said.exit == 0
    assert said.out.endswith("ready: nothing of any package is changed\n")


def test_what_is_about_the_repository_is_asked_where_no_package_is_changed(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit({"README.md": "# Two packages\n", "key.pem": "\n".join(Mint(7).key("RSA "))})
    repo.write({"README.md": "# Two packages, and more\n"})
    said = say(capsys, "-C", str(repo.path), *FAST, "--json")
    shown = say(capsys, "-C", str(repo.path), *FAST)
    skipped = say(capsys, "-C", str(repo.path), *FAST, "--only", "version-files-agree")

    assert (said.exit, shown.exit, skipped.exit) == (1, 1, 0)
    (report,) = documents(said)
    assert report["project"] is None
    assert blockers(report) == {"tree-is-clean", "branch-adds-no-credentials"}
    assert "key.pem" in shown.out
    assert shown.out.splitlines()[-1] == "blocked: nothing of any package is changed"


def test_on_main_itself_where_no_package_is_changed(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "-C", str(repo.path), *FAST, "--json")

    assert said.exit == 1
    assert [blockers(each) for each in documents(said)] == [{"branch-is-not-main"}]


def test_a_sibling_that_excludes_the_new_version_blocks_it(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    a_feature(repo, "1.0.0", "2.0.0")
    said = say(capsys, "-C", str(repo.path), *FAST, "--json")

    assert (said.exit, verdicts(said)) == (1, {"core": "blocked"})
    assert blockers(documents(said)[0]) == {"internal-bounds-admit-the-release"}


def test_what_is_proposed_names_the_package(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    a_feature(repo)
    repo.commit({f"{APP}/src/app/__init__.py": '__version__ = "1.0.0"\n'})
    said = say(capsys, "-C", str(repo.path), *FAST, "--json")
    checks = cast("list[Document]", documents(said)[0]["checks"])
    proposed = [str(each["findings"]) for each in checks if each["id"] == "version-files-agree"]

    assert "'--package', 'app'" in proposed[0]


def a_lock(app: str, core: str) -> str:
    entries = (
        f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ editable = "packages/{name}" }}\n'
        for name, version in (("app", app), ("core", core))
    )
    return "version = 1\n\n" + "\n".join(entries)


def test_several_packages_are_mended_in_one_go(
    repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One diff and one question, a file that they share included; then all of them are looked at anew."""
    a_feature(repo, "1.1.0", "1.1.0")
    old = '__version__ = "1.0.0"\n'
    repo.commit({"uv.lock": a_lock("1.0.0", "1.0.0"), f"{APP}/src/app/__init__.py": old})
    questions: list[str] = []

    def agree(_console: Console, question: str) -> str:
        questions.append(question)
        return "y"

    monkeypatch.setattr(Console, "ask", agree)
    said = say(capsys, "-C", str(repo.path), *FAST, "--fix", "--json")

    assert len(questions) == 1
    assert said.err.count("+++ b/uv.lock") == said.err.count(f"+++ b/{APP}/src/app/__init__.py") == 1
    assert (repo.path / "uv.lock").read_text(encoding="utf-8") == a_lock("1.1.0", "1.1.0")
    assert (repo.path / APP / "src/app/__init__.py").read_text(encoding="utf-8") == '__version__ = "1.1.0"\n'
    assert [blockers(report) for report in documents(said)] == [{"tree-is-clean"}] * 2


def test_packages_that_the_branch_leaves_alone_are_not_mended(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit({"uv.lock": a_lock("1.0.0", "0.9.0")})
    repo.push()
    a_feature(repo)
    said = say(capsys, "-C", str(repo.path), *FAST, "--fix", "--yes")
    assert (repo.path / "uv.lock").read_text(encoding="utf-8") == a_lock("1.1.0", "0.9.0")
    assert "README" not in said.err

    say(capsys, "-C", str(repo.path), *FAST, "--fix", "--yes", "--all")
    assert (repo.path / "uv.lock").read_text(encoding="utf-8") == a_lock("1.1.0", "1.0.0")


def test_what_all_packages_lack_is_told_once(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    a_feature(repo, "1.1.0", "1.1.0")
    repo.write({"README.md": "# Two packages, and more words\n"})
    said = say(capsys, "-C", str(repo.path), *FAST)

    assert said.exit == 1
    assert said.out.startswith("check: core, app\n\n[1] failed: tree-is-clean\n")
    assert said.out.count("README.md has changes that are not committed") == 1


# -- below a project ----------------------------------------------------------------------------------------------


def test_below_a_package_the_package_is_meant_and_beside_them_all(
    repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.path / APP / "src/app")
    assert say(capsys, "show", "--offline", "--json").document["name"] == "app"
    assert say(capsys, "-C", "..", "show", "--offline", "--json").document["name"] == "app"
    assert say(capsys, "show", "--package", "core", "--offline", "--json").document["name"] == "core"

    monkeypatch.chdir(repo.path / "packages")
    assert say(capsys, "show", "--offline", "--json").document["schema"] == "tagship-packages/1"


def test_a_root_that_is_a_package_is_not_changed_by_what_its_members_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = a_monorepo(tmp_path / "rooted")
    own = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    own += '[project]\nname = "whole"\nversion = "3.0.0"\n'
    repo.commit({"pyproject.toml": own + (repo.path / "pyproject.toml").read_text(encoding="utf-8")})
    repo.tag("v3.0.0")
    repo.push()
    a_feature(repo)
    said = say(capsys, "-C", str(repo.path), *FAST, "--all", "--json")

    assert verdicts(said) == {"core": "ready", "app": "ready", "whole": "ready"}
    assert [report["version"] for report in documents(said)] == ["1.0.0", "1.1.0", "3.0.0"]


def test_what_is_proposed_to_git_works_where_it_is_pasted(
    repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is named from the top, wherever the command was run."""
    a_feature(repo)
    repo.write({f"{APP}/src/app/stray.py": "STRAY = True\n"})
    monkeypatch.chdir(repo.path / APP / "src")
    said = say(capsys, "check", "--fast", "--offline", "--json")
    checks = cast("list[Document]", said.document["checks"])
    (stray,) = (each for each in checks if each["id"] == "untracked-files-stay-out")
    remedy = cast("list[Document]", stray["findings"])[0]["remedy"]

    assert remedy == {"run": ["git", "-C", "../../..", "add", "--", f"{APP}/src/app/stray.py"]}


@pytest.mark.slow
def test_two_hundred_packages_get_two_hundred_verdicts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = make_packages(tmp_path / "packages.git", datetime.now().astimezone().date(), count=200)
    project = clone(made.remote, tmp_path / "packages")
    said = say(capsys, "-C", str(project), *FAST, "--all", "--json")
    found = verdicts(said)

    assert said.exit == 1
    assert len(found) == 200
    assert {name for name, verdict in found.items() if verdict != "ready"} == made.blocked.keys()
    for report in documents(said):
        if report["verdict"] == "blocked":
            assert made.blocked[str(report["project"])] in blockers(report)
    told = list(found)
    for name in made.names:
        text = (project / "packages" / name / "pyproject.toml").read_text(encoding="utf-8")
        assert all(told.index(other) < told.index(name) for other in made.names if f'"{other}>' in text)


@pytest.mark.slow
def test_a_package_is_rehearsed_as_it_would_be_released(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the tag, the changelog and the exemptions that the configuration at the top gives it."""
    configured = '\n[tool.tagship.packages.core]\npath = "packages/core"\ntag = "core/{version}"\n'
    configured += 'changelog = "HISTORY.md"\n[tool.tagship.exempt]\nversion-is-one-step-up = "by agreement"\n'
    repo = a_monorepo(tmp_path / "two", config=configured)
    repo.commit(
        {f"{CORE}/HISTORY.md": "# History\n\n## 1.7.0 - 2026-01-06\n\n- News.\n"} | project_files("core", "1.7.0")
    )
    repo.push()
    said = say(capsys, "-C", str(repo.path), "rehearse", "--package", "core", "--json")

    assert said.exit == 0, said
    assert said.document["tag"] == "core/1.7.0"
