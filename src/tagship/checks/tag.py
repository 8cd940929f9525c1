"""Is the tag a tag that may ship?"""

from collections.abc import Iterator
from typing import ClassVar

from packaging.version import Version

from tagship.domain.facts import Facts, Remote
from tagship.domain.finding import Finding, Severity
from tagship.domain.version import spelling_trap
from tagship.errors import AtRef, Edit, FactUnknown, Remedy, Run

NOTHING: frozenset[str] = frozenset()
NETWORK = frozenset({"network"})
SHORT = 12


class TagExists:
    """The tag that is to ship is there."""

    id: ClassVar = "tag-exists"
    title: ClassVar = "the tag exists"
    why: ClassVar = "A release is what a tag points at; without one there is nothing to build and nothing to prove."
    fix: ClassVar = (
        "Let tagship tag make it on the tip of main, or of a release line, and push it. Elsewhere make an annotated "
        "tag on the commit to be released, and push that one tag."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find the tag absent."""
        if facts.tag_name not in facts.tags:
            yield Finding(
                f"there is no tag {facts.tag_name}",
                where=AtRef(facts.tag_name),
                remedy=_getting(facts),
            )


def _getting(facts: Facts) -> Remedy:
    """How to get the tag, where its name is one that may ship; a branch or a range makes no tag."""
    spelling = facts.template.spelling_in(facts.tag_name)
    if spelling is None or spelling_trap(spelling) is not None:
        return Edit(f"name a tag such as {facts.template.tag_for(Version('1.2.3'))}")
    try:
        remote = facts.remote
    except FactUnknown:
        return Run(("tagship", "tag", facts.tag_name))  # which makes nothing before it could ask the remote
    if remote is None:
        return Run(("git", "tag", "--annotate", facts.tag_name, "--message", facts.tag_name))
    if facts.tag_name in remote.tags:
        return Run(("git", "fetch", remote.name, f"refs/tags/{facts.tag_name}:refs/tags/{facts.tag_name}"))
    return Run(("tagship", "tag", facts.tag_name))


class TagIsCanonical:
    """The tag spells its version the one way that PEP 440 calls canonical."""

    id: ClassVar = "tag-is-canonical"
    title: ClassVar = "the tag spells its version canonically"
    why: ClassVar = (
        "Installers read versions by PEP 440. A SemVer spelling such as 1.2.3-1 means something else to them "
        "(a post-release), and 1.2.3-rc.1 is filed as 1.2.3rc1: tag and release would go by two names."
    )
    fix: ClassVar = "Tag the same commit with the canonical spelling."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find a spelling that is not the version's own, and name the trap."""
        where = AtRef(facts.tag_name)
        spelling = facts.template.spelling_in(facts.tag_name)
        if spelling is None:
            yield Finding(
                f"{facts.tag_name} is not of the form {facts.template.text}",
                where=where,
                remedy=Edit(f'name the tag like {facts.template.text}, or set tag = "…" in [tool.tagship]'),
            )
            return
        trap = spelling_trap(spelling)
        if trap is not None:
            yield Finding(trap, where=where, remedy=_canonical_tag(facts))


def _canonical_tag(facts: Facts) -> Remedy:
    version = facts.template.version_in(facts.tag_name)
    if version is None or version.local is not None:
        return Edit("choose a version that PEP 440 knows and an index takes, such as 1.2.3 or 1.2.3rc1")
    tag = facts.template.tag_for(version)
    return Run(("git", "tag", "--annotate", tag, facts.tag_name + "^{commit}", "--message", tag))


class TagIsAnnotated:
    """The tag is an object of its own."""

    id: ClassVar = "tag-is-annotated"
    title: ClassVar = "the tag is annotated"
    why: ClassVar = (
        "A lightweight tag is a bare pointer: it names nobody, has no time and cannot be signed, and tools that "
        "describe a commit pass over it."
    )
    fix: ClassVar = (
        "Replace the lightweight tag by an annotated one as long as it was not pushed; else release the next version."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find a lightweight tag."""
        if not facts.tag.annotated:
            name = facts.tag.name
            yield Finding(f"{name} is a lightweight tag", where=AtRef(name), remedy=_annotating(facts))


def _annotating(facts: Facts) -> Remedy:
    """How to get an annotated tag; one that others may have is not moved."""
    name = facts.tag.name
    if _may_be_elsewhere(facts):
        return Edit(f"release the next version with an annotated tag; {name} was pushed, and a published tag stays")
    return Run(("git", "tag", "--annotate", "--force", name, name + "^{commit}", "--message", name))


def _may_be_elsewhere(facts: Facts) -> bool:
    try:
        remote = facts.remote
    except FactUnknown:
        return True
    return remote is not None and facts.tag.name in remote.tags


class TagIsPushed:
    """The remote has the tag."""

    id: ClassVar = "tag-is-pushed"
    title: ClassVar = "the tag is on the remote"
    why: ClassVar = "A release that nobody else can check out cannot be reproduced, reviewed or proved by others."
    fix: ClassVar = "Push that one tag."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NETWORK

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find the tag absent on the remote."""
        name, remote = facts.tag.name, _remote(facts)
        if name not in remote.tags:
            yield Finding(
                f"{name} is not on {remote.name}",
                where=AtRef(name),
                remedy=Run(("git", "push", remote.name, f"refs/tags/{name}")),
            )


class TagHasNotMoved:
    """The remote's tag is the one we have."""

    id: ClassVar = "tag-has-not-moved"
    title: ClassVar = "the tag is the same here and on the remote"
    why: ClassVar = "A published tag that moves makes two releases of one name: what was reviewed is not what is built."
    fix: ClassVar = "Find out which of the two is right; never move a tag that was published."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NETWORK

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find another object under the same name."""
        here, remote = facts.tag, _remote(facts)
        there = remote.tags.get(here.name)
        if there is None:
            raise FactUnknown(f"{here.name} is not on {remote.name}, so there is nothing to compare it with")
        if here.object_name == there.object_name:
            return
        if here.commit != there.commit:
            message = f"{here.name} is {here.commit[:12]} here and {there.commit[:12]} on {remote.name}"
        else:
            message = (
                f"{here.name} was made again on {remote.name}: tag object {here.object_name[:12]} here, "
                f"{there.object_name[:12]} there, the same commit"
            )
        ref = f"refs/tags/{here.name}"
        remedy = Run(("git", "fetch", "--force", remote.name, f"{ref}:{ref}"))
        yield Finding(message, where=AtRef(here.name), remedy=remedy)


def _remote(facts: Facts) -> Remote:
    if facts.remote is None:
        raise FactUnknown(
            "the repository has no remote, so nobody else can have the tag",
            remedy=Run(("git", "remote", "add", "origin", "URL")),
        )
    return facts.remote


class TagIsOnMain:
    """The tagged commit is part of main or of a declared release line."""

    id: ClassVar = "tag-is-on-main"
    title: ClassVar = "the tagged commit is on main or on a declared release line"
    why: ClassVar = (
        "What is not on main was not reviewed there and is missing from the next release. An ancestor is enough: "
        "main may go on while a release is under way."
    )
    fix: ClassVar = (
        "Merge the commit into main and tag what main then has, or declare the branch under release-lines in "
        "[tool.tagship]. Move a tag only as long as nothing was published from it."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find the commit elsewhere, and say where."""
        standing = facts.standing
        if standing.on_main or standing.lines:
            return
        name, commit, main = facts.tag_name, facts.tag.commit[:SHORT], standing.main
        what = f"{name} ({commit})" if name in facts.tags else commit
        # Where main has it here, it is the remote's main that counts and has it not.
        where = f"{main} as the remote has it" if main in standing.branches else main
        yield Finding(
            f"{what} is not on {where}; it is on {', '.join(standing.branches) or 'no branch at all'}",
            where=AtRef(name if name in facts.tags else "HEAD"),
            remedy=_bringing(facts),
        )


def _bringing(facts: Facts) -> Remedy:
    """What shows the commits that main lacks, or how it gets them where that is plain."""
    name, standing = facts.tag_name, facts.standing
    if name in facts.tags and standing.main not in standing.branches:
        return Run(("git", "log", "--oneline", f"{standing.main}..{name}"))
    return Edit(
        f"bring {facts.tag.commit[:SHORT]} to {standing.main} on the remote first, through a pull request where the "
        f"project works so; a tag is made of what {standing.main} then has"
    )
