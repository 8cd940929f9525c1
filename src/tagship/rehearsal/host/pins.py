"""The tags of other repositories on the stand-in host: what an action that is pinned by its commit is resolved by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.call import Call, Route, answered, listed
from tagship.rehearsal.host.people import Person
from tagship.rehearsal.host.refusals import HostRefusal, found, not_found
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.host.shapes import Place
from tagship.rehearsal.wire import Response


@dataclass(frozen=True, slots=True)
class OtherTag:
    """A tag of another repository: the commit it means, and the hash of its own where it is annotated."""

    commit: str
    object: str | None = None


@dataclass(slots=True)
class Others:
    """The tags by repository (`owner/name`), the newest last; a plain hash stands for a tag that is not annotated."""

    repository: Repository
    tags: dict[str, Mapping[str, OtherTag | str]] = field(default_factory=dict)

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them: they are public, and nothing is needed to read them."""
        base = "repos/{owner}/{repo}"
        return (
            Route("GET", f"{base}/git/ref/tags/{{tag+}}", "", self._reference),
            Route("GET", f"{base}/git/matching-refs/tags/{{tag+}}", "", self._references),
            Route("GET", f"{base}/git/tags/{{sha}}", "", self._tag),
            Route("GET", f"{base}/tags", "", self._tags),
            Route("GET", f"{base}/commits/{{ref}}", "", self._commit),
            Route("GET", f"{base}/releases/latest", "", self._latest),
            Route("GET", base, "", self._described),
        )

    def _place(self, call: Call) -> Place:
        return Place(self.repository.root, f"{call.names['owner']}/{call.names['repo']}")

    def _known(self, call: Call) -> Iterator[tuple[str, OtherTag]]:
        tags = found(self.tags.get(self._place(call).full_name))
        for name, tag in tags.items():
            yield name, OtherTag(tag) if isinstance(tag, str) else tag

    def _reference(self, call: Call) -> Response:
        tag = found(dict(self._known(call)).get(call.names["tag"]))
        return answered(_reference(self._place(call), call.names["tag"], tag))

    def _references(self, call: Call) -> Response:
        place = self._place(call)
        shown = [_reference(place, name, tag) for name, tag in self._known(call) if name.startswith(call.names["tag"])]
        return listed(call, shown, root=self.repository.root)

    def _tag(self, call: Call) -> Response:
        for name, tag in self._known(call):
            if tag.object == call.names["sha"]:
                return answered(shapes.tag_object(self._place(call), tag.object, name, tag.commit))
        raise not_found()

    def _tags(self, call: Call) -> Response:
        place = self._place(call)
        shown = [shapes.tag_entry(place, name, tag.commit) for name, tag in self._known(call)][::-1]
        return listed(call, shown, root=self.repository.root)

    def _commit(self, call: Call) -> Response:
        ref, known = call.names["ref"], dict(self._known(call))
        sha = known[ref].commit if ref in known else ref
        if sha not in {tag.commit for tag in known.values()}:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"No commit found for SHA: {ref}")
        who = {"date": shapes.BEGINNING, "email": "maintainer@example.org", "name": "A Maintainer"}
        place = self._place(call)
        return answered(shapes.commit(place, sha, tree=sha, parents=(), author=who, committer=who, message="A release"))

    def _latest(self, call: Call) -> Response:
        names = [name for name, _ in self._known(call)]
        if not names:
            raise not_found()
        place = self._place(call)
        url = f"{place.api}/releases/1"
        return answered(
            {
                "assets": [],
                "assets_url": f"{url}/assets",
                "author": shapes.user(place, _owner(place)),
                "body": "",
                "created_at": shapes.BEGINNING,
                "draft": False,
                "html_url": f"{place.web}/releases/tag/{names[-1]}",
                "id": 1,
                "name": names[-1],
                "node_id": "RE_1",
                "prerelease": False,
                "published_at": shapes.BEGINNING,
                "tag_name": names[-1],
                "tarball_url": f"{place.api}/tarball/{names[-1]}",
                "target_commitish": "main",
                "upload_url": f"{url}/assets{{?name,label}}",
                "url": url,
                "zipball_url": f"{place.api}/zipball/{names[-1]}",
            }
        )

    def _described(self, call: Call) -> Response:
        found(self.tags.get(self._place(call).full_name))
        place = self._place(call)
        return answered(shapes.repository(place, shapes.user(place, _owner(place)), number=2))


def _owner(place: Place) -> Person:
    """Who has another repository: an organisation, as most that publish actions are."""
    return Person(2**31, place.owner, "Organization", "read")


def _reference(place: Place, name: str, tag: OtherTag) -> Mapping[str, object]:
    kind, sha = ("commit", tag.commit) if tag.object is None else ("tag", tag.object)
    return shapes.reference(place, f"refs/tags/{name}", kind, sha)
