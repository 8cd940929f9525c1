"""Trusted publishing: the identity that a CI run has by itself, exchanged for a short-lived token.

- exchange: identity available, audience, mint, burn; each asked of the index, or of nobody
- identity: what the CI system says this run is
- claims: what that identity presents, beside what the index's form wants registered
- refusals: why an index mints no token, and the page that mends it

There is no falling back to another credential: a run that cannot prove what it is halts here.
"""

from tagship.adapters.oidc.exchange import burn, mint, preflight

__all__ = ["burn", "mint", "preflight"]
