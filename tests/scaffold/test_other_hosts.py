"""What is written for GitLab, Forgejo and a plain server: whole for their schemas, sound for a shell, and with care."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import yaml

from scaffold.adoptions import ADOPTIONS, rendered
from scaffold.reading import Table
from tagship.domain.adoption import Adoption, Generated
from tagship.domain.config import Auth, HostKind
from tagship.scaffold import files
from tagship.scaffold.pins import PINS
from tagship.scaffold.trains import trains

BIN = Path(sys.executable).parent
SECONDS = 120
HOST_URLS = {HostKind.GITLAB: "https://gitlab.com", HostKind.FORGEJO: "https://codeberg.org"}
OURS = (".gitlab", ".forgejo")
HIDDEN = "."
NO_JOBS = frozenset({"stages", "include"})
OF_CREDENTIAL = ("tagship-credential", "tagship-publish")


def on(host: HostKind) -> Mapping[str, Adoption]:
    """Every kind of project, on a host."""
    return {name: replace(each, host=host, host_url=HOST_URLS.get(host)) for name, each in ADOPTIONS.items()}


def written(adoption: Adoption) -> Mapping[str, Generated]:
    """The files that its host reads, by their paths."""
    return {each.path: each for each in files(adoption) if each.path.startswith(OURS)}


def parsed(generated: Generated) -> Table:
    return cast("Table", yaml.safe_load(rendered(generated)))


def gitlab_jobs(adoption: Adoption) -> Mapping[str, Table]:
    """The jobs of the one file, with what they extend."""
    whole = cast("Mapping[str, Table]", parsed(written(adoption)[".gitlab/tagship.yml"]))
    return {name: _extended(whole, name) for name in whole if name not in NO_JOBS and not name.startswith(HIDDEN)}


def _extended(whole: Mapping[str, Table], name: str) -> Table:
    own = whole[name]
    base = own.get("extends")
    return _merged(_extended(whole, base), own) if isinstance(base, str) else own


def _merged(base: Table, own: Table) -> Table:
    found = dict(base)
    for key, value in own.items():
        before = found.get(key)
        found[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return found


def scripts(adoption: Adoption) -> Iterator[tuple[str, str, str]]:
    """Each job's commands as one text, with its name and the shell that reads them."""
    if adoption.host is HostKind.GITLAB:
        for name, job in gitlab_jobs(adoption).items():
            lines = [*cast("list[str]", job.get("before_script", [])), *cast("list[str]", job["script"])]
            yield name, "\n".join(lines), "bash"
        return
    for path, generated in written(adoption).items():
        for name, job in cast("Mapping[str, Table]", parsed(generated)["jobs"]).items():
            for place, step in enumerate(cast("list[Table]", job["steps"])):
                yield f"{path}: {name}[{place}]", str(step["run"]), "bash"


BOTH = [(host, name) for host in HOST_URLS for name in ADOPTIONS]


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for each host and kind of project."""
    root = tmp_path_factory.mktemp("projects")
    for host in HOST_URLS:
        for place, adoption in enumerate(on(host).values()):
            for path, generated in written(adoption).items():
                target = root / host.value / str(place) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(rendered(generated), encoding="utf-8")
    return root


@pytest.mark.slow
@pytest.mark.parametrize(
    ("schema", "pattern"),
    [("vendor.gitlab-ci", "gitlab/**/*.yml"), ("vendor.github-workflows", "forgejo/**/*.yml")],
)
def test_the_published_schema_is_met(projects: Path, schema: str, pattern: str) -> None:
    """Forgejo publishes none; its syntax is that of GitHub's workflows."""
    paths = [str(path) for path in sorted(projects.glob(pattern))]
    done = subprocess.run(
        [str(BIN / "check-jsonschema"), "--builtin-schema", schema, *paths],
        capture_output=True,
        check=False,
        text=True,
        timeout=SECONDS,
    )

    assert len(paths) >= len(ADOPTIONS)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_shells_read_every_script(tmp_path: Path) -> None:
    shellcheck = shutil.which("shellcheck") or shutil.which("shellcheck", path=str(BIN))
    if shellcheck is None:
        pytest.skip("shellcheck is not installed")
    paths: list[Path] = []
    for host, name in BOTH:
        for job, text, _ in scripts(on(host)[name]):
            path = tmp_path / f"{len(paths)}.sh"
            path.write_text(f"#!/bin/bash\n# {host.value}: {name}: {job}\nset -eo pipefail\n{text}\n", encoding="utf-8")
            paths.append(path)
    readers = [[shellcheck, "--shell=bash", "--exclude=SC2154", *map(str, paths)]]
    readers += [["bash", "-n", str(path)] for path in paths]
    done = [subprocess.run(words, capture_output=True, check=False, text=True, timeout=SECONDS) for words in readers]

    assert [each.stdout + each.stderr for each in done if each.returncode] == []


