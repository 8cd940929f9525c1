import pytest

from tagship.domain.endpoints import KNOWN, PYPI, TESTPYPI, Endpoints

PRIVATE = Endpoints("private", "https://index.example/simple/", "https://index.example/upload/")


@pytest.mark.parametrize("index", KNOWN.values())
def test_a_known_index(index: Endpoints) -> None:
    site = str(index.site)

    assert KNOWN[index.name] is index
    assert index.simple == f"{site}/simple/"
    assert index.upload.endswith("/legacy/")
    assert all(url.startswith("https://") for url in (index.simple, index.upload, site))
    assert index.token_page == f"{site}/manage/account/token/"


def test_the_two_public_indexes_share_nothing() -> None:
    assert list(KNOWN) == ["pypi", "testpypi"]
    for name in ("simple", "upload", "site", "token_prefix"):
        assert getattr(PYPI, name) != getattr(TESTPYPI, name)


def test_an_index_without_a_site() -> None:
    assert PRIVATE.token_page is None
