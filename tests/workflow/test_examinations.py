from dataclasses import replace
from pathlib import Path

import pytest

from repositories import Repo, new_project, released
from servers.handmade import make_sdist, make_wheel
from tagship.adapters.manifests import artifact_of, read_manifest, write_manifest
from tagship.domain.artifact import Manifest
from tagship.domain.config import Auth
from tagship.domain.finding import Readiness, Report
from tagship.rehearsal.index import StandInIndex
from tagship.workflow import examinations
from tagship.workflow.workplace import Wishes, Workplace


def with_a_build(path: Path, *, kept: bool) -> Repo:
    """A release and its built files; where they are not kept, something else lies in their place."""
    repo = released(path, "1.0.0")
    dist = repo.path / "dist"
    dist.mkdir()
    files = [make_wheel(dist, version="1.0.0"), make_sdist(dist, version="1.0.0")]
    commit = repo.git("rev-parse", "v1.0.0^{commit}")
    artifacts = tuple(artifact_of(file) for file in files)
    write_manifest(dist, Manifest("handmade", "1.0.0", "v1.0.0", commit, 1, {}, artifacts))
    if not kept:
        (dist / "SHA256SUMS").write_text("", encoding="utf-8")
    return repo


def outcomes(report: Report) -> dict[str, str]:
    return {verdict.id: verdict.outcome.value for verdict in report.verdicts}


def test_the_credential_is_examined_without_a_look_at_the_tag(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project")
    repo.commit({"pyproject.toml": '[project]\nname = "handmade"\nversion = "1.0.0"\n'})
    repo.push()

    with StandInIndex() as index:
        wishes = Wishes(index=index.endpoints, auth=Auth.TOKEN)
        with Workplace(repo.path, environ={"TAGSHIP_TOKEN": index.token}, wishes=wishes) as place:
            report = examinations.credential(place)

    assert (report.command, report.readiness, report.commit) == ("credential", Readiness.READY, None)
    assert outcomes(report)["token-is-alive"] == "passed"


def test_built_files_are_examined(tmp_path: Path) -> None:
    repo = with_a_build(tmp_path / "project", kept=True)

    with Workplace(repo.path, environ={}, tag="v1.0.0") as place:
        report = examinations.validate(place)

    assert (report.command, report.project, report.version) == ("validate", "handmade", "1.0.0")
    assert outcomes(report)["dist-holds-only-the-build"] == "passed"


def test_what_else_lies_among_the_built_files_stops_a_release(tmp_path: Path) -> None:
    repo = with_a_build(tmp_path / "project", kept=False)

    with Workplace(repo.path, environ={}, tag="v1.0.0") as place:
        report = examinations.validate(place)

    assert report.readiness is Readiness.BLOCKED
    assert outcomes(report)["dist-holds-only-the-build"] == "failed"


def test_an_sdist_whose_wheels_are_to_come_is_examined_as_one(tmp_path: Path) -> None:
    repo = with_a_build(tmp_path / "project", kept=True)
    dist = repo.path / "dist"
    whole = read_manifest(dist)
    assert whole is not None
    next(dist.glob("*.whl")).unlink()
    write_manifest(dist, replace(whole, files=tuple(f for f in whole.files if f == whole.sdist), unfinished=True))

    with Workplace(repo.path, environ={}, tag="v1.0.0", wishes=Wishes(no_install="it is slow")) as place:
        report = examinations.validate(place)

    assert report.left_out == ("wheels are still to come",)


@pytest.mark.parametrize(
    ("named", "said", "failed"),
    [
        ("handmade-1.0.0-cp312-cp312-manylinux_2_28_x86_64.whl", "1.0.0", set()),
        ("handmade-1.0.0-cp313-cp313-manylinux_2_28_x86_64.whl", "1.0.0", {"wheel-tags-match-the-name"}),
        ("handmade-1.0.0-cp312-cp312-manylinux_2_28_x86_64.whl", "1.0.1", {"metadata-names-the-release"}),
    ],
)
def test_collected_wheels_are_looked_into_before_they_join(
    tmp_path: Path, named: str, said: str, failed: set[str]
) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    wheel = make_wheel(dist, version="1.0.0", tag="cp312-cp312-manylinux_2_28_x86_64", Version=said)
    files = [wheel.rename(dist / named), make_sdist(dist, version="1.0.0")]
    write_manifest(dist, Manifest("handmade", "1.0.0", "v1.0.0", "a" * 40, 1, {}, tuple(map(artifact_of, files))))

    with Workplace(tmp_path, environ={}) as place:
        report = examinations.collected(place, dist)

    assert (report.command, report.project, report.tag) == ("build", "handmade", "v1.0.0")
    assert failed <= {name for name, outcome in outcomes(report).items() if outcome == "failed"}
    assert (report.readiness is Readiness.READY) == (not failed), outcomes(report)
