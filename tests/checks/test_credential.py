import pytest

from checks.asking import cannot_tell, finds, passes, skips
from fakes import NOON, FakeFacts
from tagship.checks.credential import (
    IdentityIsTrusted,
    TokenHasKnownCaveats,
    TokenIsAlive,
    TokenIsForThisIndex,
    TokenIsForThisProject,
    TokenIsInForce,
    TokenIsNarrow,
    TokenIsPresent,
    TokenIsWellFormed,
)
from tagship.checks.engine import Check, examine
from tagship.domain.caveat import (
    Anatomy,
    Caveat,
    ProjectIds,
    ProjectNames,
    PublisherOnly,
    Unrecognized,
    UserOnly,
    Validity,
    WholeAccount,
)
from tagship.domain.config import Auth, Config
from tagship.domain.credential import Liveness, NotSaid, TokenFlaw, TokenShape
from tagship.domain.endpoints import PYPI, Endpoints
from tagship.domain.finding import Finding, Outcome
from tagship.errors import AtUrl, CredentialHalt, Edit, Run

PRIVATE = Endpoints("private", "https://index.example/simple/", "https://index.example/upload/")
WITH_TOKEN = Config(auth=Auth.TOKEN)
TRUSTED = Config(auth=Auth.TRUSTED)
SOUND = TokenShape("TAGSHIP_TOKEN", issuer="pypi")
FROM_OUTSIDE: list[Check[FakeFacts]] = [
    TokenHasKnownCaveats(),
    TokenIsForThisProject(),
    TokenIsInForce(),
    TokenIsNarrow(),
]
FOR_TOKENS: list[Check[FakeFacts]] = [
    TokenIsPresent(),
    TokenIsWellFormed(),
    TokenIsForThisIndex(),
    TokenIsAlive(),
    *FROM_OUTSIDE,
]
MISSING = [TokenFlaw.ABSENT, TokenFlaw.EMPTY]
MALFORMED = [TokenFlaw.WHITESPACE, TokenFlaw.CONTROL_CHARACTERS, TokenFlaw.NOT_A_TOKEN]


def flawed(flaw: TokenFlaw, config: Config = WITH_TOKEN) -> FakeFacts:
    return FakeFacts(config=config, token=TokenShape("TAGSHIP_TOKEN", flaw, "testpypi"))


def sound(liveness: Liveness = Liveness.ALIVE) -> FakeFacts:
    return FakeFacts(config=WITH_TOKEN, token=SOUND, liveness=liveness)


def telling(*caveats: Caveat, config: Config = WITH_TOKEN, project_name: str = "mine") -> FakeFacts:
    """Facts about a token with these caveats, at noon."""
    token = TokenShape("TAGSHIP_TOKEN", issuer="pypi", anatomy=Anatomy("index.example", caveats))
    return FakeFacts(config=config, token=token, project_name=project_name, now=NOON)


def way_out(finding: Finding) -> str:
    """What to do about it, for a person."""
    assert isinstance(finding.remedy, Edit)
    return finding.remedy.text


def test_a_token_that_is_there() -> None:
    passes(TokenIsPresent(), sound())


@pytest.mark.parametrize("flaw", MISSING)
def test_a_token_that_is_not(flaw: TokenFlaw) -> None:
    (finding,) = finds(TokenIsPresent(), flawed(flaw))

    assert "TAGSHIP_TOKEN" in finding.message
    assert way_out(finding).startswith(f"make a token at {PYPI.token_page}, store it")
    assert "`tagship credential --auth token --bind --store`" in way_out(finding)
    assert "delete" not in way_out(finding)


def test_the_words_for_what_is_wrong_differ() -> None:
    every: list[Check[FakeFacts]] = [TokenIsPresent(), TokenIsWellFormed(), TokenIsForThisIndex()]
    verdicts = [
        verdict
        for flaw in TokenFlaw
        for verdict in examine(every, flawed(flaw), excused={})
        if verdict.outcome is Outcome.FAILED
    ]

    assert len({verdict.findings[0].message for verdict in verdicts}) == len(verdicts) == len(TokenFlaw)


def test_an_index_without_a_page_for_tokens() -> None:
    config = Config(auth=Auth.TOKEN, index=PRIVATE)

    (finding,) = finds(TokenIsPresent(), flawed(TokenFlaw.ABSENT, config))

    assert isinstance(finding.remedy, Edit)


@pytest.mark.parametrize("flaw", [*MALFORMED, TokenFlaw.OTHER_INDEX])
def test_a_token_with_another_flaw_is_there_all_the_same(flaw: TokenFlaw) -> None:
    passes(TokenIsPresent(), flawed(flaw))


