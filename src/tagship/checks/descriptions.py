"""Is what the metadata tells people fit for the index's pages: texts, links, classifiers?"""

import re
from collections import Counter
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from typing import ClassVar

from tagship.checks.reading import ARTIFACTS, core_metadata_of, expect_public_index, listed, printable
from tagship.domain.built import BuiltFacts
from tagship.domain.core_metadata import CoreMetadata
from tagship.domain.finding import Finding, Severity
from tagship.domain.index_rules import (
    CONTENT_TYPES,
    LONGEST_LABEL,
    LONGEST_SUMMARY,
    MARKDOWN_VARIANTS,
    PRIVATE,
    RST,
)
from tagship.errors import Edit, InFile

_URL = re.compile(
    r"https?:(//[^\s/?#<>\"\\^`{|}]+)?([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*(#\S*)?", re.IGNORECASE
)
_ATOM = r"[^\s@<>()\[\],;:\\\".]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@([^\W_]([\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")
_LONGEST_ADDRESS = 254
_LONGEST_CONTENT_TYPE = 200
_FIRST_ADDRESS = 1000
"""In how much of a field the first address is looked for; reading all of a hostile one takes hours."""
_NOBODY = (".invalid", ".local", ".localhost", ".onion", ".test", ".arpa")
"""Top-level domains at which nobody has an address."""
_LINE_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


class SummaryIsOneShortLine:
    """The summary is one line, of a length that the index shows."""

    id: ClassVar = "summary-is-one-short-line"
    title: ClassVar = "the summary is one line of 512 characters at most"
    why: ClassVar = "The index refuses a longer summary, and one of several lines."
    fix: ClassVar = "Shorten 'description' in the project's metadata to one line."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find summaries that are essays."""
        for filename, metadata in core_metadata_of(facts):
            length = len(metadata.summary)
            if length > LONGEST_SUMMARY:
                flaw = f"of {length} characters, of which {LONGEST_SUMMARY} are allowed"
            elif _LINE_BREAK.search(metadata.summary):
                flaw = "of more than one line"
            else:
                continue
            yield Finding(
                f"{filename} has a summary {flaw}",
                where=InFile(filename),
                remedy=Edit("say in one short line what the project is"),
            )


class ContentTypeIsKnown:
    """The description is of a type that the index renders."""

    id: ClassVar = "content-type-is-known"
    title: ClassVar = "the description is of a type that the index renders"
    why: ClassVar = "The index refuses every type but plain text, reStructuredText and Markdown, in UTF-8."
    fix: ClassVar = "Let 'readme' name a file that ends in .md, .rst or .txt."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find other types, charsets and variants."""
        for filename, metadata in core_metadata_of(facts):
            said = metadata.description_content_type
            flaw = _content_type_flaw(said) if said else None
            if flaw is not None:
                yield Finding(
                    f"{filename} has a description of type {printable(said):.80}: {flaw}",
                    where=InFile(filename),
                    remedy=Edit("let 'readme' name a file that ends in .md, .rst or .txt"),
                )


def _content_type_flaw(said: str) -> str | None:
    if len(said) > _LONGEST_CONTENT_TYPE:
        return "it is too long to be one"
    message = EmailMessage()
    try:
        message["content-type"] = said
        parameters = {name.lower(): value for name, value in message["content-type"].params.items()}
        kind, defects = message.get_content_type().lower(), message["content-type"].defects
    except (MessageError, ValueError, IndexError, AttributeError):
        return "it cannot be read"
    # What the parser cannot read it calls plain text.
    if kind not in CONTENT_TYPES or kind not in said.lower() or defects:
        return f"only {', '.join(CONTENT_TYPES)} are rendered"
    if (charset := parameters.get("charset", "UTF-8")).lower() != "utf-8":
        return f"{charset} is not UTF-8"
    variant = parameters.get("variant", MARKDOWN_VARIANTS[0])
    if kind == "text/markdown" and variant not in MARKDOWN_VARIANTS:
        return f"{variant} is no variant of Markdown that is known"
    return None


