import pytest
from packaging.version import Version

from tagship.domain.changelog import parse
from tagship.domain.changelog.layout import Layout
from tagship.domain.changelog.links import relink

AT = "https://example.org/o/p"
HEADS = "## Unreleased\n\n- a\n\n## 1.2.0\n\n- b\n\n## 1.1.0\n\n- c\n\n"
RULED = "Unreleased\n----------\n\n- a\n\n1.2.0\n-----\n\n- b\n\n1.1.0\n-----\n\n- c\n\n"


def relinked(foot: str, path: str = "CHANGELOG.md", version: str = "1.3.0", *, is_newest: bool = True) -> str:
    heads = RULED if path.endswith(".rst") else HEADS
    text = heads + foot
    layout = Layout.of(text, parse(text, path=path, project="tagship"), "tagship")
    splices = relink(layout, Version(version), Version("1.2.0"), project="tagship", is_newest=is_newest)
    made = layout.splice(splices)
    assert made.startswith(heads)
    return made.removeprefix(heads)


@pytest.mark.parametrize(
    ("foot", "made"),
    [
        (
            f"[Unreleased]: {AT}/compare/v1.2.0...HEAD\n[1.2.0]: {AT}/compare/v1.1.0...v1.2.0\n[1.1.0]: {AT}/x\n",
            (
                f"[Unreleased]: {AT}/compare/v1.3.0...HEAD\n[1.3.0]: {AT}/compare/v1.2.0...v1.3.0\n"
                f"[1.2.0]: {AT}/compare/v1.1.0...v1.2.0\n[1.1.0]: {AT}/x\n"
            ),
        ),
        # The oldest first.
        (
            f"[1.1.0]: {AT}/x\n[1.2.0]: {AT}/compare/1.1.0..1.2.0\n[unreleased]: {AT}/compare/1.2.0..main\n",
            (
                f"[1.1.0]: {AT}/x\n[1.2.0]: {AT}/compare/1.1.0..1.2.0\n[1.3.0]: {AT}/compare/1.2.0..1.3.0\n"
                f"[unreleased]: {AT}/compare/1.3.0..main\n"
            ),
        ),
        (f"[v1.2.0]: {AT}/-/tags/v1.2.0\n", f"[v1.3.0]: {AT}/-/tags/v1.3.0\n[v1.2.0]: {AT}/-/tags/v1.2.0\n"),
        (
            f"[1.2.0]: <{AT}/releases/p-1.2.0>\n",
            f"[1.3.0]: <{AT}/releases/p-1.3.0>\n[1.2.0]: <{AT}/releases/p-1.2.0>\n",
        ),
        # The first release after what was open alone.
        (
            f"[Unreleased]: {AT}/compare/v1.2.0...HEAD\n",
            f"[Unreleased]: {AT}/compare/v1.3.0...HEAD\n[1.3.0]: {AT}/compare/v1.2.0...v1.3.0\n",
        ),
        # The first release has no other to stand beside.
        (
            f"[1.2.0]: {AT}/v1.2.0\n[Unreleased]: {AT}/compare/v1.2.0...HEAD\n",
            f"[1.2.0]: {AT}/v1.2.0\n[1.3.0]: {AT}/v1.3.0\n[Unreleased]: {AT}/compare/v1.3.0...HEAD\n",
        ),
        # An address that names two versions in words of its own.
        (
            f"[1.2.0]: {AT}/diff?from=1.1.0&to=1.2.0\n[1.1.0]: {AT}/x\n",
            f"[1.3.0]: {AT}/diff?from=1.2.0&to=1.3.0\n[1.2.0]: {AT}/diff?from=1.1.0&to=1.2.0\n[1.1.0]: {AT}/x\n",
        ),
        # Links that were no longer kept, and links that are none of releases.
        (f"[1.1.0]: {AT}/compare/v1.0.0...v1.1.0\n", f"[1.1.0]: {AT}/compare/v1.0.0...v1.1.0\n"),
        (f"[docs]: {AT}/1.2.0\n", f"[docs]: {AT}/1.2.0\n"),
        # A link that was made when work on the version began.
        (f"[1.3.0]: {AT}/compare/v1.2.0...HEAD\n", f"[1.3.0]: {AT}/compare/v1.2.0...v1.3.0\n"),
        (f"[1.3.0]: {AT}/x\n[1.2.0]: {AT}/y\n", f"[1.3.0]: {AT}/x\n[1.2.0]: {AT}/y\n"),
    ],
)
def test_the_links_at_the_foot_move_on(foot: str, made: str) -> None:
    assert relinked(foot) == made


def test_the_links_of_rst_move_on() -> None:
    foot = f".. _Unreleased: {AT}/compare/v1.2.0...HEAD\n.. _1.2.0: {AT}/compare/v1.1.0...v1.2.0\n"

    assert relinked(foot, "NEWS.rst") == (
        f".. _Unreleased: {AT}/compare/v1.3.0...HEAD\n.. _1.3.0: {AT}/compare/v1.2.0...v1.3.0\n"
        f".. _1.2.0: {AT}/compare/v1.1.0...v1.2.0\n"
    )


def test_a_maintenance_release_leaves_what_is_unreleased_alone() -> None:
    foot = f"[Unreleased]: {AT}/compare/v2.0.0...HEAD\n[2.0.0]: {AT}/v2.0.0\n[1.2.0]: {AT}/v1.2.0\n"

    assert relinked(foot, version="1.2.1", is_newest=False) == (
        f"[Unreleased]: {AT}/compare/v2.0.0...HEAD\n[2.0.0]: {AT}/v2.0.0\n[1.2.1]: {AT}/v1.2.1\n[1.2.0]: {AT}/v1.2.0\n"
    )