def test_a_well_formed_token() -> None:
    passes(TokenIsWellFormed(), sound())
    passes(TokenIsWellFormed(), flawed(TokenFlaw.OTHER_INDEX))


@pytest.mark.parametrize("flaw", MALFORMED)
def test_a_malformed_token(flaw: TokenFlaw) -> None:
    (finding,) = finds(TokenIsWellFormed(), flawed(flaw))

    assert "`tagship credential --auth token --bind --store`" in way_out(finding)


def test_a_token_for_this_index() -> None:
    passes(TokenIsForThisIndex(), sound())


def test_a_token_for_another_index() -> None:
    (finding,) = finds(TokenIsForThisIndex(), flawed(TokenFlaw.OTHER_INDEX))

    assert "testpypi" in finding.message
    assert str(PYPI.token_page) in way_out(finding)
    assert "delete" not in way_out(finding)


@pytest.mark.parametrize("flaw", MISSING)
def test_nothing_is_known_of_a_token_that_is_not_there(flaw: TokenFlaw) -> None:
    cannot_tell(TokenIsWellFormed(), flawed(flaw))
    cannot_tell(TokenIsForThisIndex(), flawed(flaw))
    cannot_tell(TokenIsAlive(), flawed(flaw))


@pytest.mark.parametrize("flaw", MALFORMED)
def test_nobody_is_asked_about_a_malformed_token(flaw: TokenFlaw) -> None:
    cannot_tell(TokenIsForThisIndex(), flawed(flaw))
    cannot_tell(TokenIsAlive(), flawed(flaw))


def test_a_token_that_the_index_knows() -> None:
    passes(TokenIsAlive(), sound(Liveness.ALIVE))


def test_a_token_that_the_index_does_not_know() -> None:
    (finding,) = finds(TokenIsAlive(), sound(Liveness.DEAD))

    assert str(PYPI.token_page) in way_out(finding)
    assert way_out(finding).endswith("and delete there what it replaces")


@pytest.mark.parametrize("origin", ["standard input", "the section [pypi] of ~/.pypirc"])
def test_a_token_goes_back_to_where_it_came_from(origin: str) -> None:
    facts = FakeFacts(config=WITH_TOKEN, token=TokenShape(origin), liveness=Liveness.DEAD)

    (finding,) = finds(TokenIsAlive(), facts)

    assert f"so that {origin} gives it" in way_out(finding)
    assert "gh secret" not in way_out(finding)


def test_what_the_probe_does_not_prove_is_said_beside_its_pass() -> None:
    (verdict,) = examine([TokenIsAlive()], sound(Liveness.ALIVE), excused={})

    assert verdict.outcome is Outcome.PASSED
    assert verdict.reason is not None
    assert all(word in verdict.reason for word in ("signature", "scope", "expiry"))


def test_an_index_that_does_not_say() -> None:
    cannot_tell(TokenIsAlive(), sound(Liveness.UNKNOWN))
    cannot_tell(TokenIsAlive(), FakeFacts(config=WITH_TOKEN, token=SOUND))


def test_an_index_that_cannot_be_asked() -> None:
    config = Config(auth=Auth.TOKEN, index=PRIVATE)

    skips(TokenIsAlive(), FakeFacts(config=config, token=SOUND, liveness=Liveness.UNKNOWN))
    finds(TokenIsAlive(), FakeFacts(config=config, token=SOUND, liveness=Liveness.DEAD))


@pytest.mark.parametrize("check", FOR_TOKENS)
def test_trusted_publishing_needs_no_token(check: Check[FakeFacts]) -> None:
    skips(check, FakeFacts(config=TRUSTED))
    cannot_tell(check, FakeFacts())
    cannot_tell(check, FakeFacts(config=WITH_TOKEN))


def test_an_identity_that_is_trusted() -> None:
    passes(IdentityIsTrusted(), FakeFacts(config=TRUSTED, identity_refusal=None))


def test_an_identity_that_is_not() -> None:
    refusal = CredentialHalt("no publisher fits", where=AtUrl("https://index.example/"), remedy=Edit("register it"))

    (finding,) = finds(IdentityIsTrusted(), FakeFacts(config=TRUSTED, identity_refusal=refusal))

    assert (finding.message, finding.where, finding.remedy) == (refusal.message, refusal.where, refusal.remedy)


def test_an_identity_of_which_nothing_is_known() -> None:
    cannot_tell(IdentityIsTrusted(), FakeFacts(config=TRUSTED))


