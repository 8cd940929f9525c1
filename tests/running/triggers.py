"""Whether a workflow answers an event: its filters, as GitHub documents them."""

import re
from collections.abc import Mapping, Sequence

from running.events import Event
from running.expressions import Json, items, mapping

HEADS, TAGS = "refs/heads/", "refs/tags/"
USUAL_TYPES = {"pull_request": ("opened", "synchronize", "reopened")}


def answers(events: Mapping[str, Json], event: Event) -> bool:
    """Whether a workflow with these triggers, as the official parser gives them, runs for an event."""
    if event.name not in events:
        return False
    trigger = events[event.name]
    match event.name:
        case "push":
            return _ref_fits(mapping(trigger), event) and _paths_fit(mapping(trigger), event)
        case "pull_request":
            types = items(mapping(trigger).get("types")) or USUAL_TYPES["pull_request"]
            base = _listed(mapping(trigger), "branches", event.base_ref)
            return event.action in types and base is not False and _paths_fit(mapping(trigger), event)
        case "schedule":
            return any(mapping(each).get("cron") == event.schedule for each in items(trigger))
        case _:
            return True


def matches(patterns: Sequence[str], name: str) -> bool:
    """Whether a name is in a list of patterns, of which later ones, with `!`, take back what earlier ones let in."""
    told = False
    for pattern in patterns:
        if _as_regex(pattern.removeprefix("!")).fullmatch(name):
            told = not pattern.startswith("!")
    return told


def _ref_fits(trigger: Mapping[str, Json], event: Event) -> bool:
    branches, tags = ("branches", "branches-ignore"), ("tags", "tags-ignore")
    mine, others = (tags, branches) if event.ref.startswith(TAGS) else (branches, tags)
    short = event.ref.removeprefix(TAGS).removeprefix(HEADS)
    told = _listed(trigger, mine[0], short)
    if told is None:
        # A filter for the one kind of ref alone shuts out the other; without any, both are in.
        return not any(name in trigger for name in others)
    return told


def _listed(trigger: Mapping[str, Json], name: str, value: str) -> bool | None:
    """What a filter or its -ignore says, None where there is neither."""
    if name in trigger:
        return matches([str(each) for each in items(trigger[name])], value)
    if f"{name}-ignore" in trigger:
        return not matches([str(each) for each in items(trigger[f"{name}-ignore"])], value)
    return None


def _paths_fit(trigger: Mapping[str, Json], event: Event) -> bool:
    """Whether some changed file is in; tags are not asked for their files."""
    if event.ref.startswith(TAGS) or not {"paths", "paths-ignore"} & set(trigger):
        return True
    return any(_listed(trigger, "paths", path) for path in event.changed)


def _as_regex(pattern: str) -> re.Pattern[str]:
    """A filter pattern: `*` stops at a slash, `**` does not, `?` and `+` are about the character before them."""
    parts = re.findall(r"\*\*/?|\[[^]]*\]|\\.|.", pattern)
    told = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    return re.compile("".join(told.get(part) or (part if part[0] in "[\\" else re.escape(part)) for part in parts))
