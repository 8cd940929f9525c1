"""What `init` writes for a plain git server: nothing that runs there, since nothing does.

RELEASING.md tells the release by hand, `tagship guard --install --server` puts the rules into the server's hooks.
"""

from tagship.domain.adoption import Adoption, Generated


def nothing(_adoption: Adoption) -> tuple[Generated, ...]:
    """No file: a server that runs nothing reads none."""
    return ()
