"""What `init` writes for GitLab: one file of jobs, and the line of .gitlab-ci.yml that includes it.

- jobs: what many jobs have in common, images, and how a line stands in a list of commands
- release: from the tag to the proof; building: how its distributions come about
- readiness: what a merge request has to pass, the guard of main, and the weekly canary

Every job's name begins with `tagship-`: what is called alike in .gitlab-ci.yml is merged by the host, key by key. That
is also how a user adds to one: `before_script` is left to them wherever no credential is.
"""

from tagship.domain.adoption import Adoption, Generated
from tagship.scaffold.gitlab.jobs import common
from tagship.scaffold.gitlab.readiness import canary, guard, readiness
from tagship.scaffold.gitlab.release import release, stages
from tagship.scaffold.templates import fill, joined
from tagship.scaffold.trains import trains

PATH = ".gitlab/tagship.yml"
PIPELINE = ".gitlab-ci.yml"

_HEAD = """\
# A protected tag starts a release: gate, credential, build, validate, publish, prove, announce. RELEASING.md tells how
# one is made, watched and mended. A merge request is asked whether it is ready; main is guarded, and built once a week.
# @IMAGES@
# What a job should do before its own commands stands in .gitlab-ci.yml, as `before_script` of a job of that name.

stages: # a list of your own in .gitlab-ci.yml takes the place of this one: name these there as well
  @STAGES@

.tagship:
  image: @IMAGE@
  interruptible: false
  inherit:
    default: false # no script and no image of other jobs
  variables:
    GIT_DEPTH: "0"
"""
_INCLUDE = """\
include: # entries of your own may follow this block
  - local: @PATH@
"""


def pipeline(adoption: Adoption) -> tuple[Generated, ...]:
    """The files of a project on GitLab."""
    return (_jobs(adoption), _entry())


def _jobs(adoption: Adoption) -> Generated:
    marks = {**common(adoption), "STAGES": "\n".join(f"- {stage}" for stage in stages(adoption))}
    several = trains(adoption)
    texts = [
        fill(_HEAD, marks),
        readiness(adoption),
        guard(adoption),
        *(release(adoption, train) for train in several),
        canary(adoption),
    ]
    return Generated(
        path=PATH,
        purpose="readiness of merge requests, the guard of main, and from the tag to the proof",
        blocks={"tagship": joined(*texts)},
        first="{tagship}\n",
    )


def _entry() -> Generated:
    return Generated(
        path=PIPELINE,
        purpose=f"includes {PATH}; the index trusts this file by its name",
        blocks={"include": fill(_INCLUDE, {"PATH": PATH})},
        first="{include}\n\n# Jobs of your own may follow here.\n",
    )
