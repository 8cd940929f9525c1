"""Did what came to main come through a pull request, and is what came still there?"""

from tagship.checks.engine import Check
from tagship.checks.guarding import MainOnlyGrows, MainTakesNoDirectCommits
from tagship.domain.guarding import MainFacts

GUARD: tuple[Check[MainFacts], ...] = (MainTakesNoDirectCommits(), MainOnlyGrows())
