"""The first upload of a project: whether a new one may have that name, and how many one may make in an hour."""

import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from packaging.utils import NormalizedName, canonicalize_name

from tagship.rehearsal.administration import Administration
from tagship.rehearsal.refusal import Refusal
from tagship.rehearsal.store import Store, StoredProject, lookalike

MOST_PER_USER = 20
MOST_PER_ADDRESS = 40
PER = timedelta(hours=1)
# What the running Python has no more, or not yet, and names that lose underscores when they are normalised.
_OTHERS = """
    aifc annotationlib asynchat asyncore audioop binhex cgi cgitb chunk compression crypt distutils dummy-thread
    dummy-threading formatter future imghdr imp lib2to3 macpath mailcap main msilib nis nntplib ossaudiodev parser
    pipes smtpd sndhdr spwd sunau symbol telnetlib thread uu xdrlib
"""
OTHER_STANDARD_MODULES = frozenset(_OTHERS.split())


@dataclass(slots=True)
class Counter:
    """Counts new projects within the last hour; what was counted stays counted, whatever became of the upload."""

    limit: int
    made: list[datetime] = field(default_factory=list)

    def full(self, now: datetime) -> bool:
        """Whether one more is too many."""
        self.made = [moment for moment in self.made if now - moment < PER]
        return len(self.made) >= self.limit


@dataclass(slots=True)
class Registrar:
    """Makes projects; `help_page` is the address that refusals point to.

    Everybody who uploads to a stand-in has the same network address, so one counter does for that.
    """

    store: Store
    administration: Administration
    clock: Callable[[], datetime]
    help_page: str
    by_address: Counter = field(default_factory=lambda: Counter(MOST_PER_ADDRESS))
    by_user: dict[str, Counter] = field(default_factory=dict)

    def create(self, name: str, user: str) -> StoredProject:
        """A new project, which the store does not yet keep; raises Refusal."""
        now = self.clock()
        counters = (self.by_address, self.by_user.setdefault(user, Counter(MOST_PER_USER)))
        if any(counter.full(now) for counter in counters):
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "Too many new projects created")
        if self.administration.registration_disabled:
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "New project registration temporarily disabled. "
                f"See {self.help_page}#admin-intervention for more information.",
            )
        self._check(name)
        for counter in counters:
            counter.made.append(now)
        return StoredProject(name, user)

    def _check(self, name: str) -> None:
        """Whether a project may have that name; what a name has to look like was asked before, of the form."""
        if _is_standard_module(canonicalize_name(name)):
            raise self._taken(f"The name {name!r} isn't allowed (conflict with Python Standard Library module name).")
        if name in self.administration.claimed:
            raise self._taken(f"The name {name!r} conflicts with an existing project.", HTTPStatus.CONFLICT)
        if name in self.administration.prohibited:
            raise self._taken(f"The name {name!r} isn't allowed.")
        if any(lookalike(other.name) == lookalike(name) for other in self.store.projects.values()):
            raise self._taken(f"The name {name!r} is too similar to an existing project.")

    def _taken(self, why: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Refusal:
        return Refusal(status, f"{why} See {self.help_page}#project-name for more information.")


def _is_standard_module(name: NormalizedName) -> bool:
    """Whether a name is that of a module of the standard library, or of one within a package of it."""
    if name in OTHER_STANDARD_MODULES or name.replace("-", "_") in sys.stdlib_module_names:
        return True
    top, *rest = name.split("-")
    if top not in sys.stdlib_module_names or not rest:
        return False
    inside = Path(sysconfig.get_path("stdlib"), top, *rest)
    return inside.with_suffix(".py").is_file() or (inside / "__init__.py").is_file()
