"""The pull requests of the stand-in code host, and the files at their tips."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http import HTTPStatus

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.call import Call, Route, answered, listed
from tagship.rehearsal.host.objects import NOWHERE, Objects
from tagship.rehearsal.host.refusals import HostRefusal, found
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Response


@dataclass(slots=True)
class StoredPull:
    """A pull request; `files` are those at its tip, by path. It is of a fork where `owner` is another one.

    Once it is merged, `introduced` are the commits of its base that the host says came from it.
    """

    number: int
    branch: str
    commit: str
    owner: str = ""
    base: str = "main"
    state: str = "open"
    files: Mapping[str, bytes] = field(default_factory=dict)
    title: str = ""
    author: str = ""
    merged_at: datetime | None = None
    merge_commit: str | None = None
    introduced: Sequence[str] = ()


@dataclass(slots=True)
class Pulls:
    """The pull requests, in the order in which they were made known."""

    repository: Repository
    objects: Objects
    held: list[StoredPull] = field(default_factory=list)

    def merged(self, pull: StoredPull, commit: str, introduced: Sequence[str], at: datetime) -> None:
        """Mark a pull request as merged, by which commit and with which new ones."""
        pull.state, pull.merged_at, pull.merge_commit, pull.introduced = "closed", at, commit, tuple(introduced)

    def of_commit(self, sha: str) -> Sequence[StoredPull]:
        """Those that brought a commit into their base; for a commit that is in no base yet, the open ones with it."""
        merged = [pull for pull in self.held if sha in pull.introduced]
        return merged or [pull for pull in self.held if pull.state == "open" and self._proposes(pull, sha)]

    def _proposes(self, pull: StoredPull, sha: str) -> bool:
        if pull.commit == sha or self.objects.directory is None:
            return pull.commit == sha
        objects = self.objects
        return objects.holds(pull.commit, sha) and not objects.holds(f"refs/heads/{pull.base}", sha)

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them."""
        return (
            Route("GET", "pulls", "pull_requests:read", self._list),
            Route("GET", "contents/{path+}", "contents:read", self._content),
            Route("GET", "commits/{sha}/pulls", "pull_requests:read", self._of_commit),
        )

    def _list(self, call: Call) -> Response:
        """The one that was made last first."""
        state, base, head = call.asked("state", "open"), call.asked("base"), call.asked("head")
        chosen = [
            pull
            for pull in sorted(self.held, key=lambda pull: pull.number, reverse=True)
            if state in {pull.state, "all"}
            and base in {"", pull.base}
            and head in {"", f"{self._owner(pull)}:{pull.branch}"}
        ]
        return listed(call, chosen, root=self.repository.root, shown=self._shown_with(cache(self._tip_of)))

    def _of_commit(self, call: Call) -> Response:
        sha = call.names["sha"]
        if self.objects.directory is not None and self.objects.resolve(sha) is None:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"No commit found for SHA: {sha}")
        shown = self._shown_with(cache(self._tip_of))
        return listed(call, self.of_commit(sha), root=self.repository.root, shown=shown)

    def _content(self, call: Call) -> Response:
        commit, path = call.asked("ref", self.repository.branch), call.names["path"]
        return answered(self._file(path, found(self._bytes(commit, path)), commit))

    def _bytes(self, commit: str, path: str) -> bytes | None:
        """A file at the tip of a pull request, or in git."""
        for pull in self.held:
            if pull.commit == commit and path in pull.files:
                return pull.files[path]
        sha = self.objects.resolve(commit)
        return None if sha is None else self.objects.blob(f"{sha}:{path}")

    def _file(self, path: str, content: bytes, commit: str) -> Mapping[str, object]:
        place = self.repository.place
        sha = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        links = {
            "git": f"{place.api}/git/blobs/{sha}",
            "html": f"{place.web}/blob/{commit}/{path}",
            "self": f"{place.api}/contents/{path}?ref={commit}",
        }
        return {
            "_links": links,
            "content": base64.encodebytes(content).decode(),
            "download_url": f"{place.web}/raw/{commit}/{path}",
            "encoding": "base64",
            "git_url": links["git"],
            "html_url": links["html"],
            "name": path.rpartition("/")[2],
            "path": path,
            "sha": sha,
            "size": len(content),
            "type": "file",
            "url": links["self"],
        }

    def _owner(self, pull: StoredPull) -> str:
        return pull.owner or self.repository.place.owner

    def _title(self, pull: StoredPull) -> str:
        return pull.title or pull.branch.replace("-", " ").capitalize()

    def _tip_of(self, base: str) -> str:
        return NOWHERE if self.objects.directory is None else self.objects.tip(f"refs/heads/{base}")

    def _shown_with(self, tip_of: Callable[[str], str]) -> Callable[[StoredPull], Mapping[str, object]]:
        """How each of many is shown in one answer, for which git is asked about every base once."""
        return lambda pull: self._shown(pull, tip_of(pull.base))

    def _shown(self, pull: StoredPull, base: str) -> Mapping[str, object]:
        people, place = self.repository.people, self.repository.place
        whole = shapes.repository(place, shapes.user(place, people.owner), number=self.repository.id)
        author, owner = pull.author or self._owner(pull), self._owner(pull)
        merged = None if pull.merged_at is None else shapes.told(pull.merged_at)
        return shapes.pull(
            place,
            pull.number,
            pull.commit,
            base=self._end(pull.base, place.owner, base, whole),
            closed_at=merged or (shapes.BEGINNING if pull.state == "closed" else None),
            merge_commit_sha=pull.merge_commit,
            merged_at=merged,
            state=pull.state,
            title=self._title(pull),
            user=shapes.user(place, people.of(author)),
            head=self._end(pull.branch, owner, pull.commit, whole),
        )

    def _end(self, branch: str, owner: str, sha: str, whole: Mapping[str, object]) -> Mapping[str, object]:
        """The branch that a pull request comes from, or goes into."""
        user = shapes.user(self.repository.place, self.repository.people.of(owner))
        return {"label": f"{owner}:{branch}", "ref": branch, "repo": whole, "sha": sha, "user": user}

    def as_issue(self, pull: StoredPull) -> Mapping[str, object]:
        """What of a pull request is told among the issues."""
        place, people = self.repository.place, self.repository.people
        author = pull.author or self._owner(pull)
        page = f"{place.web}/pull/{pull.number}"
        links = {"diff_url": f"{page}.diff", "html_url": page, "patch_url": f"{page}.patch"}
        return shapes.issue(
            place,
            pull.number,
            created_at=shapes.BEGINNING,
            html_url=page,
            pull_request={"url": f"{place.api}/pulls/{pull.number}", **links},
            state=pull.state,
            title=self._title(pull),
            updated_at=shapes.BEGINNING,
            user=shapes.user(place, people.of(author)),
        )
