"""The faults: ways in which a release really breaks, each arranged in the stand-in world on purpose.

- fault: what a fault is, and the scene that it breaks
- credentials, tags, uploads, serving: what to break, and how, family by family
- kit: one build that all scenes share, and what the project does not pass by itself
- trial: one fault from its arrangement to the resumed run
"""

import difflib

from tagship.errors import Edit, Exit, UsageError
from tagship.rehearsal.faults import credentials, serving, tags, uploads
from tagship.rehearsal.faults.fault import Fault

ALL = "all"
KILLED = 128 + 9
"""How a shell tells of a process that was killed: it has no exit code of its own."""

FAULTS = (
    # The credential halts before anything is built.
    Fault(
        "missing-token",
        "no token is given",
        stage="credential",
        exit=Exit.CREDENTIAL,
        resumable=True,
        says="no token|is not set",
        arrange=credentials.missing,
        built=False,
    ),
    Fault(
        "dead-token",
        "the token was deleted on the index",
        stage="credential",
        exit=Exit.CREDENTIAL,
        resumable=True,
        says="does not know the token",
        arrange=credentials.dead,
        built=False,
    ),
    Fault(
        "expired-token",
        "the token's time is over",
        stage="credential",
        exit=Exit.CREDENTIAL,
        resumable=True,
        says="expired",
        arrange=credentials.expired,
        built=False,
    ),
    Fault(
        "other-project-token",
        "the token is bound to another project",
        stage="credential",
        exit=Exit.CREDENTIAL,
        resumable=True,
        says=credentials.OTHER_PROJECT,
        arrange=credentials.of_another_project,
        built=False,
    ),
    Fault(
        "oidc-refused",
        "the job is not the trusted publisher that is known",
        stage="credential",
        exit=Exit.CREDENTIAL,
        resumable=True,
        says="environment is not as registered",
        arrange=credentials.unknown_publisher,
        mend=credentials.register_publisher,
        built=False,
    ),
    # The gate finds what is wrong with the tag.
    Fault(
        "tag-mismatch",
        "the tag names the wrong version, or commit",
        stage="gate",
        exit=Exit.BLOCKED,
        resumable=False,
        says="the project says|here and .* on ",
        arrange=tags.mismatch,
        about=("version-matches-tag", "tag-has-not-moved"),
        built=False,
    ),
    Fault(
        "version-taken",
        "the index had files of the version before the tag",
        stage="gate",
        exit=Exit.BLOCKED,
        resumable=False,
        says="before the tag was made",
        arrange=tags.taken,
        about=("version-is-free",),
    ),
    # The index takes no file, now or ever.
    Fault(
        "filename-burnt",
        "a file of this name was published and deleted",
        stage="upload",
        exit=Exit.CONFLICT,
        resumable=False,
        says="deleted",
        arrange=uploads.burnt,
    ),
    Fault(
        "old-release",
        "one file went up over 14 days ago, the rest never did",
        stage="upload",
        exit=Exit.CONFLICT,
        resumable=False,
        says="took more until",
        arrange=uploads.old,
    ),
    Fault(
        "upload-dies-after-wheel",
        "every upload after the first breaks off",
        stage="upload",
        exit=Exit.INCOMPLETE,
        resumable=True,
        says="broke off.*1 of .* up",
        arrange=uploads.dies_after_the_first,
    ),
    Fault(
        "killed-while-uploading",
        "the process is killed in its second upload",
        stage="upload",
        exit=KILLED,
        resumable=True,
        says="1 of .* up",
        arrange=uploads.nothing,
        perform=uploads.killed,
    ),
    Fault(
        "lost-response",
        "the file arrives, and the answer is lost",
        stage=None,
        exit=Exit.READY,
        resumable=False,
        says="nothing was sent twice",
        arrange=uploads.lost,
        witness=uploads.sent_once,
    ),
    Fault(
        "server-errors",
        "every upload is answered with 503",
        stage="upload",
        exit=Exit.INCOMPLETE,
        resumable=True,
        says="503",
        arrange=uploads.server_errors,
    ),
    Fault(
        "rate-limited",
        "the index asks twice to wait before an upload",
        stage=None,
        exit=Exit.READY,
        resumable=False,
        says="waited",
        arrange=uploads.rate_limited,
        witness=uploads.waited,
    ),
    Fault(
        "read-only-index",
        "the index takes no uploads from anybody",
        stage="credential",
        exit=Exit.UNKNOWN,
        resumable=True,
        says="takes no uploads",
        arrange=uploads.read_only,
        built=False,
    ),
    # What was taken is not what is served.
    Fault(
        "slow-propagation",
        "the index shows its page of before the upload",
        stage="prove",
        exit=Exit.INCOMPLETE,
        resumable=True,
        says="does not serve .* yet",
        arrange=serving.slow,
    ),
    Fault(
        "other-bytes-served",
        "the index lists our sha256 and sends other bytes",
        stage="prove",
        exit=Exit.CONFLICT,
        resumable=False,
        says="sends other bytes",
        arrange=serving.other_bytes,
    ),
    Fault(
        "truncated-download",
        "every download breaks off in the middle",
        stage="prove",
        exit=Exit.UNKNOWN,
        resumable=True,
        says="broke off",
        arrange=serving.truncated,
    ),
    Fault(
        "index-down",
        "the index answers everything with 503",
        stage="gate",
        exit=Exit.UNKNOWN,
        resumable=True,
        says="503",
        arrange=serving.down,
        about=("version-is-above-index", "version-is-free"),
    ),
)
"""Every fault, in the order in which a release meets them; the names are those of `--fault`."""


def faults_named(name: str) -> tuple[Fault, ...]:
    """The fault of that name, or all of them for `all`; raises UsageError with the nearest name, or with all."""
    if name == ALL:
        return FAULTS
    names = {fault.name: fault for fault in FAULTS}
    if name in names:
        return (names[name],)
    near = difflib.get_close_matches(name, [ALL, *names], n=1)
    hint = f"did you mean {near[0]}?" if near else f"the names are {', '.join([ALL, *names])}"
    raise UsageError(f"there is no fault {name!r}", remedy=Edit(hint))
