"""What the stand-in index says to a file as such: its name, its size, its digest, and what is there already."""

import hashlib
import re
from pathlib import Path

import pytest

from rehearsal.crafting import place, sdist_members, tar_bytes, wheel_members, zip_bytes
from rehearsal.talking import Clock, Talker
from rehearsal.uploading import Change, Uploader, basic, form_for, said
from servers.handmade import make_sdist, make_wheel, write_zip
from tagship.rehearsal.index import StandInIndex

Changes = dict[str, Change]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"filename": "a\x01b.whl"}, "Cannot upload a file with non-printable characters (ordinals 0-31) or the DEL"),
        ({"filename": "a\x7fb.whl"}, "Cannot upload a file with non-printable characters"),
        ({"filename": "a\\b.whl"}, "Cannot upload a file with '/' or '\\' in the name."),
        ({"filename": "a/b.whl"}, "Cannot upload a file with '/' or '\\' in the name."),
        ({"content_type": "image/png"}, "Invalid distribution file."),
        ({"content_type": " "}, "Invalid distribution file."),
        ({"filename": "probe.txt"}, "Invalid file extension: Use .tar.gz, .whl or .zip extension. See "),
        ({"filename": "handmade-1.0.egg"}, "Invalid file extension: Use .tar.gz, .whl or .zip extension. See "),
        (
            {"filetype": "sdist", "pyversion": "source"},
            "Invalid file extension: Extension .whl is invalid for filetype sdist. See ",
        ),
        ({"filename": "handmade-1.0.tar.gz"}, "Invalid file extension: Extension .tar.gz is invalid for filetype"),
        ({"filename": "handmade-1.0-py3-none-any.WHL"}, "Invalid file extension: Extension .WHL is invalid for"),
        ({"sha256_digest": "0" * 64}, "The digest supplied does not match a digest calculated from the uploaded file."),
        ({"md5_digest": "0" * 32}, "The digest supplied does not match a digest calculated from the uploaded file."),
        ({"blake2_256_digest": "0" * 64}, "The digest supplied does not match a digest"),
        ({"name": "other"}, "Start filename for 'other' with 'other'."),
        ({"version": "2.0"}, "Version in filename should be '2.0' not '1.0'."),
    ],
)
def test_what_is_refused(send: Uploader, wheel: Path, changes: Changes, told: str) -> None:
    answer = send(wheel, **changes)

    assert answer.status == 400
    assert said(answer).startswith(told)


def test_digests_in_capitals_and_versions_of_another_spelling(send: Uploader, wheel: Path) -> None:
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest().upper()

    assert send(wheel, sha256_digest=digest, version="1").status == 200


def _wheel_of(name: str) -> bytes:
    info = "-".join(name.split("-")[:2]) + ".dist-info"
    return zip_bytes({f"{info}/{member.partition('/')[2]}": each for member, each in wheel_members().items()})


@pytest.mark.parametrize(
    ("filename", "told"),
    [
        (
            "Broken-1.0-py3-none-any.whl",
            "Filename 'Broken-1.0-py3-none-any.whl' should contain the normalized project name 'broken', not 'Broken'.",
        ),
        ("broken-1.0-any.whl", "Invalid wheel filename"),
        ("broken-1.0-x-py3-none-any.whl", "Invalid build number"),
        ("broken-one-py3-none-any.whl", "Invalid wheel filename (invalid version)"),
        ("broken-2.0-py3-none-any.whl", "Version in filename should be '1.0' not '2.0'."),
        ("broken-1.0-py3-none-linux_x86_64.whl", "Binary wheel 'broken-1.0-py3-none-linux_x86_64.whl' has an unsupp"),
    ],
)
def test_names_of_wheels(send: Uploader, tmp_path: Path, filename: str, told: str) -> None:
    answer = send(place(tmp_path, filename, _wheel_of(filename)), name="broken", version="1.0")

    assert answer.status == 400
    assert said(answer).startswith(told)


def test_a_wheel_that_names_no_version(send: Uploader, tmp_path: Path) -> None:
    answer = send(place(tmp_path, "broken-1.0.whl", _wheel_of("broken-1.0-x.whl")), name="broken", version="1.0")

    assert said(answer) == "Invalid distribution file. Unable to parse name and version from wheel filename"


@pytest.mark.parametrize(
    ("filename", "changes", "told"),
    [
        (
            "Hand.Made-1.0.tar.gz",
            {"name": "hand-made", "version": "1.0"},
            "Filename 'Hand.Made-1.0.tar.gz' is invalid, should be 'hand_made-1.0.tar.gz'.",
        ),
        (
            "broken-1.0.0.tar.gz",
            {"name": "broken", "version": "1.0"},
            "Filename 'broken-1.0.0.tar.gz' is invalid, should be 'broken-1.0.tar.gz'.",
        ),
        (
            "broken-1.0-1.tar.gz",
            {"name": "broken", "version": "1.0.post1"},
            "Filename 'broken-1.0-1.tar.gz' is invalid, should be 'broken-1.0.post1.tar.gz'.",
        ),
        ("other-1.0.tar.gz", {"name": "broken", "version": "1.0"}, "Start filename for 'broken' with 'broken'."),
        ("broken.tar.gz", {"name": "broken", "version": "1.0"}, "Invalid source distribution filename: broken.tar.gz"),
        ("broken-one.tar.gz", {"name": "broken", "version": "1.0"}, "Invalid source distribution filename: broken-one"),
    ],
)
def test_names_of_sdists(send: Uploader, tmp_path: Path, filename: str, changes: Changes, told: str) -> None:
    path = place(tmp_path, "broken-1.0.tar.gz", tar_bytes(sdist_members()))

    answer = send(path, filename=filename, **changes)

    assert answer.status == 400
    assert said(answer).startswith(told)


