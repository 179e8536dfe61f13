"""The lines of a claim's parts: who and what, its lines, what is wrong with it, its cases."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from textual.content import Content

from rcm_tui.data.identifiers import masked_day
from rcm_tui.data.queues.cases import STAGES
from rcm_tui.data.queues.claims import ACKNOWLEDGEMENTS, ADJUDICATIONS, STATUSES
from rcm_tui.data.records.claim import ClaimRecord
from rcm_tui.data.records.payers_in_turn import PayerInTurn
from rcm_tui.screens.claim_money_lines import folded_under, reductions, under
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
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import folded, written

LEFT = 50
"""The width of the left of two columns of fields; both fit 80 columns."""
NARROW = 118
"""Below this width the lines of a claim show fewer figures."""
FREQUENCIES = {"1": "original", "6": "corrected claim", "7": "replacement", "8": "void"}
RELATIONSHIPS = {"18": "self", "19": "child", "01": "spouse", "G8": "other"}
WIDE = 130
"""From here on the lines say what the fee schedule expects."""


def preview_of(record: ClaimRecord, zone: ZoneInfo) -> list[Content]:
    """A claim in a few lines, under its queue."""
    claim = record.claim
    head = written(
        (claim.number, "bold"),
        "  ",
        state(STATUSES, claim.status),
        "  ",
        state(ACKNOWLEDGEMENTS, claim.acknowledgement),
        "  ",
        state(ADJUDICATIONS, claim.adjudication),
        f"  {claim.patient_name} · {record.payer.name if record.payer else 'no payer'}",
    )
    money = field_line(
        "Billed",
        f"{money_text(claim.billed)}   paid {money_text(claim.paid)}   payer balance "
        f"{money_text(claim.payer_balance)}   patient balance {money_text(claim.patient_balance)}",
    )
    lines = [head, money]
    for finding in record.validations[:2]:
        lines.append(_finding(finding.severity, finding.reason))
    for answer in record.answers[-1:]:
        lines.append(field_line(f"{answer.kind} said", _accepted(answer.accepted), answer.said))
    for paid in record.remittances[-1:]:
        reasons = " ".join(reductions(paid))
        lines.append(
            field_line(
                "Remittance",
                f"{paid.payer}, check {paid.trace_number}, paid {money_text(paid.paid)}  {reasons}",
            )
        )
    if not record.lines:
        lines.append(written("No lines."))
    codes = ", ".join(
        f"{line.procedure_code} {line.modifiers}".strip() + f" × {units_text(line.units)}"
        for line in record.lines[:4]
    )
    lines.append(field_line("Lines", codes))
    return lines


def summary(record: ClaimRecord, zone: ZoneInfo, masked: bool = False) -> list[Row]:
    """Who, what, when, and where the money is."""
    claim, client = record.claim, record.client
    born = date_text(client.birth_date)
    if masked and client.birth_date is not None:
        born = masked_day(client.birth_date)
    left = [
        field_line(
            "Patient",
            f"{claim.patient_name} · {born} · {client.gender or NONE}",
        ),
        field_line("", f"MRN {client.mrn}"),
        field_line("Coverage", _coverage(record)),
        field_line("Payer", _payer(record)),
        field_line("Rendering", _practitioner(record.rendering)),
        field_line("Referring", _practitioner(record.referring)),
        field_line("Billing", f"{record.unit.name} · NPI {record.unit.npi or NONE}"),
        field_line("Facility", record.facility.name if record.facility else NONE),
        field_line("Authorization", claim.authorization_number or NONE),
        field_line("Diagnoses", claim.diagnoses.replace(" ", "  ") or NONE),
        field_line("Place", claim.place_of_service or NONE),
    ]
    right = [
        _money("Billed", claim.billed),
        _money("Expected", claim.expected),
        _money("Paid", claim.paid),
        _money("Adjusted", claim.adjusted),
        _money("Written off", claim.written_off),
        _money("Payer balance", claim.payer_balance),
        _money("Patient bal.", claim.patient_balance),
        Content(""),
        field_line("Status", state(STATUSES, claim.status)),
        field_line("Accepted by", state(ACKNOWLEDGEMENTS, claim.acknowledgement)),
        field_line("Adjudicated", state(ADJUDICATIONS, claim.adjudication)),
    ]
    rows = [Row(_beside(*pair)) for pair in zip(left, right, strict=True)]
    rows.append(Row(Content("")))
    rows.append(Row(field_line("Sent", _sent(record, zone))))
    if claim.answered_at:
        rows.append(Row(field_line("Answered", moment_text(claim.answered_at, zone))))
    kind = FREQUENCIES.get(claim.frequency, "")
    original = f", replaces {claim.original_reference}" if claim.original_reference else ""
    rows.append(Row(field_line("Frequency", f"{claim.frequency} {kind}{original}")))
    rows.append(Row(field_line("Patient ctrl", claim.patient_control_number)))
    rows.append(Row(field_line("Payer's no.", claim.payer_claim_control_number or NONE)))
    rows.append(Row(field_line("Service", _dates(record))))
    if claim.snoozed_until:
        because = f", {claim.snooze_reason}" if claim.snooze_reason else ""
        rows.append(Row(field_line("Snoozed to", f"{date_text(claim.snoozed_until)}{because}")))
    if claim.illness_on:
        rows.append(Row(field_line("Ill since", date_text(claim.illness_on))))
    if claim.claim_note:
        rows.append(Row(field_line("Note", claim.claim_note)))
    if len(record.versions) > 1:
        chain = "  ".join(f"{v.number} ({v.status})" for v in record.versions)
        rows.append(Row(field_line("Submissions", chain)))
    rows += [Row(_payer_in_turn(one, claim.id)) for one in record.payers]
    for finding in record.validations[:3]:
        rows.append(Row(_finding(finding.severity, finding.reason)))
    if len(record.validations) > 3:
        rows.append(Row(written(f"  and {len(record.validations) - 3} more under Validations")))
    return rows


def _payer_in_turn(one: PayerInTurn, shown: int) -> Content:
    """A payer that the claim goes to in turn: with which claim, and how far that has come."""
    stands = state(STATUSES, one.status)
    if one.adjudication not in ("none", "pending"):
        stands = state(ADJUDICATIONS, one.adjudication)
    elif one.forwarded and one.status == "Submitted":
        stands = written(f"{sign('waiting', ascii_wanted())} forwarded by the payer before")
    this = " (this one)" if one.claim == shown else ""
    owes = f"  owes {money_text(one.payer_balance)}" if one.payer_balance else ""
    return field_line(f"Payer {one.turn}", f"{one.payer} · {one.number}{this}  ", stands, owes)


def service_lines(record: ClaimRecord, width: int) -> list[Row]:
    """The service lines, figures under figures; balances stay where it is narrow."""
    wide = width >= NARROW
    figures = ["Billed", "Allowed", "Paid", "Adjusted", "Payer", "Patient"]
    if width >= WIDE:
        figures.insert(1, "Expected")
    if not wide:
        figures = ["Billed", "Paid", "Payer", "Patient"]
    head = f"{'':>2} {'Service':<11}{'Code':<6}{'Mod':<9}"
    head += f"{'POS':<4}{'Units':>6}" if wide else f"{'Units':>6}"
    size = 12 if wide else 10
    rows = [Row(written((head + "".join(name.rjust(size) for name in figures), "$text-muted")))]
    for line in record.lines:
        amounts = {
            "Billed": line.billed,
            "Expected": line.expected,
            "Allowed": line.allowed,
            "Paid": line.paid,
            "Adjusted": line.adjusted,
            "Payer": line.payer_balance,
            "Patient": line.patient_balance,
        }
        place = f"{cell(line.place_of_service, 3)} " if wide else ""
        text = (
            f"{line.position:>2} {date_text(line.first_service_date):<11}"
            f"{cell(line.procedure_code, 5)} {cell(line.modifiers, 8)} {place}"
            f"{units_text(line.units):>6}"
        )
        drawn = (
            NONE.rjust(size) if (cents := amounts[name]) is None else amount(cents, size)
            for name in figures
        )
        rows.append(Row(written(text + "".join(drawn)), ("line", line.id)))
    return rows


def validation_note(record: ClaimRecord) -> str:
    """What stands behind the tab's name: how many errors, or that all is well."""
    errors = sum(finding.severity == "error" for finding in record.validations)
    if errors:
        return f"{sign('failed', ascii_wanted())}{errors}"
    return sign("warning" if record.validations else "done", ascii_wanted())


