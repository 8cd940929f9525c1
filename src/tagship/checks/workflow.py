"""Does the automation around the release do what it seems to do?"""

import re
from collections.abc import Iterator
from typing import ClassVar

from tagship.domain.facts import Facts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, InCommit

NOTHING: frozenset[str] = frozenset()

_SKIP = re.compile(
    r"^\s*@?(?:pytest\.mark\.|unittest\.|pytest\.)?(?:skip|skipif|skipIf|skipUnless|xfail|expectedFailure)\b\s*(?:\(|$)"
)
_TEST_FILE = re.compile(r"(?:^|/)(?:tests?/.*|test_[^/]*|[^/]*_test|conftest)\.py$|(?:^|/)tests?/.*\.py$")


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
        triggers = facts.triggers
        if not triggers:
            raise NotApplicable("no workflow starts on a tag")
        if any(_answers(trigger.patterns, facts.tag_name) for trigger in triggers):
            return
        for trigger in triggers:
            yield Finding(
                f"{trigger.path} starts on {', '.join(trigger.patterns)}, which {facts.tag_name} does not match",
                where=InCommit(facts.tag.commit, trigger.path, trigger.line),
                remedy=Edit(
                    f"let the pattern in {trigger.path} match {facts.tag_name}, for example '{facts.template.prefix}*'"
                ),
            )


def _answers(patterns: tuple[str, ...], tag: str) -> bool:
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
    parts = []
    for part in _FILTER_PARTS.findall(pattern):
        if part == "**":
            parts.append(".*")
        elif part == "*":
            parts.append("[^/]*")
        elif (part in {"?", "+"} and parts) or (part.startswith("[") and len(part) > len("[]")):
            parts.append(part)
        else:
            parts.append(re.escape(part.removeprefix("\\") or part))
    try:
        return re.compile("".join(parts))
    except re.error:
        return re.compile(re.escape(pattern))


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
        if not facts.reached - {facts.version}:
            raise NotApplicable("there is no earlier release to compare with")
        for added in facts.added_lines:
            if _TEST_FILE.search(added.path) and _SKIP.search(added.text):
                yield Finding(
                    f"new since the last release: {added.text.strip()}",
                    where=InCommit(facts.tag.commit, added.path, added.line),
                )
