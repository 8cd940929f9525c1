"""What jobs on Forgejo have in common: where they run, the checkout by git itself, and tagship."""

import shlex

from tagship.domain.adoption import Adoption
from tagship.scaffold.github.steps import building_python, scalar
from tagship.scaffold.locks import RELEASE
from tagship.scaffold.templates import fill

RUNNER = "docker"
"""The label of a runner that starts containers, as the host's own documentation has it."""
IMAGE = "python"
TAGSHIP = 'PYTHONPATH="$HOME/tagship" python -P -m tagship'
"""How tagship is called after INSTALL; -P keeps files of the project from being imported in its place."""

JOB = """\
runs-on: @RUNNER@
container:
  image: @IMAGE@
defaults:
  run:
    shell: bash
"""
CHECK_OUT = """\
- name: Check out, with all of history # by git itself: no action, and nothing of the token is kept
  run: |
    basic="$(printf 'x-access-token:%s' "$TOKEN" | base64 --wrap=0)"
    export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraHeader GIT_CONFIG_VALUE_0="Authorization: Basic $basic"
    git config --global --add safe.directory "$PWD"
    git init --quiet --initial-branch=@BRANCH@ .
    git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git"
    git fetch --quiet --tags origin '+refs/heads/*:refs/remotes/origin/*' "$@WHICH@"
    git checkout --quiet --detach "$@WHICH@"
  env:
    TOKEN: ${{ github.token }}
"""
INSTALL = f"""\
- name: Install tagship, by hash # beside the project, whose files -P keeps from being imported instead
  run: >-
    python -P -m pip install --quiet --require-hashes --only-binary :all:
    --target "$HOME/tagship" -r {RELEASE}
"""


def common(adoption: Adoption, which: str = "GITHUB_SHA") -> dict[str, str]:
    """The marks that the texts above stand for; `which` is the variable that names what is checked out."""
    held = IMAGE in adoption.pins.images
    image = adoption.pins.images.get(IMAGE, f"python:{building_python(adoption)}")
    marks = {
        "RUNNER": RUNNER,
        "IMAGE": scalar(image),
        "MAIN": adoption.main,
        "BRANCH": shlex.quote(adoption.main),
        "WHICH": which,
    }
    told = (
        f"The image is pinned as of {adoption.pins.of}; `tagship init --update-pins` takes a newer one."
        if held
        else "The image is named by tag: no digest of it is known here. What runs in it is installed by hash."
    )
    texts = {"JOB": JOB, "CHECK_OUT": CHECK_OUT, "INSTALL": INSTALL}
    return {**marks, "IMAGES": told, "TAGSHIP": TAGSHIP, **{name: fill(text, marks) for name, text in texts.items()}}


def step(name: str, command: str, *, environment: str = "") -> str:
    """One step that calls tagship; `environment` is a line of YAML."""
    text = f"- name: {name}\n  run: {TAGSHIP} {command}\n"
    return text if not environment else f"{text}  env:\n    {environment}\n"
