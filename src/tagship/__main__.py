"""`python -m tagship`."""

import sys

from tagship.cli import main

if __name__ == "__main__":
    sys.exit(main())
