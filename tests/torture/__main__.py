"""`make torture`: rounds at random, and a table of what was counted.

Workers are killed and paused at named points and killed at random lines; over SFTP the server
falls over, answers are lost, and lines are cut anywhere. Exit status 1 when the protocol sent a
claim twice or lost one, or when the naive way did not.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from rcm_tui.data.store import create
from rcm_tui.exchange import fault
from tests import postgresql
from tests.sshd import why_not
from tests.torture.driver import Torture, tortured

OUTSIDE = [point for point in fault.POINTS if point not in fault.IN_TRANSACTION]
WHILE_CONNECTED = OUTSIDE[OUTSIDE.index(fault.UPLOADING) :]
MOST_LINES = 1500
MOST_ANSWERED = 8000
"""About how many bytes a server answers to one worker."""
EVERYWHERE = ("point", "point", "line", "line", "pause")
KINDS = {
    "folder": (*EVERYWHERE, "full"),
    "sftp": (*EVERYWHERE, "fallen", "unheard", "cut"),
}
DATABASES = ("sqlite", "postgresql")
COLUMNS = {"kills": 7, "pauses": 8, "cuts": 6, "full": 6, "claims": 8, "twice": 7, "lost": 6}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="rounds each, unless --seconds")
    parser.add_argument("--seconds", type=float, help="for so long each, whatever the rounds")
    parser.add_argument("--transport", choices=KINDS, help="only this one")
    parser.add_argument("--database", choices=DATABASES, help="only this one")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same deaths")
    options = parser.parse_args()
    print(f"{'':34}" + "".join(f"{name:>{width}}" for name, width in COLUMNS.items()), flush=True)
    held, ran = True, 0
    with tempfile.TemporaryDirectory(prefix="rcm-tui-torture-") as name:
        for transport in [options.transport] if options.transport else KINDS:
            if transport == "sftp" and why_not():
                print(f"over sftp: left out, {why_not()}")
                continue
            for database, url in _databases(Path(name), options.database):
                folder = Path(name) / f"{transport}-{database}"
                held &= _tortured(url, folder, transport, database, _rounds_of(options))
                ran += 1
            if options.database != "postgresql":
                held &= _naive(Path(name) / f"{transport}-naive", transport)
    print("The protocol held." if held and ran else "THE PROTOCOL DID NOT HOLD.")
    return 0 if held and ran else 1


def _rounds_of(options: argparse.Namespace) -> Callable[[Torture, str], None]:
    def rounds(torture: Torture, transport: str) -> None:
        random, until = Random(options.seed), time.monotonic() + (options.seconds or 0)
        number = 0
        while time.monotonic() < until if options.seconds else number < options.rounds:
            _round(torture, random, KINDS[transport], fault.POINTS[number % len(fault.POINTS)])
            number += 1

    return rounds


def _round(torture: Torture, random: Random, kinds: tuple[str, ...], point: str) -> None:
    torture.add_claims(random.randint(1, 4))
    for _ in range(random.randint(1, 3)):
        match random.choice(kinds):
            case "point":
                torture.kill_at(point)
            case "line":
                torture.kill_at_line(random.randint(1, MOST_LINES))
            case "pause":
                torture.pause_at(random.choice(OUTSIDE))
            case "fallen":
                torture.cut_at(random.choice(WHILE_CONNECTED))
            case "unheard":
                torture.cut_at(random.choice(WHILE_CONNECTED), losing_an_answer=True)
            case "cut":
                torture.cut_after(random.randint(1, MOST_ANSWERED))
            case "full":
                if random.random() < 0.2:
                    torture.fill_disk()
    torture.finish()


def _tortured(
    url: str, folder: Path, transport: str, database: str, rounds: Callable[[Torture, str], None]
) -> bool:
    with _practice(url, folder, transport) as torture:
        try:
            rounds(torture, transport)
        finally:
            counts = _print(f"exactly once, {transport}, {database}", torture)
        return counts == (0, 0)


def _naive(folder: Path, transport: str) -> bool:
    with _practice(f"sqlite:///{folder}.db", folder, transport, is_naive=True) as torture:
        for number in range(10):
            torture.add_claims(1 + number % 3)
            torture.kill_at(fault.RENAMED)
            torture.finish()
        twice, _ = _print(f"naive, for comparison, {transport}", torture)
        return twice > 0


def _print(name: str, torture: Torture) -> tuple[int, int]:
    twice, lost = len(torture.twice()), len(torture.lost())
    counts = (
        torture.kills,
        torture.pauses,
        torture.cuts,
        torture.full_disks,
        sum(map(len, torture.claims)),
        twice,
        lost,
    )
    figures = zip(counts, COLUMNS.values(), strict=True)
    print(f"{name:34}" + "".join(f"{count:>{width},}" for count, width in figures), flush=True)
    return twice, lost


@contextmanager
def _practice(
    url: str, folder: Path, transport: str, *, is_naive: bool = False
) -> Iterator[Torture]:
    folder.mkdir()
    with (
        create(url, folder / "keys", "Tortured practice", encrypted=False) as store,
        tortured(store, folder / "keys", folder, transport, is_naive=is_naive) as torture,
    ):
        yield torture


def _databases(folder: Path, only: str | None) -> Iterator[tuple[str, str]]:
    if only != "postgresql":
        yield "sqlite", f"sqlite:///{tempfile.mkdtemp(dir=folder)}/torture.db"
    if only == "sqlite":
        return
    try:
        server = postgresql.server_url(folder)
    except postgresql.NoServer as error:
        print(f"on postgresql: left out, {error}")
        return
    with postgresql.administrator(server) as run:
        run("CREATE DATABASE rcm_tui_torture TEMPLATE template0")
        try:
            yield "postgresql", postgresql.database_url(server, "rcm_tui_torture")
        finally:
            run("DROP DATABASE rcm_tui_torture WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
