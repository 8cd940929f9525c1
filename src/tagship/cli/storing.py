"""What `tagship credential --store` does: the token is looked at, then handed to the code host."""

import re
from collections.abc import Callable, Sequence

from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.cli.remedies import complete_error
from tagship.domain.adoption import ENVIRONMENT, SECRET
from tagship.domain.credential import Credential
from tagship.domain.plan import Effect, Plan, Preview, Stopped
from tagship.domain.secret_store import Shelf
from tagship.errors import Edit, Exit, Run, UsageError
from tagship.workflow.execute import Execution, preview
from tagship.workflow.storing import StoringPlace

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def shelf_of(options: Options, customary: Shelf = Shelf(ENVIRONMENT, SECRET)) -> Shelf:  # noqa: B008 -- frozen
    """Where the options want it stored, or else the project; raises UsageError for a name that no host takes."""
    secret = customary.name if options.secret is None else options.secret
    environment = customary.environment if options.named_environment is None else options.named_environment
    if _NAME.fullmatch(secret) is None:
        raise UsageError(
            f"--secret takes the name of a variable, not {secret!r}",
            remedy=Edit(f"name it with letters, digits and underscores, such as {SECRET}"),
        )
    if not environment.strip(". "):
        raise UsageError(
            f"--environment takes a name, not {environment!r}", remedy=Edit(f"name it, such as {ENVIRONMENT}")
        )
    if environment == customary.environment:
        return Shelf(environment, secret)
    return Shelf(environment, secret, made_by=Run(("tagship", "init", "--environment", environment)))


def store(place: StoringPlace, credential: Callable[[], Credential], options: Options, console: Console) -> Exit:
    """Store a token that was looked at, once somebody agreed; where it lies then is the result."""
    shelf = shelf_of(options, place.shelf)
    plan = place.storing(credential, shelf)
    if options.plan:
        return _show(plan, options, console)
    with place.alone(), console.progress() as progress:
        execution = Execution(progress, consent_from=Effect.SHARED)

        def confirm(previews: Sequence[Preview]) -> bool:
            with progress.paused():
                remark = place.secrets().remark(shelf)
                if remark is not None:
                    console.say(remark)
                return console.confirm(previews, yes=options.yes)

        execution.run(plan, confirm=confirm)
    for told in place.exposed(shelf):
        console.note(told)
    console.show(preview(plan))
    return Exit.READY


def _show(plan: Plan, options: Options, console: Console) -> Exit:
    previews = preview(plan)
    stopped = [each.state.error for each in previews if isinstance(each.state, Stopped)]
    for error in stopped:
        complete_error(error, options)
    console.show(previews)
    return stopped[0].exit if stopped else Exit.READY