def test_a_project_with_a_token_needs_no_identity() -> None:
    skips(IdentityIsTrusted(), FakeFacts(config=WITH_TOKEN))


@pytest.mark.parametrize(("index", "asked"), [(PYPI, IdentityIsTrusted()), (PRIVATE, TokenIsPresent())])
def test_a_project_that_says_nothing_is_asked_by_its_index(index: Endpoints, asked: Check[FakeFacts]) -> None:
    facts = FakeFacts(config=Config(index=index), token=SOUND, identity_refusal=None)

    passes(asked, facts)


AT_NOON = int(NOON.timestamp())
OF_ITS_OWN = Config(auth=Auth.TOKEN, index=PRIVATE)


@pytest.mark.parametrize("check", FROM_OUTSIDE)
def test_what_is_read_off_a_token_needs_one_without_a_flaw(check: Check[FakeFacts]) -> None:
    for flaw in TokenFlaw:
        cannot_tell(check, flawed(flaw))


@pytest.mark.parametrize("check", FROM_OUTSIDE)
def test_a_secret_that_is_no_macaroon_says_nothing_of_itself(check: Check[FakeFacts]) -> None:
    skips(check, FakeFacts(config=OF_ITS_OWN, token=TokenShape("TAGSHIP_TOKEN")))


def test_caveats_that_the_index_knows() -> None:
    passes(TokenHasKnownCaveats(), telling())
    passes(TokenHasKnownCaveats(), telling(Validity(0, 1), UserOnly("u"), ProjectNames(("mine",))))


@pytest.mark.parametrize(("caveats", "told"), [(1, "a caveat"), (3, "3 caveats")])
def test_caveats_that_the_index_does_not_know(caveats: int, told: str) -> None:
    (finding,) = finds(TokenHasKnownCaveats(), telling(*[Unrecognized()] * caveats))

    assert f"{told} that pypi does not know" in finding.message


def test_an_index_of_its_own_habits_writes_caveats_of_its_own() -> None:
    skips(TokenHasKnownCaveats(), telling(Unrecognized(), config=OF_ITS_OWN))
    passes(TokenHasKnownCaveats(), telling(Validity(0, 1), config=OF_ITS_OWN))


@pytest.mark.parametrize("name", ["mine", "Mine", "MINE"])
def test_a_token_that_is_bound_to_this_project(name: str) -> None:
    passes(TokenIsForThisProject(), telling(ProjectNames(("mine", "other")), project_name=name))


def test_a_token_that_names_no_project_leaves_none_out() -> None:
    passes(TokenIsForThisProject(), FakeFacts(config=WITH_TOKEN, token=telling().token))
    passes(TokenIsForThisProject(), telling(UserOnly("u")))


@pytest.mark.parametrize(
    ("caveats", "told"),
    [
        ([ProjectNames(("other",))], "is bound to other, this is mine"),
        ([ProjectNames(("Mine",))], "is bound to 'Mine', this is mine"),
        ([ProjectNames(("mine",)), ProjectNames(("other",))], "is bound to no project at all, this is mine"),
        ([ProjectNames(tuple("gfedcba"))], "is bound to a, b, c, d, e, 2 more, this is mine"),
        ([ProjectNames(("\x1b[2J\ud800",))], r"is bound to '\x1b[2J\ud800', this is mine"),
    ],
)
def test_a_token_that_is_bound_to_other_projects(caveats: list[Caveat], told: str) -> None:
    (finding,) = finds(TokenIsForThisProject(), telling(*caveats))

    assert finding.message == f"the token in TAGSHIP_TOKEN {told}"
    assert "delete there what it replaces" in way_out(finding)


def test_a_project_without_a_name_cannot_be_compared() -> None:
    cannot_tell(
        TokenIsForThisProject(), FakeFacts(config=WITH_TOKEN, token=telling(ProjectNames(("mine",))).token, now=NOON)
    )


def test_projects_by_number_are_read_by_the_index_alone() -> None:
    skips(TokenIsForThisProject(), telling(ProjectIds(("7",))))
    finds(TokenIsForThisProject(), telling(ProjectIds(("7",)), ProjectNames(("other",))))


@pytest.mark.parametrize("check", [TokenIsForThisProject(), TokenIsInForce(), TokenIsNarrow()])
def test_a_caveat_of_an_index_of_its_own_habits_may_say_it(check: Check[FakeFacts]) -> None:
    skips(check, telling(Unrecognized(), config=OF_ITS_OWN))


