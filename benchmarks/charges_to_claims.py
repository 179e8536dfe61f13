"""Charges to claims: charge items a second from approval to stored and validated claims.

    python benchmarks/charges_to_claims.py [charges ...]      (10000 and 50000 by default)

Each client has two sessions of direct treatment a weekday for two weeks and one of protocol
modification a week, as an ABA practice bills them fortnightly; with `--scattered` every client
has one session, so that each charge item becomes a claim of its own. On a fresh SQLite store;
audit included. Budget: 5,000 charge items a second, and the same cost however many there are.
"""

import argparse
import datetime
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

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


def main() -> None:
    """Prints one line a size, and how the cost of a charge item grows with their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("charges", nargs="*", type=int, default=[10000, 50000])
    parser.add_argument("--scattered", action="store_true")
    options = parser.parse_args()
    costs = [_measure(size, options.scattered) for size in options.charges]
    if len(costs) > 1:
        print(f"cost of a charge item, last beside first: {costs[-1] / costs[0]:.2f}")


def _measure(size: int, scattered: bool) -> float:
    with (
        tempfile.TemporaryDirectory() as folder,
        create(f"{folder}/practice.db", Path(folder) / "keys", "Benchmark") as store,
    ):
        recorded = _record(store, size, 1 if scattered else A_CLIENT)
        began = time.perf_counter()
        with store.work(BILLER, NOW) as work:
            approved = approve_charges(work, ApprovalChoice())
        between = time.perf_counter()
        with store.work(BILLER, NOW) as work:
            generated = generate_claims(work, GenerationChoice())
        ended = time.perf_counter()
        ready = Claim.select().where(Claim.status == READY).count()
        lines = ClaimLine.select().count()
    if len(approved.done) != size or len(generated.done) != size or ready != len(generated.made):
        sys.exit(f"{len(approved.done)} approved, {len(generated.done)} on claims, {ready} ready")
    rate = size / (ended - began)
    print(
        f"{size:>7,} charges → {lines:,} lines → {ready:,} claims: {rate:>7,.0f} charges/s"
        f" (approve {between - began:.2f} s, generate and validate {ended - between:.2f} s);"
        f" budget {BUDGET:,}, ratio {rate / BUDGET:.2f}; recorded at {recorded:,.0f}/s"
    )
    return 1 / rate


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
