"""What a release looks like: its notes, its files, its proof, and where each version of a project stands."""

from collections.abc import Mapping

from tagship.domain.artifact import Manifest
from tagship.domain.overview import Overview, Status
from tagship.domain.receipt import Receipt
from tagship.errors import Run
from tagship.reports.page import Page
from tagship.reports.shown import Notes
from tagship.reports.standing import MILESTONES, milestones_row, milestones_sentence, overview_rows, proof_line
from tagship.reports.terminal.signs import section
from tagship.reports.verdicts import counted


def show(value: Receipt | Manifest | Overview | Status | Notes, page: Page) -> None:
    """A receipt, a manifest, a project and its versions, or the notes of one."""
    match value:
        case Receipt():
            _receipt(value, page)
        case Manifest():
            _manifest(value, page)
        case Overview():
            page.pairs(overview_rows(value))
        case Status():
            _status(value, page)
        case Notes():
            page.verbatim(value.section.body)


def _receipt(receipt: Receipt, page: Page) -> None:
    page.pairs(
        (
            ("release", f"{receipt.project} {receipt.version}"),
            ("tag", receipt.tag),
            ("commit", receipt.commit),
            ("index", receipt.index),
            *((("notes sha256", receipt.notes_sha256),) if receipt.notes_sha256 else ()),
            ("imported", ", ".join(receipt.proof.imported) or "nothing"),
        )
    )
    section("files", page)
    for file in receipt.proof.served:
        page.exact(file.filename, indent=2)
        page.exact(f"sha256 {file.sha256 or 'not told by the index'}", indent=4, style="dim")
    if receipt.stages:
        section("stages", page)
        page.pairs(((stage.name, f"{stage.outcome} in {stage.seconds:.1f} s") for stage in receipt.stages), indent=2)
    if receipt.waived:
        section("waived", page)
        page.pairs(sorted(receipt.waived.items()), indent=2)
    _toolchain(receipt.toolchain, page)
    page.blank()
    page.text(proof_line(receipt), style="bold green")


def _manifest(manifest: Manifest, page: Page) -> None:
    page.pairs(
        (
            ("release", f"{manifest.project} {manifest.version}"),
            ("tag", manifest.tag),
            ("commit", manifest.commit),
            ("source date epoch", str(manifest.source_date_epoch)),
            *((("wheels", "still to come"),) if manifest.unfinished else ()),
        )
    )
    section("files", page)
    for file in manifest.files:
        page.text(f"{file.filename} ({counted(file.size, 'byte')})", indent=2)
        page.exact(f"sha256 {file.sha256}", indent=4, style="dim")
    _toolchain(manifest.toolchain, page)


def _toolchain(tools: Mapping[str, str], page: Page) -> None:
    if tools:
        section("toolchain", page)
        page.pairs(sorted(tools.items()), indent=2)


def _status(status: Status, page: Page) -> None:
    page.text(f"{status.project} on {status.index}", style="bold")
    page.blank()
    if not status.versions:
        page.text("no version yet")
    elif not page.table(MILESTONES, [milestones_row(version) for version in status.versions]):
        for version in status.versions:
            page.entry(f"{version.version}  ", milestones_sentence(version))
    page.blank()
    if status.next is None:
        page.text(f"next: nothing; {status.next_because}")
        return
    page.text(f"next: {status.next_because}")
    if isinstance(status.next, Run):
        page.command(str(status.next))
    else:
        page.exact(str(status.next))
