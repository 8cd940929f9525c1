"""The generated release workflow, from the push of a tag to the proof, and what it shows to whom on the way."""

import base64
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from adoption.adopted import FILES, RELEASE_YML, TAG, TOKEN, TRUSTED, VERSION, Adopted
from adoption.conftest import Adopt
from openapi import validated
from running.logs import MASK
from running.results import RunResult
from tagship.domain.adoption import Adoption
from tagship.rehearsal.sample import NAME
from tagship.rehearsal.wire import Request, Response

pytestmark = pytest.mark.slow

JOBS = ("gate", "credential", "build", "validate", "publish", "prove", "announce")
TRUSTING = {"credential", "publish"}
READS = {"contents": "read"}
PERMISSIONS = {
    "gate": {"contents": "read", "checks": "read", "statuses": "read", "actions": "read"},
    "build": READS,
    "validate": READS,
    "prove": READS,
    "announce": {"contents": "write"},
    "mended": {"issues": "write"},
}


@pytest.mark.parametrize("adoption", [TRUSTED, TOKEN], ids=["trusted", "token"])
def test_a_tag_ships(adopt: Adopt, adoption: Adoption) -> None:
    """Every job does its part, the proof holds, and what was secret was seen by two jobs and is written nowhere.

    Pains 2, 3, 12, 18 and 27, failures 1 and 34; every request to the host, and every answer, is one that its
    description knows. Of the repository nothing is written but the tag, by whoever pushed it.
    """
    adopted = adopt(adoption)
    adopted.world.host.releases.immutable = True
    minted = note_minted(adopted)
    pushed = adopted.tag()
    before = adopted.world.references()
    with validated(adopted.world.host):
        run = adopted.run(RELEASE_YML, pushed)

    assert run.conclusions == dict.fromkeys(JOBS, "success") | {"failed": "skipped", "mended": "success"}, run.log
    check_shipped(adopted, run)
    assert adopted.world.references() == before
    check_permissions(run, adopted, trusted=adoption is TRUSTED)
    seen = {job.identifier for job in run.jobs if job.secrets}
    asked = {job.identifier for job in run.jobs if job.identified}
    assert (seen, asked) == ((set(), TRUSTING) if adoption is TRUSTED else (TRUSTING, set()))
    assert {job.identifier for job in run.jobs if job.environment} == TRUSTING
    kept = [secret.value.decode() for secret in adopted.world.host.secrets.held.values()]
    hidden = [*minted, *kept, *(job.token for job in run.jobs if job.token)]
    assert bool(minted) == (adoption is TRUSTED)
    assert len(hidden) == len(minted) + len(kept) + len(PERMISSIONS | dict.fromkeys(TRUSTING))
    # Where the runner had to hide something, something had been said.
    assert MASK not in run.log
    check_nowhere(run, hidden)


def check_shipped(adopted: Adopted, run: RunResult) -> None:
    assert adopted.served() == FILES
    (release,) = adopted.world.host.releases
    assert (release.tag, release.draft) == (TAG, False)
    assert {"tagship-manifest.json", "tagship-receipt.json"} <= {asset.name for asset in release.assets}
    receipt = json.loads(content_of(run, "receipt", "dist.receipt.json"))
    assert (receipt["project"], receipt["version"], receipt["commit"]) == (NAME, VERSION, run.event.sha)
    assert {file["filename"] for file in receipt["files"]} == FILES


def content_of(run: RunResult, artifact: str, member: str) -> bytes:
    kept = next(one for one in run.artifacts.values() if one.name == artifact)
    with zipfile.ZipFile(io.BytesIO(kept.content)) as archive:
        return archive.read(member)


def check_permissions(run: RunResult, adopted: Adopted, *, trusted: bool) -> None:
    """Each job's token may exactly what is written here, which is what the host heeds."""
    wanted = PERMISSIONS | {name: {"id-token": "write"} if trusted else {} for name in TRUSTING}
    began = {job.identifier: job for job in run.jobs if job.token}
    assert set(began) == set(wanted)
    for name, job in began.items():
        assert job.permissions == wanted[name] | {"metadata": "read"}, name
        assert adopted.world.permissions[job.token] == job.permissions


def note_minted(adopted: Adopted) -> list[str]:
    """The tokens that the index mints for trusted jobs from now on."""
    minted: list[str] = []

    def note(request: Request, response: Response) -> Response:
        if request.path == "/_/oidc/mint-token" and isinstance(response.body, bytes):
            minted.append(json.loads(response.body)["token"])
        return response

    adopted.world.index.server.after = note
    return minted


def check_nowhere(run: RunResult, hidden: list[str]) -> None:
    """No log, summary, annotation, output or artifact holds a secret, as it is or as headers and addresses have it."""
    said = [run.log, *(job.summary for job in run.jobs)]
    said += [json.dumps([one.message, *one.properties.values()]) for job in run.jobs for one in job.annotations]
    said += [json.dumps([job.outputs, *(step.outputs for step in job.steps)]) for job in run.jobs]
    texts = [text.encode() for text in said]
    texts += [content for kept in run.artifacts.values() for content in unpacked(kept.content)]
    assert len(texts) > 100
    for secret in hidden:
        for form in forms(secret):
            assert not any(form in text for text in texts)


def forms(secret: str) -> Iterator[bytes]:
    yield secret.encode()
    yield quote(secret, safe="").encode()
    for before in (b"", b"x", b"xx"):  # wherever in an encoded text it begins
        encoded = base64.b64encode(before + secret.encode())
        yield encoded[4:-4]
    yield base64.b64encode(f"__token__:{secret}".encode())


def unpacked(content: bytes) -> Iterator[bytes]:
    """What an artifact holds, and what archives in it hold."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from unpacked(archive.read(name))
    elif content[:2] == b"\x1f\x8b" or content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                file = archive.extractfile(member)
                if file is not None:
                    yield file.read()
    else:
        yield content
