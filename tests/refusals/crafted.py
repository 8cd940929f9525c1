"""Every way in which a file can be wrong that can be known before it is sent, made on purpose."""

import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fakes import a_manifest
from refusals.crafting import (
    INFO,
    STEM,
    Change,
    a_link,
    appended,
    changed_sdist,
    changed_wheel,
    cut,
    entries_of,
    flagged,
    of_type,
    packed_by,
    patched,
    read_wheel,
    replaced,
    sdist_with,
    sound_sdist,
    sound_wheel,
    streamed,
    without,
)
from servers.handmade import write_zip
from tagship.adapters.manifests import artifact_of, write_manifest

Make = Callable[[Path], Path]


@dataclass(frozen=True, slots=True)
class Crafted:
    """A bad file: how it is made, the id of the check that finds it, and a part of the index's refusal.

    `make` puts it into an empty directory, with whatever stands beside it, and gives the bad file's path. `refusal` is
    None where the index takes the file, and tagship alone does not.
    """

    name: str
    make: Make
    check: str
    refusal: str | None


def wheel(**fields: str) -> Make:
    """A wheel that is sound but for some fields of its metadata."""
    return lambda directory: sound_wheel(directory, **fields)


def sdist(**fields: str) -> Make:
    """An sdist that is sound but for some fields of its metadata."""
    return lambda directory: sound_sdist(directory, **fields)


def named(name: str, make: Make = sound_wheel) -> Make:
    """A sound file under another name."""
    return lambda directory: make(directory).rename(directory / name)


def spoilt(spoil: Callable[[Path], Path], make: Make = sound_wheel) -> Make:
    """A sound file, spoilt afterwards."""
    return lambda directory: spoil(make(directory))


def entry_points(text: str) -> Make:
    """A wheel with these entry points."""
    return lambda directory: changed_wheel(
        directory, lambda held: held.update({f"{INFO}/entry_points.txt": text.encode()})
    )


def beside(name: str, content: bytes = b"notes") -> Make:
    """A stranger beside a sound wheel."""

    def make(directory: Path) -> Path:
        sound_wheel(directory)
        stranger = directory / name
        stranger.write_bytes(content)
        return stranger

    return make


def two_sdists(directory: Path) -> Path:
    """The same release once more, under another name."""
    first = sound_sdist(directory)
    second = sound_sdist(directory, code="x = 1\n").rename(directory / "handmade-1.0.0.tar.gz")
    assert sound_sdist(directory) == first
    return second


def replaced_after_the_build(directory: Path) -> Path:
    """A wheel with other bytes than its manifest says."""
    dist = directory / "dist"
    dist.mkdir()
    path = sound_wheel(dist)
    write_manifest(dist, replace(a_manifest(artifact_of(path), version="1.0"), project="handmade"))
    return sound_wheel(dist, Keywords="another")


def of_another_tag(directory: Path) -> Path:
    """A wheel of 1.0, with a manifest that says it is of 1.1."""
    dist = directory / "dist"
    dist.mkdir()
    path = sound_wheel(dist)
    write_manifest(dist, a_manifest(artifact_of(path), version="1.1"))
    return path


def too_large(directory: Path) -> Path:
    """A wheel of one byte more than the index takes."""
    path = sound_wheel(directory)
    entry = zipfile.ZipInfo("handmade/data.bin")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, bytes(100 << 20))
    return path


def version_spelt_longer(directory: Path) -> Path:
    """An sdist of 1.0 that is called 1.0.0 outside."""
    path = changed_sdist(directory, _spelt_longer)
    return path.rename(directory / "handmade-1.0.0.tar.gz")


def _spelt_longer(held: dict[str, bytes]) -> None:
    for name in list(held):
        held[name.replace(STEM, f"{STEM}.0")] = held.pop(name)


def zip_sdist(directory: Path) -> Path:
    """An sdist as some backends wrote it on Windows."""
    source = sound_sdist(directory)
    with tarfile.open(source) as archive:
        content = {each.name: file.read() for each in archive if (file := archive.extractfile(each)) is not None}
    source.unlink()
    return write_zip(directory / f"{STEM}.zip", content)


def twice(directory: Path) -> Path:
    """A wheel in which a module stands twice."""
    path = sound_wheel(directory)
    entries, again = entries_of(path), entries_of(path)[0]
    return packed_by(path, [*entries, again])


