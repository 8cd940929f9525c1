"""Workflows are run as GitHub runs them: order, conditions, matrices, secrets, masks, files, protection."""

import json
from textwrap import indent

import pytest

from repositories import Repo
from running.conftest import WORKFLOW, Begin
from running.events import Environment, dispatch, pull_request, push
from running.expressions import InvalidWorkflowError
from running.job import UnsupportedError
from running.results import RunResult

TAG = "refs/tags/v1.0"


def workflow(jobs: str, on: str = "push", head: str = "permissions: {}") -> str:
    return f"name: w\non: {on}\n{head}\njobs:\n{indent(jobs, '  ')}"


def pushed(begin: Begin, jobs: str, *, ref: str = TAG, head: str = "permissions: {}", **settings: object) -> RunResult:
    runner = begin(workflow(jobs, head=head), **settings)
    result = runner.run(WORKFLOW, push(runner.repository, ref))
    assert result is not None
    return result


def test_outputs_reach_the_jobs_that_need_them(begin: Begin) -> None:
    result = pushed(
        begin,
        """
last:
  needs: [first]
  runs-on: ubuntu-24.04
  env: {FROM_JOB: "${{ needs.first.outputs.version }}"}
  steps:
    - run: |
        echo "$GITHUB_REF_NAME $FROM_JOB $FROM_STEP $LATER"
      env: {FROM_STEP: "${{ format('{0}-{1}', github.ref_type, needs.first.result) }}"}
first:
  runs-on: ubuntu-24.04
  outputs: {version: "${{ steps.read.outputs.version }}"}
  steps:
    - id: read
      run: |
        echo "version=1.0" >> "$GITHUB_OUTPUT"
        { echo "many<<END"; echo one; echo two; echo END; } >> "$GITHUB_OUTPUT"
        echo "LATER=later" >> "$GITHUB_ENV"
        mkdir tool && printf '#!/bin/sh\\necho found' > tool/mine && chmod +x tool/mine
        echo "$PWD/tool" >> "$GITHUB_PATH"
        echo "# Summary" >> "$GITHUB_STEP_SUMMARY"
    - run: mine; echo "$LATER"
    - run: pwd
      working-directory: tool
""",
    )

    assert result.conclusions == {"first": "success", "last": "success"}
    assert result.job("first").step("read").outputs == {"version": "1.0", "many": "one\ntwo"}
    assert result.job("first").steps[1].lines == ["found", "later"]
    assert result.job("first").steps[2].log.endswith("/tool")
    assert result.job("first").summary == "# Summary\n"
    assert result.job("last").log == "v1.0 1.0 tag-success "


def test_a_failing_step_stops_its_job_and_only_what_asks_for_it_still_runs(begin: Begin) -> None:
    result = pushed(
        begin,
        """
test:
  runs-on: ubuntu-24.04
  steps:
    - {id: tolerated, run: exit 3, continue-on-error: true}
    - {id: wrong, run: "echo '::error file=a.py,line=3::not%0Athis'; exit 4"}
    - {id: after, run: echo never}
    - {id: tidy, if: "always()", run: "echo ${{ steps.tolerated.outcome }} ${{ steps.tolerated.conclusion }}"}
    - {id: tell, if: "failure() && steps.wrong.outcome == 'failure'", run: echo told}
publish: {needs: [test], runs-on: ubuntu-24.04, steps: [{run: echo never}]}
after-publish: {needs: [publish], runs-on: ubuntu-24.04, if: "always()", steps: [{run: echo x}]}
after-all: {needs: [after-publish], runs-on: ubuntu-24.04, steps: [{run: echo never}]}
failed:
  needs: [test, publish]
  if: failure()
  runs-on: ubuntu-24.04
  steps: [{run: "echo ${{ join(needs.*.result, ',') }}"}]
unfailed: {needs: [failed], runs-on: ubuntu-24.04, if: "!failure() && !cancelled()", steps: [{run: echo never}]}
""",
    )

    assert result.conclusions == {
        "test": "failure", "publish": "skipped", "after-publish": "success", "after-all": "skipped",
        "failed": "success", "unfailed": "skipped",
    }  # fmt: skip
    assert result.conclusion == "failure"
    assert [step.outcome for step in result.job("test").steps] == [
        "failure",
        "failure",
        "skipped",
        "success",
        "success",
    ]
    assert result.job("test").step("tidy").log == "failure success"
    assert result.job("failed").log == "failure,skipped"
    (annotation,) = result.job("test").annotations
    assert (annotation.message, annotation.properties) == ("not\nthis", {"file": "a.py", "line": "3"})


