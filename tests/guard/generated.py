"""Histories of main of which it is known how each commit came there, made from a seed on a real git repository.

The truth is written down by whoever does something to main, in the moment of doing it; neither git, nor the host's log,
nor what guards main is asked for it. Everything is thought of first; then all commits are made in one run of git's fast
importer, with the files, parents and committers that the host's own buttons give them, and the host is told what was
done, in the order in which it was.
"""

import random
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from repositories import SETTINGS
from tagship.domain.guarding import Provenance
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.history import MACHINE, How
from tagship.rehearsal.host.objects import NOWHERE

BEGIN = datetime(2026, 1, 5, 12, tzinfo=UTC)
MISLEADING = (
    "Merge pull request #{n} from somebody/topic",
    "Fix the parser (#{n})",
    "chore: planning artifacts",
    'Revert "Fix the parser (#{n})"',
    "Release 1.{n}.0",
    "$(touch /tmp/owned) `id` ${{{{ github.token }}}} <!-- --> @everybody",
    "",
)
"""What commits say of themselves; most of it was once taken for proof."""
PEOPLE = ("ada", "grace", "renovate[bot]", "github-actions[bot]")
MAIN = "refs/heads/main"

Mark = int
"""What a commit is called before it is made."""


@dataclass(frozen=True)
class Thought:
    """A commit to be made: what it is of, what it adds, and who says that they made it, as git writes it."""

    parents: Sequence[Mark]
    files: Sequence[str]
    author: str
    committer: str
    message: str

    def told(self, mark: Mark) -> bytes:
        """For git's fast importer."""
        message = self.message.encode()
        lines = [f"commit refs/made\nmark :{mark}\nauthor {self.author}\ncommitter {self.committer}\n".encode()]
        lines.append(b"data %d\n%b\n" % (len(message), message))
        lines += [b"%b :%d\n" % (word, of) for word, of in zip((b"from", b"merge"), self.parents, strict=False)]
        lines += [f"M 100644 inline {name}\ndata {len(name)}\n{name}\n".encode() for name in self.files]
        # Without a first parent the importer would take the commit before this one.
        return (b"" if self.parents else b"reset refs/made\n") + b"".join(lines) + b"\n"


@dataclass(frozen=True)
class Topic:
    """A branch off main, and its commits from the oldest to the newest."""

    name: str
    commits: Sequence[Mark]

    @property
    def ref(self) -> str:
        return f"refs/heads/{self.name}"

    @property
    def tip(self) -> Mark:
        return self.commits[-1]