def test_but_what_can_be_read_counts_there_as_well() -> None:
    finds(TokenIsForThisProject(), telling(Unrecognized(), ProjectNames(("other",)), config=OF_ITS_OWN))
    skips(TokenIsForThisProject(), telling(Unrecognized(), ProjectNames(("mine",)), config=OF_ITS_OWN))
    finds(TokenIsInForce(), telling(Unrecognized(), Validity(0, 1), config=OF_ITS_OWN))
    passes(TokenIsNarrow(), telling(Unrecognized(), ProjectNames(("mine",)), config=OF_ITS_OWN))


@pytest.mark.parametrize(
    "caveats", [[], [Validity(AT_NOON, AT_NOON + 1)], [Validity(0, 10**30), Validity(-1, AT_NOON + 1)]]
)
def test_a_token_that_is_good_now(caveats: list[Caveat]) -> None:
    passes(TokenIsInForce(), telling(*caveats))


@pytest.mark.parametrize(
    ("caveats", "told"),
    [
        ([Validity(0, AT_NOON)], "expired at 2026-03-01 12:00:00 UTC"),
        ([Validity(0, 0)], "expired at 1970-01-01 00:00:00 UTC"),
        ([Validity(0, 10**30), Validity(0, AT_NOON - 60)], "expired at 2026-03-01 11:59:00 UTC"),
        ([Validity(AT_NOON + 1, AT_NOON + 2)], "is not valid before 2026-03-01 12:00:01 UTC"),
        ([Validity(AT_NOON + 1, 1)], "expired at 1970-01-01 00:00:01 UTC"),
    ],
)
def test_a_token_that_is_not_good_now(caveats: list[Caveat], told: str) -> None:
    (finding,) = finds(TokenIsInForce(), telling(*caveats))

    assert finding.message == f"the token in TAGSHIP_TOKEN {told}"


@pytest.mark.parametrize("caveat", [ProjectNames(("mine",)), ProjectIds(("7",)), PublisherOnly("p")])
def test_a_token_that_is_narrow(caveat: Caveat) -> None:
    passes(TokenIsNarrow(), telling(UserOnly("u"), caveat))


@pytest.mark.parametrize("caveat", [UserOnly("u"), WholeAccount()])
def test_a_token_for_a_whole_account(caveat: Caveat) -> None:
    (finding,) = finds(TokenIsNarrow(), telling(caveat))

    assert "whole account" in finding.message
    assert finding.remedy == Run(("tagship", "credential", "--bind"))


def test_no_caveat_visible_is_not_a_proof() -> None:
    reason = cannot_tell(TokenIsNarrow(), telling(Validity(0, 2**40)))
    (verdict,) = examine([TokenIsNarrow()], telling(), excused={})

    assert "no proof" in reason
    assert verdict.findings[0].remedy == Run(("tagship", "credential", "--bind"))
    assert not verdict.leaves_open


@pytest.mark.parametrize("caveat", [Validity(0, 1), Validity(2**40, 2**41), Unrecognized()])
def test_a_token_that_is_refused_as_it_is_is_not_to_be_narrowed(caveat: Caveat) -> None:
    skips(TokenIsNarrow(), telling(caveat))


def test_an_index_of_its_own_habits_that_says_nothing_is_quoted() -> None:
    class Silent(FakeFacts):
        @property
        def liveness(self) -> Liveness:  # type: ignore[override]  # FakeFacts has a descriptor
            raise NotSaid("private did not say", "418: I brew", remedy=Edit("drink tea"))

    (known,) = examine([TokenIsAlive()], Silent(config=WITH_TOKEN, token=SOUND), excused={})
    (own,) = examine([TokenIsAlive()], Silent(config=Config(auth=Auth.TOKEN, index=PRIVATE), token=SOUND), excused={})

    assert (known.outcome, known.findings[0].remedy) == (Outcome.UNKNOWN, Edit("drink tea"))
    assert own.outcome is Outcome.SKIPPED
    assert "418: I brew" in str(own.reason)


@pytest.mark.parametrize("liveness", Liveness)
def test_the_liveness_of_an_index_with_a_page(liveness: Liveness) -> None:
    (verdict,) = examine([TokenIsAlive()], sound(liveness), excused={})

    assert (verdict.outcome is Outcome.PASSED) == (liveness is Liveness.ALIVE)


def test_a_pass_says_where_the_token_was_found() -> None:
    token = TokenShape("the section [pypi] of ~/.pypirc")

    (verdict,) = examine([TokenIsPresent()], FakeFacts(config=Config(auth=Auth.TOKEN), token=token), excused={})

    assert (verdict.outcome, verdict.reason) == (Outcome.PASSED, "in the section [pypi] of ~/.pypirc")
