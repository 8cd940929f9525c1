"""The table of commands, in the order in which a maintainer meets them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name, the module that holds it, what it is in one line.

    `resumes` is whether it leaves something behind that the same command goes on from.
    """

    name: str
    module: str
    summary: str
    resumes: bool = False


COMMANDS = (
    # First what only reads,
    Command("status", "tagship.cli.status", "where each version stands, and the one next command"),
    Command("show", "tagship.cli.show", "what tagship sees of the project"),
    Command("check", "tagship.cli.check", "is this branch ready? or everything that is missing, each with its fix"),
    Command("gate", "tagship.cli.gate", "may this tag ship?"),
    Command("credential", "tagship.cli.credential", "is the credential there, good for this project now, and alive?"),
    # what prepares a release, and what makes it begin,
    Command("prepare", "tagship.cli.prepare", "the next version, written everywhere, on a branch to merge"),
    Command(
        "tag",
        "tagship.cli.tag",
        "gate the tip of main, tag it with its notes, push that one tag, see that the release begins",
        resumes=True,
    ),
    # then the stages of a release, near to far,
    Command(
        "build",
        "tagship.cli.build",
        "sdist, wheel from that sdist, manifest, out of a pristine checkout of the tag",
        resumes=True,
    ),
    Command("validate", "tagship.cli.validate", "would the index take the built files, and would they work?"),
    Command("publish", "tagship.cli.publish", "upload what the index lacks, compare what it has", resumes=True),
    Command("prove", "tagship.cli.prove", "the index serves these bytes, and they install; the receipt"),
    Command(
        "announce",
        "tagship.cli.announce",
        "the code host's release, public with its notes, manifest and receipt",
        resumes=True,
    ),
    # then all of them at once, for real and as a rehearsal,
    Command("ship", "tagship.cli.ship", "all of it, gate to proof, as one plan; run again to resume", resumes=True),
    Command("rehearse", "tagship.cli.rehearse", "the same plan in a throwaway clone, against a stand-in index"),
    # then what brings all of this to a project, and looks after the host and its main branch,
    Command(
        "init", "tagship.cli.init", "adopt a project: workflows, configuration, guide and hooks; a difference first"
    ),
    Command("doctor", "tagship.cli.doctor", "is the code host set as a release needs it? And setting it", resumes=True),
    Command("guard", "tagship.cli.guard", "did what came to main come through a pull request? And the hooks for that"),
    # and what explains.
    Command("notes", "tagship.cli.notes", "the changelog section of a version, exactly"),
    Command("explain", "tagship.cli.explain", "one check: what, why, how to mend it"),
)
DEFAULT = "status"
