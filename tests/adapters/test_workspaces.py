"""Which packages a repository holds, by its configuration and by the workspaces of four tools."""

import pytest

from adapters.backends.trees import LiteralTree
from tagship.adapters.workspaces import find_members, find_packages, read_family
from tagship.domain.config import Config, Package
from tagship.domain.packages import templates
from tagship.domain.version import TagTemplate
from tagship.errors import ConfigError, InFile

BUILD = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
UV = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'


def a_project(name: str, version: str = "1.0", *, more: str = "", build: str = BUILD) -> str:
    return f'{build}[project]\nname = "{name}"\nversion = "{version}"\n{more}'


def found(root: str | None, members: dict[str, str], config: Config | None = None) -> dict[str, str]:
    files = {f"{directory}/pyproject.toml": text for directory, text in members.items()}
    tree = LiteralTree(files if root is None else {"pyproject.toml": root, **files})
    return {name: package.path for name, package in find_packages(tree, config or Config()).items()}


MEMBERS = {
    "packages/one": a_project("One.Thing"),
    "packages/two": a_project("two"),
    "packages/two/tests/data/three": a_project("three"),
    "examples/four": a_project("four"),
}
BOTH = {"one-thing": "packages/one", "two": "packages/two"}


@pytest.mark.parametrize(
    "workspace",
    [
        UV,
        '[tool.uv.workspace]\nmembers = ["./packages/one/", "packages/t*", "../elsewhere", "/etc"]\n',
        '[tool.uv.workspace]\nmembers = ["*/**"]\nexclude = ["packages/*/*/**", "examples/*"]\n',
        '[tool.hatch.envs.default]\nworkspace.members = ["packages/*"]\n',
        '[tool.hatch.envs.x]\nworkspace.members = [{path = "packages/one", features = ["a"]}, "packages/two"]\n',
        '[tool.hatch.envs.default]\nworkspace.members = ["*/*"]\nworkspace.exclude = ["examples/f*"]\n',
        '[tool.pdm.workspace]\nmembers = ["packages/one", "packages/tw?"]\n',
        (
            "[tool.pdm.dev-dependencies]\nworkspace = [\n"
            '"-e file:///${PROJECT_ROOT}/packages/one#egg=one-thing",\n"-e file:///${PROJECT_ROOT}/packages/two"]\n'
        ),
        (
            "[tool.poetry]\npackage-mode = false\n[tool.poetry.group.dev.dependencies]\n"
            'one-thing = {path = "packages/one", develop = true}\ntwo = [{path = "packages/two", develop = true}]\n'
            'four = {path = "examples/four"}\nfive = "^1.0"\n'
        ),
    ],
)
def test_the_members_of_a_workspace(workspace: str) -> None:
    assert found(workspace, MEMBERS) == BOTH


def test_a_root_that_is_a_package_is_one_of_them() -> None:
    assert found(a_project("whole", more=UV), MEMBERS) == {**BOTH, "whole": ""}


@pytest.mark.parametrize(
    "root",
    [
        a_project("whole", more=UV, build=""),
        a_project("whole", more=UV + "[tool.uv]\npackage = false\n"),
        (
            '[project]\nname = "whole"\nversion = "1"\n[tool.poetry]\npackage-mode = false\n'
            '[tool.poetry.dependencies]\none = {path = "packages/one", develop = true}\n'
            'two = {path = "packages/two", develop = true}\n'
        ),
    ],
)
def test_a_root_that_only_holds_the_workspace_together_is_none(root: str) -> None:
    assert found(root, MEMBERS) == BOTH


def test_a_member_that_is_not_built_is_none() -> None:
    members = {"packages/app": a_project("app", build=""), "packages/lib": a_project("lib"), "packages/x": "[tool.x]\n"}

    assert found(UV, members) == {"lib": "packages/lib"}


@pytest.mark.parametrize(
    "root", [None, a_project("alone"), a_project("alone", more=UV), a_project("alone", more="[tool.uv]\nx = 1\n")]
)
def test_a_repository_of_one_project_has_no_packages(root: str | None) -> None:
    assert found(root, {"docs/sub": a_project("sub")}) == {}


def left_out(root: str, members: dict[str, str], *links: str) -> set[str]:
    files = {f"{directory}/pyproject.toml": text for directory, text in members.items()}
    return set(find_members(LiteralTree({"pyproject.toml": root, **files}), Config(), links).left_out)


