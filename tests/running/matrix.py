"""The legs of a matrix, as GitHub multiplies them out."""

from collections.abc import Mapping
from itertools import product

from running.expressions import Json, items, mapping, text_of


def legs_of(matrix: Json) -> list[dict[str, Json]]:
    """Every combination without the excluded ones, grown and added to by what is included; one empty leg for none."""
    told = mapping(matrix)
    axes = {name: items(values) for name, values in told.items() if name not in {"include", "exclude"}}
    found = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())] if axes else []
    excluded = [mapping(each) for each in items(told.get("exclude"))]
    found = [leg for leg in found if not any(_holds(leg, each) for each in excluded)]
    grown = [dict(leg) for leg in found]
    for each in map(mapping, items(told.get("include"))):
        own = {name: value for name, value in each.items() if name in axes}
        fitting = [new for leg, new in zip(found, grown, strict=False) if _holds(leg, own)]
        for leg in fitting:
            leg.update(each)
        if not fitting:
            grown.append(dict(each))
    return grown or ([] if told else [{}])


def leg_name(name: str, leg: Mapping[str, Json]) -> str:
    """What a leg is called where its job's name says nothing of the matrix."""
    values = [text_of(value) for value in leg.values() if not isinstance(value, dict | list)]
    return f"{name} ({', '.join(values)})" if values else name


def _holds(leg: Mapping[str, Json], part: Mapping[str, Json]) -> bool:
    return all(name in leg and leg[name] == value for name, value in part.items())