def bomb(directory: Path) -> Path:
    """A wheel that unpacks to a thousand times its size."""
    path = sound_wheel(directory)
    zeros = zipfile.ZipInfo("handmade/zeros.bin")
    zeros.compress_type = zipfile.ZIP_DEFLATED
    return packed_by(path, [*entries_of(path), (zeros, bytes(65 << 20))])


def both_kinds(directory: Path) -> Path:
    """An sdist that is a wheel as well, for who looks at its end."""
    path = sound_sdist(directory)
    other = sound_wheel(directory)
    content = other.read_bytes()
    other.unlink()
    return appended(path, content)


def preceded(path: Path) -> Path:
    """A file with a script before its beginning."""
    path.write_bytes(b"#!/usr/bin/env python\n" + path.read_bytes())
    return path


def compressed(method: int) -> Callable[[Path], Path]:
    """A wheel packed by another method."""
    return lambda path: packed_by(path, entries_of(path, method))


def renamed_where_it_stands(path: Path) -> Path:
    """A wheel with a member that has one name in the list and another where it stands."""
    return patched(path, b"handmade/__init__.py", b"handmade/__main__.py", times=1)


def with_members(extra: dict[str, bytes]) -> Make:
    """A wheel with more members than its RECORD lists."""
    return lambda directory: changed_wheel(directory, lambda held: held.update(extra))


def sdist_members(extra: dict[str, bytes]) -> Make:
    """An sdist with more members."""
    return lambda directory: changed_sdist(directory, lambda held: held.update(extra))


def _other_code(held: dict[str, bytes]) -> None:
    held["handmade/__init__.py"] = held["handmade/__init__.py"].replace(b"1.0", b"6.6")


def _moved(held: dict[str, bytes]) -> None:
    held[f"{STEM}/docs/PKG-INFO"] = held.pop(f"{STEM}/PKG-INFO")


def empty_beside_sources(directory: Path) -> Path:
    """A wheel without its module, beside an sdist that has it."""
    sound_sdist(directory)
    return changed_wheel(directory, lambda held: held.pop("handmade/__init__.py"))


def told_otherwise(directory: Path) -> Path:
    """A wheel with another author than its sdist."""
    sound_sdist(directory)
    return sound_wheel(directory, Author="Somebody Else")


def disagreeing(directory: Path) -> Path:
    """A wheel that needs what its sdist does not."""
    sound_sdist(directory)
    return sound_wheel(directory, Requires_Dist="attrs")


def _latin(held: dict[str, bytes]) -> None:
    name = f"{INFO}/METADATA"
    held[name] = held[name].replace(b"Summary: ", "Author: José\nSummary: ".encode("latin-1"))


def _two_names(held: dict[str, bytes]) -> None:
    name = f"{INFO}/METADATA"
    held[name] = held[name].replace(b"Summary: ", b"Name: other\nSummary: ")


def _said_nothing(held: dict[str, bytes]) -> None:
    held[f"{INFO}/METADATA"] = held[f"{INFO}/METADATA"].partition(b"\n\n")[0] + b"\n"


def changed(change: Change) -> Make:
    """A wheel whose members were changed after RECORD was written."""
    return lambda directory: changed_wheel(directory, change)


def plain_wheel(directory: Path) -> Path:
    """A wheel that does not say what its description is written in, so that it is reStructuredText."""
    path = sound_wheel(directory, Description_Content_Type="text/x-rst")
    held = read_wheel(path)
    held[f"{INFO}/METADATA"] += b"\nTitle\n===\n\n.. include:: /etc/hostname\n\n.. no-such-directive::\n"
    return write_zip(path, held)


LONG = "handmade" * 30
RST = "text/x-rst"

