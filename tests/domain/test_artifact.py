import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from fakes import NOON, a_digest, a_page, a_wheel, an_sdist, served
from tagship.domain.artifact import Artifact, Comparison, IndexPage, Kind, ServedFile, compare, upload_order

DIGESTS = [a_digest(seed) for seed in "abc"]
NAMES = st.sampled_from([f"handmade-1.{minor}-py3-none-any.whl" for minor in range(4)])
OURS = st.dictionaries(NAMES, st.sampled_from(DIGESTS)).map(
    lambda files: [Artifact(name, 1, digest) for name, digest in files.items()]
)
SERVED = st.dictionaries(NAMES, st.sampled_from([*DIGESTS, None])).map(
    lambda files: [ServedFile(name, f"https://index.example/{name}", digest) for name, digest in files.items()]
)


@pytest.mark.parametrize(
    ("filename", "kind", "name", "version"),
    [
        ("handmade-1.2.0-py3-none-any.whl", Kind.WHEEL, "handmade", "1.2.0"),
        ("Hand_Made-1.2.0-1-cp311-abi3-win_amd64.whl", Kind.WHEEL, "hand-made", "1.2.0"),
        ("handmade-1.2.0.tar.gz", Kind.SDIST, "handmade", "1.2.0"),
        ("hand-made-1.2.0rc1.zip", Kind.SDIST, "hand-made", "1.2.0rc1"),
    ],
)
def test_what_a_file_name_says(filename: str, kind: Kind, name: str, version: str) -> None:
    artifact = Artifact(filename, 1, a_digest("a"))

    assert (artifact.kind, artifact.identity) == (kind, (name, Version(version)))


@pytest.mark.parametrize("filename", ["handmade.whl", "handmade.tar.gz", "handmade-x.tar.gz", "notes.txt", ""])
def test_a_file_name_that_says_nothing(filename: str) -> None:
    with pytest.raises(ValueError, match="filename"):
        _ = Artifact(filename, 1, a_digest("a")).identity
    assert ServedFile(filename, "https://index.example/", None).version is None


def test_a_page_knows_the_versions_that_it_lists_and_those_of_its_files() -> None:
    page = a_page(served(a_wheel("1.2.0"), yanked=""), served(an_sdist("1.1")), listed=["1.0", "1.2"])
    page = IndexPage(page.project, page.exists, (*page.files, ServedFile("notes.txt", "", None)), page.listed)

    assert page.versions == {Version("1.0"), Version("1.1"), Version("1.2.0")}


def test_the_files_of_one_version_however_it_is_spelt() -> None:
    wheel, sdist, other = served(a_wheel("1.2.0")), served(an_sdist("1.2")), served(a_wheel("1.2.1"))

    assert a_page(wheel, sdist, other).files_of(Version("1.2")) == (wheel, sdist)
    assert a_page(exists=False).files_of(Version("1.2")) == ()


@given(OURS, SERVED)
def test_comparing_puts_each_of_our_files_in_one_place(ours: list[Artifact], theirs: list[ServedFile]) -> None:
    comparison = compare(ours, theirs)
    digests = {artifact.filename: artifact.sha256 for artifact in ours}
    there = {file.filename: file.sha256 for file in theirs}

    compared = (*comparison.other, *comparison.unproved)
    placed = [
        *(artifact.filename for artifact in comparison.missing),
        *(file.filename for file in comparison.same),
        *(artifact.filename for artifact, _ in compared),
    ]
    assert sorted(placed) == sorted(digests)
    assert all(artifact.filename not in there for artifact in comparison.missing)
    assert all(file.sha256 == digests[file.filename] for file in comparison.same)
    assert all(artifact.sha256 != file.sha256 is not None for artifact, file in comparison.other)
    assert all(file.sha256 is None for _, file in comparison.unproved)
    assert all(artifact.filename == file.filename for artifact, file in compared)
    assert all(file.filename in there and file.filename not in digests for file in comparison.foreign)
    served_whole = all(there.get(name) == digest for name, digest in digests.items())
    assert comparison.complete == (served_whole and not comparison.foreign)


def test_a_name_alone_proves_nothing() -> None:
    wheel = a_wheel()
    untold = ServedFile(wheel.filename, "https://index.example/", None)

    assert compare([wheel], [served(wheel)]) == Comparison((), (served(wheel),), ())
    assert compare([wheel], [untold]).unproved == ((wheel, untold),)
    assert not compare([wheel], [untold]).complete
    assert not compare([wheel], [served(wheel, sha256=a_digest("other"))]).complete
    assert compare([], [served(wheel, at=NOON)]).complete


def test_a_file_of_our_version_that_we_did_not_build() -> None:
    ours, other, unnamed = a_wheel(), a_wheel("1.1.0"), ServedFile("notes.txt", "https://index.example/", None)
    foreign = served(a_wheel(platform="win32"))

    comparison = compare([ours], [served(ours), foreign, served(other), unnamed])

    assert comparison.foreign == (foreign,)
    assert comparison.same == (served(ours),)
    assert not comparison.complete


def test_the_sdist_is_sent_last() -> None:
    files = [an_sdist(), a_wheel(platform="win32"), a_wheel(platform="any")]

    assert upload_order(files) == (files[2], files[1], files[0])
