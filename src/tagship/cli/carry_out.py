"""Carries a plan out in front of somebody: consent, progress, and nobody else at the same tag; or only shows it."""

from collections.abc import Callable, Sequence

from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.cli.remedies import complete_error
from tagship.domain.plan import Plan, Preview, Stopped
from tagship.errors import Exit
from tagship.workflow.execute import Execution, preview
from tagship.workflow.files.leftovers import sweep
from tagship.workflow.stages import Onlooker, Stages
from tagship.workflow.steps.prove import Patience
from tagship.workflow.workplace import Workplace

MakePlan = Callable[[Stages], Plan]


def carry_out(make_plan: MakePlan, place: Workplace, options: Options, console: Console) -> Stages:
    """Run a plan to its end and return its stages; raises the error of the stage that stopped it."""
    with place.alone(), console.progress() as progress:
        sweep(place.dist)
        execution = Execution(progress)
        stages = _stages(place, execution, progress, options)

        def confirm(previews: Sequence[Preview]) -> bool:
            with progress.paused():
                return console.confirm(previews, yes=options.yes)

        execution.run(make_plan(stages), confirm=confirm)
    return stages


def show_plan(make_plan: MakePlan, place: Workplace, options: Options, console: Console) -> Exit:
    """Show where the world stands for every step, and write nothing; the exit code tells whether it can be done."""
    with console.progress() as progress:
        previews = preview(make_plan(_stages(place, Execution(progress), progress, options)))
    stopped = [each.state.error for each in previews if isinstance(each.state, Stopped)]
    for error in stopped:
        complete_error(error, options)
    console.show(previews)
    return stopped[0].exit if stopped else Exit.READY


def _stages(place: Workplace, execution: Execution, onlooker: Onlooker, options: Options) -> Stages:
    return Stages(place, execution, onlooker, patience=Patience(options.patience), wheels=options.wheels)
