"""Guards main on a git server that is nothing but git: what it refuses, what it merges, and what it writes down.

Copied into a bare repository by `tagship guard --install --server PATH`, and run there on its own by any Python from
3.9: nothing of tagship is imported. As `pre-receive` it refuses what would go past it: pushes straight to main or to a
line of release, forced or not, their deletion, tags off them, moved and deleted tags. As `proc-receive` it takes pushes
to `refs/for/main`, merges them, and moves main itself; lines likewise. Whatever it could not decide, it refuses.

Every decision, which is refused, allowed, merged or failed, is a line of the journal, JSON, with the SHA-256 of the one
before; each merge commit holds that sum as well, so that what was rewritten does not fit what others have cloned.
"""

import fcntl
import hashlib
import json
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO, NamedTuple, Optional

JOURNAL = "tagship/journal.jsonl"
"""Where the journal is, in the repository."""
FIRST = "0" * 64
"""What the first line holds in place of the sum of a line before it."""
TRAILER = "Journal"
FOR = "refs/for/"
HEADS = "refs/heads/"
TAGS = "refs/tags/"
USERS = ("REMOTE_USER", "GL_USERNAME", "GL_USER", "GL_ID", "SSH_USER")
"""Where servers say who it is that they let in; else it is the account that this runs under."""
PREPARED = "release-*[0-9].[0-9]*.[0-9]*"
"""What `tagship prepare` calls a branch, which no pattern makes a line of release."""
SHARED = {
    **dict.fromkeys(("group", "true", "1"), 0o002),
    **dict.fromkeys(("all", "world", "everybody", "2"), 0o000),
}
"""Under which mask files are made, by what `core.sharedRepository` says."""
SECONDS = 300
CONFLICTS = 1
LONGEST = 2000
"""Characters of a reason; a packet of git holds 65,516 bytes."""


class Refusal(Exception):
    """Why something is not done, for whoever pushed."""


class Command(NamedTuple):
    """What somebody wants a reference to point at instead."""

    before: str
    after: str
    ref: str


def is_nothing(name: str) -> bool:
    """Whether a name stands for no object, in either hash function."""
    return not name.strip("0")


def is_in_the_way(ref: str, other: str) -> bool:
    """Whether git holds only one of two references: one would be a folder of the other."""
    return ref.startswith(f"{other}/") or other.startswith(f"{ref}/")


def is_line(name: str, line: str) -> bool:
    """Whether a branch is named, or of a pattern: its stars end at a slash, and one that takes all takes none."""
    if name == line or not line.strip("*?/") or fnmatchcase(name, PREPARED):
        return name == line
    parts, patterns = name.split("/"), line.split("/")
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))


def ask(*words: str, stdin: bytes = b"", variables: Optional[dict] = None) -> "subprocess.CompletedProcess[bytes]":  # type: ignore[type-arg]  # noqa: UP045 -- also runs on Python 3.9
    """Run git in this repository, without what would show it another history than everybody else has."""
    environ = {**os.environ, "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C.UTF-8", **(variables or {})}
    line = ["git", *words]  # the git that received the push
    return subprocess.run(line, input=stdin, capture_output=True, env=environ, timeout=SECONDS, check=False)


def git(*words: str, stdin: bytes = b"", variables: Optional[dict] = None) -> str:  # type: ignore[type-arg]  # noqa: UP045 -- as above
    """What git says; raises Refusal where it says no."""
    done = ask(*words, stdin=stdin, variables=variables)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise Refusal(f"git {words[0]} failed: {said or done.returncode}")
    return text_of(done)


def text_of(done: "subprocess.CompletedProcess[bytes]") -> str:
    """What git said, without the last line end; nothing where it said no."""
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def holds(*words: str) -> bool:
    """Whether git says yes."""
    return ask(*words).returncode == 0


def setting(name: str, otherwise: str = "") -> str:
    """A setting of this repository, not of whoever's account it is; no push can change one."""
    return text_of(ask("config", "--local", "--get", name)) or otherwise


def who() -> str:
    """Who pushes, as far as the server says."""
    named = next((os.environ[name] for name in USERS if os.environ.get(name)), None)
    return named or os.environ.get("LOGNAME") or pwd.getpwuid(os.getuid()).pw_name


