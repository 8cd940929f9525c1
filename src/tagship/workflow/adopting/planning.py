"""The files of an adopted project beside what is generated for them now."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from tagship.adapters.adopting.writing import content_of
from tagship.adapters.toml_document import decode
from tagship.domain.adoption import Adoption, Comments, Generated
from tagship.domain.change import FileChange
from tagship.domain.facts import Tree
from tagship.domain.managed import block_of, fresh, is_managed, merge, newline_of, parts_of
from tagship.domain.setup import FileState, SetFile
from tagship.errors import Edit, Run
from tagship.scaffold import files
from tagship.scaffold.gitlab import PIPELINE
from tagship.scaffold.hooks import PATH as HOOKS

_ITEM = re.compile(r"^(?P<margin> *)- ", re.MULTILINE)
_FIRST_ITEM = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?P<margin> *)- ")
_LISTS: Mapping[str, str] = MappingProxyType({HOOKS: "repos", PIPELINE: "include"})
"""The files of which a list at the top takes what is generated, and how that is called."""
_TOP_LEVEL = re.compile(r"^(?![ \t\r\n#]|- |-\r?$)[^\n]", re.MULTILINE)
_GENERATED_IN = (".github/workflows/", ".forgejo/workflows/", ".gitea/workflows/", ".gitlab/")
FOREIGN = "it was there before, and is not tagship's"


def planned_files(root: Path, adoption: Adoption, tree: Tree, *, force: bool = False) -> tuple[SetFile, ...]:
    """Every generated file as it would be, and those of ours that nothing asks for any more.

    What was edited by hand, and files of the same name that are not ours, stay unless `force`. Raises ConfigError for
    marks that are not sound, with their line, and Conflict for a path that leads out of the repository.
    """
    wanted = files(adoption)
    planned = [_planned(root, generated, force=force) for generated in wanted]
    return (*planned, *_left(tree, {each.path for each in wanted}))


def _planned(root: Path, generated: Generated, *, force: bool) -> SetFile:
    path, purpose = generated.path, generated.purpose
    content = content_of(root, path)
    if content is None:
        new = FileChange(path, None, fresh(generated).encode("utf-8"))
        return SetFile(path, purpose, FileState.NEW, new)
    text = decode(path, content)
    begun = _beginnings(text, path)
    if len(begun) > 1:
        return _twice(path, purpose, begun)
    fitting = fitted(generated, text)
    if is_managed(text):
        merged = merge(text, fitting, force=force)
        change = FileChange(path, content, merged.text.encode("utf-8"))
        state = FileState.EDITED if merged.edited else FileState.SAME if change.is_empty else FileState.CHANGED
        return SetFile(path, purpose, state, None if change.is_empty else change, merged.edited)
    joined = joined_to(text, fitting)
    key = _LISTS.get(path)
    if joined is None and force and key is None:
        joined = fresh(generated)
    if joined is None:
        # What somebody else's tool reads is never written over, not even by force.
        instead = f"begin its list {key} with an item on a line of its own, and run `tagship init` again"
        over = f"rename {path}, or let `tagship init --force` write over it; git keeps what it was"
        hint = Edit(over if key is None else instead)
        return SetFile(path, purpose, FileState.FOREIGN, reason=FOREIGN, remedy=hint)
    return SetFile(path, purpose, FileState.CHANGED, FileChange(path, content, joined.encode("utf-8")))


def _twice(path: str, purpose: str, lines: list[int]) -> SetFile:
    """A list that is there more than once: whoever reads the file takes the last and drops the others."""
    key, told = _LISTS[path], ", ".join(map(str, lines))
    return SetFile(
        path,
        purpose,
        FileState.FOREIGN,
        reason=f"its key {key} is there more than once, on lines {told}, of which none but the last is read",
        remedy=Edit(f"make one list of them, at {path}:{lines[0]}, and run `tagship init` again"),
        line=lines[1],
    )


def _beginnings(text: str, path: str) -> list[int]:
    """The lines on which the user begins the list that takes what is generated; none for a file without such."""
    key = _LISTS.get(path)
    if key is None:
        return []
    own = parts_of(text, path) if is_managed(text) else (text,)
    # A block counts as many lines, and says nothing.
    told = "".join(part if isinstance(part, str) else "\n" * (part.text.count("\n") + 2) for part in own)
    begins = re.compile(rf"""\ufeff?(?P<quote>["']?){key}(?P=quote)[ \t]*:(?:\s|\Z)""")
    return [number for number, line in enumerate(told.split("\n"), start=1) if begins.match(line)]


def _left(tree: Tree, wanted: set[str]) -> Iterator[SetFile]:
    for path in tree.paths():
        if path in wanted or not path.startswith(_GENERATED_IN):
            continue
        if is_managed((tree.read(path) or b"").decode("utf-8", "replace")):
            reason = "nothing generates it any more"
            yield SetFile(path, "", FileState.LEFT, reason=reason, remedy=Run(("git", "rm", path)))


def fitted(generated: Generated, text: str) -> Generated:
    """What is generated for a list of the user's, as far to the right as its own items stand.

    A pipeline's list of what it includes may be the user's already; then only the item is ours.
    """
    key = _LISTS.get(generated.path)
    if key is None:
        return generated
    margin = _margin(_own(text, generated.path), key)
    if margin is None:
        return generated
    items = {name: block.removeprefix(_first_line_of(key, block)) for name, block in generated.blocks.items()}
    ours = min(len(found["margin"]) for block in items.values() for found in _ITEM.finditer(block))
    return replace(generated, blocks={name: _moved(block, ours, margin) for name, block in items.items()})


def _own(text: str, path: str) -> str:
    """What of a file is the user's."""
    if not is_managed(text):
        return text
    return "".join(part for part in parts_of(text, path) if isinstance(part, str))


def _first_line_of(key: str, block: str) -> str:
    """The line with which a block begins a list that the user has begun already."""
    line, newline, _ = block.partition("\n")
    return line + newline if line.startswith(f"{key}:") else ""


def _list(text: str, key: str) -> re.Match[str] | None:
    """Where a list begins that stands at the top, its items below it."""
    return re.search(rf"^\ufeff?{key}:[ \t]*(?:#[^\n]*)?\r?$\n?", text, re.MULTILINE)


def _margin(text: str, key: str) -> int | None:
    """How far to the right the first item of the user's stands in such a list; None where it has none."""
    begins = _list(text, key)
    item = None if begins is None else _FIRST_ITEM.match(text, begins.end())
    return None if item is None else len(item["margin"])


def _moved(block: str, ours: int, theirs: int) -> str:
    lines = block.split("\n")
    return "\n".join(" " * theirs + line[ours:] if line.strip() else line for line in lines)


def joined_to(text: str, generated: Generated) -> str | None:
    """A user's file with the blocks put into it; None where there is no place for them.

    A page of text gets them at its end, a list behind its last item, and a pipeline without such a list at its end.
    """
    newline = newline_of(text, text)
    told = "".join(block_of(name, block, generated.comments, newline) for name, block in generated.blocks.items())
    key = _LISTS.get(generated.path)
    begins_itself = key is not None and any(_first_line_of(key, block) for block in generated.blocks.values())
    if generated.comments is Comments.MARKUP or (begins_itself and not re.search(rf"^{key}\b", text, re.MULTILINE)):
        whole = text if text.endswith("\n") or not text else text + newline
        return f"{whole}{newline if whole else ''}{told}"
    begins = None if key is None else _list(text, key)
    if key is None or begins is None or _margin(text, key) is None:
        return None
    following = _TOP_LEVEL.search(text, begins.end())
    inside = text[: following.start()] if following else text
    # Empty lines, and comments at the margin, belong to what follows.
    kept = re.sub(r"(?:^[ \t]*\r?\n|^#[^\n]*\n)+\Z", "", inside, flags=re.MULTILINE)
    ended = kept if kept.endswith("\n") else kept + newline
    return ended + told + text[len(kept) :]
