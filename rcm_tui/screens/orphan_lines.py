"""The lines of a remittance without a claim: it, its candidates under it, and why each is one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from textual.content import Content

from rcm_tui.billing.remittances.candidates import Candidate, Reason
from rcm_tui.billing.remittances.line_orphans import LineCandidate
from rcm_tui.data.identifiers import masked_code
from rcm_tui.data.queues.remittances import REMITTANCE_STATES
from rcm_tui.data.records.remittance import AnsweredLine, RemittanceRecord
from rcm_tui.screens.words import NONE, amount, date_text, field_line, money_text, signed, state
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import folded, written

WIDE = 110
SCORE, NUMBER, PATIENT, DATES = 6, 13, 21, 12
REMITTED = "remit"


def candidates(record: RemittanceRecord, found: Sequence[Candidate], width: int) -> list[Row]:
    """The remittance, and under it, figure under figure, the claims that it may be for."""
    one = record.remittance
    head = f"{'':<{SCORE}}{'Claim':<{NUMBER}}{'Patient':<{PATIENT}}{'Service':<{DATES}}"
    head += f"{'Billed':>10}{'Paid/open':>11}"
    if width >= WIDE:
        head += "  Payer"
    line = written(
        (cell(REMITTED, SCORE), "$text-muted"),
        (cell(one.patient_control_number or NONE, NUMBER - 1) + " ", "bold $secondary"),
        cell(one.patient_name or NONE, PATIENT - 1) + " ",
        f"{_days(one.first_service_date, one.last_service_date):<{DATES}}",
        f"{money_text(one.charge):>10}",
        (f"{money_text(one.paid):>11}", "bold"),
        f"  {cell(record.payer, 30)}" if width >= WIDE else "",
    )
    rows = [Row(written((head, "$text-muted"))), Row(line), Row(Content(""))]
    if one.state != "orphan":
        where = f"on claim {record.claim.number}" if record.claim else one.reason
        return [*rows, Row(written(state(REMITTANCE_STATES, one.state), f"  {where}"))]
    if not found:
        words = "Nothing that is known fits: no number, patient, day or amount. / finds a claim."
        return [*rows, Row(signed("warning", words))]
    return rows + [Row(_candidate(each, width), each.claim) for each in found]


def _candidate(one: Candidate, width: int) -> Content:
    style = "$text-disabled" if one.refusal else ""
    score = "–" if one.refusal else f"{one.score}"
    return written(
        (f"{score:>{SCORE - 3}}   ", "bold" if not one.refusal else style),
        (cell(one.number, NUMBER - 1) + " ", style or "$secondary"),
        (cell(one.patient_name, PATIENT - 1) + " ", style),
        (f"{_days(one.first_service_date, one.last_service_date):<{DATES}}", style),
        (f"{money_text(one.billed):>10}{money_text(one.payer_balance):>11}", style),
        (f"  {cell(one.payer, 30)}", style) if width >= WIDE else "",
    )


def why(one: Candidate | None, width: int) -> list[Row]:
    """Why a claim is a candidate, with the points of each reason; or why it cannot be taken."""
    if one is None:
        return []
    rows = []
    if one.refusal:
        rows += [Row(line) for line in folded(signed("failed", ""), f"{one.refusal}.", width)]
    rows += score_rows(one.score, one.reasons, width)
    status = f"{one.status} · {one.adjudication} · {money_text(one.payer_balance)} open at payer"
    rows.append(Row(written((status, "$text-muted"))))
    return rows


def score_rows(score: int, reasons: Sequence[Reason], width: int) -> list[Row]:
    """A score and what it is the sum of."""
    words = " · ".join(f"{reason.words} ({reason.points:+})" for reason in reasons)
    words = words or "nothing is the same"
    return [Row(line) for line in folded((f"Score {score}: ", "bold"), words, width)]


def claim_lines(
    line: AnsweredLine, record: RemittanceRecord, found: Sequence[LineCandidate]
) -> list[Row]:
    """A line of a remittance, and under it, figure under figure, the lines of its claim."""
    head = f"{'':<{SCORE}}{'Line':<7}{'Code':<20}{'Service':<12}{'Billed':>11}{'Paid/open':>12}"
    code = f"{line.procedure_code} {line.modifiers}".strip()
    rows = [
        Row(written((head, "$text-muted"))),
        Row(
            written(
                (cell(REMITTED, SCORE), "$text-muted"),
                f"{line.position:<7}{cell(code, 19)} {_days(line.first_service_date, None):<12}",
                f"{money_text(line.charge):>11}",
                (f"{money_text(line.paid):>12}", "bold"),
                f"  {_taken(record, line.id)}",
            )
        ),
        Row(Content("")),
    ]
    if record.claim is None:
        return [*rows, Row(signed("warning", "Its remittance is on no claim: match that first."))]
    for one in found:
        code = f"{one.code} {one.modifiers}".strip()
        day = datetime.date.fromisoformat(one.day)
        content = written(
            (f"{one.score:>{SCORE - 3}}   ", "bold"),
            f"{one.position:<7}{cell(code, 19)} {_days(day, None):<12}",
            f"{money_text(one.billed):>11}{money_text(one.payer_balance):>12}",
        )
        rows.append(Row(content, one.line))
    return rows


def mask(record: RemittanceRecord) -> None:
    """Masks the member id that the payer says."""
    record.remittance.member_id = masked_code(record.remittance.member_id)


def facts(record: RemittanceRecord, width: int) -> list[Row]:
    """All that the payer says: numbers, money, lines and adjustments."""
    one, payment = record.remittance, record.payment
    rows = [
        Row(field_line("Patient no.", one.patient_control_number or NONE)),
        Row(field_line("Payer's no.", one.payer_claim_control_number or NONE)),
        Row(field_line("Patient", f"{one.patient_name or NONE} · member {one.member_id or NONE}")),
        Row(field_line("Service", _days(one.first_service_date, one.last_service_date))),
        Row(field_line("Status", one.status_code)),
        Row(
            field_line(
                "Payment",
                f"{payment.trace_number or NONE} · {record.payer} ·"
                f" {date_text(payment.effective_date)} · {money_text(payment.amount)}",
            )
        ),
    ]
    rows += [Row(line) for line in folded(field_line("Why"), one.reason or NONE, width - 4)]
    rows += [
        Row(Content("")),
        Row(
            written(
                (f"{'Code':<18}{'Service':<12}{'Charge':>11}{'Paid':>11}  Taken off", "$text-muted")
            )
        ),
    ]
    for line in record.lines:
        code = f"{line.procedure_code} {line.modifiers}".strip()
        taken = _taken(record, line.id)
        figures = f"{amount(line.charge)}{amount(line.paid)}"
        day = date_text(line.first_service_date)
        rows.append(Row(written(f"{cell(code, 17)} {day:<12}{figures}  {taken}")))
    of_claim = _taken(record, None)
    if of_claim:
        rows.append(Row(written(f"{'the claim':<52}  {of_claim}")))
    return rows


def _taken(record: RemittanceRecord, line: int | None) -> str:
    return ", ".join(
        f"{one.group_code}-{one.reason_code} {money_text(one.amount)}"
        for one in record.adjustments
        if one.line == line
    )


def _days(first: datetime.date | None, last: datetime.date | None) -> str:
    if first is None:
        return NONE
    if last is None or last == first:
        return first.strftime("%m/%d/%y")
    return f"{first.strftime('%m/%d')}–{last.strftime('%m/%d')}"
