"""The lines of a payment's parts: the money, its remittances, what the payer kept back."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from textual.content import Content

from rcm_tui.data.codes.provider_adjustments import word_of_reason
from rcm_tui.data.queues.remittances import PAYMENT_STATES, REMITTANCE_STATES
from rcm_tui.data.records.payment import PaymentRecord
from rcm_tui.screens.words import (
    NONE,
    amount,
    date_text,
    field_line,
    moment_text,
    money_text,
    signed,
    state,
)
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import folded, written

NARROW = 118
METHODS = {
    "ACH": "electronic funds transfer",
    "CHK": "check",
    "BOP": "financial institution's option",
    "FWT": "wire transfer",
    "NON": "no payment, information alone",
}


def summary(record: PaymentRecord, zone: ZoneInfo, width: int) -> list[Row]:
    """Who paid whom how much and how, what of it is posted, and what holds the rest."""
    payment = record.payment
    payer = record.payer.name if record.payer else ""
    named = payment.payer_name or NONE
    method = METHODS.get(payment.method, "")
    rows = [
        Row(field_line("Payer", payer or f"not known to us: {named}")),
        Row(field_line("In the file", f"{named} · {payment.payer_identifier or 'no identifier'}")),
        Row(field_line("Payee", f"{payment.payee_name or NONE} · NPI {payment.payee_npi or NONE}")),
        Row(field_line("Check / EFT", payment.trace_number or NONE)),
        Row(field_line("Method", f"{payment.method or NONE} {method}")),
        Row(field_line("Takes effect", date_text(payment.effective_date))),
        Row(field_line("Produced", date_text(payment.production_date))),
        Row(Content("")),
        Row(field_line("Amount", amount(payment.amount, 14))),
        Row(field_line("Posted", amount(payment.posted, 14))),
        Row(field_line("Unposted", amount(payment.unposted, 14))),
        Row(field_line("Kept back", amount(sum(one.amount for one in record.adjustments), 14))),
        *(
            [Row(field_line("Bank", f"deposited {date_text(record.deposited_on)}"))]
            if record.deposited_on
            else []
        ),
        Row(field_line("State", state(PAYMENT_STATES, payment.state))),
    ]
    for reason in record.held_because:
        rows += [Row(line) for line in folded(signed("warning", ""), reason, width - 4)]
    rows += [
        Row(Content("")),
        Row(_source(record)),
        Row(field_line("Received", f"{moment_text(payment.received_at, zone)}")),
        Row(field_line("Posted at", moment_text(payment.posted_at, zone))),
    ]
    return rows


def _source(record: PaymentRecord) -> Content:
    """The file that it came in, or who typed it from paper and with which memo."""
    payment = record.payment
    if payment.entered_by:
        memo = f": {payment.memo}" if payment.memo else ""
        return field_line("By hand", f"typed by {payment.entered_by}{memo}")
    return field_line("File", f"{record.file_name or NONE}  {record.file_kind}")


def remittances(record: PaymentRecord, width: int) -> list[Row]:
    """The claim payments, figures under figures; enter opens the claim."""
    wide = width >= NARROW
    head = f"{'Claim':<12}{'Patient':<20}{'Billed':>11}{'Paid':>11}{'Patient':>10}  "
    head += "State and why" if wide else "State"
    rows = [Row(written((head, "$text-muted")))]
    for one in record.remittances:
        figures = (
            f"{amount(one.charge, 11)}{amount(one.paid, 11)}"
            f"{amount(one.patient_responsibility, 10)}  "
        )
        line = written(
            f"{cell(one.claim_number or '–', 11)} {cell(one.patient_name, 19)} {figures}",
            state(REMITTANCE_STATES, one.state),
            f"  {one.reason}" if wide and one.reason else "",
        )
        rows.append(Row(line, ("remittance", one.id, one.claim_id)))
    more = record.remittance_count - len(record.remittances)
    if more:
        rows.append(Row(written(f"… and {more:,} more; r shows all in their queue")))
    return rows if record.remittances else [Row(written("No claim payments came with it."))]


def adjustments(record: PaymentRecord) -> list[Row]:
    """What the payer kept back or gave at the level of the provider (PLB)."""
    if not record.adjustments:
        return [Row(written("The payer adjusted nothing at the level of the provider."))]
    head = f"{'Reason':<30}{'Names':<19}{'Keeps back':>12}  Claim"
    rows = [Row(written((head, "$text-muted")))]
    for one in record.adjustments:
        reason = f"{one.reason_code} {word_of_reason(one.reason_code)}"
        line = f"{cell(reason, 29)} {cell(one.identifier or NONE, 18)} "
        claim = cell(one.claim.number, 12) if one.claim else NONE
        content = written(line, f"{money_text(one.amount):>12}  ", (claim, "$secondary"))
        rows.append(Row(content, ("adjustment", one.id, one.claim.id if one.claim else None)))
    return rows
