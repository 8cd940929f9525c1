import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.made import CLASSIFIERS, PRIVATE, SDIST, WHEEL, built, told
from fakes import FakeFacts, a_distribution, an_unreadable
from tagship.checks.descriptions import (
    AddressesAreValid,
    ClassifiersAreCurrent,
    ClassifiersAreKnown,
    ContentTypeIsKnown,
    DescriptionRenders,
    DescriptionTypeIsSaid,
    LinkLabelsAreShort,
    LinksAreValid,
    ProjectIsDescribed,
    ProjectIsMeantToBePublic,
    SummaryIsOneShortLine,
)
from tagship.checks.engine import Check
from tagship.domain.config import Config
from tagship.domain.finding import Severity
from tagship.errors import InFile

MARKDOWN = "Description-Content-Type: text/markdown"
EVERY: list[Check[FakeFacts]] = [
    SummaryIsOneShortLine(),
    ContentTypeIsKnown(),
    ProjectIsDescribed(),
    LinksAreValid(),
    LinkLabelsAreShort(),
    AddressesAreValid(),
    ClassifiersAreKnown(),
    ClassifiersAreCurrent(),
    ProjectIsMeantToBePublic(),
    DescriptionRenders(),
]


@pytest.mark.parametrize("check", EVERY)
def test_a_sound_build(check: Check[FakeFacts]) -> None:
    passes(check, built(told(MARKDOWN), told(MARKDOWN, artifact=SDIST)))


@pytest.mark.parametrize("check", EVERY)
def test_metadata_that_cannot_be_read_says_nothing(check: Check[FakeFacts]) -> None:
    assert WHEEL.filename in cannot_tell(check, built(an_unreadable(WHEEL), told(MARKDOWN, artifact=SDIST)))
    cannot_tell(check, FakeFacts())


def test_a_summary() -> None:
    passes(SummaryIsOneShortLine(), built(told(f"Summary: {'x' * 512}")))


@pytest.mark.parametrize("summary", ["x" * 513, "one\n  two", "one\u2028two"])
def test_a_summary_that_is_an_essay(summary: str) -> None:
    finds(SummaryIsOneShortLine(), built(told(f"Summary: {summary}")))


@pytest.mark.parametrize(
    "said",
    [
        "text/markdown",
        "Text/Markdown; charset=UTF-8; variant=GFM",
        "text/markdown; variant=CommonMark",
        "text/x-rst; charset=utf-8",
        "text/plain",
    ],
)
def test_a_content_type(said: str) -> None:
    passes(ContentTypeIsKnown(), built(told(f"Description-Content-Type: {said}")))


@pytest.mark.parametrize(
    "said",
    [
        "text/html",
        "markdown",
        "text/x-markdown",
        "text/markdown; charset=latin-1",
        "text/markdown; variant=Original",
        "text/plain; x*",
        f"text/plain; a={'b' * 300}",
        "text/markdown;;;=",
    ],
)
def test_what_is_no_content_type(said: str) -> None:
    finds(ContentTypeIsKnown(), built(told(f"Description-Content-Type: {said}")))


def test_a_description_that_renders() -> None:
    passes(DescriptionRenders(), built(told("Description-Content-Type: text/x-rst")))


def test_a_description_that_does_not() -> None:
    flaws = {WHEEL.filename: "7: (ERROR/3) unknown directive"}

    (finding,) = finds(DescriptionRenders(), built(told(), rendering_flaws=flaws))

    assert (finding.where, "unknown directive" in finding.message) == (InFile(WHEEL.filename), True)


def test_whether_markdown_renders_nobody_asks() -> None:
    passes(DescriptionRenders(), FakeFacts(distributions=[told(MARKDOWN)]))


def test_nothing_to_render_it_with() -> None:
    cannot_tell(DescriptionRenders(), FakeFacts(distributions=[told("Description-Content-Type: text/x-rst")]))


def test_a_project_that_nobody_described() -> None:
    facts = built(a_distribution(WHEEL, metadata=b"Metadata-Version: 2.4\nName: handmade\nVersion: 1.2.0\n"))

    passes(ProjectIsDescribed(), built(told(MARKDOWN)))
    finds(ProjectIsDescribed(), facts)
    passes(DescriptionTypeIsSaid(), facts)


