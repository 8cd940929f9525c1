import pytest

from tagship.domain.changelog import parse
from tagship.domain.changelog.reopening import reopen

BELOW = "\n\n- Words.\n\n## 1.2.0 - 2026-03-01\n\n- More words.\n"


@pytest.mark.parametrize(
    ("heading", "marked"),
    [
        ("## 1.3.0", "## 1.3.0 (unreleased)"),
        ("## 1.3.0 - 2026-04-01", "## 1.3.0 (unreleased)"),
        ("## v1.3.0 (2026-04-01)", "## v1.3.0 (unreleased)"),
        ("## [1.3.0] - 2026-04-01", "## [1.3.0] (unreleased)"),
        ("1.3.0 - 2026-04-01\n------------------", "1.3.0 (unreleased)\n------------------"),
        # A heading that begins with its date says nothing else before it.
        ("## 2026-04-01: 1.3.0", "## 1.3.0 (unreleased)"),
    ],
)
def test_a_heading_is_marked_and_nothing_else_changes(heading: str, marked: str) -> None:
    text = f"# Changelog\n\n{heading}{BELOW}"
    changelog = parse(text, path="CHANGELOG.md", project="handmade")

    made = reopen(text, changelog, changelog.sections[0], project="handmade")

    assert made == f"# Changelog\n\n{marked}{BELOW}"
    assert parse(made, path="CHANGELOG.md", project="handmade").sections[0].unreleased


def test_line_ends_stay_as_they_are() -> None:
    text = "# Changelog\r\n\r\n## 1.3.0\r\n\r\n- Words.\r\n"
    changelog = parse(text, path="CHANGELOG.md", project="handmade")

    made = reopen(text, changelog, changelog.sections[0], project="handmade")

    assert made == text.replace("1.3.0", "1.3.0 (unreleased)")


def test_a_section_of_another_text_is_not_looked_for() -> None:
    text = "# Changelog\n\n## 1.3.0\n\n- Words.\n"
    changelog = parse(f"\n\n{text}", path="CHANGELOG.md", project="handmade")

    assert reopen(text, changelog, changelog.sections[0], project="handmade") is None
