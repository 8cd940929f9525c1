"""Run in a process of its own, since a description may be made to cost hours: says why texts do not render.

Called as `python -P renderer.py SECONDS BYTES`, with a JSON list of texts on standard input; prints a JSON list that
holds, for each of them, null or what is wrong. Imports nothing of ours. Ends with NOT_INSTALLED where there is nothing
that renders.
"""

import contextlib
import io
import json
import sys
from collections.abc import Callable

NOT_INSTALLED = 78


def flaw(text: str, render: Callable[..., str | None]) -> str | None:
    """Why one description does not render, in one line; None where it does."""
    told = io.StringIO()
    try:
        rendered = render(text, stream=told)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as crash:
        return f"the renderer gives up: {type(crash).__name__}"
    if rendered is not None:
        return None
    lines = [line.strip() for line in told.getvalue().splitlines() if line.strip()]
    return lines[0].removeprefix("<string>:") if lines else "it is empty when rendered"


def limit(seconds: int, memory: int) -> None:
    """Let the system end this process when it takes more; where a system cannot, whoever waits still can."""
    try:
        import resource  # noqa: PLC0415 -- not on every system
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory)):
        # A limit that is lower already may not be raised.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        from readme_renderer.rst import render
    except ImportError:
        sys.exit(NOT_INSTALLED)
    json.dump([flaw(text, render) for text in json.load(sys.stdin)], sys.stdout)
