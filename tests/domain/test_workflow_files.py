"""What a workflow file says, as values."""

import pytest

from tagship.domain.workflow_files import Job, Script, Use, WorkflowFile


@pytest.mark.parametrize(
    ("text", "action", "local"),
    [
        ("Actions/Checkout@v7", "actions/checkout", False),
        ("github/codeql-action/init@v4", "github/codeql-action", False),
        ("./.github/actions/mine", "./.github", True),
        ("docker://python:3.13", "docker:/", True),
        ("$/actions/mine", "$/actions", True),
    ],
)
def test_uses(text: str, action: str, *, local: bool) -> None:
    use = Use(text, 3)

    assert (use.action, use.is_local) == (action, local)


@pytest.mark.parametrize(
    ("script", "uploads"),
    [
        ("twine upload dist/*", True),
        ("python -m twine  upload dist/*", True),
        ('PYTHONPATH="$RUNNER_TEMP/tagship" python -P -m tagship publish --yes', True),
        ("tagship -C x publish", True),
        ("tagship check\necho publish", False),
        ("uv publish", True),
        ("maturin upload", True),
        ("npm publish", False),
        ("mkdocs gh-deploy", False),
    ],
)
def test_what_uploads(script: str, *, uploads: bool) -> None:
    job = Job("a", 1, scripts=(Script(script, 2),))

    assert job.uploads is uploads
    assert WorkflowFile("x/a.yml", jobs=(job,)).uploading == ((job,) if uploads else ())


def test_names_and_permissions() -> None:
    job, named = Job("a", 1, permissions={}), Job("b", 2, name="All of it")
    workflow = WorkflowFile("x/a.yml", events=frozenset({"workflow_call"}), permissions={"contents": "read"})

    assert (job.shown_as, named.shown_as) == ("a", "All of it")
    assert workflow.granted(job) == {}
    assert workflow.granted(named) == {"contents": "read"}
    assert WorkflowFile("x/a.yml").granted(named) == {}
    assert (workflow.is_called, workflow.file_name) == (True, "a.yml")


def test_the_secrets_of_a_job_each_once() -> None:
    job = Job("a", 1, told="x: ${{ secrets.B }}\ny: ${{secrets.A}} ${{ secrets.B }}\nz: secrets.C")

    assert job.secrets == ("B", "A")
