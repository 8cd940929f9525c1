"""Releases by hand: distributions that hold files of these names, and the facts about them."""

from collections.abc import Iterable, Mapping

from packaging.version import Version

from fakes import FakeFacts, a_metadata, a_wheel, an_sdist
from tagship.domain.artifact import Artifact
from tagship.domain.built import Blob, Published, Rebuilt
from tagship.domain.distribution import Distribution, Leak, Member

PYTHON_ONLY = "py3-none-any"


def a_release_wheel(
    *paths: str | Member,
    tags: str = PYTHON_ONLY,
    version: str = "1.2.0",
    says: Iterable[str] = (),
    texts: Mapping[str, str] | None = None,
    size: int = 2_000,
    seed: str = "wheel",
    name: str = "handmade",
) -> Distribution:
    """A wheel that holds these paths beside its METADATA, which says these lines; `texts` are by full name."""
    info = f"{name}-{version}.dist-info"
    held = tuple(path if isinstance(path, Member) else Member(path, size=10) for path in (*paths, f"{info}/METADATA"))
    return Distribution(
        Artifact(f"{name}-{version}-{tags}.whl", size, a_wheel(seed=seed).sha256),
        held,
        a_metadata(version, *says),
        texts={key.format(info=info): text.encode() for key, text in (texts or {}).items()},
    )


def a_release_sdist(*paths: str | Member, version: str = "1.2.0", leaks: Iterable[Leak] = ()) -> Distribution:
    """An sdist that holds these paths below its one directory, and what leaks from them."""
    top = f"handmade-{version}"
    named = (path if isinstance(path, Member) else Member(f"{top}/{path}", size=10) for path in (*paths, "PKG-INFO"))
    return Distribution(an_sdist(version), tuple(named), a_metadata(version), leaks=tuple(leaks))


def a_broken_wheel() -> Distribution:
    """A wheel that does not open."""
    return Distribution(a_wheel(), broken="truncated")


def released(
    *now: Distribution,
    tracked: Iterable[str] | None = None,
    before: Iterable[Distribution] = (),
    blobs: Mapping[str, Blob] | None = None,
) -> FakeFacts:
    """The facts about a release from these tracked files (no repository where None), and about the one before it."""
    former = tuple(before)
    return FakeFacts(
        distributions=now,
        tracked=None if tracked is None else frozenset(tracked),
        blobs=blobs,
        published=Published(Version("1.1.0"), former) if former else None,
        rebuilt=None,
    )


def rebuilt(*now: Distribution, again: Iterable[Distribution], straight: Distribution | None = None) -> FakeFacts:
    """The facts about a release that was built once more; straight from the checkout came the same wheel."""
    return FakeFacts(distributions=now, rebuilt=Rebuilt(tuple(again), straight or now[0]))
