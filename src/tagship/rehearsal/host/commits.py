"""The commits, tags and comparisons that the stand-in host tells of its git repository."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.call import Call, Route, answered, listed
from tagship.rehearsal.host.objects import Commit, Objects
from tagship.rehearsal.host.refusals import HostRefusal, found, not_found
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Response

_SHA_ONLY = "application/vnd.github.sha"
_STATUSES = {"A": "added", "D": "removed", "M": "modified", "T": "changed"}


@dataclass(slots=True)
class Commits:
    """What git knows, in the host's words; a host without a git repository knows no commit."""

    repository: Repository
    objects: Objects

    def at(self, name: str) -> Mapping[str, object] | None:
        """A commit by its hash or a reference to it."""
        if self.objects.directory is None:
            return None
        commit = self.objects.commit(name)
        return None if commit is None else self._shown(commit)

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them."""
        return (
            Route("GET", "commits", "contents:read", self._list),
            Route("GET", "commits/{ref}", "contents:read", self._read),
            Route("GET", "compare/{range+}", "contents:read", self._compare),
            Route("GET", "git/ref/{ref+}", "contents:read", self._reference),
            Route("GET", "git/matching-refs/{ref+}", "contents:read", self._references),
            Route("GET", "git/tags/{sha}", "contents:read", self._tag),
            Route("GET", "tags", "contents:read", self._tags),
        )

    def _list(self, call: Call) -> Response:
        start = found(self.objects.resolve(call.asked("sha", self.repository.branch)))
        shown = [self._shown(each) for each in self.objects.commits(start)]
        return listed(call, shown, root=self.repository.root)

    def _read(self, call: Call) -> Response:
        name = call.names["ref"]
        commit = self.at(name)
        if commit is None:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"No commit found for SHA: {name}")
        if _SHA_ONLY in call.request.header("Accept"):
            return Response(HTTPStatus.OK, str(commit["sha"]).encode(), {"Content-Type": f"{_SHA_ONLY}; charset=utf-8"})
        return answered(commit)

    def _compare(self, call: Call) -> Response:
        before, dots, after = call.names["range"].partition("...")
        first, last = self.objects.commit(before), self.objects.commit(after)
        if not dots or first is None or last is None:
            raise not_found()
        base = self.objects.commit(self.objects.git("merge-base", first.sha, last.sha, check=False) or "-")
        if base is None:
            raise HostRefusal(not_found().status, f"No common ancestor between {before} and {after}.")
        ahead = self.objects.commits(f"{first.sha}..{last.sha}")
        behind = self.objects.between(last.sha, first.sha)
        states = {
            (False, False): "identical",
            (True, False): "ahead",
            (False, True): "behind",
            (True, True): "diverged",
        }
        page, size = max(1, call.number("page", 1)), max(1, call.number("per_page", 250))
        place = self.repository.place
        url = f"{place.web}/compare/{before}...{after}"
        return answered(
            {
                "ahead_by": len(ahead),
                "base_commit": self._shown(first),
                "behind_by": len(behind),
                "commits": [self._shown(each) for each in reversed(ahead)][(page - 1) * size : page * size],
                "diff_url": f"{url}.diff",
                "files": self._files(base, last) if page == 1 else [],
                "html_url": url,
                "merge_base_commit": self._shown(base),
                "patch_url": f"{url}.patch",
                "permalink_url": url,
                "status": states[bool(ahead), bool(behind)],
                "total_commits": len(ahead),
                "url": f"{place.api}/compare/{before}...{after}",
            }
        )

    def _files(self, before: Commit, after: Commit) -> list[Mapping[str, object]]:
        told = self.objects.git("diff-tree", "-r", "-z", "--no-renames", before.sha, after.sha).split("\0")
        place = self.repository.place
        return [
            {
                **dict.fromkeys(("additions", "changes", "deletions"), 0),
                "blob_url": f"{place.web}/blob/{after.sha}/{path}",
                "contents_url": f"{place.api}/contents/{path}?ref={after.sha}",
                "filename": path,
                "raw_url": f"{place.web}/raw/{after.sha}/{path}",
                "sha": change.split(" ")[3],
                "status": _STATUSES.get(change[-1], "changed"),
            }
            for change, path in zip(told[::2], told[1::2], strict=False)
        ]

    def _reference(self, call: Call) -> Response:
        name = f"refs/{call.names['ref']}"
        rows = [row for row in self._rows(name) if row[0] == name]
        if not rows:
            raise not_found()
        return answered(shapes.reference(self.repository.place, *rows[0][:3]))

    def _references(self, call: Call) -> Response:
        name = f"refs/{call.names['ref']}"
        shown = [
            shapes.reference(self.repository.place, *row[:3])
            for row in self._rows("refs/heads", "refs/tags")
            if row[0].startswith(name)
        ]
        return listed(call, shown, root=self.repository.root)

    def _tag(self, call: Call) -> Response:
        for name, kind, sha, commit in self._rows("refs/tags"):
            if kind == "tag" and sha == call.names["sha"]:
                message = self.objects.git("for-each-ref", "--format=%(contents)", name)
                short = name.removeprefix("refs/tags/")
                return answered(shapes.tag_object(self.repository.place, sha, short, commit, message))
        raise not_found()

    def _tags(self, call: Call) -> Response:
        shown = [
            shapes.tag_entry(self.repository.place, name.removeprefix("refs/tags/"), commit)
            for name, _, _, commit in reversed(self._rows("refs/tags"))
        ]
        return listed(call, shown, root=self.repository.root)

    def _rows(self, *prefixes: str) -> list[tuple[str, str, str, str]]:
        if self.objects.directory is None:
            return []
        return [row for prefix in prefixes for row in self.objects.references(prefix)]

    def _shown(self, commit: Commit) -> Mapping[str, object]:
        author, committer = (
            {"date": shapes.told(each.at), "email": each.email, "name": each.name}
            for each in (commit.author, commit.committer)
        )
        return shapes.commit(
            self.repository.place,
            commit.sha,
            tree=commit.tree,
            parents=commit.parents,
            author=author,
            committer=committer,
            message=commit.message,
        )
