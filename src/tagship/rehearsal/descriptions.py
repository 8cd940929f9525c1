"""Whether a description renders, as an index asks before it makes a release.

Markdown and plain text always do. reStructuredText is rendered by the library that the index itself uses, where that is
installed; without it, every description passes.
"""

import importlib
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache
from http import HTTPStatus

from tagship.rehearsal.forms import Form
from tagship.rehearsal.refusal import Refusal

RST = "text/x-rst"

Render = Callable[[str], object]


def check_description(form: Form, help_page: str) -> None:
    """Raises Refusal for a description that nobody could read on the project's page."""
    text, kind = form.first("description"), form.first("description_content_type")
    if not text or _plain_kind(kind or RST) != RST:
        return
    render = _renderer()
    if render is None or render(text) is not None:
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


@cache
def _renderer() -> Render | None:
    """What makes HTML of reStructuredText, or None of what it cannot read; None where it is not installed."""
    try:
        module = importlib.import_module("readme_renderer.rst")
    except ImportError:
        return None
    render: Render = module.render
    return render