@pytest.mark.parametrize("name", ADOPTIONS)
def test_every_job_of_gitlab_ends_and_is_never_cut_short(name: str) -> None:
    for job in gitlab_jobs(on(HostKind.GITLAB)[name]).values():
        assert "timeout" in job
        assert job["interruptible"] is False
        assert job["rules"]


@pytest.mark.parametrize("name", ADOPTIONS)
def test_the_credential_is_where_no_code_of_the_project_is(name: str) -> None:
    adoption = on(HostKind.GITLAB)[name]
    jobs = gitlab_jobs(adoption)
    seeing = {each for each, job in jobs.items() if "environment" in job}

    assert seeing == {job for job in jobs if job.startswith(OF_CREDENTIAL)}
    assert len(seeing) == len(OF_CREDENTIAL) * len(trains(adoption))
    for job_name, job in jobs.items():
        text = "\n".join(cast("list[str]", job["script"]))
        if job_name not in seeing:
            assert "id_tokens" not in job
            assert adoption.secret not in text
            continue
        variables = cast("Mapping[str, str]", job["variables"])
        assert variables["GIT_STRATEGY"] == "none"
        assert job["inherit"] == {"default": False, "variables": False}
        assert job["before_script"] == []
        assert "pip" not in text
        assert ("id_tokens" in job) is (adoption.auth is Auth.TRUSTED)
        assert (f'TAGSHIP_TOKEN="${adoption.secret}"' in text) is (adoption.auth is Auth.TOKEN)


@pytest.mark.parametrize("name", ADOPTIONS)
def test_a_release_is_for_protected_tags(name: str) -> None:
    for job_name, job in gitlab_jobs(on(HostKind.GITLAB)[name]).items():
        rules = [str(rule["if"]) for rule in cast("list[Table]", job["rules"])]
        tagged = [rule for rule in rules if "$CI_COMMIT_TAG =~" in rule]
        wanted = "!=" if job_name.startswith("tagship-unprotected") else "=="
        assert all(f'$CI_COMMIT_REF_PROTECTED {wanted} "true"' in rule for rule in tagged)
        if job_name.startswith("tagship-gate"):
            assert tagged


@pytest.mark.parametrize("name", ADOPTIONS)
def test_what_a_job_needs_is_there_and_before_it(name: str) -> None:
    adoption = on(HostKind.GITLAB)[name]
    order = cast("list[str]", parsed(written(adoption)[".gitlab/tagship.yml"])["stages"])
    jobs = gitlab_jobs(adoption)
    for job in jobs.values():
        for need in cast("list[str | Table]", job.get("needs", [])):
            needed = jobs[need if isinstance(need, str) else str(need["job"])]
            assert order.index(str(needed["stage"])) <= order.index(str(job["stage"]))


