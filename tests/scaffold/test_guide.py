"""The guide, as whoever releases a project reads it."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from scaffold.adoptions import ADOPTIONS, ELSEWHERE, MIXED, SEVERAL, TRUSTED, rendered
from tagship.cli.commands import COMMANDS
from tagship.domain.adoption import Adoption, Comments
from tagship.domain.config import Auth, HostKind, Way
from tagship.domain.endpoints import PYPI
from tagship.scaffold.guide import guide, registered

HOSTED = [replace(TRUSTED, host=host, auth=auth) for host in HostKind for auth in Auth]
NOT_YET = {"doctor", "guard", "announce", "init", "scan", "audit"}
"""Commands of the design that come with the same files."""


def told(adoption: Adoption) -> str:
    return guide(adoption).blocks["releasing"]


@pytest.mark.parametrize("adoption", [*ADOPTIONS.values(), *HOSTED])
def test_every_command_in_it_is_one(adoption: Adoption) -> None:
    known = {command.name for command in COMMANDS} | NOT_YET
    text = told(adoption)
    named = set(re.findall(r"(?:\$ |`)tagship (\w+)", text))

    assert named >= {"check", "tag"}
    assert named <= known
    assert text.count("```") % 2 == 0
    assert "\n\n\n" not in rendered(guide(adoption))
    assert guide(adoption).comments is Comments.MARKUP


def test_it_speaks_of_this_project() -> None:
    adoption = replace(ADOPTIONS["pure, release lines"], way=Way.RELEASE_PR)
    text = told(adoption)

    assert text.startswith("# Releasing demo\n")
    assert "git switch trunk && git pull" in text
    assert "`CHANGELOG.md`" in text
    assert "gh workflow run release.yml --ref trunk -f tag=v1.2.0" in text
    assert "https://github.com/someone/demo/actions" in text
    assert "`release/*`, `1.x`" in text
    assert "the check `ready`" in text


def test_the_way_of_the_project_is_told() -> None:
    in_pr, prepared, fragments = (told(replace(TRUSTED, way=way)) for way in (Way.IN_PR, Way.RELEASE_PR, Way.FRAGMENTS))

    assert "The branch brings its version" in in_pr
    assert "leaves the version alone" in prepared
    assert "fragment of news" in fragments
    assert [text.count("## A release") for text in (in_pr, prepared, fragments)] == [1, 1, 1]
    assert "Once it is merged" not in in_pr
    assert "Once it is merged" in prepared


def test_the_index_is_told_what_the_run_will_present() -> None:
    (package,) = TRUSTED.packages
    form, pending = (urlsplit(address) for address in re.findall(r"\[add\]\((\S+)\)", told(TRUSTED)))
    values = {"owner": "someone", "repository": "demo", "workflow_filename": "release.yml", "environment": "pypi"}

    assert registered(TRUSTED, package) == values
    assert parse_qs(form.query) == {name: [value] for name, value in {"provider": "github", **values}.items()}
    assert f"{form.scheme}://{form.netloc}" == PYPI.site
    assert form.path == "/manage/project/demo/settings/publishing/"
    assert parse_qs(pending.query)["project_name"] == ["demo"]
    assert pending.path == "/manage/account/publishing/"


def test_each_package_is_trusted_with_its_own_workflow() -> None:
    adoption = replace(TRUSTED, packages=MIXED)

    assert [registered(adoption, each)["workflow_filename"] for each in MIXED] == ["release.yml", "release-wheels.yml"]
    assert "gh workflow run release-wheels.yml --ref main -f tag=fast/v1.2.0" in told(adoption)


def test_a_project_of_a_group_is_told_as_the_form_asks() -> None:
    adoption = replace(TRUSTED, host=HostKind.GITLAB, repository="group/sub/demo", host_url="https://gitlab.com/")
    values = registered(adoption, adoption.packages[0])

    assert values == {
        "namespace": "group/sub",
        "project": "demo",
        "workflow_filepath": ".gitlab-ci.yml",
        "environment": "pypi",
    }
    assert "https://gitlab.com/group/sub/demo/-/pipelines" in told(adoption)
    assert "merge request" in told(adoption)


def test_a_token_is_stored_and_nothing_is_registered() -> None:
    text = told(replace(TRUSTED, auth=Auth.TOKEN, environment="private", secret="UPLOAD"))

    assert "environment `private`, called `UPLOAD`" in text
    assert "tagship credential --bind --store" in text
    assert str(PYPI.token_page) in text
    assert "[add]" not in text
    assert "Make one there" not in told(replace(TRUSTED, auth=Auth.TOKEN, index=ELSEWHERE))


def test_where_no_machine_waits_the_release_is_one_command() -> None:
    text = told(replace(TRUSTED, host=HostKind.PLAIN, auth=Auth.TOKEN, repository=None, host_url=None))

    assert "tagship ship v1.2.0" in text
    assert "tagship guard --install" in text
    assert "gh workflow" not in text


@pytest.mark.parametrize("way", list(Way))
def test_a_plain_server_has_no_pull_requests(way: Way) -> None:
    plain = replace(TRUSTED, host=HostKind.PLAIN, auth=Auth.TOKEN, way=way, release_lines=("1.x",))
    text = told(plain)

    assert "pull request" not in text
    assert "merge request" not in text
    assert "a change comes through a branch and a merge on the server" in text
    assert ("Have it merged on the server." in text) is (way is not Way.IN_PR)
    assert "a branch from there, a merge on the server back to it" in text


def test_an_unknown_repository_is_a_place_to_fill_in() -> None:
    adoption = replace(TRUSTED, repository=None)

    assert registered(adoption, adoption.packages[0])["owner"] == "OWNER"
    assert "the runs are here" not in told(adoption)


def test_an_index_without_pages_has_no_forms() -> None:
    assert "| - | - |" in told(replace(TRUSTED, index=ELSEWHERE))


def test_of_several_packages_one_is_named() -> None:
    text = told(replace(TRUSTED, packages=SEVERAL))

    assert text.startswith("# Releasing core, acme.app\n")
    assert "tagship tag --package NAME" in text
    assert "`packages/core/CHANGELOG.md` or `packages/app/CHANGELOG.md`" in text
