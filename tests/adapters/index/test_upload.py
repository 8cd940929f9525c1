"""A file is sent once, in as many tries as it takes, and every refusal says what to do."""

import json
import logging
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.index.conftest import Waiting
from adapters.index.files import METADATA, NAME, artifact_of, entry, form_in, make_wheel, page
from adapters.loopback import Answer, Manner, serving
from adapters.planted import assert_hidden, credential, planted, spellings, trail
from tagship.adapters.http import HttpClient
from tagship.adapters.index import PackageIndex
from tagship.adapters.index.answers import REFUSALS
from tagship.domain.artifact import Artifact
from tagship.domain.endpoints import Endpoints
from tagship.domain.facts import Index, UploadAnswer
from tagship.errors import (
    ConfigError,
    Conflict,
    CredentialHalt,
    Edit,
    FactUnknown,
    Incomplete,
    Refused,
    TagshipError,
    Visit,
)

MakeIndex = Callable[..., PackageIndex]
OTHER = "cd" * 32


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path)


@pytest.fixture
def artifact(wheel: Path) -> Artifact:
    return artifact_of(wheel)


def nothing(done: int, total: int) -> None:
    """Watch no progress."""


def said(status: int, text: str) -> Answer:
    """A refusal as the public index gives it to those who ask for JSON."""
    body = {"message": "The server could not comply.", "code": f"{status} {text}", "title": "Bad Request"}
    return Answer(
        status,
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
        text.encode("latin-1", "replace").decode("latin-1"),
    )


def test_the_client_is_the_port(index_at: MakeIndex) -> None:
    with serving({}) as server:
        index: Index = index_at(server)
        assert isinstance(index, PackageIndex)


def test_what_is_sent(index_at: MakeIndex, wheel: Path, artifact: Artifact) -> None:
    value = planted()
    steps: list[tuple[int, int]] = []
    with serving({"POST": [Answer(200)]}) as server:
        answer = index_at(server).upload(wheel, artifact, credential(value), lambda *step: steps.append(step))

    asked = server.asked[0]
    fields = dict(form_in(asked))
    assert answer == UploadAnswer()
    assert (asked.method, asked.path) == ("POST", "/legacy/")
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["content-length"] == str(len(asked.body))
    assert fields[":action"] == "file_upload"
    assert fields["protocol_version"] == "1"
    assert fields["name"] == "pkg-demo"
    assert fields["sha256_digest"] == artifact.sha256
    assert fields["content"] == wheel.read_bytes()
    assert spellings(value)[4] in asked.headers["authorization"]
    assert value.encode() not in asked.body
    assert steps[-1] == (artifact.size, artifact.size)


def test_a_description_with_any_line_ends_arrives_as_it_was(index_at: MakeIndex, tmp_path: Path) -> None:
    path = make_wheel(tmp_path, metadata=METADATA.replace("# long", '# lóng "x"\n\n  indented\t\n'))
    with serving({"POST": [Answer(200)]}) as server:
        index_at(server).upload(path, artifact_of(path), credential(planted()), nothing)

    assert dict(form_in(server.asked[0]))["description"] == '# lóng "x"\n\n  indented\t\n\n'


def test_memory_does_not_grow_with_the_file(index_at: MakeIndex, tmp_path: Path) -> None:
    path = make_wheel(tmp_path, filling=bytes(24 * 1024 * 1024))
    artifact = artifact_of(path)
    with serving({"POST": [Answer(200, manner=Manner.BEFORE_THE_BODY)]}) as server:
        index = index_at(server)
        tracemalloc.start()
        try:
            index.upload(path, artifact, credential(planted()), nothing)
        except Incomplete:
            pass  # the answer before the body may be lost with the connection; memory is what counts here
        finally:
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()

    assert peak < 8 * 1024 * 1024


def test_warnings_are_given_back_clean(index_at: MakeIndex, wheel: Path, artifact: Artifact) -> None:
    value = planted()
    body = f"first warning\n\n\x1b[31msecond\x07 {value}\n{'long ' * 300}\n".encode()
    with serving({"POST": [Answer(200, body, {"Content-Type": "text/html; charset=utf-8"})]}) as server:
        answer = index_at(server).upload(wheel, artifact, credential(value), nothing)

    assert answer.warnings[:2] == ("first warning", "[31msecond [secret from TAGSHIP_TOKEN]")
    assert len(answer.warnings[2]) == 500
    assert len(answer.warnings) == 3


