"""Manners towards servers, and what is said when a server or the network has none."""

import gzip
import io
import logging
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from adapters.loopback import Answer, Loopback, Manner, serving
from adapters.planted import assert_hidden, credential, planted, trail
from tagship.adapters.http import (
    LONGEST_WAIT,
    HttpClient,
    Patience,
    Response,
    Stream,
    Unreachable,
    delay,
    host_of,
    retry_after,
)
from tagship.domain.credential import Secret
from tagship.errors import ConfigError, CredentialHalt, Edit

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in PROXY_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)


@pytest.fixture
def client() -> Iterator[HttpClient]:
    with HttpClient(connect_timeout=1.0, read_timeout=0.4, upload_timeout=0.4, body_limit=10_000) as made:
        yield made


def answered(status: int = 200, **headers: str) -> Response:
    return Response(status, "", {name.replace("_", "-"): value for name, value in headers.items()}, b"", "http://x/")


def nothing(done: int, total: int) -> None:
    """Watch no progress."""


def test_an_answer_is_given_back_as_it_came(client: HttpClient) -> None:
    with serving(
        {"GET": [Answer(418, b'{"a": 1}', {"Content-Type": "Application/JSON; charset=utf-8", "X-Two": "2"}, "Pot")]}
    ) as server:
        response = client.request("GET", f"{server.url}/a?b=c", headers={"Accept": "text/x"})

    assert (response.status, response.reason, response.body) == (418, "Pot", b'{"a": 1}')
    assert (response.content_type, response.headers["x-two"]) == ("application/json", "2")
    assert (response.json(), response.text) == ({"a": 1}, '{"a": 1}')
    assert response.url == f"{server.url}/a?b=c"
    assert server.asked[0].path == "/a?b=c"
    assert server.asked[0].headers["accept"] == "text/x"
    assert server.asked[0].headers["user-agent"].startswith("tagship")


def test_one_connection_serves_many_questions(client: HttpClient) -> None:
    with serving({"GET": [Answer(200, b"x")]}) as server:
        for _ in range(3):
            client.request("GET", server.url)

    assert len(server.asked) == 3
    assert len({asked.port for asked in server.asked}) == 1


def test_a_compressed_answer_is_opened(client: HttpClient) -> None:
    with serving({"GET": [Answer(200, gzip.compress(b"plain"), {"Content-Encoding": "gzip"})]}) as server:
        assert client.request("GET", server.url).body == b"plain"
    assert server.asked[0].headers["accept-encoding"] == "gzip"


def test_a_body_from_disk_has_its_length_and_starts_anew(client: HttpClient) -> None:
    stream = Stream(6, lambda: iter((b"abc", b"def")))
    with serving({"POST": [Answer()]}) as server:
        client.request("POST", server.url, body=stream)
        client.request("POST", server.url, body=stream)

    assert [asked.body for asked in server.asked] == [b"abcdef", b"abcdef"]
    assert server.asked[0].headers["content-length"] == "6"
    assert "transfer-encoding" not in server.asked[0].headers


