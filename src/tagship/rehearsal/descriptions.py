"""Whether a description renders, as an index asks before it makes a release.

Markdown and plain text always do. reStructuredText is rendered by the library that the index itself uses, where that is
installed; without it, and where rendering takes too long, every description passes.
"""

from email.message import EmailMessage
from http import HTTPStatus

from tagship.adapters.rendering import flaws_of
from tagship.domain.index_rules import RST
from tagship.errors import FactUnknown
from tagship.rehearsal.forms import Form
from tagship.rehearsal.refusal import Refusal


def check_description(form: Form, help_page: str) -> None:
    """Raises Refusal for a description that nobody could read on the project's page."""
    text, kind = form.first("description"), form.first("description_content_type")
    if not text or _plain_kind(kind or RST) != RST:
        return
    if _renders(text):
        return
    how = f"for '{kind}'." if kind else "in the default format of reStructuredText."
    raise Refusal(
        HTTPStatus.BAD_REQUEST,
        f"The description failed to render {how} See {help_page}#description-content-type for more information.",
    )


def _plain_kind(content_type: str) -> str:
    message = EmailMessage()
    message["content-type"] = content_type
    return message.get_content_type()


def _renders(text: str) -> bool:
    try:
        return flaws_of((text,)) == (None,)
    except FactUnknown:
        return True
