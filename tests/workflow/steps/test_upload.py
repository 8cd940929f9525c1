"""What is missing goes up, wheels first; what is there with other bytes stops everything."""

from pathlib import Path

import pytest

from tagship.domain.artifact import Manifest
from tagship.domain.plan import Done, Stopped, Todo
from tagship.errors import Conflict, Edit, FactUnknown
from tagship.workflow.steps.upload import Upload
from workflow.steps.ports import CONTENT, MANIFEST, MemoryIndex, Purse, Told, put_down

WHEEL, SDIST = CONTENT


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    return put_down(tmp_path / "dist")


def step(index: MemoryIndex, dist: Path, manifest: Manifest | None = MANIFEST, told: Told | None = None) -> Upload:
    return Upload(lambda: index, Purse, lambda: manifest, dist=dist, index_name="an index", onlooker=told or Told())


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
