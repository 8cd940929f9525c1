"""What this project's own release is made with."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pages import ROOT


def test_the_locked_requirements_cover_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = (ROOT / "requirements" / "release.txt").read_text(encoding="utf-8")

    names = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}

    assert names <= {canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", locked, re.MULTILINE)}


def test_the_locked_requirements_name_no_registry() -> None:
    assert "://" not in (ROOT / "requirements" / "release.txt").read_text(encoding="utf-8")
