"""What a GitLab project is set to, setting it, and taking that back."""

import re
from dataclasses import replace
from typing import cast

import pytest

from tagship.adapters.gitlab.secrets import GitLabSecrets
from tagship.adapters.gitlab.settings import GitLabSettings
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.adoption import AGGREGATE
from tagship.domain.credential import Secret
from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import Find, Lacking, Satisfied, Setting
from tagship.domain.hosting import RequiredCheck, Rule, Wanted
from tagship.domain.secret_store import Shelf
from tagship.domain.version import TagTemplate
from tagship.errors import Conflict, CredentialHalt, FactUnknown, NotThere
from tagship.rehearsal.other_hosts import StandInGitLab
from tagship.rehearsal.other_hosts.rest import READER, WRITER

WANTED = Wanted("group/sub/project", check=RequiredCheck(AGGREGATE))
SHELF = Shelf("pypi", "PYPI_API_TOKEN")
VALUE = "upload-" + "x" * 20


@pytest.fixture
def settings(host: StandInGitLab, http: HttpClient, patience: Patience) -> GitLabSecrets:
    return GitLabSecrets(http, host.path, Secret(host.token, origin="a test"), web=host.url, patience=patience)


def carry_out(settings: GitLabSettings, setting: Setting) -> Lacking:
    """Send what a setting lacks, as it is shown."""
    lacking = settings.lacking(setting, WANTED)
    assert isinstance(lacking, Lacking)
    for planned in lacking.planned:
        settings.send(planned.request)
        for look in planned.looks:
            assert look.differing(settings.look(look.path)) == ()
    return lacking


def take_back(settings: GitLabSettings, lacking: Lacking) -> None:
    for planned in reversed(lacking.planned):
        settings.send(planned.undo)


def test_the_project(host: StandInGitLab, settings: GitLabSettings) -> None:
    found = settings.repository()

    assert (found.name, found.default_branch, found.private) == ("group/sub/project", "main", False)
    assert found.url == f"{host.url}/group/sub/project"
    assert (found.of_organization, found.administered) == (True, True)


def test_main_is_protected_and_released_again(host: StandInGitLab, settings: GitLabSettings) -> None:
    before = dict(host.project)
    lacking = carry_out(settings, Setting.MAIN)
    rules = settings.main_rules("main")

    for rule in (Rule.PULL_REQUEST, Rule.NO_FORCE_PUSH, Rule.NO_DELETION, Rule.UP_TO_DATE):
        assert rules.binding(rule, ("main",)).binds_everybody is True
    assert rules.requiring(WANTED.check, ("main",)).is_there
    assert isinstance(settings.lacking(Setting.MAIN, WANTED), Satisfied)

    take_back(settings, lacking)
    assert host.protected_branches == {}
    assert host.project == before


def test_a_protection_of_the_usual_kind_is_replaced(host: StandInGitLab, settings: GitLabSettings) -> None:
    host.protect("main")
    rules = settings.main_rules("main")
    assert rules.binding(Rule.PULL_REQUEST, ("main",)).guards[0].bypassed_by == ("maintainers",)

    lacking = carry_out(settings, Setting.MAIN)
    assert settings.main_rules("main").binding(Rule.PULL_REQUEST, ("main",)).binds_everybody is True

    take_back(settings, lacking)
    levels = cast("list[dict[str, object]]", host.protected_branches["main"]["push_access_levels"])
    assert [level["access_level"] for level in levels] == [40]


def test_the_mildest_protection_counts(host: StandInGitLab, settings: GitLabSettings) -> None:
    host.protect("main", push=0)
    host.protect("ma*", push=30)

    assert not settings.main_rules("main").binding(Rule.PULL_REQUEST, ("main",)).is_there
    host.protect("ma*", push=0, force=True)
    assert not settings.main_rules("main").binding(Rule.NO_FORCE_PUSH, ("main",)).is_there


