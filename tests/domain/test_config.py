from datetime import date

import pytest

from tagship.domain.config import Auth, Config, Waiver
from tagship.domain.endpoints import PYPI, TESTPYPI, Endpoints

PRIVATE = Endpoints("private", "https://index.example/simple/", "https://index.example/upload/")
UNTIL = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("config", "auth"),
    [
        (Config(), Auth.TRUSTED),
        (Config(index=TESTPYPI), Auth.TRUSTED),
        (Config(index=PRIVATE), Auth.TOKEN),
        (Config(auth=Auth.TOKEN), Auth.TOKEN),
        (Config(index=PRIVATE, auth=Auth.TRUSTED), Auth.TRUSTED),
    ],
)
def test_how_to_authenticate_where_the_project_says_nothing(config: Config, auth: Auth) -> None:
    assert config.authentication is auth


@pytest.mark.parametrize(
    ("today", "waived"),
    [(date(2026, 2, 28), True), (UNTIL, True), (date(2026, 3, 2), False), (date(2027, 1, 1), False)],
)
def test_a_waiver_ends_with_its_day(today: date, *, waived: bool) -> None:
    excused = Config(waive={"tag-exists": Waiver("the host is moving", UNTIL)}).excused(today)

    assert ("tag-exists" in excused) is waived


def test_every_excuse_carries_its_reason() -> None:
    config = Config(
        exempt={"commit-is-green": "there is no host", "tag-is-on-main": "by design"},
        waive={"tag-is-on-main": Waiver("until the move", UNTIL)},
    )

    excused = config.excused(UNTIL)

    assert set(excused) == {"commit-is-green", "tag-is-on-main"}
    assert "there is no host" in excused["commit-is-green"]
    assert "until the move" in excused["tag-is-on-main"]
    assert "2026-03-01" in excused["tag-is-on-main"]
    assert "by design" in config.excused(date(2026, 3, 2))["tag-is-on-main"]


@pytest.mark.parametrize(
    ("branch", "is_line"), [("release/1.2", True), ("stable", True), ("release", False), ("main", False)]
)
def test_lines_of_releases_are_named_or_meant_by_a_pattern(branch: str, *, is_line: bool) -> None:
    assert Config(release_lines=("release/*", "stable")).is_release_line(branch) is is_line


def test_nothing_is_excused_by_default_and_nobody_can_add_to_it() -> None:
    config = Config()

    assert config.excused(UNTIL) == {}
    assert config.index is PYPI
    with pytest.raises(TypeError, match="mappingproxy"):
        config.exempt["tag-exists"] = "no reason"  # type: ignore[index]  # that it cannot be done is the point
