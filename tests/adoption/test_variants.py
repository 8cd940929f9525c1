"""The generated release workflow of other projects: compiled, several packages, published by the index's action."""

import base64
import hashlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from adoption.adopted import FILES, TRUSTED, Adopted, written
from adoption.conftest import Adopt
from adoption.stock import Stock
from repositories import Repo
from tagship.domain.adoption import AdoptedPackage, Adoption, NativeCode
from tagship.domain.config import Publisher
from tagship.domain.version import TagTemplate

pytestmark = pytest.mark.slow


def test_the_action_of_the_index_publishes_as_well(adopt: Adopt) -> None:
    """Its job runs nothing of ours; that the index serves the very files is proved all the same."""
    adopted = adopt(replace(TRUSTED, publisher=Publisher.PYPA_ACTION))
    run = adopted.release()

    assert run.conclusion == "success", run.log
    assert adopted.served() == FILES
    assert [action.partition("@")[0] for action in run.job("publish").actions] == [
        "actions/download-artifact",
        "pypa/gh-action-pypi-publish",
    ]


# Compiled

COMPILED = replace(
    TRUSTED,
    packages=(
        AdoptedPackage(
            "made", "", TagTemplate("v{version}"), "backend", native=NativeCode("a backend that says so", "backend.py")
        ),
    ),
    tests=None,
)
BACKEND = '''\
"""Packs one module, for the platform that it is told to be on, with nothing but the standard library."""

import base64
import hashlib
import io
import os
import sysconfig
import tarfile
import zipfile
from pathlib import Path

METADATA = b"""Metadata-Version: 2.4
Name: made
Version: 1.0
Summary: one for every platform
Requires-Python: >=3.9

"""


def build_sdist(place, config_settings=None):
    with tarfile.open(os.path.join(place, "made-1.0.tar.gz"), "w:gz") as archive:
        for path in (Path("pyproject.toml"), Path("backend.py"), Path("made.py")):
            _add(archive, path.name, path.read_bytes())
        _add(archive, "PKG-INFO", METADATA)
    return "made-1.0.tar.gz"


def _add(archive, name, content):
    member = tarfile.TarInfo(f"made-1.0/{name}")
    member.size, member.mtime = len(content), int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    archive.addfile(member, io.BytesIO(content))


def build_wheel(place, config_settings=None, metadata_directory=None):
    tag = "py3-none-" + sysconfig.get_platform().replace("-", "_").replace(".", "_")
    told = f"Wheel-Version: 1.0\\\\nGenerator: backend 1\\\\nRoot-Is-Purelib: false\\\\nTag: {tag}\\\\n"
    members = {
        "made.py": Path("made.py").read_bytes(),
        "made-1.0.dist-info/METADATA": METADATA,
        "made-1.0.dist-info/WHEEL": told.encode(),
    }
    digest = lambda content: base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    record = "".join(f"{name},sha256={digest(content)},{len(content)}\\\\n" for name, content in members.items())
    members["made-1.0.dist-info/RECORD"] = f"{record}made-1.0.dist-info/RECORD,,\\\\n".encode()
    with zipfile.ZipFile(os.path.join(place, f"made-1.0-{tag}.whl"), "w") as wheel:
        for name, content in members.items():
            wheel.writestr(zipfile.ZipInfo(name), content)
    return f"made-1.0-{tag}.whl"
'''.replace("\\\\n", "\\n")
BUILDER = '''\
"""Stands in for cibuildwheel: one wheel of the project that is here, for the platform whose runner this is."""

import os
import subprocess
import sys

PLATFORMS = {
    "ubuntu-24.04": "manylinux_2_17_x86_64",
    "ubuntu-24.04-arm": "manylinux_2_17_aarch64",
    "macos-15": "macosx-11.0-arm64",
    "macos-15-intel": "macosx-11.0-x86_64",
    "windows-2025": "win-amd64",
}
option, place = sys.argv[1:]
assert option == "--output-dir"
words = ["-m", "pip", "wheel", "--no-deps", "--no-cache-dir", "--wheel-dir", place, "."]
platform = {"_PYTHON_HOST_PLATFORM": PLATFORMS[os.environ["RUNNER_NAME"]]}
sys.exit(subprocess.run([sys.executable, *words], env={**os.environ, **platform}).returncode)
'''
WHEELS = {
    f"made-1.0-py3-none-{platform}.whl"
    for platform in (
        "manylinux_2_17_x86_64", "manylinux_2_17_aarch64", "macosx_11_0_arm64", "macosx_11_0_x86_64", "win_amd64",
    )
}  # fmt: skip


@pytest.fixture
def with_builder(stock: Stock) -> Stock:
    """The stock, with what builds wheels in it."""
    make_wheel(stock.folder, "cibuildwheel", "3.1.0", {"cibuildwheel/__main__.py": BUILDER})
    return stock


