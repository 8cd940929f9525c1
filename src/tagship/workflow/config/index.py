"""The index that a project names, by a word or by its addresses."""

from urllib.parse import urlsplit

from tagship.domain.endpoints import KNOWN, Endpoints
from tagship.workflow.config.reader import Reader

INDEX_KEYS = ("simple", "upload")
_BOTH = 'write index = {simple = "…", upload = "…"}'
WITH_CREDENTIAL = "an address with a user name or a password is refused"
CREDENTIALS_ELSEWHERE = "write the bare address, and put the credential into TAGSHIP_USERNAME and TAGSHIP_TOKEN"


def read_index(reader: Reader) -> Endpoints:
    """What `index` says; the default where it says nothing."""
    if isinstance(reader.value("index"), dict):
        reader.only_known(("index",), INDEX_KEYS)
        simple, upload = (reader.text("index", key) for key in INDEX_KEYS)
        if simple is None or upload is None:
            raise reader.wrong("index needs the addresses simple and upload", "index", hint=_BOTH)
        try:
            return custom_index(simple, upload)
        except ValueError as wrong:
            raise reader.wrong(str(wrong), "index", hint=CREDENTIALS_ELSEWHERE) from None
    if "://" in (reader.text("index") or ""):
        raise reader.wrong("index is one address, and it takes two", "index", hint=_BOTH)
    name = reader.choice("index", tuple(KNOWN)) or "pypi"
    return KNOWN[name]


def custom_index(simple: str, upload: str) -> Endpoints:
    """An index by its addresses; a known one where the addresses are known.

    Raises ValueError, which quotes neither, for an address that cannot be read or that holds a credential.
    """
    for address in (simple, upload):
        if _holds_credential(address):
            raise ValueError(WITH_CREDENTIAL)
    slashed = simple if simple.endswith("/") else simple + "/"
    for known in KNOWN.values():
        if (slashed, upload) == (known.simple, known.upload):
            return known
    return Endpoints(name=urlsplit(slashed).netloc or slashed, simple=slashed, upload=upload)


def _holds_credential(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise ValueError("an address of the index cannot be read") from None
    return parts.username is not None or parts.password is not None
