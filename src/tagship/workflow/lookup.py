"""A property that is looked up once, whether the answer is a value or the reason why there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, overload

from tagship.domain.finding import NotApplicable
from tagship.errors import TagshipError

T = TypeVar("T")
W = TypeVar("W", bound="Answers")


class Answers(Protocol):
    """Who keeps what was found out, by the name of the fact."""

    answers: dict[str, object]


class fact(Generic[W, T]):  # noqa: N801 -- reads as a decorator
    """A property of someone with answers; what it raises as TagshipError or NotApplicable is raised again each time."""

    def __init__(self, look_up: Callable[[W], T]) -> None:
        self._look_up = look_up
        self.__doc__ = look_up.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, world: None, owner: type) -> "fact[W, T]": ...

    @overload
    def __get__(self, world: W, owner: type) -> T: ...

    def __get__(self, world: W | None, owner: type) -> "T | fact[W, T]":
        if world is None:
            return self
        try:
            answer = world.answers[self._name]
        except KeyError:
            answer = world.answers[self._name] = self._ask(world)
        if isinstance(answer, _NoAnswer):
            raise answer.reason
        return answer  # type: ignore[return-value]  # what _ask stored under this name

    def _ask(self, world: W) -> "T | _NoAnswer":
        try:
            return self._look_up(world)
        except (TagshipError, NotApplicable) as reason:
            return _NoAnswer(reason)


@dataclass(frozen=True, slots=True)
class _NoAnswer:
    """Why there is no answer; an answer may be an error as well, such as the refusal of an identity."""

    reason: TagshipError | NotApplicable
