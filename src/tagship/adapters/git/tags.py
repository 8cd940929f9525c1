"""Makes an annotated tag, and pushes that one tag: with the user's own git, credentials, signing and hooks."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Final

from tagship.adapters.git.command import NETWORK, TRANSFER, Git
from tagship.adapters.git.identity import NAMELESS, is_nameless
from tagship.adapters.git.references import TAGS, advertised
from tagship.adapters.process import Completed, ProcessFailed, run
from tagship.adapters.said import without_credentials
from tagship.adapters.surroundings import git_environment
from tagship.domain.facts import Tag
from tagship.errors import AtRef, Conflict, Edit, FactUnknown, Incomplete, Refused, Remedy, Run, TagshipError

OnLine = Callable[[str], None]
LONGEST_QUOTE: Final = 600

_FOR_PROGRAMS = re.compile(r"[ +*=!-]\t|To |Done$|\s*$")
"""The lines of `--porcelain`, of which the outcome is told in our words."""
_STATUS = re.compile(r"^!\t[^\t]*\t\[(?P<kind>[^\]]+)\](?: \((?P<reason>.*)\))?$", re.MULTILINE)
_REMOTE_SAYS = re.compile(r"^remote: ?(?P<words>.*?)\s*$", re.MULTILINE)
_NO_PERMISSION = re.compile(
    r"Permission to \S+ denied|returned error: 403|denied to deploy key|You are not allowed to push"
    r"|insufficient permission|Write access to repository not granted",
    re.IGNORECASE,
)
_NOBODY_KNOWN = re.compile(
    r"could not read (?:Username|Password)|terminal prompts disabled|Authentication failed|Permission denied \("
    r"|Host key verification failed|returned error: 401",
    re.IGNORECASE,
)
_TELLING = re.compile(r"(?:fatal|error|remote|ERROR|ssh|send-pack): ?\S|\S+: Permission denied")
_LEAD = re.compile(r"^(?:fatal|error|remote|ERROR): ?")
_ADVICE = re.compile(
    r"Could not read from remote repository|failed to push some refs|the remote end hung up"
    r"|^error: hook declined to update "
)
_TALKED = re.compile(r"^(?:fatal:|send-pack:|remote:|[ +*=!-]\t)|sideband|hung up|unexpected disconnect", re.MULTILINE)
_SIGNATURE = re.compile(rb"^-----BEGIN (?:PGP|SSH|SIGNED) (?:SIGNATURE|MESSAGE)-----$", re.MULTILINE)
_SIGNING = re.compile(r"gpg|sign|ssh-keygen", re.IGNORECASE)
_HOOK_SAYS_NO: Final = 1
"""How git ends where its own `pre-push` hook forbids the push, or the remote refuses the reference."""


def words_for_making(tag: str, commit: str) -> tuple[str, ...]:
    """The command that makes an annotated tag with the message on its standard input.

    A message makes it annotated. To say so with --annotate would overrule tag.forceSignAnnotated, which is one of the
    two ways in which git is configured to sign. Verbatim, because a line of notes that begins with # is no comment.
    """
    return ("git", "tag", "--cleanup=verbatim", "--file=-", tag, commit)


def words_for_pushing(remote: str, tag: str) -> tuple[str, ...]:
    """The command that pushes one tag and nothing else, whatever git is configured to push along.

    A host starts no run at all where more than three tags arrive in one push. One reference is atomic by itself.
    """
    return ("git", "push", "--no-follow-tags", "--recurse-submodules=no", remote, f"{TAGS}{tag}:{TAGS}{tag}")


def make_tag(git: Git, tag: str, commit: str, message: bytes) -> str:
    """Make an annotated tag, signed where git is configured so, and return the name of its object.

    Nothing is overwritten. Raises Conflict for a tag that is there, Refused where git cannot sign it, as for a commit
    that it cannot sign or does not know by whom it would be, and FactUnknown where it cannot make it.
    """
    words = words_for_making(tag, commit)
    try:
        completed = git(*words[1:], stdin=message)
    except ProcessFailed as failed:
        raise _not_made(tag, failed.completed) from failed
    made = git("rev-parse", "--verify", "--end-of-options", f"{TAGS}{tag}").text.strip()
    # Git 2.39 calls it a success where ssh finds no key, and makes a tag without a signature.
    if _signs_tags(git) and _SIGNATURE.search(git("cat-file", "tag", made).stdout) is None:
        take_back(git, tag, made)
        raise _not_signed(tag, completed)
    return made


def _signs_tags(git: Git) -> bool:
    """Whether git is configured to sign every annotated tag, in the one way or in the other."""
    asked = r"^tag\.(gpgsign|forcesignannotated)$"
    found = git("config", "--type=bool", "--get-regexp", asked, check=False).text
    return "true" in dict(line.split(" ", 1) for line in found.splitlines()).values()


def _not_made(tag: str, completed: Completed) -> TagshipError:
    said = completed.stderr.decode("utf-8", "replace")
    if "already exists" in said:
        return Conflict(f"a tag {tag} is here already", where=AtRef(tag), remedy=Run(("git", "show", tag)))
    if is_nameless(said):
        return Refused(f"{tag} was not made: {completed.complaint}", remedy=NAMELESS)
    if _SIGNING.search(said):
        return _not_signed(tag, completed)
    return FactUnknown(
        f"{tag} was not made: {completed.complaint}", remedy=Run(("git", "check-ref-format", f"{TAGS}{tag}"))
    )


def _not_signed(tag: str, completed: Completed) -> Refused:
    return Refused(
        f"{tag} was not made, since git could not sign it: {completed.complaint}",
        remedy=Edit(
            "let git sign without a terminal, by gpg-agent or ssh-agent (no question reaches you here), "
            "or switch it off: git config tag.gpgSign false"
        ),
    )


def take_back(git: Git, tag: str, made: str) -> bool:
    """Remove a local tag that is still the object that was made; whether it was. It is never asked of a remote."""
    return git("update-ref", "-d", f"{TAGS}{tag}", made, check=False).returncode == 0


def tag_on_remote(git: Git, remote: str, tag: str) -> Tag | None:
    """One tag as the remote has it now; None where it has none, FactUnknown where it gives no answer."""
    ref = f"{TAGS}{tag}"
    try:
        listed = git("ls-remote", "--end-of-options", remote, ref, f"{ref}^{{}}", timeout=NETWORK)
    except ProcessFailed as failed:
        raise FactUnknown(
            f"the remote {remote} gives no answer: {failed.completed.complaint}",
            remedy=Run(("git", "ls-remote", remote)),
        ) from failed
    # A pattern also matches at the end of a longer name.
    return advertised(listed.text).tags.get(tag)


def apart(git: Git, ours: str, theirs: str) -> tuple[int, int]:
    """How many commits each of two has that the other has not."""
    counts = git("rev-list", "--left-right", "--count", f"{ours}...{theirs}").text.split()
    return int(counts[0]), int(counts[1])


def push_tag(git: Git, remote: str, tag: str, on_line: OnLine) -> None:
    """Push one tag; `on_line` hears what hooks and the remote say, as they say it.

    Raises Refused where somebody who may decides against it, Conflict where the remote has another tag of that name,
    and Incomplete where the push did not come through and may be tried again.
    """
    command, *words = words_for_pushing(remote, tag)
    try:
        completed = run(
            [command, words[0], "--porcelain", *words[1:]],
            cwd=git.directory,
            env=git_environment(os.environ),
            timeout=TRANSFER,
            check=False,
            on_line=lambda line: None if _FOR_PROGRAMS.match(line) else on_line(without_credentials(line)),
        )
    except FactUnknown as overdue:
        raise Incomplete(f"{overdue.message}, and whether {tag} arrived is not known", remedy=_again(tag)) from overdue
    if completed.returncode != 0:
        raise _not_pushed(remote, tag, completed)


def _not_pushed(remote: str, tag: str, completed: Completed) -> TagshipError:
    said = without_credentials(completed.stdout.decode("utf-8", "replace"))
    status = _STATUS.search(said)
    if status is not None and status["kind"] == "rejected":
        return Conflict(
            f"{remote} has another {tag}, and a published tag stays as it is",
            where=AtRef(tag),
            remedy=Run(("git", "ls-remote", "--tags", remote, tag)),
        )
    if status is not None:
        told = [words for words in _REMOTE_SAYS.findall(said) if not _ADVICE.search(words)]
        words = _quoted(told) or status["reason"] or status["kind"]
        return Refused(f"{remote} refuses {tag}: {words}", where=AtRef(tag), remedy=_who_may(tag))
    if _NO_PERMISSION.search(said):
        return Refused(f"{remote} refuses {tag}: {_cause(said)}", where=AtRef(tag), remedy=_who_may(tag))
    if _NOBODY_KNOWN.search(said):
        return Incomplete(
            f"{remote} was not told who pushes {tag}: {_cause(said)}; git has no terminal here to ask for a password",
            remedy=Run(words_for_pushing(remote, tag)),
        )
    words = _words_of_the_hook(said)
    if completed.returncode == _HOOK_SAYS_NO and words is not None:
        return Refused(
            f"the pre-push hook does not let {tag} go: {words or 'it says nothing'}",
            where=AtRef(tag),
            remedy=Edit("mend what the hook says, then run the same command again"),
        )
    return Incomplete(f"{tag} did not reach {remote}: {_cause(said)}", remedy=_again(tag))


def _words_of_the_hook(said: str) -> str | None:
    """What a hook said that forbade the push; None where git had begun to talk to the remote, or broke off.

    Git adds one line of its own then, and tells of no reference.
    """
    lines = said.splitlines()
    if not any(line.startswith("error: failed to push some refs") for line in lines) or _TALKED.search(said):
        return None
    return _quoted(line for line in lines if not _ADVICE.search(line))


def _who_may(tag: str) -> Remedy:
    return Edit(
        f"let somebody push who may make tags such as {tag}, or change the rule that protects them; "
        "then run the same command again"
    )


def _again(tag: str) -> Run:
    return Run(("tagship", "tag", tag))


def _cause(said: str) -> str:
    """The lines that name a cause, without git's general advice at the end."""
    told = [_LEAD.sub("", line) for line in said.splitlines() if _TELLING.match(line) and not _ADVICE.search(line)]
    return _quoted(told) or _quoted(said.splitlines()[-1:]) or "no reason was told"


def _quoted(lines: Iterable[str]) -> str:
    """Lines of others as one, within bounds."""
    line = " ".join(" ".join(lines).split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…"