@pytest.mark.parametrize(
    ("name", "tag", "fits"),
    [
        ("pure, trusted", "v1.2.0", True),
        ("pure, trusted", "v1.2.0rc1", True),
        ("pure, trusted", "vnext", False),
        ("pure, trusted", "xv1.2.0", False),
        ("pure, trusted", "v1.2.0; touch x", False),
        ("pure, odd tags", "rel+[x]*1.0-final", True),
        ("pure, odd tags", "rel+[x]*1.0-finale", False),
        ("several, trusted", "core-v1.0", True),
        ("several, one of them compiled", "core/v1.0", True),
        ("several, one of them compiled", "fast/v1.0", False),
    ],
)
def test_the_expression_of_gitlab_takes_the_tags(name: str, tag: str, *, fits: bool) -> None:
    job = gitlab_jobs(on(HostKind.GITLAB)[name])["tagship-gate"]
    rule = str(cast("list[Table]", job["rules"])[0]["if"])
    patterns = [each.replace(r"\/", "/") for each in re.findall(r"=~ /(.*?)/(?= |\))", rule)]

    assert any(re.search(pattern, tag) for pattern in patterns) is fits


def test_an_image_is_named_by_digest_where_one_is_known() -> None:
    digest = f"python:3.13@sha256:{'0' * 64}"
    pins = replace(PINS, images={"python": digest, "python-slim": digest})
    for host in HOST_URLS:
        adoption = replace(on(host)["pure, trusted"], pins=pins, tests=None)
        for generated in written(adoption).values():
            text = rendered(generated)
            assert "no digest" not in text
            assert re.findall(r"image: (?!python:3\.13@sha256)\S+", text) == []


def test_jobs_without_a_choice_of_ours_carry_a_name_that_is_ours() -> None:
    """The host merges what is called alike: a user's own `build` must not change into ours."""
    for adoption in on(HostKind.GITLAB).values():
        whole = parsed(written(adoption)[".gitlab/tagship.yml"])
        assert all(re.match(r"\.?tagship|ready$|stages$", name) for name in whole)


@pytest.mark.parametrize("name", ADOPTIONS)
def test_forgejo_needs_no_action_and_gives_the_token_to_two_kinds_of_steps(name: str) -> None:
    adoption = on(HostKind.FORGEJO)[name]
    secret = f"${{{{ secrets.{adoption.secret} }}}}"
    seeing: set[str] = set()
    for path, generated in written(adoption).items():
        for job in cast("Mapping[str, Table]", parsed(generated)["jobs"]).values():
            assert "timeout-minutes" in job
            assert "environment" not in job
            assert "permissions" not in job
            for step in cast("list[Table]", job["steps"]):
                assert "uses" not in step
                assert "${{" not in str(step["run"])
                if secret in cast("Mapping[str, str]", step.get("env", {})).values():
                    seeing.add(f"{path.rpartition('/')[2][:7]}: {str(step['name']).split()[0]}")

    assert seeing == {"release: Credential", "release: Publish"}


def test_forgejo_says_what_it_cannot_do() -> None:
    release = rendered(written(on(HostKind.FORGEJO)["pure, trusted"])[".forgejo/workflows/release.yml"])

    assert "has no environments" in release
    assert "no trusted publishing" in release
    assert "--auth token" in release
    assert "--auth trusted" not in release


@pytest.mark.parametrize("name", ["pure, trusted", "pure, token"])
@pytest.mark.parametrize("host", [HostKind.GITLAB, HostKind.FORGEJO, HostKind.PLAIN])
def test_the_guide_is_of_this_host(host: HostKind, name: str) -> None:
    guide = next(rendered(each) for each in files(replace(ADOPTIONS[name], host=host)) if each.path == "RELEASING.md")
    told = {
        HostKind.GITLAB: "merge request",
        HostKind.FORGEJO: "every workflow that a push starts can read it",
        HostKind.PLAIN: "tagship ship v1.2.0",
    }

    assert told[host] in guide
    assert ("trusts the workflow itself" in guide) is (host is HostKind.GITLAB and name == "pure, trusted")


def test_a_plain_server_reads_nothing() -> None:
    paths = [each.path for each in files(replace(ADOPTIONS["pure, trusted"], host=HostKind.PLAIN))]

    assert paths == ["RELEASING.md", ".pre-commit-config.yaml"]
