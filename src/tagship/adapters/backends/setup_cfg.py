"""setup.cfg as setuptools reads it: sections of options, with places."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import Written
from tagship.errors import ConfigError, Edit, InFile

if TYPE_CHECKING:
    import configparser  # slow, and of use to setuptools alone

SETUP_CFG: Final = "setup.cfg"

_HEADER: Final = re.compile(r"\[([^]]+)\]")
_OPTION: Final = re.compile(r"([^\s=:#;\[][^=:]*?)\s*[=:]")


@dataclass(frozen=True, slots=True)
class SetupCfg:
    """The options of one setup.cfg; a missing file has none."""

    path: str
    text: str
    sections: "configparser.RawConfigParser"

    def option(self, section: str, name: str) -> Written | None:
        """An option's text and place; names are in lower case with underscores."""
        if not self.sections.has_section(section):
            return None
        for key, value in self.sections.items(section):
            if key.replace("-", "_") == name and value:
                return Written(value.strip(), self.path, self._line_of(section, name))
        return None

    def mapping(self, section: str, name: str) -> dict[str, str]:
        """An option that lists `key = value` pairs, one on each line or parted by commas."""
        found = self.option(section, name)
        entries = re.split(r"[\n,]", found.text) if found else []
        pairs = (entry.partition("=") for entry in entries)
        return {key.strip(): value.strip() for key, equals, value in pairs if equals}

    def _line_of(self, section: str, name: str) -> int | None:
        current = None
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := _HEADER.match(line):
                current = header[1]
            option = _OPTION.match(line)
            if current == section and option and option[1].lower().replace("-", "_") == name:
                return number
        return None


def read_setup_cfg(manifest: Manifest) -> SetupCfg:
    """The project's setup.cfg; raises ConfigError where it is broken."""
    import configparser  # noqa: PLC0415 -- as above

    text = manifest.text(SETUP_CFG) or ""
    path = manifest.spelt(SETUP_CFG)
    sections = configparser.RawConfigParser()
    try:
        sections.read_string(text, path)
    except configparser.Error as error:
        where = InFile(path, _line_in(error))
        raise ConfigError(
            f"{path} cannot be read: {str(error).splitlines()[0]}", where=where, remedy=Edit(f"correct {where}")
        ) from None
    return SetupCfg(path, text, sections)


def _line_in(error: "configparser.Error") -> int | None:
    """The line that an error names; a parsing error collects several, the others hold one."""
    several: list[tuple[int, str]] = getattr(error, "errors", [])
    line: int | None = several[0][0] if several else getattr(error, "lineno", None)
    return line
