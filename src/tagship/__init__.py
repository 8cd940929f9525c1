"""tagship: tag it, and it ships, or it tells you exactly why not."""
