# ruff: noqa: FBT003 -- answers of yes and no in rows of a table
"""Values to show: rich ones, the smallest ones, hostile ones, and strategies that make any of them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import ClassVar

from hypothesis import strategies as st
from packaging.version import Version

from tagship.domain.artifact import Artifact, Manifest, ServedFile
from tagship.domain.changelog import Format, Section
from tagship.domain.finding import Finding, Outcome, Report, Severity, Verdict
from tagship.domain.overview import Milestones, Overview, Stage, Status
from tagship.domain.plan import Done, Effect, Preview, StageResult, Stopped, Todo
from tagship.domain.project import VersionSource
from tagship.domain.receipt import Proof, Receipt
from tagship.domain.trial import Trial, Trials
from tagship.errors import (
    AtRef,
    AtUrl,
    BuildFailed,
    ConfigError,
    Conflict,
    CredentialHalt,
    Edit,
    FactUnknown,
    InCommit,
    Incomplete,
    InFile,
    Interrupted,
    Run,
    TagshipError,
    UsageError,
    Visit,
)
from tagship.reports.shown import Notes, Shown

COMMIT = "5f0c3f1e9a7b4d2c8e6f0a1b2c3d4e5f60718293"
DIGESTS = ("1f" * 32, "e0" * 32)
HOSTILE = (
    "first\nsecond\r\nthird\rfourth",
    "::error::owned",
    "\n::set-output name=a::b\n##[error]old",
    "%0A::warning::x",
    "</testsuite><testcase/>",
    "]]>",
    "a | b | c",
    "`code` ``` fence ```` more",
    "[bold]markup[/bold] [link=https://example.org]x[/link]",
    "[text](https://example.org) ![image](x) www.example.org https://example.org @someone #1",
    "<script>alert(1)</script></details>&amp;",
    "\x1b[2J\x1b]0;title\x07\x9b31m",
    "\u202eright to left\u2066\u2069\u200f\ufeff\u2028\u0085",
    "lone \ud800 surrogate \udcff",
    "{0} {name} {{",
    "- list\n1. number\n# heading\n> quote\n---\n    code",
    "\ufffe\uffff\x00\x01\x7f",
    "x" * 100_000,
    "word " * 20_000,
    "",
)


@dataclass(frozen=True)
class ExampleCheck:
    """A check's words."""

    id: ClassVar[str] = "tag-is-on-main"
    title: ClassVar[str] = "the tagged commit is on main"
    why: ClassVar[str] = "A release that main does not contain cannot be built upon."
    fix: ClassVar[str] = "Merge the commit, then tag the merge."
    severity: ClassVar[Severity] = Severity.ERROR
    needs: ClassVar[frozenset[str]] = frozenset({"network", "host"})


def verdict(
    name: str,
    outcome: Outcome = Outcome.PASSED,
    severity: Severity = Severity.ERROR,
    *,
    reason: str | None = None,
    findings: tuple[Finding, ...] = (),
) -> Verdict:
    return Verdict(
        id=name,
        title=name.replace("-", " "),
        severity=severity,
        outcome=outcome,
        why=f"Without it, {name} would surprise the users.",
        fix=f"Make it so that {name.replace('-', ' ')}.",
        reason=reason,
        findings=findings,
    )


def report(*verdicts: Verdict) -> Report:
    return Report("gate", "sample", "1.2.0", "v1.2.0", COMMIT, verdicts, 0.3141)


def hostile_report(text: str) -> Report:
    """A report in which everything that can be a text is this one, except ids."""
    places = (InFile(text, 1, 2), AtRef(text), InCommit(text, text, 3), AtUrl(text), None)
    remedies = (Run((text, text)), Edit(text), Visit(text), None)
    findings = tuple(Finding(text, where, remedy) for where in places for remedy in remedies)
    verdicts = tuple(
        Verdict(f"check-{number}", text, severity, outcome, text, text, text, findings if number % 2 else ())
        for number, (severity, outcome) in enumerate((s, o) for s in Severity for o in Outcome)
    )
    return Report("gate", text, text, text, text, verdicts, 1.0)


