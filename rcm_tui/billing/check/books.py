"""Checks of the ledger: journals, seals, and the balances that claims say they have."""

import json
from collections.abc import Iterator

from peewee import Database

from rcm_tui.billing import ledger
from rcm_tui.billing.check.result import CheckResult, words_of
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.keys import AuditKey
from rcm_tui.data.tables.claims import UNDER_CONTRACT
from rcm_tui.data.tables.ledger import CHARGES

CLAIMS_A_PAGE = 20_000

CHARGED = (
    "CASE WHEN claim.frequency = '8' OR (claim.frequency IN ('6', '7') AND claim.acknowledgement"
    " = 'rejected' AND claim.adjudication = 'none') THEN 0"
    " ELSE claim.billed - coalesce((SELECT sum(l.billed) FROM claim_line l"
    " WHERE l.claim_id = claim.id AND l.rebilled = 1), 0) END"
)
"""What of a claim's bill is in the ledger once it is submitted."""


def journals(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """Every journal has entries, and they sum to zero."""
    ((journals,),) = read_rows(database, "SELECT count(*) FROM journal")
    ((entries, debits),) = read_rows(
        database,
        "SELECT count(*), coalesce(sum(CASE WHEN amount > 0 THEN amount ELSE 0 END), 0) FROM entry",
    )
    result.figures |= {"journals": journals, "entries": entries, "debits": dollars(int(debits))}
    for journal, total in read_rows(
        database,
        "SELECT journal.id, sum(entry.amount) FROM journal"
        " LEFT JOIN entry ON entry.journal_id = journal.id GROUP BY journal.id"
        " HAVING sum(entry.amount) <> 0 OR sum(entry.amount) IS NULL ORDER BY journal.id",
    ):
        if total is None:
            result.fail(f"journal {journal} has no entries")
        else:
            result.fail(f"journal {journal} is off by {dollars(int(total))}: it must sum to zero")


def seals(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """Every journal and entry stands as it was written: its batch has the digest of the audit."""
    journals = entries = 0
    for first, details in _sealed_batches(database):
        try:
            told = json.loads(details)
            last, sealed = int(told["last"]), str(told["digest"])
            journals += int(told["journals"])
            entries += int(told["entries"])
        except (ValueError, KeyError, TypeError):
            result.fail(f"the seal of the journals from {first} on was altered")
            continue
        if ledger.digest(*ledger.journal_rows(database, first, last)) != sealed:
            result.fail(
                f"journals {first} to {last} are not as they were posted: altered, added or gone"
            )
    for table, expected in (("journal", journals), ("entry", entries)):
        ((count,),) = read_rows(database, f"SELECT count(*) FROM {table}")
        result.figures[f"{table} rows"] = count
        if count != expected:
            result.fail(f"the audit trail seals {expected} {table} rows, the ledger has {count}")


def _sealed_batches(database: Database) -> Iterator[tuple[int, str]]:
    last = 0
    while True:
        page = read_rows(
            database,
            "SELECT id, subject_id, details FROM audit_record WHERE id > ? AND action = ?"
            " ORDER BY id LIMIT 500",
            last,
            ledger.SEALED,
        )
        if not page:
            return
        last = page[-1][0]
        yield from ((first, details) for _, first, details in page)


def claim_balances(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """Paid, adjusted, written off and both balances of every claim are the sums of the ledger."""
    _compare_balances(database, result, "claim", "claim_id", "of_row.number")


def line_balances(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """The same for every claim line."""
    _compare_balances(database, result, "claim_line", "claim_line_id", "of_row.line_control_number")


def _compare_balances(
    database: Database, result: CheckResult, table: str, key: str, name: str
) -> None:
    columns = ", ".join(f"of_row.{column}" for column in ledger.BALANCES)
    sums = ", ".join(f"coalesce(totals.{column}, 0)" for column in ledger.BALANCES)
    differ = " OR ".join(
        f"of_row.{column} <> coalesce(totals.{column}, 0)" for column in ledger.BALANCES
    )
    claim = "id" if table == "claim" else "claim_id"
    ((result.figures[words_of(table) + "s"],),) = read_rows(
        database, f"SELECT count(*) FROM {table}"
    )
    for low, high in _claim_pages(database):
        for row_name, *values in read_rows(
            database,
            f"SELECT {name}, {columns}, {sums} FROM {table} AS of_row LEFT JOIN"
            f" (SELECT {key} AS of_key, {ledger.balance_sums()} FROM entry"
            f" WHERE claim_id BETWEEN ? AND ? AND {key} IS NOT NULL GROUP BY {key}) AS totals"
            f" ON totals.of_key = of_row.id WHERE of_row.{claim} BETWEEN ? AND ? AND ({differ})"
            " ORDER BY of_row.id",
            *(low, high, low, high),
        ):
            half = len(ledger.BALANCES)
            for column, says, is_so in zip(
                ledger.BALANCES, values[:half], values[half:], strict=True
            ):
                if says != is_so:
                    result.fail(
                        f"{words_of(table)} {row_name}: {words_of(column)} says"
                        f" {dollars(says)}, the ledger {dollars(is_so)}"
                    )


def _claim_pages(database: Database) -> Iterator[tuple[int, int]]:
    """Ranges of claim ids that hold at most a page of claims each."""
    low = 0
    while True:
        ((high,),) = read_rows(
            database,
            "SELECT max(id) FROM (SELECT id FROM claim WHERE id > ? ORDER BY id LIMIT ?) AS page",
            low,
            CLAIMS_A_PAGE,
        )
        if high is None:
            return
        yield low + 1, high
        low = high


def submitted_claims(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """Billed = payer balance + patient balance + paid + adjusted + written off, once submitted.

    Drafts and claims that are ready have nothing in the ledger; what is billed is what was
    charged. A void charges nothing, a correction that was rejected leaves the charges with what it
    replaces, and lines that a later claim bills again are out of it.
    """
    parts = "payer_balance + patient_balance + paid + adjusted + written_off"
    for status, count, billed, accounted in read_rows(
        database,
        f"SELECT status, count(*), sum(billed), sum({parts}) FROM claim GROUP BY status"
        " ORDER BY status",
    ):
        result.figures[f"{status} claims"] = count
        if status == "Submitted":
            result.figures |= {
                "billed": dollars(int(billed)),
                "accounted for": dollars(int(accounted)),
            }
    for number, status, billed, accounted in read_rows(
        database,
        f"SELECT number, status, billed, {parts} FROM claim"
        f" WHERE (status = 'Submitted' AND billed <> {parts} AND {CHARGED} <> {parts})"
        f" OR (status = 'Submitted' AND frequency = '8' AND {parts} <> 0)"
        f" OR (status IN ('Draft', 'Ready to Submit') AND {parts} <> 0) ORDER BY id",
    ):
        if status == "Submitted":
            result.fail(
                f"claim {number} bills {dollars(billed)}, but its balances, payments and"
                f" adjustments make {dollars(accounted)}"
            )
        else:
            result.fail(f"claim {number} is {status}, yet {dollars(accounted)} stand in the ledger")
    for low, high in _claim_pages(database):
        for number, billed, charged in read_rows(
            database,
            "SELECT claim.number, claim.billed, coalesce(charges.total, 0) FROM claim LEFT JOIN"
            " (SELECT claim_id, -sum(amount) AS total FROM entry WHERE claim_id BETWEEN ? AND ?"
            " AND account = ? GROUP BY claim_id) AS charges ON charges.claim_id = claim.id"
            " WHERE claim.id BETWEEN ? AND ? AND claim.status = 'Submitted'"
            " AND claim.billed <> coalesce(charges.total, 0)"
            f" AND {CHARGED} <> coalesce(charges.total, 0) ORDER BY claim.id",
            *(low, high, CHARGES, low, high),
        ):
            result.fail(
                f"claim {number} bills {dollars(billed)}, the ledger has charges of"
                f" {dollars(int(charged))}"
            )


def contracts(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """What claims say they are under contract is the sum over their lines."""
    for low, high in _claim_pages(database):
        for number, says, is_so in read_rows(
            database,
            "SELECT claim.number, claim.underpaid, sums.short FROM claim JOIN"
            f" (SELECT claim_id, SUM(CASE WHEN {UNDER_CONTRACT} > 0 THEN {UNDER_CONTRACT}"
            " ELSE 0 END) AS short FROM claim_line WHERE claim_id BETWEEN ? AND ?"
            " GROUP BY claim_id) AS sums ON sums.claim_id = claim.id"
            " WHERE claim.underpaid <> sums.short ORDER BY claim.id",
            *(low, high),
        ):
            result.fail(
                f"claim {number} says {dollars(says)} under contract, its lines make"
                f" {dollars(int(is_so))}"
            )
    ((total,),) = read_rows(database, "SELECT coalesce(sum(underpaid), 0) FROM claim")
    result.figures["under contract"] = dollars(int(total))
