import pytest

from checks.asking import cannot_tell, finds, passes, skips
from fakes import COMMIT, FakeFacts, facts_about
from tagship.checks.workflow import TestsAreNotNewlySkipped as NothingNewlySkipped
from tagship.checks.workflow import TriggersAnswerTheTag, filter_pattern
from tagship.domain.facts import AddedLine, TagTrigger
from tagship.errors import Edit, InCommit

RELEASE = ".github/workflows/release.yml"


def triggered(tag: str, *patterns: str) -> FakeFacts:
    return facts_about(tag, triggers=[TagTrigger(RELEASE, 5, patterns)])


@pytest.mark.parametrize(
    "patterns",
    [
        ["v*"],
        ["**"],
        ["*"],
        ["v1.2.0"],
        ["v[0-9]+.[0-9]+.[0-9]+"],
        ["v[12].*"],
        ["v?[0-9].*"],
        ["docs-*", "v*"],
        ["v*", "!v*-rc"],
        ["v*", "!v1.*", "v1.2.*"],
        ["v[0-9]+.*", "!v*rc*"],
    ],
)
def test_a_workflow_that_answers_the_tag(patterns: list[str]) -> None:
    passes(TriggersAnswerTheTag(), triggered("v1.2.0", *patterns))


@pytest.mark.parametrize(
    ("tag", "patterns"),
    [
        ("v3.0.0", ["v2.*"]),
        ("v1.2.0", ["[0-9]+.[0-9]+.[0-9]+"]),
        ("v10.0.0", ["v[0-9].*"]),
        ("v1.2.0rc1", ["v[0-9]+.[0-9]+.[0-9]+"]),
        ("v1.2.0rc1", ["v*", "!v*rc*"]),
        ("v1.2.0", ["!v2.*"]),
        ("v1.2.0", ["V*"]),
    ],
)
def test_a_workflow_that_lets_the_tag_pass_by(tag: str, patterns: list[str]) -> None:
    (finding,) = finds(TriggersAnswerTheTag(), triggered(tag, *patterns))

    assert (finding.where, type(finding.remedy)) == (InCommit(COMMIT, RELEASE, 5), Edit)


def test_one_of_several_workflows_is_enough() -> None:
    docs, release = TagTrigger("docs.yml", 3, ("docs-*",)), TagTrigger(RELEASE, 5, ("v*",))

    passes(TriggersAnswerTheTag(), facts_about("v1.2.0", triggers=[docs, release]))
    assert len(finds(TriggersAnswerTheTag(), facts_about("w1.2.0", triggers=[docs, release]))) == 2


@pytest.mark.parametrize("triggers", [[], [TagTrigger(RELEASE, 5, ())]])
def test_no_workflow_names_a_tag(triggers: list[TagTrigger]) -> None:
    skips(TriggersAnswerTheTag(), facts_about("v1.2.0", triggers=triggers))


def test_workflows_that_cannot_be_read() -> None:
    cannot_tell(TriggersAnswerTheTag(), facts_about("v1.2.0"))


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        # The examples of the host's own documentation.
        ("feature/*", "feature/my-branch feature/your-branch", "feature/a/b main"),
        ("feature/**", "feature/beta-a/my-branch feature/mona/the/octocat", "features"),
        ("*", "main releases", "all/the/branches"),
        ("**", "all/the/branches every/tag", ""),
        ("*feature", "mona-feature feature", "features"),
        ("v2*", "v2 v2.0 v2.9", "v1"),
        ("v[12].[0-9]+.[0-9]+", "v1.10.1 v2.0.0", "v3.0.0 v1.1"),
        # And what follows from its rules.
        ("v1?", "v v1", "v11"),
        ("[CB]at", "Cat Bat", "at Aat"),
        ("[1-2]00", "100 200", "300"),
        ("v*+", "v v1 vv", "w"),
        ("v1+?", "v v1 v11", "v2"),
        ("v**?0", "v0 v1/0", "v1"),
        (r"v1\*", "v1*", "v1.0"),
        (r"v\[1\]", "v[1]", "v1"),
        ("+1", "+1", "1"),
        ("[]", "[]", "x"),
        ("[^1]", "^ 1", "2"),
        ("v1.0", "v1.0", "v1x0"),
        ("v[9-1]", "v[9-1]", "v5"),
        ("v1\\", "v1\\", "v1"),
        ("", "", "v"),
    ],
)
def test_filter_patterns(pattern: str, matching: str, others: str) -> None:
    compiled = filter_pattern(pattern)

    assert [name for name in matching.split() if not compiled.fullmatch(name)] == []
    assert [name for name in others.split() if compiled.fullmatch(name)] == []