@pytest.mark.parametrize("root", [UV, '[tool.hatch.envs.default]\nworkspace.members = ["packages/*"]\n'])
def test_a_member_without_a_name_is_told(root: str) -> None:
    """The root that holds the workspace together needs none."""
    members = {"packages/one": a_project("one"), "packages/x": BUILD, "examples/y": BUILD}

    assert found(root, members) == {"one": "packages/one"}
    assert left_out(root, members) == {"packages/x"}


def test_a_name_may_stand_in_older_files() -> None:
    files = {
        "pyproject.toml": UV,
        "packages/old/pyproject.toml": BUILD.replace("hatchling.build", "setuptools.build_meta"),
    }
    tree = LiteralTree({**files, "packages/old/setup.cfg": "[metadata]\nname = Old.Style\nversion = 1.0\n"})

    members = find_members(tree, Config())

    assert {name: package.path for name, package in members.packages.items()} == {"old-style": "packages/old"}
    assert not members.left_out


@pytest.mark.parametrize(
    ("root", "link", "is_told"),
    [
        (UV, "packages/linked", True),
        (UV, "packages", True),
        (UV, "elsewhere", False),
        (UV, "packages/one/deeper", False),
        (UV + 'exclude = ["packages/l*"]\n', "packages/linked", False),
        ('[tool.uv.workspace]\nmembers = ["packages/linked"]\n', "packages/linked", True),
        (a_project("alone"), "packages/linked", False),
    ],
)
def test_a_member_behind_a_link_is_told_and_is_no_package(root: str, link: str, *, is_told: bool) -> None:
    """The tree follows links, as all do; the changes of what lies there have another path."""
    members = {"packages/linked": a_project("linked")}

    assert left_out(root, members, link) == ({link} if is_told else set())
    if is_told:
        tree = LiteralTree({"pyproject.toml": root, "packages/linked/pyproject.toml": members["packages/linked"]})
        assert find_members(tree, Config(), [link]).packages == {}


def test_a_configured_package_behind_a_link_is_refused() -> None:
    config = Config(packages={"one": Package("one", "linked/one")})

    with pytest.raises(ConfigError, match="behind linked") as caught:
        find_members(LiteralTree({}), config, ["linked"])
    assert caught.value.remedy is not None
    assert list(find_members(LiteralTree({}), config, ["link"]).packages) == ["one"]


def test_what_is_configured_is_there_first_and_by_its_own_name() -> None:
    tag = TagTemplate("eins/{version}")
    config = Config(packages={"One_Thing": Package("One_Thing", "./packages/one/", tag, "NEWS.md")})
    tree = LiteralTree({"pyproject.toml": UV} | {f"{place}/pyproject.toml": text for place, text in MEMBERS.items()})
    packages = find_packages(tree, config)

    assert list(packages) == ["one-thing", "two"]
    assert packages["one-thing"] == Package("one-thing", "packages/one", tag, "NEWS.md")


def test_a_plain_layout_counts_only_where_it_is_configured() -> None:
    config = Config(packages={"one-thing": Package("one-thing", "packages/one")})

    assert found(None, MEMBERS) == {}
    assert found(None, MEMBERS, config) == {"one-thing": "packages/one"}


def test_two_packages_of_one_name_are_told() -> None:
    with pytest.raises(ConfigError, match="packages/a and packages/b both hold a package called same") as caught:
        found(UV, {"packages/a": a_project("same"), "packages/b": a_project("Same")})

    assert caught.value.where == InFile("packages/b/pyproject.toml")


def a_tree(**projects: str) -> LiteralTree:
    files = {f"packages/{name}/pyproject.toml": text for name, text in projects.items()}
    return LiteralTree({"pyproject.toml": UV, **files})


def demands(tree: LiteralTree, name: str) -> list[tuple[str, str, str | None, int | None]]:
    packages = find_packages(tree, Config())
    family = read_family(tree, packages, templates(packages, ()), ())
    member = next(each for each in family.members.values() if each.name == name)
    return [(each.name, str(each.specifier), each.extra, each.where.line) for each in member.demands]


