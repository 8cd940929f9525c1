"""What is kept of an adoption, so that any clone of it tells the same; and what is refused."""

from pathlib import Path

import pytest

from repositories import Repo
from tagship.domain.config import Auth, HostKind, Publisher, Way
from tagship.errors import UsageError
from tagship.workflow.adopting.survey import Decisions
from tagship.workflow.config import read_config
from workflow.adopting.projects import GITHUB, NOBODY, PYPROJECT, adopted, is_settled, planned, project

CODEBERG = "git@codeberg.org:someone/handmade.git"
OWN_GITLAB = "https://gitlab.example.org/someone/handmade.git"
BY_IDENTITY = """\
on: push
jobs:
  pypi:
    runs-on: ubuntu-latest
    permissions:
      id-token: write
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
"""


def named(repo: Repo, main: str) -> None:
    """Let the main branch, here and on the remote, have another name, with no word of what is main there."""
    repo.git("branch", "-m", main)
    repo.git("update-ref", f"refs/remotes/origin/{main}", main)


def clone_of_a_job(repo: Repo, place: Path, *, detached: bool) -> Repo:
    """What a job has of a branch: one commit, no tag, and no branch but this one."""
    branch = repo.git("branch", "--show-current")
    repo.git("clone", "--quiet", "--depth=1", "--no-tags", f"--branch={branch}", repo.path.as_uri(), str(place))
    clone = Repo(place)
    clone.git("remote", "set-url", "origin", GITHUB)
    clone.git("remote", "set-head", "origin", "--delete")
    if detached:
        clone.git("checkout", "--quiet", "--detach")
        clone.git("branch", "--quiet", "-D", branch)
        clone.git("update-ref", "-d", f"refs/remotes/origin/{branch}")
    return clone


@pytest.mark.parametrize("main", ["main", "master", "trunk"])
@pytest.mark.parametrize("detached", [False, True])
def test_the_clone_of_a_job_is_told_the_same(tmp_path: Path, main: str, *, detached: bool) -> None:
    """Neither which branch is main nor how tags are spelt can be found out there."""
    repo = project(tmp_path / "project")
    named(repo, main)
    repo.tag("1.0.0")
    setup = adopted(repo)
    config = read_config(repo.path)

    assert setup.adoption.main == main
    assert config.branch == (None if main == "main" else main)
    assert config.tag is not None
    assert config.tag.text == "{version}"
    repo.branch("adopt-tagship")
    repo.commit()
    assert is_settled(planned(repo))
    assert is_settled(planned(clone_of_a_job(repo, tmp_path / "clone", detached=detached)))


