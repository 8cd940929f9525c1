"""What the index's refusals mean, and what to do about each: one literal table, and the errors it makes.

The texts are those of the public index's own source (forklift/legacy.py, packaging/services.py,
macaroons, 2026) and of two servers that others run. What is not in the table is quoted, not guessed at.
"""

from dataclasses import dataclass
from enum import Enum

from tagship.adapters.http import Response
from tagship.adapters.quoting import is_web_page, quote_from, words_in
from tagship.adapters.redact import Redactor
from tagship.domain.endpoints import Endpoints
from tagship.errors import Conflict, CredentialHalt, Edit, Incomplete, Refused, Remedy, TagshipError, Visit


class Page(Enum):
    """The pages of an index's web site that a person may be sent to, as paths."""

    TOKENS = "/manage/account/token/"
    ACCOUNT = "/manage/account/"
    PUBLISHING = "/manage/account/publishing/"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal: how it is told from others, its kind, its cause, and what to do.

    `fragments` are looked for in the text without regard to case; any one will do. `page` is the better remedy
    where the index has a web site.
    """

    statuses: frozenset[int]
    fragments: tuple[str, ...]
    kind: type[TagshipError]
    cause: str
    advice: str
    page: Page | None = None

    def fits(self, status: int, words: str) -> bool:
        """Whether an answer is this refusal."""
        told = words.casefold()
        return status in self.statuses and any(fragment.casefold() in told for fragment in self.fragments)

    def remedy(self, index: Endpoints) -> Remedy:
        """The page to open, or the advice where there is none."""
        if self.page is None or index.site is None:
            return Edit(self.advice)
        return Visit(f"{index.site}{self.page.value}")


_UNAUTHORIZED = 401
_DENIED = frozenset({_UNAUTHORIZED, 403})
_BAD = frozenset({400})
_CLASH = frozenset({400, 409})

_DEVPI_DENIES = (
    "exception during token verification",
    "token doesn't match user name",
    "user for token doesn't exist",
    "the token id",
)
"""What devpi says to a token that it does not know or that is not good any more."""

NEW_VERSION = "raise the version and release again: a file name can be used once only"

# The first that fits is told, so what names a reason stands before what names none.
REFUSALS = (
    # Not now: nothing is wrong with us.
    Refusal(
        frozenset({403}),
        ("new project registration temporarily disabled",),
        Incomplete,
        "the index takes no new projects at the moment",
        "run it again when the index's status page says that registration is back",
    ),
    Refusal(
        frozenset({403, 503}),
        ("read-only mode", "temporarily disabled"),
        Incomplete,
        "the index takes no uploads at the moment",
        "run it again when the index's status page says that uploads are back",
    ),
    Refusal(
        frozenset({429}),
        ("too many new projects",),
        Incomplete,
        "too many new projects were created from this account or address",
        "run it again in an hour",
    ),
    # The credential, most telling first.
    Refusal(
        _DENIED,
        ("username/password authentication is no longer supported",),
        CredentialHalt,
        "the index takes no passwords any more",
        "use a token with the user name __token__, or trusted publishing",
        Page.TOKENS,
    ),
    Refusal(_DENIED, ("token is expired",), CredentialHalt, "the token has expired", "make a new token", Page.TOKENS),
    Refusal(
        _DENIED,
        ("oidc scoped token is not valid for project", "oidc publisher does not match"),
        CredentialHalt,
        "the token was minted for a trusted publisher of another project",
        "add this workflow as a publisher of the project",
        Page.PUBLISHING,
    ),
    Refusal(
        _DENIED,
        ("project-scoped token is not valid for project", "outside of a project context"),
        CredentialHalt,
        "the token is bound to another project",
        "make a token for this project",
        Page.TOKENS,
    ),
    Refusal(
        _DENIED,
        ("user restriction in token",),
        CredentialHalt,
        "the token belongs to another user",
        "make a token with the account that releases",
        Page.TOKENS,
    ),
    Refusal(
        _DENIED,
        ("the given token isn't allowed to upload",),
        CredentialHalt,
        "the trusted publisher may not upload to this project, or the project is archived",
        "add this workflow as a publisher of the project",
        Page.PUBLISHING,
    ),
    Refusal(
        _DENIED,
        ("isn't allowed to upload to project", "no permission to submit"),
        CredentialHalt,
        "the token's user may not upload to this project, or the project is archived",
        "ask an owner of the project for the maintainer role, or to unarchive it",
    ),
    Refusal(
        _DENIED,
        ("verified primary email",),
        CredentialHalt,
        "the account has no verified e-mail address",
        "verify the primary e-mail address of the account",
        Page.ACCOUNT,
    ),
    Refusal(
        _DENIED,
        ("two-factor authentication enabled",),
        CredentialHalt,
        "the account has no two-factor authentication",
        "switch on two-factor authentication",
        Page.ACCOUNT,
    ),
    Refusal(
        _DENIED,
        (
            "invalid or non-existent authentication",
            "invalid api token",
            "deleted or nonexistent macaroon",
            "signatures do not match",
            "token id",
        ),
        CredentialHalt,
        "the index does not know the token: it is mistyped, deleted, or from another index",
        "make a new token",
        Page.TOKENS,
    ),
    # The file name, spent for good.
    Refusal(
        _CLASH,
        ("previously used by a file that has since been deleted",),
        Conflict,
        "a file of this name was published and deleted",
        NEW_VERSION,
    ),
    Refusal(
        _BAD,
        ("releases older than 14 days",),
        Conflict,
        "the release is older than 14 days and takes no more files",
        "raise the version and release again",
    ),
    Refusal(
        _BAD,
        ("only one sdist may be uploaded",),
        Conflict,
        "the release already has another sdist",
        NEW_VERSION,
    ),
    # The project's name.
    Refusal(
        _BAD,
        ("non-user identities cannot create new projects",),
        CredentialHalt,
        "no pending publisher has this project name",
        "let the name in the publisher and in the project's metadata be the same",
        Page.PUBLISHING,
    ),
    Refusal(
        _CLASH,
        ("too similar to an existing project", "conflicts with an existing project", "standard library module name"),
        Refused,
        "the project's name is taken, or too close to one that is",
        "choose another name for the project",
    ),
    # The file itself.
    Refusal(
        frozenset({400, 413}),
        ("file too large", "project size too large", "entity too large", "content too large"),
        Refused,
        "the file or the project is larger than the index allows",
        "make the file smaller, or ask the index for a higher limit",
    ),
    Refusal(
        _BAD,
        ("digest supplied does not match",),
        Incomplete,
        "the file was damaged on its way",
        "run it again",
    ),
    Refusal(
        _BAD,
        ("use of local versions",),
        Refused,
        "the version carries a local part, which no public index takes",
        "release a version without +",
    ),
    Refusal(
        _BAD,
        ("description failed to render",),
        Refused,
        "the description cannot be rendered",
        "mend the README, or set its content type",
    ),
    Refusal(
        _BAD,
        ("unsupported platform tag",),
        Refused,
        "the wheel's platform tag is not one that the index takes",
        "repair the wheel for manylinux or musllinux, for example with auditwheel",
    ),
    Refusal(
        _BAD,
        ("is an invalid value for", "invalid value for", "is not a valid classifier", "has been deprecated, use one"),
        Refused,
        "the metadata is not valid",
        "correct the field in pyproject.toml, raise the version and release again",
    ),
)


def refusal_in(response: Response) -> Refusal | None:
    """The known refusal that an answer is, or None."""
    words = words_in(response)
    return next((refusal for refusal in REFUSALS if refusal.fits(response.status, words)), None)


def denies(index: Endpoints, response: Response) -> bool:
    """Whether an answer says, in an index's own words, that the credential is good for nothing there.

    Proxies and firewalls answer 401 and 403 as well. Where nobody knows the words of an index, a 401 that asks for
    another credential counts, as HTTP wants it to.
    """
    if response.status not in _DENIED:
        return False
    page = is_web_page(response)
    words = response.reason if page else words_in(response)
    if any(refusal.kind is CredentialHalt and refusal.fits(response.status, words) for refusal in REFUSALS):
        return True
    told = "" if page else words_in(response, keys=("message",)).casefold()
    if any(fragment in told for fragment in _DEVPI_DENIES):
        return True
    asks = response.status == _UNAUTHORIZED and "www-authenticate" in response.headers
    return asks and index.site is None and not page


def error_for(index: Endpoints, filename: str, response: Response, redactor: Redactor) -> TagshipError:
    """The error that says what a refusal means; an unknown one is quoted as it came."""
    told = quote_from(response, redactor)
    refusal = refusal_in(response)
    if refusal is not None:
        return refusal.kind(f"{index.name} refuses {filename}: {refusal.cause} ({told})", remedy=refusal.remedy(index))
    denied = response.status in _DENIED
    if response.status == _UNAUTHORIZED or (denied and not words_in(response)):
        page = index.token_page
        return CredentialHalt(
            f"{index.name} refuses the credential for {filename} ({told})",
            remedy=Edit("check the user name and the token") if page is None else Visit(page),
        )
    advice = "check the credential, or mend what the index says" if denied else "mend what the index says"
    return Refused(f"{index.name} refuses {filename} ({told})", remedy=Edit(f"{advice}, then release again"))
