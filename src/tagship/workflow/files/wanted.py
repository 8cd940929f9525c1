"""What is wanted of built files, apart from everything that finds it out: most commands look at none."""

from dataclasses import dataclass

DISTRIBUTIONS = (".whl", ".tar.gz")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What costs more than a look, and is done as the person at the command line wants it.

    `pythons` names the interpreters to try the files with; where there are none, tagship chooses. `rebuild` is whether
    the commit is built once more.
    """

    pythons: tuple[str, ...] = ()
    rebuild: bool = False