class DescriptionRenders:
    """The index can make a page of the description."""

    id: ClassVar = "description-renders"
    title: ClassVar = "the description renders"
    why: ClassVar = "The index refuses a reStructuredText description with an error in it; no type means that one."
    fix: ClassVar = "Mend what is told, or write the description in Markdown and say so in its content type."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find descriptions that do not render; only reStructuredText can fail."""
        described = [metadata for _, metadata in core_metadata_of(facts) if metadata.description.strip()]
        if not any(is_restructured(metadata) for metadata in described):
            return
        for filename, flaw in facts.rendering_flaws.items():
            yield Finding(
                f"the description in {filename} does not render: {flaw}",
                where=InFile(filename),
                remedy=Edit("mend the description, or say that it is Markdown by a 'readme' that ends in .md"),
            )


def is_restructured(metadata: CoreMetadata) -> bool:
    """Whether the index would take the description for reStructuredText, as it does where no type is said."""
    return (metadata.description_content_type or RST).lower().startswith(RST)


class ProjectIsDescribed:
    """The files carry a description."""

    id: ClassVar = "project-is-described"
    title: ClassVar = "the files carry a description"
    why: ClassVar = "The project's page would be empty."
    fix: ClassVar = "Name the README file under 'readme' in [project]."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find empty pages."""
        for filename, metadata in core_metadata_of(facts):
            if not metadata.description.strip():
                yield Finding(
                    f"{filename} carries no description",
                    where=InFile(filename),
                    remedy=Edit("name a README file under 'readme' in [project]"),
                )


class DescriptionTypeIsSaid:
    """Every description says of which type it is."""

    id: ClassVar = "description-type-is-said"
    title: ClassVar = "the files say of which type their description is"
    why: ClassVar = "The index takes a description of no type for reStructuredText, and shows Markdown badly."
    fix: ClassVar = "Let 'readme' in [project] name a file that ends in .md, .rst or .txt."
    severity: ClassVar = Severity.NOTE
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find untold types; whether such a description renders is asked elsewhere."""
        for filename, metadata in core_metadata_of(facts):
            if metadata.description.strip() and not metadata.description_content_type:
                yield Finding(
                    f"{filename} does not say of which type its description is",
                    where=InFile(filename),
                    remedy=Edit("let 'readme' in [project] name a file that ends in .md, .rst or .txt"),
                )


class LinksAreValid:
    """Every link is a web address."""

    id: ClassVar = "links-are-valid"
    title: ClassVar = "every link of the project is a web address"
    why: ClassVar = "The index refuses links without http or https, without a label, and two with the same label."
    fix: ClassVar = "Write each link of [project.urls] as a full address."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find links that lead nowhere."""
        for filename, metadata in core_metadata_of(facts):
            for label, url in _links(metadata):
                if not label or not _URL.fullmatch(url):
                    yield Finding(
                        f"{filename} has a link {printable(label)} to {printable(url)}",
                        where=InFile(filename),
                        remedy=Edit("give the link a label and a full address that begins with https"),
                    )
            labels = Counter(line.partition(",")[0].strip() for line in metadata.project_urls)
            if twice := [label for label, times in labels.items() if times > 1]:
                yield Finding(
                    f"{filename} has more than one link called {listed(twice)}",
                    where=InFile(filename),
                    remedy=Edit("give every link a label of its own in [project.urls]"),
                )


