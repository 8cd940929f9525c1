"""Whatever a text holds, every format says what it is, once, and the stream takes it."""

import io
import json
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from reports import samples
from tagship.reports import RENDERERS, render
from tagship.reports.harmless import harmless
from tagship.reports.shown import Notes, Shown


def rendered(name: str, value: Shown, encoding: str = "ascii") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    render(value, stream, format=name)
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("text", samples.HOSTILE, ids=range(len(samples.HOSTILE)))
def test_every_format_takes_every_text(name: str, text: str) -> None:
    """In the narrowest encoding there is; only line breaks are left of all control characters."""
    for value in samples.hostile_values(text):
        shown = rendered(name, value)

        assert shown.endswith("\n")
        assert exact(name, value) or all(line == harmless(line) for line in shown.split("\n"))


@pytest.mark.parametrize("name", ["terminal", "markdown", "junit", "json", "sarif"])
@pytest.mark.parametrize("text", ["a\n::error::b", "::error::b\n  ::warning::c", "a ##[error]b", "w\u2028::error::b"])
def test_no_line_on_a_log_is_a_command(name: str, text: str) -> None:
    """Of whichever format: all of them are printed where a CI's runner reads along."""
    for value in samples.hostile_values(text):
        if exact(name, value):
            continue
        for line in rendered(name, value).split("\n"):
            assert not line.lstrip().startswith("::")
            assert name in {"json", "sarif", "markdown"} or "##[" not in line


@pytest.mark.parametrize("name", RENDERERS)
@given(samples.values)
def test_every_format_takes_every_value(name: str, value: Shown) -> None:
    shown = rendered(name, value)

    assert exact(name, value) or all(line == harmless(line) for line in shown.split("\n"))
    match name:
        case "json" | "sarif":
            assert isinstance(json.loads(shown), dict)
        case "junit":
            assert ET.fromstring(shown).tag == "testsuites"
        case _:
            assert shown


def exact(name: str, value: Shown) -> bool:
    """Notes are written as they are where nobody's terminal is behind the stream."""
    return isinstance(value, Notes) and name in {"terminal", "markdown"}


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("value", samples.VALUES, ids=lambda value: type(value).__name__)
def test_every_format_takes_every_kind_of_value(name: str, value: Shown) -> None:
    assert rendered(name, value, "utf-8").endswith("\n")


def test_all_formats_are_named() -> None:
    assert list(RENDERERS) == ["terminal", "json", "github", "markdown", "sarif", "junit"]


def test_machines_do_not_load_rich() -> None:
    """Counted in a process of its own, since this one has loaded everything."""
    script = "import sys, tagship.reports; print([name for name in sys.modules if name.startswith('rich')])"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)

    assert loaded.stdout == "[]\n"


def test_another_format_is_refused() -> None:
    with pytest.raises(KeyError):
        render(samples.READY_REPORT, io.StringIO(), format="yaml")