def test_a_shell_fails_on_a_broken_pipe_where_it_is_asked_to(begin: Begin) -> None:
    result = pushed(
        begin,
        """
a: {runs-on: ubuntu-24.04, steps: [{run: "false | cat"}]}
b: {runs-on: ubuntu-24.04, defaults: {run: {shell: bash}}, steps: [{run: "false | cat"}]}
c: {runs-on: ubuntu-24.04, steps: [{shell: python, run: "import sys; print(sys.prefix != sys.base_prefix)"}]}
""",
    )

    assert result.conclusions == {"a": "success", "b": "failure", "c": "success"}
    assert result.job("c").log == "True"


def test_a_matrix_has_legs(begin: Begin) -> None:
    result = pushed(
        begin,
        """
plan: {runs-on: ubuntu-24.04, outputs: {all: '["x", "y"]'}, steps: [{run: echo}]}
leg:
  needs: [plan]
  runs-on: ubuntu-24.04
  strategy:
    fail-fast: false
    matrix:
      package: ${{ fromJSON(needs.plan.outputs.all) }}
      python: ["3.11", "3.13"]
      exclude: [{package: y, python: "3.11"}]
      include: [{package: x, extra: more}, {package: z, python: "3.12"}]
  env: {LEG: "${{ matrix.package }} ${{ matrix.python }} ${{ matrix.extra }}"}
  steps: [{run: 'test "$LEG" != "y 3.13 "'}]
fast:
  runs-on: ubuntu-24.04
  strategy: {matrix: {n: [1, 2, 3]}}
  steps: [{run: "test ${{ matrix.n }} != 2"}]
""",
    )

    assert {leg.name: leg.matrix.get("extra") for leg in result.legs("leg")} == {
        "leg (x, 3.11, more)": "more", "leg (x, 3.13, more)": "more", "leg (y, 3.13)": None, "leg (z, 3.12)": None,
    }  # fmt: skip
    assert [leg.conclusion for leg in result.legs("leg")] == ["success", "success", "failure", "success"]
    assert [leg.conclusion for leg in result.legs("fast")] == ["success", "failure", "cancelled"]


def test_secrets_are_where_they_are_declared_and_in_no_log(begin: Begin) -> None:
    hidden, wide = "a very hidden one", "for everybody"
    result = pushed(
        begin,
        """
inside:
  environment: pypi
  runs-on: ubuntu-24.04
  outputs: {out: "${{ steps.show.outputs.out }}"}
  steps: &show
    - id: show
      run: |
        echo "<$S>"
        printf %s "$WIDE" | base64
        echo "out=$S" >> "$GITHUB_OUTPUT"
      env: {S: "${{ secrets.DEEP }}${{ secrets.WIDE }}", WIDE: "${{ secrets.WIDE }}"}
outside: {runs-on: ubuntu-24.04, steps: *show}
after: {needs: [inside], runs-on: ubuntu-24.04, steps: [{run: "echo '<${{ needs.inside.outputs.out }}>'"}]}
told: {runs-on: ubuntu-24.04, steps: [{run: "echo ::add-mask::told; echo it is told"}, {run: echo told again}]}
""",
        secrets={"WIDE": wide},
        environments={"pypi": Environment(secrets={"DEEP": hidden})},
    )
    inside, outside = result.job("inside"), result.job("outside")

    assert inside.step("show").outputs == {"out": hidden + wide}
    assert outside.step("show").outputs == {"out": wide}
    assert (inside.step("show").lines, outside.step("show").lines) == (["<******>", "***"], ["<***>", "***"])
    assert inside.outputs == {}
    assert result.job("after").log == "<>"
    assert result.job("told").log == "it is ***\n*** again"


@pytest.mark.parametrize(
    ("ref", "environment", "ends"),
    [
        (TAG, Environment(tags=["v[0-9]*"]), "success"),
        (TAG, Environment(tags=["release/*"]), "failure"),
        (TAG, Environment(branches=["main"]), "failure"),
        ("main", Environment(tags=["v*"]), "failure"),
        ("main", Environment(branches=["m*"]), "success"),
        ("main", Environment(reviewed=True), "failure"),
    ],
)
def test_an_environment_lets_in_whom_it_should(begin: Begin, ref: str, environment: Environment, ends: str) -> None:
    runner = begin(
        workflow("a: {runs-on: ubuntu-24.04, environment: {name: pypi}, steps: [{run: echo begun}]}"),
        environments={"pypi": environment},
    )
    runner.approve = lambda _job, _environment: False
    result = runner.run(WORKFLOW, push(runner.repository, ref))

    assert result is not None
    assert result.conclusions == {"a": ends}
    assert len(result.job("a").steps) == (ends == "success")


@pytest.mark.parametrize(
    ("said", "granted"),
    [
        ("permissions: {}", {}),
        ("permissions: {contents: write, checks: none}", {"contents": "write"}),
        ("", {"contents": "read", "packages": "read"}),
    ],
)
def test_a_token_may_what_is_declared(begin: Begin, said: str, granted: dict[str, str]) -> None:
    result = pushed(begin, "a: {runs-on: ubuntu-24.04, steps: [{run: echo}]}", head=said)

    assert result.job("a").permissions == granted | {"metadata": "read"}


