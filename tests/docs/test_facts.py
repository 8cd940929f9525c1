"""What the pages state about the program is what the program has."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from pages import DOCS, FRONT, PAGES, ROOT, anchors, blocks, name_of, prose, read
from tagship import __version__, errors
from tagship.adapters.backends import BACKENDS
from tagship.adapters.changelogs import FOLDERS, NAMES, RELEASE_FOLDERS, SUFFIXES
from tagship.checks import ARTIFACTS, BRANCH, GATE
from tagship.cli.options import FORMATS
from tagship.domain.changelog import parse
from tagship.errors import Exit, TagshipError
from tagship.reports import documents
from tagship.reports.documents.verdicts import kind_of
from tagship.workflow.config import KEYS, parse_config

REFERENCE = DOCS / "reference"
EXAMPLES = [json.loads(block.body) for block in blocks(read(REFERENCE / "documents.md")) if block.language == "json"]
SETTINGS = [
    (page, block.body)
    for page in PAGES
    for block in blocks(read(page))
    if block.language == "toml" and "[tool.tagship" in block.body
]
CODE_ROW = re.compile(r"^\| (\d+) \|", re.MULTILINE)


@pytest.mark.parametrize("name", documents.NAMES)
def test_each_document_has_one_example_that_fits_its_schema(name: str) -> None:
    examples = [example for example in EXAMPLES if example["schema"] == f"tagship-{name}/1"]

    assert len(examples) == 1
    jsonschema.validate(examples[0], documents.schema(name))


def test_each_document_has_a_section() -> None:
    sections = anchors(read(REFERENCE / "documents.md"))

    assert [name for name in documents.NAMES if f"tagship-{name}1" not in sections] == []


def test_the_kinds_of_errors_are_those_of_the_code() -> None:
    kinds = {
        kind_of(value("…"))
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, TagshipError) and value is not TagshipError
    }
    page = read(REFERENCE / "documents.md")

    assert [kind for kind in kinds if f"`{kind}`" not in page] == []


@pytest.mark.parametrize("page", [REFERENCE / "exit-codes.md", ROOT / "README.md"], ids=name_of)
def test_the_exit_codes_are_those_of_the_code(page: Path) -> None:
    assert [int(code) for code in CODE_ROW.findall(read(page))] == [int(code) for code in Exit]


def test_the_exit_codes_have_their_names() -> None:
    page = read(REFERENCE / "exit-codes.md")

    assert [code.name for code in Exit if f"| {int(code)} | {code.name.lower()} |" not in page] == []


def test_every_key_of_the_configuration_has_a_section() -> None:
    assert set(KEYS) <= anchors(read(REFERENCE / "configuration.md"))


@pytest.mark.parametrize(
    ("page", "settings"), SETTINGS, ids=lambda each: name_of(each) if isinstance(each, Path) else ""
)
def test_shown_settings_can_be_read(page: Path, settings: str) -> None:
    assert parse_config(settings.encode(), "pyproject.toml").source == "pyproject.toml", page


def test_every_backend_is_told() -> None:
    page = read(REFERENCE / "backends.md")
    values = {value for backend in BACKENDS for value in backend.build_backends}

    assert [value for value in sorted(values) if f"`{value}`" not in page] == []


def test_every_place_of_a_changelog_is_told() -> None:
    page = read(REFERENCE / "changelogs.md")
    places = {*NAMES, *SUFFIXES, *RELEASE_FOLDERS, *(folder.rstrip("/") for folder in FOLDERS)} - {""}

    assert [place for place in sorted(places) if f"`{place}`" not in page] == []


def test_the_headings_that_are_shown_name_their_version() -> None:
    shown = next(block.body for block in blocks(read(REFERENCE / "changelogs.md")) if block.language == "markdown")

    log = parse(shown, path="CHANGELOG.md", project="my-project")

    assert len(log.sections) == len(shown.splitlines())
    assert {str(section.version) for section in log.sections} <= {"1.2.0", "1.2"}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_told(form: str) -> None:
    assert f"`{form}`" in read(ROOT / "README.md") + read(DOCS / "how-to" / "read-the-report-in-ci.md")


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
def test_the_number_of_gate_checks_is_right(page: str) -> None:
    assert re.findall(r"(\d+) checks", prose(read(ROOT / page))) == [str(len(GATE))]


@pytest.mark.parametrize(("stage", "asked"), [("gate", len(GATE)), ("validate", len(ARTIFACTS))])
def test_the_verdicts_of_a_stage_that_is_shown_are_as_many_as_its_checks(stage: str, asked: int) -> None:
    line = re.compile(rf"^{stage} +done .* ready: (?P<counts>.*)$", re.MULTILINE)
    shown = {name_of(page): line.findall(read(page)) for page in PAGES}

    assert any(shown.values())
    assert [
        (page, counts)
        for page, lines in shown.items()
        for counts in lines
        if sum(map(int, re.findall(r"\d+", counts))) != asked
    ] == []


def test_the_verdicts_of_a_report_that_is_shown_are_as_many_as_it_says() -> None:
    """`check` without packages asks everything that there is of a branch."""
    totals = re.compile(r"^(?P<total>\d+) checks: (?P<counts>.*), [\d.]+ s$", re.MULTILINE)
    shown = [found for page in PAGES for found in totals.finditer(read(page))]

    assert shown
    for found in shown:
        assert int(found["total"]) == sum(map(int, re.findall(r"\d+", found["counts"]))) == len(BRANCH), found[0]


def test_our_own_changelog_tells_about_this_version() -> None:
    log = parse(read(ROOT / "CHANGELOG.md"), path="CHANGELOG.md", project="tagship")
    section = next(each for each in log.sections if str(each.version) == __version__)

    assert section.has_content
    assert section.unreleased or section.dated is not None
    assert log.duplicates == ()


def test_the_front_pages_are_there() -> None:
    assert [name for name in FRONT if not (ROOT / name).is_file()] == []
