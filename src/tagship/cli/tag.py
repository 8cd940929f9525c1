"""`tagship tag`."""

import argparse
from collections.abc import Sequence

from tagship.cli.console import Console
from tagship.cli.options import (
    FETCHES,
    Options,
    add_consent,
    add_credential,
    add_epilog,
    add_gate,
    add_index,
    add_tagging,
)
from tagship.cli.place import workplace_of
from tagship.cli.remedies import complete_error
from tagship.domain.plan import Done, Effect, Preview, Stopped, Todo
from tagship.errors import Exit, Interrupted, TagshipError
from tagship.reports.shown import Notes
from tagship.workflow import plans
from tagship.workflow.execute import Execution, preview
from tagship.workflow.steps.prove import Patience
from tagship.workflow.tagging.place import TaggingPlace
from tagship.workflow.tagging.steps import Onlooker, Tagging

EPILOG = f"""\
What is tagged is HEAD, which must be the tip of main (or of a release line) on
the remote. git makes, signs and pushes the tag as it is configured to, with
your own credentials. A tag that is out is never moved and never deleted.

--confirm-jump is not enough where a pipeline of the commit asks the gate
without it, and would refuse the tag: the waiver to paste is shown instead.

{FETCHES}
That holds for --plan as well.

exit codes:
  0 the run has begun, or there is no host to ask
  1 blocked, or the tag is refused    5 the tag is out and no run began, or the
  2 usage                               push was cut; run it again
  3 could not tell                    6 the tag stands elsewhere
  4 the credential here is no good    130 interrupted"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `tag`."""
    add_tagging(parser)
    add_gate(parser)
    add_index(parser)
    add_credential(parser)
    add_consent(parser)
    add_epilog(parser, EPILOG)


def run(options: Options, console: Console) -> Exit:
    """Tag the tip of main and see that the release begins."""
    with workplace_of(TaggingPlace, options, console) as place:
        return show_tagging(place, options, console) if options.plan else carry_out_tagging(place, options, console)


def carry_out_tagging(place: TaggingPlace, options: Options, console: Console) -> Exit:
    """Carry the plan out in front of somebody, who sees the notes and is asked once before anything is made."""
    with place.alone(), console.progress() as progress:
        execution = Execution(progress, consent_from=Effect.SHARED)
        steps = _tagging(place, progress, options, patience=options.patience)

        def confirm(previews: Sequence[Preview]) -> bool:
            with progress.paused():
                _show_notes(place, console)
                if options.yes:
                    _show_commands(previews, console)
                return _asked(previews, options, console)

        try:
            execution.run(plans.tag(steps), confirm=confirm)
        except TagshipError as error:
            raise steps.aftermath(error) from error
    evidence = {result.name: result.evidence for result in execution.results}
    console.show(
        [Preview(step.name, step.describe(), step.effect, Done(evidence[step.name])) for step in plans.tag(steps)]
    )
    return Exit.READY


def show_tagging(place: TaggingPlace, options: Options, console: Console) -> Exit:
    """Show where the world stands for every step and the notes, and make nothing; nothing is waited for."""
    with console.progress() as progress:
        previews = preview(plans.tag(_tagging(place, progress, options, patience=0.0)))
    stopped = [each.state.error for each in previews if isinstance(each.state, Stopped)]
    for error in stopped:
        complete_error(error, options)
    _show_notes(place, console)
    console.show(previews)
    return stopped[0].exit if stopped else Exit.READY


def _tagging(place: TaggingPlace, onlooker: Onlooker, options: Options, *, patience: float) -> Tagging:
    return Tagging(place, onlooker, patience=Patience(patience, pause=place.wishes.pause), wait=options.wait)


def _asked(previews: Sequence[Preview], options: Options, console: Console) -> bool:
    try:
        return console.confirm(previews, yes=options.yes)
    except KeyboardInterrupt as stopped:
        raise Interrupted("interrupted at the question: no tag was made and nothing was pushed") from stopped


def _show_commands(previews: Sequence[Preview], console: Console) -> None:
    """The very commands; where somebody is asked, they stand in the question."""
    for each in previews:
        if isinstance(each.state, Todo) and each.effect is not Effect.NONE:
            console.say(f"$ {each.state.missing}")


def _show_notes(place: TaggingPlace, console: Console) -> None:
    """The notes as the tag will carry them; why there are none is for the gate to say."""
    tag = place.facts.tag_name
    if tag in place.facts.tags:
        console.say(f"{tag} is here already and carries what git show {tag} tells")
        return
    try:
        changelog, section = place.notes()
    except TagshipError:
        return
    console.say(f"{tag} will carry these notes:\n")
    console.show_beside(Notes(section, tag, changelog.format))
    console.say("")
    for told in _others_under_the_tag(place):
        console.say(f"note: {tag} is the tag of {told} as well, and the gate of the release asks it of every package\n")


def _others_under_the_tag(place: TaggingPlace) -> Sequence[str]:
    """The packages that the same tag releases, where their files say another version; of tags alone none is known."""
    try:
        family, project, version = place.facts.family, place.facts.project, place.facts.version
    except TagshipError:  # which is for the gate to say
        return ()
    if family is None or project.version_is_tag:
        return ()
    return [f"{each.name} {each.version}" for each in family.left_behind(project.normalized_name, version)]