FILES = (
    Crafted("a-stranger-among-the-files", beside("notes.txt"), "dist-holds-only-the-build", "Invalid file extension"),
    Crafted("replaced-after-the-build", replaced_after_the_build, "files-match-the-manifest", None),
    Crafted("of-another-tag", of_another_tag, "metadata-names-the-release", None),
    Crafted("zip-sdist", zip_sdist, "sdists-are-tarballs", "is invalid, should be 'handmade-1.0.tar.gz'"),
    Crafted("second-sdist", two_sdists, "one-sdist-at-most", "Only one sdist may be uploaded per release."),
    Crafted("unprintable-name", named("handmade-1.0\x01.tar.gz", sound_sdist), "file-names-can-be-stored",
            "Cannot upload a file with non-printable characters"),
    Crafted("backslash-in-name", named("handmade\\-1.0.tar.gz", sound_sdist), "file-names-can-be-stored",
            "Cannot upload a file with '/' or '\\' in the name."),
    Crafted("too-long-name", lambda directory: sound_wheel(directory, name=LONG[:230]), "file-names-can-be-stored",
            "Filename is too long"),
    Crafted("sdist-name-not-normal", named("Handmade-1.0.tar.gz", sound_sdist), "file-names-are-normalised",
            "is invalid, should be 'handmade-1.0.tar.gz'"),
    Crafted("sdist-version-not-normal", version_spelt_longer, "file-names-are-normalised",
            "is invalid, should be 'handmade-1.0.tar.gz'"),
    Crafted("sdist-name-that-is-none", named("handmade.tar.gz", sound_sdist), "file-names-are-normalised",
            "Invalid source distribution filename: handmade.tar.gz"),
    Crafted("wheel-name-not-normal", lambda directory: sound_wheel(directory, name="Handmade"),
            "file-names-are-normalised", "should contain the normalized project name 'handmade', not 'Handmade'"),
    Crafted("wheel-name-that-is-none", named("handmade-1.0-none-any.whl"), "file-names-are-normalised",
            "Invalid wheel filename"),
    Crafted("too-large", too_large, "files-are-small-enough",
            "File too large. Limit for project 'handmade' is 100 MB."),
    Crafted("another-version-inside", wheel(Version="1.1"), "files-are-of-one-release",
            "Version in filename should be '1.1' not '1.0'."),
    Crafted("another-project-inside", wheel(Name="someone-else"), "files-are-of-one-release",
            "Start filename for 'someone-else' with 'someone_else'."),
)  # fmt: skip

ARCHIVES = (
    Crafted("truncated-wheel", spoilt(cut), "archives-open", "File is not a zipfile"),
    Crafted("truncated-sdist", spoilt(cut, sound_sdist), "archives-open", "Invalid distribution file."),
    Crafted("wheel-that-is-no-zip", spoilt(lambda path: replaced(path, b"hello")), "archives-open",
            "File is not a zipfile"),
    Crafted("sdist-that-is-no-tar", spoilt(lambda path: replaced(path, b"hello"), sound_sdist),
            "archives-open", "File is not a tarfile"),
    Crafted("trailing-data", spoilt(lambda path: appended(path, b"more")), "archives-begin-and-end-once",
            "ZIP archive not accepted: Trailing data"),
    Crafted("leading-data", spoilt(preceded), "archives-begin-and-end-once", "ZIP archive not accepted: "),
    Crafted("zip-and-tar-at-once", both_kinds, "archives-begin-and-end-once", "File is both a zip and a tar file"),
    Crafted("two-names-for-one-member", spoilt(renamed_where_it_stands), "archives-read-one-way",
            "ZIP archive not accepted: Filename not in central directory"),
    Crafted("member-twice", twice, "members-are-named-once", "ZIP archive not accepted: Duplicate filename"),
    Crafted("data-descriptors", spoilt(streamed), "members-tell-their-size-first",
            "ZIP archive not accepted: ZIP contains a data descriptor"),
    Crafted("rare-compression", spoilt(compressed(zipfile.ZIP_BZIP2)), "members-are-deflated-or-stored",
            "File does not use a supported compression type"),
    Crafted("encrypted", spoilt(lambda path: flagged(path, 0x1)), "members-are-in-the-clear", None),
    Crafted("member-comment", spoilt(lambda path: packed_by(path, entries_of(path, comment=b"hidden"))),
            "members-have-no-comments", "ZIP archive not accepted: Comment in central directory"),
    Crafted("archive-comment", spoilt(lambda path: packed_by(path, entries_of(path), b"hello")),
            "archives-have-no-comment", None),
    Crafted("compression-bomb", bomb, "archives-unpack-to-a-sane-size", "File exceeds compression ratio of 50"),
    Crafted("sparse-member", lambda directory: sdist_with(directory, of_type("sparse", tarfile.GNUTYPE_SPARSE)),
            "tarballs-hold-no-sparse-files", "tar archive not accepted: Sparse members"),
    Crafted("device", lambda directory: sdist_with(directory, of_type("null", tarfile.CHRTYPE)),
            "members-are-files-or-folders", None),
    Crafted("absolute-path", with_members({"/etc/handmade.conf": b""}), "members-stay-inside", None),
    Crafted("climbing-path", with_members({"../handmade.pth": b""}), "members-stay-inside", None),
    Crafted("climbing-path-in-sdist", sdist_members({f"{STEM}/../../handmade.pth": b""}), "members-stay-inside", None),
    Crafted("link-out-of-the-tree", lambda directory: sdist_with(directory, a_link("passwd", "../../etc/passwd")),
            "links-stay-inside", None),
    Crafted("hard-link-out-of-the-tree",
            lambda directory: sdist_with(directory, a_link("passwd", "/etc/passwd", tarfile.LNKTYPE)),
            "links-stay-inside", None),
    Crafted("two-top-directories", sdist_members({"extra/setup.py": b""}), "sdists-hold-one-directory",
            "Incorrect number of top-level directories in sdist"),
    Crafted("another-directory-in-sdist", lambda directory: changed_sdist(directory, _spelt_longer),
            "sdists-unpack-to-their-name", None),
    Crafted("no-metadata-in-sdist", lambda directory: changed_sdist(directory, _moved),
            "metadata-is-in-place", f"PKG-INFO not found at {STEM}/PKG-INFO"),
    Crafted("no-metadata-in-wheel", changed(without("METADATA")), "metadata-is-in-place",
            "does not contain the required METADATA file"),
)  # fmt: skip