def validations(record: ClaimRecord, width: int) -> list[Row]:
    """Each finding with its field, why, how to fix this claim and how to prevent the next."""
    from rcm_tui.billing.claims.validation import as_finding

    if not record.validations:
        return [Row(signed("done", "The last validation found nothing."))]
    rows = []
    for finding in record.validations:
        where = f" (line {finding.line})" if finding.line else ""
        sign_of = signed("failed" if finding.severity == "error" else "warning", "")
        first, *others = folded(sign_of, f"{finding.reason}{where}", width - 4)
        rows += [Row(first, finding.id), *(Row(line) for line in others)]
        rows.append(Row(under("Field", finding.field)))
        advice = as_finding(finding)
        if advice.how_to_fix:
            rows += folded_under("To fix", advice.how_to_fix, width)
            rows += folded_under("To prevent", advice.how_to_prevent, width)
        rows.append(Row(Content("")))
    return rows[:-1]


def cases(record: ClaimRecord, only_this: bool) -> list[Row]:
    """The cases in which the claim stands or stood: of this submission, or of all of its chain."""
    shown = [one for one in record.cases if not only_this or one.claim == record.claim.id]
    which = "this submission" if only_this else "all submissions"
    rows = [Row(written((f"Of {which}; v shows the other view.", "$text-muted")))]
    if not shown:
        rows.append(Row(written("No case; c opens one.")))
    numbers = {version.id: version.number for version in record.versions}
    for case in shown:
        stage = state(STAGES, case.stage)
        due = f"follow up {date_text(case.follow_up)}" if case.follow_up else ""
        line = written(
            (cell(case.number, 9), "bold $secondary"),
            stage,
            " " * max(1, 19 - stage.cell_length),
            f"{cell(case.subject, 24)} {cell(case.owner or NONE, 8)} {amount(case.outstanding)}",
            (f"  {due}  for {numbers.get(case.claim, '')}", "$text-muted"),
        )
        rows.append(Row(line, f"case {case.id}"))
    return rows


