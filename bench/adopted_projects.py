"""Adoption of real projects: `python -m bench.adopted_projects PROJECT …`, from a checkout.

Each PROJECT is cloned into a throwaway directory, its remote named as its mirror's name tells (`owner+name` is a
repository on the public host), and adopted with `tagship init --yes --force`; `--force`, since some of them have files
of the names that ours have. What was generated is judged: by zizmor in its three personas, offline, by the published
schema of workflows, and its scripts by `bash -n` and shellcheck. Then `init` runs once more and must change nothing,
and `init --check` must find nothing but lock files that could not be made. Prints a table, a row for each, and ends
with 1 if anything was found.

Lock files need an index that has tagship: name a directory with a wheel of it in UV_FIND_LINKS.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench import real_projects
from bench.place import run, surroundings
from bench.ready_projects import fingerprint
from bench.real_projects import NOTHING, Subject, asked
from bench.report import Machine
from bench.series import UnmeasurableError

COLUMNS = (
    "project", "packages", "compiled", "tags", "changelog", "version goes up", "tests", "Pythons", "until now",
    "was in the way", "locks", "findings", "second run", "seconds",
)  # fmt: skip
PERSONAS = ("regular", "pedantic", "auditor")
BIN = Path(sys.executable).parent
SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Row:
    """What was found out about a project, and what others say of what was generated."""

    cells: tuple[str, ...]
    is_well: bool


def adopted(subject: Subject, into: Path) -> Row:
    """One project adopted and judged."""
    name = subject.short_name
    try:
        clone = into / name
        run(["git", "clone", "--quiet", "--", subject.place, clone])
        run(["git", "-C", clone, "remote", "set-url", "origin", f"https://github.com/{repository_of(subject)}.git"])
        return _row(name, clone)
    except UnmeasurableError as reason:
        return Row((name, str(reason).splitlines()[-1].strip(), *[NOTHING] * (len(COLUMNS) - 2)), is_well=False)


def repository_of(subject: Subject) -> str:
    """Owner and name of a mirror, or of any other repository that is nobody's."""
    step = next((each for each in reversed(Path(subject.place).parts) if "+" in each), "")
    owner, _, name = step.partition("+")
    return f"{owner}/{name}" if owner and name else f"someone/{subject.short_name}"


def _row(name: str, clone: Path) -> Row:
    seen = asked(clone, "init", "--plan", "--offline")
    started = time.monotonic()
    document = asked(clone, "init", "--yes", "--force")
    seconds = time.monotonic() - started
    if document.get("schema") != "tagship-init/1":
        message = document.get("message", "no answer")
        return Row((name, str(message), *[NOTHING] * (len(COLUMNS) - 2)), is_well=False)
    files = _tables(document, "files")
    findings = list(judged(clone, [str(file["path"]) for file in files if str(file["path"]).startswith(".github/")]))
    before = fingerprint(clone)
    again = asked(clone, "init", "--yes")
    same = fingerprint(clone) == before and not _states(again) & {"new", "changed", "edited", "foreign", "left"}
    drift = [
        check["id"] for check in _tables(asked(clone, "init", "--check"), "checks") if check["outcome"] == "failed"
    ]
    strange = [each for each in drift if each != "lock-files-are-current"]
    told = [*findings, *map(str, strange)]
    cells = (
        *_found(document),
        _in_the_way(seen),
        _locks(files),
        "; ".join(told) or "none",
        "the same" if same else "NO",
    )
    return Row((name, *cells, f"{seconds:.1f}"), is_well=same and not told)


def _found(document: Mapping[str, object]) -> tuple[str, ...]:
    packages = _tables(document, "packages")
    names = [str(each["name"]) for each in packages]
    compiled = [f"{each['compiled']['sign']}" for each in packages if isinstance(each["compiled"], dict)]
    tests = document.get("tests")
    run_by = tests if isinstance(tests, dict) else {}
    tools = [str(each["tool"]) for each in _tables(document, "predecessors")]
    return (
        ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else ""),
        compiled[0] if compiled else NOTHING,
        ", ".join(dict.fromkeys(str(each["tag"]) for each in packages[:2])),
        str(packages[0]["changelog"] or NOTHING),
        str(document["bump"]),
        " ".join(run_by.get("command", [NOTHING])),
        ", ".join(run_by.get("pythons", [])) or NOTHING,
        ", ".join(dict.fromkeys(tools)) or NOTHING,
    )


