"""Links lead somewhere, and every page is found."""

import re
from pathlib import Path

import pytest

from pages import DOCS, PAGES, ROOT, anchors, inline_code, links, name_of, read
from tagship.domain.endpoints import KNOWN

PACKAGE = ROOT / "src" / "tagship"
HOUSE = (ROOT / "CONTRIBUTING.md", ROOT / "THREAT_MODEL.md", DOCS / "explanation" / "design.md")
"""The pages that name modules."""
PLANNED = {"secrets/sources", "adapters/notify", "workflow/audit"}
"""What the design marks as not built yet."""


def _targets(page: Path) -> list[tuple[str, Path, str]]:
    """Each relative link: as it is written, the file it leads to, the anchor in it."""
    written = [link for link in links(read(page)) if "://" not in link]
    parts = [(link, *link.partition("#")[::2]) for link in written]
    return [(link, (page.parent / path).resolve() if path else page, anchor) for link, path, anchor in parts]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_resolve(page: Path) -> None:
    dead = [link for link, target, _ in _targets(page) if not target.is_file()]

    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_anchors_are_headings(page: Path) -> None:
    dead = [link for link, target, anchor in _targets(page) if anchor and anchor not in anchors(read(target))]

    assert dead == []


@pytest.mark.parametrize("page", HOUSE, ids=name_of)
def test_a_module_that_is_named_is_there(page: Path) -> None:
    """From the top of the repository, or from the package's own directory as the design names them."""
    parts = [place.name for place in PACKAGE.iterdir() if place.is_dir()]
    from_top = re.compile(r"(?:src|tests|tools|bench|docs|\.ci)/[\w/.-]+")
    inside = re.compile(rf"(?:{'|'.join(parts)})/[\w/.-]+")
    named = set(inline_code(read(page))) - PLANNED

    assert sorted(each for each in named if from_top.fullmatch(each) and not (ROOT / each).exists()) == []
    assert [each for each in sorted(named) if inside.fullmatch(each) and not _is_module(PACKAGE / each)] == []


def _is_module(path: Path) -> bool:
    return path.exists() or path.with_suffix(".py").is_file()


def test_every_page_can_be_reached_from_the_front() -> None:
    reached = set[Path]()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting += [target for _, target, _ in _targets(page) if target.is_file()]

    assert set(PAGES) - reached == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_the_address_of_a_public_index(page: Path) -> None:
    """One module names them; everything else says the index."""
    addresses = {
        address.partition("://")[2].partition("/")[0]
        for index in KNOWN.values()
        for address in (index.simple, index.upload, index.site or index.simple)
    }

    assert [address for address in addresses if address in read(page)] == []


def test_the_docs_are_pages_and_nothing_else() -> None:
    assert [name_of(path) for path in DOCS.rglob("*") if path.is_file() and path.suffix != ".md"] == []
