"""A secret stored by `gh secret set`, which seals it itself; the value goes to its standard input and nowhere else."""

from collections.abc import Mapping

from tagship.adapters.process import run
from tagship.adapters.quoting import one_line
from tagship.adapters.redact import Redactor
from tagship.domain.credential import TOKEN_VARIABLE, Secret
from tagship.domain.secret_store import Shelf
from tagship.errors import Edit, Incomplete, NotThere, Run, UsageError

SECONDS = 60.0


def set_by_gh(environ: Mapping[str, str], secret: Secret, shelf: Shelf, repository: str) -> None:
    """Let gh store it; raises NotThere where gh is not, and Incomplete where it refuses."""
    argv = ("gh", "secret", "set", shelf.name, "--env", shelf.environment, "--repo", repository)
    told = {name: value for name, value in environ.items() if name != TOKEN_VARIABLE}
    try:
        done = run(argv, env=told, stdin=secret.reveal().encode(), timeout=SECONDS, check=False)
    except UsageError as missing:
        raise NotThere(
            "a secret for GitHub is sealed by PyNaCl or by gh, and neither is installed",
            remedy=Run(("python", "-m", "pip", "install", "tagship[seal]")),
        ) from missing
    if done.returncode != 0:
        raise Incomplete(
            f"gh did not store the secret: {one_line(done.complaint, Redactor([secret]))}",
            remedy=Edit("mend what gh says, such as with `gh auth login`, and run the same command again"),
        )
