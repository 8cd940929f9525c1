"""How the stand-in host says no."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class HostRefusal(Exception):
    """An answer that is not yes; `details` are the entries of the host's `errors`."""

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        *details: Mapping[str, str] | str,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details
        self.headers = headers


def not_found() -> HostRefusal:
    """What is not there, or not for who asks: the host does not say which."""
    return HostRefusal(HTTPStatus.NOT_FOUND, "Not Found")


def found(thing: T | None) -> T:
    """The thing; raises HostRefusal where there is none."""
    if thing is None:
        raise not_found()
    return thing


def invalid_request(key: str) -> HostRefusal:
    """A value of the wrong kind."""
    return HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"Invalid request.\n\nFor '{key}', the value has a wrong type.")


def validation_failed(resource: str, place: str, code: str) -> HostRefusal:
    """The host's answer to a request that is well formed and cannot be granted."""
    return HostRefusal(
        HTTPStatus.UNPROCESSABLE_ENTITY, "Validation Failed", {"resource": resource, "code": code, "field": place}
    )


def unacceptable(*complaints: str) -> HostRefusal:
    """As `validation_failed`, of the newer parts of the interface, whose `errors` are sentences."""
    return HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Validation Failed", *complaints)


def not_supplied(key: str) -> HostRefusal:
    """A member that the body of a request must have and has not."""
    return HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, f'Invalid request.\n\n"{key}" wasn\'t supplied.')