def test_created_is_success_too(index_at: MakeIndex, wheel: Path, artifact: Artifact) -> None:
    with serving({"POST": [Answer(201, b'{"status": 201}', {"Content-Type": "application/json"})]}) as server:
        assert index_at(server).upload(wheel, artifact, credential(planted()), nothing) == UploadAnswer()


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><title>Log in</title>",
        b"\xef\xbb\xbf <html><title>Log in</title>",
        b"<?xml version='1.0'?><html>Log in",
    ],
)
def test_a_web_page_is_no_success(index_at: MakeIndex, wheel: Path, artifact: Artifact, body: bytes) -> None:
    with (
        serving({"POST": [Answer(200, body)]}) as server,
        pytest.raises(FactUnknown, match=r"web page \(200: Log in\)"),
    ):
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert server.methods == ["POST"]


@pytest.mark.parametrize("status", [202, 204])
def test_another_success_is_unknown(index_at: MakeIndex, wheel: Path, artifact: Artifact, status: int) -> None:
    with serving({"POST": [Answer(status)]}) as server, pytest.raises(FactUnknown, match="neither yes nor no"):
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)


@pytest.mark.parametrize("location", [None, "/legacy/slash/"])
def test_a_redirect_is_named_and_not_followed(
    index_at: MakeIndex, wheel: Path, artifact: Artifact, location: str | None
) -> None:
    headers = {} if location is None else {"Location": location}
    with serving({"POST": [Answer(308, headers=headers)]}) as server, pytest.raises(ConfigError) as caught:
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert f"redirects to {location or server.url + '/legacy/'}" in caught.value.message
    assert server.methods == ["POST"]


# Tries


@pytest.mark.parametrize(
    "failure",
    [
        Answer(503),
        Answer(500, b"<html>oops</html>"),
        Answer(429),
        Answer(manner=Manner.CLOSE),
        Answer(manner=Manner.HANG),
        Answer(200, b"half", manner=Manner.BREAK_OFF),
    ],
)
def test_a_passing_failure_is_tried_again_after_asking(
    index_at: MakeIndex, wheel: Path, artifact: Artifact, failure: Answer
) -> None:
    with serving({"POST": [failure, Answer(200)], "GET": [Answer(404)]}) as server:
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert server.methods == ["POST", "GET", "POST"]
    first, second = (form_in(asked) for asked in server.asked if asked.method == "POST")
    assert first == second


@pytest.mark.parametrize("failure", [Answer(manner=Manner.CLOSE), Answer(502)])
def test_a_lost_answer_is_not_repeated(index_at: MakeIndex, wheel: Path, artifact: Artifact, failure: Answer) -> None:
    """The file landed, its answer did not: the index shows it, and that is that."""
    shown = page(entry(NAME, artifact.sha256))
    with serving({"POST": [failure], "GET": [shown]}) as server:
        assert index_at(server).upload(wheel, artifact, credential(planted()), nothing) == UploadAnswer()

    assert server.methods == ["POST", "GET"]


def test_other_bytes_that_turn_up_meanwhile_are_a_conflict(
    index_at: MakeIndex, wheel: Path, artifact: Artifact
) -> None:
    with (
        serving({"POST": [Answer(503)], "GET": [page(entry(NAME, OTHER))]}) as server,
        pytest.raises(Conflict) as caught,
    ):
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert OTHER in caught.value.message
    assert artifact.sha256 in caught.value.message
    assert server.methods == ["POST", "GET"]


def test_it_gives_up_after_five_tries(index_at: MakeIndex, wheel: Path, artifact: Artifact, waiting: Waiting) -> None:
    with (
        serving({"POST": [Answer(503, reason="Backend is ill")], "GET": [Answer(404)]}) as server,
        pytest.raises(Incomplete) as caught,
    ):
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert server.methods == ["POST", "GET"] * 5
    assert "in 5 tries: 503: Backend is ill" in caught.value.message
    assert len(waiting.seconds) == 4
    assert waiting.seconds[3] > waiting.seconds[0]


def test_the_last_try_may_have_landed_too(index_at: MakeIndex, wheel: Path, artifact: Artifact) -> None:
    gets = [*[Answer(404)] * 4, page(entry(NAME, artifact.sha256))]
    with serving({"POST": [Answer(manner=Manner.CLOSE)], "GET": gets}) as server:
        assert index_at(server).upload(wheel, artifact, credential(planted()), nothing) == UploadAnswer()

    assert server.methods == ["POST", "GET"] * 5


