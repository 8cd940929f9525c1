"""The one way in which reading an archive fails."""


class BrokenArchiveError(Exception):
    """An archive that cannot be read, or not at a bearable cost; the message says why."""
