"""Where the token for GitHub is found: the environment, else what the command `gh` was given."""

import shutil
from collections.abc import Mapping

from tagship.adapters.process import run
from tagship.domain.credential import Secret
from tagship.errors import TagshipError

TOKEN_VARIABLES = ("GH_TOKEN", "GITHUB_TOKEN")
GH = "gh"
SECONDS = 10.0
HOSTNAME = "github.com"


def github_token(environ: Mapping[str, str]) -> Secret | None:
    """The token in GH_TOKEN, else in GITHUB_TOKEN, or None."""
    for variable in TOKEN_VARIABLES:
        if value := environ.get(variable, "").strip():
            return Secret(value, origin=variable)
    return None


def token_at_hand(environ: Mapping[str, str]) -> Secret | None:
    """The token in GH_TOKEN, in GITHUB_TOKEN, or the one that `gh auth token` tells, where gh is there; else None."""
    token = github_token(environ)
    return _token_of_gh(environ) if token is None else token


def _token_of_gh(environ: Mapping[str, str]) -> Secret | None:
    program = shutil.which(GH, path=environ.get("PATH", ""))
    if program is None:
        return None
    try:
        said = run([program, "auth", "token", "--hostname", HOSTNAME], env=environ, timeout=SECONDS, check=False)
    except (TagshipError, OSError):  # it takes too long, or cannot be run; then there is no token to be had from it
        return None
    value = said.text.strip()
    return Secret(value, origin=f"{GH} auth token") if said.returncode == 0 and value else None
