"""What is a credential is found wherever it stands; what merely resembles one is not."""

import base64
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minting import Mint
from tagship.domain.distribution import Leak
from tagship.secrets.matcher import leaks_in
from tagship.secrets.rules import RULES, Rule

OPENING, CLOSING = (f"-----{word} PRIVATE KEY-----" for word in ("BEGIN", "END"))
Made = Callable[[Mint], str]
KEYS = ("", "RSA ", "EC ", "DSA ", "ENCRYPTED ", "OPENSSH ", "PGP ")

TOKENS: dict[str, Made] = {
    "index-token": Mint.index_token,
    "encoded-index-token": lambda mint: base64.b64encode(f"__token__:{mint.index_token()}".encode()).decode(),
    "github-personal-token": lambda mint: mint.with_checksum("ghp_"),
    "github-oauth-token": lambda mint: mint.with_checksum("gho_"),
    "github-user-token": lambda mint: mint.with_checksum("ghu_"),
    "github-server-token": lambda mint: mint.with_checksum("ghs_"),
    "github-refresh-token": lambda mint: mint.with_checksum("ghr_"),
    "github-fine-grained-token": lambda mint: f"github_pat_{mint.some(22)}_{mint.some(59)}",
    "gitlab-token": lambda mint: f"glpat-{mint.some(20)}",
    "gitlab-deploy-token": lambda mint: f"gldt-{mint.some(20)}",
    "url-password": lambda mint: f"https://me:{mint.some(20)}@index.acme.io/simple/",
    "npm-token": lambda mint: mint.with_checksum("npm_"),
    "aws-access-key": lambda mint: f"AKIA{mint.base32(16)}\nsecret = {mint.some(40)}",
    "slack-token": lambda mint: f"xoxb-{'1234567890' * 1}-{'1234567890' * 1}-{mint.some(24)}",
    "slack-webhook": lambda mint: f"https://hooks.slack.com/services/T{'A1' * 5}/B{'B2' * 5}/{mint.some(24)}",
    "private-key": lambda mint: "\n".join(mint.key("RSA ")),
}
BY_NAME: dict[str, tuple[str, Callable[[Mint], bytes]]] = {
    "pypirc-password": ("demo/.pypirc", lambda mint: f"[pypi]\nusername: me\npassword: {mint.some(9)}\n".encode()),
    "netrc-password": ("demo/.netrc", lambda mint: f"machine host login me password {mint.some(9)}\n".encode()),
    "npmrc-token": ("demo/.npmrc", lambda mint: f"//registry.example/:_authToken={mint.some(36)}\n".encode()),
    "env-secret": (".env", lambda mint: f"DEBUG=1\nexport DB_PASSWORD='{mint.some(12)}'\n".encode()),
    "key-store": ("demo/cert.p12", lambda mint: b"\x30\x82\x09\x10\x02\x01\x03" + mint.random.randbytes(99)),
}


def found(content: str | bytes, member: str = "demo/a.py") -> list[str]:
    raw = content.encode() if isinstance(content, str) else content
    return [leak.rule for leak in leaks_in(member, raw)]


