"""The host's release: a draft before anything is proved, public once, with one receipt."""

from pathlib import Path

import pytest
from packaging.version import Version

from tagship.domain.facts import HostRelease
from tagship.domain.plan import Done, Stopped, Todo
from tagship.errors import FactUnknown
from tagship.workflow.files.receipts import receipt_path
from tagship.workflow.steps.release import RECEIPT_ASSET, DraftRelease, PublishRelease, asset_named
from workflow.steps.ports import MemoryHost


def draft(host: MemoryHost, version: str = "1") -> DraftRelease:
    return DraftRelease(host, tag="v1", version=lambda: Version(version), notes=lambda: "the notes")


def public(host: MemoryHost, dist: Path, *, awaited: tuple[str, ...] = ()) -> PublishRelease:
    receipt_path(dist).write_text("a receipt", encoding="utf-8")
    return PublishRelease(
        host, tag="v1", latest=lambda: True, assets=lambda: {RECEIPT_ASSET: receipt_path(dist)}, awaited=lambda: awaited
    )


@pytest.mark.parametrize(("version", "prerelease"), [("1", False), ("1rc1", True)])
def test_a_draft_is_made_with_the_notes(version: str, *, prerelease: bool) -> None:
    host = MemoryHost()
    step = draft(host, version)
    before = step.probe()
    step.apply()

    assert isinstance(before, Todo)
    assert step.probe() == Done("draft: https://h/draft")
    assert host.held is not None
    assert host.held.notes == "the notes"
    assert host.prerelease is prerelease
    assert "v1" in step.describe()


def test_a_release_that_somebody_made_is_left_alone() -> None:
    host = MemoryHost()
    host.held = HostRelease(1, "https://h/public", draft=False, notes="edited by hand")

    assert draft(host).probe() == Done("public: https://h/public")


def test_a_release_that_somebody_made_public_is_told_to_have_no_receipt(tmp_path: Path) -> None:
    host = MemoryHost()
    host.held = HostRelease(1, "https://h/public", draft=False, notes="", assets=("demo-1.0.tar.gz",))

    assert public(host, tmp_path / "dist").probe() == Done(
        "public: https://h/public, by somebody else: it has no receipt"
    )


def test_a_draft_becomes_public_with_its_receipt(tmp_path: Path) -> None:
    host = MemoryHost()
    step = public(host, tmp_path / "dist")
    nothing = step.probe()
    draft(host).apply()
    waiting = step.probe()
    step.apply()

    assert (nothing, waiting) == (Todo("there is no release yet"), Todo("the release is a draft"))
    assert step.probe() == Done("public: https://h/public")
    assert host.attached == {RECEIPT_ASSET: b"a receipt"}
    assert host.latest
    assert "v1" in step.describe()


def test_a_receipt_is_attached_once(tmp_path: Path) -> None:
    host = MemoryHost()
    host.held = HostRelease(1, "https://h/draft", draft=True, notes="", assets=(RECEIPT_ASSET,))
    public(host, tmp_path / "dist").apply()

    assert host.attached == {}
    assert not host.held.draft


def test_a_draft_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FactUnknown, match="gone") as caught:
        public(MemoryHost(), tmp_path / "dist").apply()

    assert caught.value.remedy is not None


def test_a_host_that_gives_no_answer_stops_both(tmp_path: Path) -> None:
    host = MemoryHost()
    host.error = FactUnknown("no answer")

    assert isinstance(draft(host).probe(), Stopped)
    assert isinstance(public(host, tmp_path / "dist").probe(), Stopped)


def test_a_release_of_several_packages_is_public_with_the_last_of_them(tmp_path: Path) -> None:
    host = MemoryHost()
    first = public(host, tmp_path / "dist", awaited=("tagship-receipt-other.json",))
    draft(host).apply()
    before = first.probe()
    first.apply()
    waiting = first.probe()

    assert before == Todo("the release is a draft")
    assert waiting == Done("a draft until tagship-receipt-other.json is there as well: https://h/draft")
    assert host.held is not None
    assert host.held.draft

    host.attach(host.held, "tagship-receipt-other.json", b"")

    assert first.probe() == Todo("the release is a draft")

    first.apply()

    assert first.probe() == Done("public: https://h/public")


@pytest.mark.parametrize(
    ("package", "name"), [(None, "tagship-receipt.json"), ("my-core", "tagship-receipt-my-core.json")]
)
def test_packages_of_one_release_have_files_of_their_own(package: str | None, name: str) -> None:
    assert asset_named(RECEIPT_ASSET, package) == name