def test_main_beside_another_customary_one_is_kept(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    repo.git("update-ref", "refs/remotes/origin/master", "HEAD")
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    adopted(repo)

    assert read_config(repo.path).branch == "main"
    assert is_settled(planned(repo))


def test_a_line_of_releases_is_not_main(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    repo.git("branch", "release/1.0")
    adopted(repo)
    repo.commit()
    repo.git("switch", "--quiet", "-c", "release/1.1")

    assert planned(repo).adoption.main == "main"


def test_what_is_usual_is_not_kept(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    repo.tag("v1.0.0")
    adopted(repo)

    assert (repo.path / "pyproject.toml").read_text(encoding="utf-8") == (
        PYPROJECT + '\n[tool.tagship]\nbump = "in-pr"\n'
    )


def test_how_tags_of_one_below_the_top_are_spelt_is_kept(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"python/pyproject.toml": PYPROJECT})
    repo.tag("handmade/1.0.0")
    repo.git("remote", "add", "origin", GITHUB)
    adopted(repo, inside="python")

    package = read_config(repo.path).packages["handmade"]
    assert (package.path, package.tag and package.tag.text) == ("python", "handmade/{version}")
    assert is_settled(planned(repo))
    repo.commit()
    assert is_settled(planned(clone_of_a_job(repo, tmp_path / "clone", detached=True)))


@pytest.mark.parametrize("inside", ["", "python"])
def test_how_tags_of_several_packages_are_spelt_is_kept(tmp_path: Path, inside: str) -> None:
    """Of those alone whose tags are not as they would be anyway, and that say nothing themselves."""
    start = f"{inside}/" if inside else ""
    spelt = PYPROJECT + '\n[tool.tagship]\ntag = "three/{version}"\n'
    root = PYPROJECT.replace("handmade", "root") + '\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    files = {f"{start}pyproject.toml": root} | {
        f"{start}packages/{name}/pyproject.toml": text.replace('"handmade"', f'"{name}"')
        for name, text in {"one": PYPROJECT, "two": PYPROJECT, "three": spelt}.items()
    }
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit(files)
    repo.git("remote", "add", "origin", GITHUB)
    for tag in ("one@1.0.0", "two-v1.0.0", "three/1.0.0", "1.0.0"):
        repo.tag(tag)
    before = planned(repo, inside=inside).adoption
    adopted(repo, inside=inside)

    kept = read_config(repo.path / inside).packages
    top = {} if inside else {"root": (".", "{version}")}
    assert {name: (each.path, each.tag and each.tag.text) for name, each in kept.items()} == {
        **top,
        "one": ("packages/one", "one@{version}"),
    }
    assert is_settled(planned(repo, inside=inside))
    repo.commit()
    clone = clone_of_a_job(repo, tmp_path / "clone", detached=True)
    assert is_settled(planned(clone, inside=inside))
    assert planned(clone, inside=inside).adoption.packages == before.packages


FIRST = Decisions(None, Auth.TOKEN, Way.IN_PR, Publisher.PYPA_ACTION, "rel")
THEN = Decisions(None, Auth.TRUSTED, Way.RELEASE_PR, Publisher.TAGSHIP, "pypi")


def test_what_is_said_now_takes_the_place_of_what_was_kept(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    adopted(repo, FIRST)
    before = (repo.path / "pyproject.toml").read_text(encoding="utf-8")
    setup = adopted(repo, THEN)
    config = read_config(repo.path)

    assert (config.auth, config.bump, config.publish_with, config.environment) == (
        Auth.TRUSTED,
        Way.RELEASE_PR,
        Publisher.TAGSHIP.value,
        "pypi",
    )
    after = (repo.path / "pyproject.toml").read_text(encoding="utf-8")
    assert [line.partition(" = ")[0] for line in after.splitlines()] == [
        line.partition(" = ")[0] for line in before.splitlines()
    ]
    assert is_settled(planned(repo))
    assert planned(repo).adoption == setup.adoption


def test_a_host_that_is_said_now(tmp_path: Path) -> None:
    own = PYPROJECT + '\n[tool.tagship]\nhost = "none" # for now\n'
    repo = project(tmp_path / "project", {"pyproject.toml": own})
    adopted(repo, Decisions(host=HostKind.GITHUB))

    assert 'host = "github" # for now\n' in (repo.path / "pyproject.toml").read_text(encoding="utf-8")
    assert is_settled(planned(repo))


def test_what_is_usual_is_kept_where_something_else_would_be_found_out(tmp_path: Path) -> None:
    by_token = BY_IDENTITY.replace("    permissions:\n      id-token: write\n", "    environment: shop\n").replace(
        "@release/v1\n", "@release/v1\n        with:\n          password: ${{ secrets.PYPI_PASSWORD }}\n"
    )
    repo = project(tmp_path / "project", {".github/workflows/publish.yml": by_token})
    adopted(repo, Decisions(auth=Auth.TRUSTED, environment="pypi"))

    assert (read_config(repo.path).auth, read_config(repo.path).environment) == (Auth.TRUSTED, "pypi")
    assert planned(repo).adoption.auth is Auth.TRUSTED
    assert is_settled(planned(repo))


def packages(path: Path, *names: str) -> Repo:
    """Packages that nothing lists."""
    repo = Repo.new(path, remote=False)
    repo.commit({f"packages/{name}/pyproject.toml": PYPROJECT.replace("handmade", name) for name in names})
    repo.git("remote", "add", "origin", GITHUB)
    return repo


def test_a_second_package_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    repo = packages(tmp_path / "project", "core", "app")
    adopted(repo, inside="packages/core")
    listed = (repo.path / "tagship.toml").read_text(encoding="utf-8")

    with pytest.raises(UsageError, match=r"tagship\.toml lists core, and not app") as caught:
        planned(repo, inside="packages/app")
    assert 'add app = { path = "packages/app" } to packages in tagship.toml' in str(caught.value.remedy)
    assert is_settled(planned(repo, inside="packages/core"))
    entry = ', app = { path = "packages/app" } }\n'
    repo.write({"tagship.toml": listed.replace(" }\n", entry, 1)})
    assert [package.name for package in adopted(repo).adoption.packages] == ["app", "core"]
    assert is_settled(planned(repo, inside="packages/app"))


BY_HEADERS = "[packages.Core_X] # ours\npath = 'packages/core-x'\n\n[packages.app]\npath = 'packages/app'\n"
ON_ONE_LINE = "packages = { Core_X = { path = 'packages/core-x' }, app = { path = 'packages/app' } }\n"


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        (BY_HEADERS, "path = 'packages/core-x'\ntag = \"core-x@{version}\"\n\n"),
        (ON_ONE_LINE, "{ path = 'packages/core-x', tag = \"core-x@{version}\" }"),
    ],
)
def test_a_list_that_is_there_is_told_how_tags_are_spelt(tmp_path: Path, listed: str, told: str) -> None:
    repo = packages(tmp_path / "project", "core-x", "app")
    repo.commit({"tagship.toml": listed})
    repo.tag("core-x@1.0.0")
    setup = adopted(repo)
    text = (repo.path / "tagship.toml").read_text(encoding="utf-8")

    assert told in text
    assert listed.splitlines()[-1][-20:] in text
    assert not [step for step in setup.next if "are spelt" in step.does]
    assert is_settled(planned(repo))
    repo.commit()
    assert is_settled(planned(clone_of_a_job(repo, tmp_path / "clone", detached=True)))


