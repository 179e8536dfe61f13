"""`python -m rcm_tui` is `rcm-tui`."""

import sys

from rcm_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
