"""`make torture`: many rounds at random, and a table of what was counted.

Exit status 1 when the protocol sent a claim twice or lost one, or when the naive way did not.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from rcm_tui.data.store import create
from rcm_tui.exchange import fault
from tests import postgresql
from tests.practice_builder import small_practice
from tests.torture.driver import Torture

OUTSIDE = [point for point in fault.POINTS if point not in fault.IN_TRANSACTION]
MOST_LINES = 1500


def main() -> int:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300, help="rounds on each database")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same deaths")
    options = parser.parse_args()
    print(f"{'':28}{'kills':>7}{'pauses':>8}{'full':>6}{'claims':>8}{'twice':>7}{'lost':>6}")
    held = True
    with tempfile.TemporaryDirectory(prefix="rcm-tui-torture-") as name:
        for database, url in _databases(Path(name)):
            held &= _tortured(database, url, Path(name), options.rounds, options.seed)
    print("The protocol held." if held else "THE PROTOCOL DID NOT HOLD.")
    return 0 if held else 1


def _tortured(database: str, url: str, folder: Path, rounds: int, seed: int) -> bool:
    with _practice(url, folder / database, is_naive=False) as torture:
        _rounds(torture, rounds, Random(seed))
        good = _print(f"exactly once, {database}", torture) == (0, 0)
    if database != "sqlite":
        return good
    with _practice(f"sqlite:///{folder}/naive.db", folder / "naive", is_naive=True) as torture:
        for round_number in range(max(1, rounds // 10)):
            torture.add_claims(1 + round_number % 3)
            torture.kill_at(fault.RENAMED)
            torture.finish()
        twice, _ = _print("naive, for comparison", torture)
    return good and twice > 0


def _rounds(torture: Torture, rounds: int, random: Random) -> None:
    for round_number in range(rounds):
        torture.add_claims(random.randint(1, 4))
        for _ in range(random.randint(1, 3)):
            kind = random.choice(("point", "point", "line", "line", "pause", "full"))
            if kind == "point":
                torture.kill_at(fault.POINTS[round_number % len(fault.POINTS)])
            elif kind == "line":
                torture.kill_at_line(random.randint(1, MOST_LINES))
            elif kind == "pause":
                torture.pause_at(random.choice(OUTSIDE))
            elif random.random() < 0.2:
                torture.fill_disk()
        torture.finish()


def _print(name: str, torture: Torture) -> tuple[int, int]:
    twice, lost = len(torture.twice()), len(torture.lost())
    counts = (torture.kills, torture.pauses, torture.full_disks, len(torture.claims), twice, lost)
    widths = (7, 8, 6, 8, 7, 6)
    print(
        f"{name:28}"
        + "".join(f"{count:>{width}}" for count, width in zip(counts, widths, strict=True)),
        flush=True,
    )
    return twice, lost


@contextmanager
def _practice(url: str, folder: Path, *, is_naive: bool) -> Iterator[Torture]:
    folder.mkdir()
    with create(url, folder / "keys", "Tortured practice", encrypted=False) as store:
        yield Torture.of(store, folder / "keys", small_practice(), folder, is_naive=is_naive)


def _databases(folder: Path) -> Iterator[tuple[str, str]]:
    yield "sqlite", f"sqlite:///{folder}/torture.db"
    try:
        server = postgresql.server_url(folder)
    except postgresql.NoServer as error:
        print(f"exactly once, postgresql     left out: {error}")
        return
    with postgresql.administrator(server) as run:
        run("CREATE DATABASE rcm_tui_torture TEMPLATE template0")
        try:
            yield "postgresql", postgresql.database_url(server, "rcm_tui_torture")
        finally:
            run("DROP DATABASE rcm_tui_torture WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
