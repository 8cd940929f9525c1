"""What stands in for the actions that release workflows use; any other one fails the test."""

import base64
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from running.events import WEB
from running.job import ActionFailedError, Call, UnsupportedError
from running.keeping import download, upload
from running.machine import system_of
from running.triggers import HEADS, TAGS

PLATFORMS = {
    ("Windows", "x86_64"): "win-amd64",
    ("Windows", "aarch64"): "win-arm64",
    ("macOS", "x86_64"): "macosx-11.0-x86_64",
    ("macOS", "aarch64"): "macosx-11.0-arm64",
    ("Linux", "x86_64"): "manylinux_2_17_x86_64",
    ("Linux", "aarch64"): "manylinux_2_17_aarch64",
}


@dataclass(frozen=True, slots=True)
class Action:
    """A stand-in, and the inputs that it heeds or may pass over; any other input fails the test."""

    act: Callable[[Call], None]
    inputs: str


def perform(uses: str, call: Call) -> None:
    """Do what an action does; raises ActionFailedError as the real one fails, UnsupportedError for an unknown one."""
    name, _, commit = uses.partition("@")
    action = ACTIONS.get(name)
    if action is None or not commit:
        raise UnsupportedError(f"nothing stands in for {uses}")
    strange = set(call.inputs) - set(action.inputs.split())
    if strange:
        raise UnsupportedError(f"{name} is not known to take {sorted(strange)}")
    action.act(call)


def _check_out(call: Call) -> None:
    job, repository, event = call.job, call.job.repository, call.job.event
    if call.inputs.get("repository", repository.slug) != repository.slug:
        raise UnsupportedError("no other repository is here")
    place = job.inside(call.inputs.get("path", ""))
    place.mkdir(parents=True, exist_ok=True)
    address = f"{WEB}/{repository.slug}"
    token = call.inputs.get("token") or job.token
    # In a file outside of the repository, which points to it: where the real action has put it since its sixth version.
    header = f"AUTHORIZATION: basic {base64.b64encode(f'x-access-token:{token}'.encode()).decode()}"
    job.masks.add(header.rpartition(" ")[2])
    credentials = job.temporary / f"git-credentials-{len(job.result.steps)}.config"
    credentials.write_text(f'[http "{WEB}/"]\n\textraheader = {header}\n', encoding="utf-8")

    def git(*words: str) -> None:
        call.run("git", *words, cwd=place)

    git("init", "--quiet", "--initial-branch=main", ".")
    git("remote", "add", "origin", address)
    git("config", "--local", "gc.auto", "0")
    git("config", "--local", f"includeIf.gitdir:{place}/.git.path", str(credentials))
    ref, commit = _wanted(call)
    depth = int(call.inputs.get("fetch-depth") or 1)
    if depth <= 0:
        specs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
        specs += [f"+{commit}:{_kept_as(ref)}"] if ref.startswith("refs/pull/") else []
        git("fetch", "--quiet", "--prune", "--no-recurse-submodules", "origin", *specs)
    else:
        source = ref if ref.startswith(TAGS) else commit or ref
        tags = ["+refs/tags/*:refs/tags/*"] if call.flag("fetch-tags", usual=False) else []
        spec = f"+{source}:{_kept_as(ref)}" if ref else source
        git(
            "fetch",
            "--quiet",
            "--no-tags",
            "--prune",
            "--no-recurse-submodules",
            f"--depth={depth}",
            "origin",
            spec,
            *tags,
        )
    if ref.startswith(HEADS):
        git("checkout", "--quiet", "--force", "-B", ref.removeprefix(HEADS), _kept_as(ref))
    else:
        git("checkout", "--quiet", "--force", "--detach", _kept_as(ref) if ref else commit)
    if not call.flag("persist-credentials", usual=True):
        git("config", "--local", "--unset-all", f"includeIf.gitdir:{place}/.git.path")
        credentials.unlink()
    call.outputs.update({"ref": ref, "commit": commit or repository.commit(ref)})
    if ref == event.ref and repository.commit(ref) != event.sha:
        raise ActionFailedError(f"{ref} has moved since the run began")


def _wanted(call: Call) -> tuple[str, str]:
    """The full ref and the commit to check out; either may be empty where the other says it all."""
    told, repository, event = call.inputs.get("ref", ""), call.job.repository, call.job.event
    if not told:
        return event.ref, event.sha
    if len(told) == len(event.sha) and not set(told) - set("0123456789abcdef"):
        return "", told
    for full in (told, HEADS + told, TAGS + told):
        if full.startswith("refs/") and repository.git("for-each-ref", full):
            return full, repository.commit(full)
    raise ActionFailedError(f"A branch or tag with the name '{told}' could not be found")


