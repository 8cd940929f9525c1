"""The classifiers that the public index knows, from the list that it is built with itself."""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

from tagship.domain.built import Classifiers
from tagship.errors import FactUnknown, Run

DISTRIBUTION = "trove-classifiers"
_MODULE = "trove_classifiers"


def known_classifiers() -> Classifiers:
    """Every classifier of the installed list; raises FactUnknown where there is none.

    The list is as old as its installation: a classifier that the index added since is unknown to it.
    """
    try:
        listed = import_module(_MODULE)
        source = f"{DISTRIBUTION} {version(DISTRIBUTION)}"
    except (ImportError, PackageNotFoundError) as missing:
        raise FactUnknown(
            "the list of classifiers is not installed", remedy=Run(("pip", "install", DISTRIBUTION))
        ) from missing
    deprecated: dict[str, list[str]] = listed.deprecated_classifiers
    return Classifiers(
        known=frozenset(listed.classifiers),
        deprecated=MappingProxyType({old: tuple(instead) for old, instead in deprecated.items()}),
        source=source,
    )
