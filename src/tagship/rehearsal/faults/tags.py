"""Tags that may not ship."""

from datetime import timedelta

from tagship.domain.version import next_versions
from tagship.rehearsal.faults.fault import Scene

A_DAY = timedelta(days=1)


def mismatch(scene: Scene) -> None:
    """Tag the commit with another version than stands in its files.

    Where the tag alone carries the version, no file can disagree with it: then the tag is moved on the remote.
    """
    with scene.workplace() as place:
        facts = place.facts
        if facts.project.version_is_tag or facts.project.version is None:
            scene.world.move_tag(facts.tag_name)
            return
        known = [version for name in facts.tags if (version := facts.template.version_in(name))]
        wrong, commit = facts.template.tag_for(next_versions(facts.version, known).patch), facts.tag.commit
    scene.world.make_tag(wrong, at=commit)


def taken(scene: Scene) -> None:
    """Serve a file of the same name and other bytes since the day before the tag was made."""
    with scene.workplace() as place:
        made = place.facts.tag.tagged_at or place.facts.committed_at
    first = scene.files[0]
    other = scene.world.directory / first.filename
    other.write_bytes(scene.path(first).read_bytes() + b"\0")
    scene.index.seed(other, at=made - A_DAY)
