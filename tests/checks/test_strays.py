import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.releases import a_broken_wheel, a_release_sdist, a_release_wheel, released
from fakes import FakeFacts
from tagship.checks.engine import Check
from tagship.checks.strays import (
    ArchivesHoldNoLeftovers,
    SearchPathIsLeftAlone,
    StartUpIsLeftAlone,
    TopLevelNamesAreFamiliar,
    TopLevelNamesAreOwn,
    WheelsHoldNoCaches,
)
from tagship.domain.built import Published
from tagship.domain.distribution import Distribution
from tagship.domain.finding import NotApplicable
from tagship.errors import InFile

CORE = ("handmade/__init__.py", "handmade/core.py")
WHEEL, SDIST = a_release_wheel(*CORE), a_release_sdist("src/handmade/__init__.py", "tests/test_core.py", ".coveragerc")
EVERY: list[Check[FakeFacts]] = [
    StartUpIsLeftAlone(),
    SearchPathIsLeftAlone(),
    TopLevelNamesAreOwn(),
    TopLevelNamesAreFamiliar(),
    WheelsHoldNoCaches(),
    ArchivesHoldNoLeftovers(),
]
CODE, PATH = "import sys; sys.path.append('x')\n", "# where it is\n/opt/handmade\n"


def with_start_up(text: str, name: str = "handmade.pth") -> Distribution:
    """A wheel with a `.pth` file."""
    return a_release_wheel(*CORE, name, texts={name: text})


@pytest.mark.parametrize("check", EVERY)
def test_a_release_with_nothing_astray(check: Check[FakeFacts]) -> None:
    passes(check, released(WHEEL, SDIST))


@pytest.mark.parametrize("check", EVERY)
def test_a_wheel_that_does_not_open(check: Check[FakeFacts]) -> None:
    cannot_tell(check, released(a_broken_wheel(), SDIST))


@pytest.mark.parametrize("check", EVERY[:-1])
def test_without_a_wheel(check: Check[FakeFacts]) -> None:
    skips(check, released(SDIST))


@pytest.mark.parametrize("name", ["handmade.pth", "handmade-1.2.0.data/purelib/handmade.pth"])
def test_code_that_runs_at_every_start(name: str) -> None:
    facts = released(with_start_up(CODE, name), before=[WHEEL])

    (finding,) = finds(StartUpIsLeftAlone(), facts)

    assert finding.where == InFile(WHEEL.artifact.filename)
    passes(SearchPathIsLeftAlone(), facts)


def test_code_at_the_start_of_a_first_release_is_only_warned_of() -> None:
    facts = released(with_start_up(CODE))

    skips(StartUpIsLeftAlone(), facts)
    finds(SearchPathIsLeftAlone(), facts)


def test_an_editable_installation_beside_another_wheel_of_a_first_release() -> None:
    editable = with_start_up("import __editable___handmade_finder\n", "__editable__.handmade-1.2.0.pth")

    finds(StartUpIsLeftAlone(), released(with_start_up(CODE), editable))


def test_a_path_file_that_is_too_large_to_be_read() -> None:
    finds(StartUpIsLeftAlone(), released(a_release_wheel(*CORE, "handmade.pth"), before=[WHEEL]))


def test_code_at_the_start_that_is_meant() -> None:
    tracked = released(with_start_up(CODE), tracked=["src/handmade.pth"])
    as_before = released(with_start_up(CODE), before=[with_start_up(CODE)])

    passes(StartUpIsLeftAlone(), tracked)
    passes(StartUpIsLeftAlone(), as_before)
    passes(StartUpIsLeftAlone(), released(with_start_up(CODE, "handmade-1.2.0-py3.11-nspkg.pth")))
    passes(StartUpIsLeftAlone(), released(with_start_up(PATH)))
    finds(SearchPathIsLeftAlone(), tracked)
    finds(SearchPathIsLeftAlone(), as_before)


def test_an_editable_installation_shows_whatever_nobody_can_tell_of_the_rest() -> None:
    """Without a network nobody can say whether the other file has always been there."""
    name = "__editable__.handmade-1.2.0.pth"
    wheel = a_release_wheel(*CORE, name, "handmade.pth", texts={name: CODE, "handmade.pth": CODE})

    (finding,) = finds(StartUpIsLeftAlone(), FakeFacts(distributions=(wheel,), tracked=None))

    assert name in finding.message
    cannot_tell(StartUpIsLeftAlone(), FakeFacts(distributions=(with_start_up(CODE),), tracked=None))


