"""Who may make a release's tag, and may anybody move one?"""

from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.hosting.asking import (
    APPLY,
    HOST,
    HostingFacts,
    bound,
    insist_on_all_rules,
    insist_on_few,
    only_idle,
)
from tagship.domain.finding import Finding, Severity
from tagship.domain.hosting import MANY, Binding, Rule, pattern_of
from tagship.errors import AtRef, Visit


class TagCreationIsRestricted:
    """Not everybody who may push can make the tag of a release."""

    id: ClassVar = "tag-creation-is-restricted"
    title: ClassVar = "the tags of releases are made by few"
    why: ClassVar = (
        "A tag starts the workflow file of its own commit, so that whoever may push one brings a release workflow "
        "along; a job's own token may push tags as well, unless a rule says who may."
    )
    fix: ClassVar = "Run `tagship doctor --apply`: it lets administrators alone make the tags of releases."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find a spelling of tags that everybody may make."""
        rules = facts.tag_rules
        for template in facts.wanted.templates:
            names, pattern = facts.wanted.samples(template), pattern_of(template)
            binding = rules.binding(Rule.CREATION, names)
            if not binding.is_there:
                insist_on_all_rules(rules)
                idle = only_idle(rules, Rule.CREATION, names)
                yield Finding(f"whoever may push may make a tag {pattern}{idle}", AtRef(pattern), APPLY)
                continue
            insist_on_few(binding)
            if not binding.is_passed_by_few:
                page = binding.guards[0].page
                yield Finding(_past(binding, pattern), AtRef(pattern), APPLY if page is None else Visit(page))


class TagsStayAsTheyAre:
    """A release's tag is neither moved nor deleted, by anybody."""

    id: ClassVar = "tags-stay-as-they-are"
    title: ClassVar = "the tags of releases can be neither moved nor deleted"
    why: ClassVar = "Whoever installs or audits by tag gets something else once it was moved, and nothing tells."
    fix: ClassVar = "Run `tagship doctor --apply`: it makes a ruleset of its own for that, which nobody bypasses."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find a spelling of tags that somebody may move or delete."""
        rules = facts.tag_rules
        for template in facts.wanted.templates:
            names, pattern = facts.wanted.samples(template), pattern_of(template)
            for rule, what in ((Rule.NO_UPDATE, "moved"), (Rule.NO_DELETION, "deleted")):
                binding = rules.binding(rule, names)
                if not binding.is_there:
                    insist_on_all_rules(rules)
                    idle = only_idle(rules, rule, names)
                    yield Finding(f"a tag {pattern} can be {what}{idle}", AtRef(pattern), APPLY)
                elif (around := bound(binding, f"the rule that keeps {pattern} from being {what}")) is not None:
                    page = binding.guards[0].page
                    yield Finding(around, AtRef(pattern), APPLY if page is None else Visit(page))


def _past(binding: Binding, pattern: str) -> str:
    """Who makes tags although a rule restricts it, as a message."""
    many = dict.fromkeys(who for guard in binding.guards for who in guard.bypassed_by or () if who in MANY)
    held = ", ".join(guard.name for guard in binding.guards)
    return f"{' and '.join(many)} may make a tag {pattern} all the same, past {held}"