def test_an_index_that_cannot_be_read_does_not_stop_the_tries(
    index_at: MakeIndex, wheel: Path, artifact: Artifact
) -> None:
    with serving({"POST": [Answer(503), Answer(200)], "GET": [Answer(503)]}) as server:
        assert index_at(server).upload(wheel, artifact, credential(planted()), nothing) == UploadAnswer()

    assert server.methods == ["POST", "GET", "POST"]


def test_it_waits_as_long_as_the_index_asks(
    index_at: MakeIndex, wheel: Path, artifact: Artifact, waiting: Waiting
) -> None:
    answers = [
        Answer(429, headers={"Retry-After": "7"}),
        Answer(503, headers={"Retry-After": "4000"}),
        Answer(200),
    ]
    with serving({"POST": answers, "GET": [Answer(404)]}) as server:
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert waiting.seconds == [7.0, 60.0]


def test_a_progress_that_starts_again_says_so(index_at: MakeIndex, wheel: Path, artifact: Artifact) -> None:
    steps: list[int] = []
    with serving({"POST": [Answer(503), Answer(200)], "GET": [Answer(404)]}) as server:
        index_at(server).upload(wheel, artifact, credential(planted()), lambda done, _: steps.append(done))

    assert steps == [0, artifact.size, 0, artifact.size]


def test_nobody_listens(index_at: MakeIndex, wheel: Path, artifact: Artifact) -> None:
    with serving({}) as server:
        index = index_at(server)
    with pytest.raises(Incomplete, match="refused"):
        index.upload(wheel, artifact, credential(planted()), nothing)


def test_what_will_not_pass_is_not_tried_again(
    wheel: Path, artifact: Artifact, client: HttpClient, waiting: Waiting
) -> None:
    """A server that does not speak TLS will not learn it between two tries."""
    with serving({"POST": [Answer(200)]}) as server:
        secure = server.url.replace("http:", "https:")
        index = PackageIndex(
            Endpoints("x", f"{secure}/simple/", f"{secure}/legacy/"), client, pause=waiting.seconds.append
        )
        with pytest.raises(FactUnknown, match="TLS"):
            index.upload(wheel, artifact, credential(planted()), nothing)

    assert waiting.seconds == []


# The name is taken

TAKEN = [
    said(400, f"File already exists ('{NAME}', with blake2_256 hash '{OTHER}'). See /help/#file-name-reuse"),
    Answer(409, b"Package already exists", {"Content-Type": "text/plain"}),
    Answer(409, json.dumps({"message": f"{NAME} already exists in non-volatile index"}).encode()),
    Answer(409),
]


@pytest.mark.parametrize("taken", TAKEN)
def test_the_same_bytes_under_a_taken_name_are_success(
    index_at: MakeIndex, wheel: Path, artifact: Artifact, taken: Answer
) -> None:
    with serving({"POST": [taken], "GET": [page(entry(NAME, artifact.sha256))]}) as server:
        assert index_at(server).upload(wheel, artifact, credential(planted()), nothing) == UploadAnswer()

    assert server.methods == ["POST", "GET"]


@pytest.mark.parametrize("taken", TAKEN)
@pytest.mark.parametrize(
    ("shown", "theirs"),
    [
        (page(entry(NAME, OTHER)), OTHER),
        (page(entry(NAME)), "unknown"),
        (page(), "unknown"),
        (Answer(404), "unknown"),
        (Answer(503), "unknown"),
    ],
)
def test_other_or_unknown_bytes_under_a_taken_name_are_a_conflict(
    index_at: MakeIndex, wheel: Path, artifact: Artifact, taken: Answer, shown: Answer, theirs: str
) -> None:
    with serving({"POST": [taken], "GET": [shown]}) as server, pytest.raises(Conflict) as caught:
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert f"sha256 {theirs} there, {artifact.sha256} here" in caught.value.message
    assert isinstance(caught.value.remedy, Edit)


# Refusals

TOKENS = "/manage/account/token/"
PUBLISHING = "/manage/account/publishing/"