def test_the_way_of_an_editable_installation_is_never_meant() -> None:
    editable = with_start_up("import __editable___handmade_finder\n", "__editable__.handmade-1.2.0.pth")

    finds(StartUpIsLeftAlone(), released(editable, before=[editable]))


def test_code_at_the_start_when_the_index_cannot_be_asked() -> None:
    cannot_tell(StartUpIsLeftAlone(), FakeFacts(distributions=[with_start_up(CODE)], tracked=None))


def test_a_search_path_that_is_added_to() -> None:
    finds(SearchPathIsLeftAlone(), released(with_start_up(PATH)))
    passes(SearchPathIsLeftAlone(), released(a_release_wheel(*CORE, "handmade/data/example.pth")))


@pytest.mark.parametrize(
    "stray",
    ["tests/__init__.py", "docs/conf.py", "src/handmade/x.py", "setup.py", "README.md", "LICENSE", "build/x.py"],
)
def test_names_at_the_top_that_are_everybodys(stray: str) -> None:
    facts = released(a_release_wheel(*CORE, stray))

    (finding,) = finds(TopLevelNamesAreOwn(), facts)

    assert finding.where == InFile(WHEEL.artifact.filename)
    passes(TopLevelNamesAreFamiliar(), facts)


@pytest.mark.parametrize(
    "path", ["handmade/tests/__init__.py", "handmade-1.2.0.data/data/docs/x.html", "handmade/setup.py"]
)
def test_names_that_are_everybodys_in_a_package_of_ones_own(path: str) -> None:
    passes(TopLevelNamesAreOwn(), released(a_release_wheel(*CORE, path)))


def test_a_project_that_is_called_like_everybodys() -> None:
    passes(TopLevelNamesAreOwn(), released(a_release_wheel("build/__init__.py", name="build")))


@pytest.mark.parametrize(
    ("project", "tops"),
    [
        ("pillow", ["PIL/__init__.py", "pillow.libs/libz.so"]),
        ("pyyaml", ["yaml/__init__.py", "_yaml/__init__.py"]),
        ("beautifulsoup4", ["bs4/__init__.py"]),
        ("scikit_learn", ["sklearn/__init__.py"]),
        ("python_dateutil", ["dateutil/__init__.py"]),
        ("attrs", ["attr/__init__.py", "attrs/__init__.py"]),
        (
            "black",
            ["black/__init__.py", "_black_version.py", "30fcd23745efe32ce681__mypyc.cpython-311.so"],
        ),
        ("zope.interface", ["zope/interface/__init__.py"]),
        ("handmade", ["handmade.py", "handmade-stubs/__init__.pyi", "handmade.pyi"]),
    ],
)
def test_names_that_are_akin(project: str, tops: list[str]) -> None:
    passes(TopLevelNamesAreFamiliar(), released(a_release_wheel(*tops, name=project)))


def test_names_that_are_not() -> None:
    wheel = a_release_wheel(*CORE, "requests/__init__.py", "utils.py")

    (finding,) = finds(TopLevelNamesAreFamiliar(), released(wheel, before=[WHEEL]))

    assert "requests, utils" in finding.message


def test_names_of_a_first_release() -> None:
    finds(TopLevelNamesAreFamiliar(), released(a_release_wheel(*CORE, "requests/__init__.py")))


def test_names_when_nobody_may_look_at_the_last_release() -> None:
    class Offline(FakeFacts):
        @property
        def published(self) -> Published | None:  # type: ignore[override]  # a fact that is not looked up
            raise NotApplicable("--offline was given")

    finds(TopLevelNamesAreFamiliar(), Offline(distributions=[a_release_wheel(*CORE, "requests/__init__.py")]))


def test_a_loose_file_that_is_no_module() -> None:
    wheel = a_release_wheel(*CORE, "handmade.json")

    (finding,) = finds(TopLevelNamesAreFamiliar(), released(wheel, before=[WHEEL]))

    assert "installs handmade.json at the top" in finding.message
    passes(TopLevelNamesAreFamiliar(), released(wheel, before=[wheel]))