def test_only_a_job_that_may_can_ask_who_it_is(begin: Begin) -> None:
    ask = """python -c '
import base64, json, os, urllib.request
asked = urllib.request.Request(os.environ["ACTIONS_ID_TOKEN_REQUEST_URL"] + "&audience=pypi",
    headers={"Authorization": "bearer " + os.environ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]})
token = json.load(urllib.request.urlopen(asked))["value"]
print(base64.urlsafe_b64decode(token.split(".")[1] + "==").decode())'"""
    steps = f"steps: [{{run: {json.dumps(ask)}}}]"
    runner = begin(
        workflow(
            f"with: {{runs-on: ubuntu-24.04, environment: pypi, permissions: {{id-token: write}}, {steps}}}\n"
            f"without: {{runs-on: ubuntu-24.04, environment: pypi, {steps}}}"
        )
    )
    runner.identity_key = b"a key of thirty-two bytes, or so"
    result = runner.run(WORKFLOW, push(runner.repository, TAG))

    assert result is not None
    assert result.conclusions == {"with": "success", "without": "failure"}
    assert "KeyError: 'ACTIONS_ID_TOKEN_REQUEST_URL'" in result.job("without").log
    claims = json.loads(result.job("with").log)
    assert claims["sub"] == "repo:someone/project:environment:pypi"
    assert claims["job_workflow_ref"] == f"someone/project/{WORKFLOW}@{TAG}"
    assert (claims["aud"], claims["ref"], claims["environment"]) == ("pypi", TAG, "pypi")


def test_a_pull_request_from_elsewhere_gets_no_secret_and_may_write_nothing(begin: Begin, repo: Repo) -> None:
    runner = begin(
        workflow(
            """
a:
  permissions: {contents: write, id-token: write}
  runs-on: ubuntu-24.04
  steps: [{run: "echo '<${{ secrets.S }}>'"}]
""",
            on="pull_request",
        ),
        secrets={"S": "something"},
    )
    repo.branch("feature")
    repo.commit({"new.txt": "new"})
    repo.push()
    ours = runner.run(WORKFLOW, pull_request(runner.repository, "feature"))
    theirs = runner.run(WORKFLOW, pull_request(runner.repository, "feature", number=2, forked=True))

    assert ours is not None
    assert theirs is not None
    assert (ours.log, theirs.log) == ("<***>", "<>")
    assert theirs.job("a").permissions == {"contents": "read", "metadata": "read"}


def test_time_runs_out(begin: Begin) -> None:
    runner = begin(
        workflow("""
step: {runs-on: ubuntu-24.04, steps: [{run: sleep 60, timeout-minutes: 1}, {if: "failure()", run: echo failed}]}
job:
  timeout-minutes: 1
  runs-on: ubuntu-24.04
  steps: [{run: sleep 60}, {run: echo never}, {if: "cancelled()", run: echo cancelled}]
""")
    )
    runner.minute = 0.5
    result = runner.run(WORKFLOW, push(runner.repository, TAG))

    assert result is not None
    assert result.conclusions == {"step": "failure", "job": "cancelled"}
    assert result.job("step").steps[1].log == "failed"
    assert [step.outcome for step in result.job("job").steps] == ["cancelled", "skipped", "success"]


def test_inputs_have_types_and_defaults(begin: Begin) -> None:
    runner = begin(
        workflow(
            """
a:
  if: ${{ !inputs.dry }}
  runs-on: ubuntu-24.04
  steps: [{run: "echo ${{ inputs.tag || github.ref_name }} ${{ inputs.k }}"}]
""",
            on="{push: , workflow_dispatch: {inputs: {tag: {required: true}, dry: {type: boolean}, k: {default: x}}}}",
        )
    )
    by_hand = runner.run(WORKFLOW, dispatch(runner.repository, tag="v1.0"))
    dry = runner.run(WORKFLOW, dispatch(runner.repository, tag="v1.0", dry=True))
    by_push = runner.run(WORKFLOW, push(runner.repository, "main"))

    assert by_hand is not None
    assert dry is not None
    assert by_push is not None
    assert (by_hand.log, by_push.log) == ("v1.0 x", "main")
    assert dry.conclusions == {"a": "skipped"}
    with pytest.raises(InvalidWorkflowError, match="the input tag is missing"):
        runner.run(WORKFLOW, dispatch(runner.repository))


