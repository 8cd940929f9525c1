"""What the stand-in index says to the fields of an upload."""

from pathlib import Path

import pytest

from rehearsal.uploading import Change, Uploader, said
from tagship.rehearsal.metadata_rules import LOCAL_VERSIONS

SEE = " See https://packaging.python.org/specifications/core-metadata for more information."
LONG = "x" * 61
Changes = dict[str, Change]

FORMS: list[tuple[Changes, str]] = [
    ({"protocol_version": "2"}, "Unknown protocol version."),
    ({"name": None}, f"'' is an invalid value for Name. Error: This field is required.{SEE}"),
    (
        {"name": "-x"},
        "'-x' is an invalid value for Name. Error: Start and end with a letter or numeral containing only ASCII numer",
    ),
    ({"name": f"{LONG}!"}, f"'{'x' * 30}...{'x' * 29}!' is an invalid value for Name."),
    ({"filetype": "bdist_egg"}, "Invalid value for filetype. Error: Use a known file type."),
    ({"filetype": None}, "Invalid value for filetype. Error: This field is required."),
    (
        {"pyversion": None},
        "Invalid value for pyversion. Error: Python version is required for binary distribution uploads.",
    ),
    (
        {"filetype": "sdist", "pyversion": "py3"},
        "Invalid value for pyversion. Error: Use 'source' as Python version for an sdist.",
    ),
    ({"sha256_digest": None}, "Error: Include at least one message digest."),
    (
        {"sha256_digest": "xyz"},
        "Invalid value for sha256_digest. Error: Use a valid, hex-encoded, SHA256 message digest.",
    ),
    (
        {"blake2_256_digest": "xyz"},
        "Invalid value for blake2_256_digest. Error: Use a valid, hex-encoded, BLAKE2 message digest.",
    ),
    ({"field": "summary"}, "summary: Should not be a tuple."),
]
METADATA: list[tuple[Changes, str]] = [
    ({"metadata_version": "2.6"}, f"'2.6' is not a valid metadata version.{SEE}"),
    ({"metadata_version": "2.0"}, f"'2.0' is not a valid metadata version.{SEE}"),
    ({"metadata_version": None}, f"None is not a valid metadata version.{SEE}"),
    ({"metadata_version": "2.3", "license_expression": "MIT"}, "license-expression introduced in metadata version 2.4"),
    ({"version": None}, f"'version' is a required field.{SEE}"),
    ({"version": "one"}, f"'one' is invalid for 'version'.{SEE}"),
    (
        {"version": "1.0+local"},
        f"The use of local versions in '1.0+local' is not allowed. See {LOCAL_VERSIONS} for more information.",
    ),
    ({"name": ("handmade", "handmade")}, f"'name' has invalid data.{SEE}"),
    ({"summary": "x" * 513}, f"'summary' field must be 512 characters or less.{SEE}"),
    ({"summary": "one\ntwo"}, f"'summary' must be a single line.{SEE}"),
    ({"author_email": "Somebody <somebody>"}, "'somebody' is not a valid email address: "),
    ({"author_email": "somebody@here"}, "'somebody@here' is not a valid email address: The part after the @-sign"),
    ({"author_email": "somebody@here.invalid"}, "'somebody@here.invalid' is not a valid email address: "),
    ({"author_email": "a..b@example.org"}, "'a..b@example.org' is not a valid email address: "),
    ({"maintainer_email": "a@-x.org"}, "'a@-x.org' is not a valid email address: "),
    ({"classifiers": "Topic :: Magic"}, f"'Topic :: Magic' is not a valid classifier.{SEE}"),
    ({"classifiers": ("Private :: Do Not Upload",)}, "'Private :: Do Not Upload' is not a valid classifier."),
    (
        {"classifiers": "Natural Language :: Ukranian"},
        "The classifier 'Natural Language :: Ukranian' has been deprecated, use one of ['Natural Language :: Ukrain",
    ),
    ({"home_page": "gopher://127.0.0.1/"}, f"'gopher://127.0.0.1/' is not a valid url.{SEE}"),
    ({"download_url": "127.0.0.1"}, f"'127.0.0.1' is not a valid url.{SEE}"),
    ({"home_page": "http://127.0.0.1/?a=[1]"}, "'http://127.0.0.1/?a=[1]' is not a valid url."),
    ({"home_page": "http://127.0.0.1:65536/"}, "'http://127.0.0.1:65536/' is not a valid url."),
    ({"project_urls": f"{'x' * 33}, http://127.0.0.1/"}, f"'{'x' * 33}' must be 32 characters or less.{SEE}"),
    ({"project_urls": "Home, gopher://127.0.0.1/"}, f"'gopher://127.0.0.1/' is not a valid url.{SEE}"),
    ({"project_urls": ", http://127.0.0.1/"}, f"Must have a label.{SEE}"),
    ({"project_urls": "Home"}, f"Must have a URL.{SEE}"),
    ({"project_urls": ("A, http://127.0.0.1/", "A, http://127.0.0.1/b")}, f"'project_urls' has invalid data.{SEE}"),
    ({"requires_dist": "other @ http://127.0.0.1/x.whl"}, "Can't have direct dependency: other"),
    ({"requires_dist": "other =="}, f"'other ==' is invalid for 'requires-dist'.{SEE}"),
    ({"provides_dist": "other @ http://127.0.0.1/x"}, "Can't have direct dependency: 'other @ http://127.0.0.1/x'."),
    ({"obsoletes_dist": "other =="}, "'other ==' is invalid: "),
    ({"requires_python": "soon"}, f"'soon' is invalid for 'requires-python'.{SEE}"),
    ({"description_content_type": "text/html"}, "'description-content-type' must be one of "),
    (
        {"description_content_type": "text/markdown; variant=Mine"},
        "valid Markdown variants for 'description-content-type'",
    ),
    ({"dynamic": "Version"}, f"'version' is not allowed as a dynamic field.{SEE}"),
    ({"dynamic": "Mood"}, f"'mood' is not a valid dynamic field.{SEE}"),
    ({"dynamic": "Dynamic"}, f"Dynamic field 'dynamic' is not a valid dynamic field.{SEE}"),
    ({"provides_extra": "-x"}, f"'-x' is invalid for 'provides-extra'.{SEE}"),
    ({"license_expression": "Mine Alone"}, f"'Mine Alone' is invalid for 'license-expression'.{SEE}"),
    (
        {"license": "MIT", "license_expression": "MIT"},
        "License is deprecated when License-Expression is present. Only License-Expression should be present.",
    ),
    ({"license_file": "../LICENSE"}, "'../LICENSE' is invalid for 'license-file', parent directory indicators"),
    ({"field": None}, "Upload payload does not have a file."),
]


