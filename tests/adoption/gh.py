"""The host's command line, as far as generated workflows call it: its words, over the host's API, with the real jq."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

API = "https://api.github.com"
SECONDS = 60


def main(words: list[str]) -> None:
    issues = f"repos/{os.environ['GH_REPO']}/issues"
    match words:
        case ["api", path, "--jq", query]:
            show(ask("GET", path), query)
        case ["issue", "list", "--state", "open", "--limit", limit, "--json", fields, "--jq", query]:
            listed = json.loads(ask("GET", f"{issues}?state=open&per_page=100"))
            found = [each for each in listed if "pull_request" not in each][: int(limit)]
            show(json.dumps([{name: each[name] for name in fields.split(",")} for each in found]), query)
        case ["issue", "create", "--title", title, "--body-file", path]:
            show(ask("POST", issues, title=title, body=read(path)), ".html_url")
        case ["issue", "comment", number, "--body-file", path]:
            show(ask("POST", f"{issues}/{int(number)}/comments", body=read(path)), ".html_url")
        case ["issue", "close", number, "--comment", text]:
            ask("POST", f"{issues}/{int(number)}/comments", body=text)
            ask("PATCH", f"{issues}/{int(number)}", state="closed")
        case _:
            sys.exit(f"unknown command: gh {' '.join(words)}")


def ask(method: str, path: str, **content: str) -> str:
    """The host's answer; another one than yes ends the program with 1, and says which."""
    headers = {"Authorization": f"token {os.environ['GH_TOKEN']}", "Accept": "application/vnd.github+json"}
    body = json.dumps(content).encode() if content else None
    if body:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(f"{API}/{path}", body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as refused:
        sys.exit(f"gh: HTTP {refused.code}: {refused.read().decode()} ({API}/{path})")


def show(content: str, query: str) -> None:
    """Write what a query finds, texts as they are."""
    subprocess.run(["jq", "--raw-output", query], input=content, text=True, check=True, timeout=SECONDS)


def read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
