"""835 posting: claims a second with ledger and audit, on a fresh SQLite store.

    python benchmarks/remittance_posting.py [claims ...]      (2000 and 10000 by default)

The claims have three lines each with a copay, and every tenth claim is denied. Budget: 3,000
claims a second, and the same cost a claim however large the payment. The best of three runs
counts, since others may share the machine; processor time stands beside it.
"""

import argparse
import datetime
import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rcm_tui.billing.ledger import post_charges
from rcm_tui.billing.remittances.posting import post_payment
from rcm_tui.billing.remittances.received import (
    ReceivedAdjustment,
    ReceivedClaim,
    ReceivedLine,
    ReceivedPayment,
    ReceivedRemittances,
)
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store, create
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.data.work import Work

BUDGET = 3000
RUNS = 3
NOW = datetime.datetime(2026, 3, 16, 15, 0, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 3, 2)
LINES = 3
CHARGE, PAID, CONTRACTUAL, COPAY = 32000, 22000, 8000, 2000


def main() -> None:
    """Prints one line a size, and how the cost of a claim grows from the first to the last."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("claims", nargs="*", type=int, default=[2000, 10000])
    sizes = parser.parse_args().claims
    costs = []
    for size in sizes:
        seconds, processor = (
            min(times) for times in zip(*(_run(size) for _ in range(RUNS)), strict=True)
        )
        costs.append(seconds / size)
        print(
            f"835 posted, {size:>7,} claims: {size / seconds:>6,.0f} claims/s"
            f"  budget {BUDGET:,}  ratio {size / seconds / BUDGET:.2f}"
            f"  ({size / processor:,.0f} by processor time)"
        )
    if len(costs) > 1:
        print(f"cost of a claim, {sizes[-1]:,} against {sizes[0]:,}: {costs[-1] / costs[0]:.2f}x")


def _run(size: int) -> tuple[float, float]:
    """Posts `size` claims in a store of their own: seconds on the clock and of processor time."""
    with (
        tempfile.TemporaryDirectory() as folder,
        create(f"{folder}/practice.db", Path(folder) / "keys", "Benchmark") as store,
    ):
        _submitted_claims(store, size)
        received = _received(size)  # reading the file has a budget of its own
        gc.freeze()  # what is made up here is not the program's to look through
        clock, processor = time.perf_counter(), time.process_time()
        with store.work(WORKER, NOW) as work:
            result = post_payment(work, received)
        taken = time.perf_counter() - clock, time.process_time() - processor
    if (result.state, result.posted) != ("posted", size):
        sys.exit(f"{result.posted} of {size} posted: {result.held_reasons}")
    return taken


def _submitted_claims(store: Store, count: int) -> None:
    with store.work(WORKER, NOW) as work:
        unit = BusinessUnit.create(name="North Clinic")
        payer = Payer.create(name="Acme Health", payer_id="60001")
        client = Client.create(mrn="M1", last_name="OKAFOR", first_name="ADA")
        ids = list(work.next_ids(Claim, count))
        work.insert(Claim, CLAIM_COLUMNS, (_claim_row(i, unit, payer, client) for i in ids))
        _insert_lines(work, ids)
        post_charges(work, ids)


CLAIM_COLUMNS = (
    *("id", "number", "patient_control_number", "status", "acknowledgement", "adjudication"),
    *("client", "payer", "business_unit", "patient_name", "first_service_date"),
    *("last_service_date", "line_count", "billed", "expected", "created_at", "submitted_at"),
)


def _claim_row(key: int, unit: BusinessUnit, payer: Payer, client: Client) -> tuple[object, ...]:
    return (
        *(key, f"C-{key:07d}", f"B{key:07d}", "Submitted", "pending", "pending"),
        *(client.id, payer.id, unit.id, "OKAFOR, ADA", DAY),
        *(DAY, LINES, LINES * CHARGE, LINES * CHARGE, NOW, NOW),
    )


def _insert_lines(work: Work, claims: list[int]) -> None:
    work.insert(
        ClaimLine,
        (
            *("claim", "position", "line_control_number", "first_service_date"),
            *("last_service_date", "procedure_code", "modifiers", "units", "billed", "expected"),
        ),
        (
            (
                *(claim, position, f"L{claim:07d}{position:02d}", DAY, DAY, "97153", "HM"),
                *(8, CHARGE, CHARGE),
            )
            for claim in claims
            for position in range(1, LINES + 1)
        ),
    )


def _received(count: int) -> ReceivedRemittances:
    claims = list(_received_claims(count))
    payment = ReceivedPayment(
        sum(claim.paid for claim in claims),
        "set",
        "payment",
        "TRACE",
        "ACH",
        "ACME HEALTH",
        "60001",
        effective_date=DAY,
    )
    return ReceivedRemittances(payment, claims)


def _received_claims(count: int) -> Iterator[ReceivedClaim]:
    for number in range(1, count + 1):
        denied = number % 10 == 0
        yield ReceivedClaim(
            patient_control_number=f"B{number:07d}",
            status_code="4" if denied else "1",
            charge=LINES * CHARGE,
            paid=0 if denied else LINES * PAID,
            patient_responsibility=0 if denied else LINES * COPAY,
            payer_claim_control_number=f"P{number:09d}",
            patient_name="OKAFOR, ADA",
            first_service_date=DAY,
            last_service_date=DAY,
            lines=[_received_line(number, position, denied) for position in range(1, LINES + 1)],
        )


def _received_line(number: int, position: int, denied: bool) -> ReceivedLine:
    adjustments = (
        [ReceivedAdjustment("CO", "197", CHARGE)]
        if denied
        else [ReceivedAdjustment("CO", "45", CONTRACTUAL), ReceivedAdjustment("PR", "3", COPAY)]
    )
    return ReceivedLine(
        procedure_code="97153",
        modifiers=("HM",),
        charge=CHARGE,
        paid=0 if denied else PAID,
        line_control_number=f"L{number:07d}{position:02d}",
        first_service_date=DAY,
        adjustments=adjustments,
        remarks=["N54"] if denied else [],
    )


if __name__ == "__main__":
    main()
