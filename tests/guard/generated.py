"""Histories of main of which it is known how each commit came there, made from a seed on a real git repository.

The truth is written down by whoever does something to main, in the moment of doing it; neither the host's log nor what
guards main is asked for it. Commits are made by git's fast importer, many of them in one go.
"""

import random
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from repositories import SETTINGS
from tagship.domain.guarding import Provenance
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.history import How

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


@dataclass
class Story:
    """A repository on a stand-in host, what was done to its main, and how each commit came."""

    host: StandInHost
    git: Path
    seed: int
    dice: random.Random = field(init=False)
    truth: dict[str, Provenance] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    # The states of main that a pull request led to, perhaps by way of others that are lost; and what was forced onto
    # main in their place, of which a clone without them cannot tell whether it came with the one or the other.
    proposed: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    # What a queue merged together, by the state that it led to: of the last one alone the host says it ended there.
    together: dict[str, set[str]] = field(default_factory=dict)
    now: datetime = BEGIN
    count: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.host.settings.clock = lambda: self.now

    # Git

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

    @property
    def tip(self) -> str:
        """What main points at."""
        return self.run("rev-parse", "refs/heads/main")

    def commits(self, number: int, onto: str | None, branch: str) -> str:
        """So many new commits on top of another one, each with a file of its own; the last."""
        made = []
        for each in range(number):
            self.count += 1
            at = int(self.now.timestamp())
            message = self.dice.choice(MISLEADING).format(n=self.count).encode()
            who = f"{self.dice.choice(PEOPLE)} <someone@example.org> {at} +0000"
            parent = f"from {onto}\n" if each == 0 and onto is not None else ""
            content = f"{self.seed} {self.count}".encode()
            made.append(
                f"commit refs/heads/{branch}\nauthor {who}\ncommitter {who}\ndata {len(message)}\n".encode()
                + message
                + f"\n{parent}M 100644 inline f{self.count}\ndata {len(content)}\n".encode()
                + content
                + b"\n\n"
            )
        self.run("fast-import", "--quiet", "--force", stdin=b"".join(made))
        return self.run("rev-parse", f"refs/heads/{branch}")

    def between(self, before: str, after: str) -> list[str]:
        """What one state holds and the other did not."""
        return self.run("rev-list", after, f"^{before}").split()

    def goes_on(self) -> None:
        """Let an hour or so go by."""
        self.now += timedelta(minutes=self.dice.randint(5, 90))

    def came(self, kind: str, before: str, provenance: Provenance) -> None:
        """Write down how everything came that main holds now and did not hold before."""
        for commit in self.between(before, self.tip):
            self.truth.setdefault(commit, provenance)
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if provenance is Provenance.PULL_REQUEST:
            self.proposed.add(self.tip)
        self.goes_on()

    # What happens to main

    def begin(self) -> None:
        """The first push, of several commits at once."""
        tip = self.commits(3, None, "start")
        self.host.push("main", tip, actor="ada", at=self.now)
        self.run("update-ref", "-d", "refs/heads/start")
        for commit in self.run("rev-list", tip).split():
            self.truth[commit] = Provenance.UNVERIFIED
            self.kinds["first push"] = self.kinds.get("first push", 0) + 1
        self.goes_on()

    def topic(self, number: int) -> str:
        """A branch off main with so many commits; its name."""
        name = f"topic-{self.count}"
        self.host.push(name, self.commits(number, self.tip, f"incoming/{name}"), actor="grace", at=self.now)
        self.run("update-ref", "-d", f"refs/heads/incoming/{name}")
        return name

    def merged(self, how: How) -> None:
        """A pull request, merged by a button."""
        before, number = self.tip, self.dice.randint(1, 4)
        pull = self.host.open_pull(self.topic(number), actor="grace", title="Fix")
        self.host.merge(pull, how=how, actor="ada", at=self.now)
        self.came(how, before, Provenance.PULL_REQUEST)

    def queued(self) -> None:
        """Several pull requests, merged by the queue in one update."""
        before = self.tip
        pulls = [self.host.open_pull(self.topic(self.dice.randint(1, 2)), actor="grace") for _ in range(3)]
        self.host.merge(*pulls, how="queue", actor="ada", at=self.now)
        self.came("queue", before, Provenance.PULL_REQUEST)
        self.together[self.tip] = set(self.between(before, self.tip))

    def pushed(self) -> None:
        """One commit or many, pushed straight to main, now and then by a bot."""
        before = self.tip
        name = f"incoming/{self.count}"
        tip = self.commits(self.dice.choice((1, 1, 2, 5)), before, name)
        self.host.push("main", tip, actor=self.dice.choice(PEOPLE), at=self.now)
        self.run("update-ref", "-d", f"refs/heads/{name}")
        self.came("direct", before, Provenance.DIRECT)

    def edited(self) -> None:
        """A file changed in the browser: the committer is the host itself."""
        before = self.tip
        self.host.edit(f"web{self.count}", str(self.count).encode(), actor="ada", at=self.now)
        self.count += 1
        self.came("web edit", before, Provenance.DIRECT)

    def merged_indirectly(self) -> None:
        """The commits of an open pull request, pushed straight to main, which the host then calls merged."""
        before = self.tip
        branch = self.topic(2)
        pull = self.host.open_pull(branch, actor="grace")
        self.host.push("main", self.run("rev-parse", f"refs/heads/{branch}"), actor="grace", at=self.now)
        assert pull.merged_at is not None
        self.came("indirect merge", before, Provenance.DIRECT)

    def merged_by_hand(self) -> None:
        """A merge made at home and pushed, with the message of the button."""
        before = self.tip
        branch = self.topic(1)
        self.goes_on()
        tree = self.run("rev-parse", f"refs/heads/{branch}^{{tree}}")
        merge = self.run(
            "-c", "user.name=GitHub", "-c", "user.email=noreply@github.com",
            "commit-tree", tree, "-p", before, "-p", f"refs/heads/{branch}", "-m", "Merge pull request #7 from a/b",
        )  # fmt: skip
        self.host.push("main", merge, actor="grace", at=self.now)
        self.came("merge by hand", before, Provenance.DIRECT)

    def forced(self) -> None:
        """The last commits of main thrown away, and others put in their place."""
        before = self.tip
        name = f"incoming/{self.count}"
        onto = self.run("rev-parse", f"{before}~1")
        self.run("update-ref", f"refs/kept/{self.count}", before)
        tip = self.commits(self.dice.randint(1, 3), onto, name)
        self.host.push("main", tip, actor="ada", force=True, at=self.now)
        self.run("update-ref", "-d", f"refs/heads/{name}")
        self.came("forced", before, Provenance.DIRECT)
        if before in self.proposed:
            self.proposed.add(tip)
            self.together[tip] = self.together.get(before, set())
            self.doubtful |= self.together[tip] | set(self.between(before, tip))

    def reverted(self) -> None:
        """The last commit taken back through a pull request."""
        before = self.tip
        branch = self.topic(1)
        pull = self.host.open_pull(branch, actor="grace", title='Revert "Fix the parser"')
        self.host.merge(pull, how="squash", actor="ada", at=self.now)
        self.came("revert", before, Provenance.PULL_REQUEST)


WEIGHTS: Mapping[str, int] = {
    "squash": 22, "rebase": 14, "merge": 22, "queue": 6, "direct": 14, "edited": 8, "indirect": 4, "by hand": 3,
    "forced": 4, "revert": 5,
}  # fmt: skip


def tell(story: Story, commits: int) -> None:
    """Go on until main holds so many commits."""
    deeds = {
        "squash": lambda: story.merged("squash"),
        "rebase": lambda: story.merged("rebase"),
        "merge": lambda: story.merged("merge"),
        "queue": story.queued,
        "direct": story.pushed,
        "edited": story.edited,
        "indirect": story.merged_indirectly,
        "by hand": story.merged_by_hand,
        "forced": story.forced,
        "revert": story.reverted,
    }
    story.begin()
    while len(story.truth) < commits:
        (deed,) = story.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        deeds[deed]()
