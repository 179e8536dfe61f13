"""The lines of a visit's and an invoice's parts: what each tab of the record says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.content import Content

from rcm_tui.data.queues.claims import STATUSES as CLAIM_STATUSES
from rcm_tui.data.records.invoice import InvoiceRecord
from rcm_tui.data.records.visit import ClaimOfVisit, VisitRecord
from rcm_tui.data.tables.invoices import Invoice, PatientPayment
from rcm_tui.screens.history_lines import history as history_lines
from rcm_tui.screens.words import (
    NONE,
    amount,
    date_text,
    field_line,
    money_text,
    name_of,
    signed,
    state,
    units_text,
)
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from rcm_tui.billing.visits.missing import Missing

NARROW = 118
OPEN = ("booked", "checked in")
OF_CLIENT = "the client's"
SHARE = "Patient's"
FIELD = 22
"""The width of labels: "Date of current illness" is the longest but one."""


def services(record: VisitRecord, width: int) -> list[Row]:
    """The line items, and after checking out what each is billed."""
    wide = width >= NARROW
    head = f"{'':>2} {'Code':<7}{'Units':>5}  {'Modifiers':<12}{'Diagnoses':<20}"
    head += f"{'Billed':>10}  {'Charge':<11}{'Status':<20}" if wide else f"{'Billed':>10}  Charge"
    rows = [Row(written((head, "$text-muted")))]
    for one in record.services:
        modifiers = one.charge_modifiers or one.modifiers
        text = (
            f"{one.position:>2} {cell(one.procedure_code, 6)} {units_text(one.units):>5}  "
            f"{cell(modifiers or NONE, 11)} {cell(one.diagnoses or OF_CLIENT, 19)} "
            f"{amount(one.billed, 10) if one.charge else NONE.rjust(10)}  "
        )
        status = f"{cell(one.charge_status, 20)}" if wide else ""
        rows.append(Row(written(text, cell(one.charge, 11), status), ("service", one.id)))
        if one.notes:
            rows += [Row(line) for line in folded(" " * 10, one.notes, width - 4, "$warning")]
    if record.visit.status in OPEN:
        rows.append(Row(written(("+ add a service", "$accent")), ("service", 0)))
        if not record.services and record.last_like_it:
            number, day = record.last_like_it
            words = f"= copies them from {number} of {date_text(day)}, the last of its kind."
            rows.append(Row(written((words, "$text-muted"))))
    return rows


def treatment(record: VisitRecord) -> list[Row]:
    """Who, where, when, and since when the client is ill."""
    visit, client = record.visit, record.client
    coverage = record.coverage
    insured = "none on this day"
    if coverage is not None:
        copay = "not known" if coverage.copay is None else money_text(coverage.copay)
        insured = f"{coverage.payer.name} · copay {copay}"
    last = record.last_like_it
    practitioner = name_of(visit.practitioner.last_name, visit.practitioner.first_name)
    fields = (
        ("Date of current illness", date_text(visit.illness_on)),
        ("Client's diagnoses", "  ".join(record.diagnoses) or NONE),
        ("Client", f"{name_of(client.last_name, client.first_name)} · MRN {client.mrn}"),
        ("Insured with", insured),
        ("Practitioner", practitioner),
        ("Location", visit.location.name if visit.location else NONE),
        ("Business unit", visit.business_unit.name),
        ("Booked as", visit.appointment_type.name),
        ("When", f"{date_text(visit.visit_on)} {visit.begins}, {visit.minutes} minutes"),
        ("Telehealth", "yes" if visit.telehealth else "no"),
        ("Last of its kind", f"{last[0]} of {date_text(last[1])}" if last else NONE),
        ("Because", visit.reason),
        ("Note", visit.note),
    )
    return [
        Row(field_line(label, text, width=FIELD + 3))
        for label, text in fields
        if text or label not in ("Because", "Note")
    ]


def checkout(record: VisitRecord, missing: Sequence[Missing], width: int) -> list[Row]:
    """The invoice, what was paid, the claim, and what is missing for it."""
    if record.invoice is None:
        words = {
            "booked": "a checks it out: its services become charges, and an invoice is made.",
            "checked in": "a checks it out: its services become charges, and an invoice is made.",
        }.get(record.visit.status, "It was not held: there is nothing to check out.")
        return [Row(written(words))]
    invoice = record.invoice
    head = written(("Invoice  ", "$text-muted"), (invoice.number, "bold"), f"  {_shares(invoice)}")
    rows = [Row(head, ("invoice", invoice.id)), Row(_patient_side(invoice))]
    rows += payments(record.payments)
    rows.append(Row(Content("")))
    rows += [_claim(one) for one in record.claims]
    if not missing:
        if not record.claims:
            rows.append(Row(signed("done", "Nothing is missing: a makes the claim at once.")))
            rows.append(Row(written(("Q queues it as a Draft, to be reviewed.", "$text-muted"))))
        return rows
    errors = sum(one.severity == "error" for one in missing)
    if errors:
        found = "Missing for the claim; enter or e goes to the field:"
    else:
        found = "Nothing is missing: a makes the claim at once. To look at:"
    rows.append(Row(written((found, "bold $warning" if errors else ""))))
    for place, one in enumerate(missing):
        start = signed("failed" if one.severity == "error" else "warning", "")
        first, *others = folded(start, one.reason, width - 4)
        rows.append(Row(first, ("missing", place) if one.place is not None else None))
        rows += [Row(line) for line in others]
        if one.how_to_fix:
            fix = folded("   ", one.how_to_fix, width - 4, "$text-muted")
            rows += [Row(line) for line in fix]
    return rows


def missing_note(record: VisitRecord, missing: Sequence[Missing]) -> str:
    """What stands behind the tab's name: how much is missing, or that nothing is."""
    if record.invoice is None:
        return ""
    errors = sum(one.severity == "error" for one in missing)
    return f"{sign('failed', ascii_wanted())}{errors}" if errors else sign("done", ascii_wanted())


