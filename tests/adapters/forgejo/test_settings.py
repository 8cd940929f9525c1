"""What a repository on Forgejo is set to, setting it, and taking that back."""

from typing import cast

import pytest

from tagship.adapters.forgejo.secrets import ForgejoSecrets
from tagship.adapters.forgejo.settings import ForgejoSettings
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.adoption import AGGREGATE
from tagship.domain.credential import Secret
from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import Lacking, Look, Satisfied, Setting
from tagship.domain.hosting import RequiredCheck, Rule, Wanted
from tagship.domain.secret_store import Shelf
from tagship.errors import FactUnknown, NotThere
from tagship.rehearsal.other_hosts import StandInForgejo
from tagship.rehearsal.other_hosts.rest import WRITER

WANTED = Wanted("owner/project", check=RequiredCheck(AGGREGATE))
SHELF = Shelf("pypi", "PYPI_API_TOKEN")
VALUE = "upload-" + "x" * 20
OF_MAIN = (Rule.PULL_REQUEST, Rule.NO_FORCE_PUSH, Rule.NO_DELETION, Rule.UP_TO_DATE)


@pytest.fixture
def settings(host: StandInForgejo, http: HttpClient, patience: Patience) -> ForgejoSecrets:
    token = Secret(host.token, origin="a test")
    return ForgejoSecrets(http, "owner", "project", token, web=host.url, patience=patience)


def carry_out(settings: ForgejoSettings, setting: Setting) -> list[tuple[Lacking, int | None]]:
    """Send what a setting lacks, as it is shown; with the number of what was made."""
    lacking = settings.lacking(setting, WANTED)
    assert isinstance(lacking, Lacking)
    made: list[tuple[Lacking, int | None]] = []
    for planned in lacking.planned:
        answer = cast("dict[str, object]", settings.send(planned.request))
        number = cast("int | None", answer.get("id"))
        for look in planned.looks:
            # What is wished for as None is what only the host's own answer tells.
            wished = {name: value for name, value in look.values.items() if value is not None}
            there = Look(look.path, wished).about(number)
            assert there.differing(settings.look(there.path)) == ()
        if planned.find is not None:
            assert settings.numbered(planned.find) == number
        made.append((Lacking(lacking.missing, (planned,)), number))
    return made


def take_back(settings: ForgejoSettings, made: list[tuple[Lacking, int | None]]) -> None:
    for lacking, number in reversed(made):
        settings.send(lacking.planned[0].undo.about(number))


def test_the_repository(host: StandInForgejo, settings: ForgejoSettings) -> None:
    found = settings.repository()

    assert (found.name, found.default_branch, found.private, found.administered) == (
        "owner/project",
        "main",
        False,
        True,
    )
    assert found.url == f"{host.url}/owner/project"


def test_main_is_protected_and_released_again(host: StandInForgejo, settings: ForgejoSettings) -> None:
    made = carry_out(settings, Setting.MAIN)
    rules = settings.main_rules("main")

    for rule in OF_MAIN:
        assert rules.binding(rule, ("main",)).binds_everybody is True
    assert rules.requiring(WANTED.check, ("main",)).is_there
    assert isinstance(settings.lacking(Setting.MAIN, WANTED), Satisfied)
    take_back(settings, made)
    assert host.branch_protections == {}


def test_a_protection_that_is_there_is_added_to(host: StandInForgejo, settings: ForgejoSettings) -> None:
    host.branch_protections["main"] = {
        "rule_name": "main",
        "enable_push": True,
        "apply_to_admins": False,
        "enable_status_check": True,
        "status_check_contexts": ["ci / lint (pull_request)", "plain"],
        "block_on_outdated_branch": False,
        "required_approvals": 2,
    }
    before = dict(host.branch_protections["main"])
    assert not settings.main_rules("main").binding(Rule.PULL_REQUEST, ("main",)).is_there
    made = carry_out(settings, Setting.MAIN)

    (guard,) = settings.main_rules("main").guards
    assert guard.checks == (RequiredCheck("lint"), RequiredCheck("plain"), WANTED.check)
    assert (guard.approvals, guard.bypassed_by) == (2, ())
    take_back(settings, made)
    assert host.branch_protections["main"] == before


def test_who_may_push_all_the_same(host: StandInForgejo, settings: ForgejoSettings) -> None:
    host.branch_protections["main"] = {
        "rule_name": "main",
        "enable_push": True,
        "enable_push_whitelist": True,
        "push_whitelist_usernames": ["somebody"],
        "push_whitelist_deploy_keys": True,
        "apply_to_admins": False,
    }
    binding = settings.main_rules("main").binding(Rule.PULL_REQUEST, ("main",))

    assert binding.guards[0].bypassed_by == ("administrators", "somebody", "deploy keys")


