"""The jobs of a release on GitLab, from the protected tag to the proof."""

import re
import shlex
from collections.abc import Iterable, Iterator

from tagship.domain.adoption import AdoptedPackage, Adoption
from tagship.domain.config import Auth
from tagship.domain.endpoints import TESTPYPI
from tagship.domain.version import TagTemplate
from tagship.scaffold.github.commands import Cargo, cargoes, together, where_to
from tagship.scaffold.github.release import PATIENCE
from tagship.scaffold.github.steps import scalar
from tagship.scaffold.gitlab.building import STAGES as WHEEL_STAGES
from tagship.scaffold.gitlab.building import building
from tagship.scaffold.gitlab.jobs import commands, common, single, tagship
from tagship.scaffold.templates import fill
from tagship.scaffold.trains import RELEASE, Train, glob, trains

_JOBS = """\
.tagship-release@SUFFIX@:
  extends: .tagship
  rules:
    - if: @TAGGED@
      variables:
        RELEASE: $CI_COMMIT_TAG
    # "New pipeline" on @MAIN@ with the variable TAG: the same for a tag that is there already.
    - if: @BY_HAND@
      variables:
        RELEASE: $TAG

tagship-unprotected@SUFFIX@: # says why nothing else runs
  extends: .tagship
  stage: gate
  timeout: 5m
  rules:
    - if: @UNPROTECTED@
  variables:
    GIT_STRATEGY: none
  script:
    - echo "$CI_COMMIT_TAG is not protected, and credentials are for protected tags alone (Settings, Repository)"
    - exit 1

tagship-gate@SUFFIX@:
  extends: .tagship-release@SUFFIX@
  stage: gate
  timeout: 15m
  needs: []
  script:
    @CHOOSE@
    @INSTALL@
    @GATE@
    @PACK@
  artifacts: # the jobs below unpack it, and install nothing
    paths: [tagship.tar]
    expire_in: 14 days

# Two jobs see the credential, this one and the one that publishes: no checkout, no build, no code of the project there.
tagship-credential@SUFFIX@:
  extends: .tagship-release@SUFFIX@
  stage: credential
  image: @SLIM@
  timeout: 5m
  needs: [tagship-gate@SUFFIX@]
  inherit:
    default: false
    variables: false
  environment:
    name: @ENVIRONMENT@
  @IDENTITY@
  variables:
    GIT_STRATEGY: none
  before_script: []
  script:
    @CHOOSE@
    @UNPACK@
    @ASK@

@BUILD@

tagship-validate@SUFFIX@:
  extends: .tagship-release@SUFFIX@
  stage: validate
  timeout: 30m
  needs: [tagship-gate@SUFFIX@, tagship-build@SUFFIX@]
  script:
    @CHOOSE@
    @UNPACK@
    @VALIDATE@

tagship-publish@SUFFIX@:
  extends: .tagship-release@SUFFIX@
  stage: publish
  image: @SLIM@
  timeout: 15m
  needs:
    - tagship-gate@SUFFIX@
    - tagship-build@SUFFIX@
    - job: tagship-validate@SUFFIX@
      artifacts: false
  inherit:
    default: false
    variables: false
  resource_group: release # one at a time, and none is cut short
  environment:
    name: @ENVIRONMENT@
    @URL@
  @IDENTITY@
  variables:
    GIT_STRATEGY: none
  before_script: []
  script:
    @CHOOSE@
    @UNPACK@
    @PUBLISH@

tagship-prove@SUFFIX@:
  extends: .tagship-release@SUFFIX@
  stage: prove
  timeout: 1h
  needs:
    - tagship-gate@SUFFIX@
    - tagship-build@SUFFIX@
    - job: tagship-publish@SUFFIX@
      artifacts: false
  script:
    @CHOOSE@
    @UNPACK@
    @PROVE@
  artifacts:
    paths:
      @RECEIPTS@
    expire_in: 14 days

tagship-announce@SUFFIX@: # the release, which GitLab shows to everybody at once, and so only after the proof
  extends: .tagship-release@SUFFIX@
  stage: announce
  timeout: 15m
  needs: [tagship-gate@SUFFIX@, tagship-build@SUFFIX@, tagship-prove@SUFFIX@]
  resource_group: release
  script:
    @CHOOSE@
    @UNPACK@
    @ANNOUNCE@
"""
_IDENTITY = """\
id_tokens: # shown to the index, which gives a token for minutes
  @VARIABLE@:
    aud: @AUDIENCE@
"""
_CHOOSE = """\
case "$RELEASE" in
  @CASES@
  *) echo "$RELEASE is a tag of no package that is released here"; exit 1 ;;
esac
"""
_VERSION = "[0-9][0-9A-Za-z.!+_-]*"