@pytest.mark.parametrize("pattern", ["[[]", "[a&&b]", "[a||b]", "[a~~b]", r"[\d]"])
def test_what_stands_in_brackets_is_nothing_but_characters(pattern: str) -> None:
    """Also for the compiler, which warns of some of these, and a warning is an error here."""
    compiled = filter_pattern(pattern)

    assert compiled.fullmatch(pattern[1]) is not None
    assert compiled.fullmatch("7") is None


def added(text: str, path: str = "tests/test_sea.py") -> FakeFacts:
    return facts_about("v1.2.0", added_lines=[AddedLine(path, 12, text)])


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip",
        "@pytest.mark.skip  # for now",
        '@pytest.mark.skip(reason="flaky, see #12")',
        "    @pytest.mark.skipif(True, reason='later')",
        "@pytest.mark.xfail(strict=True)",
        "@mark.skip",
        "@unittest.skip('later')",
        "@unittest.skipIf(True, 'later')",
        "@unittest.skipUnless(False, 'later')",
        "@unittest.expectedFailure",
        "@expectedFailure",
        "@skip('later')",
        "    pytest.skip('later')",
        "pytest.skip('later', allow_module_level=True)",
        "    if windows: pytest.skip('later')",
        "    pytest.xfail('later')",
        "    skip('later')",
        "pytestmark = pytest.mark.skip",
        "pytestmark = [pytest.mark.slow, pytest.mark.skipif(True, reason='later')]",
        "        pytest.param(1, marks=pytest.mark.xfail),",
        "    request.applymarker(pytest.mark.xfail(reason='later'))",
        "        self.skipTest('later')",
        "        raise unittest.SkipTest('later')",
        "    raise SkipTest",
    ],
)
def test_a_test_that_was_switched_off(text: str) -> None:
    (finding,) = finds(NothingNewlySkipped(), added(text))

    assert (finding.where, type(finding.remedy)) == (InCommit(COMMIT, "tests/test_sea.py", 12), Edit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        '@pytest.mark.parametrize("skip", [True])',
        "@pytest.mark.slow",
        "@pytest.mark.skip_on_ci_is_no_mark_of_pytest",
        "# @pytest.mark.skip",
        "@pytest.mark.skipif(sys.platform == 'win32', reason='no fork there')",
        "@unittest.skipUnless(shutil.which('git'), 'needs git')",
        "    # pytest.skip() would hide it",
        "def test_skip() -> None:",
        "    skip = True",
        "    reader.skip(3)",
        "    assert skipped(3)",
        '    assert "pytest.mark.skip" in text',
        "    pytest.importorskip('numpy')",
        "from unittest import skip",
        "    with pytest.raises(SkipTest):",
        "def skip_header(lines):",
    ],
)
def test_a_line_that_switches_nothing_off(text: str) -> None:
    passes(NothingNewlySkipped(), added(text))


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("tests/test_sea.py", True),
        ("test/sea.py", True),
        ("src/pkg/tests/deep/sea.py", True),
        ("src/pkg/sea_test.py", True),
        ("src/pkg/test_sea.py", True),
        ("conftest.py", True),
        ("pkg/tests.py", True),
        ("src/pkg/sea.py", False),
        ("contest/sea.py", False),
        ("latest/sea.py", False),
        ("tests/sea.txt", False),
    ],
)
def test_which_files_hold_tests(path: str, *, counts: bool) -> None:
    (finds if counts else passes)(NothingNewlySkipped(), added("@pytest.mark.skip", path))


def test_a_first_release_has_nothing_to_compare_with() -> None:
    skips(NothingNewlySkipped(), facts_about("v1.2.0", added_lines=None))


def test_what_was_added_is_unknown() -> None:
    cannot_tell(NothingNewlySkipped(), facts_about("v1.2.0"))
