"""Makes the steps of a release for one workplace; which ones, and in which order, is for the plans to say."""

from functools import cached_property, partial
from typing import Protocol

from tagship.adapters.builder import IsolatedBuilder
from tagship.adapters.venv import clean_room
from tagship.domain.facts import Host
from tagship.domain.plan import Done
from tagship.errors import NotThere
from tagship.workflow import examinations
from tagship.workflow.execute import Execution, look
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
        self._place = place
        self.build = Build(
            IsolatedBuilder(place.repository, project=place.inside or "."),
            tag=facts.tag_name,
            commit=lambda: facts.tag.commit,
            epoch=lambda: int(facts.committed_at.timestamp()),
            project=lambda: (facts.project.name, str(facts.version)),
            dist=place.dist,
        )
        self.upload = Upload(
            place.index,
            place.credentials,
            self.build.manifest,
            dist=place.dist,
            index_name=index_name,
            onlooker=onlooker,
            takes_files_for=place.config.index.takes_files_for,
        )
        self.prove = Prove(
            place.index,
            clean_room(place.config.index.simple),
            Circumstances(
                index_name=index_name,
                manifest=self.build.manifest,
                requires_python=lambda: facts.project.requires_python,
                notes=partial(_notes, place),
                waived=place.excused(),
                results=execution.results,
                takes_files_for=place.config.index.takes_files_for,
            ),
            dist=place.dist,
            onlooker=onlooker,
            patience=patience,
        )
        self.gate = Gate(facts.tag_name, partial(examinations.gate, place))
        self.credential = CheckCredential(
            index_name,
            needed=lambda: not isinstance(look(self.upload), Done),
            examination=partial(examinations.credential, place),
        )
        # What is about to be built is examined once it is whole,
        self.validate = Validate(
            built=lambda: isinstance(look(self.build), Done), examination=partial(examinations.validate, place)
        )
        # what was built elsewhere as it lies there: what it lacks is what the examination must tell.
        self.validate_given = Validate(built=lambda: True, examination=partial(examinations.validate, place))

    @cached_property
    def draft(self) -> tuple[DraftRelease, ...]:
        """The step that drafts the host's release."""
        place, host = self._place, self._host
        if host is None:
            return ()
        return (
            DraftRelease(
                host,
                tag=place.facts.tag_name,
                version=lambda: place.facts.version,
                notes=lambda: _notes(place) or "",
            ),
        )

    @cached_property
    def release(self) -> tuple[PublishRelease, ...]:
        """The step that makes it public."""
        place, host = self._place, self._host
        if host is None:
            return ()
        latest = partial(_is_latest, place)
        return (PublishRelease(host, tag=place.facts.tag_name, latest=latest, dist=place.dist),)

    @property
    def _host(self) -> Host | None:
        return self._place.host()


def _notes(place: Workplace) -> str | None:
    """The notes, or None where the project has none; whether it may ship without is for the gate to say."""
    try:
        _, section = place.notes()
    except NotThere:
        return None
    return section.body


def _is_latest(place: Workplace) -> bool:
    """Whether no higher final version was tagged or published: a maintenance release is not the latest."""
    facts = place.facts
    tagged = {facts.template.version_in(name) for name in facts.tags}
    finals = [version for version in facts.index.versions | tagged if version and not version.is_prerelease]
    return not facts.version.is_prerelease and facts.version >= max(finals, default=facts.version)
