"""Sending one file, at most five times, and never again what the index already has.

An answer can get lost after the file has landed, so before each further try the index is asked. What it
serves is compared by digest: the same bytes are success, others a conflict.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tagship.adapters.http import HttpClient, Response, Unreachable, delay, host_of
from tagship.adapters.index.answers import NEW_VERSION, error_for, refusal_in
from tagship.adapters.index.form import Form, fill_form
from tagship.adapters.quoting import is_web_page, one_line, quote_from, words_in
from tagship.adapters.redact import Redactor
from tagship.domain.artifact import Artifact, IndexPage
from tagship.domain.credential import Credential
from tagship.domain.endpoints import Endpoints
from tagship.domain.facts import Progress, UploadAnswer
from tagship.errors import ConfigError, Conflict, Edit, FactUnknown, Incomplete

TRIES = 5

_TAKEN = frozenset({200, 201})
_REDIRECT = range(300, 400)
_REFUSED = range(400, 600)
_CLASH = 409
_MOST_WARNINGS = 50


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends files to one index; `pause` takes seconds.

    `page` reads a project's page with patience, `glance` asks for it once.
    """

    index: Endpoints
    http: HttpClient
    page: Callable[[str], IndexPage]
    glance: Callable[[str], IndexPage]
    pause: Callable[[float], None]
    base_delay: float

    def send(self, path: Path, artifact: Artifact, credential: Credential, progress: Progress) -> UploadAnswer:
        """Send one file; returns once the index has taken it or turns out to have it already."""
        form = fill_form(path, artifact)
        redactor = Redactor([credential])
        attempt = 0
        while True:
            attempt += 1
            answer, lost = self._try(form, credential, progress)
            if answer is not None and not _worth_another_try(answer):
                return self._judge(answer, artifact, redactor)
            if attempt < TRIES:
                self.pause(delay(attempt, self.base_delay, answer))
            if self._has_landed(artifact):
                return UploadAnswer()
            if attempt == TRIES:
                raise self._gave_up(artifact, answer, lost, redactor)

    def _try(
        self, form: Form, credential: Credential, progress: Progress
    ) -> tuple[Response | None, Unreachable | None]:
        """The answer, or why there is none."""
        headers = {"Accept": "application/json", "Content-Type": form.content_type}
        try:
            answer = self.http.request(
                "POST", self.index.upload, headers=headers, body=form.body(progress), auth=credential
            )
        except Unreachable as error:
            if not error.passing:
                raise
            return None, error
        return answer, None

    def _judge(self, answer: Response, artifact: Artifact, redactor: Redactor) -> UploadAnswer:
        if answer.status in _TAKEN:
            return self._accepted(answer, artifact, redactor)
        if answer.status in _REDIRECT:
            raise self._moved(answer, redactor)
        if answer.status not in _REFUSED:
            raise FactUnknown(
                f"{self.index.name} answered the upload of {artifact.filename} with status {answer.status}, "
                "which says neither yes nor no",
                remedy=Edit("check the upload address of the index"),
            )
        if _means_taken(answer):
            return self._settle(artifact, quote_from(answer, redactor))
        raise error_for(self.index, artifact.filename, answer, redactor)

    def _accepted(self, answer: Response, artifact: Artifact, redactor: Redactor) -> UploadAnswer:
        if is_web_page(answer):
            # A login page, or the index's own front page for a request that it did not understand.
            raise FactUnknown(
                f"{host_of(answer.url)} answered the upload of {artifact.filename} with a web page "
                f"({quote_from(answer, redactor)})",
                remedy=Edit("check the upload address, and that no login page stands before the index"),
            )
        if answer.content_type == "application/json":
            return UploadAnswer()
        lines = (one_line(line, redactor) for line in answer.text.splitlines()[:_MOST_WARNINGS])
        return UploadAnswer(tuple(line for line in lines if line))

    def _moved(self, answer: Response, redactor: Redactor) -> ConfigError:
        wanted = one_line(answer.headers.get("location", ""), redactor) or f"{self.index.upload.rstrip('/')}/"
        return ConfigError(
            f"{self.index.upload} is not where {self.index.name} takes uploads: it redirects to {wanted}, "
            "and a credential follows no redirect",
            remedy=Edit(f"write {wanted} as the upload address of the index, if that is where it should go"),
        )

    def _settle(self, artifact: Artifact, told: str) -> UploadAnswer:
        """The index says that it has a file of this name: whose bytes are they?"""
        try:
            served_ours = self._serves_ours(artifact, self.page)
        except FactUnknown as error:
            raise self._conflict(artifact, None, f"{told}; {error.message}") from error
        if not served_ours:
            raise self._conflict(artifact, None, told)
        return UploadAnswer()

    def _has_landed(self, artifact: Artifact) -> bool:
        """Whether the index serves our bytes by now; raises Conflict where it serves others."""
        try:
            return self._serves_ours(artifact, self.glance)
        except FactUnknown:
            return False  # and the same bytes are sent again, which changes nothing where they are already

    def _serves_ours(self, artifact: Artifact, look: Callable[[str], IndexPage]) -> bool:
        name, _ = artifact.identity
        served = next((file for file in look(name).files if file.filename == artifact.filename), None)
        if served is None:
            return False
        if served.sha256 != artifact.sha256:
            raise self._conflict(artifact, served.sha256)
        return True

    def _conflict(self, artifact: Artifact, theirs: str | None, told: str = "") -> Conflict:
        quoted = f" ({told})" if told else ""
        claim = "and does not tell its content" if theirs is None else "with other content than ours"
        return Conflict(
            f"{self.index.name} already has {artifact.filename}, {claim}: "
            f"sha256 {theirs or 'unknown'} there, {artifact.sha256} here{quoted}",
            remedy=Edit(NEW_VERSION),
        )

    def _gave_up(
        self, artifact: Artifact, answer: Response | None, lost: Unreachable | None, redactor: Redactor
    ) -> Incomplete:
        told = "" if lost is None else lost.message
        if answer is not None:
            told = quote_from(answer, redactor)
        return Incomplete(
            f"{artifact.filename} did not get through to {self.index.name} in {TRIES} tries: {told}",
            remedy=Edit("run the same command again later: what is there already is not sent twice"),
        )


def _worth_another_try(answer: Response) -> bool:
    """Whether a transient answer may change soon; a refusal with a known reason does not."""
    return answer.transient and refusal_in(answer) is None


def _means_taken(answer: Response) -> bool:
    """Whether a refusal says that the name is in use; some servers say it of identical bytes too."""
    if "already exist" in words_in(answer).casefold():
        return True
    return answer.status == _CLASH and refusal_in(answer) is None
