"""Workstations at work beside each other on one store, each on a pty, and the worker.

    python -m benchmarks.load [--workstations 20] [--minutes 10] [--claims 50000]
                              [--postgresql | --db postgresql://…] [--drill]

Each workstation is a `rcm-tui --user-id` process whose keys are pressed as billers press them,
with pauses drawn from a seed. First one works alone, then all together, by the same scripts.
Saves are counted in the store's audit trail; at the end `rcm-tui check` must hold. With `--drill`
a backup is taken in the middle, and restored in an empty folder. Exit status 1 for any error.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.load import drill, practice, running
from benchmarks.load.report import told
from benchmarks.load.server import postgresql


def main() -> int:
    options = _options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rcm-load-")))
        demo = practice.build(options.practice or folder / "demo", options.claims)
        place = folder / "practice"
        place.mkdir(mode=0o700)
        if options.postgresql or options.db:
            url = options.db or stack.enter_context(postgresql(folder))
            work_on = practice.on_postgresql(demo, place, url)
        else:
            work_on = practice.sealed(demo, place)
        plan = running.Plan(
            options.workstations,
            options.minutes * 60,
            options.alone * 60,
            (options.think[0], options.think[1]),
            options.seed,
        )
        taken = drill.Drill(work_on, folder) if options.drill and work_on.is_file else None
        found = running.run(work_on, plan, taken)
        if taken is not None:
            found.together.errors += taken.restored()
        return told(plan, found, work_on)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workstations", type=int, default=20, metavar="N")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--alone", type=float, default=1.0, metavar="MINUTES")
    parser.add_argument("--claims", type=int, default=50_000)
    parser.add_argument(
        "--think", type=float, nargs=2, default=(0.3, 2.0), metavar="S", help="seconds between keys"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true", help="on a server started for it")
    parser.add_argument("--db", metavar="URL", help="an empty PostgreSQL database to work on")
    parser.add_argument("--drill", action="store_true", help="back up in the middle and restore")
    parser.add_argument(
        "--practice", type=Path, metavar="FOLDER", help="where the demo is kept for another time"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
