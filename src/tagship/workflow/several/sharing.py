"""What the packages of one repository have in common when many of them are looked at in one go."""

from dataclasses import dataclass, field
from typing import Final

from tagship.adapters.git import GitRepository
from tagship.domain.branch import Divergence
from tagship.domain.config import Config

COMMON: Final = frozenset(
    {
        "_main_ref",
        "branch",
        "divergence",
        "family",
        "head",
        "head_tags",
        "land",
        "main",
        "main_moved",
        "main_ref",
        "main_tip",
        "on_line",
        "references",
        "remote",
        "tags",
        "tags_on_main",
        "tree_state",
        "triggers",
        "working",
    }
)
"""The facts that are about the repository, by their names."""

COMMON_OFF_MAIN: Final = frozenset({"added_leaks", "base", "changed"})
"""Those that are on a branch; on main each package counts from its own last release."""


class SharedAnswers(dict[str, object]):
    """The answers about one package, of which those about its repository are everybody's."""

    def __init__(self, everybody: dict[str, object]) -> None:
        super().__init__()
        self._everybody = everybody

    def _home(self, name: str) -> dict[str, object] | None:
        """Where the answer to a question is kept that is everybody's; None for one that is not."""
        if name in COMMON:
            return self._everybody
        divergence = self._everybody.get("divergence")
        if name in COMMON_OFF_MAIN and isinstance(divergence, Divergence) and not divergence.is_part_of_main:
            return self._everybody
        return None

    def __missing__(self, name: str) -> object:
        """What everybody knows, kept from now on; raises KeyError."""
        home = self._home(name)
        if home is None:
            raise KeyError(name)
        answer = home[name]
        super().__setitem__(name, answer)
        return answer

    def __contains__(self, name: object) -> bool:
        if super().__contains__(name):
            return True
        home = self._home(name) if isinstance(name, str) else None
        return home is not None and name in home

    def __setitem__(self, name: str, answer: object) -> None:
        home = self._home(name)
        if home is not None:
            home[name] = answer
        super().__setitem__(name, answer)

    def get(self, name: str, default: object = None) -> object:
        """The answer, or the default."""
        return self[name] if name in self else default  # noqa: SIM401 -- which this is the making of


@dataclass(frozen=True, slots=True)
class Within:
    """Where a package stands: the repository, what is decided about it, and what is known of them all.

    `config` is the package's own, `name` what it is listed as. `workspace` is the directory below the top that the
    packages are listed in, empty for the top. `answers` are shared by all workplaces that were given the same.
    """

    repository: GitRepository
    config: Config
    workspace: str = ""
    answers: dict[str, object] = field(default_factory=dict)
    name: str | None = None
