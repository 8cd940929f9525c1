"""`tagship prepare`."""

import argparse
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime

from packaging.version import Version

from tagship.cli.console import Console
from tagship.cli.options import Options, add_epilog, add_index, add_preparing
from tagship.cli.place import workplace
from tagship.domain.branch import Bump
from tagship.domain.bump import Wish
from tagship.domain.version import is_read_apart, parse_version, spelling_trap
from tagship.errors import Edit, Exit, Interrupted, Run, UsageError
from tagship.workflow.preparing.aiming import Advice, tree
from tagship.workflow.preparing.preparation import Draft, Preparation
from tagship.workflow.workplace import Workplace

EPILOG = """\
examples:
  tagship prepare               what is proposed, and what else there is
  tagship prepare minor         1.2.0 becomes 1.3.0
  tagship prepare minor --pre a 1.2.0 becomes 1.3.0a1
  tagship prepare --pre a       1.3.0a1 becomes 1.3.0a2
  tagship prepare patch         1.3.0rc1 becomes 1.3.0
  tagship prepare --post        1.3.0 becomes 1.3.0.post1

Everything happens in a throwaway clone and is taken over whole, or not at all."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `prepare`."""
    add_preparing(parser)
    add_index(parser)
    add_epilog(parser, EPILOG)


def run(options: Options, console: Console) -> Exit:
    """Show what the next release takes, and do it once it is confirmed."""
    with workplace(options, console) as place:
        today = datetime.now(tz=UTC).astimezone().date()
        preparation = Preparation(place, today=today, beside=options.beside)
        return _after(preparation, options, console) if options.after else _release(preparation, options, console)


def _release(preparation: Preparation, options: Options, console: Console) -> Exit:
    wish = _wish(options, console)
    # What forbids the work is told before anybody is asked anything.
    preparation.see_ground()
    version = (
        _chosen(preparation, console, confirmed=options.confirm_jump)
        if wish.is_nothing
        else preparation.aim(wish, confirmed=options.confirm_jump)
    )
    with preparation.propose(version, options.dated or preparation.today) as draft:
        return _settle(draft, preparation.place, options, console)


def _after(preparation: Preparation, options: Options, console: Console) -> Exit:
    preparation.see_ground()
    with preparation.propose_next(_wish(options, console)) as draft:
        return _settle(draft, preparation.place, options, console)


def _settle(draft: Draft, place: Workplace, options: Options, console: Console) -> Exit:
    """Show the proposal, ask once, and carry it out."""
    proposal = draft.proposal
    if options.plan or proposal.is_done:
        console.show(proposal)
        return Exit.READY
    if not options.yes:
        console.show_beside(proposal)
        answer = console.ask("Go on? [y/N] ")
        if answer is None:
            raise UsageError(
                "a branch and a commit are asked for once, and nobody is here to answer",
                remedy=Edit("give --yes, or --plan to see what would be done"),
            )
        if answer.lower() not in {"y", "yes"}:
            raise Interrupted("not confirmed: nothing was done")
    with place.alone():
        done = draft.carry_out()
    console.show(done)
    return Exit.READY


def _wish(options: Options, console: Console) -> Wish:
    """What the command line asks for, told where it is spelt another way than it will be.

    Raises UsageError for what is neither a part nor a version, and for a spelling that can be read in two ways.
    """
    said = options.wish
    if said in {bump.value for bump in Bump}:
        return Wish(Bump(said), pre=options.pre, post=options.post, dev=options.dev)
    version = None if said is None else _version(said)
    if said is not None and version is not None and version.local is None and str(version) != said:
        console.note(f"{said!r} is {version} in its canonical spelling")
    return Wish(version=version, pre=options.pre, post=options.post, dev=options.dev)


def _version(said: str) -> Version:
    version = parse_version(said)
    if version is None:
        raise UsageError(
            f"{said!r} is not a version under PEP 440, and no part of one",
            remedy=Edit("name patch, minor or major, or a version such as 1.3.0"),
        )
    if is_read_apart(said, version):
        raise UsageError(
            str(spelling_trap(said)),
            remedy=Edit(f"name {version} for the post-release, or a pre-release such as {version.base_version}rc1"),
        )
    return version


def _chosen(preparation: Preparation, console: Console, *, confirmed: bool) -> Version:
    """What somebody at the terminal chooses of all that may come next."""
    advice = preparation.advice
    offer = "\n".join([tree(preparation.sight), *_proposed(advice)])
    answer = console.ask("Which? " if advice is None else f"Which? [{advice.version}] ", showing=offer)
    if answer:
        return preparation.aim(_spoken(answer, console), confirmed=confirmed)
    if answer is None or advice is None:
        # Somebody who gave an empty answer has just been shown it.
        offered = "" if answer == "" else f"\n{offer}"
        raise UsageError(
            f"which version comes next is not said{offered}",
            remedy=Run(("tagship", "prepare", "patch" if advice is None else str(advice.version))),
        )
    return advice.version


def _proposed(advice: Advice | None) -> Sequence[str]:
    if advice is None:
        return ("nothing tells how far up the version should go",)
    return (f"proposed: {advice.version}", *(f"  {reason}" for reason in advice.reasons))


def _spoken(answer: str, console: Console) -> Wish:
    """A wish as somebody types it: `minor --pre a`, or a version."""
    parser = argparse.ArgumentParser(exit_on_error=False, add_help=False, allow_abbrev=False)
    add_preparing(parser)
    try:
        words, strange = parser.parse_known_args(shlex.split(answer), namespace=Options())
    except (argparse.ArgumentError, ValueError) as wrong:
        raise UsageError(str(wrong), remedy=Run(("tagship", "prepare", "--help"))) from None
    if strange:
        raise UsageError(f"{strange[0]!r} is not understood", remedy=Run(("tagship", "prepare", "--help")))
    return _wish(words, console)
