"""Importing sessions: rows a second from a csv to recorded, priced sessions, and tried first.

    python benchmarks/session_import.py [rows ...]      (10000 and 100000 by default)

200 clients, 31 practitioners, each row with an id, MRN, NPI, date and times. Tried, imported, and
imported again, when nothing changes. On a fresh SQLite store, audit and undo included. Ours, no
peer: some thousand rows a second, the same cost however many there are, and flat memory.
"""

import argparse
import csv
import datetime
import io
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rcm_tui.data.store import create
from rcm_tui.exchange.kept import Kept, keep
from rcm_tui.exchange.tables.importing import TableOptions, TableReport, import_table, try_table
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

BUDGET = 3000
CLIENTS, PRACTITIONERS = 200, 31
HEADINGS = "Session ID,Client MRN,Provider NPI,Date,Start Time,End Time,CPT Code".split(",")
FIRST = datetime.datetime(2026, 1, 1, 9)


def main() -> None:
    """Prints three lines a size, and how the cost of a row grows with their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, default=[10000, 100000])
    costs = [_measure(size) for size in parser.parse_args().rows]
    if len(costs) > 1:
        print(f"cost of an imported row, last beside first: {costs[-1] / costs[0]:.2f}")


def _measure(size: int) -> float:
    with (
        tempfile.TemporaryDirectory() as folder,
        create(f"{folder}/practice.db", Path(folder) / "keys", "Benchmark") as store,
    ):
        with store.database.atomic():
            content = _file(small_practice(), size)
        _timed("tried", size, "new", lambda: try_table(store, BILLER, "s.csv", content, now=NOW))
        cost = _timed(
            "imported", size, "new", lambda: import_table(store, BILLER, "s.csv", content, now=NOW)
        )
        again = TableOptions(again=True)
        _timed(
            "again",
            size,
            "same",
            lambda: import_table(store, BILLER, "s.csv", content, again, now=NOW),
        )
    return cost


def _timed(what: str, size: int, outcome: str, run: Callable[[], TableReport]) -> float:
    began = time.perf_counter()
    report = run()
    took = time.perf_counter() - began
    if report.counts[outcome] != size:
        sys.exit(f"{what}: {dict(report.counts)}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{size:>7,} rows {what:<9} {size / took:>7,.0f} rows/s, {memory} MB;"
        f" budget {BUDGET:,}, ratio {size / took / BUDGET:.2f}"
    )
    return took / size


def _file(practice: SmallPractice, size: int) -> Kept:
    clients = [practice.client] + [practice.add_client(f"C{n}") for n in range(CLIENTS - 1)]
    people = [practice.technician]
    people += [practice.add_practitioner(f"T{n}", "RBT") for n in range(PRACTITIONERS - 1)]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for number in range(size):
        days, slot = divmod(number // CLIENTS, 5)
        start = FIRST + datetime.timedelta(days=days, hours=2 * slot)
        end = start + datetime.timedelta(hours=1)
        writer.writerow(
            (
                f"S{number}",
                clients[number % CLIENTS].mrn,
                people[number % PRACTITIONERS].npi,
                f"{start:%m/%d/%Y}",
                f"{start:%I:%M %p}",
                f"{end:%I:%M %p}",
                "97153",
            )
        )
    return keep(text.getvalue().encode())


if __name__ == "__main__":
    main()