def test_every_rule_is_tried_here() -> None:
    assert TOKENS.keys() | BY_NAME.keys() == {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("seed", range(5))
def test_a_credential_is_found_and_not_shown(rule: Rule, seed: int) -> None:
    mint = Mint(seed)
    if rule.id in TOKENS:
        text = TOKENS[rule.id](mint)
        leaks = list(leaks_in("demo/a.py", b"\x00\xff before = '" + text.encode() + b"' after \x00"))
        start = (text.index(rule.prefix) if rule.prefix else text.index(leaks[0].preview)) + len(rule.prefix)
        assert leaks == [Leak("demo/a.py", rule.id, rule.prefix + text[start : start + 4])]
    else:
        member, make = BY_NAME[rule.id]
        assert list(leaks_in(member, make(mint))) == [Leak(member, rule.id, rule.prefix)]
        assert list(leaks_in("demo/other.txt", make(mint))) == []


@pytest.mark.parametrize("label", KEYS)
@pytest.mark.parametrize(
    "written",
    [
        "\n".join,
        "\r\n".join,
        "\\n".join,
        lambda lines: "\n".join(f"    {line}" for line in lines),
        lambda lines: "\n".join(f'    "{line}\\n"' for line in lines),
        lambda lines: " +\n".join(f"'{line}\\n'" for line in lines),
        lambda lines: "\n".join(f"# {line}" for line in lines),
    ],
)
def test_private_keys_however_they_are_written(label: str, written: Callable[[list[str]], str]) -> None:
    assert found("KEY = '" + written(Mint(3).key(label)) + "'") == ["private-key"]


def lines_of(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


@pytest.mark.parametrize("width", [5, 30, 50, 76])
@pytest.mark.parametrize(
    "written",
    [
        "\\\n".join,
        "\\\r\n    ".join,
        "\n  ".join,
        '" +\n    "'.join,
        "'\n    '".join,
        '\\n",\n    "'.join,
        "\n# ".join,
        "' \\\n    '".join,
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_an_index_token_that_is_broken_into_pieces(written: Callable[[list[str]], str], width: int, seed: int) -> None:
    token = Mint(seed).index_token()
    pieces = [token[:5], *lines_of(token[5:], 60)] if width == 5 else lines_of(token, width)
    leaks = list(leaks_in("a.py", f'pypi-AgE begins it: "{written(pieces)}"\nfollowing = more\n'.encode()))

    assert [leak.rule for leak in leaks] == ["index-token"]
    assert "pypi-AgEN".startswith(leaks[0].preview)


@given(
    before=st.binary(max_size=9),
    after=st.binary(max_size=5),
    width=st.integers(20, 200),
    fold=st.sampled_from(["\n", "\r\n    ", "\\n"]),
    safe=st.booleans(),
)
def test_an_index_token_in_base64(before: bytes, after: bytes, width: int, fold: str, *, safe: bool) -> None:
    raw = before + Mint(len(before)).index_token().encode() + b"\n" + after
    encoded = (base64.urlsafe_b64encode if safe else base64.b64encode)(raw).decode()
    whole, folded = f"x = '{encoded}'\nmore\n", fold.join(lines_of(encoded, width))

    assert found(whole) == ["encoded-index-token"]
    assert found(f"{folded}\n") == ["encoded-index-token"] or before  # a fold may break the first letters


@pytest.mark.parametrize(
    "make",
    [
        lambda mint: f"pypi-AgE {mint.some(160)}",
        lambda mint: "\n".join(lines_of(mint.index_token()[:-20], 60)),
        lambda mint: "\n".join(reversed(lines_of(mint.index_token(), 60))),
        lambda mint: base64.b64encode(b"pypi-AgE" + mint.some(160).encode()).decode(),
        lambda mint: base64.b64encode(mint.index_token().encode()).decode()[:-40],
        lambda _: "cHlwaS1BZ0" + "A" * 60 + "\n" + "A",
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_pieces_and_base64_of_no_token(make: Made, seed: int) -> None:
    assert found(make(Mint(seed))) == []


@pytest.mark.parametrize(
    ("raw", "is_one"),
    [
        (b"\x30\x2e" + bytes(range(46)), True),
        (b"\x30\x2e" + bytes(range(45)), False),
        (b"\x31\x2e" + bytes(range(46)), False),
        (b"\x30\x2e" + bytes(20), False),
    ],
)
def test_short_private_keys(raw: bytes, *, is_one: bool) -> None:
    first, *_, last = Mint(9).key("")

    assert found("\n".join([first, base64.b64encode(raw).decode(), last])) == ["private-key"] * is_one


def test_what_is_no_base64() -> None:
    first, *body, last = Mint(9).key("")

    assert found("\n".join([first, *body, "A" * 5, last])) == []


def test_a_private_key_with_the_old_kind_of_password() -> None:
    first, *_, last = Mint(4).key("RSA ")
    body = Mint(5).key("OPENSSH ", 600 - 15)[1:-1]

    assert found("\n".join([first, "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,00", "", *body, last])) == [
        "private-key"
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda mint: f"pypi-{mint.some(160)}",
        lambda mint: mint.index_token()[:-20],
        lambda _: "pypi-AgEIcHlwaS5vcmc" + "x" * 120,
        lambda _: "ghp_" + "x" * 36,
        lambda mint: mint.with_checksum("ghp_")[:-1] + "_",
        lambda mint: mint.with_checksum("ghp_") + "9",
        lambda mint: "npm_" + mint.some(36),
        lambda _: "npm_config_registry = 1",
        lambda _: "glpat-" + "x" * 20,
        lambda mint: "glpat-example" + mint.some(7),
        lambda _: f"github_pat_{'1' * 22}_{'a' * 59}",
        lambda mint: f"AKIA{mint.base32(16)} and nothing near it",
        lambda mint: f"AKIA{mint.base32(16)}\n{'0123456789abcdef' * 2}01234567",
        lambda mint: f"AKIA{mint.base32(9)}EXAMPLE\nsecret = {mint.some(40)}",
        lambda mint: f"x{'AKIA'}{mint.base32(16)}\nsecret = {mint.some(40)}",
        lambda _: "xoxb-not-a-token",
        lambda _: "https://user:correct-horse-battery-staple@index.acme.io/simple/",
        lambda _: "https://user:your-Password-1234567@index.acme.io/simple/",
        lambda _: "dbtype://username:apples%2Foranges@hostspec/database",
        lambda _: "https://${USER}:${PASSWORD}@index.acme.io/ https://{user}:{0a1B2c3D4e5F6g7H8i}@index.acme.io/",
        lambda mint: f"https://user:{mint.some(20)}@localhost:8080/",
        lambda mint: f"https://user:{mint.some(20)}@127.0.0.1/ http://user:{mint.some(20)}@index.example.org/",
        lambda mint: f"git+https://user@index.acme.io/{mint.some(20)}@v1.0",
        lambda _: f"https://{'0a1b2c3d' * 4}:{'0a1b2c3d' * 4}@sentry.acme.io/1",
        lambda mint: f"https://index.acme.io/a:{mint.some(20)}@sha256",
        lambda _: f"gldt-{'x' * 20}",
        lambda _: f"https://hooks.slack.com/services/T{'0' * 10}/B{'0' * 10}/{'X' * 24}",
        lambda mint: "\n".join(mint.key("RSA ")[:1] + mint.key("RSA ")[-1:]),
        lambda mint: "\n".join([mint.key("RSA ")[0], "MIIEpAIBAAKCAQEA...", mint.key("RSA ")[-1]]),
        lambda mint: "\n".join(mint.key("RSA ")[:4] + mint.key("RSA ")[-1:]),
        lambda mint: "\n".join(mint.key("RSA ")[:-1]),
        lambda mint: "\n".join(mint.key("RSA ")).replace("PRIVATE", "PUBLIC"),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_what_merely_resembles_one(make: Made, seed: int) -> None:
    assert found(make(Mint(seed))) == []


@pytest.mark.parametrize(
    ("member", "content"),
    [
        (".pypirc", "[pypi]\npassword = <your token>\n"),
        (".pypirc", "[pypi]\npassword =\n# password = hidden7\n"),
        (".pypirc", "[pypi]\npassword: ${TOKEN}\n"),
        (".netrc", "machine host login me password changeme\n"),
        (".npmrc", "//registry.example/:_authToken=${NPM_TOKEN}\n"),
        (".env", "API_KEY=your-api-key-here\nTOKEN=\nSECRET=xxxxxxxxxxxx\nDEBUG=everything\n"),
        (".env.example", "API_KEY=q8f3kd02mmd9\n"),
        ("environment.py", "API_KEY='q8f3kd02mmd9'\n"),
        ("cert.p12", "no key store"),
        ("trust.keystore", "\x00" * 40),
        ("id_rsa", "see the documentation"),
    ],
)
def test_files_that_hold_none(member: str, content: str) -> None:
    assert found(content, member) == []


def test_a_java_key_store_with_keys_and_one_with_certificates_alone() -> None:
    head = b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01"

    assert found(head + b"\0\0\0\x01", "a.jks") == ["key-store"]
    assert found(head + b"\0\0\0\x02", "a.jks") == []


def test_a_token_in_a_pypirc_is_told_once() -> None:
    assert found(f"[pypi]\npassword = {Mint(1).index_token()}\n", ".pypirc") == ["index-token"]


@pytest.mark.parametrize(
    "decoy",
    [f"{OPENING}\nnone\n{CLOSING}", OPENING, "ghp_" + "a" * 36],
)
def test_what_resembles_one_hides_none(decoy: str) -> None:
    mint = Mint(5)
    content = "\n".join([*[decoy] * 1000, *mint.key(""), mint.with_checksum("ghp_")])

    assert found(content) == ["github-personal-token", "private-key"]


@pytest.mark.parametrize(
    "decoy",
    [
        OPENING,
        f"{OPENING}\nAAAA\n-----END ",
        f"AKIA{'B2' * 8} {'aB3' * 13}x\n",
        "pypi-AgE ",
        "pypi-AgEIcHlwaS5vcmc\n" + "AAAAAAAA\n" * 60,
        f"{Mint(1).index_token()[:-9]}\n" * 2,
        "pypi-" + " " * 40,
        "https://a",
        f"https://{'a' * 64}:{'b' * 128}@",
        "cHlwaS1BZ0",
        "cHlwaS1BZ0" + "A" * 60 + "\n",
    ],
)
def test_a_file_of_decoys_costs_no_time(decoy: str) -> None:
    content = (decoy * (4_000_000 // len(decoy))).encode()
    begin = time.thread_time()

    assert found(content) == []
    assert time.thread_time() - begin < 5


def test_a_secret_lies_by_the_next_key() -> None:
    mint = Mint(6)
    keys = [f"AKIA{mint.base32(16)}" for _ in range(3)]

    assert found("\n".join([*keys, mint.some(40)])) == ["aws-access-key"]
    assert found("\n".join([mint.some(40), *keys])) == ["aws-access-key"]
    assert found("\n".join([keys[0], f"AKIA{'B2' * 4}BEXAMPLE", mint.some(40)])) == ["aws-access-key"]
    assert found("\n".join([keys[0], "x" * 700, mint.some(40)])) == []


def test_two_in_one_member() -> None:
    mint = Mint(6)

    assert found(f"{mint.with_checksum('ghp_')} {mint.index_token()} {mint.index_token(caveats=3)}") == [
        "index-token", "index-token", "github-personal-token",
    ]  # fmt: skip


@given(st.binary(max_size=400), st.sampled_from([".pypirc", ".env", "a.p12", "a.py", "\\..\\.netrc"]))
def test_nothing_raises(content: bytes, member: str) -> None:
    assert all(leak.member == member for leak in leaks_in(member, content))


def test_a_preview_never_shows_more_than_four_characters() -> None:
    for rule, make in TOKENS.items():
        text = make(Mint(8))
        (leak,) = leaks_in("a", text.encode())
        prefix = next(each.prefix for each in RULES if each.id == rule)
        assert leak.preview.startswith(prefix)
        assert len(leak.preview) <= len(prefix) + 4