# The texts of the public index, with the parts that vary filled in.
REFUSED: list[tuple[int, str, type[TagshipError], str]] = [
    (403, "Invalid or non-existent authentication information. See /help/", CredentialHalt, TOKENS),
    (403, "Username/Password authentication is no longer supported. Migrate to", CredentialHalt, TOKENS),
    (403, "Invalid API Token: token is expired", CredentialHalt, TOKENS),
    (403, "Invalid API Token: project-scoped token is not valid for project: 'p'", CredentialHalt, TOKENS),
    (403, "Invalid API Token: OIDC scoped token is not valid for project 'p'", CredentialHalt, PUBLISHING),
    (403, "Invalid API Token: current user does not match user restriction in token", CredentialHalt, TOKENS),
    (403, "Invalid API Token: signatures do not match", CredentialHalt, TOKENS),
    (403, "The given token isn't allowed to upload to project 'p'. See /help/", CredentialHalt, PUBLISHING),
    (403, "The user 'u' isn't allowed to upload to project 'p'. See /help/", CredentialHalt, "ask an owner"),
    (403, "User 'u', associated with the API token used, does not have a verified primary email address.",
     CredentialHalt, "/manage/account/"),
    (403, "User 'u', associated with the API token used, does not have two-factor authentication enabled.",
     CredentialHalt, "/manage/account/"),
    (401, "", CredentialHalt, TOKENS),
    (403, "", CredentialHalt, TOKENS),
    (400, "Non-user identities cannot create new projects. This was probably", CredentialHalt, PUBLISHING),
    (400, "This filename was previously used by a file that has since been deleted.", Conflict, "raise the version"),
    (400, "Only one sdist may be uploaded per release.", Conflict, "raise the version"),
    (400, "Uploading new files to releases older than 14 days is not allowed.", Conflict, "raise the version"),
    (403, "Read-only mode: Uploads are temporarily disabled.", Incomplete, "status page"),
    (403, "New uploads are temporarily disabled. See /help/", Incomplete, "status page"),
    (403, "New project registration temporarily disabled. See /help/", Incomplete, "registration"),
    (429, "Too many new projects created", Incomplete, "in an hour"),
    (503, "Read-only mode: Uploads are temporarily disabled.", Incomplete, "status page"),
    (400, "File too large. Limit for project 'p' is 100 MB. See /help/#file-size-limit", Refused, "smaller"),
    (413, "Request Entity Too Large", Refused, "smaller"),
    (400, "'' is an invalid value for Summary. Error: too long", Refused, "pyproject.toml"),
    (400, "The use of local versions in '1.0+x' is not allowed.", Refused, "without +"),
    (400, "The description failed to render for 'text/x-rst'. See /help/", Refused, "README"),
    (400, "Binary wheel 'f' has an unsupported platform tag 'linux_x86_64'.", Refused, "manylinux"),
    (400, "The digest supplied does not match a digest calculated from the uploaded file.", Incomplete, "run it again"),
    (400, "The name 'p' is too similar to an existing project. See /help/", Refused, "another name"),
    (409, "The name 'p' conflicts with an existing project.", Refused, "another name"),
    (400, "Invalid distribution file. ZIP archive not accepted: Trailing data.", Refused, "release again"),
    (400, "Something that nobody has read before", Refused, "release again"),
    (404, "", Refused, "release again"),
    (418, "I'm a teapot", Refused, "release again"),
    (451, "", Refused, "release again"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "text", "kind", "remedy"), REFUSED)
def test_a_refusal_says_what_it_is_and_what_to_do(
    index_at: MakeIndex, wheel: Path, artifact: Artifact, status: int, text: str, kind: type[TagshipError], remedy: str
) -> None:
    answer = said(status, text) if text else Answer(status)
    with serving({"POST": [answer], "GET": [Answer(404)]}) as server, pytest.raises(TagshipError) as caught:
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert type(caught.value) is kind
    assert remedy in str(caught.value.remedy)
    assert f"({status}" in caught.value.message
    assert text in caught.value.message
    assert server.methods == ["POST"]


def test_every_row_of_the_table_is_reached() -> None:
    """Each refusal of the table is the first that fits one of the texts above."""
    reached = {next((row.cause for row in REFUSALS if row.fits(status, text)), None) for status, text, *_ in REFUSED}

    assert {row.cause for row in REFUSALS} <= reached


@pytest.mark.parametrize("secret", ["x", "is", "already"])
def test_a_secret_that_is_an_ordinary_word_changes_no_verdict(
    index_at: MakeIndex, wheel: Path, artifact: Artifact, secret: str
) -> None:
    with serving({"POST": [TAKEN[0]], "GET": [page(entry(NAME, artifact.sha256))]}) as server:
        assert index_at(server).upload(wheel, artifact, credential(secret), nothing) == UploadAnswer()
    with serving({"POST": [said(403, "Invalid API Token: token is expired")]}) as server, pytest.raises(CredentialHalt):
        index_at(server).upload(wheel, artifact, credential(secret), nothing)