class LinkLabelsAreShort:
    """Every link's label fits the index's pages."""

    id: ClassVar = "link-labels-are-short"
    title: ClassVar = "every link's label has 32 characters at most"
    why: ClassVar = "The index refuses longer labels."
    fix: ClassVar = "Shorten the key in [project.urls]."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find long labels."""
        for filename, metadata in core_metadata_of(facts):
            for label, _ in _links(metadata):
                if len(label) > LONGEST_LABEL:
                    yield Finding(
                        f"{filename} has a link's label of {len(label)} characters: {printable(label)}",
                        where=InFile(filename),
                        remedy=Edit(f"shorten it to {LONGEST_LABEL} characters in [project.urls]"),
                    )


def _links(metadata: CoreMetadata) -> Iterator[tuple[str, str]]:
    """Label and address of every link; the two old fields are links, too."""
    for label, url in (("Home-page", metadata.home_page), ("Download-URL", metadata.download_url)):
        if url:
            yield label, url
    for line in metadata.project_urls:
        label, _, url = line.partition(",")
        yield label.strip(), url.strip()


class AddressesAreValid:
    """Every e-mail address of an author or maintainer could be written to."""

    id: ClassVar = "addresses-are-valid"
    title: ClassVar = "every e-mail address is one"
    why: ClassVar = "The index refuses an author's or maintainer's address that is none."
    fix: ClassVar = "Mend 'authors' and 'maintainers' in [project], or leave the e-mail out."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find addresses that are none; of several in one field the index reads the first."""
        for filename, metadata in core_metadata_of(facts):
            for field, said in (("Author", metadata.author_email), ("Maintainer", metadata.maintainer_email)):
                _, address = parseaddr(said[:_FIRST_ADDRESS])
                if address and not _is_address(address):
                    yield Finding(
                        f"{filename} says {field}-Email {printable(address)}, which is no address",
                        where=InFile(filename),
                        remedy=Edit("mend the address in [project], or leave it out"),
                    )


def _is_address(text: str) -> bool:
    if len(text) > _LONGEST_ADDRESS:
        return False
    return _ADDRESS.fullmatch(text) is not None and not text.lower().endswith(_NOBODY)


class ClassifiersAreKnown:
    """Every classifier is in the index's list."""

    id: ClassVar = "classifiers-are-known"
    title: ClassVar = "every classifier is one that the index knows"
    why: ClassVar = "The index refuses a classifier that is not in its list, letter by letter."
    fix: ClassVar = "Copy classifiers from the index's list."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find unknown classifiers; those that exist to be refused are another check's."""
        expect_public_index(facts)
        for filename, metadata in core_metadata_of(facts):
            unknown = sorted(set(metadata.classifiers) - facts.classifiers.known - facts.classifiers.deprecated.keys())
            for classifier in unknown:
                if not classifier.startswith(PRIVATE):
                    yield Finding(
                        f"{filename} has the classifier {printable(classifier)}, "
                        f"which is not in {facts.classifiers.source}",
                        where=InFile(filename),
                        remedy=Edit(f"replace '{printable(classifier)}' by one of the index's list, or remove it"),
                    )


class ClassifiersAreCurrent:
    """No classifier is one that the index gave up."""

    id: ClassVar = "classifiers-are-current"
    title: ClassVar = "no classifier is deprecated"
    why: ClassVar = "The index refuses classifiers that others took the place of."
    fix: ClassVar = "Use the classifiers that took their place."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find deprecated classifiers, and say what took their place."""
        expect_public_index(facts)
        for filename, metadata in core_metadata_of(facts):
            for classifier in sorted(facts.classifiers.deprecated.keys() & set(metadata.classifiers)):
                instead = facts.classifiers.deprecated[classifier]
                others = " or ".join(f"'{other}'" for other in instead)
                told = f"replace '{classifier}' by {others}" if instead else f"remove '{classifier}'"
                yield Finding(
                    f"{filename} has the deprecated classifier {classifier}", where=InFile(filename), remedy=Edit(told)
                )


class ProjectIsMeantToBePublic:
    """No classifier says that the project must not be published."""

    id: ClassVar = "project-is-meant-to-be-public"
    title: ClassVar = "no classifier keeps the project private"
    why: ClassVar = "Classifiers that begin with 'Private ::' are there so that the index refuses the upload."
    fix: ClassVar = "Do not publish it there; if it is meant to be public by now, remove the classifier."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find what somebody put there to stop this."""
        expect_public_index(facts)
        for filename, metadata in core_metadata_of(facts):
            for classifier in metadata.classifiers:
                if classifier.startswith(PRIVATE):
                    yield Finding(
                        f"{filename} says that it is not to be published: {printable(classifier)}",
                        where=InFile(filename),
                        remedy=Edit(f"publish it to an index of your own, or remove '{printable(classifier)}'"),
                    )
