"""What a project needs of its host, from its tags and its workflow files."""

import pytest

from tagship.domain.version import TagTemplate
from tagship.domain.workflow_files import Job, Script, Use, WorkflowFile
from tagship.workflow.hosting.wanting import environment_in, secret_in, tags_ahead, unpinned_in

COMMIT = "0" * 40


def uploading(environment: str | None = None, secrets: str = "") -> WorkflowFile:
    job = Job("up", 1, environment=environment, scripts=(Script("twine upload", 2),), told=secrets)
    return WorkflowFile("x/a.yml", jobs=(job,))


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ([], "pypi"),
        ([None], "pypi"),
        (["release"], "release"),
        (["${{ inputs.where }}"], "pypi"),
        (["testpypi", "release"], "release"),
        (["release", "pypi"], "pypi"),
        (["test"], "test"),
    ],
)
def test_the_environment_of_the_publishing_job(named: list[str | None], meant: str) -> None:
    assert environment_in([uploading(name) for name in named]) == meant


def test_the_environment_that_the_project_names() -> None:
    assert environment_in([uploading()], "releases") == "releases"
    assert environment_in([uploading("pypi"), uploading("releases")], "releases") == "releases"
    assert environment_in([uploading("pypi")], "releases") == "pypi"


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("", "PYPI_API_TOKEN"),
        ("${{ secrets.GITHUB_TOKEN }}", "PYPI_API_TOKEN"),
        ("${{ secrets.GITHUB_TOKEN }} ${{ secrets.UPLOAD }}", "UPLOAD"),
        ("${{ secrets.TEST_PYPI }} ${{ secrets.PYPI }}", "PYPI"),
    ],
)
def test_the_secret_of_the_publishing_job(told: str, meant: str) -> None:
    assert secret_in([uploading(secrets=told)]) == meant


def test_actions_by_tag_or_branch() -> None:
    uses = (Use(f"a/b@{COMMIT}", 1), Use("a/c@v1", 2), Use("a/c@v1", 3), Use("./mine", 4), Use("a/d", 5))
    jobs = (Job("x", 1, uses=uses), Job("y", 9, calls=Use("o/r/.github/workflows/z.yml@main", 10)))

    assert unpinned_in([WorkflowFile("x/a.yml", jobs=jobs)]) == ("a/c@v1", "a/d", "o/r/.github/workflows/z.yml@main")


def test_the_tags_to_come() -> None:
    assert tags_ahead(TagTemplate(), ["v1.2.3", "v0.9", "other"]) == ("v1.2.4", "v1.3.0", "v2.0.0")
    assert tags_ahead(TagTemplate(), ["other"]) == ()
