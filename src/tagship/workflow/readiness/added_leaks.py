"""The credentials in what a branch adds: in each of its commits and their messages, and in the working tree."""

from tagship.adapters.git import GitRepository
from tagship.adapters.git.branch import added_content, added_messages
from tagship.domain.branch import AddedLeak, TreeState
from tagship.secrets.matcher import leaks_in


def find_added_leaks(
    repository: GitRepository, base: str | None, *, state: TreeState | None = None
) -> tuple[AddedLeak, ...]:
    """What looks like a live credential in what was added and said since a commit, each told once per commit.

    Without a base, as before the first release, all that was ever added counts.
    Paths are from the top, lines of the file as it was in that commit. Raises FactUnknown where there is more than is
    looked into.
    """
    found: dict[AddedLeak, None] = {}
    for piece in added_content(repository, base, state=state):
        for leak in leaks_in(piece.path, piece.content):
            line = piece.line + _lines_before(piece.content, leak.preview)
            found.setdefault(AddedLeak(leak.rule, leak.preview, piece.path, line, piece.commit))
    for commit, message in added_messages(repository, base):
        for leak in leaks_in("", message):
            line = 1 + _lines_before(message, leak.preview)
            found.setdefault(AddedLeak(leak.rule, leak.preview, "", line, commit))
    return tuple(found)


def _lines_before(content: bytes, preview: str) -> int:
    """How many lines stand above the first that holds a preview; a rule that shows nothing is about the first."""
    return content.count(b"\n", 0, max(content.find(preview.encode("utf-8", "replace")), 0))
