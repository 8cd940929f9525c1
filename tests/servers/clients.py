"""The clients that people publish and install with, unmodified, as child processes that reach loopback alone."""

import os
import subprocess
import sys
from pathlib import Path

from tagship.domain.endpoints import Endpoints

SECONDS = 120
# A proxy that refuses everything: a client that would leave this machine fails instead.
NOWHERE = "http://127.0.0.1:9"
KEPT = ("PATH", "LANG", "SYSTEMROOT", "TMPDIR")


class Clients:
    """twine, uv and pip, with nothing of the user's configuration and a cache of their own."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def run(self, *argv: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run one to its end, whatever that is; what it said is in `stdout`, errors included."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        quiet = {
            "HOME": str(self._home),
            "HTTPS_PROXY": NOWHERE,
            "HTTP_PROXY": NOWHERE,
            "NO_PROXY": "127.0.0.1",
            "NO_COLOR": "1",
            "COLUMNS": "300",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "UV_NO_CONFIG": "1",
            "UV_CACHE_DIR": str(self._home / "uv-cache"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        return subprocess.run(
            argv,
            cwd=self._home,
            env=kept | quiet | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def twine(
        self, endpoints: Endpoints, username: str, password: str, *files: Path | str
    ) -> "subprocess.CompletedProcess[str]":
        """`twine upload` of files, or of options and files."""
        return self.run(
            sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar",
            "--repository-url", endpoints.upload, *map(str, files),
            TWINE_USERNAME=username, TWINE_PASSWORD=password,
        )  # fmt: skip

    def twine_to_a_known_index(
        self, endpoints: Endpoints, username: str, password: str, *files: Path | str
    ) -> "subprocess.CompletedProcess[str]":
        """`twine upload` that takes this index for the test instance: some options it offers there alone."""
        script = "import sys; from twine import repository, __main__; repository.TEST_WAREHOUSE = sys.argv.pop(1); "
        return self.run(
            sys.executable, "-c", f"{script} sys.exit(__main__.main())", endpoints.upload,
            "upload", "--non-interactive", "--disable-progress-bar",
            "--repository-url", endpoints.upload, *map(str, files),
            TWINE_USERNAME=username, TWINE_PASSWORD=password,
        )  # fmt: skip

    def uv_publish(
        self, endpoints: Endpoints, username: str, password: str, *files: Path | str
    ) -> "subprocess.CompletedProcess[str]":
        """`uv publish` of files, or of options and files."""
        return self.run(
            sys.executable, "-m", "uv", "publish",
            "--trusted-publishing", "never", "--publish-url", endpoints.upload, *map(str, files),
            UV_PUBLISH_USERNAME=username, UV_PUBLISH_PASSWORD=password,
        )  # fmt: skip

    def uv_install(self, endpoints: Endpoints, target: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        """`uv pip install` into a folder, from that index alone."""
        return self.run(
            sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable, "--target", str(target),
            "--default-index", endpoints.simple, *words,
        )  # fmt: skip

    def pip_install(self, endpoints: Endpoints, target: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        """`pip install` into a folder, from that index alone."""
        return self.run(
            sys.executable, "-m", "pip", "install", "--no-cache-dir", "--target", str(target),
            "--index-url", endpoints.simple, *words,
        )  # fmt: skip