def test_what_packages_require_of_each_other() -> None:
    more = 'dependencies = [\n  "requests>2",\n  "Core.Lib >=1,<2 ; python_version > \'3\'",\n  "core-lib @ file:///x",\n]\n'
    more += '[project.optional-dependencies]\nfast = ["core_lib[speed]~=1.4", "app[all]", "not a requirement !"]\n'
    tree = a_tree(app=a_project("app", more=more), core=a_project("core-lib"))

    assert demands(tree, "app") == [("core-lib", "<2,>=1", None, 9), ("core-lib", "~=1.4", "fast", 13)]
    assert demands(tree, "core-lib") == []


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        ("^1.2.3", "<2,>=1.2.3"),
        ("^0.2.3", "<0.3,>=0.2.3"),
        ("^0.0", "<0.1,>=0.0"),
        ("~1.2.3", "<1.3,>=1.2.3"),
        ("~1", "<2,>=1"),
        ("1.4", "==1.4"),
        (">=1,<3", "<3,>=1"),
        ("*", ""),
        ("~=1.4", "~=1.4"),
    ],
)
def test_the_constraints_of_poetry(constraint: str, specifier: str) -> None:
    build = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
    app = f'{build}[tool.poetry]\nname = "app"\nversion = "1.0"\n[tool.poetry.dependencies]\ncore = "{constraint}"\n'
    tree = a_tree(app=app, core=a_project("core"))

    assert demands(tree, "app") == [("core", specifier, None, 8)]


def test_what_an_optional_dependency_of_poetry_and_an_unreadable_one_are() -> None:
    app = (
        '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
        '[tool.poetry]\nname = "app"\nversion = "1.0"\n[tool.poetry.dependencies]\n'
        'core = {version = "^1.0", optional = true}\nbase = "^1.0 || ^2.0"\n'
    )
    tree = a_tree(app=app, core=a_project("core"), base=a_project("base"))

    assert demands(tree, "app") == [("core", "<2,>=1.0", "optional", 8)]


def test_versions_by_file_by_tag_and_by_nobody() -> None:
    scm = '[project]\nname = "{}"\ndynamic = ["version"]\n[tool.hatch.version]\nsource = "vcs"\n'
    build = '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n'
    tree = a_tree(
        a=a_project("a", "1.5"),
        b=build + scm.format("b"),
        c=build + scm.format("c"),
        d=a_project("d", "not a version"),
    )
    packages = find_packages(tree, Config())
    tags = ["b-v1.0", "b-v1.10", "b-v1.9", "a-v3.0"]
    family = read_family(tree, packages, templates(packages, tags), tags)

    assert {name: str(member.version) for name, member in family.members.items()} == {
        "a": "1.5",
        "b": "1.10",
        "c": "None",
        "d": "None",
    }


def test_a_member_that_is_gone_or_broken_has_no_version_and_requires_nothing() -> None:
    packages = {"gone": Package("gone", "packages/gone"), "broken": Package("broken", "packages/broken")}
    tree = a_tree(broken="[project\n")
    family = read_family(tree, packages, templates(packages, ()), ())

    assert [(member.version, member.demands) for member in family.members.values()] == [(None, ())] * 2


@pytest.mark.parametrize(
    ("own", "text"),
    [
        ({"pyproject.toml": a_project("core", more='[tool.tagship]\ntag = "c/{version}"\n')}, "c/{version}"),
        (
            {
                "pyproject.toml": a_project("core", more='[tool.tagship]\ntag = "c/{version}"\n'),
                "tagship.toml": 'tag = "own-{version}"\n',
            },
            "own-{version}",
        ),
        ({"pyproject.toml": a_project("core"), "tagship.toml": 'branch = "main"\n'}, None),
        ({"pyproject.toml": a_project("core", more='[tool.tagship]\ntag = "latest"\n')}, None),
        ({"pyproject.toml": a_project("core", more="[tool.tagship]\ntag = 7\n")}, None),
        ({"pyproject.toml": a_project("core"), "tagship.toml": "tag =\n"}, None),
    ],
)
@pytest.mark.parametrize("is_configured", [False, True])
def test_a_package_says_by_itself_how_its_tags_are_spelt(
    own: dict[str, str], text: str | None, *, is_configured: bool
) -> None:
    files = {f"packages/core/{name}": content for name, content in own.items()}
    tree = LiteralTree({"pyproject.toml": "" if is_configured else UV, **files})
    config = Config(packages={"core": Package("core", "packages/core")} if is_configured else {})

    package = find_packages(tree, config)["core"]

    assert (package.tag and package.tag.text) == text


def test_the_list_is_heard_first_about_a_tag() -> None:
    own = a_project("core", more='[tool.tagship]\ntag = "c/{version}"\n')
    config = Config(packages={"core": Package("core", "packages/core", TagTemplate("listed-{version}"))})

    package = find_packages(LiteralTree({"packages/core/pyproject.toml": own}), config)["core"]

    assert package.tag == TagTemplate("listed-{version}")
