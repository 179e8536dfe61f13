"""What the claims of a case come to, kept on the case for queues.

A claim counts with all its submissions: paid and outstanding are sums over its chain, as the
ledger has them; billed, expected and the dates are those of the submission that is with the payer,
or of the newest where none is (ours).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.families import refresh_above
from rcm_tui.data.bulk import chunked, read_by_keys, update_rows
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.claims import SUBMITTED
from rcm_tui.data.work import Work

FIGURES = (
    "claims billed expected paid outstanding patient_outstanding first_service_date"
    " last_service_date unsettled"
).split()
SETTLED = ("paid", "overpaid")


@dataclass(slots=True)
class CaseTotals:
    """Sums over the claims of a case, in the order of FIGURES; amounts in cents."""

    claims: int = 0
    billed: int = 0
    expected: int = 0
    paid: int = 0
    outstanding: int = 0
    patient_outstanding: int = 0
    first_service_date: str | None = None
    last_service_date: str | None = None
    unsettled: int = 0

    def values(self) -> list[int | str | None]:
        """The figures as the store holds them."""
        return [getattr(self, name) for name in FIGURES]


def refresh_totals(work: Work, case_ids: Iterable[int]) -> None:
    """Sets the kept figures of cases to what their claims come to now.

    They follow from other rows: neither undone nor an edit, so they count no version up.
    """
    for keys in chunked(sorted(set(case_ids))):
        found = case_totals(work.database, keys)
        rows = [[*found.get(key, CaseTotals()).values(), key] for key in keys]
        update_rows(work.database, CaseFile, FIGURES, rows)
        refresh_above(work, keys)


def refresh_totals_of_claims(work: Work, claim_ids: Iterable[int]) -> None:
    """The same for the cases in which claims stand, by any submission of theirs."""
    # In two steps: joined, a planner without statistics reads every claim of every case.
    chains = read_by_keys(
        work.database,
        "SELECT chain FROM claim WHERE chain IS NOT NULL AND id IN ({keys})",
        claim_ids,
    )
    cases = read_by_keys(
        work.database,
        "SELECT case_id FROM case_claim WHERE chain IN ({keys})",
        sorted({row[0] for row in chains}),
    )
    refresh_totals(work, {row[0] for row in cases})


def case_totals(database: Database, case_ids: Iterable[int]) -> dict[int, CaseTotals]:
    """What the claims of cases come to, by case; cases without claims are left out."""
    chains: dict[tuple[int, int], list[tuple[Any, ...]]] = defaultdict(list)
    for case, chain, *values in read_by_keys(
        database,
        "SELECT k.case_id, k.chain, c.id, c.status, c.billed, c.expected, c.paid, c.payer_balance,"
        " c.patient_balance, c.first_service_date, c.last_service_date, c.adjudication"
        " FROM case_claim k JOIN claim c ON c.chain = k.chain WHERE k.case_id IN ({keys})",
        case_ids,
    ):
        chains[case, chain].append(tuple(values))
    totals: dict[int, CaseTotals] = defaultdict(CaseTotals)
    for (case, _), submissions in chains.items():
        _add(totals[case], submissions)
    return dict(totals)


def _add(totals: CaseTotals, submissions: list[tuple[Any, ...]]) -> None:
    """Adds one claim with its submissions: (id, status, billed, expected, paid, …)."""
    current = max(submissions, key=lambda row: (row[1] == SUBMITTED, row[0]))
    totals.claims += 1
    totals.billed += current[2]
    totals.expected += current[3]
    for row in submissions:
        totals.paid += row[4]
        totals.outstanding += row[5]
        totals.patient_outstanding += row[6]
    owed = any(row[5] > 0 for row in submissions)
    totals.unsettled += owed or current[9] not in SETTLED
    first, last = current[7], current[8]
    totals.first_service_date = min(totals.first_service_date or first, first)
    totals.last_service_date = max(totals.last_service_date or last, last)
