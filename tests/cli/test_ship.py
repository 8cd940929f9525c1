"""`tagship ship`."""

import io
import sys

import pytest

from cli.releasing import Release
from cli.saying import say
from ship.project import FILES, PYPROJECT, TAG
from tagship.errors import Exit

pytestmark = pytest.mark.slow


def test_a_release_ends_with_its_proof(release: Release) -> None:
    said = release.ship()

    assert said.exit == Exit.READY
    assert said.out.splitlines()[-1].startswith("proved: handmade 1.0 is served by ")
    assert [line.split()[0] for line in said.err.splitlines() if " done " in line] == [
        "gate",
        "credential",
        "build",
        "validate",
        "upload",
        "prove",
    ]
    assert release.sent == len(FILES)


@pytest.mark.parametrize("form", ["json", "github", "markdown", "sarif", "junit", "terminal"])
def test_every_format_takes_a_receipt(release: Release, form: str) -> None:
    said = release.ship("--format", form)

    assert said.exit == Exit.READY
    assert said.out.strip()


def test_a_receipt_is_the_one_document(release: Release) -> None:
    said = release.ship(TAG, "--json")

    assert said.exit == Exit.READY
    assert said.document["schema"] == "tagship-receipt/1"
    assert said.document["tag"] == TAG


def test_a_plan_does_nothing(release: Release) -> None:
    said = release.ship("--plan", "--json")

    assert said.exit == Exit.READY
    assert said.document["schema"] == "tagship-plan/1"
    assert not release.dist.exists()
    assert release.sent == 0


def test_a_gate_that_is_closed_is_told_as_its_report(release: Release) -> None:
    release.repo.tag("v1.1")
    said = release.ship("v1.1", "--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["command"] == "gate"
    assert said.outcomes["version-matches-tag"] == "failed"
    assert release.sent == 0


def test_a_token_on_standard_input(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAGSHIP_TOKEN")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{release.index.token}\n"))
    said = release.say("ship", *release.to_index[:-2], "--token-stdin", "--host", "none", "--yes")

    assert said.exit == Exit.READY, said.err
    assert release.sent == len(FILES)


@pytest.mark.parametrize("closed", [False, True])
def test_no_token_on_standard_input_is_not_made_up_for(
    release: Release, monkeypatch: pytest.MonkeyPatch, *, closed: bool
) -> None:
    """The token in the environment is another way, and there is no falling back."""
    monkeypatch.setattr(sys, "stdin", None if closed else io.StringIO(""))
    said = release.ship("--token-stdin", "--json")

    assert said.exit == Exit.CREDENTIAL
    assert said.outcomes["token-is-present"] == "failed"
    assert release.sent == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--auth", "trusted", "--token-stdin"), "--token-stdin"),
        (("--upload-url", "https://example.org/"), "--index"),
        (("--index", "pipy"), "pipy"),
        (("--patience", "soon"), "soon"),
        (("--patience", "-1"), "-1"),
        (("--patience", "nan"), "nan"),
    ],
)
def test_words_that_do_not_go_together(release: Release, words: tuple[str, ...], told: str) -> None:
    said = release.say("ship", "--json", *words)

    assert said.exit == Exit.USAGE
    assert said.document["kind"] == "usage-error"
    assert told in str(said.document["message"])


def test_a_known_index_by_its_name_while_nobody_may_be_asked(release: Release) -> None:
    said = release.say("ship", "--index", "testpypi", "--offline", "--yes", "--host", "none", "--json")

    assert said.exit == Exit.UNKNOWN
    assert said.outcomes["version-is-free"] in {"unknown", "skipped"}
    assert release.index.log == []


def test_a_configuration_that_is_wrong(release: Release) -> None:
    release.repo.write({"pyproject.toml": f"{PYPROJECT}\n[tool.tagship]\nhost = 3\n"})
    said = release.ship("--json")

    assert said.exit == Exit.USAGE
    assert said.document["kind"] == "config-error"


def test_a_directory_that_is_none(release: Release) -> None:
    said = say(release.capsys, "-C", str(release.repo.path / "nowhere"), "ship", "--json")

    assert said.exit == Exit.USAGE
