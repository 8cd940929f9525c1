"""Which Pythons a project says that it runs on."""

import re
from collections.abc import Iterable, Sequence

from tagship.adapters.interpreters import may_satisfy
from tagship.domain.facts import Tree

KNOWN = tuple(f"3.{minor}" for minor in range(9, 15))
"""The minor versions that hosts have at hand and that are looked after, or were until lately; oldest first."""
_CLASSIFIER = re.compile(rb"Programming Language :: Python :: (3\.\d+)\b")
_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


def pythons(tree: Tree, directories: Iterable[str], wanted: Sequence[str | None]) -> tuple[str, ...]:
    """The minor versions that every package of some directories takes, oldest first.

    `wanted` are their `requires-python`. Where classifiers name minor versions, those count alone, unless none of them
    is left.
    """
    fitting = [python for python in KNOWN if all(may_satisfy(each, python) for each in wanted)]
    named = {
        found.decode()
        for directory in directories
        for name in _FILES
        for found in _CLASSIFIER.findall(tree.read(f"{directory}/{name}".lstrip("/")) or b"")
    }
    classified = [python for python in fitting if python in named]
    return tuple(classified or fitting)