def test_names_that_were_there_before() -> None:
    wheel = a_release_wheel(*CORE, "requests/__init__.py")

    passes(TopLevelNamesAreFamiliar(), released(wheel, before=[wheel]))
    cannot_tell(TopLevelNamesAreFamiliar(), FakeFacts(distributions=[wheel]))


@pytest.mark.parametrize(
    "path",
    ["handmade/__pycache__/core.cpython-311.pyc", "handmade/.git/HEAD", ".venv/bin/python", "handmade/.svn/entries"],
)
def test_caches_in_a_wheel(path: str) -> None:
    facts = released(a_release_wheel(*CORE, path))

    (finding,) = finds(WheelsHoldNoCaches(), facts)

    assert finding.where == InFile(WHEEL.artifact.filename)
    passes(ArchivesHoldNoLeftovers(), facts)


def test_caches_in_an_sdist() -> None:
    facts = released(WHEEL, a_release_sdist("src/handmade/__pycache__/core.cpython-311.pyc"))

    finds(ArchivesHoldNoLeftovers(), facts)
    passes(WheelsHoldNoCaches(), facts)


LEFT = [
    ".DS_Store",
    ".idea/workspace.xml",
    ".vscode/settings.json",
    "core.py.orig",
    "core.py.rej",
    ".core.py.swp",
    "core.py~",
    ".coverage",
    ".coverage.host.123",
    ".pytest_cache/README.md",
    ".mypy_cache/3.11/x.json",
    "node_modules/left-pad/index.js",
    "Thumbs.db",
    ".env",
    "dist/other-1.0-py3-none-any.whl",
    "handmade-1.1.0.tar.gz",
]


@pytest.mark.parametrize("path", LEFT)
def test_what_was_left_in_an_sdist(path: str) -> None:
    (finding,) = finds(ArchivesHoldNoLeftovers(), released(WHEEL, a_release_sdist(path)))

    assert finding.where == InFile(SDIST.artifact.filename)


@pytest.mark.parametrize("path", [*LEFT[:-2], "handmade.egg-info/PKG-INFO", "handmade-1.1.0-py3-none-any.whl"])
def test_what_was_left_in_a_wheel(path: str) -> None:
    finds(ArchivesHoldNoLeftovers(), released(a_release_wheel(*CORE, f"handmade/{path}")))


@pytest.mark.parametrize("path", [*LEFT[:-2], "dist/other-1.0-py3-none-any.whl"])
def test_what_git_tracks_was_not_left(path: str) -> None:
    passes(ArchivesHoldNoLeftovers(), released(WHEEL, a_release_sdist(path), tracked=[path]))
    passes(ArchivesHoldNoLeftovers(), released(a_release_wheel(f"handmade/{path}"), tracked=[f"src/handmade/{path}"]))


@pytest.mark.parametrize(
    "path",
    [
        "pyproject.toml.orig",
        "src/handmade.egg-info/PKG-INFO",
        "tests/fixtures/handmade-1.0-py3-none-any.whl",
        "tests/data/other.tar.gz",
        ".gitignore",
        ".github/workflows/ci.yml",
        ".coveragerc",
        "docs/build.md",
    ],
)
def test_what_an_sdist_may_hold(path: str) -> None:
    passes(ArchivesHoldNoLeftovers(), released(WHEEL, a_release_sdist(path)))


@pytest.mark.parametrize("path", ["handmade/core.pyc", "handmade/CORE.PYO"])
def test_bytecode_beside_the_modules_of_a_wheel(path: str) -> None:
    facts = released(a_release_wheel(*CORE, path))

    finds(WheelsHoldNoCaches(), facts)
    passes(ArchivesHoldNoLeftovers(), facts)


@pytest.mark.parametrize(
    "path",
    [
        "handmade/labextension/package.json.orig",
        "handmade-1.2.0.data/data/share/jupyter/labextensions/package.json.orig",
    ],
)
def test_what_the_builder_of_jupyterlab_keeps(path: str) -> None:
    passes(ArchivesHoldNoLeftovers(), released(a_release_wheel(*CORE, path)))


def test_an_editable_installation_in_the_wheel_of_a_first_release() -> None:
    name = "__editable__.handmade-1.2.0.pth"
    wheel = a_release_wheel(*CORE, "handmade.pth", name, texts={"handmade.pth": CODE, name: CODE})

    (finding,) = finds(StartUpIsLeftAlone(), released(wheel))

    assert name in finding.message
