"""The proof that is left behind when a release ended well."""

from collections.abc import Mapping
from dataclasses import dataclass

from tagship.domain.artifact import ServedFile
from tagship.domain.plan import StageResult


@dataclass(frozen=True, slots=True)
class Proof:
    """What was seen with our own eyes: the index served our bytes, they installed, they imported.

    `imported` names the top-level modules; `python` is the version of the interpreter that did it.
    """

    served: tuple[ServedFile, ...]
    installed: str
    imported: tuple[str, ...]
    python: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything that is needed to check the release again, by anybody, without us."""

    project: str
    version: str
    tag: str
    commit: str
    index: str
    proof: Proof
    notes_sha256: str | None
    toolchain: Mapping[str, str]
    waived: Mapping[str, str]
    stages: tuple[StageResult, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a receipt that lies there is of: a release, and its files with their sha256 by name, on one index."""

    project: str
    version: str
    tag: str
    commit: str
    index: str
    files: Mapping[str, str]
