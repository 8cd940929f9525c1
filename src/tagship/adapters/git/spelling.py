"""How git spells in its own files what it would otherwise read as something else."""

from collections.abc import Mapping
from pathlib import Path

_ESCAPES: Mapping[str, str] = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\b": "\\b"}


def alternate(objects: Path) -> str:
    """A line of objects/info/alternates: quoted where it would not be read as it is."""
    path = str(objects)
    return f'"{_escaped(path)}"' if any(sign in path for sign in '\n"') else path


def setting(key: str, value: str | None) -> str:
    """One setting as a file of configuration spells it."""
    section, _, rest = key.partition(".")
    subsection, separator, name = rest.rpartition(".")
    quoted = subsection.replace("\\", "\\\\").replace('"', '\\"')
    head = f'[{section} "{quoted}"]' if separator else f"[{section}]"
    return f"{head}\n\t{name}\n" if value is None else f'{head}\n\t{name} = "{_escaped(value)}"\n'


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(sign, sign) for sign in text)
