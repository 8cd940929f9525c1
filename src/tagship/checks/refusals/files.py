"""Refusals of the file: of its name, of how it is packed, and of what it says; each with a bad file of its own."""

from tagship.checks.refusals.foreseen import ForeseenRefusal, crafted

FILES: tuple[ForeseenRefusal, ...] = (
    crafted(
        "a-stranger-among-the-files", "a file that is no distribution", "dist-holds-only-the-build",
        "Invalid file extension"
    ),
    crafted("replaced-after-the-build", "a file with other bytes than were built", "files-match-the-manifest"),
    crafted("of-another-tag", "files of another version than the tag's", "metadata-names-the-release"),
    crafted(
        "zip-sdist", "an sdist in a zip file", "sdists-are-tarballs", "is invalid, should be 'handmade-1.0.tar.gz'"
    ),
    crafted(
        "second-sdist", "a second sdist of a release", "one-sdist-at-most",
        "Only one sdist may be uploaded per release."
    ),
    crafted(
        "unprintable-name", "a control character in the file name", "file-names-can-be-stored",
        "Cannot upload a file with non-printable characters"
    ),
    crafted(
        "backslash-in-name", "a slash or backslash in the file name", "file-names-can-be-stored",
        "Cannot upload a file with '/' or '\\' in the name."
    ),
    crafted("too-long-name", "a file name that is too long", "file-names-can-be-stored", "Filename is too long"),
    crafted(
        "sdist-name-not-normal", "an sdist whose name part is not normal", "file-names-are-normalised",
        "is invalid, should be 'handmade-1.0.tar.gz'"
    ),
    crafted(
        "sdist-version-not-normal", "an sdist whose version is spelt otherwise", "file-names-are-normalised",
        "is invalid, should be 'handmade-1.0.tar.gz'"
    ),
    crafted(
        "sdist-name-that-is-none", "an sdist name without a version", "file-names-are-normalised",
        "Invalid source distribution filename: handmade.tar.gz"
    ),
    crafted(
        "wheel-name-not-normal", "a wheel whose name part is not normal", "file-names-are-normalised",
        "should contain the normalized project name 'handmade', not 'Handmade'"
    ),
    crafted(
        "wheel-name-that-is-none", "a wheel name with too few or too many parts", "file-names-are-normalised",
        "Invalid wheel filename"
    ),
    crafted(
        "too-large", "a file over 100 MiB", "files-are-small-enough",
        "File too large. Limit for project 'handmade' is 100 MB."
    ),
    crafted(
        "another-version-inside", "metadata of another version than the file name", "files-are-of-one-release",
        "Version in filename should be '1.1' not '1.0'."
    ),
    crafted(
        "another-project-inside", "metadata of another project than the file name", "files-are-of-one-release",
        "Start filename for 'someone-else' with 'someone_else'."
    ),
)  # fmt: skip