WHEELS = (
    Crafted("bare-linux-tag", lambda directory: sound_wheel(directory, tag="cp312-cp312-linux_x86_64"),
            "wheel-tags-are-accepted", "has an unsupported platform tag 'linux_x86_64'"),
    Crafted("minor-macos-tag", lambda directory: sound_wheel(directory, tag="py3-none-macosx_12_3_arm64"),
            "wheel-tags-are-accepted", "has an unsupported platform tag 'macosx_12_3_arm64'"),
    Crafted("no-wheel-file", changed(without("WHEEL")), "wheels-say-what-they-are", f"WHEEL not found at {INFO}/WHEEL"),
    Crafted("wheel-of-the-future", changed(lambda held: held.update({f"{INFO}/WHEEL": b"Wheel-Version: 9.0\n"})),
            "wheels-say-what-they-are", None),
    Crafted("renamed-for-another-platform", named("handmade-1.0-py3-none-win_amd64.whl"), "wheel-tags-match-the-name",
            None),
    Crafted("no-record", changed(without("RECORD")), "wheels-have-a-record",
            "does not contain the required RECORD file"),
    Crafted("changed-after-record", changed(_other_code), "record-matches-the-wheel", None),
    Crafted("unrecorded-file", with_members({"handmade/extra.py": b""}), "record-matches-the-wheel", None),
    Crafted("recorded-and-absent", changed(lambda held: held.pop("handmade/__init__.py")),
            "record-matches-the-wheel", None),
    Crafted("entry-points-that-are-none", entry_points("handmade = handmade:main\n"), "entry-points-are-valid",
            "has invalid entry points defined in the entry_points.txt file"),
    Crafted("command-with-a-bad-name", entry_points("[console_scripts]\nhand made = handmade:main\n"),
            "entry-points-are-valid", "has invalid entry points defined in the entry_points.txt file"),
    Crafted("command-that-leads-nowhere", entry_points("[console_scripts]\nhandmade = handmade main\n"),
            "entry-points-are-valid", None),
    Crafted("no-modules", empty_beside_sources, "wheel-has-modules", None),
)  # fmt: skip