def test_a_milder_protection_beside_is_somebody_elses_choice(host: StandInGitLab, settings: GitLabSettings) -> None:
    host.protect("main")
    host.protect("ma*", push=0, force=True)
    host.protect("*n", push=40)
    host.protect("release/*", push=30)

    with pytest.raises(Conflict, match=r"ma\* allows force pushes; \*n allows pushes$") as stopped:
        settings.lacking(Setting.MAIN, WANTED)
    assert "the protection ma* and *n" in str(stopped.value.remedy)


def test_who_is_named_singly_is_left_alone(host: StandInGitLab, settings: GitLabSettings) -> None:
    host.protect("main")
    cast("list[dict[str, object]]", host.protected_branches["main"]["push_access_levels"])[0]["user_id"] = 12

    with pytest.raises(Conflict, match="left alone"):
        settings.lacking(Setting.MAIN, WANTED)


def test_tags_are_protected_and_released_again(host: StandInGitLab, settings: GitLabSettings) -> None:
    lacking = carry_out(settings, Setting.TAGS_MADE)
    rules = settings.tag_rules()

    for rule in (Rule.CREATION, Rule.NO_UPDATE, Rule.NO_DELETION):
        assert rules.binding(rule, WANTED.samples(TagTemplate())).binds_everybody is True
    assert isinstance(settings.lacking(Setting.TAGS_MADE, WANTED), Satisfied)
    take_back(settings, lacking)
    assert host.protected_tags == {}


def test_tags_that_developers_make_are_somebody_elses_choice(host: StandInGitLab, settings: GitLabSettings) -> None:
    settings.send(cast("Lacking", settings.lacking(Setting.TAGS_MADE, WANTED)).planned[0].request)
    cast("list[dict[str, object]]", host.protected_tags["v*"]["create_access_levels"])[0]["access_level"] = 30

    assert not settings.tag_rules().binding(Rule.CREATION, ("v1.0",)).is_there
    with pytest.raises(Conflict, match="developers may make them"):
        settings.lacking(Setting.TAGS_MADE, WANTED)


def open_tags(host: StandInGitLab, name: str, *levels: int) -> None:
    """Protect tags that these may make."""
    told = [{"access_level": level, "access_level_description": "Some"} for level in levels]
    host.protected_tags[name] = {"name": name, "create_access_levels": told}


@pytest.mark.parametrize("name", ["*", "v1*", "*rc*", "v1.4.0"])
def test_the_mildest_protection_of_tags_counts(host: StandInGitLab, settings: GitLabSettings, name: str) -> None:
    carry_out(settings, Setting.TAGS_MADE)
    open_tags(host, name, 40, 30)
    wanted = replace(WANTED, next_tags=("v1.4.0",))
    names = wanted.samples(TagTemplate())
    made = settings.tag_rules().binding(Rule.CREATION, names)

    assert made.is_passed_by_few is False
    assert [guard.name for guard in made.guards] == [f"the protection of the tags {name}"]
    assert settings.tag_rules().binding(Rule.NO_UPDATE, names).binds_everybody is True
    with pytest.raises(Conflict, match=re.escape(f"by the protection of the tags {name} developers may make")) as told:
        settings.lacking(Setting.TAGS_MADE, wanted)
    assert f"let no developers make tags by the protection of the tags {name}" in str(told.value.remedy)


def test_a_milder_protection_of_other_tags_and_a_stricter_one_change_nothing(
    host: StandInGitLab, settings: GitLabSettings
) -> None:
    carry_out(settings, Setting.TAGS_MADE)
    open_tags(host, "nightly-*", 30)
    open_tags(host, "*", 60)

    assert settings.tag_rules().binding(Rule.CREATION, WANTED.samples(TagTemplate())).is_passed_by_few is True
    assert isinstance(settings.lacking(Setting.TAGS_MADE, WANTED), Satisfied)


def test_a_milder_protection_of_tags_alone_is_not_hidden_by_one_of_ours(
    host: StandInGitLab, settings: GitLabSettings
) -> None:
    open_tags(host, "*", 30)

    assert not settings.tag_rules().binding(Rule.CREATION, WANTED.samples(TagTemplate())).is_there
    with pytest.raises(Conflict, match="the mildest counts"):
        settings.lacking(Setting.TAGS_MADE, WANTED)