class Journal:
    """The lines that are only ever added to, under a lock that also keeps two merges apart."""

    def __init__(self) -> None:
        self.path = Path(git("rev-parse", "--git-common-dir")) / JOURNAL
        self.previous, self.number = FIRST, 0

    @contextmanager
    def held(self) -> "Iterator[Journal]":
        """Within, nobody else adds to it, and `previous` is the sum of its last line."""
        # Where several accounts push to one repository, each must be able to add to what another one began.
        shared = SHARED.get(setting("core.sharedRepository"))
        if shared is not None:
            os.umask(shared)
        self.path.parent.mkdir(exist_ok=True)
        with self.path.with_suffix(".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._find_end()
            yield self

    def _find_end(self) -> None:
        self.previous, self.number = FIRST, 0
        written = self.path.read_bytes() if self.path.exists() else b""
        if not written:
            return
        last = written[:-1].rpartition(b"\n")[2]
        if not written.endswith(b"\n"):
            raise Refusal(f"the last line of the journal {self.path} is not whole")
        self.previous, self.number = hashlib.sha256(last).hexdigest(), int(json.loads(last)["number"])

    def add(self, command: Command, verdict: str, **more: str) -> None:
        """Add a line, and have it on the disk before anything else is done."""
        self.number += 1
        line = json.dumps(
            {
                "number": self.number,
                "previous": self.previous,
                "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),  # noqa: UP017 -- also on Python 3.9
                "who": who(),
                **command._asdict(),
                "verdict": verdict,
                **more,
            },
            ensure_ascii=True,
        ).encode()
        with self.path.open("ab", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            try:
                is_whole = file.write(line + b"\n") > len(line)
                os.fsync(file.fileno())
            except OSError:
                is_whole = False
            if not is_whole:
                # Half a line would stop every push from now on, also once there is room again.
                file.truncate(end)
                raise Refusal(f"the journal {self.path} cannot be written to, and nothing moves that is not in it")
        self.previous = hashlib.sha256(line).hexdigest()


class Guard:
    """What is allowed here; `main` is a full name."""

    def __init__(self) -> None:
        name = setting("tagship.main")
        if not name:
            raise Refusal("which branch is main is not written in tagship.main; install the guard again")
        if os.environ.get("GIT_NAMESPACE"):
            several = "this server serves one repository as several (GIT_NAMESPACE)"
            raise Refusal(f"{several}, and only a whole one is guarded")
        self.name, self.main = name, HEADS + name
        told = text_of(ask("config", "--local", "--get-all", "tagship.line"))
        self.lines = [line for line in told.splitlines() if line]
        self.ignores_case = setting("core.ignoreCase") == "true"
        self.folded = str.casefold if self.ignores_case else str

    def check(self, command: Command, commands: Sequence[Command]) -> None:
        """Raise Refusal for what is not allowed."""
        ref = self.meant(command.ref)
        if ref.startswith(TAGS):
            self.check_tag(command, commands)
        elif is_in_the_way(ref, self.main) and not is_nothing(command.after):
            raise Refusal(f"{ref[len(HEADS) :]} and {self.name} cannot both be branches: name it otherwise")
        elif self.is_guarded(ref):
            self.check_branch(ref, command)
        elif ref.startswith(FOR) and not self.is_guarded(HEADS + ref[len(FOR) :]):
            raise Refusal(f"only {FOR}{self.name} is merged here, and what is for a line of release")

    def is_guarded(self, ref: str) -> bool:
        """Whether it is main or a line of release, which are moved by merges alone."""
        name = self.folded(ref[len(HEADS) :])
        return ref == self.main or (
            ref.startswith(HEADS) and any(is_line(name, self.folded(line)) for line in self.lines)
        )

    def is_there(self, ref: str) -> bool:
        """Whether there is such a branch, or one that the disk takes for the same."""
        found = git("for-each-ref", "--format=%(refname)", HEADS if self.ignores_case else ref).splitlines()
        return self.folded(ref) in map(self.folded, found)

    def meant(self, ref: str) -> str:
        """The reference that another one stands for: a symbolic one, or one that the disk takes for the same."""
        found = text_of(ask("symbolic-ref", "--quiet", ref)) or ref
        if self.ignores_case:
            spelled = (each for each in (self.main, TAGS, HEADS) if found.casefold().startswith(each.casefold()))
            found = next((each + found[len(each) :] for each in spelled), found)
        return found

    def check_branch(self, ref: str, command: Command) -> None:
        """Main, or a line of release, begins once and is moved by merges alone."""
        name = ref[len(HEADS) :]
        if is_nothing(command.after):
            raise Refusal(f"{name} is not deleted")
        if command.ref == ref and not self.is_there(ref):
            return
        advice = f"git push origin HEAD:{FOR}{name} has it merged"
        if not holds("merge-base", "--is-ancestor", ref, command.after):
            raise Refusal(f"{name} is not forced: it would lose commits; {advice}")
        raise Refusal(f"nothing is pushed straight to {name}; {advice}")

    def check_tag(self, command: Command, commands: Sequence[Command]) -> None:
        """A tag stays where it is once it is here, and it is on main or on a line of release."""
        name = command.ref[len(TAGS) :]
        if is_nothing(command.after):
            raise Refusal(f"the tag {name} is not deleted: what was published from it names it")
        if not is_nothing(command.before) or holds("show-ref", "--verify", "--quiet", command.ref):
            raise Refusal(f"the tag {name} is not moved: use the next version")
        commit = text_of(ask("rev-parse", "--verify", "--quiet", f"{command.after}^{{commit}}"))
        if not commit:
            raise Refusal(f"the tag {name} leads to no commit")
        # As patterns each stands for itself alone; as plain names they would stand for all branches below them too.
        lines = [f"refs/[h]eads/{line}" for line in (self.name, *self.lines)]
        listed = git("for-each-ref", "--count=1", "--format=found", f"--contains={commit}", *lines)
        begun = (each.after for each in commands if self.is_guarded(each.ref) and not self.is_there(each.ref))
        if not listed and not any(holds("merge-base", "--is-ancestor", commit, tip) for tip in begun):
            raise Refusal(f"the tag {name} is on a commit that is neither on {self.name} nor on a line of release")

    def merge(self, command: Command, journal: Journal, *, is_atomic: bool) -> Command:
        """Merge what was pushed, and let main, or the line it is for, point at the merge; raises Refusal."""
        target = self.meant(HEADS + command.ref[len(FOR) :])
        name = target[len(HEADS) :]
        if is_atomic:
            raise Refusal("what is merged cannot be taken back where the rest of an atomic push fails: push it alone")
        if is_nothing(command.after):
            raise Refusal("there is nothing to merge")
        if not self.is_there(target):
            raise Refusal(f"there is no {name} yet: push it once, git push origin HEAD:{name}")
        before = git("rev-parse", "--verify", f"{target}^{{commit}}")
        head = git("rev-parse", "--verify", f"{command.after}^{{commit}}")
        if holds("merge-base", "--is-ancestor", head, before):
            raise Refusal(f"{name} has {head[:12]} already")
        made = self.merge_commit(name, before, head, journal.previous)
        moved = Command(before, made, target)
        # Written first: nothing moves that is not written down, and what is written down and did not move harms nobody.
        journal.add(moved, "merged", head=head)
        try:
            git("update-ref", "-m", f"tagship: merge {head[:12]}", target, made, before)
        except Refusal as refused:
            journal.add(moved, "failed", reason=str(refused))
            raise
        return moved

    def merge_commit(self, name: str, before: str, head: str, previous: str) -> str:
        """A commit that merges both, of the branch of that name; raises Refusal where they contradict each other."""
        if not holds("merge-base", before, head):
            raise Refusal(f"{head[:12]} and {name} have no history in common")
        tried = ask("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", before, head)
        tree, *paths = tried.stdout.decode("utf-8", "backslashreplace").rstrip("\0").split("\0")
        if tried.returncode == CONFLICTS and tree:
            told = ", ".join(dict.fromkeys(path for path in paths if path))
            raise Refusal(f"it conflicts with {name} in {told}: merge {name} into it first")
        if tried.returncode != 0:
            raise Refusal(f"git merge-tree failed: {tried.stderr.decode('utf-8', 'replace').strip()}")
        subject = git("log", "-1", "--format=%s", "--no-show-signature", "--encoding=UTF-8", head)
        message = f"Merge {head[:12]}: {subject}\n\nPushed-By: {' '.join(who().split())}\n{TRAILER}: {previous}\n"
        whose = {"NAME": setting("tagship.name", "tagship guard"), "EMAIL": setting("tagship.email", "guard@localhost")}
        variables = {f"GIT_{role}_{what}": whose[what] for role in ("AUTHOR", "COMMITTER") for what in whose}
        stdin = message.encode("utf-8", "surrogateescape")
        return git("commit-tree", tree, "-p", before, "-p", head, stdin=stdin, variables=variables)


def pre_receive(program: Path) -> int:
    """Judge every reference of a push; one that is refused has them all refused."""
    said = sys.stdin.buffer.read()
    kept = program.with_name("pre-receive.before-tagship")
    if os.access(kept, os.X_OK):
        code = subprocess.run([str(kept)], input=said, check=False).returncode
        if code != 0:
            return code
    lines = said.decode("utf-8", "surrogateescape").split("\n")
    commands = [Command(*line.split(" ", 2)) for line in lines if line]
    guard, refused = Guard(), {}
    for command in commands:
        try:
            guard.check(command, commands)
        except Refusal as refusal:
            refused[command] = str(refusal)
            tell(str(refusal))
    with Journal().held() as journal:
        for command in commands:
            if command in refused:
                journal.add(command, "refused", reason=refused[command])
            elif not refused and not command.ref.startswith(FOR):
                journal.add(command, "allowed")  # and git may refuse it all the same
    return 1 if refused else 0


def proc_receive() -> int:
    """Merge what was pushed for main, in the words in which git talks to such a hook."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    version, _, abilities = next(packets(source), b"").partition(b"\0")
    if version.strip() != b"version=1":
        raise Refusal("this git speaks to hooks in another way than is known")
    for _ in packets(source):
        pass
    sink.write(packet(b"version=1\0") + b"0000")
    sink.flush()
    commands = [
        Command(*line.decode("utf-8", "surrogateescape").rstrip("\n").split(" ", 2)) for line in packets(source)
    ]
    for command in commands:
        for line in answer(command, is_atomic=b"atomic" in abilities.split()):
            sink.write(packet(line.encode("utf-8", "surrogateescape")))
    sink.write(b"0000")
    sink.flush()
    return 0


def answer(command: Command, *, is_atomic: bool) -> "Iterator[str]":
    """What becomes of one command, in lines for git, which moves the other references of the push only after this."""
    try:
        with Journal().held() as journal:
            try:
                moved = Guard().merge(command, journal, is_atomic=is_atomic)
            except Refusal as refusal:
                journal.add(command, "refused", reason=str(refusal))
                raise
            told = journal.previous
    except Exception as refusal:  # noqa: BLE001 -- whatever it was, it is not merged
        yield f"ng {command.ref} {shown(str(refusal)) or type(refusal).__name__}"
        return
    tell(
        f"merged {command.after[:12]} into {moved.ref[len(HEADS) :]} as {moved.after}; the journal is at sha256:{told}"
    )
    yield f"ok {command.ref}"
    yield f"option refname {moved.ref}"
    yield f"option old-oid {moved.before}"
    yield f"option new-oid {moved.after}"


def packets(source: BinaryIO) -> "Iterator[bytes]":
    """The packets up to the next flush."""
    while size := int(source.read(4) or b"0", 16):
        yield source.read(size - 4)


def packet(content: bytes) -> bytes:
    """A packet with a length before it."""
    return b"%04x" % (len(content) + 4) + content


def shown(text: str) -> str:
    """A text as one line that fits into a packet, and in which nothing moves the cursor of a terminal."""
    line = " ".join(text.split())
    line = line if len(line) <= LONGEST else f"{line[:LONGEST]}..."
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in line)


def tell(text: str) -> None:
    """Say something to whoever pushed."""
    sys.stderr.write(f"tagship: {shown(text)}\n")
    sys.stderr.flush()


def main(words: Sequence[str]) -> int:
    """Run as one of the hooks; whatever goes wrong refuses."""
    try:
        return pre_receive(Path(words[0])) if words[1] == "pre-receive" else proc_receive()
    except Exception as failure:  # noqa: BLE001 -- a guard that fails lets nobody past
        tell(f"this push is refused, since the guard could not decide: {str(failure) or type(failure).__name__}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
