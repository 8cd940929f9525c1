"""tagship: tag it, and it ships, or it tells you exactly why not."""

__version__ = "0.1.0"