def test_tags_of_which_is_not_shown_who_makes_them(host: StandInGitLab, settings: GitLabSettings) -> None:
    open_tags(host, "v*")

    assert not settings.tag_rules().binding(Rule.CREATION, WANTED.samples(TagTemplate())).is_there
    with pytest.raises(Conflict, match="who may make them is not shown"):
        settings.lacking(Setting.TAGS_MADE, WANTED)


def test_a_star_goes_past_a_slash(host: StandInGitLab, settings: GitLabSettings) -> None:
    settings.send(cast("Lacking", settings.lacking(Setting.TAGS_MADE, WANTED)).planned[0].request)

    assert settings.tag_rules().binding(Rule.NO_UPDATE, ("v1/2",)).is_there
    assert list(host.protected_tags) == ["v*"]


def test_a_jobs_token_is_kept_from_pushing(host: StandInGitLab, settings: GitLabSettings) -> None:
    assert isinstance(settings.lacking(Setting.JOB_TOKEN, WANTED), Satisfied)
    host.project["ci_push_repository_for_job_token_allowed"] = True
    settings.__dict__.pop("_described")
    lacking = carry_out(settings, Setting.JOB_TOKEN)

    assert settings.job_token().reads_only
    take_back(settings, lacking)
    assert host.project["ci_push_repository_for_job_token_allowed"] is True


@pytest.mark.parametrize(
    "setting", [Setting.ENVIRONMENT, Setting.POLICIES, Setting.ACTIONS, Setting.FORKS, Setting.TAGS_KEPT]
)
def test_what_gitlab_does_not_have(settings: GitLabSettings, setting: Setting) -> None:
    with pytest.raises(NotApplicable):
        settings.lacking(setting, WANTED)


def test_what_has_no_switch_is_not_called_off(settings: GitLabSettings) -> None:
    asked = (
        settings.fork_approval,
        settings.secret_scanning,
        settings.push_protection,
        settings.immutable_releases,
        settings.private_reporting,
        lambda: settings.environment("pypi"),
    )
    for ask in asked:
        with pytest.raises(NotApplicable):
            ask()
    assert settings.actions().enabled
    assert settings.actions().pinned is None


def test_a_developer_is_told_less(host: StandInGitLab, http: HttpClient) -> None:
    token = Secret(host.issue_token("developer", level=WRITER), origin="GITLAB_TOKEN")
    settings = GitLabSettings(http, host.path, token, web=host.url)

    assert settings.repository().administered is False
    assert settings.main_rules("main").unseen is not None
    with pytest.raises(FactUnknown, match="403: Forbidden") as unknown:
        settings.tag_rules()
    assert "maintainer" in str(unknown.value.remedy)
    with pytest.raises(FactUnknown):
        settings.job_token()
    with pytest.raises(FactUnknown):
        settings.lacking(Setting.MAIN, WANTED)


def test_a_token_without_the_scope_sets_nothing(host: StandInGitLab, http: HttpClient) -> None:
    token = Secret(host.issue_token("maintainer", level=40, writes=False), origin="GITLAB_TOKEN")
    settings = GitLabSettings(http, host.path, token, web=host.url)
    lacking = cast("Lacking", settings.lacking(Setting.TAGS_MADE, WANTED))

    with pytest.raises(CredentialHalt, match="privileges"):
        settings.send(lacking.planned[0].request)
    assert host.protected_tags == {}


def test_nobody_in_particular(host: StandInGitLab, http: HttpClient) -> None:
    assert GitLabSettings(http, host.path, None, web=host.url).repository().administered is None


def test_what_reported_lately(host: StandInGitLab, settings: GitLabSettings) -> None:
    host.report("main", "ready", "success")

    assert settings.checks_seen("main").checks == frozenset({WANTED.check})


