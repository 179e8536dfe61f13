"""Charges to claims: charge items a second from approval to stored and validated claims.

    python benchmarks/charges_to_claims.py [charges ...]      (10000 and 100000 by default)

Each client has two sessions of direct treatment a weekday for two weeks and one of protocol
modification a week, as an ABA practice bills them fortnightly; with `--scattered` every client
has one session, so that each charge item becomes a claim of its own. On a fresh SQLite store;
audit included. Approval (with the duplicates check) and generation run in a process of their own,
whose memory is then theirs alone. Budget: 5,000 charge items a second, and the same cost however
many there are.
"""

import argparse
import datetime
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.charges.recording import SessionRecord, record_sessions
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.data.store import Store, create
from rcm_tui.data.tables.claims import READY, Claim, ClaimLine
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

BUDGET = 5000
DAYS = [datetime.date(2026, 3, day) for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13)]
A_CLIENT = 22
SLOTS = [(day, hour) for hour in (13, 15, 17, 19, 21) for day in DAYS]


class Billed(NamedTuple):
    """What approving and generating took: seconds on the clock, seconds of the processor in all,
    and megabytes at the start and at the peak."""

    approved: int
    on_claims: int
    claims: int
    approving: float
    generating: float
    processor: float
    at_start: float
    at_peak: float


def main() -> None:
    """Prints one line a size, and how cost and memory grow with the number of charge items."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("charges", nargs="*", type=int, default=[10000, 100000])
    parser.add_argument("--scattered", action="store_true")
    options = parser.parse_args()
    measured = [_measure(size, options.scattered) for size in options.charges]
    if len(measured) > 1:
        (cost, memory), (last_cost, last_memory) = measured[0], measured[-1]
        print(f"processor's time a charge item, last beside first: {last_cost / cost:.2f}")
        print(f"memory on top of the program's own: {memory:.0f} MB, then {last_memory:.0f} MB")


def _measure(size: int, scattered: bool) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        with create(f"{folder}/practice.db", Path(folder) / "keys", "Benchmark") as store:
            recorded = _record(store, size, 1 if scattered else A_CLIENT)
        # A process that is spawned has no memory of the recording.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            billed = process.submit(_bill, folder).result()
        with Store.open(f"{folder}/practice.db", Path(folder) / "keys"):
            ready = Claim.select().where(Claim.status == READY).count()
            lines = ClaimLine.select().count()
    if billed.approved != size or billed.on_claims != size or ready != billed.claims:
        sys.exit(f"{billed.approved} approved, {billed.on_claims} on claims, {ready} ready")
    rate = size / (billed.approving + billed.generating)
    print(
        f"{size:>7,} charges → {lines:,} lines → {ready:,} claims: {rate:>7,.0f} charges/s"
        f" (approve {billed.approving:.2f} s, generate and validate {billed.generating:.2f} s);"
        f" budget {BUDGET:,}, ratio {rate / BUDGET:.2f}; recorded at {recorded:,.0f}/s;"
        f" {size / billed.processor:,.0f} charges per second of the processor;"
        f" memory {billed.at_start:.0f} MB at the start, {billed.at_peak:.0f} MB at the peak"
    )
    return billed.processor / size, billed.at_peak - billed.at_start


def _bill(folder: str) -> Billed:
    with Store.open(f"{folder}/practice.db", Path(folder) / "keys") as store:
        at_start = _peak()
        worked, began = time.process_time(), time.perf_counter()
        with store.work(BILLER, NOW, in_steps=True) as work:
            approved = approve_charges(work, ApprovalChoice())
        between = time.perf_counter()
        with store.work(BILLER, NOW, in_steps=True) as work:
            generated = generate_claims(work, GenerationChoice())
        ended = time.perf_counter()
    return Billed(
        len(approved.done),
        len(generated.done),
        len(generated.made),
        between - began,
        ended - between,
        time.process_time() - worked,
        at_start,
        _peak(),
    )


def _peak() -> float:
    """The most memory that this process has had so far, in megabytes.

    Of Linux's two figures the one that does not go on from the process that started this one.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    sys.exit("this system does not say how much memory a process has had")


def _record(store: Store, size: int, a_client: int) -> float:
    with store.database.atomic():
        practice = small_practice()
        for number in range(-(-size // a_client)):
            practice.add_client(f"CLIENT{number}")
        staff = [
            (
                practice.add_practitioner(f"TECH{number}", "RBT", enrolled=False).id,
                practice.add_practitioner(f"ANALYST{number}").id,
            )
            for number in range(-(-size // (len(SLOTS) if a_client == 1 else a_client)))
        ]
    began = time.perf_counter()
    with store.work(BILLER, NOW) as work:
        made = record_sessions(work, _sessions(practice, staff, size, a_client)).made
    return len(made) / (time.perf_counter() - began)


def _sessions(
    practice: SmallPractice, staff: list[tuple[int, int]], size: int, a_client: int
) -> Iterator[SessionRecord]:
    """Nobody is in two places at once."""
    weeks = [(day, hour, "97153") for day in DAYS for hour in (13, 17)]
    weeks += [(DAYS[0], 15, "97155"), (DAYS[5], 15, "97155")]
    for number in range(size):
        if a_client == 1:
            client, pair = number, staff[number // len(SLOTS)]
            (day, hour), code = SLOTS[number % len(SLOTS)], "97153"
        else:
            client, place = divmod(number, a_client)
            pair, (day, hour, code) = staff[client], weeks[place]
        start = datetime.datetime.combine(day, datetime.time(hour), datetime.UTC)
        yield SessionRecord(
            practice.client.id + 1 + client,
            pair[code == "97155"],
            practice.unit.id,
            practice.office.id,
            "ABA",
            code,
            start,
            start + datetime.timedelta(hours=2 if code == "97153" else 1),
        )


if __name__ == "__main__":
    main()