RICH_REPORT = report(
    verdict("tag-is-annotated"),
    verdict("version-matches-tag"),
    verdict(
        "changelog-has-content",
        Outcome.FAILED,
        Severity.WARNING,
        findings=(
            Finding(
                "the section of 1.2.0 says nothing but TODO",
                InFile("CHANGELOG.md", 12, 3),
                Edit("write what changes for the users"),
            ),
        ),
    ),
    verdict(
        "tag-is-on-main",
        Outcome.FAILED,
        findings=(
            Finding(
                "commit 5f0c3f1e9a7b is on the branch topic/faster-parser only and not on main, which is where the"
                " tags of this project stand",
                AtRef("v1.2.0"),
                Run(("git", "push", "origin", "topic/faster parser:main")),
            ),
        ),
    ),
    verdict(
        "secrets-are-absent",
        Outcome.FAILED,
        findings=(
            Finding("a token stands in the history", InCommit(COMMIT, "deploy.sh", 7)),
            Finding("a token stands in a file", InFile("deploy.sh", 9), Visit("https://example.org/tokens")),
        ),
    ),
    verdict("main-is-protected", Outcome.FAILED, Severity.NOTE, findings=(Finding("main takes direct pushes"),)),
    verdict("api-break-has-bump", Outcome.SKIPPED, reason="waived until 2031-01-01: the old interface had no users"),
    verdict("version-is-free", Outcome.UNKNOWN, reason="the index did not answer within 10 s"),
    verdict("commit-is-green", Outcome.UNKNOWN, Severity.WARNING, reason="no permission to read checks"),
)
READY_REPORT = report(verdict("tag-is-annotated"), verdict("tag-is-on-main"))
OPEN_REPORT = report(verdict("tag-is-annotated"), verdict("version-is-free", Outcome.UNKNOWN, reason="offline"))
EMPTY_REPORT = Report("check", None, None, None, None, (), 0.0)