def stages(adoption: Adoption) -> tuple[str, ...]:
    """The stages in their order; those of wheels where any are built."""
    between = WHEEL_STAGES if adoption.compiled else ("build",)
    return ("test", "gate", "credential", *between, "validate", "publish", "prove", "announce")


def release(adoption: Adoption, train: Train) -> str:
    """The jobs that ship what a train carries; the names of all but the first train's end with its own."""
    passes = cargoes(train)
    first = trains(adoption)[0]
    suffix = "" if train == first else train.name.removeprefix(RELEASE)
    expression = _any_of("$CI_COMMIT_TAG", train.tags)
    by_hand = '$CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'
    choose = fill(_CHOOSE, {"CASES": "\n".join(map(_case, train.packages))}) if train.chooses else ""
    marks = {
        **common(adoption),
        "SUFFIX": suffix,
        "TAGGED": single(f'{expression} && $CI_COMMIT_REF_PROTECTED == "true"'),
        "UNPROTECTED": single(f'{expression} && $CI_COMMIT_REF_PROTECTED != "true"'),
        "BY_HAND": single(f"{by_hand} && {_any_of('$TAG', train.tags)}"),
        "CHOOSE": commands([choose]) if choose else "",
        "ENVIRONMENT": scalar(adoption.environment),
        "IDENTITY": _identity(adoption),
        "URL": _url(adoption, train),
    }
    marks["BUILD"] = building(adoption, passes, marks)
    calls = {name: commands(lines) for name, lines in _calls(adoption, train, passes)}
    receipts = "\n".join(f"- {each.receipt}" for each in passes)
    return fill(_JOBS, {**marks, **calls, "RECEIPTS": receipts})


def _calls(adoption: Adoption, train: Train, passes: tuple[Cargo, ...]) -> Iterator[tuple[str, list[str]]]:
    """What the jobs call, by their marks."""
    where, auth = where_to(adoption), f"--auth {adoption.auth.value}"
    token = "" if adoption.auth is Auth.TRUSTED else f'TAGSHIP_TOKEN="${adoption.secret}"'
    yield "GATE", [tagship(f'gate "$RELEASE"{each.chosen if train.together else ""}') for each in passes]
    yield (
        "ASK",
        [tagship(f"credential --project {each.project} {auth}{where}", environment=token) for each in passes],
    )
    yield "VALIDATE", [tagship(f"validate{each.chosen} {each.dist}{together(each, passes)}") for each in passes]
    yield (
        "PUBLISH",
        [
            tagship(f"publish{f' {each.dist}' if each.chosen else ''} --yes {auth}{where}", environment=token)
            for each in passes
        ],
    )
    yield "PROVE", [tagship(f'prove "$RELEASE"{each.where} --patience {PATIENCE}') for each in passes]
    yield "ANNOUNCE", [tagship(f'announce "$RELEASE"{each.where} --yes') for each in passes]


def _identity(adoption: Adoption) -> str:
    if adoption.auth is not Auth.TRUSTED:
        return ""
    audience = "testpypi" if adoption.index == TESTPYPI else "pypi"
    return fill(_IDENTITY, {"VARIABLE": f"{audience.upper()}_ID_TOKEN", "AUDIENCE": audience})


def _url(adoption: Adoption, train: Train) -> str:
    if adoption.index.site is None or len(train.packages) > 1:
        return ""
    return f"url: {adoption.index.site}/project/{train.packages[0].name}/"


def _any_of(variable: str, tags: Iterable[TagTemplate]) -> str:
    """Whether a variable is a tag of any of these spellings, whole."""
    matches = [f"{variable} =~ /^{_literal(tag.prefix)}{_VERSION}{_literal(tag.suffix)}$/" for tag in tags]
    return matches[0] if len(matches) == 1 else f"({' || '.join(matches)})"


def _literal(text: str) -> str:
    return re.escape(text).replace("/", r"\/")


def _case(package: AdoptedPackage) -> str:
    words = f"PACKAGE={shlex.quote(package.key or package.name)} PROJECT={shlex.quote(package.name)}"
    return f"{glob(package.tag)}) export {words} ;;"