def _finding(severity: str, reason: str) -> Content:
    return signed("failed" if severity == "error" else "warning", reason)


def _accepted(accepted: bool) -> Content:
    return signed("done", "accepted  ") if accepted else signed("failed", "rejected  ")


def _beside(left: Content, right: Content) -> Content:
    shown = left if left.cell_length < LEFT else left.truncate(LEFT - 1, ellipsis=True)
    return written(shown, " " * (LEFT - shown.cell_length), right)


def _money(label: str, cents: int) -> Content:
    return field_line(label, (amount(cents, 12)))


def _coverage(record: ClaimRecord) -> str:
    coverage = record.coverage
    if coverage is None:
        return "none"
    relation = RELATIONSHIPS.get(coverage.relationship, coverage.relationship)
    return f"{_covered(coverage.member_id)} · {relation}"


def _covered(member_id: str) -> str:
    """A member id that is not readable over a shoulder: its first two and last two signs."""
    if len(member_id) < 6:
        return member_id or NONE
    return f"{member_id[:2]}{'•' * (len(member_id) - 4)}{member_id[-2:]}"


def _payer(record: ClaimRecord) -> str:
    payer = record.payer
    return f"{payer.name} · id {payer.payer_id or NONE}" if payer else "none"


def _practitioner(practitioner: Any) -> str:
    if practitioner is None:
        return NONE
    name = name_of(practitioner.last_name, practitioner.first_name)
    return f"{name} · NPI {practitioner.npi or NONE}"


def _dates(record: ClaimRecord) -> str:
    claim = record.claim
    return f"{date_text(claim.first_service_date)} – {date_text(claim.last_service_date)}"


def _sent(record: ClaimRecord, zone: ZoneInfo) -> str:
    claim = record.claim
    if claim.submitted_at is None:
        return NONE
    where = "by another system" if claim.elsewhere else ""
    if record.sent:
        where = f"ISA {record.sent[-1].interchange_control_number:09d}"
    return f"{moment_text(claim.submitted_at, zone)}  {where}"
