"""What is refused before any file is planned: what could not work on this host, or in this repository."""

from tagship.domain.adoption import ENVIRONMENT, Adoption
from tagship.domain.config import Auth, HostKind
from tagship.errors import Edit, InFile, UsageError
from tagship.workflow.adopting.deciding import settings_file
from tagship.workflow.adopting.survey import Decisions, Survey
from tagship.workflow.config import read_config


def prove_fitting(survey: Survey, adoption: Adoption, decided: Decisions) -> None:
    """Raise UsageError for an identity that no index takes, a name that is none, and a package beside adopted ones."""
    _prove_trusted(survey, adoption)
    if decided.environment is not None:
        _prove_name(decided.environment, "--environment")
    elif survey.config.environment is not None:
        _prove_name(survey.config.environment, "environment")
    _prove_listed(survey, adoption)


def _prove_trusted(survey: Survey, adoption: Adoption) -> None:
    own = adoption.host is HostKind.GITLAB and survey.is_elsewhere
    if adoption.auth is Auth.TRUSTED and (own or adoption.host is HostKind.FORGEJO):
        which = "a GitLab of one's own" if own else "Forgejo"
        raise UsageError(
            f"trusted publishing is not possible from {which}: no index takes the identity of its jobs",
            remedy=Edit("authenticate with a token: --auth token"),
        )


def _prove_name(environment: str, where: str) -> None:
    """No expression, nothing that would begin another line, and no name of dots and spaces alone."""
    if "${{" in environment or not environment.isprintable() or not environment.strip(". "):
        raise UsageError(f"{where} takes a name, not {environment!r}", remedy=Edit(f"name it, such as {ENVIRONMENT}"))


def _prove_listed(survey: Survey, adoption: Adoption) -> None:
    """A project below the top is adopted alone only where nothing else is adopted: there is one list of packages."""
    known = read_config(survey.root).packages
    if not survey.is_below or not (known or survey.is_adopted):
        return
    (package,) = adoption.packages
    file = settings_file(survey.root)
    listed = f"{file} lists {', '.join(known)}" if known else "what is at the top is adopted already"
    raise UsageError(
        f"{listed}, and not {package.key}: adopted by itself, it would take the place of that",
        where=InFile(file),
        remedy=Edit(
            f'add {package.key} = {{ path = "{package.path}" }} to packages in {file}, beside all others that are '
            "released, and run `tagship init` at the top"
        ),
    )
