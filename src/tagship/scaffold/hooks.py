"""The entries of .pre-commit-config.yaml: what a clone says before the host has to."""

from tagship.domain.adoption import Adoption, Generated

PATH = ".pre-commit-config.yaml"

_HOOKS = """\
  - repo: local
    hooks:
      - id: tagship-check
        name: the branch is ready, as far as that is told quickly
        entry: tagship check --fast
        language: system
        pass_filenames: false
        always_run: true
        stages: [pre-push]
      - id: tagship-guard
        name: nothing is pushed past a pull request
        entry: tagship guard --hook pre-push
        language: system
        pass_filenames: false
        always_run: true
        stages: [pre-push]
"""


def hooks(_adoption: Adoption) -> Generated:
    """The hooks before a push, as a block in the list of `repos`."""
    return Generated(
        path=PATH,
        purpose="asks the quick questions before a push; `pre-commit install --hook-type pre-push` switches it on",
        blocks={"hooks": _HOOKS},
        first="repos:\n{hooks}\n",
    )
