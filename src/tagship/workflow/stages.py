"""Makes the steps of a release for one workplace; which ones, and in which order, is for the plans to say."""

from functools import partial
from typing import Protocol

from tagship.adapters.builder import IsolatedBuilder
from tagship.adapters.venv import clean_room
from tagship.domain.facts import Host
from tagship.domain.plan import Done
from tagship.workflow import examinations
from tagship.workflow.execute import Execution
from tagship.workflow.execute import Onlooker as StageOnlooker
from tagship.workflow.steps.build import Build
from tagship.workflow.steps.examine import CheckCredential, Gate, Validate
from tagship.workflow.steps.prove import Circumstances, Patience, Prove
from tagship.workflow.steps.release import DraftRelease, PublishRelease
from tagship.workflow.steps.upload import TransferOnlooker, Upload
from tagship.workflow.workplace import Workplace


class Onlooker(StageOnlooker, TransferOnlooker, Protocol):
    """Who watches a release: stages, transfers and notes."""


class Stages:
    """The steps for one tag.

    `execution` is the run whose results the receipt tells. `draft` and `release` hold one step each, or
    none where there is no code host.
    """

    def __init__(self, place: Workplace, execution: Execution, onlooker: Onlooker, *, patience: Patience) -> None:
        facts, index_name = place.facts, place.config.index.name
        self.build = Build(
            IsolatedBuilder(place.repository, project=place.inside or "."),
            tag=place.facts.tag_name,
            commit=lambda: facts.tag.commit,
            epoch=lambda: int(facts.committed_at.timestamp()),
            project=lambda: (facts.project.name, str(facts.version)),
            dist=place.dist,
        )
        self.upload = Upload(place.index, place.credentials, dist=place.dist, index_name=index_name, onlooker=onlooker)
        self.prove = Prove(
            place.index,
            clean_room(place.config.index.simple),
            Circumstances(
                index_name=index_name,
                requires_python=lambda: facts.project.requires_python,
                notes=lambda: place.notes()[1].body,
                waived=place.excused(),
                results=execution.results,
            ),
            dist=place.dist,
            onlooker=onlooker,
            patience=patience,
        )
        self.gate = Gate(place.facts.tag_name, partial(examinations.gate, place))
        self.credential = CheckCredential(
            index_name,
            needed=lambda: not isinstance(self.upload.probe(), Done),
            examination=partial(examinations.credential, place),
        )
        self.validate = Validate(
            built=lambda: isinstance(self.build.probe(), Done), examination=partial(examinations.validate, place)
        )
        host = place.host()
        self.draft = () if host is None else (_draft(host, place),)
        self.release = () if host is None else (_release(host, place),)


def _draft(host: Host, place: Workplace) -> DraftRelease:
    return DraftRelease(
        host, tag=place.facts.tag_name, version=lambda: place.facts.version, notes=lambda: place.notes()[1].body
    )


def _release(host: Host, place: Workplace) -> PublishRelease:
    return PublishRelease(host, tag=place.facts.tag_name, latest=partial(_is_latest, place), dist=place.dist)


def _is_latest(place: Workplace) -> bool:
    """Whether no higher final version was tagged or published: a maintenance release is not the latest."""
    facts = place.facts
    tagged = {facts.template.version_in(name) for name in facts.tags}
    finals = [version for version in facts.index.versions | tagged if version and not version.is_prerelease]
    return not facts.version.is_prerelease and facts.version >= max(finals, default=facts.version)
