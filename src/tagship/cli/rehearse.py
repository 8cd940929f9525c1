"""`tagship rehearse`."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from tagship.cli.carry_out import carry_out
from tagship.cli.console import Console
from tagship.cli.options import Options, add_epilog, add_tag
from tagship.cli.place import project_directory
from tagship.domain.finding import NotReady
from tagship.domain.trial import Trial, Trials
from tagship.errors import Exit, UsageError
from tagship.rehearsal.faults import ALL, FAULTS, faults_named
from tagship.rehearsal.faults.fault import Ending, Fault
from tagship.rehearsal.faults.kit import Kit, kit_for
from tagship.rehearsal.faults.trial import Nobody, try_out
from tagship.rehearsal.perform import Part, rehearsal_of
from tagship.rehearsal.sample import make_sample
from tagship.workflow import plans
from tagship.workflow.stages import Onlooker

STAND_IN = "a rehearsal: index and code host are stand-ins, nothing leaves this machine"
EPILOG = """\
With --fault, something is broken on purpose: the release ends as it would in
earnest, says why, and is run again with the fault gone where it can be resumed.
Exit code 0 if everything ended as documented, 1 if not; how the broken release
itself ended stands in the table.

faults:
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `rehearse`."""
    add_tag(parser)
    parser.add_argument("--sample", action="store_true", help="rehearse with a small project that tagship brings along")
    parser.add_argument("--confirm-jump", action="store_true", help="the version is meant to be more than one step up")
    parser.add_argument("--fault", metavar="NAME", help=f"break something on purpose, see below, or {ALL}, one by one")
    names = "\n".join(f"  {fault.name:<24} {fault.does}" for fault in FAULTS)
    add_epilog(parser, f"{EPILOG}{names}")


def run(options: Options, console: Console) -> Exit:
    """Carry the plan of `ship` out in a throwaway clone and show the receipt, which is thrown away as well.

    With a fault, show what came of it in place of a receipt.
    """
    if options.sample and options.tag is not None:
        raise UsageError("--sample brings its own tag; give one of the two")
    faults = () if options.fault is None else faults_named(options.fault)
    options.yes = True
    with ExitStack() as stack:
        if options.sample:
            place_of_sample = stack.enter_context(tempfile.TemporaryDirectory(prefix="tagship-sample-"))
            source, package = make_sample(Path(place_of_sample) / "sample"), None
        else:
            source, package = project_directory(options, console)
        part = Part(options.tag, options.confirm_jump, console.learn, package=package)
        console.say(STAND_IN)
        if faults:
            return _break(source, part, faults, options, console)
        place = stack.enter_context(rehearsal_of(source, part))
        console.show(carry_out(plans.ship, place, options, console).prove.proved())
    return Exit.READY


def _break(source: Path, part: Part, faults: tuple[Fault, ...], options: Options, console: Console) -> Exit:
    # One interpreter is enough to tell the faults apart; a rehearsal without any tries more.
    pythons = ("{}.{}".format(*sys.version_info),)
    with kit_for(source, replace(part, pythons=pythons), Nobody(), patience=options.patience) as kit:
        if kit.set_aside:
            console.say(f"set aside, so that the faults show: {kit.aside}")
        each = _in_front(kit, faults[0], console) if len(faults) == 1 else _one_by_one(kit, faults, console)
        trials = Trials(kit.manifest.project, kit.manifest.tag, tuple(each), kit.set_aside)
    console.show(trials)
    return Exit.READY if trials.as_documented else Exit.BLOCKED


def _one_by_one(kit: Kit, faults: tuple[Fault, ...], console: Console) -> Iterator[Trial]:
    """Each fault behind the scenes, and a line of each."""
    for fault in faults:
        trial = try_out(kit, fault, lambda: nullcontext(Nobody()))
        console.say(_line(trial))
        yield trial


def _line(trial: Trial) -> str:
    how = "went through" if trial.stage is None else f"stopped at {trial.stage} with {trial.exit}"
    then = {None: "", True: ", resumed to the end", False: ", and could not be resumed"}[trial.resumed]
    surprised = "" if trial.as_documented else f": {'; '.join(trial.surprises)}"
    return f"{trial.name}: {how}{then} ({trial.seconds:.1f} s){surprised}"


def _in_front(kit: Kit, fault: Fault, console: Console) -> Iterator[Trial]:
    """One fault as it looks in earnest, and the second run after it."""
    console.say(f"broken on purpose: {fault.does}\n")
    endings: list[Ending] = []

    def told(ending: Ending) -> None:
        endings.append(ending)
        _tell(ending, console)
        if len(endings) == 1 and fault.resumable:
            console.say("\nthe same command again, with the fault gone:\n")
        else:
            console.say("")

    yield try_out(kit, fault, lambda: _progress(console), told)


def _tell(ending: Ending, console: Console) -> None:
    if isinstance(ending.error, NotReady) and console.form == "terminal":
        console.show(ending.error.report)
    elif ending.error is not None:
        console.complain(ending.error)
    else:
        console.say(ending.explanation)
    console.say(f"exit code {int(ending.exit)}")


@contextmanager
def _progress(console: Console) -> Iterator[Onlooker]:
    with console.progress() as progress:
        yield progress