def test_things_are_found_by_name(host: StandInGitLab, settings: GitLabSettings) -> None:
    host.protect("main")
    where = settings.path_of("/protected_branches")

    assert settings.numbered(Find(where, None, "main")) == 1
    assert settings.numbered(Find(where, None, "other")) is None
    assert settings.look(f"{where}/other") is None


def test_the_token_is_hidden_and_kept_apart(host: StandInGitLab, settings: GitLabSecrets) -> None:
    with pytest.raises(NotThere, match="no tag"):
        settings.insist_on_safety(SHELF)
    carry_out(settings, Setting.TAGS_MADE)
    settings.insist_on_safety(SHELF)
    assert settings.held(SHELF) is None

    settings.store(Secret(VALUE, origin="a test"), SHELF)
    (variable,) = host.variables.held
    wanted = {"hidden": True, "masked": True, "protected": True, "raw": True, "environment_scope": "pypi"}
    assert {name: variable[name] for name in wanted} == wanted
    assert host.variables.value("PYPI_API_TOKEN", "pypi") == VALUE
    held = settings.held(SHELF)
    assert held is not None
    assert held.place == "the environment pypi"
    assert settings.environment_secrets("pypi") == (held,)
    assert settings.exposed("PYPI_API_TOKEN") == ()
    assert "nobody is asked" in str(settings.remark(SHELF))


def test_a_hidden_one_is_replaced_where_it_is(host: StandInGitLab, settings: GitLabSecrets) -> None:
    settings.store(Secret(VALUE, origin="a test"), SHELF)
    settings.store(Secret(VALUE[::-1], origin="a test"), SHELF)

    assert host.variables.value("PYPI_API_TOKEN", "pypi") == VALUE[::-1]
    assert len(host.variables.held) == 1


def test_one_in_the_open_is_made_anew(host: StandInGitLab, settings: GitLabSecrets) -> None:
    host.variables.keep("PYPI_API_TOKEN", "in-the-open", scope="pypi")
    settings.store(Secret(VALUE, origin="a test"), SHELF)

    assert [each["hidden"] for each in host.variables.held] == [True]


def test_one_for_everything_is_told(host: StandInGitLab, settings: GitLabSecrets) -> None:
    host.variables.keep("PYPI_API_TOKEN", "in-the-open")
    host.variables.keep("OTHER", "in-the-open", protected=True, scope="docs")

    assert [each.name for each in settings.exposed("PYPI_API_TOKEN")] == ["PYPI_API_TOKEN"]
    assert [each.name for each in settings.shared_secrets()] == ["PYPI_API_TOKEN"]


def test_values_that_the_host_tells_are_thrown_away(
    host: StandInGitLab, settings: GitLabSecrets, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    host.variables.keep("PYPI_API_TOKEN", VALUE, scope="pypi", protected=True)
    told = [*map(str, settings.variables()), *map(repr, settings.environment_secrets("pypi"))]

    assert VALUE in host.record[-1].answer.decode()
    assert VALUE not in "".join(told)
    assert VALUE not in repr(vars(settings))
    assert VALUE not in caplog.text
    assert VALUE not in "".join(capfd.readouterr())


def test_a_reader_stores_nothing(host: StandInGitLab, http: HttpClient) -> None:
    token = Secret(host.issue_token("reader", level=READER), origin="GITLAB_TOKEN")

    with pytest.raises(FactUnknown):
        GitLabSecrets(http, host.path, token, web=host.url).store(Secret(VALUE, origin="a test"), SHELF)
    assert host.variables.held == []


def test_a_sole_maintainer_is_not_locked_out(host: StandInGitLab, settings: GitLabSettings) -> None:
    """Who maintains may merge what they proposed, once the pipeline has passed; nobody else has to agree."""
    carry_out(settings, Setting.MAIN)
    levels = cast("list[dict[str, object]]", host.protected_branches["main"]["merge_access_levels"])

    assert [level["access_level"] for level in levels] == [40]
    assert {guard.approvals for guard in settings.main_rules("main").guards} == {0}