def test_without_a_web_site_the_remedy_is_a_sentence(index_at: MakeIndex, wheel: Path, artifact: Artifact) -> None:
    for answer in (said(403, "Invalid API Token: token is expired"), Answer(401)):
        with serving({"POST": [answer]}) as server, pytest.raises(CredentialHalt) as caught:
            index_at(server, site=False).upload(wheel, artifact, credential(planted()), nothing)
        assert isinstance(caught.value.remedy, Edit)


def test_with_a_web_site_the_remedy_is_its_page(index_at: MakeIndex, wheel: Path, artifact: Artifact) -> None:
    with (
        serving({"POST": [said(403, "Invalid API Token: token is expired")]}) as server,
        pytest.raises(CredentialHalt) as caught,
    ):
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert caught.value.remedy == Visit(f"{server.url}/manage/account/token/")


@pytest.mark.parametrize(
    ("answer", "quoted"),
    [
        (Answer(400, b"", reason="In the reason alone"), "400: In the reason alone"),
        (
            Answer(400, b"<html><title>In the title</title><style>p{}</style><p>and in the <b>text</b>"),
            "400: In the title and in the text",
        ),
        (Answer(400, b"in plain text\nof two lines"), "400: in plain text of two lines"),
        (Answer(400, b'{"code": 7, "message": "in the message"}'), "400: in the message"),
        (Answer(400, b'{"other": 1}'), '400: {"other": 1}'),
        (Answer(400, b"\xff\x1b[2J\x00bad\xe2\x80\xae bytes"), "400: \N{REPLACEMENT CHARACTER} [2J bad bytes"),
        (Answer(400, b""), "(400)"),
        (Answer(499, b"", reason="Of its own making"), "499: Of its own making"),
    ],
)
def test_the_indexs_words_are_found_wherever_it_put_them(
    index_at: MakeIndex, wheel: Path, artifact: Artifact, answer: Answer, quoted: str
) -> None:
    with serving({"POST": [answer]}) as server, pytest.raises(Refused) as caught:
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert quoted in caught.value.message
    assert caught.value.message.isprintable()


def test_a_long_answer_is_cut(index_at: MakeIndex, wheel: Path, artifact: Artifact) -> None:
    with serving({"POST": [Answer(400, b"word " * 100_000)]}) as server, pytest.raises(Refused) as caught:
        index_at(server).upload(wheel, artifact, credential(planted()), nothing)

    assert len(caught.value.message) < 700


# The secret


@pytest.mark.parametrize("status", [200, 201, 301, 400, 401, 403, 404, 409, 413, 418, 429, 500, 503])
def test_an_index_that_repeats_the_secret_is_not_quoted_with_it(
    index_at: MakeIndex, wheel: Path, artifact: Artifact, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    value = planted(status)
    caplog.set_level(logging.DEBUG)
    echoes = " ; ".join([value, *spellings(value)[2:5]])
    shown: list[str] = []
    for body in (
        json.dumps({"code": f"{status} {echoes}", "message": echoes}).encode(),
        f"<html><title>{echoes}</title>".encode(),
        echoes.encode(),
        f"split {value[:20]}\n{value[20:]}".encode(),
    ):
        answer = Answer(
            status,
            body,
            {"Location": f"/?t={spellings(value)[2]}"},
            reason=f"Oops {value}".encode("latin-1", "replace").decode("latin-1"),
        )
        with serving({"POST": [answer], "GET": [Answer(404)]}) as server:
            try:
                given = index_at(server).upload(wheel, artifact, credential(value), nothing)
                shown.append(repr(given))
            except TagshipError as error:
                shown += [trail(error), str(error.remedy)]

    assert len(shown) >= 4
    for text in (caplog.text, *shown):
        for spelling in (value, *spellings(value)[2:5]):
            assert spelling not in text


@pytest.mark.parametrize("manner", [Manner.CLOSE, Manner.HANG, Manner.BREAK_OFF])
def test_a_failure_on_the_way_does_not_tell_the_secret(
    index_at: MakeIndex, wheel: Path, artifact: Artifact, manner: Manner, caplog: pytest.LogCaptureFixture
) -> None:
    value = planted()
    caplog.set_level(logging.DEBUG)
    with (
        serving({"POST": [Answer(200, b"x", manner=manner)], "GET": [Answer(404)]}) as server,
        pytest.raises(Incomplete) as caught,
    ):
        index_at(server).upload(wheel, artifact, credential(value), nothing)

    assert_hidden(value, trail(caught.value), str(caught.value.remedy), caplog.text)
