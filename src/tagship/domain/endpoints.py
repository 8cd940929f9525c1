"""Where the public package indexes live: the only module that names them."""

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of one index.

    `simple` and `upload` end in a slash; `site` is the web site whose pages a person may be sent to, or
    None. `token_prefix` is how every token of this index begins, where that is known. `files` is where the files lie
    that the simple pages lead to, without a slash at the end, where that is another host. `former_host` is a name
    that older ways of asking still use. `takes_files_for` is how long after its first file a release gets more, where
    there is such a rule and it is known.
    """

    name: str
    simple: str
    upload: str
    site: str | None = None
    token_prefix: str | None = None
    files: str | None = None
    former_host: str | None = None
    takes_files_for: timedelta | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which a client asks for this index, each once, with a port where an address has one."""
        told = (self.simple, self.upload, self.site, self.files)
        hosts = [address.split("/")[2] for address in told if address is not None]
        return tuple(dict.fromkeys([*hosts, self.former_host] if self.former_host else hosts))

    @property
    def token_page(self) -> str | None:
        """The page on which a person makes a token."""
        return None if self.site is None else f"{self.site}/manage/account/token/"


TWO_WEEKS = timedelta(days=14)
"""The public index's rule since July 2026; the time runs from the first file of a release."""

PYPI = Endpoints(
    name="pypi",
    simple="https://pypi.org/simple/",
    upload="https://upload.pypi.org/legacy/",
    site="https://pypi.org",
    token_prefix="pypi-AgEIcHlwaS5vcmc",  # noqa: S106 -- the fixed start of every token, not a token
    files="https://files.pythonhosted.org",
    former_host="pypi.python.org",
    takes_files_for=TWO_WEEKS,
)
TESTPYPI = Endpoints(
    name="testpypi",
    simple="https://test.pypi.org/simple/",
    upload="https://test.pypi.org/legacy/",
    site="https://test.pypi.org",
    token_prefix="pypi-AgENdGVzdC5weXBpLm9yZw",  # noqa: S106 -- the fixed start of every token, not a token
    files="https://test-files.pythonhosted.org",
    former_host="testpypi.python.org",
    takes_files_for=TWO_WEEKS,
)
KNOWN = MappingProxyType({index.name: index for index in (PYPI, TESTPYPI)})

PUBLISH_ATTESTATION = "https://docs.pypi.org/attestations/publish/v1"
"""The predicate type of what an index accepts as an attestation of publishing (PEP 740)."""
