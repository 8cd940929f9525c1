"""The generated canary flies once a week, and says what would stop the next release before anybody tags it."""

import os
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from adoption.adopted import CANARY_YML, QUICK, SLUG, TRUSTED, told
from adoption.conftest import Adopt
from adoption.stock import Stock
from running.events import schedule
from tagship.scaffold.github.canary import cron

pytestmark = pytest.mark.slow


def test_it_builds_and_tests_main_with_what_is_newest(adopt: Adopt) -> None:
    adopted = adopt(TRUSTED)
    run = adopted.run(CANARY_YML, schedule(adopted.repository, cron(SLUG)))

    assert run.conclusions == {"build": "success", "tests": "success", "failed": "skipped", "mended": "success"}, (
        run.log
    )
    assert "sample_ship-1.2.0-py3-none-any.whl: Metadata-Version: 2." in run.job("build").summary
    assert "1 passed" in run.job("tests").log
    assert adopted.runner.run(CANARY_YML, schedule(adopted.repository, "0 0 * * 0")) is None


def test_it_tells_what_has_changed_under_the_project(adopt: Adopt, stock: Stock, tmp_path: Path) -> None:
    """Pain 31, failures 3 and 39: a backend writes metadata that no index takes yet; the next good week closes it."""
    adopted = adopt(QUICK)
    usual, drifted = dict(stock.environment), Stock(tmp_path / "wheels")
    shutil.copytree(stock.folder, drifted.folder, copy_function=os.link)
    ahead_of_its_time(drifted.folder)
    adopted.runner.environment = {**adopted.runner.environment, **drifted.environment}
    bad = adopted.run(CANARY_YML, schedule(adopted.repository, cron(SLUG)))

    assert bad.conclusions == {"build": "failure", "tests": "success", "failed": "success", "mended": "skipped"}, (
        bad.log
    )
    assert "2.9" in told(bad.job("build"))
    assert adopted.issues() == ["The weekly canary fails"]
    adopted.runner.environment = {**adopted.runner.environment, **usual}
    good = adopted.run(CANARY_YML, schedule(adopted.repository, cron(SLUG)))

    assert good.conclusion == "success", good.log
    assert adopted.issues() == []


def ahead_of_its_time(folder: Path) -> None:
    """Add a newer release of the project's backend, which writes a version of the metadata that nobody has heard of."""
    (old,) = folder.glob("flit_core-*.whl")
    version = old.name.split("-")[1]
    with zipfile.ZipFile(old) as archive, zipfile.ZipFile(folder / "flit_core-99-py3-none-any.whl", "w") as newer:
        for name in archive.namelist():
            content = archive.read(name).decode() if not name.endswith("/RECORD") else ""
            content = content.replace(f"\nVersion: {version}\n", "\nVersion: 99\n")
            if name == "flit_core/common.py":
                content, changes = re.subn(r'(    metadata_version = )"[0-9.]+"', r'\1"2.9"', content)
                assert changes == 1
            newer.writestr(name.replace(f"flit_core-{version}.", "flit_core-99."), content)
