"""release.yml: from the tag to the proof, in one job, since what jobs here would hand on is not kept apart.

There is no environment here that would hold the secret back until somebody agrees, `permissions` are not heeded, no
index takes the identity of a job, and a secret is readable by every workflow that a push or a tag starts. So the token
is one that can do nothing but upload to this project, and it is in the environment of two steps only.
"""

import shlex
from collections.abc import Iterator

from tagship.domain.adoption import AdoptedPackage, Adoption, Generated
from tagship.domain.config import Auth
from tagship.scaffold.forgejo.steps import common, step
from tagship.scaffold.github.commands import Cargo, cargoes, together, where_to
from tagship.scaffold.github.release import PATIENCE
from tagship.scaffold.github.steps import listed
from tagship.scaffold.templates import fill
from tagship.scaffold.trains import Train, glob, pattern

_START = """\
# A tag starts this: gate, credential, build, validate, publish, prove, announce.
# How a release is made, watched, resumed and mended: RELEASING.md
#
# What this host cannot do, so that you know what protects the token:
# - It has no environments: nobody is asked before the token is used, and every workflow that a push to this repository
#   starts can read it. So narrow it to this project (`tagship credential --bind`), and protect main and the tags.
# - No index takes the identity of its jobs: there is no trusted publishing from here, and no attestation.
# - What a job keeps for another is not handed over by id: one job does everything, and the project's own build runs on
#   the machine that uploads later. Who can change what is built can have the token.
# @IMAGES@
name: @NAME@

on:
  push:
    tags: @TAGS@
  workflow_dispatch: # the same for a tag that is there already, with the workflow of the branch that it is started on
    inputs:
      tag:
        description: The tag to release
        required: true
        type: string

concurrency: # one run at a time for a tag, and none is cut short
  group: release-${{ inputs.tag || github.ref_name }}
  cancel-in-progress: false

env:
  TAG: ${{ inputs.tag || github.ref_name }}

jobs:
  release:
    name: Release
    @JOB@
    timeout-minutes: 120
    steps:
      @CHECK_OUT@
      @CHOOSE@
      @INSTALL@
      @GATE@
      @ASK@
"""
_REST = """\
      @BUILD@
      @VALIDATE@
      @PUBLISH@
      @PROVE@
      @ANNOUNCE@
"""
_CHOOSE = """\
- name: See which package the tag names
  run: |
    case "$TAG" in
      @CASES@
      *) echo "::error::$TAG is a tag of no package that this workflow releases" && exit 1 ;;
    esac
"""
_COMPILED = """\
- name: Install cibuildwheel, by hash
  run: |
    python -P -m pip install --quiet --require-hashes --only-binary :all: -r .tagship/wheels.txt
- name: Build wheels@TITLE@ # for the platform of this runner; it must let the job start containers
  run: |
    mkdir -p @SOURCE@
    tar -xzf @DIST@/*.tar.gz --strip-components 1 -C @SOURCE@
    cd @SOURCE@
    python -P -m cibuildwheel --output-dir @UP@@WHEELS@
"""
_BEFORE = "      # Steps of your own before the build, such as system packages, may stand here."
_AFTER = "  # Jobs of your own may follow here."
_ASKS_HOST = "FORGEJO_TOKEN: ${{ github.token }}"


def release(adoption: Adoption, train: Train) -> Generated:
    """A release workflow: what it ships, and from which tags."""
    passes = cargoes(train)
    cases = "\n".join(map(_case, train.packages))
    marks = {
        **common(adoption),
        "NAME": train.name,
        "TAGS": listed(pattern(tag) for tag in train.tags),
        "CHOOSE": fill(_CHOOSE, {"CASES": cases}) if train.chooses else "",
        **{name: "".join(steps) for name, steps in _calls(adoption, train, passes)},
    }
    return Generated(
        path=f".forgejo/workflows/{train.name}.yml",
        purpose="from the tag to the proof: gate, credential, build, validate, publish, prove, announce",
        blocks={"release": fill(_START, marks), "build": fill(_REST, marks)},
        first=f"{{release}}\n{_BEFORE}\n{{build}}\n{_AFTER}\n",
    )


def _calls(adoption: Adoption, train: Train, passes: tuple[Cargo, ...]) -> Iterator[tuple[str, list[str]]]:
    """The steps that call tagship, by their marks; no index trusts this host, so a token it is, whatever is wished."""
    where = where_to(adoption)
    token, auth = f"TAGSHIP_TOKEN: ${{{{ secrets.{adoption.secret} }}}}", f"--auth {Auth.TOKEN.value}"
    chosen = [each.chosen if train.together else "" for each in passes]
    yield (
        "GATE",
        [
            step(f"Gate{each.title}", f'gate "$TAG"{word} --format github', environment=_ASKS_HOST)
            for each, word in zip(passes, chosen, strict=True)
        ],
    )
    yield (
        "ASK",
        [
            step(
                f"Credential{each.title}",
                f"credential --project {each.project} {auth}{where} --format github",
                environment=token,
            )
            for each in passes
        ],
    )
    yield "BUILD", [text for each in passes for text in _built(each)]
    yield (
        "VALIDATE",
        [
            step(f"Validate{each.title}", f"validate{each.chosen} {each.dist}{together(each, passes)} --format github")
            for each in passes
        ],
    )
    yield (
        "PUBLISH",
        [
            step(
                f"Publish{each.title}",
                f"publish{f' {each.dist}' if each.chosen else ''} --yes {auth}{where}",
                environment=token,
            )
            for each in passes
        ],
    )
    yield (
        "PROVE",
        [step(f"Prove{each.title}", f'prove "$TAG"{each.where} --patience {PATIENCE}') for each in passes],
    )
    yield (
        "ANNOUNCE",
        [
            step(f"Announce{each.title}", f'announce "$TAG"{each.where} --yes', environment=_ASKS_HOST)
            for each in passes
        ],
    )


def _built(cargo: Cargo) -> Iterator[str]:
    if not cargo.is_compiled:
        yield step(f"Build{cargo.title}", f'build "$TAG"{cargo.where}')
        return
    yield step(f"Build{cargo.title}", f'build "$TAG" --sdist{cargo.where}')
    marks = {
        "TITLE": cargo.title,
        "SOURCE": shlex.quote(cargo.sources),
        "DIST": cargo.dist,
        "UP": "../" * (cargo.sources.count("/") + 1),
        "WHEELS": cargo.wheels,
    }
    yield fill(_COMPILED, marks)
    yield step(f"Put together{cargo.title}", f'build "$TAG" --with {cargo.wheels}{cargo.where}')


def _case(package: AdoptedPackage) -> str:
    words = shlex.join((f"PACKAGE={package.key or package.name}", f"PROJECT={package.name}"))
    return f"{glob(package.tag)}) printf '%s\\n' {words} >> \"$GITHUB_ENV\" ;;"
