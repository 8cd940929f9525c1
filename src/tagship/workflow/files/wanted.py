"""What is wanted of built files, apart from everything that finds it out: most commands look at none."""

from dataclasses import dataclass
from pathlib import Path

DISTRIBUTIONS = (".whl", ".tar.gz")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What costs more than a look, and is done as the person at the command line wants it.

    `pythons` names the interpreters to try the files with; where there are none, tagship chooses. `rebuild` is whether
    the commit is built once more. `companions` are directories of built files that are released together with these,
    and that they may depend on.
    """

    pythons: tuple[str, ...] = ()
    rebuild: bool = False
    companions: tuple[Path, ...] = ()
