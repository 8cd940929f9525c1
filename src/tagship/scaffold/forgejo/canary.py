"""canary.yml: does main still build, with what is new since?"""

from tagship.domain.adoption import Adoption, Generated
from tagship.scaffold.forgejo.steps import common, step
from tagship.scaffold.github.canary import cron
from tagship.scaffold.templates import fill

PATH = ".forgejo/workflows/canary.yml"

_WORKFLOW = """\
# Builds @MAIN@ once a week with what is newest: build requirements, dependencies, the rules of the index.
# What breaks a release is heard of here first, and not on the day of the release.
# @IMAGES@
name: canary

on:
  schedule:
    - cron: "@CRON@"
  workflow_dispatch:

jobs:
  build:
    name: Build with what is newest
    @JOB@
    timeout-minutes: 30
    steps:
      @CHECK_OUT@
      @INSTALL@
      @BUILD@
"""


def canary(adoption: Adoption) -> Generated:
    """The workflow that builds main once a week with fresh tools."""
    every = " --all" if adoption.is_several else ""
    marks = {
        **common(adoption),
        "CRON": cron(adoption.repository or adoption.packages[0].name),
        "BUILD": step(
            "Build and validate", f"check{every} --only project-builds --only distributions-are-valid --format github"
        ),
    }
    return Generated(
        path=PATH,
        purpose=f"builds {adoption.main} once a week with what is new since",
        blocks={"canary": fill(_WORKFLOW, marks)},
        first="{canary}\n      # Steps and jobs of your own may follow here.\n",
    )
