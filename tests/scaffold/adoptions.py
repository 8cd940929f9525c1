"""Projects that differ in what a workflow depends on, and a generated file as it is when it is new."""

from dataclasses import replace

from tagship.domain import adoption as adopting
from tagship.domain.adoption import AdoptedPackage, Adoption, Generated, NativeCode
from tagship.domain.config import Auth, HostKind, Publisher, Way
from tagship.domain.endpoints import TESTPYPI, Endpoints
from tagship.domain.version import TagTemplate
from tagship.scaffold.pins import PINS

NATIVE = NativeCode("extension modules", "setup.py")
ELSEWHERE = Endpoints("custom", "https://index.example/simple/", "https://index.example/upload/")

PYTEST = adopting.TestRun(
    tool="pytest",
    install=(
        ("python", "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "-r", ".tagship/tests.txt"),
        ("python", "-m", "pip", "install", "--no-deps", "."),
    ),
    command=("python", "-m", "pytest", "-k", "not slow"),
    pythons=("3.10", "3.13"),
    locked=".tagship/tests.txt",
    requirements=("pytest", "numpy>=1"),
)
UV = adopting.TestRun("uv", (("uv", "sync", "--locked"),), ("uv", "run", "pytest"), ("3.11", "3.12", "3.13"))
TOX = adopting.TestRun(
    "tox",
    (("python", "-m", "pip", "install", "--require-hashes", "-r", ".tagship/tests.txt"),),
    ("tox", "run", "-e", "py"),
    ("3.12",),
    ".tagship/tests.txt",
    ("tox",),
)
UNITTEST = adopting.TestRun("unittest", (), ("python", "-m", "unittest", "discover", "-s", "it's tests"), ("3.13",))


def package(
    name: str, path: str = "", tag: str = "v{version}", *, native: bool = False, key: str | None = None
) -> AdoptedPackage:
    """A package; in a repository of several, `key` is how commands call it."""
    return AdoptedPackage(
        name,
        path,
        TagTemplate(tag),
        "hatchling",
        key=key,
        native=NATIVE if native else None,
        requires_python=">=3.10",
        changelog=f"{path}/CHANGELOG.md".lstrip("/"),
    )


PURE = (package("demo"),)
COMPILED = (package("Fast.Demo", native=True),)
SEVERAL = (
    package("core", "packages/core", "core-v{version}", key="core"),
    package("acme.app", "packages/app", "app-v{version}", key="app"),
)
TOGETHER = (package("core", "packages/core", key="core"), package("app", "packages/app", key="app"))
MIXED = (
    package("core", "packages/core", "core/v{version}", key="core"),
    package("fast", "packages/fast", "fast/v{version}", native=True, key="fast"),
)
MIXED_TOGETHER = (package("core", "core", key="core"), package("fast", "fast", native=True, key="fast"))

TRUSTED = Adoption(HostKind.GITHUB, "main", PURE, PINS, "someone/demo", "https://github.com", tests=PYTEST)
TOKEN = replace(TRUSTED, auth=Auth.TOKEN)

ADOPTIONS: dict[str, Adoption] = {
    "pure, trusted": TRUSTED,
    "pure, token": TOKEN,
    "pure, no tests known": replace(TRUSTED, tests=None, way=Way.RELEASE_PR),
    "pure, tested elsewhere": replace(TRUSTED, tested_by=("tests.yml",), tests=UV),
    "pure, release lines": replace(TRUSTED, release_lines=("release/*", "1.x"), main="trunk", tests=TOX),
    "pure, with the index's own action": replace(TRUSTED, publisher=Publisher.PYPA_ACTION),
    "pure, token and the action": replace(TOKEN, publisher=Publisher.PYPA_ACTION, index=TESTPYPI),
    "pure, test index": replace(TRUSTED, index=TESTPYPI, environment="test index: 2"),
    "pure, another index": replace(TOKEN, index=ELSEWHERE, environment="private", secret="UPLOAD"),
    "pure, odd tags": replace(TRUSTED, packages=(package("demo", tag="rel+[x]*{version}-final"),), tests=UNITTEST),
    "pure, bare tags": replace(TRUSTED, packages=(package("demo", tag="{version}"),), way=Way.FRAGMENTS),
    "compiled, trusted": replace(TRUSTED, packages=COMPILED),
    "compiled, token": replace(TOKEN, packages=COMPILED, tests=UV),
    "several, trusted": replace(TRUSTED, packages=SEVERAL),
    "several, compiled, token": replace(
        TOKEN, packages=tuple(replace(each, native=NATIVE) for each in SEVERAL), publisher=Publisher.PYPA_ACTION
    ),
    "several, one tag": replace(TRUSTED, packages=TOGETHER),
    "several, one tag, one of them compiled": replace(TOKEN, packages=MIXED_TOGETHER),
    "several, one of them compiled": replace(TRUSTED, packages=MIXED),
}


def rendered(generated: Generated) -> str:
    """The file as it is when it is new, with the marks of its blocks."""
    begin, end = generated.comments.value
    lines: list[str] = []
    for line in generated.first.rstrip("\n").split("\n"):
        name = line[1:-1]
        if line != f"{{{name}}}":
            lines.append(line)
            continue
        told = "(generated; edits are kept outside of this block)"
        block = generated.blocks[name].rstrip("\n")
        lines += [f"{begin}tagship: begin {name} {told}{end}", block, f"{begin}tagship: end {name}{end}"]
    return "\n".join(lines) + "\n"
