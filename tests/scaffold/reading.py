"""Generated workflows as their readers see them: parsed, job by job, step by step."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TypeAlias, cast

import yaml

from scaffold.adoptions import ADOPTIONS, rendered
from tagship.domain.adoption import Adoption, Generated
from tagship.scaffold import files

Table: TypeAlias = Mapping[str, object]


def workflows(adoption: Adoption) -> Mapping[str, Generated]:
    """The workflow files of an adoption by their names."""
    found = {generated.path: generated for generated in files(adoption)}
    return {path.rpartition("/")[2]: each for path, each in found.items() if path.startswith(".github/workflows/")}


def parsed(generated: Generated) -> Table:
    """A workflow as YAML reads it, in the version in which `on` is a text."""
    return _parsed(rendered(generated))


@cache
def _parsed(text: str) -> Table:
    return cast("Table", yaml.load(text, Loader=_Loader))


class _Loader(yaml.SafeLoader):
    """Only `true` and `false` are no texts, as for the host."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if first not in "yYnNoO" or tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def jobs(workflow: Table) -> Mapping[str, Table]:
    """The jobs of a workflow by their names."""
    return cast("Mapping[str, Table]", workflow["jobs"])


def steps(job: Table) -> list[Table]:
    """The steps of a job."""
    return cast("list[Table]", job["steps"])


def permissions(job: Table) -> Mapping[str, str]:
    """What a job may do."""
    return cast("Mapping[str, str]", job["permissions"])


def every_workflow() -> Iterator[tuple[str, str, Generated]]:
    """Each workflow of each adoption, with the adoption's name and its own."""
    for name, adoption in ADOPTIONS.items():
        for file, generated in workflows(adoption).items():
            yield name, file, generated


def every_script() -> Iterator[tuple[str, str]]:
    """Each text that a shell is given, with where it stands."""
    for name, file, generated in every_workflow():
        for job, table in jobs(parsed(generated)).items():
            for place, step in enumerate(steps(table)):
                if "run" in step:
                    yield f"{name}: {file}: {job}[{place}]", cast("str", step["run"])