def _kept_as(ref: str) -> str:
    """The name of a ref in the clone."""
    return ref if ref.startswith(TAGS) else "refs/remotes/" + ref.removeprefix("refs/").replace("heads/", "origin/", 1)


def _set_up_python(call: Call) -> None:
    place = call.job.directory / "tools" / f"python-{len(call.job.result.steps)}"
    version = call.job.machine.interpreter(call.inputs.get("python-version", ""), place)
    call.log(f"Python {version} stands in for {call.inputs.get('python-version') or 'any'}")
    call.job.path.append(str(place / "bin"))
    call.job.variables["pythonLocation"] = str(place)
    call.outputs.update({"python-version": version, "python-path": str(place / "bin" / "python"), "cache-hit": "false"})


def _set_up_uv(call: Call) -> None:
    from uv import find_uv_bin  # noqa: PLC0415 -- a machine without it has no such workflow to run

    place = call.job.directory / "tools" / "uv"
    place.mkdir(parents=True, exist_ok=True)
    (place / "uv").symlink_to(find_uv_bin())
    call.job.path.append(str(place))
    call.outputs.update({"uv-path": str(place / "uv"), "cache-hit": "false"})


def _publish(call: Call) -> None:
    """twine, as the real action runs it; without a password the index is asked to trust the job."""
    packages = call.job.inside(call.inputs.get("packages-dir") or "dist")
    found = sorted(str(path) for path in packages.glob("*") if path.name.endswith((".whl", ".tar.gz", ".zip")))
    if not found:
        raise ActionFailedError(f"no distributions in {packages}")
    password = call.inputs.get("password", "")
    if not password and "ACTIONS_ID_TOKEN_REQUEST_TOKEN" not in call.environment:
        raise ActionFailedError(
            "Trusted publishing exchange failure: OpenID Connect token retrieval failed: GitHub: missing or "
            "insufficient OIDC token permissions, the ACTIONS_ID_TOKEN_REQUEST_TOKEN environment variable was unset"
        )
    address = call.inputs.get("repository-url")
    options = [*(["--repository-url", address] if address else [])]
    options += ["--skip-existing"] if call.flag("skip-existing", usual=False) else []
    options += ["--verbose"] if call.flag("verbose", usual=False) else []
    given = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    if password:
        given |= {"TWINE_USERNAME": call.inputs.get("user") or "__token__", "TWINE_PASSWORD": password}
    twine = (sys.executable, "-m", "twine")
    if call.flag("verify-metadata", usual=True):
        call.run(*twine, "check", *found)
    call.run(*twine, "upload", "--non-interactive", "--disable-progress-bar", *options, *found, variables=given)


def _build_wheels(call: Call) -> None:
    """One real wheel, by this machine's interpreter; its platform is the runner's, as a repaired wheel's would be."""
    label = call.environment["RUNNER_NAME"]
    platform = PLATFORMS[system_of(label), "aarch64" if _is_arm(label) else "x86_64"]
    output = call.job.inside(call.inputs.get("output-dir") or "wheelhouse")
    package = call.job.inside(call.inputs.get("package-dir") or ".")
    words = ("-m", "pip", "wheel", "--no-deps", "--no-cache-dir", "--wheel-dir", str(output), str(package))
    python = shutil.which("python", path=call.environment["PATH"]) or sys.executable
    call.run(python, *words, variables={"_PYTHON_HOST_PLATFORM": platform})


def _is_arm(label: str) -> bool:
    return "arm" in label or (label.startswith("macos") and "intel" not in label and "13" not in label)


ACTIONS: Mapping[str, Action] = {
    "actions/checkout": Action(
        _check_out, "repository ref path token fetch-depth fetch-tags persist-credentials clean"
    ),
    "actions/setup-python": Action(_set_up_python, "python-version architecture check-latest"),
    "astral-sh/setup-uv": Action(_set_up_uv, "version checksum enable-cache ignore-empty-workdir"),
    "actions/upload-artifact": Action(
        upload, "name path if-no-files-found retention-days compression-level overwrite include-hidden-files"
    ),
    "actions/download-artifact": Action(download, "name artifact-ids path pattern merge-multiple digest-mismatch"),
    "pypa/gh-action-pypi-publish": Action(
        _publish,
        "user password repository-url packages-dir verify-metadata skip-existing verbose print-hash attestations",
    ),
    "pypa/cibuildwheel": Action(_build_wheels, "package-dir output-dir config-file only extras"),
}