def test_a_description_of_no_type_is_only_noted() -> None:
    facts = built(a_distribution(WHEEL, metadata=b"Name: handmade\n\nWords.\n"))

    passes(DescriptionTypeIsSaid(), built(told(MARKDOWN)))
    finds(DescriptionTypeIsSaid(), facts)
    passes(ProjectIsDescribed(), facts)
    assert DescriptionTypeIsSaid.severity is Severity.NOTE


@pytest.mark.parametrize(
    "line",
    [
        "Home-page: https://code.example/hand/made?a=b&c=%20d#readme",
        "Home-page: UNKNOWN",
        "Download-URL: HTTP://code.example:8080",
        "Project-URL: Source, https://code.example/~me/(made)",
        "Project-URL: Source,https://code.example",
        "Project-URL: Funding, https://code.example/a,b",
    ],
)
def test_a_link(line: str) -> None:
    passes(LinksAreValid(), built(told(line)))


@pytest.mark.parametrize(
    "line",
    [
        "Home-page: code.example",
        "Home-page: ftp://code.example",
        "Download-URL: https://code.example/a b",
        "Project-URL: Source, git@code.example:hand/made",
        "Project-URL: Source",
        "Project-URL: , https://code.example",
        "Project-URL: https://code.example",
        "Project-URL: Source, javascript:alert(1)",
        "Project-URL: Source, https://code.example\nProject-URL: Source, https://other.example",
    ],
)
def test_what_is_no_link(line: str) -> None:
    (finding,) = finds(LinksAreValid(), built(told(line)))

    assert finding.where == InFile(WHEEL.filename)


def test_a_label() -> None:
    passes(LinkLabelsAreShort(), built(told(f"Project-URL: {'x' * 32}, https://code.example")))
    finds(LinkLabelsAreShort(), built(told(f"Project-URL: {'x' * 33}, https://code.example")))


@pytest.mark.parametrize(
    "said", ["a@b.example", "A B <a.b+c@d-e.example>", "A <a@b.example>, B <no address>", "a@b.köln"]
)
def test_an_address(said: str) -> None:
    passes(AddressesAreValid(), built(told(f"Author-email: {said}", f"Maintainer-email: {said}")))


@pytest.mark.parametrize(
    "said", ["a@localhost", "only a name", "A <a@.example>", "a@b.invalid", "a..b@c.example", f"{'a' * 300}@b.example"]
)
def test_what_is_no_address(said: str) -> None:
    (finding,) = finds(AddressesAreValid(), built(told(f"Maintainer-email: {said}")))

    assert "Maintainer-Email" in finding.message


def test_a_known_classifier() -> None:
    passes(ClassifiersAreKnown(), built(told("Classifier: Typing :: Typed")))
    passes(ClassifiersAreKnown(), built(told("Classifier: Private :: Do Not Upload", "Classifier: Topic :: Older")))


def test_an_unknown_classifier() -> None:
    distribution = told("Classifier: Typing :: typed")

    (finding,) = finds(ClassifiersAreKnown(), built(distribution))

    assert CLASSIFIERS.source in finding.message
    skips(ClassifiersAreKnown(), built(distribution, config=PRIVATE))
    cannot_tell(ClassifiersAreKnown(), FakeFacts(config=Config(), distributions=[distribution]))


def test_a_deprecated_classifier() -> None:
    passes(ClassifiersAreCurrent(), built(told("Classifier: Typing :: Typed")))
    distribution = told("Classifier: Topic :: Old", "Classifier: Topic :: Older")

    (gone, replaced) = finds(ClassifiersAreCurrent(), built(distribution))

    assert str(gone.remedy) == "remove 'Topic :: Old'"
    assert str(replaced.remedy) == "replace 'Topic :: Older' by 'Typing :: Typed' or 'Topic :: New'"
    skips(ClassifiersAreCurrent(), built(distribution, config=PRIVATE))


def test_a_project_that_must_not_be_published() -> None:
    distribution = told("Classifier: Private :: Do Not Upload")

    (finding,) = finds(ProjectIsMeantToBePublic(), built(distribution))

    assert "not to be published" in finding.message
    skips(ProjectIsMeantToBePublic(), built(distribution, config=PRIVATE))
    passes(ProjectIsMeantToBePublic(), built(told()))
