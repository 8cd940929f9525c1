"""Which secret store a project has, and what is told once a token lies in it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.planted import planted
from repositories import Repo
from tagship.adapters.github.secrets import GitHubSecrets
from tagship.domain.credential import Credential, Secret
from tagship.domain.hosting import StoredSecret
from tagship.domain.plan import Stopped
from tagship.domain.secret_store import SecretStore, Shelf
from tagship.errors import FactUnknown, UsageError
from tagship.workflow.execute import preview
from tagship.workflow.storing import StoringPlace
from tagship.workflow.workplace import Wishes

SHELF = Shelf("pypi", "PYPI_API_TOKEN")


class Exposing:
    """A store that has the secret for every workflow as well, or that does not tell."""

    repository_name = "somebody/project"

    def __init__(self, exposed: Sequence[StoredSecret] | None) -> None:
        self._exposed = exposed

    def insist_on_safety(self, shelf: Shelf) -> None:
        """It always is."""

    def remark(self, shelf: Shelf) -> str | None:
        raise AssertionError(shelf)

    def held(self, shelf: Shelf) -> StoredSecret | None:
        raise AssertionError(shelf)

    def store(self, secret: Secret, shelf: Shelf) -> None:
        raise AssertionError((secret.origin, shelf))

    def exposed(self, name: str) -> Sequence[StoredSecret]:
        assert name == SHELF.name
        if self._exposed is None:
            raise FactUnknown("no answer")
        return self._exposed


def nobody() -> Credential:
    raise AssertionError("nothing is stored here")


def at(repo: Repo, wishes: Wishes | None = None, environ: dict[str, str] | None = None) -> StoringPlace:
    return StoringPlace(repo.path, environ=environ or {}, wishes=wishes)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.new(tmp_path / "project")
    repo.commit({"pyproject.toml": '[project]\nname = "mine"\nversion = "1"\n'})
    return repo


@pytest.mark.parametrize("token", [None, planted().encode("ascii", "ignore").decode()])
def test_a_remote_on_github_has_its_environments(repo: Repo, token: str | None) -> None:
    repo.git("remote", "set-url", "origin", "https://github.com/somebody/project.git")
    heard: list[object] = []
    environ = {"PATH": ""} if token is None else {"GH_TOKEN": token, "PATH": ""}
    with at(repo, Wishes(on_secret=heard.append), environ) as place:
        secrets = place.secrets()

        assert isinstance(secrets, GitHubSecrets)
        assert secrets.otherwise is not None
        assert place.secrets() is secrets

    assert len(heard) == (token is not None)


@pytest.mark.parametrize("host", [None, "none", "github"])
def test_a_remote_elsewhere_has_none(repo: Repo, host: str | None) -> None:
    with at(repo, Wishes(host_name=host)) as place, pytest.raises(UsageError, match="no code host that keeps secrets"):
        place.secrets()


def test_offline_nobody_is_asked(repo: Repo) -> None:
    with at(repo, Wishes(offline=True)) as place:
        (shown,) = preview(place.storing(nobody, SHELF))

    assert isinstance(shown.state, Stopped)
    assert isinstance(shown.state.error, FactUnknown)


@pytest.mark.parametrize(
    ("exposed", "told"),
    [
        ((), []),
        ((StoredSecret("PYPI_API_TOKEN", "the repository"),), ["PYPI_API_TOKEN lies in the repository as well"]),
        (None, ["whether a secret PYPI_API_TOKEN lies elsewhere as well is not known: no answer"]),
    ],
)
def test_what_lies_where_every_workflow_may_read_it_is_told(
    repo: Repo, exposed: Sequence[StoredSecret] | None, told: list[str]
) -> None:
    def made() -> SecretStore:
        return Exposing(exposed)

    with at(repo) as place:
        place.kept_by = made
        found = place.exposed(SHELF)

    assert [each[: len(wanted)] for each, wanted in zip(found, told, strict=True)] == told


WORKFLOW = """\
on: push
jobs:
  publish:
    environment: releases
    steps:
      - run: twine upload dist/*
        env:
          TWINE_PASSWORD: ${{ secrets.UPLOAD }}
"""


@pytest.mark.parametrize(
    ("host", "shelf"),
    [("github", Shelf("releases", "UPLOAD")), ("gitlab", SHELF), ("none", SHELF)],
)
def test_it_lies_where_the_publishing_job_looks_for_it(repo: Repo, host: str, shelf: Shelf) -> None:
    repo.commit({".github/workflows/release.yml": WORKFLOW})

    with at(repo, Wishes(host_name=host)) as place:
        assert place.shelf == shelf


def test_the_customary_place_outside_of_any_repository(tmp_path: Path) -> None:
    with StoringPlace(tmp_path, environ={}, wishes=Wishes(host_name="github")) as place:
        assert place.shelf == SHELF
