"""Which package is meant, what is decided about it, and what many packages share."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from monorepo import APP, CORE, a_monorepo, project_files
from repositories import Repo
from tagship.domain.config import Config
from tagship.domain.workspace import PackageAtAGlance
from tagship.errors import ConfigError, Edit, UsageError
from tagship.workflow.readiness.place import BranchPlace
from tagship.workflow.several.packages import Packages, place_in
from tagship.workflow.workplace import Wishes, Workplace


@contextmanager
def packages_in(directory: Path) -> Iterator[Packages]:
    found = Packages.at(directory, may_fetch=False)
    assert found is not None
    with found as packages:
        yield packages


def around(directory: Path) -> str | None:
    found = Packages.around(directory, may_fetch=False)
    if found is None:
        return None
    with found[0]:
        return found[1] or "all"


def test_a_directory_lists_packages_or_is_one_or_neither(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "two packages")
    repo.write({"packages/other/notes.txt": "no project\n", "docs/pyproject.toml": "[project]\nname='docs'\n"})

    assert around(repo.path) == "all"
    assert around(repo.path / APP) == "app"
    assert around(repo.path / "packages") is None
    assert around(repo.path / "docs") is None
    assert around(repo.path / APP / "src") is None


def test_a_project_alone_and_a_directory_in_no_repository(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\n', encoding="utf-8")

    assert around(tmp_path) is None


def test_a_directory_that_lists_packages_and_has_none_yet(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n'})

    assert around(repo.path) is None


def test_a_workspace_below_the_top(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "repository")
    repo.git("mv", "pyproject.toml", "packages", "-k")
    (repo.path / "python").mkdir()
    repo.git("mv", "packages", "python/packages")
    repo.git("mv", "python/packages/pyproject.toml", "python/pyproject.toml")
    repo.commit()

    with packages_in(repo.path / "python") as packages:
        assert packages.found["app"].path == f"python/{APP}"
        assert around(repo.path / "python" / CORE) == "core"
        with packages.workplace("app", Workplace, environ={}, tag="app-v1.0.0") as place:
            assert place.inside == f"python/{APP}"
            assert place.workspace == "python"


def test_the_facts_are_about_the_package(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "repository")
    with packages_in(repo.path) as packages, packages.workplace("app", Workplace, environ={}) as place:
        facts = place.facts
        family = facts.family

        assert facts.tag_name == "app-v1.0.0"
        assert facts.project.name == "app"
        assert facts.project.version_source.path == f"{APP}/pyproject.toml"
        assert facts.changelog is not None
        assert facts.changelog.path == f"{APP}/CHANGELOG.md"
        assert family is not None
        assert [demand.where.path for demand in family.members["app"].demands] == [f"{APP}/pyproject.toml"]  # type: ignore[index]  # normalised as it is


def test_a_tag_names_its_package(tmp_path: Path) -> None:
    with packages_in(a_monorepo(tmp_path / "repository").path) as packages:
        assert packages.of_tag("core-v1.0.0") == "core"
        assert packages.of_tag("refs/tags/app-v2.0.0") == "app"
        assert packages.of_tag("v1.0.0") is None
        assert packages.of_tag("1.0.0") is None


def test_a_tag_that_is_not_here_yet_tells_its_style(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "repository")
    for name in ("core", "app"):
        repo.git("tag", "--delete", f"{name}-v1.0.0")
    with packages_in(repo.path) as packages:
        assert packages.of_tag("core@1.0.0") == "core"


def test_a_name_however_it_is_spelt(tmp_path: Path) -> None:
    with packages_in(a_monorepo(tmp_path / "repository").path) as packages:
        assert packages.named("Core") == "core"
        with pytest.raises(UsageError, match="no package 'cor' here") as caught:
            packages.named("cor")
        assert caught.value.remedy == Edit("did you mean core?")
        with pytest.raises(UsageError) as caught:
            packages.named("something")
        assert caught.value.remedy == Edit("it is one of app, core")


def config(directory: Path, name: str) -> Config:
    with packages_in(directory) as packages:
        return packages.config_of(packages.found[name])


def test_what_the_repository_decided_holds_for_a_package(tmp_path: Path) -> None:
    text = '[tool.tagship]\nbranch = "trunk"\nchangelog = "NEWS.md"\nversion-files = ["root.txt"]\n'
    text += '[tool.tagship.packages.app]\npath = "packages/app"\ntag = "app/{version}"\nchangelog = "HISTORY.md"\n'
    directory = a_monorepo(tmp_path / "repository", config=text).path

    assert (config(directory, "core").branch, config(directory, "app").branch) == ("trunk", "trunk")
    assert (config(directory, "core").changelog, config(directory, "app").changelog) == (None, "HISTORY.md")
    assert config(directory, "app").version_files == ()
    assert str(config(directory, "app").tag) == "TagTemplate(text='app/{version}')"
    assert str(config(directory, "core").tag) == "TagTemplate(text='core-v{version}')"


def test_what_a_package_decided_itself_comes_first(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "repository", config='[tool.tagship]\nbranch = "trunk"\nhost = "github"\n')
    own = '\n[tool.tagship]\nhost = "none"\nversion-files = ["own.txt"]\ntag = "c{version}"\n'
    with (repo.path / CORE / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(own)
    found = config(repo.path, "core")

    assert (found.branch, found.host) == ("trunk", "none")
    assert [each.path for each in found.version_files] == ["own.txt"]
    assert found.tag is not None
    assert found.tag.text == "c{version}"


def test_wishes_come_before_all(tmp_path: Path) -> None:
    with packages_in(a_monorepo(tmp_path / "repository").path) as packages:
        place = packages.workplace("app", Workplace, environ={}, wishes=Wishes(host_name="none"))
        assert place.config.host == "none"


def test_packages_at_a_glance_are_in_the_order_of_release(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "repository")
    repo.write({f"{APP}/pyproject.toml": project_files("app", "1.1.0", "core>=1,<2")[f"{APP}/pyproject.toml"]})
    with packages_in(repo.path) as packages:
        assert packages.roster().packages == (
            PackageAtAGlance("core", CORE, "1.0.0", "core-v{version}", "core-v1.0.0", ()),
            PackageAtAGlance("app", APP, "1.1.0", "app-v{version}", "app-v1.0.0", ("core",)),
        )


def test_a_circle_has_no_order(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "repository")
    repo.write(project_files("core", "1.0.0", "app"))
    with packages_in(repo.path) as packages, pytest.raises(ConfigError, match="in a circle: app -> core -> app"):
        packages.roster()


def changed(directory: Path) -> tuple[str, ...]:
    with packages_in(directory) as packages:
        places: Mapping[str, BranchPlace] = packages.each(BranchPlace, environ={}, wishes=Wishes(offline=True))
        return packages.changed({name: place.facts for name, place in places.items()})


def test_what_a_branch_changes(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "repository")
    repo.git("switch", "--quiet", "-c", "feature")

    assert changed(repo.path) == ()
    repo.commit({"README.md": "# Two packages, told of\n"})
    assert changed(repo.path) == ()
    repo.commit({f"{APP}/src/app/new.py": "NEW = True\n"})
    assert changed(repo.path) == ("app",)
    repo.write({f"{CORE}/untracked.py": ""})
    assert changed(repo.path) == ("core", "app")


def test_on_main_each_package_counts_since_its_own_release(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "repository")
    repo.commit({f"{CORE}/src/core/new.py": "NEW = True\n"})
    repo.commit(project_files("core", "1.1.0", notes=("1.1.0 - 2026-01-06", "1.0.0 - 2026-01-05")))
    repo.tag("core-v1.1.0")
    repo.commit({f"{APP}/src/app/new.py": "NEW = True\n"})
    repo.push()

    assert changed(repo.path) == ("app",)


def git_calls(repo: Repo, monkeypatch: pytest.MonkeyPatch, log: Path) -> int:
    """How often git is started to look at every package of the branch."""
    shim = log.with_suffix(".d")
    shim.mkdir()
    script = shim / "git"
    script.write_text(f'#!/bin/sh\necho "$1" >> "{log}"\nexec "{shutil.which("git")}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{shim}:/usr/bin:/bin")
        with packages_in(repo.path) as packages:
            places = packages.each(BranchPlace, environ={}, wishes=Wishes(offline=True))
            for place in places.values():
                with place:
                    facts = place.facts
                    assert facts.tree_state.changed == ()
                    assert facts.divergence.ahead == 1
                    assert facts.changed
                    assert facts.released
    return len(log.read_text(encoding="utf-8").splitlines())


def test_git_is_not_asked_again_for_each_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = a_monorepo(tmp_path / "repository")
    for number in range(6):
        repo.write(project_files(f"more{number}", "1.0.0"))
    repo.commit()
    repo.push()
    for number in range(6):
        repo.tag(f"more{number}-v1.0.0")
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit({f"packages/more{number}/src/x.py": "" for number in range(6)})

    assert git_calls(repo, monkeypatch, tmp_path / "git.log") < 15


# -- what is listed and is no package ------------------------------------------------------------------------------


def test_a_member_that_is_a_link_or_has_no_name_is_told(tmp_path: Path) -> None:
    """But for a link to what is a package by its own path."""
    repo = a_monorepo(tmp_path / "project")
    repo.write(project_files("hidden", "1.0.0"))
    (repo.path / "packages/hidden").rename(repo.path / "hidden")
    nameless = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    repo.write({"packages/nameless/pyproject.toml": nameless, "notes/a.txt": "no project\n"})
    for name, target in (("linked", "../hidden"), ("twin", "core"), ("notes", "../notes")):
        (repo.path / "packages" / name).symlink_to(target)
    repo.commit()

    with packages_in(repo.path) as packages:
        linked, unnamed = packages.left_out

        assert set(packages.found) == {"app", "core"}
        assert linked.startswith("packages/linked is left out: it is a symbolic link")
        assert unnamed.startswith("packages/nameless is left out: no file there says")
        with pytest.raises(UsageError, match="packages/linked is left out"):
            packages.named("hidden")


def test_a_workspace_of_nothing_but_links_is_refused(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "project")
    (repo.path / "packages").rename(repo.path / "libraries")
    (repo.path / "packages").symlink_to("libraries")
    repo.commit()

    with pytest.raises(UsageError, match="packages is left out"):
        around(repo.path)


def test_links_of_a_workspace_below_the_top(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "repository")
    repo.write({"elsewhere/pyproject.toml": '[project]\nname = "elsewhere"\n'})
    (repo.path / "python").mkdir()
    for name in ("pyproject.toml", "packages"):
        (repo.path / name).rename(repo.path / "python" / name)
    (repo.path / "python/packages/linked").symlink_to("../../elsewhere")
    (repo.path / "packages").symlink_to("python/packages")
    repo.commit()

    with packages_in(repo.path / "python") as packages:
        (told,) = packages.left_out

    assert told.startswith("packages/linked is left out")


@pytest.mark.parametrize(
    ("place", "named", "meant"),
    [("", "app", "app"), ("", None, None), (APP, None, "app"), (APP, "Core", "core"), ("docs", None, None)],
)
def test_the_workplace_of_a_directory(place: str, named: str | None, meant: str | None, tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "two packages")
    (repo.path / "docs").mkdir()

    with place_in(repo.path / place, package=named, environ={}, wishes=Wishes()) as found:
        assert found.package == meant
        assert found.repository.head() == repo.git("rev-parse", "HEAD")


def test_what_all_are_excused_from_a_package_adds_to(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "two", config='\n[tool.tagship.exempt]\ntree-is-clean = "all"\ntag-exists = "all"\n')
    repo.write({f"{APP}/tagship.toml": '[exempt]\ntag-exists = "app"\nversion-is-free = "app"\n'})

    with packages_in(repo.path) as packages:
        exempt = packages.config_of(packages.found["app"]).exempt

    assert exempt == {"tree-is-clean": "all", "tag-exists": "app", "version-is-free": "app"}
