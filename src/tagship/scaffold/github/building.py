"""The jobs that build: one where a wheel fits everywhere, three where each platform needs its own.

Every text ends where steps of the user's own may follow, and the next one begins after them.
"""

from collections.abc import Mapping

from tagship.domain.adoption import Adoption
from tagship.scaffold.github.commands import DIST, Cargo, step
from tagship.scaffold.github.steps import common, fetch, keep, scalar, script
from tagship.scaffold.locks import WHEELS
from tagship.scaffold.templates import fill, joined

RUNNERS = (
    ("ubuntu-24.04", "linux-x86"),
    ("ubuntu-24.04-arm", "linux-arm"),
    ("macos-15", "macos-arm"),
    ("macos-15-intel", "macos-x86"),
    ("windows-2025", "windows-x86"),
)
"""The host's own machines that build wheels, oldest image first that is still looked after, and what each is for."""

BEFORE_BUILD = "      # Steps of your own before the build, such as system packages, may stand here."
BEFORE_WHEELS = "      # Steps of your own before the wheels are built, on each platform, may stand here."

_BUILD = """\
@JOB@:
  name: @TITLE@
  needs: [gate, credential]
  runs-on: @RUNNER@
  timeout-minutes: 30
  permissions:
    contents: read
  @PACKAGE@
  outputs:
    @KEPT@: ${{ steps.keep.outputs.artifact-id }}
  steps:
    @CHECK_OUT_ALL@
    @SET_UP_PYTHON@
    @UNPACK@
"""
_WHEELS = """\
wheels:
  name: Build wheels on ${{ matrix.runner }}
  needs: [gate, sdist]
  runs-on: ${{ matrix.runner }}
  timeout-minutes: 120
  permissions: {} # all that is built from, and with, comes with the sdist
  strategy:
    matrix:
      include:
        @RUNNERS@
  outputs: # each platform tells its own, and the others leave that one alone
    @OUTPUTS@
  steps:
    @FETCH_SDIST@
    @SET_UP_PYTHON@
    - name: Install cibuildwheel, by hash
      run: |
        python -P -m pip install --require-hashes --only-binary :all: -r @LOCK@
    - name: Unpack the sdist
      shell: bash
      run: @UNPACKING@
"""
_HAND_ON = """\
- id: told
  name: Hand on which artifact it is
  shell: bash
  run: echo "$PLATFORM=$ARTIFACT" >> "$GITHUB_OUTPUT"
  env:
    PLATFORM: ${{ matrix.platform }}
    ARTIFACT: ${{ steps.keep.outputs.artifact-id }}
"""
_COLLECT = """\
build:
  name: Put the distributions together
  needs: [gate, sdist, wheels]
  runs-on: @RUNNER@
  timeout-minutes: 15
  permissions:
    contents: read
  @PACKAGE@
  outputs:
    dist: ${{ steps.keep.outputs.artifact-id }}
  steps:
    @CHECK_OUT_ALL@
    @UNPACK@
    - name: See that every platform told its wheels
      run: test "$(wc -w <<< "$WHEELS")" = @PLATFORMS@
      env:
        WHEELS: ${{ join(needs.wheels.outputs.*, ' ') }}
    @FETCH_SDIST@
    @FETCH_WHEELS@
    @COLLECT@
    @KEEP@
"""


def building(adoption: Adoption, cargoes: tuple[Cargo, ...], package: str) -> tuple[str, ...]:
    """The jobs between the credential and the validation, cut where the user's own steps may stand.

    `package` are the lines that tell a job which package the tag names.
    """
    marks = {**common(adoption), "PACKAGE": package}
    compiled = tuple(cargo for cargo in cargoes if cargo.is_compiled)
    built = "".join(
        step(
            f"Build{cargo.title}", f'build "$TAG"{" --sdist" if cargo.is_compiled else ""}{cargo.where} --format github'
        )
        for cargo in cargoes
    )
    if not compiled:
        before = fill(_BUILD, {**marks, "JOB": "build", "KEPT": "dist", "TITLE": "Build from the tag"})
        return before, _steps(built, keep(adoption, "dist", _kept(cargoes)))
    marks["FETCH_SDIST"] = fetch(adoption, "needs.sdist.outputs.sdist")
    before = fill(_BUILD, {**marks, "JOB": "sdist", "KEPT": "sdist", "TITLE": "Build the sdist from the tag"})
    kept = keep(adoption, "sdist", (*_kept(cargoes), WHEELS), hidden="the lock file that the platforms install from")
    made = "".join(_cibuildwheel(cargo) for cargo in compiled)
    keep_wheels = keep(adoption, "wheels-${{ matrix.platform }}", ["wheels/"])
    return (
        before,
        joined(_steps(built, kept), _platforms(marks, compiled)),
        joined(_steps(made, keep_wheels, _HAND_ON), _together(adoption, marks, cargoes)),
    )


def _platforms(marks: Mapping[str, str], compiled: tuple[Cargo, ...]) -> str:
    """The job of each platform, up to where the wheels are built."""
    more = {
        "LOCK": WHEELS,
        "RUNNERS": "\n".join(f"- {{ runner: {runner}, platform: {platform} }}" for runner, platform in RUNNERS),
        "OUTPUTS": "\n".join(f"{platform}: ${{{{ steps.told.outputs.{platform} }}}}" for _, platform in RUNNERS),
        "UNPACKING": script((line for cargo in compiled for line in _unpacking(cargo)), margin=6),
    }
    return fill(_WHEELS, {**marks, **more})


def _together(adoption: Adoption, marks: Mapping[str, str], cargoes: tuple[Cargo, ...]) -> str:
    """The job that puts the sdist and the wheels of all platforms together."""
    collected = (
        step(f"Put together{cargo.title}", f'build "$TAG" --with {cargo.wheels}{cargo.where} --format github')
        for cargo in cargoes
        if cargo.is_compiled
    )
    more = {
        "PLATFORMS": str(len(RUNNERS)),
        "FETCH_WHEELS": fetch(adoption, "join(needs.wheels.outputs.*, ',')", at="wheels"),
        "COLLECT": "".join(collected),
        "KEEP": keep(adoption, "dist", _kept(cargoes)),
    }
    return fill(_COLLECT, {**marks, **more})


def _steps(*texts: str) -> str:
    return fill("    @STEPS@", {"STEPS": "".join(texts)})


def _kept(cargoes: tuple[Cargo, ...]) -> tuple[str, ...]:
    """What is kept of the built files: each directory with its manifest beside it, or what holds all of them."""
    if len(cargoes) > 1:
        return (f"{DIST}/",)
    return tuple(path for cargo in cargoes for path in (f"{cargo.dist}/", cargo.manifest))


def _unpacking(cargo: Cargo) -> tuple[str, str]:
    """The sdist unpacked to where nothing but it is: what is built is what it holds."""
    return (
        f"mkdir -p {cargo.sources}",
        f"tar -xzf {cargo.dist}/*.tar.gz --strip-components 1 -C {cargo.sources}",
    )


def _cibuildwheel(cargo: Cargo) -> str:
    up = "../" * (cargo.sources.count("/") + 1)
    return (
        f"- name: Build wheels{cargo.title} # in the shell that the platform's compilers know\n"
        f"  run: python -P -m cibuildwheel --output-dir {up}{cargo.wheels}\n"
        f"  working-directory: {scalar(cargo.sources)}\n"
    )
