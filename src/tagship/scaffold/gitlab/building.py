"""The jobs that build on GitLab: one where a wheel fits everywhere, three where each platform needs its own."""

import shlex
from collections.abc import Mapping

from tagship.domain.adoption import Adoption
from tagship.scaffold.github.commands import DIST, Cargo
from tagship.scaffold.gitlab.jobs import commands, matrix, tagship
from tagship.scaffold.locks import WHEELS
from tagship.scaffold.templates import fill, joined

STAGES = ("build", "wheels", "collect")
HOSTED = "https://gitlab.com"
RUNNERS = ("saas-linux-small-amd64", "saas-linux-small-arm64")
"""The machines of the public server that everybody may use; a server of one's own has runners of its own."""

_BUILD = """\
@JOB@@SUFFIX@:
  extends: .tagship-release@SUFFIX@
  stage: build
  timeout: 30m
  needs:
    - tagship-gate@SUFFIX@
    - job: tagship-credential@SUFFIX@
      artifacts: false
  script:
    @CHOOSE@
    @UNPACK@
    @CALLS@
  artifacts:
    paths:
      @KEPT@
    expire_in: 14 days
"""
_WHEELS = """\
# A job in .gitlab-ci.yml with `extends: .tagship-wheels@SUFFIX@` and the `tags` of a runner adds a platform, such as
# macOS or Windows, whose machines GitLab has for paying groups; what lies in wheels/ is collected below.
.tagship-wheels@SUFFIX@:
  extends: .tagship-release@SUFFIX@
  stage: wheels
  timeout: 2h
  needs: [tagship-sdist@SUFFIX@]
  variables:
    GIT_STRATEGY: none # all that is built from, and with, comes with the sdist
  script:
    @LOCKED@
    @MADE@
  artifacts:
    paths: [wheels/]
    expire_in: 14 days

tagship-wheels@SUFFIX@:
  extends: .tagship-wheels@SUFFIX@
  @RUNNERS@
  services:
    - name: docker:dind
      alias: docker
  variables: # cibuildwheel builds in images of its own
    DOCKER_HOST: tcp://docker:2375
    DOCKER_TLS_CERTDIR: ""
  before_script:
    - apt-get update --quiet=2
    - apt-get install --quiet=2 --no-install-recommends docker-cli

tagship-build@SUFFIX@: # without `needs`: everything that the stages before it kept is here
  extends: .tagship-release@SUFFIX@
  stage: collect
  timeout: 15m
  script:
    @CHOOSE@
    @UNPACK@
    @COLLECTED@
  artifacts:
    paths:
      @KEPT@
    expire_in: 14 days
"""
_MATRIX = """\
tags: [$RUNNER]
parallel:
  matrix:
    - @RUNNERS@
"""


def building(adoption: Adoption, cargoes: tuple[Cargo, ...], marks: Mapping[str, str]) -> str:
    """The jobs between the credential and the validation; the last one is called tagship-build."""
    compiled = tuple(cargo for cargo in cargoes if cargo.is_compiled)
    calls = commands(
        tagship(f'build "$RELEASE"{" --sdist" if each.is_compiled else ""}{each.where}') for each in cargoes
    )
    if not compiled:
        return fill(_BUILD, {**marks, "JOB": "tagship-build", "CALLS": calls, "KEPT": kept(cargoes)})
    collected = (tagship(f'build "$RELEASE" --with {each.wheels}{each.where}') for each in cargoes if each.is_compiled)
    more = {
        "JOB": "tagship-sdist",
        "CALLS": calls,
        "LOCKED": commands([f"python -P -m pip install --quiet --require-hashes --only-binary :all: -r {WHEELS}"]),
        "RUNNERS": fill(_MATRIX, {"RUNNERS": matrix({"RUNNER": RUNNERS})}) if _is_hosted(adoption) else "",
        "MADE": commands(line for cargo in compiled for line in _made(cargo)),
        "COLLECTED": commands(collected),
    }
    sdist = fill(_BUILD, {**marks, **more, "KEPT": f"{kept(cargoes)}\n- {WHEELS}"})
    return joined(sdist, fill(_WHEELS, {**marks, **more, "KEPT": kept(cargoes)}))


def kept(cargoes: tuple[Cargo, ...]) -> str:
    """What is kept of the built files, as entries of a list."""
    paths = (
        [f"{DIST}/"] if len(cargoes) > 1 else [path for each in cargoes for path in (f"{each.dist}/", each.manifest)]
    )
    return "\n".join(f"- {path}" for path in paths)


def _is_hosted(adoption: Adoption) -> bool:
    return adoption.host_url is not None and adoption.host_url.rstrip("/") == HOSTED


def _made(cargo: Cargo) -> tuple[str, ...]:
    """The wheels of an sdist, unpacked to where nothing but it is."""
    up = "../" * (cargo.sources.count("/") + 1)
    source = shlex.quote(cargo.sources)
    return (
        f"mkdir -p {source}",
        f"tar -xzf {cargo.dist}/*.tar.gz --strip-components 1 -C {source}",
        f"(cd {source} && python -P -m cibuildwheel --output-dir {up}{cargo.wheels})",
    )
