"""The pages of the documentation, taken apart: links, anchors, fenced blocks, and the commands that they show."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
FRONT = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "THREAT_MODEL.md")
PAGES = (*(ROOT / name for name in FRONT), *sorted(DOCS.rglob("*.md")))

PROMPT = "$ "

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\[\]]*\]\((?P<target>[^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (?P<text>.+)$", re.MULTILINE)
_INLINE = re.compile(r"`(?P<code>[^`\n]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block; `lead` is the line of text before it."""

    language: str
    body: str
    lead: str


@dataclass(frozen=True)
class Command:
    """A command that a page shows, with the output that it shows for it."""

    words: tuple[str, ...]
    output: str

    def __str__(self) -> str:
        return shlex.join(self.words)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(text: str) -> Iterator[Block]:
    for found in _FENCE.finditer(text):
        before = text[: found.start()].rstrip("\n").rpartition("\n")[2]
        yield Block(found["language"], found["body"], before)


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text)


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block."""
    for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield Command(tuple(shlex.split(command)), output)


def inline_code(text: str) -> Iterator[str]:
    return (found["code"] for found in _INLINE.finditer(prose(text)))


def links(text: str) -> Iterator[str]:
    """The targets of a page's links."""
    return (found["target"] for found in _LINK.finditer(prose(text)))


def anchors(text: str) -> frozenset[str]:
    """What a link may name after the hash: headings as code hosts spell them."""
    headings = (found["text"].lower() for found in _HEADING.finditer(prose(text)))
    return frozenset(re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in headings)