def test_a_member_that_a_list_lacks_is_told_how_its_tags_are_spelt(tmp_path: Path) -> None:
    top = '[tool.uv.workspace]\nmembers = ["packages/*"]\n\n[tool.tagship.packages.app]\npath = "packages/app"\n'
    repo = packages(tmp_path / "project", "core", "app")
    repo.commit({"pyproject.toml": top})
    repo.tag("core@1.0.0")
    adopted(repo)

    kept = read_config(repo.path).packages
    assert {name: (each.path, each.tag and each.tag.text) for name, each in kept.items()} == {
        "app": ("packages/app", None),
        "core": ("packages/core", "core@{version}"),
    }
    assert (repo.path / "pyproject.toml").read_text(encoding="utf-8").startswith(top.partition("[tool.tagship")[0])
    assert is_settled(planned(repo))


def test_a_list_into_which_nothing_can_be_put_safely_is_left_to_a_person(tmp_path: Path) -> None:
    repo = packages(tmp_path / "project", "core", "app")
    listed = "[packages.core]\npath = '''packages/core'''\n[packages.app]\npath = 'packages/app'\n"
    repo.commit({"tagship.toml": listed})
    repo.tag("core@1.0.0")
    (step,) = [step for step in adopted(repo).next if "are spelt" in step.does]

    assert "how tags of core are spelt" in step.does
    assert str(step.remedy) == 'put tag = "core@{version}" into packages.core of tagship.toml, beside its path'
    repo.write({"tagship.toml": listed.replace("core'''\n", "core'''\ntag = 'core@{version}'\n")})
    assert not [step for step in adopted(repo).next if "are spelt" in step.does]


def test_a_package_does_not_take_the_place_of_the_project_at_the_top(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {"extra/pyproject.toml": PYPROJECT.replace("handmade", "extra")})
    adopted(repo)

    with pytest.raises(UsageError, match="what is at the top is adopted already, and not extra"):
        planned(repo, inside="extra")


@pytest.mark.parametrize(
    ("remote", "host", "which"),
    [(CODEBERG, None, "Forgejo"), (GITHUB, HostKind.FORGEJO, "Forgejo"), (OWN_GITLAB, HostKind.GITLAB, "a GitLab of")],
)
@pytest.mark.parametrize("configured", [False, True])
def test_an_identity_that_no_index_takes_is_refused(
    tmp_path: Path, remote: str, host: HostKind | None, which: str, *, configured: bool
) -> None:
    own = PYPROJECT + ('\n[tool.tagship]\nauth = "trusted"\n' if configured else "")
    repo = project(tmp_path / "project", {"pyproject.toml": own}, remote=remote)
    said = Decisions(host=host, auth=None if configured else Auth.TRUSTED)

    with pytest.raises(UsageError, match=f"not possible from {which}") as caught:
        planned(repo, said)
    assert "--auth token" in str(caught.value.remedy)
    adopted(repo, Decisions(host=host, auth=Auth.TOKEN))
    assert is_settled(planned(repo))


def test_an_identity_that_no_index_takes_is_not_proposed(tmp_path: Path) -> None:
    """Not for a host that was decided on, and not since a workflow for another one is still there."""
    moved = {".github/workflows/publish.yml": BY_IDENTITY}

    assert planned(project(tmp_path / "a", moved, remote=CODEBERG)).adoption.auth is Auth.TOKEN
    assert planned(project(tmp_path / "b"), Decisions(host=HostKind.FORGEJO)).adoption.auth is Auth.TOKEN


@pytest.mark.parametrize("name", ["a\nb", "${{ x }}", "", ". ", "a\tb"])
def test_an_environment_whose_name_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="--environment takes a name"):
        planned(project(tmp_path / "project"), Decisions(environment=name))


def test_an_environment_whose_configured_name_is_none(tmp_path: Path) -> None:
    own = PYPROJECT + '\n[tool.tagship]\nenvironment = "${{ x }}"\n'
    with pytest.raises(UsageError, match="environment takes a name"):
        planned(project(tmp_path / "project", {"pyproject.toml": own}), NOBODY)