ARCHIVES: tuple[ForeseenRefusal, ...] = (
    crafted("truncated-wheel", "a wheel that is cut off", "archives-open", "File is not a zipfile"),
    crafted("truncated-sdist", "an sdist that is cut off", "archives-open", "Invalid distribution file."),
    crafted("wheel-that-is-no-zip", "a wheel that is no zip file", "archives-open", "File is not a zipfile"),
    crafted("sdist-that-is-no-tar", "an sdist that is no tar file", "archives-open", "File is not a tarfile"),
    crafted(
        "trailing-data", "data after the end of a zip file", "archives-begin-and-end-once",
        "ZIP archive not accepted: Trailing data"
    ),
    crafted(
        "leading-data", "data before the beginning of a zip file", "archives-begin-and-end-once",
        "ZIP archive not accepted: "
    ),
    crafted(
        "zip-and-tar-at-once", "a file that is a zip and a tar archive at once", "archives-begin-and-end-once",
        "File is both a zip and a tar file"
    ),
    crafted(
        "two-names-for-one-member", "a member that is called otherwise in the list of contents",
        "archives-read-one-way", "ZIP archive not accepted: Filename not in central directory"
    ),
    crafted(
        "member-twice", "a name that stands twice in a zip file", "members-are-named-once",
        "ZIP archive not accepted: Duplicate filename"
    ),
    crafted(
        "data-descriptors", "a zip file that was written as a stream", "members-tell-their-size-first",
        "ZIP archive not accepted: ZIP contains a data descriptor"
    ),
    crafted(
        "rare-compression", "a zip file packed by a rare method", "members-are-deflated-or-stored",
        "File does not use a supported compression type"
    ),
    crafted("encrypted", "an encrypted member", "members-are-in-the-clear"),
    crafted(
        "member-comment", "a comment of a member", "members-have-no-comments",
        "ZIP archive not accepted: Comment in central directory"
    ),
    crafted("archive-comment", "a comment of a zip file", "archives-have-no-comment"),
    crafted(
        "compression-bomb", "a zip file that unpacks to over fifty times its size", "archives-unpack-to-a-sane-size",
        "File exceeds compression ratio of 50"
    ),
    crafted(
        "sparse-member", "a sparse file in an sdist", "tarballs-hold-no-sparse-files",
        "tar archive not accepted: Sparse members"
    ),
    crafted("device", "a device or pipe in an sdist", "members-are-files-or-folders"),
    crafted("absolute-path", "a member with an absolute name", "members-stay-inside"),
    crafted("climbing-path", "a member of a wheel that climbs out of it", "members-stay-inside"),
    crafted("climbing-path-in-sdist", "a member of an sdist that climbs out of it", "members-stay-inside"),
    crafted("link-out-of-the-tree", "a symbolic link that leads out of an sdist", "links-stay-inside"),
    crafted("hard-link-out-of-the-tree", "a hard link that leads out of an sdist", "links-stay-inside"),
    crafted(
        "two-top-directories", "more than one directory at the top of an sdist", "sdists-hold-one-directory",
        "Incorrect number of top-level directories in sdist"
    ),
    crafted(
        "another-directory-in-sdist", "an sdist whose directory is called otherwise", "sdists-unpack-to-their-name"
    ),
    crafted(
        "no-metadata-in-sdist", "an sdist without PKG-INFO at its top", "metadata-is-in-place",
        "PKG-INFO not found at handmade-1.0/PKG-INFO"
    ),
    crafted(
        "no-metadata-in-wheel", "a wheel without METADATA", "metadata-is-in-place",
        "does not contain the required METADATA file"
    ),
)  # fmt: skip

WHEELS: tuple[ForeseenRefusal, ...] = (
    crafted(
        "bare-linux-tag", "a wheel for Linux as such", "wheel-tags-are-accepted",
        "has an unsupported platform tag 'linux_x86_64'"
    ),
    crafted(
        "minor-macos-tag", "a wheel for a minor version of macOS 11 or later", "wheel-tags-are-accepted",
        "has an unsupported platform tag 'macosx_12_3_arm64'"
    ),
    crafted(
        "no-wheel-file", "a wheel without a WHEEL file", "wheels-say-what-they-are",
        "WHEEL not found at handmade-1.0.dist-info/WHEEL"
    ),
    crafted("wheel-of-the-future", "a wheel of an unknown format", "wheels-say-what-they-are"),
    crafted(
        "renamed-for-another-platform", "a wheel that was renamed for another platform", "wheel-tags-match-the-name"
    ),
    crafted(
        "no-record", "a wheel without RECORD", "wheels-have-a-record", "does not contain the required RECORD file"
    ),
    crafted("changed-after-record", "a file with another digest than in RECORD", "record-matches-the-wheel"),
    crafted("unrecorded-file", "a file that RECORD does not list", "record-matches-the-wheel"),
    crafted("recorded-and-absent", "a file that RECORD lists and the wheel lacks", "record-matches-the-wheel"),
    crafted(
        "entry-points-that-are-none", "an entry_points.txt that cannot be read", "entry-points-are-valid",
        "has invalid entry points defined in the entry_points.txt file"
    ),
    crafted(
        "command-with-a-bad-name", "a command whose name is none", "entry-points-are-valid",
        "has invalid entry points defined in the entry_points.txt file"
    ),
    crafted("command-that-leads-nowhere", "a command that names no function", "entry-points-are-valid"),
    crafted("no-modules", "a wheel without the project's modules", "wheel-has-modules"),
)  # fmt: skip

