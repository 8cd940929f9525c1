"""What a server says, made fit to be quoted: one line, no control characters, bounded, redacted."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from http import HTTPStatus

from tagship.adapters.http import Response
from tagship.adapters.redact import Redactor

LIMIT = 500

_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?a-z]", re.IGNORECASE)
_STATUS = re.compile(r"\A\d{3} ")
_SNIFFED = 4096
_READ = 32 * 1024
_SILENT = frozenset({"script", "style", "template", "noscript"})


def one_line(text: str, redactor: Redactor) -> str:
    """Any text as one line of at most 500 characters that can be shown on any terminal.

    Redacted before and after it is straightened, since a line break may stand inside a secret.
    """
    visible = "".join(character if character.isprintable() else " " for character in redactor.redact(text))
    line = redactor.redact(" ".join(visible.split()))
    return line if len(line) <= LIMIT else line[: LIMIT - 1] + "…"


def is_web_page(response: Response) -> bool:
    """Whether the body begins with markup, whatever its content type claims: no answer to a program does."""
    return _MARKUP.match(response.body[:_SNIFFED]) is not None


def words_in(response: Response, *, keys: Sequence[str] = ("code", "message")) -> str:
    """What the server says: its JSON under the first of `keys`, else the reason phrase, else the text of the body.

    Indexes put the explanation into the reason phrase, which HTTP/2 loses, and repeat it in JSON for those who
    ask for JSON. Empty where the server says no more than its status. For comparing only: it may repeat a secret,
    and redacting first would let a short secret change what is compared.
    """
    return _from_json(response, keys) or _from_reason(response) or _from_body(response)


def quote_from(response: Response, redactor: Redactor, *, keys: Sequence[str] = ("code", "message")) -> str:
    """The status and what the server says beside it, fit to be shown."""
    words = one_line(words_in(response, keys=keys), redactor)
    return f"{response.status}: {words}" if words else str(response.status)


def _from_json(response: Response, keys: Sequence[str]) -> str:
    try:
        answer = response.json()
    except ValueError:
        return ""
    if not isinstance(answer, dict):
        return ""
    told = (answer.get(key) for key in keys)
    text = next((value for value in told if isinstance(value, str) and value.strip()), "")
    return _STATUS.sub("", text)


def _from_reason(response: Response) -> str:
    try:
        usual = HTTPStatus(response.status).phrase
    except ValueError:
        usual = ""
    return "" if response.reason.casefold() in {usual.casefold(), "ok"} else response.reason


def _from_body(response: Response) -> str:
    text = response.body[:_READ].decode("utf-8", "replace")
    if not is_web_page(response):
        return text
    reader = _Text()
    reader.feed(text)
    reader.close()
    return " ".join(dict.fromkeys(piece.strip() for piece in reader.pieces))


class _Text(HTMLParser):
    """Collects what a reader of the page would see, its title first."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)
