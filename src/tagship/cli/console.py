"""Where output goes: one document on standard output, progress and errors on standard error, secrets in neither."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tagship.adapters.redact import SHORTEST_HIDDEN, Redactor
from tagship.domain.credential import Credential, Secret
from tagship.errors import Edit, Incomplete, TagshipError, UsageError
from tagship.reports import render

if TYPE_CHECKING:  # what --help and the short commands do without
    from tagship.domain.plan import Preview
    from tagship.reports.progress import Progress
    from tagship.reports.shown import Shown


TOKENS = (
    "TAGSHIP_TOKEN",
    # Of code hosts, and what a job proves its identity with.
    "GH_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN", "CI_JOB_TOKEN", "FORGEJO_TOKEN", "GITEA_TOKEN", "CODEBERG_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "PYPI_ID_TOKEN", "TESTPYPI_ID_TOKEN",
    # Of the same index, as other uploaders want it.
    "TWINE_PASSWORD", "UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD", "HATCH_INDEX_AUTH", "FLIT_PASSWORD",
)  # fmt: skip
"""The variables that hold what no output may repeat, whether the command at hand uses it or not: a server that was
given a token once may send it back much later, and a hook or a credential helper of git may say whatever it sees."""


class Unwritable(Incomplete):
    """Standard output does not take the result; the work itself is done, or told of on standard error."""


class Nowhere(io.StringIO):
    """What stands in for a stream that was closed before the command began, and takes everything silently."""


class Console:
    """The terminal, or what stands in its place, as the options and the environment want it used."""

    def __init__(
        self,
        *,
        form: str,
        color: bool,
        environ: Mapping[str, str],
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
    ) -> None:
        self.form = form
        self.color = color and not environ.get("NO_COLOR")
        self.environ = environ
        self._secrets: list[Secret | Credential] = [
            Secret(value, origin=name)
            for name in TOKENS
            if len(value := environ.get(name, "").strip()) >= SHORTEST_HIDDEN
        ]
        self._redactor = Redactor(self._secrets)
        self._progress: Progress | None = None
        self._stdout = stdout or sys.stdout
        self._stderr = stderr or sys.stderr

    @property
    def interactive(self) -> bool:
        """Whether a person sits there who can see a bar move and answer a question."""
        return self._stderr.isatty() and not self.environ.get("CI") and self.environ.get("TERM") != "dumb"

    def learn(self, secret: Secret | Credential) -> None:
        """Keep a secret out of everything that is written from now on."""
        self._secrets.append(secret)
        self._redactor = Redactor(self._secrets)

    def show(self, value: "Shown") -> None:
        """Write the result, in the form asked for, to standard output."""
        self._write(value, self._stdout, self.form)
        summary = self.environ.get("GITHUB_STEP_SUMMARY")
        if self.form == "github" and summary:
            self._append_summary(value, Path(summary))

    def _append_summary(self, value: "Shown", path: Path) -> None:
        """Append to the job's summary; what the runner does not let be written is no part of the result."""
        from tagship.reports.github import append_summary  # noqa: PLC0415 -- one form has a summary

        page = io.StringIO()
        render(self._redactor.cleaned(value), page, format="markdown")
        try:
            append_summary(self._redactor.redact(page.getvalue()), path)
        except OSError as refused:
            self.say(f"the job summary is left out: {path} cannot be written: {refused.strerror}")

    def show_beside(self, value: "Shown") -> None:
        """Write for a person, to standard error, what stands beside a result that is no document."""
        self._write(value, self._stderr, "terminal")

    @property
    def piped(self) -> bool:
        """Whether standard output goes into a pipe or a file, and is not shown to whoever looks on."""
        return not self._stdout.isatty()

    def hand_over(self, credential: Credential) -> None:
        """Write a credential, and nothing else, to standard output; nothing that is written later repeats it."""
        from tagship.adapters.token import hand_over  # noqa: PLC0415 -- one command does it

        self.learn(credential)
        if isinstance(self._stdout, Nowhere):
            raise Unwritable(
                "standard output is closed, and the token is written nowhere", remedy=Edit("pipe it into the store")
            )
        try:
            hand_over(credential, self._stdout)
        except BrokenPipeError:
            raise
        except OSError as refused:
            raise self._unwritable(refused) from refused

    def fail(self, error: TagshipError) -> None:
        """Write an error: a document in its turn for a machine, words on standard error for a person."""
        if self.form == "json":
            self.show(error)
        else:
            self._write(error, self._stderr, "github" if self.form == "github" else "terminal")

    def complain(self, error: TagshipError) -> None:
        """Write an error for a person, whatever the form, as far as standard error takes it."""
        with contextlib.suppress(Unwritable, BrokenPipeError):
            self._write(error, self._stderr, "terminal")

    def close(self) -> None:
        """Let go of a standard output that takes nothing, or Python would complain of it on its way out."""
        try:
            self._stdout.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stdout.fileno())

    def say(self, text: str) -> None:
        """Write a line for a person to standard error; a CI's runner takes no part of it for a command."""
        from tagship.reports.harmless import inert  # noqa: PLC0415 -- --help says nothing here

        told = "\n".join(map(inert, self._redactor.redact(text).split("\n")))
        self._stderr.write(told + "\n")
        self._stderr.flush()

    def _write(self, value: "Shown", stream: TextIO, form: str) -> None:
        """Render what was cleaned as if onto the stream, then let through only what holds no secret."""
        page = _Page(stream)
        render(self._redactor.cleaned(value), page, format=form, color=self.color)
        try:
            stream.write(self._redactor.redact(page.getvalue()))
            stream.flush()
        except BrokenPipeError:
            raise
        except OSError as refused:
            raise self._unwritable(refused) from refused

    @staticmethod
    def _unwritable(refused: OSError) -> Unwritable:
        return Unwritable(
            f"the result cannot be written: {refused.strerror}", remedy=Edit("make room, or send it elsewhere")
        )

    def note(self, text: str) -> None:
        """Write a line for a person to standard error, above what moves there if something does."""
        if self._progress is None:
            self.say(text)
        else:
            self._progress.note(text)

    def _redacted(self, text: str) -> str:
        """A text without any secret that is known by now."""
        return self._redactor.redact(text)

    @contextlib.contextmanager
    def progress(self) -> "Iterator[Progress]":
        """Who is told what a plan is doing; until it is over, notes go there."""
        from tagship.reports.progress import choose_progress  # noqa: PLC0415 -- loads rich, which few commands need

        interactive = self.interactive and self.form != "json"
        shown = choose_progress(self._stderr, color=self.color, interactive=interactive, redact=self._redacted)
        with shown as progress:
            self._progress = progress
            try:
                yield progress
            finally:
                self._progress = None

    def ask(self, question: str, *, showing: str | None = None) -> str | None:
        """What somebody at the terminal answers to what they are shown, without blanks; None where nobody is there."""
        if not (self.interactive and sys.stdin and sys.stdin.isatty()):
            return None
        if showing is not None:
            self.say(showing)
        self._stderr.write(question)
        self._stderr.flush()
        return sys.stdin.readline().strip()

    def ask_hidden(self, question: str) -> str | None:
        """What somebody at the terminal types in, which is not shown; None where nobody is there."""
        if not (self.interactive and sys.stdin and sys.stdin.isatty()):
            return None
        from getpass import getpass  # noqa: PLC0415 -- one command asks for a secret

        return getpass(question, self._stderr)

    def confirm(self, previews: Sequence["Preview"], *, yes: bool) -> bool:
        """Ask once before what cannot be taken back; raises UsageError where nobody is there to answer."""
        if yes:
            return True
        if not (self.interactive and sys.stdin and sys.stdin.isatty()):
            raise UsageError(
                "what cannot be taken back is asked for once, and nobody is here to answer",
                remedy=Edit("give --yes, or --plan to see what would be done"),
            )
        from tagship.domain.plan import Done  # noqa: PLC0415 -- few commands ask

        left = [each for each in previews if not isinstance(each.state, Done)]
        self._write(left, self._stderr, "terminal")
        self._stderr.write("Go on? [y/N] ")
        self._stderr.flush()
        return sys.stdin.readline().strip().lower() in {"y", "yes"}


class _Page(io.StringIO):
    """Text held back until it was redacted; says of itself what the stream behind it would say.

    But not its file number: whoever has that could write past the page.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def isatty(self) -> bool:
        return self._stream.isatty()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has an attribute, io itself a property
        return self._stream.encoding or "utf-8"


def process_environment() -> Mapping[str, str]:
    """The environment as it was when the command started."""
    return dict(os.environ)
