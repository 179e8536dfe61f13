"""Proving the store: ledger, balances, payments, audit chain, references, control numbers.

Each check recomputes from the rows what other columns or the audit trail say of them, by SQL sums
and in pages, so that memory does not grow with the store. Whatever was altered behind the
program's back makes one of them fail.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from peewee import Database, ForeignKeyField

from rcm_tui.billing import ledger
from rcm_tui.billing.cases.families import FAMILY_FIGURES, family_figures
from rcm_tui.billing.cases.totals import FIGURES, CaseTotals, case_totals
from rcm_tui.billing.denials.history import differences
from rcm_tui.billing.denials.open_denials import COLUMNS as OPEN_DENIAL
from rcm_tui.billing.denials.open_denials import open_denials
from rcm_tui.billing.outcome import Progress
from rcm_tui.data import audit
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.claims import UNDER_CONTRACT
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.tables.every import ALL_TABLES
from rcm_tui.data.tables.ledger import CHARGES, PATIENT_PAYMENTS, PAYER_PAYMENTS

MOST_PROBLEMS = 20
CLAIMS_A_PAGE = 20_000


@dataclass(slots=True)
class CheckResult:
    """One check: whether it holds, its figures (counts; money as `Decimal`), and what is wrong.

    At most twenty `problems` are kept, each a sentence; "problems" among the figures counts all.
    """

    name: str
    ok: bool = True
    figures: dict[str, int | Decimal] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def fail(self, sentence: str) -> None:
        """Notes a problem."""
        self.ok = False
        self.figures["problems"] = self.figures.get("problems", 0) + 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(sentence)


def check_store(
    database: Database, audit_key: bytes, progress: Progress | None = None
) -> list[CheckResult]:
    """Runs every check. `progress` counts them. Nothing is changed."""
    results = []
    for done, (name, check) in enumerate(CHECKS.items()):
        if progress:
            progress(done, len(CHECKS))
        result = CheckResult(name)
        check(database, audit_key, result)
        results.append(result)
    if progress:
        progress(len(CHECKS), len(CHECKS))
    return results


CHARGED = (
    "CASE WHEN claim.frequency = '8' THEN 0 ELSE claim.billed - coalesce((SELECT sum(l.billed)"
    " FROM claim_line l WHERE l.claim_id = claim.id AND l.rebilled = 1), 0) END"
)
"""What of a claim's bill is in the ledger once it is submitted."""


def _journals(database: Database, audit_key: bytes, result: CheckResult) -> None:
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


def _seals(database: Database, audit_key: bytes, result: CheckResult) -> None:
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