METADATA: tuple[ForeseenRefusal, ...] = (
    crafted(
        "metadata-of-the-future", "metadata of a version that the index does not know yet",
        "metadata-version-is-accepted", "'2.6' is not a valid metadata version"
    ),
    crafted(
        "withdrawn-metadata", "metadata of version 2.0", "metadata-version-is-accepted",
        "'2.0' is not a valid metadata version"
    ),
    crafted("metadata-in-latin-1", "metadata that is not UTF-8", "metadata-reads-one-way"),
    crafted("name-twice", "a field twice that stands once", "metadata-reads-one-way"),
    crafted(
        "young-field", "a field that is newer than the metadata's version", "fields-fit-the-metadata-version",
        "introduced in metadata version 2.2, not 2.1"
    ),
    crafted(
        "bad-name", "a project name that is none", "project-name-is-valid", "Start and end with a letter or numeral"
    ),
    crafted("bad-version", "a version that is none", "version-is-valid", "'one' is invalid for 'version'"),
    crafted(
        "local-version", "a local version", "version-is-public",
        "The use of local versions in '1.0+g1234' is not allowed."
    ),
    crafted("wheel-and-sdist-disagree", "a wheel whose metadata is not the sdist's", "wheels-say-what-the-sdist-says"),
    crafted(
        "wheel-and-sdist-tell-otherwise", "a wheel that describes the project otherwise than the sdist",
        "wheels-tell-what-the-sdist-tells"
    ),
    crafted(
        "dynamic-name", "a field under Dynamic that may not vary", "dynamic-fields-may-vary",
        "'name' is not allowed as a dynamic field"
    ),
    crafted(
        "unknown-dynamic", "an unknown field under Dynamic", "dynamic-fields-may-vary",
        "'colour' is not a valid dynamic field"
    ),
    crafted(
        "unreadable-dependency", "a dependency that cannot be read", "dependencies-can-be-read",
        "is invalid for 'requires-dist'"
    ),
    crafted(
        "direct-dependency", "a dependency on an address", "dependencies-are-named",
        "Can't have direct dependency: attrs"
    ),
    crafted(
        "unreadable-python-range", "a Requires-Python that is no range", "python-range-is-valid",
        "is invalid for 'requires-python'"
    ),
    crafted("bad-extra", "an extra whose name is none", "extras-are-valid", "is invalid for 'provides-extra'"),
)  # fmt: skip

TEXTS: tuple[ForeseenRefusal, ...] = (
    crafted(
        "long-summary", "a summary of over 512 characters", "summary-is-one-short-line",
        "'summary' field must be 512 characters or less."
    ),
    crafted(
        "summary-of-two-lines", "a summary of more than one line", "summary-is-one-short-line",
        "'summary' must be a single line"
    ),
    crafted("no-description", "no description", "project-is-described"),
    crafted(
        "unknown-content-type", "a description of an unknown type", "content-type-is-known",
        "'description-content-type' must be one of"
    ),
    crafted(
        "unknown-charset", "a description that is not UTF-8 by its type", "content-type-is-known",
        "can only specify the UTF-8 charset"
    ),
    crafted(
        "broken-description", "a description that does not render", "description-renders",
        "The description failed to render for 'text/x-rst'."
    ),
    crafted("bad-link", "a link that is no web address", "links-are-valid", "is not a valid url"),
    crafted("link-without-label", "a link without a label", "links-are-valid", "Must have a label"),
    crafted("bad-home-page", "a home page that is no web address", "links-are-valid", "is not a valid url."),
    crafted(
        "long-link-label", "a link's label of over 32 characters", "link-labels-are-short",
        "must be 32 characters or less."
    ),
    crafted("bad-address", "an e-mail address that is none", "addresses-are-valid", "is not a valid email address"),
    crafted(
        "private-project", "a classifier that forbids publishing", "project-is-meant-to-be-public",
        "'Private :: Do Not Upload' is not a valid classifier."
    ),
    crafted(
        "unknown-classifier", "an unknown classifier", "classifiers-are-known",
        "'Framework :: Handmade' is not a valid classifier."
    ),
    crafted(
        "deprecated-classifier", "a deprecated classifier", "classifiers-are-current",
        "The classifier 'Natural Language :: Ukranian' has been deprecated"
    ),
    crafted(
        "unknown-licence", "a licence expression that is none", "license-expression-is-valid",
        "is invalid for 'license-expression'"
    ),
    crafted(
        "licence-said-twice", "License beside License-Expression", "license-is-said-once",
        "License is deprecated when License-Expression is present."
    ),
    crafted(
        "licence-by-pattern", "a pattern under License-File", "license-paths-are-plain",
        "is invalid for 'license-file'"
    ),
    crafted(
        "licence-missing-in-wheel", "a licence file that a wheel lacks", "license-files-are-there",
        "License-File LICENSE does not exist in distribution file"
    ),
    crafted(
        "licence-missing-in-sdist", "a licence file that an sdist lacks", "license-files-are-there",
        "License-File LICENSE does not exist in distribution file"
    ),
)  # fmt: skip