@dataclass
class Story:
    """A repository on a stand-in host, what was done to its main, and how each commit came."""

    host: StandInHost
    git: Path
    seed: int
    dice: random.Random = field(init=False)
    truth: dict[str, Provenance] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    # What was forced onto main in place of what came through a pull request, and what of that was left: a clone without
    # what was thrown away cannot tell whether it came with the one or the other.
    doubtful: set[str] = field(default_factory=set)
    now: datetime = BEGIN

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.host.settings.clock = lambda: self.now

    def run(self, *words: str, stdin: bytes | None = None) -> str:
        """What git says in the bare repository."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.git,
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", **SETTINGS},
            input=stdin,
            capture_output=True,
            check=True,
            timeout=60,
        )
        return done.stdout.decode().rstrip("\n")

    def between(self, before: str, after: str) -> list[str]:
        """What one state holds and the other did not."""
        return self.run("rev-list", after, f"^{before}").split()


@dataclass
class Plot:
    """What happens to main, thought of and not yet done; `came` is the truth, commit by commit."""

    dice: random.Random
    seed: int
    now: datetime = BEGIN
    thoughts: dict[Mark, Thought] = field(default_factory=dict)
    deeds: list[Callable[["Teller"], None]] = field(default_factory=list)
    refs: dict[str, Mark] = field(default_factory=dict)
    tip: Mark = 0
    held: set[Mark] = field(default_factory=set)
    truth: dict[Mark, Provenance] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    doubtful: set[Mark] = field(default_factory=set)
    # What came together through pull requests, by the state of main that it led to, perhaps by way of lost ones.
    together: dict[Mark, set[Mark]] = field(default_factory=dict)

    # Commits

    def commits(self, number: int, onto: Mark | None) -> list[Mark]:
        """So many new commits on top of another one, each with a file of its own, from the oldest to the newest."""
        made: list[Mark] = []
        for _ in range(number):
            who = self.signed(self.dice.choice(PEOPLE), "someone@example.org")
            message = self.dice.choice(MISLEADING).format(n=len(self.thoughts))
            parents = made[-1:] or ([] if onto is None else [onto])
            made.append(self.commit(parents, [f"f{self.seed}-{len(self.thoughts)}"], who, who, message))
        return made

    def commit(self, parents: Sequence[Mark], files: Sequence[str], author: str, committer: str, message: str) -> Mark:
        mark = len(self.thoughts) + 1
        self.thoughts[mark] = Thought(parents, files, author, committer, message)
        return mark

    def made_by_the_host(self, parents: Sequence[Mark], files: Sequence[str], author: str, message: str) -> Mark:
        return self.commit(parents, files, author, self.signed(*MACHINE), message)

    def signed(self, name: str, email: str) -> str:
        return f"{name} <{email}> {self.now.timestamp():.0f} +0000"

    def ancestry(self, mark: Mark, without: set[Mark]) -> set[Mark]:
        """A commit and all that it is made of, but for what leads only to what is left out."""
        found: set[Mark] = set()
        waiting = [mark]
        while waiting:
            each = waiting.pop()
            if each not in found and each not in without:
                found.add(each)
                waiting += self.thoughts[each].parents
        return found

    def files_of(self, topic: Topic) -> list[str]:
        return [name for mark in topic.commits for name in self.thoughts[mark].files]

    # What happens to main

    def came(self, kind: str, tip: Mark, provenance: Provenance) -> set[Mark]:
        """Main points at another commit: write down how everything came that it did not hold before."""
        new = self.ancestry(tip, self.held)
        for mark in new:
            self.truth.setdefault(mark, provenance)
        self.kinds[kind] = self.kinds.get(kind, 0) + len(new)
        if provenance is Provenance.PULL_REQUEST:
            self.together[tip] = new
        self.tip = tip
        self.held |= new
        self.now += timedelta(minutes=self.dice.randint(5, 90))
        return new

    def topic(self, number: int) -> Topic:
        """A branch off main with so many commits, pushed to the host."""
        topic = Topic(f"topic-{len(self.thoughts)}", self.commits(number, self.tip))
        self.refs[topic.ref] = topic.tip
        self.does_push(topic.ref, None, topic.tip, "grace")
        return topic

    def does_push(self, ref: str, before: Mark | None, after: Mark, actor: str) -> None:
        at = self.now
        self.deeds.append(lambda teller: teller.pushed(ref, before, after, actor, at))

    def does_merge(self, topics: Sequence[tuple[Topic, Mark, Sequence[Mark]]], how: How, title: str) -> None:
        at, before = self.now, self.tip
        self.deeds.append(lambda teller: teller.merged(topics, before, how, title, at))

    def begin(self) -> None:
        """The first push, of several commits at once."""
        tip = self.commits(3, None)[-1]
        self.does_push(MAIN, None, tip, "ada")
        self.came("first push", tip, Provenance.UNVERIFIED)

    def merged(self, how: How, kind: str | None = None, title: str = "Fix") -> None:
        """A pull request, merged by a button."""
        topic = self.topic(1 if kind else self.dice.randint(1, 4))
        author = self.signed("ada", "ada@users.noreply.github.com")
        match how:
            case "merge":
                # Nothing else came to main meanwhile, so that the merge adds nothing to the branch but the parent.
                files = self.files_of(topic)
                made = [self.made_by_the_host([self.tip, topic.tip], files, author, "Merge pull request")]
                introduced = [*made, *reversed(topic.commits)]
            case "rebase":
                made = self.copied(topic)
                introduced = made
            case _:
                made = [self.made_by_the_host([self.tip], self.files_of(topic), author, title)]
                introduced = made
        self.does_merge([(topic, made[-1], introduced)], how, title)
        self.came(kind or how, made[-1], Provenance.PULL_REQUEST)

    def copied(self, topic: Topic) -> list[Mark]:
        """The commits of a branch made once more on top of main, by the host: as they were but for the committer."""
        made: list[Mark] = []
        for mark in topic.commits:
            old = self.thoughts[mark]
            made.append(self.made_by_the_host(made[-1:] or [self.tip], old.files, old.author, old.message))
        return made

    def queued(self) -> None:
        """Several pull requests, merged by the queue in one update."""
        topics = [self.topic(self.dice.randint(1, 2)) for _ in range(3)]
        author, onto = self.signed("ada", "ada@users.noreply.github.com"), self.tip
        brought: list[tuple[Topic, Mark, Sequence[Mark]]] = []
        for topic in topics:
            onto = self.made_by_the_host([onto], self.files_of(topic), author, topic.name)
            brought.append((topic, onto, [onto]))
        self.does_merge(brought, "queue", "")
        self.came("queue", onto, Provenance.PULL_REQUEST)

    def pushed(self) -> None:
        """One commit or many, pushed straight to main, now and then by a bot."""
        tip = self.commits(self.dice.choice((1, 1, 2, 5)), self.tip)[-1]
        self.does_push(MAIN, self.tip, tip, self.dice.choice(PEOPLE))
        self.came("direct", tip, Provenance.DIRECT)

    def edited(self) -> None:
        """A file changed in the browser: the committer is the host itself."""
        name = f"web{len(self.thoughts)}"
        author = self.signed("ada", "ada@users.noreply.github.com")
        made = self.made_by_the_host([self.tip], [name], author, f"Update {name}")
        self.does_push(MAIN, self.tip, made, "ada")
        self.came("web edit", made, Provenance.DIRECT)

    def merged_indirectly(self) -> None:
        """The commits of an open pull request, pushed straight to main, which the host then calls merged."""
        topic, before, at = self.topic(2), self.tip, self.now
        self.deeds.append(lambda teller: teller.merged_indirectly(topic, before, at))
        self.came("indirect merge", topic.tip, Provenance.DIRECT)

    def merged_by_hand(self) -> None:
        """A merge made at home and pushed, with the message of the button."""
        topic = self.topic(1)
        self.now += timedelta(minutes=self.dice.randint(5, 90))
        who = self.signed(*MACHINE)
        merge = self.commit([self.tip, topic.tip], self.files_of(topic), who, who, "Merge pull request #7 from a/b")
        self.does_push(MAIN, self.tip, merge, "grace")
        self.came("merge by hand", merge, Provenance.DIRECT)

    def forced(self) -> None:
        """The last commits of main thrown away, and others put in their place."""
        before = self.tip
        onto = self.thoughts[before].parents[0]
        self.refs[f"refs/kept/{before}"] = before
        tip = self.commits(self.dice.randint(1, 3), onto)[-1]
        self.does_push(MAIN, before, tip, "ada")
        self.held = self.ancestry(onto, set())
        new = self.came("forced", tip, Provenance.DIRECT)
        if before in self.together:
            self.together[tip] = self.together[before]
            self.doubtful |= self.together[tip] | new

    def reverted(self) -> None:
        """The last commit taken back through a pull request."""
        self.merged("squash", "revert", 'Revert "Fix the parser"')


@dataclass
class Teller:
    """Tells the host what was done, by the names that git gave the commits."""

    story: Story
    names: Mapping[Mark, str]

    @property
    def host(self) -> StandInHost:
        return self.story.host

    def pushed(self, ref: str, before: Mark | None, after: Mark, actor: str, at: datetime) -> None:
        was = NOWHERE if before is None else self.names[before]
        self.host.received(ref, was, self.names[after], actor=actor, at=at)

    def merged(
        self,
        topics: Sequence[tuple[Topic, Mark, Sequence[Mark]]],
        before: Mark,
        how: How,
        title: str,
        at: datetime,
    ) -> None:
        brought = []
        for topic, made, introduced in topics:
            pull = self.host.open_pull(topic.name, actor="grace", title=title, commit=self.names[topic.tip])
            brought.append((pull, self.names[made], [self.names[mark] for mark in introduced]))
        self.host.history.landed(brought, self.names[before], how, actor="ada", at=at)

    def merged_indirectly(self, topic: Topic, before: Mark, at: datetime) -> None:
        pull = self.host.open_pull(topic.name, actor="grace", commit=self.names[topic.tip])
        self.pushed(MAIN, before, topic.tip, "grace", at)
        assert pull.merged_at is not None


WEIGHTS: Mapping[str, int] = {
    "squash": 22, "rebase": 14, "merge": 22, "queue": 6, "direct": 14, "edited": 8, "indirect": 4, "by hand": 3,
    "forced": 4, "revert": 5,
}  # fmt: skip


def tell(story: Story, commits: int) -> None:
    """Go on until main was given so many commits."""
    plot = Plot(story.dice, story.seed)
    deeds = {
        "squash": lambda: plot.merged("squash"),
        "rebase": lambda: plot.merged("rebase"),
        "merge": lambda: plot.merged("merge"),
        "queue": plot.queued,
        "direct": plot.pushed,
        "edited": plot.edited,
        "indirect": plot.merged_indirectly,
        "by hand": plot.merged_by_hand,
        "forced": plot.forced,
        "revert": plot.reverted,
    }
    plot.begin()
    while len(plot.truth) < commits:
        (deed,) = plot.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        deeds[deed]()
    names = make(story, plot)
    story.kinds, story.now = plot.kinds, plot.now
    story.truth = {names[mark]: provenance for mark, provenance in plot.truth.items()}
    story.doubtful = {names[mark] for mark in plot.doubtful}
    teller = Teller(story, names)
    for done in plot.deeds:
        done(teller)


def make(story: Story, plot: Plot) -> Mapping[Mark, str]:
    """Make all commits at once, and let the references point at them; what git calls the commits."""
    refs = {**plot.refs, MAIN: plot.tip}
    stream = [thought.told(mark) for mark, thought in plot.thoughts.items()]
    stream += [f"reset {ref}\nfrom :{mark}\n\n".encode() for ref, mark in refs.items()]
    marks = story.git.with_name("marks")
    story.run("fast-import", "--quiet", "--force", f"--export-marks={marks}", stdin=b"".join(stream))
    story.run("update-ref", "-d", "refs/made")
    rows = [line.split() for line in marks.read_text(encoding="utf-8").splitlines()]
    return {int(mark.removeprefix(":")): name for mark, name in rows}
