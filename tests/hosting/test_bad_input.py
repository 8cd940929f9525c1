"""What can be in the way of setting a host: each is told, and nothing is left half-set without saying so."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hosting.scene import ADMINISTRATOR, REPOSITORY, Scene, scene_of
from tagship.adapters.github.settings import GitHubSettings
from tagship.domain.credential import Secret
from tagship.domain.host_changes import Json, Lacking, Planned, Request, Setting
from tagship.domain.version import TagTemplate
from tagship.errors import Exit, Incomplete
from tagship.workflow.hosting.place import HostingPlace
from tagship.workflow.hosting.setting import Setter
from tagship.workflow.hosting.steps import SettingUp
from tagship.workflow.hosting.taking_back import taking_back

ORDER = ["protect-main", "restrict-tags", "keep-tags", "make-environment", "admit-releases", "require-pins",
         "ask-for-consent", "scan-for-secrets", "freeze-releases", "hear-in-private"]  # fmt: skip
"""The steps of a new repository that send something, each one request."""


def last(sole: Scene) -> dict[str, object]:
    """The ruleset that protects main, as it is held by the host."""
    held = next(each for each in sole.host.rulesets if each.name == "tagship: main")
    return {"enforcement": held.enforcement, "rules": [rule["type"] for rule in held.rules]}


# -- a host that fails half-way ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", range(len(ORDER)))
def test_an_answer_5xx_half_way_is_told_and_gone_on_from(sole: Scene, at: int) -> None:
    before = sole.state()
    _fail_write(sole, at)
    said = sole.doctor("--apply", "--yes")

    assert said.exit == Exit.INCOMPLETE, said.out
    if at:
        assert f"set by now: {', '.join(ORDER[:at])}" in said.message
        assert f"not set: {ORDER[at]}" in said.message
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    assert sole.doctor().exit == Exit.READY
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.state() == before


def _fail_write(sole: Scene, at: int) -> None:
    """Let the write of that place in the order fail, as often as it is tried."""
    patterns = [
        ("POST", "*/rulesets", 0), ("POST", "*/rulesets", 1), ("POST", "*/rulesets", 2), ("PUT", "*/environments/*", 0),
        ("POST", "*/deployment-branch-policies", 0), ("PUT", "*/actions/permissions", 0),
        ("PUT", "*/fork-pr-contributor-approval", 0), ("PATCH", "*", 0), ("PUT", "*/immutable-releases", 0),
        ("PUT", "*/private-vulnerability-reporting", 0),
    ]  # fmt: skip
    method, path, spare = patterns[at]
    sole.host.fail_next(method, path, 502, times=1 if method == "POST" else 3, spare=spare)


@pytest.mark.parametrize("path", ["*/rulesets", "*/deployment-branch-policies"])
@pytest.mark.parametrize("way", ["lost", "cut-after"])
def test_what_was_done_though_no_answer_came_is_seen_and_can_be_taken_back(sole: Scene, path: str, way: str) -> None:
    before = sole.state()
    sole.host.fail_next("POST", path, 502, way="lost" if way == "lost" else "cut-after")
    said = sole.doctor("--apply", "--yes")

    assert said.exit == Exit.READY, said.out
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.state() == before


def setter_of(place: HostingPlace, host: GitHubSettings) -> tuple[Setter, Planned]:
    """What sends, and the first request that a new repository needs."""
    lacking = host.lacking(Setting.MAIN, place.hosting.wanted)
    assert isinstance(lacking, Lacking)
    return Setter(host, place.record, REPOSITORY, lambda: datetime.now(UTC)), lacking.planned[0]


def test_what_cannot_be_seen_either_stays_in_the_record(sole: Scene) -> None:
    """The answer is lost, and then the host answers nothing more: whether it was done is seen the next time."""
    before = sole.state()
    with sole.place() as place:
        setter, planned = setter_of(place, sole.settings())
        sole.host.fail_next("POST", "*/rulesets", 502, way="lost")
        sole.host.fail_next("GET", "*/rulesets", 502, times=99)
        with pytest.raises(Incomplete, match="not seen yet"):
            setter.set("protect-main", planned)
        sole.host.reception.troubles.ordered.clear()

        assert [each.certain for each in place.record.entries()] == [False]
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.state() == before


def test_an_interrupt_while_a_request_is_out(sole: Scene) -> None:
    """Nobody knows whether it arrived; it is looked for when it is to be taken back."""

    class Stopped(GitHubSettings):
        def send(self, request: Request) -> Json:
            raise KeyboardInterrupt(request.path)

    secret = Secret(str(sole.token), origin="GH_TOKEN")
    owner, _, name = REPOSITORY.partition("/")
    with sole.place() as place:
        host = Stopped(sole.http, owner, name, secret, api=sole.host.api_url)
        setter, planned = setter_of(place, host)
        with pytest.raises(KeyboardInterrupt):
            setter.set("protect-main", planned)

        assert [each.certain for each in place.record.entries()] == [False]
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.writes == []


def test_what_was_set_is_recorded_though_it_cannot_be_looked_at_again(sole: Scene) -> None:
    before = sole.state()
    with sole.place() as place:
        setter, planned = setter_of(place, sole.settings())
        sole.host.fail_next("GET", "*/rulesets/*", 502, times=99)
        setter.set("protect-main", planned)
        sole.host.reception.troubles.ordered.clear()
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.state() == before


def test_the_first_limit_half_way(sole: Scene) -> None:
    sole.host.fail_next(
        "PUT", "*/environments/*", 403, headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999"}
    )
    said = sole.doctor("--apply", "--yes")

    assert said.exit == Exit.INCOMPLETE
    assert "its rate limit ends in" in said.message
    assert "set by now: protect-main, restrict-tags, keep-tags" in said.message
    assert sole.doctor("--apply", "--yes").exit == Exit.READY


def test_the_second_limit_is_waited_for(sole: Scene) -> None:
    """It comes with no other sign than its words."""
    sole.host.fail_next("POST", "*/rulesets", 403)

    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    assert max(sole.waited) == 60


def test_a_host_that_fails_while_something_is_taken_back(sole: Scene) -> None:
    before = sole.state()
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    sole.host.fail_next("DELETE", "*/environments/pypi", 502)
    said = sole.doctor("--undo", "--yes")

    assert said.exit == Exit.INCOMPLETE
    assert "not taken back: protect-main, restrict-tags, keep-tags, make-environment" in said.message
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.state() == before


def test_a_slow_host_is_waited_for(sole: Scene) -> None:
    sole.host.slow_next("GET", "*/rulesets", 0.2)

    assert sole.doctor().exit == Exit.BLOCKED


# -- what is there already --------------------------------------------------------------------------------------------


def test_a_ruleset_of_our_name_that_was_changed_by_hand_is_added_to(sole: Scene) -> None:
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    held = next(each for each in sole.host.rulesets if each.name == "tagship: main")
    held.enforcement = "disabled"
    held.rules = [each for each in held.rules if each["type"] != "deletion"] + [{"type": "required_linear_history"}]
    assert {"main-takes-pull-requests", "main-keeps-its-history"} <= set(sole.doctor().checks("failed"))
    shown = sole.doctor("--apply", "--plan")

    assert "was changed by hand, and is added to" in shown.steps["protect-main"][1]
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    kinds = ["non_fast_forward", "pull_request", "required_status_checks", "required_linear_history", "deletion"]
    assert last(sole) == {"enforcement": "active", "rules": kinds}
    assert sole.doctor().exit == Exit.READY
    assert sole.doctor("--undo", "--yes").exit == Exit.CONFLICT
    assert last(sole) == {"enforcement": "disabled", "rules": kinds[:-1]}, "as the hand left it, and no further back"


def test_a_check_that_anybody_may_report_is_bound_to_its_application(sole: Scene) -> None:
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    held = next(each for each in sole.host.rulesets if each.name == "tagship: main")
    rules = json.loads(json.dumps(held.rules))
    checks = next(each for each in rules if each["type"] == "required_status_checks")
    checks["parameters"]["required_status_checks"] = [{"context": "ready"}, {"context": "more"}]
    held.rules = rules
    found = sole.doctor().checks("failed")

    assert "from whoever reports it" in str(found["main-requires-the-checks"])
    assert "required-checks-exist" in found, "nothing reports the other one"
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    (told,) = [each["parameters"] for each in held.rules if each["type"] == "required_status_checks"]
    assert isinstance(told, dict)
    assert told["required_status_checks"] == [{"context": "more"}, {"context": "ready", "integration_id": 15368}]


def test_what_somebody_else_made_is_enough_and_is_not_touched(sole: Scene) -> None:
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    for held in sole.host.rulesets:
        held.name = held.name.removeprefix("tagship: ")
    asked = len(sole.writes)

    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    assert len(sole.writes) == asked
    undone = sole.doctor("--undo", "--yes")
    assert undone.exit == Exit.CONFLICT, "they are no longer as they were left"
    assert len(list(sole.host.rulesets)) == 3


def test_foreign_rules_that_only_evaluate_or_are_bypassed_are_not_enough(tmp_path: Path) -> None:
    with scene_of(tmp_path, owner_type="Organization", plan="enterprise") as scene:
        assert scene.doctor("--apply", "--yes").exit == Exit.READY
        for held in scene.host.rulesets:
            held.name = held.name.removeprefix("tagship: ")
            held.enforcement = "evaluate"
        idle = scene.doctor()
        assert "only evaluated" in str(idle.checks("failed")["main-takes-pull-requests"]["findings"])
        for held in scene.host.rulesets:
            held.enforcement = "active"
            held.bypass_actors = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
        bypassed = scene.doctor()
        assert {"main-binds-everybody", "tags-stay-as-they-are"} <= set(bypassed.checks("failed"))
        assert "administrators" in str(bypassed.checks("failed")["main-binds-everybody"]["findings"])

        assert scene.doctor("--apply", "--yes").exit == Exit.READY
        assert scene.doctor().exit == Exit.READY
        assert [each.name for each in scene.host.rulesets if each.name.startswith("tagship: ")] == [
            "tagship: main",
            "tagship: release tags stay as they are",
        ]


def test_the_protection_of_a_branch_is_seen(sole: Scene) -> None:
    sole.host.branches.protection["main"] = {
        "required_status_checks": {"strict": True, "checks": [{"context": "ready", "app_id": 15368}]},
        "enforce_admins": True,
        "required_pull_request_reviews": {"required_approving_review_count": 2},
        "restrictions": None,
    }
    said = sole.doctor()

    assert {"main-takes-pull-requests", "main-keeps-its-history", "main-requires-the-checks"} <= set(
        said.checks("passed")
    )
    sole.token = sole.host.issue_token({**ADMINISTRATOR, "administration": "none"})
    unknown = sole.doctor().checks("unknown")
    assert {"main-takes-pull-requests", "main-requires-the-checks"} <= set(unknown)


def test_an_environment_keeps_its_reviewers_and_its_timer(sole: Scene) -> None:
    environment = sole.host.environments.appear("pypi")
    environment.reviewers, environment.wait_timer = [sole.host.settings.people.of("stand-in")], 30
    environment.prevent_self_review = True
    before = sole.state()

    assert sole.doctor("--apply", "--yes", "--reviewer", "helper").exit == Exit.UNKNOWN, "there is no such account"
    sole.host.settings.people.add("helper")
    assert sole.doctor("--apply", "--yes", "--reviewer", "helper").exit == Exit.READY
    after = sole.host.environments.named("pypi")
    assert [each.login for each in after.reviewers] == ["stand-in", "helper"]
    assert (after.wait_timer, after.prevent_self_review) == (30, True)
    assert [each.name for each in after.policies] == ["v*", "main"]
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.state() == before


def test_an_environment_for_protected_branches_is_closed_to_them(sole: Scene) -> None:
    sole.host.environments.appear("pypi").protected_branches = True
    before = sole.state()

    assert "protected branches" in str(sole.doctor().checks("failed")["environment-takes-releases-alone"]["findings"])
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    assert sole.host.environments.named("pypi").protected_branches is False
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.state() == before


def test_actions_that_are_named_by_tag_are_not_locked_out(sole: Scene) -> None:
    sole.repo.write(
        {".github/workflows/docs.yml": "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/cache@v6\n"}
    )
    said = sole.doctor("--apply", "--yes")

    assert said.exit == Exit.READY
    assert said.steps["require-pins"][1].startswith("left out: actions/cache@v6 is named by tag")
    assert sole.host.policies.sha_pinning_required is False


def test_switched_off_workflows_are_switched_on(sole: Scene) -> None:
    sole.host.actions.enabled = False
    assert "actions-are-enabled" in sole.doctor().checks("failed")

    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    assert sole.host.actions.enabled
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert not sole.host.actions.enabled


# -- taking back ------------------------------------------------------------------------------------------------------


def test_what_was_changed_since_is_left_alone(sole: Scene) -> None:
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    held = next(each for each in sole.host.rulesets if each.name == "tagship: main")
    held.rules = [*held.rules, {"type": "required_linear_history"}]
    sole.host.secrets.keep("PYPI_API_TOKEN", "no token at all", environment="pypi")
    said = sole.doctor("--undo", "--yes")

    assert said.exit == Exit.CONFLICT
    assert "protect-main is changed since (rules)" in said.message
    assert "pypi" in sole.host.environments.held, "with the secret in it"
    assert [each.name for each in sole.host.rulesets] == ["tagship: main"]

    held.rules = held.rules[:-1]
    sole.host.secrets.held.clear()
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert list(sole.host.rulesets) == []
    assert "pypi" not in sole.host.environments.held


def test_what_is_gone_already_is_no_obstacle(sole: Scene) -> None:
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    sole.host.rulesets.held.clear()
    sole.host.environments.held.clear()
    sole.host.releases.immutable = False

    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.doctor("--undo", "--plan").steps["take-back"][0] == "done"


def test_an_environment_for_which_somebody_asks_a_reviewer_since_stays(sole: Scene) -> None:
    assert sole.doctor("--apply", "--yes", "--reviewer", "stand-in").exit == Exit.READY
    sole.host.environments.named("pypi").wait_timer = 30
    said = sole.doctor("--undo", "--yes")

    assert said.exit == Exit.CONFLICT
    assert "make-environment is changed since (protection_rules)" in said.message
    assert "pypi" in sole.host.environments.held


def test_what_was_not_shown_is_not_taken_back(sole: Scene) -> None:
    """Somebody sets it back while the question stands."""
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    held = next(each for each in sole.host.rulesets if each.name == "tagship: main")
    held.enforcement = "disabled"
    with sole.place() as place:
        step = taking_back(place)
        step.probe()
        held.enforcement = "active"
        step.apply()

        assert [each.name for each in sole.host.rulesets] == ["tagship: main"]
        assert [each.setting for each in place.record.entries()] == ["protect-main"]


def test_without_rights_nothing_is_said_to_be_gone(sole: Scene) -> None:
    """Much is hidden then, and what is hidden is answered as not there."""
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    record = sole.repo.path / ".git" / "tagship" / "doctor.json"
    kept, token = record.read_bytes(), sole.token
    sole.token = sole.host.issue_token(ADMINISTRATOR, admin=False)
    said = sole.doctor("--undo", "--yes")

    assert said.exit == Exit.UNKNOWN
    assert "does not administer" in said.message
    assert record.read_bytes() == kept
    sole.token = token
    assert sole.doctor("--undo", "--yes").exit == Exit.READY


@pytest.mark.parametrize("way", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_what_was_set_is_told_when_it_is_stopped(
    sole: Scene, monkeypatch: pytest.MonkeyPatch, way: BaseException
) -> None:
    """A person who interrupts, or a disk that is full, leaves something behind: it is named."""
    before, send = sole.state(), GitHubSettings.send

    def stopping(self: GitHubSettings, request: Request) -> Json:
        if request.path.endswith("/environments/pypi"):
            raise way
        return send(self, request)

    with monkeypatch.context() as patch:
        patch.setattr(GitHubSettings, "send", stopping)
        said = sole.doctor("--apply", "--yes")

    assert said.exit in {Exit.INTERRUPTED, Exit.INCOMPLETE}
    assert "set by now: protect-main, restrict-tags, keep-tags; not set: make-environment, admit-releases" in said.err
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.state() == before


def test_what_was_set_in_part_is_told_so(tmp_path: Path) -> None:
    with scene_of(tmp_path) as scene, scene.place() as place:
        place.several = (TagTemplate("core-v{version}"), TagTemplate("app-v{version}"))
        setting = SettingUp(place)
        (step,) = (each for each in setting.steps if each.name == "admit-releases")
        step.probe()
        step.sent = 1

        assert setting.told == "set by now: admit-releases; not set: admit-releases in part"


def test_a_lost_answer_about_an_environment_is_looked_for(sole: Scene) -> None:
    """What somebody else made is changed, the answer gets lost, and it can be taken back all the same."""
    sole.host.environments.appear("pypi").protected_branches = None
    before = sole.state()
    sole.host.fail_next("PUT", "*/environments/*", 502, way="lost", times=3)
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.state() == before


@pytest.mark.parametrize("own", [True, False])
def test_a_rule_about_making_tags_that_whoever_may_write_passes(sole: Scene, *, own: bool) -> None:
    """Of somebody else's one of ours is made beside it; of ours, who was put in there is told."""
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    held = next(each for each in sole.host.rulesets if "few" in each.name)
    held.bypass_actors = [{"actor_id": 4, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
    held.name = held.name if own else "another"
    assert "tag-creation-is-restricted" in sole.doctor().checks("failed")

    said = sole.doctor("--apply", "--yes")
    assert said.exit == Exit.READY
    assert ("may be bypassed by whoever may write" in said.steps["restrict-tags"][1]) is own
    assert (sole.doctor().exit == Exit.READY) is not own


def test_a_record_that_cannot_be_read(sole: Scene) -> None:
    record = sole.repo.path / ".git" / "tagship" / "doctor.json"
    assert sole.doctor().exit == Exit.BLOCKED
    record.parent.mkdir()
    record.write_text("{", encoding="utf-8")
    said = sole.doctor("--undo", "--yes")

    assert said.exit == Exit.USAGE
    assert str(record) in said.remedy


def test_the_record_of_another_repository_is_not_touched(sole: Scene) -> None:
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    record = sole.repo.path / ".git" / "tagship" / "doctor.json"
    record.write_text(record.read_text(encoding="utf-8").replace(REPOSITORY, "other/project"), encoding="utf-8")
    asked = len(sole.writes)
    said = sole.doctor("--undo", "--yes")

    assert "of another repository (other/project)" in said.steps["take-back"][1]
    assert len(sole.writes) == asked


# -- another repository, another owner, another token -----------------------------------------------------------------


def test_a_renamed_repository(sole: Scene) -> None:
    sole.host.rename("stand-in/renamed")
    said = sole.doctor()

    assert "stand-in/renamed now" in str(said.checks("failed")["remote-has-the-right-name"]["findings"])
    assert "main-takes-pull-requests" in said.checks("failed"), "what is so is read under the new name"
    refused = sole.doctor("--apply", "--yes")
    assert refused.exit == Exit.CONFLICT
    assert "remote set-url" in refused.remedy.replace('", "', " ")
    assert sole.writes == []


def test_an_archived_repository(sole: Scene) -> None:
    sole.host.settings.archived = True

    assert "repository-is-open" in sole.doctor().checks("failed")
    said = sole.doctor("--apply", "--yes")
    assert said.exit == Exit.CONFLICT
    assert "archived" in said.message
    assert sole.writes == []


def test_a_repository_that_is_not_there(sole: Scene) -> None:
    sole.repo.git("remote", "set-url", "origin", "https://github.com/stand-in/other.git")
    with sole.place() as place:
        place.made_by = lambda: sole.settings(name="stand-in/other")
        with pytest.raises(Exception, match="404") as raised:
            _ = place.hosting.repository
    assert "check the repository's name" in str(getattr(raised.value, "remedy", ""))


def test_an_expired_token(sole: Scene) -> None:
    past = datetime.now(UTC) - timedelta(days=1)
    sole.token = sole.host.issue_token(ADMINISTRATOR, admin=True, expires=past)
    said = sole.doctor("--apply", "--yes")

    assert said.exit == Exit.UNKNOWN
    assert "token that is valid" in said.remedy


def test_what_an_organization_forbids_is_told(tmp_path: Path) -> None:
    """An owner may hold on to what a repository can set; the host's own words are passed on."""
    with scene_of(tmp_path, owner_type="Organization", plan="team") as scene:
        scene.host.fail_next("PUT", "*/actions/permissions", 409, message="Enforced by the organization")
        said = scene.doctor("--apply", "--yes")

        assert said.exit == Exit.BLOCKED
        assert "Enforced by the organization" in said.message
        assert "set by now: protect-main" in said.message


def test_somebody_else_is_at_it(sole: Scene) -> None:
    """What was shown is what is sent: where the host has changed in between, nothing is."""
    with sole.place() as place:
        steps = {step.name: step for step in SettingUp(place).steps}
        steps["protect-main"].probe()
        assert sole.doctor("--apply", "--yes").exit == Exit.READY
        asked = len(sole.writes)
        with pytest.raises(Exception, match="was changed while you were asked"):
            steps["protect-main"].apply()
    assert len(sole.writes) == asked


def test_an_environment_with_an_odd_name(sole: Scene) -> None:
    before = sole.state()
    path = sole.repo.path / ".github" / "workflows" / "release.yml"
    text = path.read_text(encoding="utf-8").replace("environment: pypi", 'environment: "the index: 2/3"')
    sole.repo.write({".github/workflows/release.yml": text.replace("name: pypi", 'name: "the index: 2/3"')})

    assert "the index: 2/3" in str(sole.doctor().checks("failed")["environment-takes-releases-alone"])
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    assert "environment-takes-releases-alone" in sole.doctor().checks("passed")
    assert sole.doctor("--undo", "--yes").exit == Exit.READY
    assert sole.state() == before


def test_checks_that_have_reported(sole: Scene) -> None:
    """On the tip of main and on pull requests; a branch without a commit has none."""
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    tip = sole.repo.git("rev-parse", "HEAD")
    sole.host.check_runs[tip] = {"ready": "success"}

    assert sole.doctor().checks("passed")["required-checks-exist"]["reason"] is None
    sole.repo.branch("feature")
    sole.host.check_runs[sole.repo.commit({"a.txt": "a"})] = {"only here": None}
    sole.host.push("feature", "feature", source=sole.repo.path)
    sole.host.open_pull("feature")
    seen = sole.settings().checks_seen("main")
    assert {each.name for each in seen.checks} == {"ready", "only here"}
    assert seen.where == "the tip of main and the last pull requests (1)"
    sole.host.fail_next("GET", "*/check-runs", 409, times=9)
    assert sole.settings().checks_seen("main").checks == frozenset()
