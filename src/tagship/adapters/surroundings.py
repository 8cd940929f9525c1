"""What a child process may see of our environment variables: a decision, and its reasons."""

import os
import re
from collections.abc import Mapping
from types import MappingProxyType

_SECRET = re.compile(
    r"TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIAL|APIKEY|PRIVATEKEY|JWT|WEBHOOK|COOKIE|_KEY(?!RING)"
    r"|_(?:AUTH|AUTH_CONFIG|CREDS|PASS|PAT|PWD)$|^CI_REPOSITORY_URL$",
    re.IGNORECASE,
)
"""Names of variables that hold what no project code may see.

A keyring's name is a setting and no key; GitLab writes a job's token into CI_REPOSITORY_URL, hatch reads its own from
HATCH_INDEX_AUTH, and who knows a webhook may write to it.
"""

_PRETENDING = re.compile(
    r"SETUPTOOLS_SCM_(?:PRETEND|OVERRIDES)_.*|VCS_VERSIONING_(?:PRETEND|OVERRIDES)_.*|HATCH_VCS_PRETEND.*"
    r"|PBR_VERSION|PDM_BUILD_SCM_VERSION|POETRY_DYNAMIC_VERSIONING_.*|UV_DYNAMIC_VERSIONING_.*"
)
"""Variables that let a build claim another version than its tag's."""

_HANDED_DOWN = re.compile(r"GIT_CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+|PARAMETERS)")
"""Git's configuration by variables, where jobs put headers with tokens; git refuses half of it, so all goes."""

_INTERPRETER = frozenset({
    "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONSAFEPATH", "PYTHONWARNINGS",
    "VIRTUAL_ENV", "CONDA_PREFIX", "__PYVENV_LAUNCHER__",
    # These would point uv at another environment than the one that it is given.
    "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_BREAK_SYSTEM_PACKAGES", "UV_PROJECT_ENVIRONMENT", "UV_PROJECT",
    "UV_WORKING_DIRECTORY", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV", "PIP_PYTHON",
})  # fmt: skip

_OF_ONE_REPOSITORY = frozenset({
    # `git rev-parse --local-env-vars`, but for the configuration, which is what `git -c` hands down on purpose.
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_DIR", "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
    # These change what git reads or prints.
    "GIT_DEFAULT_HASH", "GIT_DEFAULT_REF_FORMAT", "GIT_DIFF_OPTS", "GIT_EXTERNAL_DIFF", "GIT_ATTR_SOURCE",
    "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_LITERAL_PATHSPECS", "GIT_ICASE_PATHSPECS",
    "GIT_REDIRECT_STDIN", "GIT_REDIRECT_STDOUT", "GIT_REDIRECT_STDERR", "GIT_TEMPLATE_DIR",
})  # fmt: skip
"""What git exports to a hook names the hook's repository; we ask about the one we were given."""

_OURS = re.compile(r"TAGSHIP_TOKEN|TAGSHIP_USERNAME|ACTIONS_ID_TOKEN_REQUEST_.*")
"""What only uploads need: hooks, filters and helpers that git starts could send it anywhere."""

_GIT = MappingProxyType(
    {
        "GIT_TERMINAL_PROMPT": "0",  # nobody sits there to answer
        "GIT_OPTIONAL_LOCKS": "0",  # reading must not get in the way of a commit that is being made
        "GIT_NO_REPLACE_OBJECTS": "1",  # others see the commit that was pushed, not what a local ref puts in its place
        # For the same reason no local file may give a commit other parents; git remarks on one that it can open.
        "GIT_GRAFT_FILE": os.path.join(os.devnull, "none"),  # noqa: PTH118 -- a Path would bend what Windows calls nul
        "LC_ALL": "C.UTF-8",  # messages are quoted, and some are recognised
    }
)

_NEUTRAL = MappingProxyType({"TZ": "UTC", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"})
"""What else could make two builds of one commit differ."""


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that a child which runs a project's code may see.

    Everything but what is named like a secret, pretends a version, names another interpreter or names
    another git repository. Mirrors and proxies stay.
    """
    return {
        name: value
        for name, value in environ.items()
        if not (
            _SECRET.search(name)
            or _PRETENDING.fullmatch(name)
            or _HANDED_DOWN.fullmatch(name)
            or name in _INTERPRETER
            or name in _OF_ONE_REPOSITORY
        )
    }


def build_environment(environ: Mapping[str, str], *, epoch: int, ceiling: str) -> dict[str, str]:
    """What a build backend sees: nothing that tells one machine, one day or one user from another, where it can be had.

    `epoch` is the commit's time in seconds. Above `ceiling` git looks for no repository, so that an unpacked
    sdist never takes its version from whatever surrounds it.
    """
    return clean_environment(environ) | _NEUTRAL | {"SOURCE_DATE_EPOCH": str(epoch), "GIT_CEILING_DIRECTORIES": ceiling}


def git_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What git sees: its own configuration and ways to authenticate.

    It sees no other repository, no prompt, no other language, and no token that is for uploads.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not (name in _OF_ONE_REPOSITORY or name == "LANGUAGE" or _OURS.fullmatch(name))
    }
    return kept | _GIT
