"""The secrets of the repository and its environments on the stand-in host: sealed by who sends them, opened here."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.bodies import text
from tagship.rehearsal.host.call import Call, Route, answered, done, listed
from tagship.rehearsal.host.environments import Environments
from tagship.rehearsal.host.refusals import HostRefusal, found, not_supplied
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Response

if TYPE_CHECKING:
    from nacl.public import PrivateKey

LARGEST = 48 << 10
_NAME = re.compile(r"(?!GITHUB_)[A-Z_][A-Z0-9_]*")
_UNSEALED = HTTPStatus.UNPROCESSABLE_ENTITY, "Bad request - value is not encrypted with the public key"


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A secret, and its value as it was sealed."""

    name: str
    value: bytes = field(repr=False)
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Vault:
    """The secrets, by environment (or None for those of the repository) and name.

    `handed_down` are those that an organisation shares with the repository, by name alone. Each place has a key of its
    own, made when it is first asked for. Without PyNaCl nothing can be opened, and the host says so with 501, which
    GitHub never does.
    """

    repository: Repository
    environments: Environments
    held: dict[tuple[str | None, str], StoredSecret] = field(default_factory=dict)
    handed_down: list[str] = field(default_factory=list)
    _keys: dict[str | None, "PrivateKey"] = field(default_factory=dict)

    def value(self, name: str, *, environment: str | None = None) -> str:
        """What a secret holds, for tests alone: no request is ever told; raises KeyError."""
        return self.held[environment and environment.lower(), name.upper()].value.decode()

    def keep(self, name: str, value: str, *, environment: str | None = None) -> None:
        """Keep a secret as if its owner had typed it in; the environment appears where it is missing."""
        if environment is not None:
            self.environments.appear(environment)
        now = self.repository.clock()
        self.held[environment and environment.lower(), name] = StoredSecret(name, value.encode(), now, now)

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them: those of the repository and those of an environment need other permissions."""
        return (
            Route("GET", "actions/organization-secrets", "secrets:read", self._list_handed_down),
            *self._kept_here(),
        )

    def _kept_here(self) -> tuple[Route, ...]:
        return tuple(
            Route(method, f"{where}{path}", f"{permission}:{'read' if method == 'GET' else 'write'}", answer)
            for where, permission in (
                ("actions/secrets", "secrets"),
                ("environments/{environment}/secrets", "environments"),
            )
            for method, path, answer in (
                ("GET", "", self._list),
                ("GET", "/public-key", self._tell_key),
                ("GET", "/{name}", self._read),
                ("PUT", "/{name}", self._put),
                ("DELETE", "/{name}", self._delete),
            )
        )

    def _where(self, call: Call) -> str | None:
        name = call.names.get("environment")
        return None if name is None else self.environments.named(name).name.lower()

    def _list(self, call: Call) -> Response:
        where = self._where(call)
        shown = [_told(secret) for (place, _), secret in sorted(self.held.items(), key=_by_name) if place == where]
        return listed(call, shown, root=self.repository.root, under="secrets")

    def _list_handed_down(self, call: Call) -> Response:
        now = self.repository.clock()
        shown = [_told(StoredSecret(name, b"", now, now)) for name in sorted(self.handed_down)]
        return listed(call, shown, root=self.repository.root, under="secrets")

    def _read(self, call: Call) -> Response:
        return answered(_told(found(self.held.get((self._where(call), call.names["name"].upper())))))

    def _tell_key(self, call: Call) -> Response:
        key = self._key(self._where(call))
        return answered({"key": base64.b64encode(bytes(key.public_key)).decode(), "key_id": _name_of(key)})

    def _put(self, call: Call) -> Response:
        self.repository.check_open()
        where, name, body = self._where(call), call.names["name"].upper(), call.wishes()
        sealed, key_id = text(body, "encrypted_value"), text(body, "key_id")
        if not sealed or not key_id:
            raise not_supplied("key_id" if sealed else "encrypted_value")
        if not _NAME.fullmatch(name):
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Secret names can only contain alphanumeric characters")
        value = self._open(where, sealed, key_id)
        now, before = self.repository.clock(), self.held.get((where, name))
        created = now if before is None else before.created_at
        self.held[where, name] = StoredSecret(name, value, created, now)
        return answered({}, HTTPStatus.CREATED) if before is None else done()

    def _delete(self, call: Call) -> Response:
        self.repository.check_open()
        found(self.held.pop((self._where(call), call.names["name"].upper()), None))
        return done()

    def _key(self, where: str | None) -> "PrivateKey":
        try:
            from nacl.public import PrivateKey  # noqa: PLC0415 -- an extra: not everybody who rehearses keeps secrets
        except ImportError as error:
            message = "the stand-in host opens no sealed boxes without PyNaCl"
            raise HostRefusal(HTTPStatus.NOT_IMPLEMENTED, message) from error
        if where not in self._keys:
            self._keys[where] = PrivateKey.generate()
        return self._keys[where]

    def _open(self, where: str | None, sealed: str, key_id: str) -> bytes:
        """The value in a sealed box; raises HostRefusal for one that was sealed for somebody else."""
        key = self._key(where)  # without PyNaCl it ends here
        from nacl.exceptions import CryptoError  # noqa: PLC0415 -- as above
        from nacl.public import SealedBox  # noqa: PLC0415 -- as above

        try:
            value = SealedBox(key).decrypt(base64.b64decode(sealed, validate=True))
        except (CryptoError, ValueError, binascii.Error) as error:
            raise HostRefusal(*_UNSEALED) from error
        if key_id != _name_of(key):
            raise HostRefusal(*_UNSEALED)
        if len(value) > LARGEST:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Secret value is too large")
        return value


def _by_name(entry: tuple[tuple[str | None, str], StoredSecret]) -> str:
    return entry[1].name


def _name_of(key: "PrivateKey") -> str:
    """The number by which GitHub names a key, here taken from the key itself."""
    return str(int.from_bytes(bytes(key.public_key)[:8], "big"))


def _told(secret: StoredSecret) -> Mapping[str, object]:
    return {
        "created_at": shapes.told(secret.created_at),
        "name": secret.name,
        "updated_at": shapes.told(secret.updated_at),
    }
