"""release.yml: from the tag to the proof, one job after another."""

import shlex

from tagship.domain.adoption import AdoptedPackage, Adoption, Generated
from tagship.domain.config import Auth, Publisher
from tagship.domain.endpoints import PYPI
from tagship.scaffold.github.building import BEFORE_BUILD, BEFORE_WHEELS, building
from tagship.scaffold.github.commands import DIST, Cargo, cargoes, step, together, where_to
from tagship.scaffold.github.steps import common, fetch, keep, listed, scalar
from tagship.scaffold.github.telling import telling
from tagship.scaffold.pins import PYPA_PUBLISH
from tagship.scaffold.templates import fill, joined
from tagship.scaffold.trains import Train, glob, pattern

PATIENCE = 1800
"""Seconds for which the index may go on serving old pages: three times what its caches are allowed."""

_START = """\
# A tag starts this: gate, credential, build, validate, publish, prove, announce.
# How a release is made, watched, resumed and mended: RELEASING.md
# @PINNED@
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

permissions: {} # each job has what it needs, and no other

concurrency: # one run at a time for a tag, and none is cut short
  group: release-${{ inputs.tag || github.ref_name }}
  cancel-in-progress: false

env:
  TAG: ${{ inputs.tag || github.ref_name }}

jobs:
  gate:
    name: Gate the tag
    runs-on: @RUNNER@
    timeout-minutes: 15
    permissions:
      contents: read
      checks: read # the tagged commit's checks must be green
      statuses: read # the same, for those that report as statuses
      actions: read # which of them were jobs of an earlier try at this release
    outputs:
      @CHOSEN@
      tools: ${{ steps.keep.outputs.artifact-id }}
    steps:
      @CHECK_OUT_ALL@
      @CHOOSE@
      @INSTALL@
      @GATE@
      - name: Pack tagship # the jobs below unpack it, and install nothing
        run: tar -C "$RUNNER_TEMP" -cf "$RUNNER_TEMP/tagship.tar" tagship
      @KEEP_TOOLS@

  # Two jobs see the credential, this one and publish: no checkout, no build, no code of the project is there. Both name
  # the environment, so its reviewer is asked twice: whether to begin, and once the files are built, whether to publish.
  credential:
    name: See that the credential is alive
    needs: [gate]
    runs-on: @RUNNER@
    timeout-minutes: 5
    environment: @ENVIRONMENT@
    @MAY_ASK@
    steps:
      @UNPACK@
      @ASK@

  @BUILD@
"""
_REST = """\
validate:
  name: Validate, install and try out
  needs: [gate, build]
  runs-on: @RUNNER@
  timeout-minutes: 30
  permissions:
    contents: read
  @PACKAGE@
  steps:
    @CHECK_OUT_ALL@
    @SET_UP_PYTHON@
    @UNPACK@
    @FETCH_DIST@
    @VALIDATE@

publish:
  name: Publish
  needs: [gate, build, validate]
  runs-on: @RUNNER@
  timeout-minutes: 15
  @WHERE@
  @MAY_PUBLISH@
  steps:
    @TO_PUBLISH@
    @FETCH_DIST@
    @PUBLISH@

prove:
  name: Prove what the index serves
  needs: [gate, build, publish]
  runs-on: @RUNNER@
  timeout-minutes: 60
  permissions:
    contents: read
  @PACKAGE@
  outputs:
    receipt: ${{ steps.keep.outputs.artifact-id }}
  steps:
    @CHECK_OUT_ALL@
    @SET_UP_PYTHON@
    @UNPACK@
    @FETCH_DIST@
    @PROVE@
    @KEEP_RECEIPT@

announce:
  name: Announce the release
  needs: [gate, build, prove]
  runs-on: @RUNNER@
  timeout-minutes: 15
  permissions:
    contents: write # the release with its notes, files and receipt
  @PACKAGE@
  steps:
    @CHECK_OUT_ALL@
    @UNPACK@
    @FETCH_DIST@
    @FETCH_RECEIPT@
    @ANNOUNCE@

@TELLING@
"""
_TRUSTED = """\
permissions:
  id-token: write # @WHAT@
"""
_CHOOSE = """\
- id: choose
  name: See which package the tag names
  run: |
    case "$TAG" in
      @CASES@
      *) echo "::error::$TAG is a tag of no package that this workflow releases" && exit 1 ;;
    esac
"""
_CHOSEN = """\
package: ${{ steps.choose.outputs.package }}
project: ${{ steps.choose.outputs.project }}
"""
_PACKAGE = """\
env:
  PACKAGE: ${{ needs.gate.outputs.package }}
"""
_PYPA = """\
- name: Publish@TITLE@
  uses: @ACTION@
  with:
    packages-dir: @DIST@/
    @INPUTS@
"""
_ADVICE = """\
Mend the cause, then run the failed jobs again: what is done is found done, no file is uploaded twice.
Where the workflow itself was mended, start it from @MAIN@ for this tag. RELEASING.md tells which is which."""
_AFTER = "  # Jobs of your own may follow here."


