"""Refusals of the request: of who sends it, of the form, and of the project it is for."""

from tagship.checks.refusals.foreseen import ForeseenRefusal, found, unforeseen

CREDENTIALS: tuple[ForeseenRefusal, ...] = (
    unforeseen(
        "user name and password", "Username/Password authentication is no longer supported.", 403,
        "tagship sends tokens alone"
    ),
    found(
        "no token, a malformed, deleted or unknown one", "Invalid or non-existent authentication information.", 403,
        "token-is-alive"
    ),
    found(
        "a token of another index", "Invalid or non-existent authentication information.", 403,
        "token-is-for-this-index"
    ),
    found(
        "a token that is no token", "Invalid or non-existent authentication information.", 403,
        "token-is-well-formed"
    ),
    found(
        "an expired token, or one that is not valid yet", "Invalid API Token: token is expired", 403,
        "token-is-in-force"
    ),
    found(
        "a token of another project", "project-scoped token is not valid for project", 403,
        "token-is-for-this-project"
    ),
    found(
        "a token narrowed by a caveat that nobody knows", "Invalid API Token: unknown error", 403,
        "token-has-known-caveats"
    ),
    unforeseen(
        "a token whose signature was altered", "Invalid API Token: signatures do not match", 403,
        "the index alone knows the key; the upload explains it"
    ),
    unforeseen(
        "a token of another user or publisher than it is bound to", "does not match", 403,
        "the index alone knows whose token it is; the upload explains it"
    ),
    unforeseen(
        "a user without a role in the project, or an archived project", "isn't allowed to upload to project", 403,
        "roles are shown to nobody; the upload explains it"
    ),
    found(
        "a publisher that is not registered as the job presents itself", "isn't allowed to upload to project", 403,
        "identity-is-trusted"
    ),
    unforeseen(
        "an account without a verified e-mail address", "does not have a verified primary email address", 403,
        "accounts are shown to nobody; the upload explains it"
    ),
    unforeseen(
        "an account without a second factor", "does not have two-factor authentication enabled", 403,
        "accounts are shown to nobody; the upload explains it"
    ),
    unforeseen(
        "an index that takes no uploads for a while", "Uploads are temporarily disabled.", 403,
        "nobody can foresee it; the upload says to run again later"
    ),
)  # fmt: skip

FORMS: tuple[ForeseenRefusal, ...] = (
    unforeseen(
        "an upload to /legacy without a slash at the end", "An upload was attempted to /legacy", 308,
        "the configuration's reader adds the slash"
    ),
    unforeseen("an old action of the upload API", "is no longer", 410, "tagship sends file_upload alone"),
    unforeseen("another protocol version", "Unknown protocol version.", 400, "tagship sends version 1 alone"),
    unforeseen("an unknown file type", "Use a known file type.", 400, "tagship sends the two that exist"),
    unforeseen(
        "a wheel without a Python version in the form",
        "Python version is required for binary distribution uploads.", 400, "the form is filled from the file name"
    ),
    unforeseen(
        "an sdist with a Python version in the form", "Use 'source' as Python version for an sdist.", 400,
        "the form is filled from the file name"
    ),
    unforeseen("no digest, or a malformed one", "message digest.", 400, "the form is filled from the file"),
    unforeseen(
        "a form without a file", "Upload payload does not have a file.", 400, "the form is filled from the file"
    ),
    unforeseen("a field of the form that is sent as a file", "Should not be a tuple.", 400, "the form holds one file"),
    unforeseen(
        "a file without a content type, or with an image's", "Invalid distribution file.", 400,
        "every file is sent as an octet stream"
    ),
    unforeseen(
        "an extension that does not fit the file type", "is invalid for filetype", 400,
        "the file type is told by the extension"
    ),
    unforeseen(
        "bytes that were changed on their way",
        "The digest supplied does not match a digest calculated from the uploaded file.", 400,
        "only the transfer can do that; the upload explains it"
    ),
)  # fmt: skip

PROJECTS: tuple[ForeseenRefusal, ...] = (
    unforeseen(
        "a new project while none are taken", "New project registration temporarily disabled.", 403,
        "nobody can foresee it; the upload says to run again later"
    ),
    unforeseen(
        "a name that the index keeps from everybody", "isn't allowed.", 400,
        "the list is shown to nobody; the upload explains it"
    ),
    unforeseen(
        "a name like another project's", "is too similar to an existing project.", 400,
        "it depends on every other project; the upload explains it"
    ),
    unforeseen(
        "the name of a module of the standard library", "conflict with Python Standard Library module name", 400,
        "older projects may have such names; the upload explains it"
    ),
    unforeseen(
        "a name that another publisher is about to take", "conflicts with an existing project.", 409,
        "pending projects are shown to nobody; the upload explains it"
    ),
    unforeseen(
        "too many new projects in an hour", "Too many new projects created", 429,
        "nobody can foresee it; the upload says to run again later"
    ),
    unforeseen(
        "a publisher for a new project of another name", "Non-user identities cannot create new projects.", 400,
        "pending publishers are shown to nobody; the upload explains it"
    ),
    found("a version whose files are there already, with other bytes", "File already exists", 400, "version-is-free"),
    unforeseen(
        "a file name that was deleted once",
        "This filename was previously used by a file that has since been deleted.", 400,
        "deleted files are shown to nobody; the upload explains it"
    ),
    found(
        "a release whose first file is older than 14 days",
        "Uploading new files to releases older than 14 days is not allowed.", 400, "version-is-free"
    ),
    unforeseen(
        "a project of over 10 GiB", "Project size too large.", 400,
        "limits are raised for some and shown to nobody; the upload explains it"
    ),
    unforeseen(
        "attestations with a token, or ones that do not fit the file", "Invalid attestations supplied during upload",
        400, "the index alone can judge them; the upload explains it"
    ),
    unforeseen(
        "code that is hidden from its readers", "Invalid distribution file.", 400,
        "the index keeps its patterns to itself and changes them; the upload explains it"
    ),
)  # fmt: skip
