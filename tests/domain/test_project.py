import pytest

from fakes import a_project
from tagship.domain.project import VersionSource


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (VersionSource("tag"), "tag"),
        (VersionSource("pyproject", "pyproject.toml"), "pyproject.toml"),
        (VersionSource("pyproject", "pyproject.toml", 7), "pyproject.toml:7"),
    ],
)
def test_where_a_version_is_written(source: VersionSource, shown: str) -> None:
    assert str(source) == shown


@pytest.mark.parametrize("name", ["Hand.Made", "hand_made", "hand--made", "HAND-made"])
def test_the_name_as_an_index_files_it(name: str) -> None:
    assert a_project("1.2.0", name=name).normalized_name == "hand-made"


def test_the_tag_may_be_the_version() -> None:
    assert a_project(None, source=VersionSource("tag")).version_is_tag
    assert not a_project("1.2.0").version_is_tag
