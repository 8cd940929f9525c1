"""What many jobs have in common on GitLab, each as it stands there; and lines of a shell in YAML."""

from collections.abc import Iterable, Mapping

from tagship.domain.adoption import Adoption
from tagship.scaffold.github.steps import building_python, quoted, scalar
from tagship.scaffold.locks import RELEASE

IMAGE = "python"
SLIM = "python-slim"
"""What the pins call the two images: with git and compilers, and without."""
TAGSHIP = 'PYTHONPATH="$TOOLS" python -P -m tagship'
"""How tagship is called after INSTALL or UNPACK; -P keeps files of the project from being imported in its place."""

_INTO = '--target "$TOOLS" -r'
INSTALL = (
    'TOOLS="$(mktemp -d)"',
    f"python -P -m pip install --quiet --require-hashes --only-binary :all: {_INTO} {RELEASE}",
)
PACK = ('tar -C "$TOOLS" -cf tagship.tar .',)
UNPACK = ('TOOLS="$(mktemp -d)"', 'tar -C "$TOOLS" -xf tagship.tar', "rm tagship.tar # the tree stays clean")


def image(adoption: Adoption) -> str:
    """The image that most jobs run in: by digest where the pins know one."""
    return adoption.pins.images.get(IMAGE, f"python:{building_python(adoption)}")


def slim(adoption: Adoption) -> str:
    """The smaller image of the jobs that see the credential, in which there is no git."""
    return adoption.pins.images.get(SLIM, f"python:{building_python(adoption)}-slim")


def common(adoption: Adoption) -> dict[str, str]:
    """The marks that many texts hold."""
    held = {IMAGE, SLIM} <= set(adoption.pins.images)
    return {
        "MAIN": adoption.main,
        "IMAGE": scalar(image(adoption)),
        "SLIM": scalar(slim(adoption)),
        "IMAGES": (
            f"Images are pinned as of {adoption.pins.of}; `tagship init --update-pins` takes newer ones."
            if held
            else "Images are named by tag: no digest of them is known here. What runs in them is installed by hash."
        ),
        "INSTALL": commands(INSTALL),
        "UNPACK": commands(UNPACK),
        "PACK": commands(PACK),
    }


def commands(lines: Iterable[str]) -> str:
    """Lines for a shell as entries of a list, each on its own; what has several lines is one entry."""
    return "".join(f"- {_entry(line)}\n" for line in lines)


def tagship(*words: str, environment: str = "") -> str:
    """A call of tagship; `environment` are assignments before it."""
    return " ".join(word for word in (environment, TAGSHIP, *words) if word)


def single(text: str) -> str:
    """A text between single quotes, as YAML reads it: nothing in it is escaped."""
    return "'" + text.replace("'", "''") + "'"


def matrix(values: Mapping[str, Iterable[str]]) -> str:
    """The entry of a matrix that has these values of each variable, on one line."""
    return "{ " + ", ".join(f"{name}: [{', '.join(map(quoted, each))}]" for name, each in values.items()) + " }"


def _entry(line: str) -> str:
    if "\n" in line:
        return "|\n" + "".join(f"  {part}\n" if part else "\n" for part in line.rstrip("\n").split("\n")).rstrip("\n")
    text, mark, told = line.rpartition(" # ")
    return f"{scalar(text)}{mark}{told}" if mark else scalar(line)
