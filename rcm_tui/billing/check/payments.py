"""Checks of the money that came: of payers, of patients, and on invoices."""

from peewee import Database

from rcm_tui.billing.check.result import CheckResult
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.keys import AuditKey
from rcm_tui.data.tables.ledger import PATIENT_PAYMENTS, PAYER_PAYMENTS


def payments(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
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


def patient_payments(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
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


def invoices(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
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