CONFLICT = Conflict(
    "the index serves sample-1.2.0.tar.gz with other bytes than ours",
    where=AtUrl("https://example.org/simple/sample/"),
    remedy=Run(("tagship", "prepare", "patch")),
)
RICH_PLAN = (
    Preview("gate", "prove that v1.2.0 may ship", Effect.NONE, Done("14 checks passed")),
    Preview("build", "build the sdist, and the wheel from it", Effect.LOCAL, Todo("dist/ is empty")),
    Preview("upload", "upload what the index does not have", Effect.FOREVER, Todo()),
    Preview("publish release", "make the release on the host public", Effect.FOREVER, Stopped(CONFLICT)),
)
RICH_RECEIPT = Receipt(
    project="sample",
    version="1.2.0",
    tag="v1.2.0",
    commit=COMMIT,
    index="pypi",
    proof=Proof(
        served=(
            ServedFile(
                "sample-1.2.0-py3-none-any.whl",
                "https://example.org/files/sample-1.2.0-py3-none-any.whl",
                DIGESTS[0],
                4711,
                datetime(2031, 2, 3, 4, 5, 6, 789, tzinfo=UTC),
            ),
            ServedFile("sample-1.2.0.tar.gz", "https://example.org/files/sample-1.2.0.tar.gz", DIGESTS[1]),
        ),
        installed="1.2.0",
        imported=("sample", "sample_plugins"),
        python="3.11.7",
    ),
    notes_sha256="ab" * 32,
    toolchain=MappingProxyType({"hatchling": "1.27.0", "build": "1.3.0"}),
    waived=MappingProxyType({"api-break-has-bump": "waived until 2031-01-01: the old interface had no users"}),
    stages=(StageResult("gate", "done", 0.3141, "14 checks passed"), StageResult("build", "done", 12.04)),
)
SMALL_RECEIPT = Receipt("s", "1", "1", COMMIT, "x", Proof((), "1", (), "3.11.7"), None, {}, {}, ())
RICH_OVERVIEW = Overview(
    name="sample",
    version="1.2.0",
    version_source=VersionSource("toml", "pyproject.toml", 3),
    dynamic=False,
    backend="hatchling.build",
    changelog_path="CHANGELOG.md",
    changelog_format="markdown",
    tag_format="v{version}",
    branch="main",
    release_lines=("release/*", "1.x"),
    host=None,
    index="pypi",
    unknown=(("host", "the remote is not a code host that we know"), ("index", "offline")),
)
SMALL_OVERVIEW = Overview(None, None, None, True, None, None, None, "{version}", None, (), None, "x")
RICH_STATUS = Status(
    project="sample",
    index="pypi",
    versions=(
        Milestones("1.3.0", Stage.UNTAGGED, None, None, None, None, True, (), None, False, "none"),
        Milestones("1.2.0", Stage.PARTIAL, "v1.2.0", COMMIT, True, True, True, ("a", "b"), False, False, "draft"),
        Milestones("1.1.0", Stage.PUBLISHED, "v1.1.0", COMMIT, True, True, False, ("a",), True, True, "public"),
        Milestones("1.0.0", Stage.UNKNOWN, "v1.0.0", COMMIT, None, False, None, ("a",), None, False, None),
    ),
    next=Run(("tagship", "ship", "v1.2.0")),
    next_because="1.2.0 is on the index in part; shipping again adds what is missing",
)
SMALL_STATUS = Status("sample", "pypi", (), None, "everything is published")
RICH_MANIFEST = Manifest(
    "sample",
    "1.2.0",
    "v1.2.0",
    COMMIT,
    1_900_000_000,
    {"hatchling": "1.27.0"},
    (Artifact("sample-1.2.0.tar.gz", 4711, DIGESTS[0]), Artifact("sample-1.2.0-py3-none-any.whl", 1, DIGESTS[1])),
)
SMALL_MANIFEST = Manifest("s", "1", "1", COMMIT, 0, {}, ())
UNFINISHED_MANIFEST = replace(RICH_MANIFEST, files=RICH_MANIFEST.files[:1], unfinished=True)
RICH_TRIALS = Trials(
    "sample",
    "v1.2.0",
    (
        Trial(
            "upload-dies-after-wheel",
            "every upload after the first breaks off",
            "upload",
            5,
            5,
            "sample-1.2.0.tar.gz did not get through to stand-in in 5 tries: 127.0.0.1:4711: the connection or the "
            "answer broke off; 1 of 2 files are up; the index takes more until 2031-02-17 (14 days left)",
            True,
            14,
            1.25,
        ),
        Trial("lost-response", "the answer is lost", None, 0, 0, "nothing was sent twice", None, None, 0.75),
        Trial(
            "killed-while-uploading",
            "the process is killed",
            "upload",
            137,
            137,
            "killed",
            False,
            0,
            2,
            ("the second run ended with 1: no",),
        ),
    ),
    ("tag-is-annotated", "changelog-has-version"),
)
SMALL_TRIALS = Trials("s", "1", ())
RICH_NOTES = Notes(
    Section(
        "1.2.0 (2031-02-03)", Version("1.2.0"), "CHANGELOG.md", 12, "### Added\n\n- [links](x) and `code`\n  | bars"
    ),
    "v1.2.0",
    Format.MARKDOWN,
)
SMALL_NOTES = Notes(Section("Unreleased", None, "NEWS.rst", 1, ""), "", Format.RST)
ERRORS: tuple[TagshipError, ...] = (
    UsageError("there is no tag v9"),
    ConfigError("unknown key brunch", where=InFile("pyproject.toml", 7, 1), remedy=Edit("call it branch")),
    FactUnknown("the index did not answer", remedy=Visit("https://example.org/status")),
    CredentialHalt("no token", remedy=Run(("tagship", "credential", "--store"))),
    Incomplete("one of two files is uploaded", where=InCommit(COMMIT)),
    CONFLICT,
    BuildFailed("the backend stopped:\nline one\nline two"),
    Interrupted("stopped by the user", where=AtRef("v1.2.0")),
)
VALUES: tuple[Shown, ...] = (
    RICH_REPORT,
    READY_REPORT,
    OPEN_REPORT,
    EMPTY_REPORT,
    RICH_PLAN,
    (),
    RICH_RECEIPT,
    SMALL_RECEIPT,
    RICH_OVERVIEW,
    SMALL_OVERVIEW,
    RICH_STATUS,
    SMALL_STATUS,
    RICH_MANIFEST,
    SMALL_MANIFEST,
    UNFINISHED_MANIFEST,
    RICH_TRIALS,
    SMALL_TRIALS,
    RICH_NOTES,
    SMALL_NOTES,
    *ERRORS,
    ExampleCheck(),
)


def hostile_values(text: str) -> tuple[Shown, ...]:
    """A value of every kind in which every text is this one."""
    source = VersionSource(text, text, 1)
    milestones = Milestones(text, Stage.TAGGED, text, text, None, None, None, (text,), None, False, "none")
    served = (ServedFile(text, text, DIGESTS[0]),)
    error = Conflict(text, where=InFile(text), remedy=Run((text,)))
    return (
        hostile_report(text),
        (
            Preview(text, text, Effect.FOREVER, Todo(text)),
            Preview(text, text, Effect.NONE, Done(text)),
            Preview(text, text, Effect.SHARED, Stopped(error)),
        ),
        Receipt(
            text, text, text, text, text, Proof(served, text, (text,), text), None, {text: text}, {text: text},
            (StageResult(text, text, 1.0, text),),
        ),
        Overview(
            text, text, source, True, text, text, text, text, text, (text,), text, text, (("host", text), (text, text))
        ),
        Status(text, text, (milestones,), Visit(text), text),
        Manifest(text, text, text, text, 0, {text: text}, (Artifact(text, 1, DIGESTS[0]),)),
        Trials(text, text, (Trial(text, text, text, 5, 5, text, False, 0, 1.0, (text,)),), (text,)),
        Notes(Section(text, None, text, 1, text), text, Format.RST),
        error,
    )  # fmt: skip