def payments(paid: Sequence[PatientPayment]) -> list[Row]:
    """What the patient paid, by which method, and what was taken back."""
    rows = []
    for one in paid:
        words = " · ".join(filter(None, (one.method, one.reference, one.memo)))
        text = f"{one.number}  {date_text(one.received_on)}{amount(one.amount, 11)}  {words}"
        if one.state != "posted":
            back = f"  taken back: {one.reason}"
            rows.append(Row(written(("Payment  ", "$text-muted"), (text + back, "$text-disabled"))))
        else:
            applied = f"  {money_text(one.applied)} on the claim" if one.applied else ""
            rows.append(Row(written(("Payment  ", "$text-muted"), text + applied)))
    return rows or [Row(written(("Payment  ", "$text-muted"), "none yet: $ takes one."))]


def money_of(record: InvoiceRecord) -> list[Row]:
    """What was paid on an invoice by the patient and its payer, and what was given back."""
    rows = payments(record.payments)
    for one in record.refunds:
        words = " · ".join(filter(None, (one.method, one.reference, one.memo)))
        text = f"{one.number}  {date_text(one.refunded_on)}{amount(-one.amount, 11)}  {words}"
        text += f"  taken back: {one.reason}" if one.state != "posted" else ""
        rows.append(Row(written(("Refund   ", "$text-muted"), text)))
    for put in record.insurance:
        words = put.memo or ("auto-pay" if put.automatic else f"by {put.put_by}")
        text = f"insurance {date_text(put.put_on)}{amount(put.amount, 11)}  {words}"
        rows.append(Row(written(("Payer    ", "$text-muted"), text)))
    invoice = record.invoice
    waiting = invoice.payer_paid - invoice.insurance_paid
    if waiting:
        words = f"{money_text(waiting)} of what the payer paid is not on it yet: a puts it on."
        rows.append(Row(written(("Payer    ", "$text-muted"), (words, "$warning"))))
    rows += [Row(Content("")), Row(_patient_side(invoice))]
    if invoice.settled_on is not None:
        rows.append(Row(field_line("Settled", date_text(invoice.settled_on), width=9)))
    return rows


def invoice_lines(record: InvoiceRecord, width: int) -> list[Row]:
    """The charges with both shares, and where their claim stands."""
    wide = width >= NARROW
    head = f"{'':>2} {'Code':<7}{'Modifiers':<12}{'Units':>5}{'Billed':>11}{SHARE:>11}"
    head += f"{'Paid':>11}{'Patient owes':>14}  {'Charge':<11}Claim" if wide else "  Claim"
    rows = [Row(written((head, "$text-muted")))]
    for one in record.lines:
        text = (
            f"{one.position:>2} {cell(one.procedure_code, 6)} {cell(one.modifiers or NONE, 11)} "
            f"{units_text(one.units):>5}{amount(one.billed)}{amount(one.patient_share)}"
        )
        if wide:
            text += f"{amount(one.payer_paid)}{amount(one.patient_balance, 14)}  "
            text += f"{cell(one.charge, 10)} "
        else:
            text += "  "
        rows.append(Row(written(text, cell(one.claim or NONE, 10))))
    rows += [Row(Content("")), Row(field_line("Shares", _shares(record.invoice)))]
    rows.append(Row(_patient_side(record.invoice, 14)))
    payer = record.coverage.payer.name if record.coverage else "nobody: no coverage on the day"
    rows.append(Row(field_line("Payer", payer)))
    visit = record.visit
    held = f"{visit.number} of {date_text(visit.visit_on)}"
    rows.append(Row(field_line("Visit", held), ("visit", visit.id)))
    rows += [_claim(one) for one in record.claims]
    return rows


def history(record: VisitRecord | InvoiceRecord, zone: ZoneInfo) -> list[Row]:
    """What was done to the record, by whom, when."""
    return history_lines(record.history, zone)


def standing(invoice: Invoice) -> str:
    """Where the patient's side stands, as the queue has it."""
    balance = invoice.patient_share - invoice.paid - invoice.written_off
    if invoice.state == "settled":
        return "settled"
    if balance:
        return "open" if balance > 0 else "credit"
    return "paid" if invoice.patient_share else "no share"


def _shares(invoice: Invoice) -> str:
    return (
        f"billed {money_text(invoice.billed)} · payer's {money_text(invoice.payer_share)}"
        f" · patient's {money_text(invoice.patient_share)}"
    )


def _patient_side(invoice: Invoice, width: int = 9) -> Content:
    owes = invoice.patient_share - invoice.paid - invoice.written_off
    off = f"written off {money_text(invoice.written_off)} · " if invoice.written_off else ""
    words = f"owes {money_text(owes)}" if owes >= 0 else f"credit of {money_text(-owes)}"
    return field_line("Patient", f"paid {money_text(invoice.paid)} · {off}{words}", width=width)


def _claim(one: ClaimOfVisit) -> Row:
    money = f"  billed {money_text(one.billed)}"
    if one.status == "Submitted":
        money += (
            f" · paid {money_text(one.paid)} · payer {money_text(one.payer_balance)}"
            f" · patient {money_text(one.patient_balance)}"
        )
    return Row(
        written(
            ("Claim    ", "$text-muted"),
            (one.number, "bold"),
            "  ",
            state(CLAIM_STATUSES, one.status),
            money,
        ),
        ("claim", one.id),
    )
