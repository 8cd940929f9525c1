"""Did a branch lose what it held: to a forced push, or because it was deleted?

What is thrown away leaves no commit behind that could be judged. The log of the branch tells of it, and the push does.
"""

from collections import deque
from collections.abc import Sequence

from tagship.domain.guarding import BranchUpdate, Lineage, Moved, is_nowhere


def rewrites(lineage: Lineage, updates: Sequence[BranchUpdate]) -> tuple[BranchUpdate, ...]:
    """Those updates, in their order, after which the branch no longer held what it had held before.

    All of history has to be here but for the states that `lineage` calls unknown: what leads nowhere was thrown away.
    An update between two states of which nothing is known is only told of where the log itself calls it forced.
    """
    return tuple(update for update in updates if _loses(lineage, update))


def _loses(lineage: Lineage, update: BranchUpdate) -> bool:
    if is_nowhere(update.before):
        return False
    if is_nowhere(update.after) or update.kind is Moved.FORCED:
        return True
    if update.after in lineage.unknown:
        return False
    return update.before in lineage.unknown or not _descends(lineage, update.after, update.before)


def _descends(lineage: Lineage, commit: str, older: str) -> bool:
    """Whether a commit is another one or builds upon it; what lies behind the base is not looked into, and counts."""
    parents = lineage.parents
    if older not in parents and older != lineage.base:
        return True
    waiting, met = deque([commit]), {commit}
    while waiting:
        each = waiting.popleft()  # the first parents first: what was merged lies aside, and the state before does not
        if each == older:
            return True
        new = [parent for parent in parents.get(each, ()) if parent not in met]
        met.update(new)
        waiting.extend(new)
    return False
