"""Does the automation around the release do what it seems to do?"""

import re
from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.version import NO_EARLIER_RELEASE
from tagship.domain.facts import Facts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, InCommit

NOTHING: frozenset[str] = frozenset()

_SKIP = re.compile(
    r"""
    (?<![\w."'])(?:pytest\.)?mark\.(?:skip|xfail)\b                    # decorators, pytestmark, marks=, add_marker()
    | \b(?:skipif|skipIf)[ ]*\([ ]*True\b                              # a condition of the machine is a reason,
    | \bskipUnless[ ]*\([ ]*False\b                                   # one that always holds is none
    | (?<![\w."'])pytest\.(?:skip|xfail)[ ]*\(                         # calls within a test or a module
    | ^\s*@(?:unittest\.)?(?:skip|xfail|expectedFailure)\b
    | ^\s*(?:skip|xfail)[ ]*\(                                         # the same calls, imported by name
    | \bself\.skipTest[ ]*\(
    | \braise[ ]+(?:unittest\.)?SkipTest\b
    """,
    re.VERBOSE,
)
_TEST_FILE = re.compile(r"(?:^|/)(?:tests?/.*|test_[^/]*|[^/]*_test|tests?|conftest)\.py$")


class TriggersAnswerTheTag:
    """A workflow that starts on tags starts on this one."""

    id: ClassVar = "triggers-answer-the-tag"
    title: ClassVar = "a workflow that starts on tags starts on this one"
    why: ClassVar = "A pattern such as v2.* lets the first v3 tag pass by: the tag is pushed and nothing runs."
    fix: ClassVar = "Widen the pattern under on.push.tags so that it matches this and the next version."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find that workflows listen to tags and none to this one."""
        triggers = [trigger for trigger in facts.triggers if trigger.patterns]
        if not triggers:
            raise NotApplicable("no workflow starts on a tag")
        if any(answers(trigger.patterns, facts.tag_name) for trigger in triggers):
            return
        for trigger in triggers:
            yield Finding(
                f"{trigger.path} starts on {', '.join(trigger.patterns)}, which {facts.tag_name} does not match",
                where=InCommit(facts.tag.commit, trigger.path, trigger.line),
                remedy=Edit(
                    f"let the pattern in {trigger.path} match {facts.tag_name}, for example '{facts.template.prefix}*'"
                ),
            )


def answers(patterns: tuple[str, ...], tag: str) -> bool:
    """Whether a list of filter patterns lets a tag through; the last that matches decides."""
    answer = False
    for pattern in patterns:
        if pattern.startswith("!"):
            answer = answer and not filter_pattern(pattern[1:]).fullmatch(tag)
        else:
            answer = answer or filter_pattern(pattern).fullmatch(tag) is not None
    return answer


_FILTER_PARTS = re.compile(r"\*\*|\*|\[[^\]]*\]|\\.|[?+]|.", re.DOTALL)


def filter_pattern(pattern: str) -> re.Pattern[str]:
    """A workflow's filter pattern as a regular expression.

    GitHub's own rules: `*` stops at a slash, `**` does not, `?` and `+` repeat what stands before them.
    """
    parts: list[str] = []
    for part in _FILTER_PARTS.findall(pattern):
        if part == "**":
            parts.append(".*")
        elif part == "*":
            parts.append("[^/]*")
        elif part in {"?", "+"} and parts:
            # In a group of its own: two repetitions in a row mean something else to a regular expression.
            parts.append(f"(?:{parts.pop()}){part}")
        elif part.startswith("[") and len(part) > len("[]"):
            parts.append(f"[{_NOT_PLAIN.sub(_escaped, part[1:-1])}]")
        else:
            parts.append(re.escape(part.removeprefix("\\") or part))
    try:
        return re.compile("".join(parts), re.DOTALL)
    except re.error:
        return re.compile(re.escape(pattern))


_NOT_PLAIN = re.compile(r"[^a-zA-Z0-9-]")


def _escaped(character: re.Match[str]) -> str:
    return re.escape(character.group())


class TestsAreNotNewlySkipped:
    """No test was switched off since the last tag."""

    id: ClassVar = "tests-are-not-newly-skipped"
    title: ClassVar = "no test was switched off since the last release"
    why: ClassVar = "A skip or an expected failure that appears right before a release often hides what it ships."
    fix: ClassVar = "Mend the test, or leave a reason that holds."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """List the new skips and expected failures."""
        lines = facts.added_lines
        if lines is None:
            raise NotApplicable(NO_EARLIER_RELEASE)
        for added in lines:
            if _TEST_FILE.search(added.path) and _SKIP.search(added.text.partition("#")[0]):
                yield Finding(
                    f"new since the last release: {added.text.strip()}",
                    where=InCommit(facts.tag.commit, added.path, added.line),
                    remedy=Edit(f"make the test in {added.path} line {added.line} run and pass, or tell there why not"),
                )
