"""What maintainers of tagship run; no part of the installed package."""
