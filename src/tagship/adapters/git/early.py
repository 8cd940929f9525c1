"""What is certain to be asked of a repository, begun before everything else: git works while we load ourselves."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagship.adapters.git.command import Git, beginnings
from tagship.adapters.git.questions import (
    CONFIGURATION,
    CURRENT_BRANCH,
    HEADS,
    LISTING,
    PLACE,
    READING,
    REMOTES,
    STATE,
    TAGS,
    names_question,
    tags_question,
)


@contextmanager
def looked_at_early(directory: Path) -> Iterator[None]:
    """Within, git finds out what looking at a branch begins with; for who changes nothing in the repository.

    What is not asked after all is given up at the end. Where there is no repository nothing is begun, and nothing is
    said: whoever asks in earnest says it.
    """
    top = _top(directory)
    with beginnings():
        if top is not None:
            git = Git(top, fetches=False)
            # The slowest first: these walk the history, and the folders.
            git.begin(*names_question("--merged=HEAD", TAGS))
            git.begin(*STATE, settings=READING)
            git.begin(*LISTING, settings=READING)
            Git(directory).begin(*PLACE)
            git.begin(*CONFIGURATION)
            git.begin(*tags_question(HEADS, REMOTES, TAGS))
            git.begin(*CURRENT_BRANCH)
        yield


def _top(directory: Path) -> Path | None:
    """The top of the working tree, as git would tell it; a wrong guess costs time alone."""
    if not directory.is_dir():
        return None
    here = Path(os.path.realpath(directory))
    return next((each for each in (here, *here.parents) if (each / ".git").exists()), None)
