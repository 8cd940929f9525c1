"""Carries a plan out in front of somebody: preview, consent, progress, and nobody else at the same tag."""

from collections.abc import Callable

from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.domain.plan import Plan
from tagship.workflow.execute import Execution, preview
from tagship.workflow.stages import Stages
from tagship.workflow.steps.prove import Patience
from tagship.workflow.workplace import Workplace


def carry_out(
    make_plan: Callable[[Stages], Plan], place: Workplace, options: Options, console: Console
) -> Stages | None:
    """Run a plan to its end and return its stages; with `--plan` show it instead and return None."""
    with console.progress() as progress, place.alone():
        execution = Execution(progress)
        stages = Stages(place, execution, progress, patience=Patience(options.patience))
        plan = make_plan(stages)
        if options.plan:
            console.show(preview(plan))
            return None
        execution.run(plan, confirm=lambda previews: console.confirm(previews, yes=options.yes))
    return stages