def make_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> None:
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    wheel = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members = {**files, f"{info}/METADATA": metadata, f"{info}/WHEEL": wheel}
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        record = ""
        for path, text in members.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(text.encode())}\n"
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")


Opened = Callable[[Repo, Adoption], Adopted]


@pytest.fixture
def opened(open_world: Callable[[ExitStack, Repo, Adoption, Path], Adopted], tmp_path: Path) -> Iterator[Opened]:
    with ExitStack() as stack:
        yield lambda repo, adoption: open_world(stack, repo, adoption, tmp_path)


def test_wheels_of_every_platform_are_built_from_the_one_sdist(
    with_builder: Stock, opened: Opened, tmp_path: Path
) -> None:
    repo = Repo.new(tmp_path / "project")
    repo.commit(
        {
            **written(COMPILED, with_builder),
            ".gitignore": "/dist*\n",
            "pyproject.toml": (
                '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n\n'
                '[project]\nname = "made"\nversion = "1.0"\nrequires-python = ">=3.9"\n'
            ),
            "CHANGELOG.md": "# Changelog\n\n## 1.0\n\n- The first release.\n",
            "backend.py": BACKEND,
            "made.py": "GREETING = 'hello'\n",
        },
        "Prepare 1.0",
    )
    repo.push()
    adopted = opened(repo, COMPILED)
    run = adopted.release("v1.0")

    assert run.conclusion == "success", run.log
    assert adopted.served("made") == {*WHEELS, "made-1.0.tar.gz"}
    assert len(run.legs("wheels")) == len(WHEELS)
    assert all(leg.permissions == {"metadata": "read"} for leg in run.legs("wheels"))
    assert {job.identifier for job in run.jobs if job.identified} == {"credential", "publish"}


# Several packages


def member(name: str, tag: str) -> AdoptedPackage:
    return AdoptedPackage(
        f"acme-{name}",
        f"packages/{name}",
        TagTemplate(tag),
        "flit",
        key=name,
        changelog=f"packages/{name}/CHANGELOG.md",
    )


def two_packages(path: Path, tag: str, stock: Stock, *, needs: str = "") -> tuple[Repo, Adoption]:
    """A repository with two packages, both about to be released as 1.0; `needs` is what app depends on."""
    packages = (member("core", tag.format("core")), member("app", tag.format("app")))
    adoption = replace(TRUSTED, packages=packages, tests=None)
    config = "".join(
        f'[tool.tagship.packages.{each.key}]\npath = "{each.path}"\ntag = "{each.tag.text}"\n\n' for each in packages
    )
    repo = Repo.new(path)
    files = {**written(adoption, stock), ".gitignore": "/dist*\n", "pyproject.toml": config, "README.md": "# Two\n"}
    for each in packages:
        module = each.name.replace("-", "_")
        depends = f'dependencies = ["{needs}"]\n' if needs and each.key == "app" else ""
        files |= {
            f"{each.path}/pyproject.toml": (
                '[build-system]\nrequires = ["flit_core>=3.12"]\nbuild-backend = "flit_core.buildapi"\n\n'
                f'[project]\nname = "{each.name}"\nversion = "1.0"\ndescription = "A part."\n'
                f'requires-python = ">=3.9"\n{depends}'
            ),
            f"{each.path}/CHANGELOG.md": "# Changelog\n\n## 1.0\n\n- The first release.\n",
            f"{each.path}/{module}/__init__.py": '"""A part."""\n',
        }
    repo.commit(files, "Prepare 1.0")
    repo.push()
    return repo, adoption


def both(name: str) -> set[str]:
    return {f"{name}-1.0-py3-none-any.whl", f"{name}-1.0.tar.gz"}


def test_a_tag_ships_the_package_that_it_names_and_no_other(stock: Stock, opened: Opened, tmp_path: Path) -> None:
    adopted = opened(*two_packages(tmp_path / "project", "{}-v{{version}}", stock, needs="acme-core>=1,<2"))
    run = adopted.release("core-v1.0")

    assert run.conclusion == "success", run.log
    assert (adopted.served("acme-core"), adopted.served("acme-app")) == (both("acme_core"), set())
    assert run.job("gate").outputs["project"] == "acme-core"


def test_one_tag_ships_several_packages_those_first_that_others_need(
    stock: Stock, opened: Opened, tmp_path: Path
) -> None:
    adopted = opened(*two_packages(tmp_path / "project", "v{{version}}", stock, needs="acme-core>=1,<2"))
    run = adopted.release("v1.0")

    assert run.conclusion == "success", run.log
    assert (adopted.served("acme-core"), adopted.served("acme-app")) == (both("acme_core"), both("acme_app"))
    names = [step.name for step in run.job("publish").steps if step.name.startswith("Publish")]
    assert names == ["Publish core", "Publish app"]
