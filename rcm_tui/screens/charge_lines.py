"""The lines of a charge item's parts: what each tab of the record says."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from textual.content import Content

from rcm_tui.data.queues.charges import STATUSES
from rcm_tui.data.queues.claims import STATUSES as CLAIM_STATUSES
from rcm_tui.data.records.charge import ChargeRecord
from rcm_tui.screens.words import (
    NONE,
    amount,
    date_text,
    field_line,
    moment_text,
    money_text,
    name_of,
    signed,
    state,
    units_text,
)
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import folded, written

LEFT = 50
"""The width of the left of two columns of fields; both fit 80 columns."""


def summary(record: ChargeRecord, zone: ZoneInfo, width: int) -> list[Row]:
    """Who, what, when, for how much, and where it stands."""
    charge, client = record.charge, record.client
    code = f"{charge.procedure_code} {charge.modifiers}".strip()
    authorization = record.authorization.number if record.authorization else NONE
    left = [
        field_line("Patient", f"{name_of(client.last_name, client.first_name)} · MRN {client.mrn}"),
        field_line("Payer", record.payer.name if record.payer else "none on that day"),
        field_line("Practitioner", _person(record)),
        field_line("Business unit", record.unit.name),
        field_line("Location", record.location.name if record.location else NONE),
        field_line("Place", charge.place_of_service or NONE),
        field_line("Authorization", authorization),
    ]
    right = [
        field_line("Status", state(STATUSES, charge.status)),
        field_line("Date", date_text(charge.date_of_service)),
        field_line("Code", code),
        field_line("Units", f"{units_text(charge.units):>12}"),
        field_line("Billed", amount(charge.billed, 12)),
        field_line("Expected", amount(charge.expected, 12)),
        field_line("Telehealth", "yes" if charge.telehealth else "no"),
    ]
    rows = [Row(_beside(*pair)) for pair in zip(left, right, strict=True)]
    rows += [Row(Content("")), *_session(record, zone, width), Row(Content(""))]
    if charge.hold_reason:
        until = f", until {date_text(charge.hold_until)}" if charge.hold_until else ""
        rows += _folded("Held because", f"{charge.hold_reason}{until}", width)
    rows += _twin(record)
    rows += _claim(record)
    if charge.notes:
        rows += _folded("Notes", charge.notes, width)
    return rows


def _session(record: ChargeRecord, zone: ZoneInfo, width: int) -> list[Row]:
    session = record.session
    begins, ends = moment_text(session.starts_at, zone), moment_text(session.ends_at, zone)
    minutes = f"{record.charge.minutes:,} min"
    words = f"{begins} to {ends[-5:]} · {minutes} · {session.service} · {session.status}"
    rows = _folded("Session", words, width)
    if session.source:
        rows += _folded("Came from", f"{session.source} {session.external_id}", width)
    if session.note:
        rows += _folded("Its note", session.note, width)
    return rows


def _twin(record: ChargeRecord) -> list[Row]:
    twin = record.twin
    if twin is None:
        return []
    words = written(
        (twin.number, "bold $secondary"), "  ", state(STATUSES, twin.status), "  (enter opens it)"
    )
    return [Row(field_line("Twin", words), ("charge", twin.id))]


def _claim(record: ChargeRecord) -> list[Row]:
    line, claim = record.line, record.claim
    if line is None or claim is None:
        return [Row(field_line("Claim line", "none yet"))]
    words = written(
        (claim.number, "bold $secondary"),
        f"  line {line.position}  ",
        state(CLAIM_STATUSES, claim.status),
        "  (enter opens it)",
    )
    return [Row(field_line("Claim line", words), ("claim", claim.id))]


def claim_line(record: ChargeRecord) -> list[Row]:
    """The line that the charge was summed onto, as it was billed and answered."""
    line, claim = record.line, record.claim
    if line is None or claim is None:
        return [Row(written("It is on no claim line yet."))]
    code = f"{line.procedure_code} {line.modifiers}".strip()
    allowed = NONE if line.allowed is None else money_text(line.allowed)
    days = date_text(line.first_service_date)
    if line.last_service_date != line.first_service_date:
        days += f" – {date_text(line.last_service_date)}"
    return [
        *_claim(record),
        Row(field_line("Service", f"{days} · {code} · {units_text(line.units)} units")),
        Row(field_line("Control no.", line.line_control_number)),
        Row(Content("")),
        Row(field_line("Billed", amount(line.billed, 12))),
        Row(field_line("Allowed", f"{allowed:>12}")),
        Row(field_line("Paid", amount(line.paid, 12))),
        Row(field_line("Adjusted", amount(line.adjusted, 12))),
        Row(field_line("Payer bal.", amount(line.payer_balance, 12))),
        Row(field_line("Patient bal.", amount(line.patient_balance, 12))),
        Row(Content("")),
        *_difference(record),
    ]


def _difference(record: ChargeRecord) -> list[Row]:
    line, charge = record.line, record.charge
    if line is None or line.billed == charge.billed:
        return []
    words = f"The line bills {money_text(line.billed)}, this charge {money_text(charge.billed)}:"
    return [Row(signed("open", f"{words} others are on it too, or it was changed on the claim."))]


def _person(record: ChargeRecord) -> str:
    person = record.practitioner
    return f"{name_of(person.last_name, person.first_name)} · NPI {person.npi or NONE}"


def _folded(label: str, text: str, width: int) -> list[Row]:
    return [Row(line) for line in folded(field_line(label), text, width - 4)]


def _beside(left: Content, right: Content) -> Content:
    shown = left if left.cell_length < LEFT else left.truncate(LEFT - 1, ellipsis=True)
    return written(shown, " " * (LEFT - shown.cell_length), right)