def test_tags_are_made_by_one(host: StandInForgejo, settings: ForgejoSettings) -> None:
    made = carry_out(settings, Setting.TAGS_MADE)
    (protection,) = host.tag_protections

    assert (protection["name_pattern"], protection["whitelist_usernames"]) == ("v*", ["maintainer"])
    binding = settings.tag_rules().binding(Rule.CREATION, ("v1.0",))
    assert binding.guards[0].bypassed_by == ("maintainer",)
    assert isinstance(settings.lacking(Setting.TAGS_MADE, WANTED), Satisfied)
    take_back(settings, made)
    assert host.tag_protections == []


@pytest.mark.parametrize("rule", [Rule.NO_UPDATE, Rule.NO_DELETION])
def test_who_may_make_a_tag_cannot_be_kept_from_moving_it(
    host: StandInForgejo, settings: ForgejoSettings, rule: Rule
) -> None:
    assert not settings.tag_rules().binding(rule, ("v1.0",)).is_there
    carry_out(settings, Setting.TAGS_MADE)
    with pytest.raises(NotApplicable, match="maintainer may make the tags of releases, and on Forgejo move"):
        settings.tag_rules().binding(rule, ("v1.0",))

    host.tag_protections[0]["whitelist_usernames"] = []
    assert settings.tag_rules().binding(rule, ("v1.0",)).binds_everybody is True


def test_an_expression_protects_no_tag_that_is_known(host: StandInForgejo, settings: ForgejoSettings) -> None:
    host.tag_protections.append({"id": 1, "name_pattern": "/^v/", "whitelist_usernames": [], "whitelist_teams": []})

    assert not settings.tag_rules().binding(Rule.CREATION, ("v1.0",)).is_there


@pytest.mark.parametrize("setting", [Setting.ENVIRONMENT, Setting.JOB_TOKEN, Setting.ACTIONS, Setting.TAGS_KEPT])
def test_what_forgejo_does_not_have(settings: ForgejoSettings, setting: Setting) -> None:
    with pytest.raises(NotApplicable):
        settings.lacking(setting, WANTED)


def test_what_has_no_switch_is_not_called_off(settings: ForgejoSettings) -> None:
    asked = (
        settings.job_token,
        settings.fork_approval,
        settings.immutable_releases,
        lambda: settings.environment("pypi"),
        lambda: settings.environment_secrets("pypi"),
    )
    for ask in asked:
        with pytest.raises(NotApplicable):
            ask()
    assert settings.actions().enabled


def test_who_does_not_administer_is_told_less(host: StandInForgejo, http: HttpClient) -> None:
    token = Secret(host.issue_token("contributor", level=WRITER), origin="FORGEJO_TOKEN")
    settings = ForgejoSettings(http, "owner", "project", token, web=host.url)

    assert settings.repository().administered is False
    assert settings.main_rules("main").unseen is not None
    with pytest.raises(FactUnknown):
        settings.lacking(Setting.MAIN, WANTED)
    with pytest.raises(FactUnknown, match="admin write") as unknown:
        settings.tag_rules()
    assert "administers" in str(unknown.value.remedy)


def test_what_reported_lately(host: StandInForgejo, settings: ForgejoSettings) -> None:
    host.report("main", "readiness / ready (push)", "success")

    assert settings.checks_seen("main").checks == frozenset({WANTED.check})


def test_the_token_goes_where_there_is_a_place(host: StandInForgejo, settings: ForgejoSecrets) -> None:
    with pytest.raises(NotThere, match="takes pushes"):
        settings.insist_on_safety(SHELF)
    carry_out(settings, Setting.MAIN)
    settings.insist_on_safety(SHELF)
    assert settings.held(SHELF) is None

    settings.store(Secret(VALUE, origin="a test"), SHELF)
    settings.store(Secret(VALUE, origin="a test"), SHELF)
    held = settings.held(SHELF)
    assert held is not None
    assert held.place == "the repository"
    assert host.secrets == {"PYPI_API_TOKEN": VALUE}
    assert settings.exposed("PYPI_API_TOKEN") == ()
    assert "as it is, over TLS" in str(settings.remark(SHELF))


def test_a_sole_maintainer_is_not_locked_out(host: StandInForgejo, settings: ForgejoSettings) -> None:
    """Nobody else has to agree to what they proposed, and they may make the tags."""
    carry_out(settings, Setting.MAIN)
    carry_out(settings, Setting.TAGS_MADE)

    assert [guard.approvals for guard in settings.main_rules("main").guards] == [0]
    assert host.tag_protections[0]["whitelist_usernames"] == [settings.login()]
