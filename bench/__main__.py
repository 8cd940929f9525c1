"""`python -m bench`: measure, print, clean up."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import gate, ready, ship, startup, validate
from bench.place import Place
from bench.report import Machine, document, text
from bench.series import Result, UnmeasurableError

SUBJECTS: dict[str, Callable[[Place, int | None], Result]] = {
    "startup": startup.measure,
    "gate": gate.measure,
    "ready": ready.measure,
    "validate": validate.measure,
    "ship": ship.measure,
}


class Options(argparse.Namespace):
    """What the command line said."""

    rounds: int | None = None
    only: str | None = None
    json: bool = False


def main(words: list[str] | None = None) -> int:
    """Measure what is asked for; 1 where something could not be measured, 0 otherwise, whatever the goals say."""
    options = _parse(words)
    machine = Machine.this()
    result = Result()
    with tempfile.TemporaryDirectory(prefix="tagship-bench-", ignore_cleanup_errors=True) as directory:
        place = Place(Path(directory))
        for name, measure in SUBJECTS.items():
            if options.only in {None, name}:
                print(f"measuring {name} …", file=sys.stderr, flush=True)
                result += _measured(name, measure, place, options.rounds)
    sys.stdout.write(document(result, machine) if options.json else text(result, machine))
    return 1 if result.unmeasured else 0


def _measured(name: str, measure: Callable[[Place, int | None], Result], place: Place, rounds: int | None) -> Result:
    try:
        return measure(place, rounds)
    except UnmeasurableError as reason:
        return Result(unmeasured=(f"{name}: {reason}",))


def _parse(words: list[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure tagship beside its peers.")
    parser.add_argument("--rounds", type=_count, metavar="N", help="rounds of each race; default: as many as settle it")
    parser.add_argument("--only", choices=tuple(SUBJECTS), help="one subject alone")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser.parse_args(words, namespace=Options())


def _count(word: str) -> int:
    count = int(word)
    if count < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count


if __name__ == "__main__":
    sys.exit(main())
