"""The program: `rcm-tui`, or `python -m rcm_tui`."""

import gc
import sys


def main() -> int:
    """Runs the command line. Returns its exit status."""
    # Modules stay: looking through them for garbage while they load costs a start 100 ms.
    gc.disable()
    from rcm_tui.cli import main as run

    gc.freeze()
    gc.enable()
    return run()


if __name__ == "__main__":
    sys.exit(main())