def test_nothing_of_the_tester_shows(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING_OF_MINE", "x")
    result = pushed(
        begin, "a: {runs-on: ubuntu-24.04, steps: [{run: 'env; ls -A; ls -A ~; git config --list; command -v python'}]}"
    )

    assert "SOMETHING_OF_MINE" not in result.log
    assert "GITHUB_REPOSITORY=someone/project" in result.log
    assert "GITHUB_TOKEN" not in result.log
    assert "ACTIONS_" not in result.log
    assert result.log.splitlines()[-1].endswith("a-0/python/bin/python")


@pytest.mark.parametrize(
    ("jobs", "why"),
    [
        ("a: {runs-on: ubuntu-24.04, needs: b, steps: [{run: echo}]}", "unknown job|no dependencies"),
        ('a: {runs-on: ubuntu-24.04, if: "secrets.X", steps: [{run: echo}]}', "Unrecognized named-value: 'secrets'"),
        ("a: {runs-on: ubuntu-24.04, steps: [{run: echo, timeout: 3}]}", "Unexpected value 'timeout'"),
        ('a: {runs-on: ubuntu-24.04, steps: [{run: "${{ nothing() }}"}]}', "Unrecognized function"),
    ],
)
def test_what_the_official_parser_refuses_is_not_run(begin: Begin, jobs: str, why: str) -> None:
    with pytest.raises(InvalidWorkflowError, match=why):
        pushed(begin, jobs)


def test_on_windows_a_command_is_run_that_every_shell_reads_alike(begin: Begin) -> None:
    assert pushed(begin, "a: {runs-on: windows-2025, steps: [{run: python --version}]}").conclusion == "success"


def test_on_windows_any_other_is_not(begin: Begin) -> None:
    with pytest.raises(UnsupportedError, match="the shell of Windows"):
        pushed(begin, "a: {runs-on: windows-2025, steps: [{run: echo $x}]}")


@pytest.mark.parametrize(
    "step",
    [
        "{uses: actions/cache@v6}",
        "{uses: ./here}",
        "{uses: actions/checkout@v7, with: {lfs: true}}",
        "{run: x, shell: pwsh}",
    ],
)
def test_what_nothing_stands_in_for_fails_the_test(begin: Begin, step: str) -> None:
    with pytest.raises(UnsupportedError):
        pushed(begin, f"a: {{runs-on: ubuntu-24.04, steps: [{step}]}}")


def test_failed_jobs_run_again_and_the_others_stand(begin: Begin) -> None:
    runner = begin(
        workflow(
            """
one:
  runs-on: ubuntu-24.04
  outputs: {at: "${{ steps.a.outputs.at }}"}
  steps: [{id: a, run: 'echo at=$GITHUB_RUN_ATTEMPT >> $GITHUB_OUTPUT'}]
two:
  needs: [one]
  runs-on: ubuntu-24.04
  strategy: {fail-fast: false, matrix: {n: [1, 2]}}
  steps:
    - run: test "${{ matrix.n }}" != 2 -o "$GITHUB_RUN_ATTEMPT" = 2
    - run: echo "$GITHUB_RUN_ID ${{ needs.one.outputs.at }}"
three: {needs: [two], runs-on: ubuntu-24.04, steps: [{run: echo}]}
failed: {needs: [two], if: failure(), runs-on: ubuntu-24.04, steps: [{run: echo}]}
"""
        )
    )
    seen: list[str] = []
    runner.watch = lambda run: seen.append(f"{run.attempt} {run.jobs[-1].name} {run.jobs[-1].ended is not None}")
    first = runner.run(WORKFLOW, push(runner.repository, TAG))
    assert first is not None
    began = len(seen)
    second = runner.run_again(first)

    assert first.conclusions == {
        "one": "success", "two (1)": "success", "two (2)": "failure", "three": "skipped", "failed": "success",
    }  # fmt: skip
    assert second.conclusions == {
        "one": "success", "two (1)": "success", "two (2)": "success", "three": "success", "failed": "skipped",
    }  # fmt: skip
    assert second.job("two (1)") is first.job("two (1)")
    assert second.job("two (2)").steps[1].log == f"{first.number} 1"
    assert (second.number, second.attempt) == (first.number, 2)
    assert seen[began:] == ["2 two (2) False", "2 two (2) True", "2 three False", "2 three True"]


def test_it_is_known_which_job_saw_what(begin: Begin) -> None:
    runner = begin(
        workflow(
            """
seen: {runs-on: ubuntu-24.04, steps: [{run: echo, env: {S: "x${{ secrets.S }}"}}]}
near: {runs-on: ubuntu-24.04, permissions: {id-token: write}, steps: [{run: echo, env: {T: "${{ github.token }}"}}]}
"""
        ),
        secrets={"S": "a hidden one"},
    )
    runner.identity_key = b"a key of thirty-two bytes, or so"
    result = runner.run(WORKFLOW, push(runner.repository, TAG))

    assert result is not None
    assert [(job.secrets, job.identified) for job in result.jobs] == [({"S"}, False), (set(), True)]
    assert result.jobs[0].token != result.jobs[1].token