# Any character at all, also those that no encoding can hold.
texts = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(HOSTILE[:-3])
names = st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8}){0,3}", fullmatch=True)
lines_from_one = st.integers(1, 10_000)
places = (
    st.builds(InFile, texts, st.none() | lines_from_one, st.none() | lines_from_one)
    | st.builds(AtRef, texts)
    | st.builds(InCommit, texts, st.none() | texts, st.none() | lines_from_one)
    | st.builds(AtUrl, texts)
)
remedies = (
    st.builds(Run, st.lists(texts, min_size=1, max_size=4).map(tuple))
    | st.builds(Edit, texts)
    | st.builds(Visit, texts)
)
findings = st.builds(Finding, texts, st.none() | places, st.none() | remedies)
seconds = st.floats(0, 1e6, allow_nan=False)
maybe = st.none() | texts
verdicts = st.builds(
    Verdict,
    names,
    texts,
    st.sampled_from(Severity),
    st.sampled_from(Outcome),
    texts,
    texts,
    maybe,
    st.lists(findings, max_size=3).map(tuple),
)
reports = st.builds(
    Report, names, maybe, maybe, maybe, maybe, st.lists(verdicts, max_size=4).map(tuple), seconds
)  # fmt: skip
errors = st.one_of(
    *(
        st.builds(kind, texts, where=st.none() | places, remedy=st.none() | remedies)
        for kind in (UsageError, ConfigError, FactUnknown, CredentialHalt, Incomplete, Conflict, BuildFailed)
    )
)
states = st.builds(Done, texts) | st.builds(Todo, texts) | st.builds(Stopped, errors)
plans = st.lists(st.builds(Preview, texts, texts, st.sampled_from(Effect), states), max_size=4).map(tuple)
digests = st.sampled_from(DIGESTS)
sizes = st.integers(0, 10**12)
mappings = st.dictionaries(texts, texts, max_size=3)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())  # noqa: DTZ001 -- zones are added
served = st.builds(ServedFile, texts, texts, st.none() | digests, st.none() | sizes, st.none() | moments)
stages = st.builds(StageResult, texts, texts, seconds, texts)
receipts = st.builds(
    Receipt,
    texts,
    texts,
    texts,
    texts,
    texts,
    st.builds(Proof, st.lists(served, max_size=2).map(tuple), texts, st.lists(texts, max_size=2).map(tuple), texts),
    st.none() | digests,
    mappings,
    mappings,
    st.lists(stages, max_size=2).map(tuple),
)
overviews = st.builds(
    Overview,
    maybe,
    maybe,
    st.none() | st.builds(VersionSource, texts, maybe, st.none() | lines_from_one),
    st.booleans(),
    maybe,
    maybe,
    maybe,
    texts,
    maybe,
    st.lists(texts, max_size=2).map(tuple),
    maybe,
    texts,
    st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
)
answers = st.none() | st.booleans()
milestones = st.builds(
    Milestones,
    texts,
    st.sampled_from(Stage),
    maybe,
    maybe,
    answers,
    answers,
    answers,
    st.lists(texts, max_size=2).map(tuple),
    answers,
    st.booleans(),
    st.sampled_from(["public", "draft", "none", None]),
)
statuses = st.builds(Status, texts, texts, st.lists(milestones, max_size=3).map(tuple), st.none() | remedies, texts)
manifests = st.builds(
    Manifest,
    texts,
    texts,
    texts,
    texts,
    st.integers(0, 2**40),
    mappings,
    st.lists(st.builds(Artifact, texts, sizes, digests), max_size=2).map(tuple),
    st.booleans(),
)
notes = st.builds(
    Notes,
    st.builds(Section, texts, st.none() | st.just(Version("1.0")), texts, lines_from_one, texts),
    texts,
    st.sampled_from(Format),
)
exits = st.integers(0, 255)
trials = st.builds(
    Trials,
    texts,
    texts,
    st.lists(
        st.builds(
            Trial,
            texts,
            texts,
            maybe,
            exits,
            exits,
            texts,
            answers,
            st.none() | st.integers(0, 14),
            seconds,
            st.lists(texts, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
)
values = st.one_of(reports, plans, receipts, overviews, statuses, manifests, trials, notes, errors)
