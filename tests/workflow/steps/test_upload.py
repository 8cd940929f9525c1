"""What is missing goes up, wheels first; what is there with other bytes stops everything."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tagship.domain.artifact import Manifest
from tagship.domain.endpoints import TWO_WEEKS
from tagship.domain.plan import Done, Stopped, Todo
from tagship.errors import Conflict, CredentialHalt, Edit, FactUnknown, Incomplete, Refused, TagshipError
from tagship.workflow.steps.upload import Upload
from workflow.steps.ports import CONTENT, MANIFEST, MemoryIndex, Purse, Told, put_down

WHEEL, SDIST = CONTENT


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    return put_down(tmp_path / "dist")


def step(
    index: MemoryIndex,
    dist: Path,
    manifest: Manifest | None = MANIFEST,
    told: Told | None = None,
    *,
    takes_files_for: timedelta | None = None,
) -> Upload:
    return Upload(
        lambda: index,
        Purse,
        lambda: manifest,
        dist=dist,
        index_name="an index",
        onlooker=told or Told(),
        takes_files_for=takes_files_for,
    )


def test_everything_goes_up_wheels_first(dist: Path) -> None:
    index, told = MemoryIndex(warnings=("be careful",)), Told()
    upload = step(index, dist, told=told)
    before = upload.probe()
    upload.apply()

    assert before == Todo(f"{WHEEL}, {SDIST}")
    assert index.sent == [WHEEL, SDIST]
    assert upload.probe() == Done("an index has 2 files")
    assert told.transfers == [WHEEL, SDIST]
    assert told.notes == [f"an index says of {name}: be careful" for name in (WHEEL, SDIST)]
    assert "an index" in upload.describe()


def test_what_is_there_is_not_sent(dist: Path) -> None:
    index = MemoryIndex({WHEEL: CONTENT[WHEEL]})
    upload = step(index, dist)
    upload.apply()

    assert index.sent == [SDIST]


def test_one_file_is_told_as_one(dist: Path) -> None:
    one = Manifest("a", "1", "v1", "c" * 40, 0, {}, MANIFEST.files[:1])

    assert step(MemoryIndex({WHEEL: CONTENT[WHEEL]}), dist, one).probe() == Done("an index has 1 file")


def test_what_was_taken_and_is_not_listed_yet_is_not_sent_twice(dist: Path) -> None:
    index = MemoryIndex(hidden=set(CONTENT))
    upload = step(index, dist)
    upload.apply()
    upload.apply()

    assert isinstance(upload.probe(), Done)
    assert index.sent == [WHEEL, SDIST]


@pytest.mark.parametrize("taken", [WHEEL, SDIST])
def test_other_bytes_stop_it_before_anything_is_sent(dist: Path, taken: str) -> None:
    index = MemoryIndex({taken: b"other"})
    upload = step(index, dist)
    state = upload.probe()
    with pytest.raises(Conflict, match=taken):
        upload.apply()

    assert isinstance(state, Stopped)
    assert isinstance(state.error, Conflict)
    assert index.sent == []


def test_a_file_of_the_version_that_is_not_ours_stops_it_before_anything_is_sent(dist: Path) -> None:
    """An installer may prefer it to every file of ours."""
    index = MemoryIndex({WHEEL: CONTENT[WHEEL], "a-1-cp313-cp313-win32.whl": b"by hand", "a-0-py3-none-any.whl": b""})
    upload = step(index, dist)
    state = upload.probe()
    with pytest.raises(Conflict, match=r"a-1-cp313-cp313-win32\.whl") as caught:
        upload.apply()

    assert isinstance(state, Stopped)
    assert isinstance(caught.value.remedy, Edit)
    assert index.sent == []


def test_bytes_that_nobody_can_compare_stop_it(dist: Path) -> None:
    state = step(MemoryIndex({WHEEL: CONTENT[WHEEL]}, digests=lambda _: None), dist).probe()

    assert isinstance(state, Stopped)
    assert "does not tell its sha256" in state.error.message


def test_an_index_that_gives_no_answer_stops_it(dist: Path) -> None:
    state = step(MemoryIndex(error=FactUnknown("no answer")), dist).probe()

    assert isinstance(state, Stopped)
    assert isinstance(state.error, FactUnknown)


def test_before_anything_is_built_there_is_nothing_to_send(dist: Path) -> None:
    index = MemoryIndex()
    upload = step(index, dist, None)

    assert upload.probe() == Todo()
    with pytest.raises(FactUnknown):
        upload.apply()

    assert index.sent == []


@pytest.mark.parametrize("kind", [Incomplete, CredentialHalt, Refused])
def test_who_stops_half_way_is_told_how_much_is_up_and_until_when(dist: Path, kind: type[TagshipError]) -> None:
    index = MemoryIndex(refuses={SDIST: kind("the sdist is not taken", remedy=Edit("wait"))})
    until = (datetime.now(UTC) + TWO_WEEKS).date()
    with pytest.raises(kind) as caught:
        step(index, dist, takes_files_for=TWO_WEEKS).apply()

    assert index.refuses[SDIST].message == str(index.refuses[SDIST]) == "the sdist is not taken"
    assert caught.value.remedy == index.refuses[SDIST].remedy == Edit("wait")
    assert caught.value.__cause__ is index.refuses[SDIST]
    told = f"the sdist is not taken; 1 of 2 files are up; the index takes more until {until} (14 days left)"
    assert caught.value.message == str(caught.value) == told
    assert index.sent == [WHEEL]


def test_where_no_rule_is_known_no_day_is_named(dist: Path) -> None:
    with pytest.raises(Incomplete) as caught:
        step(MemoryIndex(refuses={SDIST: Incomplete("not now")}), dist).apply()

    assert caught.value.message == "not now; 1 of 2 files are up"


def test_who_stops_before_the_first_file_is_told_of_none(dist: Path) -> None:
    with pytest.raises(Incomplete) as caught:
        step(MemoryIndex(refuses={WHEEL: Incomplete("not now")}), dist, takes_files_for=TWO_WEEKS).apply()

    assert caught.value.message == "not now"


def test_a_release_that_is_up_in_part_is_previewed_with_its_last_day(dist: Path) -> None:
    there_for_three_days = datetime.now(UTC) - timedelta(days=3)
    index = MemoryIndex({WHEEL: CONTENT[WHEEL]}, uploaded_at=there_for_three_days)
    until = (there_for_three_days + TWO_WEEKS).date()

    state = step(index, dist, takes_files_for=TWO_WEEKS).probe()

    assert state == Todo(f"{SDIST}; 1 of 2 files are up; the index takes more until {until} (11 days left)")


def test_a_release_that_gets_no_more_files_is_found_before_anything_is_sent(dist: Path) -> None:
    index = MemoryIndex({WHEEL: CONTENT[WHEEL]}, uploaded_at=datetime.now(UTC) - TWO_WEEKS - timedelta(hours=1))
    upload = step(index, dist, takes_files_for=TWO_WEEKS)
    state = upload.probe()
    with pytest.raises(Conflict, match="takes none now"):
        upload.apply()

    assert isinstance(state, Stopped)
    assert isinstance(state.error, Conflict)
    assert index.sent == []


def test_a_whole_release_may_be_as_old_as_it_likes(dist: Path) -> None:
    index = MemoryIndex(dict(CONTENT), uploaded_at=datetime.now(UTC) - 100 * TWO_WEEKS)

    assert step(index, dist, takes_files_for=TWO_WEEKS).probe() == Done("an index has 2 files")
