"""What commits say of themselves."""

from collections.abc import Iterator, Sequence

from tagship.adapters.git.command import Git
from tagship.domain.bump import Told

MOST = 500
"""How many commits are read at most; what is older tells no more about how a project works."""


def messages(
    git: Git, since: str | None, until: str = "HEAD", *, most: int = MOST, about: Sequence[str] = ()
) -> tuple[Told, ...]:
    """The commits that lead to `until` and not to `since`, the newest first, merges left out.

    Without `since` it is all of history, as far as a shallow clone has it. With pathspecs in `about` it is those
    alone that change what they name.
    """
    return tuple(_told(git(*_question(since, until, most, about)).text))


def begin_messages(git: Git, since: str, about: Sequence[str] = ()) -> None:
    """Let git begin to list the commits since one, for who asks for `messages` later."""
    git.begin(*_question(since, "HEAD", MOST, about))


def _question(since: str | None, until: str, most: int, about: Sequence[str]) -> tuple[str, ...]:
    return (
        "log", "-z", "--no-show-signature", "--no-merges", "--no-color", "--encoding=UTF-8", f"--max-count={most}",
        "--format=%H%n%B", "--end-of-options", until if since is None else f"{since}..{until}", "--",
        *about,
    )  # fmt: skip


def _told(text: str) -> Iterator[Told]:
    for entry in text.split("\0"):
        commit, separator, message = entry.strip("\n").partition("\n")
        if separator:
            yield Told(commit, message.strip())
