"""The double-entry ledger: journals that sum to zero, and the balances that are sums of them.

Debits are positive, cents throughout. Charges of a claim: payer receivable +, charges −. What a
payer pays, reduces or passes on takes the payer receivable down. Nothing is ever changed or
deleted: what was wrong is reversed.

Every batch of journals is sealed: its digest goes into the audit trail, whose key lies outside
the store, so that no row can be altered unnoticed (`billing/check/`).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.totals import refresh_totals_of_claims
from rcm_tui.billing.denials.open_denials import refresh_denials
from rcm_tui.billing.invoices.invoicing import follow_ledger
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.bulk import chunked, read_by_keys, read_rows
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.ledger import (
    CHARGES,
    CONTRACTUAL,
    NEXT_PAYER,
    PATIENT_PAYMENTS,
    PATIENT_RECEIVABLE,
    PAYER_PAYMENTS,
    PAYER_RECEIVABLE,
    PRIOR_PAYER,
    WRITE_OFFS,
    Entry,
    Journal,
)
from rcm_tui.data.work import Work

# account, claim, claim line, cents (debit positive)
NewEntry = tuple[str, int | None, int | None, int]

SEALED = "journals posted"
"""The action of the audit record that carries the digest of a batch of journals."""

JOURNAL_COLUMNS = ("id", "kind", "posted_on", "claim", "reverses", "memo", "created_at")
ENTRY_COLUMNS = ("journal", "account", "claim", "claim_line", "amount")

BALANCES = {
    "paid": (PAYER_PAYMENTS, PATIENT_PAYMENTS),
    "adjusted": (CONTRACTUAL, PRIOR_PAYER, NEXT_PAYER),
    "written_off": (WRITE_OFFS,),
    "payer_balance": (PAYER_RECEIVABLE,),
    "patient_balance": (PATIENT_RECEIVABLE,),
}
"""Which accounts each balance column of claims and claim lines is the sum of."""

REVERSAL_KINDS = {
    "charge": "charge reversal",
    "rebilled": "charge reversal",
    "remittance": "remittance reversal",
    "write-off": "write-off reversal",
    "patient payment": "patient payment reversal",
    "application": "application reversal",
    "refund": "refund reversal",
}


@dataclass(slots=True)
class NewJournal:
    """A journal to post. `entries` must sum to zero; those of 0 cents are left out."""

    kind: str
    claim: int | None = None
    entries: list[NewEntry] = field(default_factory=list)
    memo: str = ""
    reverses: int | None = None


def post_journals(work: Work, journals: Sequence[NewJournal]) -> list[int]:
    """Writes journals, dated today, and seals them. Returns their ids in order.

    Balances are not refreshed here. Raises ValueError, before anything is written, when a
    journal has no entries or does not sum to zero.
    """
    rows: list[tuple[Any, ...]] = []
    entries: list[tuple[Any, ...]] = []
    ids = work.next_ids(Journal, len(journals))
    posted_on, created_at = work.today.isoformat(), moment_to_store(work.now)
    for journal_id, journal in zip(ids, journals, strict=True):
        total, before = 0, len(entries)
        for account, claim, line, amount in journal.entries:
            total += amount
            if amount:
                entries.append((journal_id, account, claim, line, amount))
        if total or len(entries) == before:
            raise ValueError(
                f"a {journal.kind} journal of claim {journal.claim} has {len(journal.entries)}"
                f" entries that sum to {total} cents: they must sum to zero and move something"
            )
        rows.append(
            (
                journal_id,
                journal.kind,
                posted_on,
                journal.claim,
                journal.reverses,
                journal.memo,
                created_at,
            )
        )
    if not rows:
        return []
    work.insert(Journal, JOURNAL_COLUMNS, rows)
    work.insert(Entry, ENTRY_COLUMNS, entries)
    _seal(work, rows, entries)
    return list(ids)


def seal_journals(work: Work, first: int, last: int) -> None:
    """Seals journals `first` to `last` that were copied in bulk, not written by `post_journals`."""
    _seal(work, *journal_rows(work.database, first, last))


def journal_rows(database: Database, first: int, last: int) -> tuple[list[Any], list[Any]]:
    """Journals and their entries between two ids, as they are sealed."""
    return (
        read_rows(
            database,
            "SELECT id, kind, posted_on, claim_id, reverses_id, memo, created_at FROM journal"
            " WHERE id BETWEEN ? AND ? ORDER BY id",
            first,
            last,
        ),
        read_rows(
            database,
            "SELECT journal_id, account, claim_id, claim_line_id, amount FROM entry"
            " WHERE journal_id BETWEEN ? AND ? ORDER BY journal_id, id",
            first,
            last,
        ),
    )


def digest(journals: Sequence[Any], entries: Sequence[Any]) -> str:
    """SHA-256 over journals and entries (tuples, in the order of their ids) as they are stored."""
    return hashlib.sha256(repr((list(journals), list(entries))).encode()).hexdigest()


def _seal(work: Work, journals: Sequence[Any], entries: Sequence[Any]) -> None:
    work.record(
        SEALED,
        "journal",
        journals[0][0],
        last=journals[-1][0],
        journals=len(journals),
        entries=len(entries),
        digest=digest(journals, entries),
    )


def reverse_journals(work: Work, memos: dict[int, str]) -> dict[int, int]:
    """Takes journals back: id → memo in, id → id of the reversal out. Balances stay as they are.

    Raises Refused, before anything is written, when one is missing or was taken back before.
    """
    reversals = reversals_of(work.database, memos)
    ids = post_journals(work, list(reversals.values()))
    return dict(zip(reversals, ids, strict=True))


def reversals_of(database: Database, memos: dict[int, str]) -> dict[int, NewJournal]:
    """The exact opposites of journals, not posted: id → memo in, id → journal out, in its order.

    Raises Refused when one is missing or was taken back before.
    """
    reversals: dict[int, NewJournal] = {}
    for (again,) in read_by_keys(
        database, "SELECT reverses_id FROM journal WHERE reverses_id IN ({keys})", memos
    ):
        raise Refused(f"journal {again} was taken back before")
    for journal_id, kind, claim in read_by_keys(
        database, "SELECT id, kind, claim_id FROM journal WHERE id IN ({keys})", memos
    ):
        reversals[journal_id] = NewJournal(
            REVERSAL_KINDS.get(kind, kind), claim, memo=memos[journal_id], reverses=journal_id
        )
    for journal_id, account, claim, line, amount in read_by_keys(
        database,
        "SELECT journal_id, account, claim_id, claim_line_id, amount FROM entry"
        " WHERE journal_id IN ({keys}) ORDER BY id",
        memos,
    ):
        reversals[journal_id].entries.append((account, claim, line, -amount))
    missing = [str(journal_id) for journal_id in memos if journal_id not in reversals]
    if missing:
        raise Refused(f"there is no journal {', '.join(missing)} to take back")
    return {journal_id: reversals[journal_id] for journal_id in memos}


def post_charges(work: Work, claim_ids: Iterable[int]) -> None:
    """Puts the charges of claims on the payer's account, line by line, and refreshes balances.

    What a claim bills beyond its lines (or short of them) stands on the claim as a whole.
    Raises Refused when a claim has its charges in the ledger already.
    """
    for chunk in chunked(dict.fromkeys(claim_ids)):
        refuse_charged(work.database, chunk)
        rest: dict[int, int] = dict(
            read_by_keys(
                work.database,
                "SELECT id, billed FROM claim WHERE id IN ({keys}) ORDER BY id",
                chunk,
            )
        )
        entries: dict[int, list[NewEntry]] = {claim: [] for claim in rest}
        for line, claim, billed in read_by_keys(
            work.database,
            "SELECT id, claim_id, billed FROM claim_line WHERE claim_id IN ({keys})"
            " ORDER BY claim_id, position",
            chunk,
        ):
            rest[claim] -= billed
            entries[claim] += _charge(claim, line, billed)
        for claim, billed in rest.items():
            entries[claim] += _charge(claim, None, billed)
        post_journals(
            work,
            [NewJournal("charge", claim, lines) for claim, lines in entries.items() if lines],
        )
        refresh_balances(work, chunk)


def charged(database: Database, claims: Sequence[int]) -> set[int]:
    """Those of a short list of claims that have their charges in the ledger."""
    return set(_standing_charges(database, claims))


def refuse_charged(database: Database, claims: Sequence[int]) -> None:
    """Raises Refused when one of a short list of claims has its charges in the ledger already."""
    posted = _standing_charges(database, claims)
    if posted:
        number = Claim.select(Claim.number).where(Claim.id == min(posted)).scalar()
        raise Refused(f"claim {number} has its charges in the ledger already")


def reverse_charges(work: Work, claim_ids: Iterable[int]) -> None:
    """Takes the charges of claims back, for example of rejected ones, and refreshes balances.

    What a claim to a further payer had taken over goes back to the claim before. Claims without
    charges in the ledger are left as they are.
    """
    for chunk in chunked(claim_ids):
        standing = _standing_charges(work.database, chunk)
        memos = {journal: "charges taken back" for _, journal in sorted(standing.items())}
        reverse_journals(work, memos)
        before = read_by_keys(
            work.database,
            "SELECT DISTINCT claim_id FROM entry WHERE journal_id IN ({keys})"
            " AND claim_id IS NOT NULL",
            list(memos),
        )
        refresh_balances(work, sorted({*chunk, *(claim for (claim,) in before)}))


def refresh_balances(work: Work, claim_ids: Iterable[int]) -> None:
    """Sets the balance columns of claims and their lines to the sums of the ledger.

    The figures of the cases that they stand in follow, their open denials, and their invoices.

    Claims and lines that the ledger does not name keep what they have, which is zero.
    """
    for chunk in chunked(claim_ids):
        sum_balances(work, chunk)
        refresh_denials(work, chunk)


def sum_balances(work: Work, claim_ids: Iterable[int]) -> None:
    """The same without open denials: for who goes on to find out what claims were decided as."""
    for chunk in chunked(claim_ids):
        keys = ", ".join(str(int(key)) for key in chunk)
        for table, key in (("claim", "claim_id"), ("claim_line", "claim_line_id")):
            sets = ", ".join(f"{column} = totals.{column}" for column in BALANCES)
            work.database.execute_sql(
                f"UPDATE {table} SET {sets} FROM (SELECT {key} AS of_row, {balance_sums()}"
                f" FROM entry WHERE claim_id IN ({keys}) AND {key} IS NOT NULL GROUP BY {key})"
                f" AS totals WHERE {table}.id = totals.of_row"
            )
        refresh_totals_of_claims(work, chunk)
        follow_ledger(work.database, chunk)


def balance_sums() -> str:
    """SQL: every balance column as the sum of its accounts, over rows of `entry`."""
    return ", ".join(
        f"CAST(SUM(CASE WHEN entry.account IN ({_quoted(accounts)}) THEN entry.amount ELSE 0 END)"
        f" AS BIGINT) AS {column}"
        for column, accounts in BALANCES.items()
    )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _charge(claim: int, line: int | None, billed: int) -> list[NewEntry]:
    if not billed:
        return []
    return [(PAYER_RECEIVABLE, claim, line, billed), (CHARGES, claim, line, -billed)]


def _standing_charges(database: Database, claims: Sequence[int]) -> dict[int, int]:
    """Claim → the journal that opened it (charge, or transfer) and that nothing has taken back."""
    return dict(
        read_by_keys(
            database,
            "SELECT charge.claim_id, charge.id FROM journal AS charge"
            " LEFT JOIN journal AS reversal ON reversal.reverses_id = charge.id"
            " WHERE charge.claim_id IN ({keys}) AND charge.reverses_id IS NULL"
            " AND reversal.id IS NULL AND (charge.kind = 'charge' OR charge.kind = 'transfer'"
            " AND EXISTS (SELECT 1 FROM entry WHERE entry.journal_id = charge.id"
            " AND entry.account = ?))",
            claims,
            CHARGES,
        )
    )
