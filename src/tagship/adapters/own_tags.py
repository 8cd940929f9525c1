"""How a package of several says by itself that its tags are spelt."""

import posixpath
from contextlib import suppress
from typing import Final

from tagship.adapters.toml_document import TomlDocument
from tagship.domain.facts import Tree
from tagship.domain.version import TagTemplate
from tagship.errors import ConfigError, FactUnknown

OWN_FILE: Final = "tagship.toml"


def own_tag(tree: Tree, directory: str, project: TomlDocument | None) -> TagTemplate | None:
    """What `tag` says in the package's own tagship.toml or, where there is none, in its pyproject.toml.

    None where nothing is said, and where it cannot be read: whoever asks for that package itself is told why.
    """
    with suppress(ConfigError, FactUnknown, ValueError):
        path = posixpath.join(directory, OWN_FILE)
        content = tree.read(path)
        if content is not None:
            text = TomlDocument.parse(path, content).string("tag")
        else:
            text = None if project is None else project.string("tool", "tagship", "tag")
        return None if text is None else TagTemplate(text)
    return None
