"""Did what came to main come through a pull request?"""

from tagship.checks.engine import Check
from tagship.checks.guarding import MainTakesNoDirectCommits
from tagship.domain.guarding import MainFacts

GUARD: tuple[Check[MainFacts], ...] = (MainTakesNoDirectCommits(),)