def test_a_server_that_reads_late_is_waited_for() -> None:
    """Sending may stall for longer than connecting may take."""
    with HttpClient(connect_timeout=0.2, upload_timeout=5.0) as patient:
        size = 24 * 1024 * 1024
        chunk = bytes(1024 * 1024)
        stream = Stream(size, lambda: (chunk for _ in range(size // len(chunk))))
        with serving({"POST": [Answer(manner=Manner.LATE_READER)]}) as server:
            response = patient.request("POST", server.url, body=stream)

    assert response.status == 200
    assert len(server.asked[0].body) == size


def test_a_refusal_before_the_body_was_read_is_still_read(client: HttpClient) -> None:
    size = 32 * 1024 * 1024
    stream = Stream(size, lambda: (bytes(65536) for _ in range(size // 65536)))
    answer = Answer(403, b"no", manner=Manner.BEFORE_THE_BODY)
    with serving({"POST": [answer]}) as server:
        try:
            status = client.request("POST", server.url, body=stream).status
        except Unreachable as error:
            # The system may throw the answer away when the connection is reset.
            status = 403 if "broke off" in error.message else 0

    assert status == 403


# Redirects


def test_a_plain_get_follows_redirects(client: HttpClient) -> None:
    with serving(
        {"GET": [Answer(302, headers={"Location": "/b"}), Answer(301, headers={"Location": "c"}), Answer(200, b"!")]}
    ) as server:
        response = client.request("GET", f"{server.url}/a")

    assert (response.status, response.url) == (200, f"{server.url}/c")
    assert [asked.path for asked in server.asked] == ["/a", "/b", "/c"]


def test_redirects_end_somewhere(client: HttpClient) -> None:
    with (
        serving({"GET": [Answer(302, headers={"Location": "/again"})]}) as server,
        pytest.raises(Unreachable) as caught,
    ):
        client.request("GET", server.url)

    assert "redirects more than 5 times" in caught.value.message
    assert not caught.value.passing
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    "location", ["ftp://elsewhere/x", "https://", "http://[::1", "http://user:pw@elsewhere/", "javascript:x"]
)
def test_a_redirect_to_nowhere_is_unknown(client: HttpClient, location: str) -> None:
    with (
        serving({"GET": [Answer(302, headers={"Location": location})]}) as server,
        pytest.raises(Unreachable) as caught,
    ):
        client.request("GET", server.url)

    assert "redirects to an address" in caught.value.message
    assert "pw" not in caught.value.message


def test_nothing_with_a_credential_follows_a_redirect(client: HttpClient) -> None:
    value = planted()
    with serving({"GET": [Answer(200)]}) as elsewhere:
        moved = Answer(307, headers={"Location": f"{elsewhere.url}/steal"})
        with serving({"GET": [moved], "POST": [moved]}) as server:
            statuses = [
                client.request("GET", server.url, auth=credential(value)).status,
                client.request("GET", server.url, confidential=True).status,
                client.request("POST", server.url, body=b"", auth=credential(value)).status,
                client.request("POST", server.url, body=b"x").status,
            ]

    assert statuses == [307] * 4
    assert elsewhere.asked == []


def test_tls_is_not_given_up_on_the_way(tls: "Tls", monkeypatch: pytest.MonkeyPatch, client: HttpClient) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.authority))
    with (
        serving({"GET": [Answer(200)]}) as plain,
        serving({"GET": [Answer(302, headers={"Location": plain.url})]}) as server,
    ):
        secure = tls.protect(server)
        with pytest.raises(Unreachable, match="without TLS"):
            client.request("GET", secure)
    assert plain.asked == []


# Credentials


def test_a_credential_goes_as_basic_and_a_secret_as_bearer(client: HttpClient) -> None:
    with serving({"GET": [Answer()]}) as server:
        client.request("GET", server.url, auth=credential("söcret", "mé"))
        client.request("GET", server.url, auth=Secret("abc", origin="GH_TOKEN"))

    assert server.asked[0].headers["authorization"] == "Basic bcOpOnPDtmNyZXQ="
    assert server.asked[1].headers["authorization"] == "Bearer abc"


@pytest.mark.parametrize("confidential", [True, False])
def test_nothing_secret_leaves_the_machine_in_the_clear(client: HttpClient, *, confidential: bool) -> None:
    value = planted()
    auth = None if confidential else credential(value)

    with pytest.raises(CredentialHalt, match="over plain http") as caught:
        client.request("POST", "http://index.invalid/legacy/", body=b"", auth=auth, confidential=confidential)

    assert_hidden(value, trail(caught.value))


@pytest.mark.parametrize("tail", ["\n", "\r\nX: y", "\N{SNOWMAN}", "\x00", "\udcff"])
def test_a_bearer_token_that_would_break_the_header_is_not_quoted(client: HttpClient, tail: str) -> None:
    value = planted() + "x" * 20 + tail
    with pytest.raises(CredentialHalt, match="from GH_TOKEN") as caught:
        client.request("GET", "https://host.invalid/", auth=Secret(value, origin="GH_TOKEN"))

    assert_hidden(value.removesuffix(tail), trail(caught.value))


def test_a_password_in_an_address_is_refused(client: HttpClient) -> None:
    value = "hunter" + "2" * 20
    with pytest.raises(ConfigError, match="carries a user name or a password") as caught:
        client.request("GET", f"https://someone:{value}@index.invalid/simple/")

    assert_hidden(value, trail(caught.value))
    assert "index.invalid" in caught.value.message


@pytest.mark.parametrize(
    "address", ["", "index.invalid/simple/", "ftp://index.invalid/", "https:///simple/", "http://a:b:c/", "http://[x/"]
)
def test_an_address_that_is_none_is_a_matter_of_configuration(client: HttpClient, address: str) -> None:
    with pytest.raises(ConfigError):
        client.request("GET", address)


# Failures


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(manner=Manner.HANG), "does not answer in time"),
        (Answer(manner=Manner.CLOSE), "broke off"),
        (Answer(200, b"half", manner=Manner.BREAK_OFF), "broke off"),
        (Answer(200, b"half", manner=Manner.BREAK_OFF_A_CHUNK), "broke off"),
        (Answer(200, b"no gzip", {"Content-Encoding": "gzip"}), "compressed"),
        (Answer(200, bytes(10_001)), "larger than 10000 bytes"),
        (Answer(200, gzip.compress(bytes(10_000_000)), {"Content-Encoding": "gzip"}), "larger than 10000 bytes"),
    ],
)
def test_a_broken_answer_is_unknown(client: HttpClient, answer: Answer, told: str) -> None:
    with serving({"GET": [answer]}) as server, pytest.raises(Unreachable) as caught:
        client.request("GET", server.url)

    assert told in caught.value.message
    assert caught.value.message.startswith("127.0.0.1:")
    assert isinstance(caught.value.remedy, Edit)