def release(adoption: Adoption, train: Train) -> Generated:
    """A release workflow: what it ships, and from which tags."""
    passes = cargoes(train)
    package = _PACKAGE if train.chooses else ""
    before, *between, last = building(adoption, passes, package)
    start = fill(_START, _start_marks(adoption, train, passes) | {"BUILD": before})
    rest = fill(_REST, _rest_marks(adoption, train, passes) | {"PACKAGE": package})
    names = ["release", *("wheels" for _ in between), "build"]
    texts = [start, *(_as_jobs(text) for text in between), _as_jobs(joined(last, rest))]
    hints = [BEFORE_BUILD, *(BEFORE_WHEELS for _ in between), _AFTER]
    return Generated(
        path=f".github/workflows/{train.name}.yml",
        purpose="from the tag to the proof: gate, credential, build, validate, publish, prove, announce",
        blocks=dict(zip(names, texts, strict=True)),
        first="".join(f"{{{name}}}\n{hint}\n" for name, hint in zip(names, hints, strict=True)),
    )


def _as_jobs(text: str) -> str:
    return fill("  @TEXT@", {"TEXT": text})


def _start_marks(adoption: Adoption, train: Train, passes: tuple[Cargo, ...]) -> dict[str, str]:
    token = _token(adoption, "TAGSHIP_TOKEN")
    project = "PROJECT: ${{ needs.gate.outputs.project }}" if train.chooses else ""
    asks = (
        step(
            f"Credential{cargo.title}",
            f"credential --project {cargo.project} --auth {adoption.auth.value}{where_to(adoption)} --format github",
            environment="\n".join(line for line in (project, token) if line),
        )
        for cargo in passes
    )
    gates = (
        step(
            f"Gate{cargo.title}",
            f'gate "$TAG"{cargo.chosen if train.together else ""} --format github',
            environment="GH_TOKEN: ${{ github.token }}",
        )
        for cargo in passes
    )
    return {
        **common(adoption),
        "NAME": train.name,
        "TAGS": listed(pattern(tag) for tag in train.tags),
        "CHOSEN": _CHOSEN if train.chooses else "",
        "CHOOSE": fill(_CHOOSE, {"CASES": _cases(train)}) if train.chooses else "",
        "GATE": "".join(gates),
        "KEEP_TOOLS": keep(adoption, "tools", ["${{ runner.temp }}/tagship.tar"]),
        "ENVIRONMENT": scalar(adoption.environment),
        "MAY_ASK": _may(adoption, "exchanged for a token of the index, which is burnt at once"),
        "ASK": "".join(asks),
    }


