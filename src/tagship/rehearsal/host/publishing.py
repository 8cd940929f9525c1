"""What can be asked of the releases on the stand-in host, and sent to them."""

from dataclasses import dataclass
from http import HTTPStatus

from tagship.rehearsal.host.call import Call, Route, answered, done, listed
from tagship.rehearsal.host.refusals import invalid_request, not_found
from tagship.rehearsal.host.releases import Releases, Scribe, StoredRelease, wishes_in
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Response


@dataclass(slots=True)
class Publishing:
    """The releases, over HTTP."""

    repository: Repository
    releases: Releases

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them."""
        return (
            Route("GET", "releases", "contents:read", self._list),
            Route("POST", "releases", "contents:write", self._create),
            Route("GET", "releases/latest", "contents:read", self._latest),
            Route("GET", "releases/tags/{tag+}", "contents:read", self._by_tag),
            Route("GET", "releases/assets/{id}", "contents:read", self._asset),
            Route("DELETE", "releases/assets/{id}", "contents:write", self._detach),
            Route("GET", "releases/{id}", "contents:read", self._read),
            Route("PATCH", "releases/{id}", "contents:write", self._change),
            Route("DELETE", "releases/{id}", "contents:write", self._delete),
            Route("GET", "releases/{id}/assets", "contents:read", self._assets),
        )

    def uploads(self) -> tuple[Route, ...]:
        """What GitHub takes under another name than that of its interface."""
        return (Route("POST", "releases/{id}/assets", "contents:write", self._attach),)

    @property
    def _scribe(self) -> Scribe:
        return Scribe(self.repository.place, self.repository.people.owner, self.releases.immutable)

    def _sees_drafts(self, call: Call) -> bool:
        return call.caller.may("contents:write", private=self.repository.private)

    def _list(self, call: Call) -> Response:
        seen = (release for release in self.releases if self._sees_drafts(call) or not release.draft)
        return listed(call, [self._scribe.release(release) for release in seen], root=self.repository.root)

    def _latest(self, _: Call) -> Response:
        return answered(self._scribe.release(self.releases.latest()))

    def _by_tag(self, call: Call) -> Response:
        return answered(self._scribe.release(self.releases.by_tag(call.names["tag"])))

    def _seen(self, call: Call) -> StoredRelease:
        release = self.releases.get(call.names["id"])
        if release.draft and not self._sees_drafts(call):
            raise not_found()
        return release

    def _read(self, call: Call) -> Response:
        return answered(self._scribe.release(self._seen(call)))

    def _assets(self, call: Call) -> Response:
        release = self._seen(call)
        return listed(call, [self._scribe.asset(each, release) for each in release.assets], root=self.repository.root)

    def _asset(self, call: Call) -> Response:
        asset = self.releases.asset(call.names["id"])
        holder = next(release for release in self.releases if asset in release.assets)
        if holder.draft and not self._sees_drafts(call):
            raise not_found()
        if "application/octet-stream" in call.request.header("Accept"):
            return Response(HTTPStatus.OK, asset.content, {"Content-Type": asset.content_type})
        return answered(self._scribe.asset(asset, holder))

    def _create(self, call: Call) -> Response:
        self.repository.check_open()
        return answered(self._scribe.release(self.releases.create(wishes_in(call.wishes()))), HTTPStatus.CREATED)

    def _change(self, call: Call) -> Response:
        self.repository.check_open()
        release = self.releases.get(call.names["id"])
        return answered(self._scribe.release(self.releases.change(release, wishes_in(call.wishes()))))

    def _delete(self, call: Call) -> Response:
        self.repository.check_open()
        self.releases.delete(self.releases.get(call.names["id"]))
        return done()

    def _detach(self, call: Call) -> Response:
        self.repository.check_open()
        self.releases.detach(self.releases.asset(call.names["id"]))
        return done()

    def _attach(self, call: Call) -> Response:
        self.repository.check_open()
        release, kind = self.releases.get(call.names["id"]), call.request.header("Content-Type")
        if not kind:
            raise invalid_request("Content-Type")
        label = call.asked("label") or None
        asset = self.releases.attach(release, call.asked("name"), label, kind, call.content)
        return answered(self._scribe.asset(asset, release), HTTPStatus.CREATED)