def test_an_answer_that_never_ends_is_cut() -> None:
    """Every byte is a sign of life, so the whole has a limit of its own: ten times the reading time."""
    answer = Answer(200, bytes(200), manner=Manner.DRIP)
    with (
        HttpClient(read_timeout=0.1) as client,
        serving({"GET": [answer]}) as server,
        pytest.raises(Unreachable, match="did not end within 1 seconds"),
    ):
        client.request("GET", server.url)


def test_nobody_listens(client: HttpClient) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(Unreachable, match="refused") as caught:
            client.request("GET", address)

    assert caught.value.passing


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name resolves, and nobody outside is asked for one."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)


@pytest.mark.usefixtures("no_names")
def test_a_name_that_does_not_resolve(client: HttpClient) -> None:
    with pytest.raises(Unreachable, match=r"index\.invalid: its name cannot be resolved"):
        client.request("GET", "https://index.invalid/")


def test_a_failure_tells_nothing_secret(client: HttpClient, caplog: pytest.LogCaptureFixture) -> None:
    value = planted()
    caplog.set_level(logging.DEBUG)
    shown = []
    for manner in (Manner.HANG, Manner.CLOSE, Manner.BREAK_OFF):
        with serving({"POST": [Answer(200, b"x", manner=manner)]}) as server, pytest.raises(Unreachable) as caught:
            client.request("POST", server.url, body=b"", auth=credential(value))
        shown.append(trail(caught.value))

    assert_hidden(value, caplog.text, repr(client), *shown)


# The way out


class Tls:
    """An authority of our own and a server behind it."""

    def __init__(self, folder: Path) -> None:
        self.authority = folder / "authority.pem"
        self._key = folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", str(self._key), "-out", str(self.authority), "-days", "2", "-subj", "/CN=stand-in",
             "-addext", "subjectAltName=IP:127.0.0.1"],
            check=True, capture_output=True, timeout=30,
        )  # fmt: skip

    def protect(self, server: Loopback) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority, self._key)
        server.wrap(context)
        return server.url.replace("http:", "https:")


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    return Tls(tmp_path_factory.mktemp("tls"))


def test_a_stranger_s_certificate_is_not_trusted(tls: Tls, client: HttpClient) -> None:
    with (
        serving({"GET": [Answer()]}) as server,
        pytest.raises(Unreachable, match="certificate is not trusted") as caught,
    ):
        client.request("GET", tls.protect(server))

    assert not caught.value.passing
    assert "SSL_CERT_FILE" in str(caught.value.remedy)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_the_environment_names_authorities(
    tls: Tls, client: HttpClient, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tls.authority))
    with serving({"GET": [Answer(204)]}) as server:
        assert client.request("GET", tls.protect(server)).status == 204