def _rest_marks(adoption: Adoption, train: Train, passes: tuple[Cargo, ...]) -> dict[str, str]:
    asks_host = "GH_TOKEN: ${{ github.token }}"
    is_ours = adoption.publisher is Publisher.TAGSHIP
    used = "exchanged for a token of the index that lives for minutes"
    marks, at = common(adoption), DIST if train.together else ""
    return {
        **marks,
        "FETCH_DIST": fetch(adoption, "needs.build.outputs.dist", at=at),
        "FETCH_RECEIPT": fetch(adoption, "needs.prove.outputs.receipt", at=at),
        "VALIDATE": "".join(
            step(f"Validate{each.title}", f"validate{each.chosen} {each.dist}{together(each, passes)} --format github")
            for each in passes
        ),
        "WHERE": _where(adoption, train),
        "MAY_PUBLISH": _may(adoption, used if is_ours else f"{used}, and signs the attestations"),
        "TO_PUBLISH": marks["UNPACK"] if is_ours else "",
        "PUBLISH": "".join(_ours(adoption, each) if is_ours else _theirs(adoption, each) for each in passes),
        "PROVE": "".join(
            step(f"Prove{each.title}", f'prove "$TAG"{each.where} --patience {PATIENCE} --format github')
            for each in passes
        ),
        "KEEP_RECEIPT": keep(adoption, "receipt", [each.receipt for each in passes]),
        "ANNOUNCE": "".join(
            step(f"Announce{each.title}", f'announce "$TAG"{each.where} --yes --format github', environment=asks_host)
            for each in passes
        ),
        "TELLING": _telling(adoption, train),
    }


def _telling(adoption: Adoption, train: Train) -> str:
    builders = ("sdist", "wheels", "build") if train.is_compiled else ("build",)
    return telling(
        adoption,
        "the release",
        title="Release of ${{ env.TAG }} failed",
        advice=fill(_ADVICE, {"MAIN": adoption.main}),
        needs=("gate", "credential", *builders, "validate", "publish", "prove", "announce"),
        last=("announce",),
    )


def _may(adoption: Adoption, what: str) -> str:
    """The permissions of a job that sees the credential; a token of the index needs none of the host's."""
    return fill(_TRUSTED, {"WHAT": what}) if adoption.auth is Auth.TRUSTED else "permissions: {}\n"


def _token(adoption: Adoption, name: str) -> str:
    return "" if adoption.auth is Auth.TRUSTED else f"{name}: ${{{{ secrets.{adoption.secret} }}}}"


def _where(adoption: Adoption, train: Train) -> str:
    """The environment of the job that publishes, with the page of what it publishes where that is one."""
    if adoption.index.site is None or train.together:
        return f"environment: {scalar(adoption.environment)}\n"
    project = "${{ needs.gate.outputs.project }}" if train.chooses else train.packages[0].name
    return f"environment:\n  name: {scalar(adoption.environment)}\n  url: {adoption.index.site}/project/{project}/\n"


def _ours(adoption: Adoption, cargo: Cargo) -> str:
    named = f" {cargo.dist}" if cargo.chosen else ""
    return step(
        f"Publish{cargo.title}",
        f"publish{named} --yes --auth {adoption.auth.value}{where_to(adoption)} --format github",
        environment=_token(adoption, "TAGSHIP_TOKEN"),
    )


def _theirs(adoption: Adoption, cargo: Cargo) -> str:
    inputs = [] if adoption.index == PYPI else [f"repository-url: {adoption.index.upload}"]
    if adoption.auth is Auth.TOKEN:
        inputs += [_token(adoption, "password"), "attestations: false # only trusted publishing signs them"]
    marks = {
        "TITLE": cargo.title,
        "ACTION": str(adoption.pins.actions[PYPA_PUBLISH]),
        "DIST": cargo.dist,
        "INPUTS": "\n".join(inputs),
    }
    return fill(_PYPA, marks)


def _cases(train: Train) -> str:
    """One line of the shell for each package: which tags are its own, and how jobs call it."""
    return "\n".join(_case(package) for package in train.packages)


def _case(package: AdoptedPackage) -> str:
    told = shlex.join((f"package={package.key or package.name}", f"project={package.name}"))
    return f"{glob(package.tag)}) printf '%s\\n' {told} >> \"$GITHUB_OUTPUT\" ;;"