METADATA = (
    Crafted("metadata-of-the-future", wheel(Metadata_Version="2.6"), "metadata-version-is-accepted",
            "'2.6' is not a valid metadata version"),
    Crafted("withdrawn-metadata", sdist(Metadata_Version="2.0"), "metadata-version-is-accepted",
            "'2.0' is not a valid metadata version"),
    Crafted("metadata-in-latin-1", changed(_latin), "metadata-reads-one-way", None),
    Crafted("name-twice", changed(_two_names), "metadata-reads-one-way", None),
    Crafted("young-field", wheel(Metadata_Version="2.1", Dynamic="Keywords"), "fields-fit-the-metadata-version",
            "introduced in metadata version 2.2, not 2.1"),
    Crafted("bad-name", wheel(Name="handmade!"), "project-name-is-valid", "Start and end with a letter or numeral"),
    Crafted("bad-version", wheel(Version="one"), "version-is-valid", "'one' is invalid for 'version'"),
    Crafted("local-version", lambda directory: sound_wheel(directory, version="1.0+g1234"), "version-is-public",
            "The use of local versions in '1.0+g1234' is not allowed."),
    Crafted("wheel-and-sdist-disagree", disagreeing, "wheels-say-what-the-sdist-says", None),
    Crafted("wheel-and-sdist-tell-otherwise", told_otherwise, "wheels-tell-what-the-sdist-tells", None),
    Crafted("dynamic-name", wheel(Dynamic="Name"), "dynamic-fields-may-vary",
            "'name' is not allowed as a dynamic field"),
    Crafted("unknown-dynamic", wheel(Dynamic="Colour"), "dynamic-fields-may-vary",
            "'colour' is not a valid dynamic field"),
    Crafted("unreadable-dependency", wheel(Requires_Dist="attrs >= new"), "dependencies-can-be-read",
            "is invalid for 'requires-dist'"),
    Crafted("direct-dependency", wheel(Requires_Dist="attrs @ https://files.example/attrs.whl"),
            "dependencies-are-named", "Can't have direct dependency: attrs"),
    Crafted("unreadable-python-range", wheel(Requires_Python="three"), "python-range-is-valid",
            "is invalid for 'requires-python'"),
    Crafted("bad-extra", wheel(Provides_Extra="really?"), "extras-are-valid", "is invalid for 'provides-extra'"),
)  # fmt: skip

TEXTS = (
    Crafted("long-summary", wheel(Summary="too long " * 60), "summary-is-one-short-line",
            "'summary' field must be 512 characters or less."),
    Crafted("summary-of-two-lines", wheel(Summary="first\n  second"), "summary-is-one-short-line",
            "'summary' must be a single line"),
    Crafted("no-description", changed(_said_nothing), "project-is-described", None),
    Crafted("unknown-content-type", wheel(Description_Content_Type="text/html"), "content-type-is-known",
            "'description-content-type' must be one of"),
    Crafted("unknown-charset", wheel(Description_Content_Type="text/markdown; charset=latin-1"),
            "content-type-is-known", "can only specify the UTF-8 charset"),
    Crafted("broken-description", plain_wheel, "description-renders", f"The description failed to render for '{RST}'."),
    Crafted("bad-link", wheel(Project_URL="Source, git@code.example:hand/made"), "links-are-valid",
            "is not a valid url"),
    Crafted("link-without-label", wheel(Project_URL=", https://code.example"), "links-are-valid", "Must have a label"),
    Crafted("bad-home-page", wheel(Home_page="ftp://code.example"), "links-are-valid", "is not a valid url."),
    Crafted("long-link-label", wheel(Project_URL=f"{'Documentation' * 3}, https://code.example"),
            "link-labels-are-short", "must be 32 characters or less."),
    Crafted("bad-address", wheel(Author_email="Hand Made <hand.made at code.example>"), "addresses-are-valid",
            "is not a valid email address"),
    Crafted("private-project", wheel(Classifier="Private :: Do Not Upload"), "project-is-meant-to-be-public",
            "'Private :: Do Not Upload' is not a valid classifier."),
    Crafted("unknown-classifier", wheel(Classifier="Framework :: Handmade"), "classifiers-are-known",
            "'Framework :: Handmade' is not a valid classifier."),
    Crafted("deprecated-classifier", wheel(Classifier="Natural Language :: Ukranian"), "classifiers-are-current",
            "The classifier 'Natural Language :: Ukranian' has been deprecated"),
    Crafted("unknown-licence", wheel(License_Expression="Handmade-1.0"), "license-expression-is-valid",
            "is invalid for 'license-expression'"),
    Crafted("licence-said-twice", wheel(License_Expression="MIT", License="MIT"), "license-is-said-once",
            "License is deprecated when License-Expression is present."),
    Crafted("licence-by-pattern", wheel(License_File="LICEN*"), "license-paths-are-plain",
            "is invalid for 'license-file'"),
    Crafted("licence-missing-in-wheel", wheel(License_File="LICENSE"), "license-files-are-there",
            "License-File LICENSE does not exist in distribution file"),
    Crafted("licence-missing-in-sdist", sdist(License_File="LICENSE"), "license-files-are-there",
            "License-File LICENSE does not exist in distribution file"),
)  # fmt: skip

CRAFTED: tuple[Crafted, ...] = (*FILES, *ARCHIVES, *WHEELS, *METADATA, *TEXTS)
