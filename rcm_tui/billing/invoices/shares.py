"""What of an invoice is whose: as the copay has it until the payer answers, then as it says.

Before an answer the patient's share is the copay of the coverage, of what is billed at most; of
what no coverage holds it is all, though that has no price until one is known (ours). It is spread
over the lines by what they bill. Once a payer has settled something of a claim line, the share is
what was passed to the patient: the PR adjustments, and what was moved there since. What went on to
a further payer is the patient's as far as that payer leaves it to them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.spreading import spread
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.records.further_lines import with_further
from rcm_tui.data.tables.ledger import (
    CONTRACTUAL,
    PATIENT_RECEIVABLE,
    PAYER_PAYMENTS,
    PRIOR_PAYER,
)

CHARGES_OF_VISITS = (
    "SELECT s.visit_id, c.id, c.procedure_code, c.modifiers, c.units, c.billed, c.coverage_id,"
    " v.copay, c.client_id, c.business_unit_id, c.claim_line_id FROM visit_service s"
    " JOIN charge_item c ON c.session_id = s.session_id"
    " LEFT JOIN coverage v ON v.id = c.coverage_id"
    " WHERE s.visit_id IN ({keys}) ORDER BY s.visit_id, s.position"
)
CHARGE, BILLED, COVERAGE, COPAY, LINE = 0, 4, 5, 6, 9
"""Where in a row of a visit's charges these are."""

OWN_WORK = ("application", "application reversal", "refund", "refund reversal")
WRITTEN_OFF = ("write-off", "write-off reversal")


@dataclass(frozen=True, slots=True)
class Share:
    """Whose a charge is: the patient's share, what of that was written off, the payer's money."""

    patient: int
    written_off: int = 0
    payer_paid: int = 0


def charges_of_visits(database: Database, visit_ids: Iterable[int]) -> dict[int, list[Any]]:
    """Visit → its charges in the order of its services, as `CHARGES_OF_VISITS` has them."""
    charges: dict[int, list[Any]] = defaultdict(list)
    for visit, *charge in read_by_keys(database, CHARGES_OF_VISITS, visit_ids):
        charges[visit].append(charge)
    return charges


def invoices_of_claims(database: Database, claim_ids: Iterable[int]) -> list[int]:
    """The invoices whose charges claims bill, also those of claims to further payers."""
    keys = sorted(set(claim_ids))
    return sorted(
        {
            invoice
            for sql in (OF_CLAIMS, OF_FURTHER_CLAIMS)
            for (invoice,) in read_by_keys(database, sql, keys)
        }
    )


OF_CLAIMS = (
    "SELECT DISTINCT l.invoice_id FROM claim_line k"
    " JOIN charge_item c ON c.claim_line_id = k.id"
    " JOIN invoice_line l ON l.charge_item_id = c.id WHERE k.claim_id IN ({keys})"
)
OF_FURTHER_CLAIMS = (
    "SELECT DISTINCT l.invoice_id FROM claim s JOIN claim o ON o.chain = s.chain"
    " JOIN claim_line k ON k.claim_id = o.id JOIN charge_item c ON c.claim_line_id = k.id"
    " JOIN invoice_line l ON l.charge_item_id = c.id"
    " WHERE s.id IN ({keys}) AND s.billed_after_id IS NOT NULL"
)


def shares_of(database: Database, visits: Mapping[int, Sequence[Any]]) -> dict[int, Share]:
    """Charge → whose it is now, of visits with their charges."""
    lines = {row[LINE] for rows in visits.values() for row in rows if row[LINE] is not None}
    said = _as_answered(database, sorted(lines)) if lines else {}
    found: dict[int, Share] = {}
    for rows in visits.values():
        for row, copay in zip(rows, _before_an_answer(rows), strict=True):
            found[row[CHARGE]] = said.get(row[CHARGE]) or Share(copay)
    return found


def _before_an_answer(rows: Sequence[Any]) -> list[int]:
    """What the patient pays of each charge: all that no coverage holds, and the copay once."""
    copay = next((row[COPAY] for row in rows if row[COVERAGE] is not None and row[COPAY]), 0)
    covered = [row[BILLED] if row[COVERAGE] is not None else 0 for row in rows]
    copays = spread(min(copay, sum(covered)), covered)
    return [
        share if row[COVERAGE] is not None else row[BILLED]
        for row, share in zip(rows, copays, strict=True)
    ]


def _as_answered(database: Database, lines: list[int]) -> dict[int, Share]:
    """Charge → whose it is by the ledger, of claim lines of which a payer settled something."""
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    of = with_further(database, lines)
    for line, account, kind, cents in read_by_keys(
        database,
        "SELECT e.claim_line_id, e.account, j.kind, SUM(e.amount) FROM entry e"
        " JOIN journal j ON j.id = e.journal_id WHERE e.claim_line_id IN ({keys})"
        " AND e.account IN (?, ?, ?, ?) GROUP BY e.claim_line_id, e.account, j.kind",
        sorted(of),
        PATIENT_RECEIVABLE,
        PAYER_PAYMENTS,
        CONTRACTUAL,
        PRIOR_PAYER,
    ):
        of_line = sums[of[line]]
        if of[line] != line and account in (CONTRACTUAL, PRIOR_PAYER):
            continue  # of the whole charge, which the claim before has told already
        if account != PATIENT_RECEIVABLE:
            of_line["paid" if account == PAYER_PAYMENTS else "adjusted"] += int(cents)
        elif kind in WRITTEN_OFF:
            of_line["written off"] -= int(cents)
        elif kind not in OWN_WORK:
            of_line["patient"] += int(cents)
    answered = [
        line
        for line, of_line in sums.items()
        if of_line["paid"] or of_line["adjusted"] or of_line["patient"]
    ]
    charges: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for charge, line, billed in read_by_keys(
        database,
        "SELECT id, claim_line_id, billed FROM charge_item WHERE claim_line_id IN ({keys})"
        " ORDER BY claim_line_id, id",
        answered,
    ):
        charges[line].append((charge, billed))
    found: dict[int, Share] = {}
    for line, items in charges.items():
        weights = [billed for _, billed in items]
        parts = zip(
            *(spread(sums[line][what], weights) for what in ("patient", "written off", "paid")),
            strict=True,
        )
        for (charge, _), part in zip(items, parts, strict=True):
            found[charge] = Share(*part)
    return found
