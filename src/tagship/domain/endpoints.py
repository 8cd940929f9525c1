"""Where the public package indexes live: the only module that names them."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of one index.

    `simple` and `upload` end in a slash; `site` is the web site whose pages a person may be sent to, or
    None. `token_prefix` is how every token of this index begins, where that is known.
    """

    name: str
    simple: str
    upload: str
    site: str | None = None
    token_prefix: str | None = None

    def release_page(self, project: str, version: str) -> str:
        """The page of one release, for a person; the simple index page where there is no site."""
        if self.site is None:
            return f"{self.simple}{project}/"
        return f"{self.site}/project/{project}/{version}/"

    @property
    def token_page(self) -> str | None:
        """The page on which a person makes a token."""
        return None if self.site is None else f"{self.site}/manage/account/token/"


PYPI = Endpoints(
    name="pypi",
    simple="https://pypi.org/simple/",
    upload="https://upload.pypi.org/legacy/",
    site="https://pypi.org",
    token_prefix="pypi-AgEIcHlwaS5vcmc",  # noqa: S106 -- the fixed start of every token, not a token
)
TESTPYPI = Endpoints(
    name="testpypi",
    simple="https://test.pypi.org/simple/",
    upload="https://test.pypi.org/legacy/",
    site="https://test.pypi.org",
    token_prefix="pypi-AgENdGVzdC5weXBpLm9yZw",  # noqa: S106 -- the fixed start of every token, not a token
)
KNOWN = MappingProxyType({index.name: index for index in (PYPI, TESTPYPI)})