def _claim_balances(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """Paid, adjusted, written off and both balances of every claim are the sums of the ledger."""
    _compare_balances(database, result, "claim", "claim_id", "of_row.number")


def _line_balances(database: Database, audit_key: bytes, result: CheckResult) -> None:
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
    ((result.figures[table.replace("_", " ") + "s"],),) = read_rows(
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
                        f"{table.replace('_', ' ')} {row_name}: {column.replace('_', ' ')} says"
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


def _submitted_claims(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """Billed = payer balance + patient balance + paid + adjusted + written off, once submitted.

    Drafts and claims that are ready have nothing in the ledger; what is billed is what was
    charged. A void charges nothing, and lines that a later claim bills again are out of it.
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


def _payments(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """Posted + unposted = claims paid; less provider adjustments = the payment = the ledger's."""
    cash = _cash_by_payment(database)
    for row in read_rows(
        database,
        "SELECT payment.id, payment.trace_number, payment.state, payment.amount, payment.claims,"
        " payment.posted + payment.unposted, coalesce(paid.claims, 0), coalesce(paid.total, 0),"
        " coalesce(taken.total, 0) FROM payment"
        " LEFT JOIN (SELECT payment_id, count(*) AS claims, sum(paid) AS total FROM remittance"
        " GROUP BY payment_id) AS paid ON paid.payment_id = payment.id"
        " LEFT JOIN (SELECT payment_id, sum(amount) AS total FROM provider_adjustment"
        " GROUP BY payment_id) AS taken ON taken.payment_id = payment.id ORDER BY payment.id",
    ):
        key, trace, state, amount, claims, accounted, counted, paid, taken = row
        name = f"payment {trace or key}"
        for figure, value in (("payments", 1), (state, 1), ("amount", dollars(amount))):
            result.figures[figure] = result.figures.get(figure, 0) + value
        if claims != counted:
            result.fail(f"{name} says it has {claims} remittances, there are {counted}")
        if accounted != paid:
            result.fail(
                f"{name}: posted and unposted make {dollars(accounted)}, its remittances pay"
                f" {dollars(int(paid))}"
            )
        if state == "posted" and paid - taken != amount:
            result.fail(
                f"{name} over {dollars(amount)}: claims paid {dollars(int(paid))} − provider"
                f" adjustments {dollars(int(taken))} = {dollars(int(paid - taken))}"
            )
        in_ledger = cash.get(key, 0)
        if in_ledger != (amount if state == "posted" else 0):
            result.fail(
                f"{name} is {state} over {dollars(amount)}, the ledger received"
                f" {dollars(in_ledger)} of it"
            )


def _cash_by_payment(database: Database) -> dict[int, int]:
    """Payment → cents that its journals put on the account of payer payments."""
    cash: dict[int, int] = {}
    for source in (
        "SELECT remittance.payment_id, sum(entry.amount) FROM remittance"
        " JOIN entry ON entry.journal_id = remittance.journal_id",
        "SELECT payment.id AS payment_id, sum(entry.amount) FROM payment"
        " JOIN entry ON entry.journal_id = payment.journal_id",
        "SELECT provider_adjustment.payment_id, sum(entry.amount) FROM provider_adjustment"
        " JOIN entry ON entry.journal_id = provider_adjustment.journal_id",
    ):
        for payment, amount in read_rows(
            database, f"{source} WHERE entry.account = ? GROUP BY 1", PAYER_PAYMENTS
        ):
            cash[payment] = cash.get(payment, 0) + int(amount)
    return cash


def _patient_payments(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """What patients paid: on invoices, in the ledger, and on claims, to the same cents."""
    ((count, standing, applied),) = read_rows(
        database,
        "SELECT count(*),"
        " coalesce(sum(CASE WHEN state = 'posted' THEN amount ELSE 0 END), 0)"
        " - (SELECT coalesce(sum(amount), 0) FROM refund WHERE side = 'patient'"
        " AND state = 'posted'),"
        " coalesce(sum(applied), 0) FROM patient_payment",
    )
    result.figures |= {
        "patient payments": count,
        "standing": dollars(int(standing)),
        "applied": dollars(int(applied)),
    }
    ((in_ledger,),) = read_rows(
        database, "SELECT coalesce(sum(amount), 0) FROM entry WHERE account = ?", PATIENT_PAYMENTS
    )
    if in_ledger != standing:
        result.fail(
            f"patient payments less refunds are {dollars(int(standing))}, the ledger received"
            f" {dollars(int(in_ledger))}"
        )
    for number, amount, journal, posted in read_rows(
        database,
        "SELECT p.number, p.amount, p.journal_id, coalesce(sum(e.amount), 0)"
        " FROM patient_payment p LEFT JOIN entry e ON e.journal_id = p.journal_id"
        " AND e.account = ? GROUP BY p.id, p.number, p.amount, p.journal_id"
        " HAVING coalesce(sum(e.amount), 0) <> p.amount ORDER BY p.id",
        PATIENT_PAYMENTS,
    ):
        result.fail(
            f"payment {number} is of {dollars(amount)}, its journal {journal} of"
            f" {dollars(int(posted))}"
        )
    for number, says, is_so in read_rows(
        database,
        "SELECT p.number, p.applied, coalesce(sum(a.amount), 0) FROM patient_payment p"
        " LEFT JOIN payment_application a ON a.payment_id = p.id AND a.state = 'posted'"
        " GROUP BY p.id, p.number, p.applied HAVING p.applied <> coalesce(sum(a.amount), 0)"
        " ORDER BY p.id",
    ):
        result.fail(
            f"payment {number} says {dollars(says)} of it is applied, its applications"
            f" {dollars(int(is_so))}"
        )
    for number, says, is_so in read_rows(
        database,
        "SELECT p.number, p.refunded, coalesce(sum(r.amount), 0) FROM patient_payment p"
        " LEFT JOIN refund r ON r.payment_id = p.id AND r.state = 'posted'"
        " GROUP BY p.id, p.number, p.refunded HAVING p.refunded <> coalesce(sum(r.amount), 0)"
        " ORDER BY p.id",
    ):
        result.fail(
            f"payment {number} says {dollars(says)} of it was given back, its refunds"
            f" {dollars(int(is_so))}"
        )


def _invoices(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """An invoice is the sum of its lines, these are as their charges, and paid what was paid."""
    ((result.figures["invoices"], billed),) = read_rows(
        database, "SELECT count(*), coalesce(sum(billed), 0) FROM invoice"
    )
    result.figures["billed"] = dollars(int(billed))
    for number, says, share, paid, lines, shares, payments, insurance, put in read_rows(
        database,
        "SELECT * FROM (SELECT i.number, i.billed, i.patient_share, i.paid,"
        " (SELECT coalesce(sum(l.billed), 0) FROM invoice_line l WHERE l.invoice_id = i.id) AS a,"
        " (SELECT coalesce(sum(l.patient_share), 0) FROM invoice_line l"
        " WHERE l.invoice_id = i.id) AS b,"
        " (SELECT coalesce(sum(p.amount - p.refunded), 0) FROM patient_payment p"
        " WHERE p.invoice_id = i.id AND p.state = 'posted') AS c, i.insurance_paid,"
        " (SELECT coalesce(sum(n.amount), 0) FROM insurance_payment n"
        " WHERE n.invoice_id = i.id) AS d FROM invoice i) AS sums WHERE billed <> a"
        " OR patient_share <> b OR paid <> c OR insurance_paid <> d ORDER BY number",
    ):
        result.fail(
            f"invoice {number} says billed {dollars(says)}, patient's {dollars(share)}, paid"
            f" {dollars(paid)}; its lines and payments make {dollars(int(lines))},"
            f" {dollars(int(shares))}, {dollars(int(payments))}; of insurance"
            f" {dollars(insurance)} and {dollars(int(put))}"
        )
    for number, charge, says, is_so in read_rows(
        database,
        "SELECT i.number, c.number, l.billed, c.billed FROM invoice_line l"
        " JOIN invoice i ON i.id = l.invoice_id JOIN charge_item c ON c.id = l.charge_item_id"
        " WHERE l.billed <> c.billed OR l.units <> c.units ORDER BY l.id",
    ):
        result.fail(
            f"invoice {number} bills {dollars(says)} of charge {charge}, which is {dollars(is_so)}"
        )


def _audit_trail(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """The chain of audit records is whole, under the key that lies outside the store."""
    result.figures["records"], breaks = audit.verify(database, audit_key)
    for sentence in breaks:
        result.fail(sentence)


def _references(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """Every reference from one row to another leads to a row."""
    result.figures["references"] = 0
    for table in ALL_TABLES:
        for reference in table._meta.sorted_fields:
            if isinstance(reference, ForeignKeyField):
                result.figures["references"] += 1
                child, parent = table._meta.table_name, reference.rel_model._meta.table_name
                column = reference.column_name
                for key, missing in read_rows(
                    database,
                    f'SELECT child.id, child.{column} FROM "{child}" AS child'
                    f' LEFT JOIN "{parent}" AS parent ON parent.id = child.{column}'
                    f" WHERE child.{column} IS NOT NULL AND parent.id IS NULL ORDER BY child.id",
                ):
                    result.fail(
                        f"{_said(child)} {key} refers to {_said(parent)} {missing}, which is gone"
                    )


def _said(table: str) -> str:
    return table.replace("_", " ")


def _charge_days(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """What charge periods are added up from is what the charge items say."""
    days = "SELECT business_unit_id, date_of_service, status, items, billed FROM charge_day"
    charges = (
        "SELECT business_unit_id, date_of_service, status, COUNT(*), SUM(billed) FROM charge_item"
        " GROUP BY business_unit_id, date_of_service, status"
    )
    kept = {row[:3]: tuple(map(int, row[3:])) for row in read_rows(database, days)}
    real = {row[:3]: tuple(map(int, row[3:])) for row in read_rows(database, charges)}
    result.figures["days"] = len(kept)
    for unit, day, status in sorted(kept.keys() | real.keys()):
        said, is_so = (rows.get((unit, day, status), (0, 0)) for rows in (kept, real))
        if said != is_so:
            result.fail(
                f"business unit {unit} has {is_so[0]} charges {status} on {day},"
                f" {dollars(is_so[1])}; its periods say {said[0]}, {dollars(said[1])}"
            )


UNIQUE = (
    ("claim", "number"),
    ("claim", "patient_control_number"),
    ("claim_line", "line_control_number"),
    ("charge_item", "number"),
    ("visit", "number"),
    ("invoice", "number"),
    ("patient_payment", "number"),
    ("write_off", "number"),
    ("refund", "number"),
    ("statement", "number"),
    ("claims_transaction", "clearinghouse_id, interchange_control_number"),
    ("incoming_file", "sha256"),
    ("payment", "set_key"),
    ("payment", "payment_key"),
)


def _control_numbers(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """Numbers that must be one of a kind are. Gaps among interchanges are counted, not failed."""
    for table, columns in UNIQUE:
        for row in read_rows(
            database,
            f"SELECT count(*), {columns} FROM {table} GROUP BY {columns} HAVING count(*) > 1"
            f" ORDER BY {columns}",
        ):
            value = ", ".join(str(part) for part in row[1:])
            result.fail(f"{row[0]} rows of {_said(table)} share {_said(columns)} {value}")
    interchanges = gaps = 0
    for count, lowest, highest in read_rows(
        database,
        "SELECT count(*), min(interchange_control_number), max(interchange_control_number)"
        " FROM claims_transaction GROUP BY clearinghouse_id",
    ):
        interchanges += count
        gaps += highest - lowest + 1 - count
    result.figures |= {"interchanges": interchanges, "gaps": gaps}


def _transmissions(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """A claim is live in one claims transaction at most, and no Submitted one was never sent."""
    ((live,),) = read_rows(database, "SELECT count(*) FROM transmitted_claim WHERE live = 1")
    result.figures["live transmissions"] = live
    for number, count in read_rows(
        database,
        "SELECT claim.number, count(*) FROM transmitted_claim JOIN claim"
        " ON claim.id = transmitted_claim.claim_id WHERE live = 1"
        " GROUP BY claim.number HAVING count(*) > 1 ORDER BY claim.number",
    ):
        result.fail(f"claim {number} is live in {count} claims transactions")
    for number, status in read_rows(
        database,
        "SELECT DISTINCT claim.number, claim.status FROM transmitted_claim JOIN claim"
        " ON claim.id = transmitted_claim.claim_id WHERE live = 1"
        " AND claim.status IN ('Draft', 'Ready to Submit') ORDER BY claim.number",
    ):
        result.fail(f"claim {number} is {status}, yet a claims transaction holds it")
    for (number,) in read_rows(
        database,
        "SELECT claim.number FROM claim LEFT JOIN transmitted_claim"
        " ON transmitted_claim.claim_id = claim.id WHERE claim.status = 'Submitted'"
        " AND claim.elsewhere = 0 AND transmitted_claim.id IS NULL ORDER BY claim.id",
    ):
        result.fail(f"claim {number} is Submitted, but no claims transaction holds it")
    for name, claims, counted in read_rows(
        database,
        "SELECT sent.file_name, sent.claims, count(transmitted_claim.id)"
        " FROM claims_transaction AS sent LEFT JOIN transmitted_claim"
        " ON transmitted_claim.claims_transaction_id = sent.id"
        " GROUP BY sent.id, sent.file_name, sent.claims ORDER BY sent.id",
    ):
        if claims != counted:
            result.fail(f"{name} says it carries {claims} claims, the store knows of {counted}")


def _contracts(database: Database, audit_key: bytes, result: CheckResult) -> None:
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


def _cases(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """What a case says it comes to is what its claims, those below it and its clocks make."""
    listed = ", ".join((*FIGURES, *FAMILY_FIGURES))
    last = 0
    result.figures["cases"] = 0
    while rows := read_rows(
        database,
        f"SELECT id, number, {listed} FROM case_file WHERE id > ? ORDER BY id LIMIT 500",
        last,
    ):
        last = rows[-1][0]
        result.figures["cases"] += len(rows)
        keys = [row[0] for row in rows]
        found, families = case_totals(database, keys), family_figures(database, keys)
        for key, number, *says in rows:
            own = zip(FIGURES, says, found.get(key, CaseTotals()).values(), strict=False)
            below = zip(FAMILY_FIGURES, says[len(FIGURES) :], families[key], strict=True)
            for makes, figures in (("its claims make", own), ("what is below it and due", below)):
                for name, said, is_so in figures:
                    if said != is_so:
                        result.fail(f"case {number}: {_said(name)} says {said}, {makes} {is_so}")
    for (number,) in read_rows(
        database,
        "SELECT DISTINCT f.number FROM case_file f JOIN case_claim k ON k.case_id = f.id"
        " WHERE (k.active = 1) <> (f.closed_at IS NULL) ORDER BY f.number",
    ):
        result.fail(f"case {number} and its claims disagree on whether it is active")
    for number, below in read_rows(
        database,
        "SELECT p.number, min(f.number) FROM case_file f JOIN case_file p ON p.id = f.parent_id"
        " WHERE f.closed_at IS NULL AND p.closed_at IS NOT NULL GROUP BY p.number ORDER BY p.number",
    ):
        result.fail(f"case {number} is closed, and {below} below it is open")


def _denials(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """The open denials are those that remittances, balances and the practice's table make."""
    listed = ", ".join(Denial._meta.combined[name].column_name for name in OPEN_DENIAL)
    result.figures |= {"denials": 0, "open": Decimal(0)}
    last = 0
    while keys := [
        key
        for (key,) in read_rows(
            database,
            "SELECT id FROM claim WHERE id > ? AND (adjudication IN ('denied', 'partially paid')"
            " OR EXISTS (SELECT 1 FROM denial WHERE denial.claim_id = claim.id))"
            " ORDER BY id LIMIT 500",
            last,
        )
    ]:
        last = keys[-1]
        real = open_denials(database, keys)
        kept = {
            row[0]: tuple(row)
            for row in read_by_keys(
                database, f"SELECT {listed} FROM denial WHERE claim_id IN ({{keys}})", keys
            )
        }
        result.figures["denials"] += len(kept)
        amount = OPEN_DENIAL.index("open_amount")
        result.figures["open"] += dollars(sum(row[amount] for row in kept.values()))
        for claim in sorted(kept.keys() | real.keys()):
            if kept.get(claim) != real.get(claim):
                result.fail(_wrong_denial(claim, kept.get(claim), real.get(claim)))


def _wrong_denial(claim: int, says: Sequence[Any] | None, is_so: Sequence[Any] | None) -> str:
    if says is None:
        return f"claim {claim} was denied and is open, and is not among the open denials"
    if is_so is None:
        return f"claim {claim} is among the open denials, and nothing of it is denied and open"
    name, said, real = next(
        (name, a, b) for name, a, b in zip(OPEN_DENIAL, says, is_so, strict=True) if a != b
    )
    return f"the open denial of claim {claim}: {_said(name)} says {said}, and is {real}"


def _denial_history(database: Database, audit_key: bytes, result: CheckResult) -> None:
    """The denial history is the sum of the remittances, as far as it has followed them."""
    ((answered,),) = read_rows(database, "SELECT coalesce(sum(answered), 0) FROM denial_history")
    result.figures["answered lines"] = int(answered)
    for problem in differences(database):
        result.fail(problem)


CHECKS: dict[str, Callable[[Database, bytes, CheckResult], None]] = {
    "journals sum to zero": _journals,
    "ledger as posted": _seals,
    "claim balances": _claim_balances,
    "line balances": _line_balances,
    "billed is accounted for": _submitted_claims,
    "payments": _payments,
    "patient payments": _patient_payments,
    "invoices": _invoices,
    "charge periods": _charge_days,
    "audit trail": _audit_trail,
    "references": _references,
    "control numbers": _control_numbers,
    "transmissions": _transmissions,
    "contracts": _contracts,
    "cases": _cases,
    "open denials": _denials,
    "denial history": _denial_history,
}