@pytest.mark.parametrize(("changes", "told"), FORMS + METADATA)
def test_what_is_refused(send: Uploader, wheel: Path, changes: Changes, told: str) -> None:
    answer = send(wheel, **changes)

    assert answer.status == 400
    assert said(answer).startswith(told)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"])
def test_metadata_versions_that_are_taken(send: Uploader, wheel: Path, version: str) -> None:
    assert send(wheel, metadata_version=version).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"protocol_version": None},
        {"summary": "UNKNOWN", "license": "UNKNOWN "},
        {"summary": "", "home_page": "", "classifiers": "", "requires_dist": ""},
        {"summary": "x" * 512},
        {"summary": "with \x00 inside"},
        {"author_email": "Somebody <somebody@example.org>, Other <other@example.com>"},
        {"author_email": "ä@exämple.org"},
        {"classifiers": ("Programming Language :: Python :: 3", "Typing :: Typed")},
        {"home_page": "HTTPS://127.0.0.1:8080/a b", "project_urls": ("Home, http://127.0.0.1/", "Other,https://x")},
        {"dynamic": ("Description", "license-file")},
        {"provides_extra": ("Fast_Path", "fast")},
        {"requires_python": ">=3.11", "keywords": "one, two", "gpg_signature": "x"},
        {"description": "# Title\n\n``unclosed", "description_content_type": "text/markdown; variant=GFM"},
        {"description": "Title\n==", "description_content_type": "text/plain"},
        {"description": "Title\n=====\n\ntext", "description_content_type": "text/x-rst"},
        {"pyversion": "cp39.py3", "comment": "any"},
        {"metadata_version": "2.5", "import_name": "handmade"},
    ],
)
def test_what_is_taken(send: Uploader, wheel: Path, changes: Changes) -> None:
    assert send(wheel, **changes).status == 200


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("text/x-rst", "The description failed to render for 'text/x-rst'. See "),
        (None, "The description failed to render in the default format of reStructuredText. See "),
    ],
)
def test_descriptions_render(send: Uploader, wheel: Path, kind: str | None, told: str) -> None:
    pytest.importorskip("readme_renderer.rst", reason="without it, every description passes")

    answer = send(wheel, description="Title\n==\n\n.. nothing::\n\n`broken", description_content_type=kind)

    assert answer.status == 400
    assert said(answer).startswith(told)