def _in_the_way(document: Mapping[str, object]) -> str:
    return (
        ", ".join(Path(str(file["path"])).name for file in _tables(document, "files") if file["state"] == "foreign")
        or NOTHING
    )


def _locks(files: Sequence[Mapping[str, object]]) -> str:
    locks = [file for file in files if str(file["path"]).startswith(".tagship/")]
    lacking = [Path(str(file["path"])).name for file in locks if file["state"] == "lacking"]
    return f"{len(locks) - len(lacking)} of {len(locks)}" + (f", not {', '.join(lacking)}" if lacking else "")


def _states(document: Mapping[str, object]) -> set[str]:
    return {str(file["state"]) for file in _tables(document, "files")}


def _tables(document: Mapping[str, object], key: str) -> list[dict[str, object]]:
    found = document.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def judged(clone: Path, paths: Sequence[str]) -> Iterator[str]:
    """What others find in generated workflows."""
    for persona in PERSONAS:
        told = _judge("zizmor", "--offline", f"--persona={persona}", "--format=json", *paths, cwd=clone)
        try:
            found = json.loads(told.stdout)
        except ValueError:
            yield f"zizmor: {told.stderr.strip().splitlines()[-1:]}"
            continue
        above = {each["ident"] for each in found if each["determinations"]["severity"] != "Informational"}
        yield from (f"{persona}: {ident}" for ident in sorted(above))
    schema = _judge("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *paths, cwd=clone)
    if schema.returncode != 0:
        yield f"schema: {schema.stdout.strip().splitlines()[-1:]}"
    with tempfile.TemporaryDirectory(prefix="tagship-scripts-") as place:
        scripts = []
        for number, text in enumerate(_scripts(clone, paths)):
            scripts.append(Path(place) / f"{number}.sh")
            scripts[-1].write_text(text, encoding="utf-8")
        for script in scripts:
            if subprocess.run(["bash", "-n", script], check=False, capture_output=True, timeout=SECONDS).returncode:
                yield f"bash: {script.read_text(encoding='utf-8')[:60]}"
        checked = _judge("shellcheck", "--shell=bash", *map(str, scripts), cwd=clone)
        if checked.returncode != 0:
            yield f"shellcheck: {checked.stdout.strip()[:200]}"


def _scripts(clone: Path, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        workflow = yaml.safe_load((clone / path).read_text(encoding="utf-8"))
        for job in workflow["jobs"].values():
            yield from (step["run"] for step in job["steps"] if "run" in step)


def _judge(tool: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / tool), *words],
        cwd=cwd,
        env=surroundings(),
        capture_output=True,
        check=False,
        text=True,
        timeout=SECONDS,
    )


def main(words: list[str] | None = None) -> int:
    """Adopt one after the other; 0 where nobody finds anything and the second run changes nothing."""
    parser = argparse.ArgumentParser(prog="python -m bench.adopted_projects", description="Adoption of real projects.")
    parser.add_argument("projects", nargs="+", metavar="PROJECT", help="a repository, or the address of one")
    subjects = [Subject(word) for word in parser.parse_args(words).projects]
    rows: list[Row] = []
    for subject in subjects:
        print(f"adopting {subject.place} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="tagship-adopted-", ignore_cleanup_errors=True) as directory:
            rows.append(adopted(subject, Path(directory)))
    sys.stdout.write(f"{Machine.this()}\n\n{real_projects.table([COLUMNS, *(row.cells for row in rows)])}")
    well = sum(row.is_well for row in rows)
    sys.stdout.write(f"\n{len(rows)} projects, {well} adopted without a finding, the second run changing nothing\n")
    return 0 if well == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