@pytest.mark.parametrize("length", [246, 247])
def test_names_have_a_longest(send: Uploader, tmp_path: Path, length: int) -> None:
    tag = "p" * (length - len("broken-1.0--none-any.whl"))
    filename = f"broken-1.0-{tag}-none-any.whl"

    answer = send(place(tmp_path, "broken-1.0-x.whl", _wheel_of(filename)), filename=filename)

    assert answer.status == (200 if length == 246 else 400)
    assert length == 246 or said(answer) == f"Filename is too long: '{filename}'"


@pytest.mark.parametrize(
    "platform",
    [
        "any", "win32", "win_amd64", "win_arm64", "win_ia64", "manylinux1_x86_64", "manylinux2010_i686",
        "manylinux2014_ppc64", "manylinux_2_28_x86_64", "manylinux_2_17_ppc64", "musllinux_1_2_aarch64",
        "manylinux_2_39_riscv64", "linux_armv6l", "linux_armv7l", "macosx_10_9_universal2", "macosx_11_0_arm64",
        "macosx_26_0_arm64", "macosx_10_6_fat3", "ios_13_0_arm64_iphoneos", "android_21_arm64_v8a",
        "pyemscripten_2026_0_wasm32", "manylinux_2_17_x86_64.manylinux2014_x86_64",
    ],
)  # fmt: skip
def test_platforms_that_are_taken(send: Uploader, tmp_path: Path, platform: str) -> None:
    assert send(make_wheel(tmp_path, tag=f"cp312-cp312-{platform}")).status == 200


@pytest.mark.parametrize(
    "platform",
    [
        "linux_x86_64", "linux_aarch64", "manylinux1_aarch64", "manylinux2014_riscv64", "manylinux_2_36_loongarch64",
        "musllinux_1_2_ppc64", "macosx_11_1_arm64", "macosx_16_0_arm64", "macosx_10_9_fat32", "solaris_2_11_sun4v",
        "ios_13_0_x86_64_watch", "android_21_mips", "pyodide_2024_0_wasm32", "emscripten_3_1_wasm32", "freebsd_14",
    ],
)  # fmt: skip
def test_platforms_that_are_refused(send: Uploader, tmp_path: Path, platform: str) -> None:
    wheel = make_wheel(tmp_path, tag=f"cp312-cp312-{platform}")

    answer = send(wheel)

    assert answer.status == 400
    assert said(answer) == f"Binary wheel '{wheel.name}' has an unsupported platform tag '{platform}'."


def test_the_same_file_again_is_fine_and_another_is_not(send: Uploader, wheel: Path, tmp_path: Path) -> None:
    changed = make_wheel(tmp_path, code="changed = True\n")

    first, again, other = send(wheel), send(wheel), send(changed)

    assert [(answer.status, answer.body) for answer in (first, again)] == [(200, b""), (200, b"")]
    assert other.status == 400
    assert re.match(
        r"File already exists \('handmade-1.0-py3-none-any.whl', with blake2_256 hash '\w{64}'\)\.",
        said(other),
    )


def test_the_same_bytes_under_another_name(send: Uploader, wheel: Path) -> None:
    send(wheel)

    answer = send(wheel, filename="handmade-1.0-py2-none-any.whl")

    assert said(answer).startswith("File already exists ('handmade-1.0-py2-none-any.whl', with blake2_256 hash '")


def test_a_name_that_was_deleted_is_burnt(index: StandInIndex, send: Uploader, wheel: Path, tmp_path: Path) -> None:
    send(wheel)
    index.store.delete(wheel.name)

    assert said(send(wheel)).startswith("This filename was previously used by a file that has since been deleted.")
    assert send(make_wheel(tmp_path, tag="py2.py3-none-any")).status == 200


def test_a_release_closes_after_fourteen_days(
    clock: Clock, send: Uploader, wheel: Path, sdist: Path, tmp_path: Path
) -> None:
    send(wheel)
    clock.wait(days=14)
    in_time = send(sdist)
    clock.wait(days=0.1)

    assert in_time.status == 200
    assert said(send(make_wheel(tmp_path, tag="py2-none-any"))).startswith(
        "Uploading new files to releases older than 14 days is not allowed."
    )
    assert send(wheel).status == 200


def test_one_sdist_per_release(send: Uploader, sdist: Path, tmp_path: Path) -> None:
    send(sdist)
    second = write_zip(tmp_path / "handmade-1.0.zip", {"handmade-1.0/PKG-INFO": b"other"})

    answer = send(second, filetype="sdist", pyversion="source")

    assert said(answer) == "Only one sdist may be uploaded per release."


def test_files_have_a_limit(clock: Clock, tmp_path: Path) -> None:
    with StandInIndex(clock=clock, largest_file=100) as index:
        answer = Talker(index.server.url).ask(
            "POST", "/legacy/", headers=basic(index.token), fields=form_for(make_wheel(tmp_path))
        )

    assert (answer.status, answer.reason[:46]) == (400, "File too large. Limit for project 'handmade' i")


def test_projects_have_a_limit(clock: Clock, wheel: Path, tmp_path: Path) -> None:
    """The sum of both files is over it, each alone is not."""
    sdist = make_sdist(tmp_path)
    room = wheel.stat().st_size + sdist.stat().st_size - 1
    with StandInIndex(clock=clock, largest_project=room) as index:
        send = Uploader(index, Talker(index.server.url))
        first, second = send(wheel), send(sdist)

    assert first.status == 200
    assert said(second).startswith("Project size too large. Limit for project 'handmade' total size is 0 GB. See ")
