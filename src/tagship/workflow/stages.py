"""Makes the steps of a release for one workplace; which ones, and in which order, is for the plans to say."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

from tagship.adapters.builder import IsolatedBuilder
from tagship.adapters.manifests import manifest_path
from tagship.adapters.venv import clean_room
from tagship.domain.artifact import Manifest
from tagship.domain.facts import Host
from tagship.domain.plan import Done
from tagship.errors import Edit, NotThere, UsageError
from tagship.workflow import examinations
from tagship.workflow.execute import Execution, look
from tagship.workflow.execute import Onlooker as StageOnlooker
from tagship.workflow.files.receipts import receipt_path
from tagship.workflow.steps.build import Build, BuildSdist, Origins
from tagship.workflow.steps.collect import Collect
from tagship.workflow.steps.examine import CheckCredential, Gate, Validate
from tagship.workflow.steps.prove import Circumstances, Patience, Prove
from tagship.workflow.steps.proved import SeeProof
from tagship.workflow.steps.release import (
    MANIFEST_ASSET,
    RECEIPT_ASSET,
    DraftRelease,
    PublishRelease,
    asset_named,
)
from tagship.workflow.steps.upload import TransferOnlooker, Upload
from tagship.workflow.workplace import Workplace


class Onlooker(StageOnlooker, TransferOnlooker, Protocol):
    """Who watches a release: stages, transfers and notes."""


class Stages:
    """The steps for one tag, each made when a plan first asks for it, so that none needs what another one does.

    `execution` is the run whose results the receipt tells. `draft` and `release` hold one step each, or
    none where there is no code host. `wheels` is where wheels that were built elsewhere lie.
    """

    def __init__(
        self,
        place: Workplace,
        execution: Execution,
        onlooker: Onlooker,
        *,
        patience: Patience,
        wheels: Path | None = None,
    ) -> None:
        self._place = place
        self._execution = execution
        self._onlooker = onlooker
        self._patience = patience
        self._wheels = wheels

    @cached_property
    def gate(self) -> Gate:
        """May the tag ship?"""
        return Gate(self._place.facts.tag_name, partial(examinations.gate, self._place))

    @cached_property
    def credential(self) -> CheckCredential:
        """Is the credential good, where one is needed?"""
        return CheckCredential(
            self._place.config.index.name,
            needed=lambda: not isinstance(look(self.upload), Done),
            examination=partial(examinations.credential, self._place),
        )

    @cached_property
    def _origins(self) -> Origins:
        facts = self._place.facts
        return Origins(
            tag=facts.tag_name,
            commit=lambda: facts.tag.commit,
            epoch=lambda: int(facts.committed_at.timestamp()),
            project=lambda: (facts.project.name, str(facts.version)),
        )

    @cached_property
    def _builder(self) -> IsolatedBuilder:
        return IsolatedBuilder(self._place.repository, project=self._place.inside or ".")

    @cached_property
    def build(self) -> Build:
        """Sdist, and wheel from it."""
        return Build(self._builder, self._origins, dist=self._place.dist)

    @cached_property
    def build_sdist(self) -> BuildSdist:
        """The sdist alone, for wheels to be built from elsewhere."""
        return BuildSdist(self._builder, self._origins, dist=self._place.dist)

    @cached_property
    def collect(self) -> Collect:
        """Those wheels, put beside it; raises UsageError where nobody said where they lie."""
        if self._wheels is None:
            raise UsageError("wheels are collected from a directory", remedy=Edit("name it with --with"))
        return Collect(
            self._origins,
            dist=self._place.dist,
            wheels=self._wheels,
            examine=partial(examinations.collected, self._place),
        )

    @cached_property
    def validate(self) -> Validate:
        """What is about to be built is examined once it is whole."""
        return Validate(
            built=lambda: isinstance(look(self.build), Done), examination=partial(examinations.validate, self._place)
        )

    @cached_property
    def validate_given(self) -> Validate:
        """What was built elsewhere is examined as it lies there: what it lacks is what the examination must tell."""
        here = self._place.is_in_repository
        examination = examinations.validate if here else examinations.handed_on
        return Validate(built=lambda: True, examination=partial(examination, self._place))

    @cached_property
    def upload(self) -> Upload:
        """What the index lacks."""
        place = self._place
        return Upload(
            place.index,
            place.credentials,
            self._manifest,
            dist=place.dist,
            index_name=place.config.index.name,
            onlooker=self._onlooker,
            takes_files_for=place.config.index.takes_files_for,
        )

    @cached_property
    def prove(self) -> Prove:
        """What the index serves."""
        place = self._place
        return Prove(
            place.index,
            clean_room(place.config.index.simple),
            Circumstances(
                index_name=place.config.index.name,
                manifest=self._manifest,
                requires_python=lambda: place.facts.project.requires_python,
                notes=partial(_notes, place),
                waived=place.excused(),
                results=self._execution.results,
                takes_files_for=place.config.index.takes_files_for,
            ),
            dist=place.dist,
            onlooker=self._onlooker,
            patience=self._patience,
        )

    @property
    def _manifest(self) -> Callable[[], Manifest | None]:
        """The build of the tag; where no repository tells of the tag, the one that lies here."""
        return self.build.manifest if self._place.is_in_repository else self._place.manifest

    @cached_property
    def proof(self) -> SeeProof:
        """The receipt that lies here, held against the build and the index."""
        place = self._place
        return SeeProof(
            place.index,
            self._manifest,
            tag=place.facts.tag_name,
            dist=place.dist,
            index_name=place.config.index.name,
        )

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
        return (
            PublishRelease(
                host,
                tag=place.facts.tag_name,
                latest=partial(_is_latest, place),
                assets=partial(_assets, place),
                awaited=partial(_awaited, place),
            ),
        )

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


def _assets(place: Workplace) -> Mapping[str, Path]:
    """What is attached to the host's release, by the names that it gets there."""
    own = place.package if _with_the_same_tag(place) else None
    return {
        asset_named(MANIFEST_ASSET, own): manifest_path(place.dist),
        asset_named(RECEIPT_ASSET, own): receipt_path(place.dist),
    }


def _awaited(place: Workplace) -> tuple[str, ...]:
    """What the other packages of the tag attach."""
    return tuple(asset_named(RECEIPT_ASSET, name) for name in _with_the_same_tag(place))


def _with_the_same_tag(place: Workplace) -> tuple[str, ...]:
    """The other packages that the same tag releases, by their names; none where each has tags of its own."""
    family = None if place.package is None else place.facts.family
    own = None if family is None else place.facts.template
    members = {} if family is None else family.members
    return tuple(name for name, each in members.items() if each.template == own and name != place.package)