def test_a_folder_of_authorities_may_be_named(
    tls: Tls, client: HttpClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hashed = subprocess.run(
        ["openssl", "x509", "-hash", "-noout", "-in", str(tls.authority)], capture_output=True, check=True, timeout=30
    )
    (tmp_path / f"{hashed.stdout.decode().strip()}.0").write_bytes(tls.authority.read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    with serving({"GET": [Answer(204)]}) as server:
        assert client.request("GET", tls.protect(server)).status == 204


def test_authorities_that_cannot_be_read_are_named(
    tmp_path: Path, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content in (None, "no certificate"):
        place = tmp_path / "authorities.pem"
        if content is not None:
            place.write_text(content)
        monkeypatch.setenv("SSL_CERT_FILE", str(place))
        with pytest.raises(ConfigError, match="SSL_CERT_FILE names"):
            client.request("GET", "https://index.invalid/")


def test_a_proxy_is_asked_where_the_environment_says_so(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"GET": [Answer(200, b"through")]}) as proxy:
        address = proxy.url.replace("http://", "http://me:p%40ss@")
        monkeypatch.setenv("HTTP_PROXY", address)
        monkeypatch.delenv("REQUEST_METHOD", raising=False)
        response = client.request("GET", "http://index.invalid/simple/")

    assert response.body == b"through"
    assert proxy.asked[0].path == "http://index.invalid/simple/"
    assert proxy.asked[0].headers["proxy-authorization"] == "Basic bWU6cEBzcw=="


def test_a_proxy_that_refuses_is_named_as_the_cause(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    value = planted()
    with serving({"CONNECT": [Answer(403)]}) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(Unreachable, match="proxy does not let us through") as caught:
            client.request("GET", "https://index.invalid/", auth=credential(value))

    assert proxy.methods == ["CONNECT"]
    assert "authorization" not in proxy.asked[0].headers
    assert_hidden(value, trail(caught.value))


def test_this_machine_is_reached_without_a_proxy(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"GET": [Answer(502)]}) as proxy, serving({"GET": [Answer(200)]}) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert client.request("GET", server.url, auth=credential(planted())).status == 200

    assert proxy.asked == []


def test_no_proxy_is_honoured(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    with serving({"GET": [Answer(200)]}) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "index.invalid")
        request.getfixturevalue("no_names")
        with pytest.raises(Unreachable, match="name cannot be resolved"):
            client.request("GET", "http://index.invalid/")

    assert proxy.asked == []


def test_a_proxy_of_an_unknown_kind_is_a_matter_of_configuration(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://me:secretword@proxy.invalid:1")
    with pytest.raises(ConfigError, match="proxy that the environment names") as caught:
        client.request("GET", "https://index.invalid/")

    assert "secretword" not in caught.value.message


# Downloads


def test_a_download_writes_what_is_stored(client: HttpClient) -> None:
    """Content that a server labels as compressed is the file itself: an sdist."""
    stored = gzip.compress(bytes(range(256)) * 4000)
    sink, steps = io.BytesIO(), []
    with serving({"GET": [Answer(200, stored, {"Content-Encoding": "gzip"})]}) as server:
        client.download(server.url, sink, lambda done, total: steps.append((done, total)))

    assert sink.getvalue() == stored
    assert steps[0] == (0, len(stored))
    assert steps[-1] == (len(stored), len(stored))
    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_a_download_without_a_length_counts_anyway(client: HttpClient) -> None:
    sink, steps = io.BytesIO(), []
    with serving({"GET": [Answer(200, b"abc", manner=Manner.WITHOUT_LENGTH)]}) as server:
        client.download(server.url, sink, lambda done, total: steps.append((done, total)))

    assert (sink.getvalue(), steps[-1]) == (b"abc", (3, 0))


def test_a_download_of_something_else_writes_nothing(client: HttpClient) -> None:
    sink = io.BytesIO()
    with serving({"GET": [Answer(404, b"gone")]}) as server:
        response = client.download(server.url, sink, nothing)

    assert (response.status, response.body, sink.getvalue()) == (404, b"gone", b"")


# Patience


def test_a_transient_answer_is_asked_for_again() -> None:
    pauses: list[float] = []
    answers = [answered(503), answered(429, retry_after="7"), answered(200)]

    response = Patience(tries=3, base_delay=1.0, pause=pauses.append).ask(lambda: answers.pop(0))

    assert response.status == 200
    assert 0.5 <= pauses[0] <= 1.5
    assert pauses[1] == 7.0


def test_the_last_transient_answer_is_given_back() -> None:
    pauses: list[float] = []

    assert Patience(tries=3, pause=pauses.append).ask(lambda: answered(500)).status == 500
    assert len(pauses) == 2


@pytest.mark.parametrize(("passing", "asked"), [(True, 3), (False, 1)])
def test_only_a_passing_failure_is_worth_another_try(*, passing: bool, asked: int) -> None:
    count = 0

    def question() -> Response:
        nonlocal count
        count += 1
        raise Unreachable("x", remedy=Edit("y"), passing=passing)

    with pytest.raises(Unreachable):
        Patience(tries=3, pause=lambda _: None).ask(question)
    assert count == asked


def test_waits_grow_and_are_bounded() -> None:
    assert 4.0 <= delay(4, 1.0) <= 12.0
    assert delay(50, 1.0) == LONGEST_WAIT
    assert delay(1, 1.0, answered(429, retry_after="86400")) == LONGEST_WAIT
    assert delay(1, 0.0, answered(503)) == 0.0


def test_what_the_server_asks_for_is_read_in_both_forms() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)

    assert retry_after(answered(retry_after="12")) == 12.0
    assert 25 <= (retry_after(answered(retry_after=soon)) or 0) <= 31
    assert retry_after(answered(retry_after="Wed, 21 Oct 2015 07:28:00 GMT")) == 0.0
    assert retry_after(answered(retry_after="soon")) is None
    assert retry_after(answered(retry_after="9" * 5000)) is None
    assert retry_after(answered()) is None


def test_a_host_is_named_without_its_secrets() -> None:
    assert host_of("https://me:pw@index.invalid:8443/simple/?token=x") == "index.invalid:8443"
    assert host_of("http://[::1]:80/") == "[::1]:80"


def test_json_that_is_none_is_a_value_error() -> None:
    for body in (b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(ValueError, match=r".+"):
            Response(200, "", {}, body, "http://x/").json()


def test_importing_values_does_not_pay_for_http() -> None:
    code = "import sys, tagship.domain.facts; print('urllib3' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert shown.stdout.strip() == "False"
