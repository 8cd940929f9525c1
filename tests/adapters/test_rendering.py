from pathlib import Path

import pytest

from fakes import a_distribution, a_wheel, an_sdist, an_unreadable
from tagship.adapters import rendering
from tagship.adapters.rendering import LONGEST_DESCRIPTION, rendering_flaws
from tagship.domain.distribution import Distribution
from tagship.errors import FactUnknown, Run

WHEEL, SDIST = a_wheel(), an_sdist()
BROKEN = "Title\n=====\n\n.. no-such-directive::\n"


def described(text: str, kind: str | None = "text/x-rst") -> Distribution:
    """A wheel with this description."""
    said = "" if kind is None else f"Description-Content-Type: {kind}\n"
    return a_distribution(WHEEL, metadata=f"Metadata-Version: 2.4\nName: a\n{said}\n{text}".encode())


@pytest.mark.parametrize("kind", ["text/x-rst", "text/x-rst; charset=UTF-8", None])
def test_what_renders(kind: str | None) -> None:
    assert (
        rendering_flaws([described("Title\n=====\n\nSome *words*, and a `link <https://a.example>`_.\n", kind)]) == {}
    )


@pytest.mark.parametrize("kind", ["text/x-rst", "Text/X-RST", None])
def test_what_does_not_render(kind: str | None) -> None:
    flaws = rendering_flaws([described(BROKEN, kind), a_distribution(SDIST, metadata=described(BROKEN, kind).metadata)])

    assert set(flaws) == {WHEEL.filename, SDIST.filename}
    assert "no-such-directive" in flaws[WHEEL.filename]
    assert "\n" not in flaws[WHEEL.filename]


@pytest.mark.parametrize("kind", ["text/markdown", "text/plain", "text/html"])
def test_what_cannot_fail_is_not_rendered(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_RENDERER", "/no/such/renderer.py")

    assert rendering_flaws([described(BROKEN, kind), an_unreadable(SDIST), described("  \n", None)]) == {}


def test_no_renderer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "readme_renderer.py").write_text("")
    alone = tmp_path / "renderer.py"
    alone.write_bytes(Path(rendering._RENDERER).read_bytes())
    # Without -P, what lies beside a script hides what is installed.
    monkeypatch.setattr(rendering, "OPTIONS", ())
    monkeypatch.setattr(rendering, "_RENDERER", str(alone))

    with pytest.raises(FactUnknown) as unknown:
        rendering_flaws([described("Words.")])

    assert unknown.value.remedy == Run(("pip", "install", "tagship[rst]"))


def test_files_are_not_read_by_a_description() -> None:
    flaws = rendering_flaws([described(".. include:: /etc/hostname\n")])

    assert "include" in flaws[WHEEL.filename]


def test_what_is_too_long_to_render() -> None:
    with pytest.raises(FactUnknown, match="too many to render"):
        rendering_flaws([described("word " * (LONGEST_DESCRIPTION // 4))])


def test_what_takes_too_long_to_render(monkeypatch: pytest.MonkeyPatch) -> None:
    """The renderer ends itself by the processor's time; it is not the clock's that runs out."""
    monkeypatch.setattr(rendering, "SECONDS", 1)  # of the several that this text takes
    text = "* an *item* of `many <https://a.example>`__\n\n" * 20_000
    with pytest.raises(FactUnknown, match="takes more than"):
        rendering_flaws([described(text)])
