"""The lines of a case's parts: what each tab of the record says."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from rcm_tui.data.queues.cases import PRIORITIES, STAGES
from rcm_tui.data.queues.claims import STANDINGS
from rcm_tui.data.records.case import MOST_CLAIMS, CaseRecord
from rcm_tui.screens.words import (
    NONE,
    amount,
    count_of,
    date_text,
    field_line,
    moment_text,
    money_text,
    state,
)
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import Piece, folded, written

NARROW = 118
"""Below this width the claims of a case show fewer figures."""
LEFT = 50
"""The width of the left of two columns of fields; both fit 80 columns."""
CLAIM = ("claim", "claims")


def heading(record: CaseRecord, today: datetime.date) -> tuple[Content, Content]:
    """What the first line says: what it is about, how much, where it stands, and how long."""
    case = record.case
    left = written(
        (case.number, "bold $secondary"),
        f"  {case.subject} · {record.payer or 'no one payer'} · {count_of(case.claims, CLAIM)}"
        f" · {money_text(case.outstanding)} open",
    )
    pieces: list[Piece] = [state(STAGES, case.stage)]
    if case.level:
        pieces.append((f"   level {case.level}", "$error"))
    if case.priority != "normal":
        pieces += ["   ", state(PRIORITIES, case.priority)]
    if case.follow_up:
        clock = sign("clock", ascii_wanted())
        pieces.append((f"   {clock} {date_text(case.follow_up)[:5]}", "$warning"))
    if case.closed_at is None and (until := record.next_clock(today)) is not None:
        left_of_it = (until - today).days
        colour = "$warning" if left_of_it >= 0 else "$error"
        pieces.append((f"   {left_of_it:,} d left", colour))
    return left, written(*pieces)


def summary(record: CaseRecord, zone: ZoneInfo, width: int) -> list[Row]:
    """What is disputed, who answers for it, until when, and what its claims come to."""
    case = record.case
    left = [
        field_line("Subject", case.subject),
        field_line("Payer", record.payer or NONE),
        field_line("Patient", record.patient or NONE),
        field_line("CARC", _reasons(case.carc, case.resolved_carc)),
        field_line("Tags", case.tags or NONE),
        field_line("Priority", state(PRIORITIES, case.priority)),
        field_line("Owner", case.owner or NONE),
        field_line("Follow up by", date_text(case.follow_up)),
    ]
    right = [
        field_line("Claims", f"{case.claims:>12,}"),
        field_line("Billed", amount(case.billed, 12)),
        field_line("Expected", amount(case.expected, 12)),
        field_line("Paid", amount(case.paid, 12)),
        field_line("Outstanding", amount(case.outstanding, 12)),
        field_line("Patient owes", amount(case.patient_outstanding, 12)),
        field_line("First service", f"{date_text(case.first_service_date):>12}"),
        field_line("Last service", f"{date_text(case.last_service_date):>12}"),
    ]
    rows = [Row(_beside(*pair)) for pair in zip(left, right, strict=True)]
    rows += [Row(Content("")), Row(field_line("Stage", state(STAGES, case.stage)))]
    if record.kind:
        rows.append(Row(field_line("Kind", record.kind)))
    if record.parent:
        rows.append(Row(field_line("Part of", record.parent)))
    if case.level:
        rows.append(Row(field_line("Escalated", f"to level {case.level}")))
    rows.append(Row(field_line("Opened", moment_text(case.opened_at, zone))))
    if case.closed_at:
        rows.append(Row(field_line("Closed", moment_text(case.closed_at, zone))))
    if case.description:
        rows.append(Row(Content("")))
        start = field_line("Description", "")
        rows += [Row(line) for line in folded(start, case.description, width - 4)]
    return rows


def claims(record: CaseRecord, width: int) -> list[Row]:
    """Its claims as they stand, figures under figures."""
    wide = width >= NARROW
    head = f"{'Claim':<11}{'Patient':<20}"
    head += f"{'Payer':<22}{'Service':<12}{'Billed':>12}{'Paid':>12}" if wide else ""
    head += f"{'Payer owes':>12}{'Patient owes':>14}  Stands at"
    rows = [Row(written((head, "$text-muted")))]
    for claim in record.claims:
        day = f"{claim.day[5:7]}/{claim.day[8:10]}/{claim.day[:4]}"
        middle = f"{cell(claim.payer, 21)} {day}  " if wide else ""
        middle += f"{amount(claim.billed, 12)}{amount(claim.paid, 12)}" if wide else ""
        rows.append(
            Row(
                written(
                    (cell(claim.number, 10), "$secondary"),
                    f" {cell(claim.patient, 19)} {middle}{amount(claim.payer_balance, 12)}"
                    f"{amount(claim.patient_balance, 14)}  ",
                    state(STANDINGS, claim.standing),
                ),
                claim.id,
            )
        )
    if not record.claims:
        rows.append(Row(written("No claims yet: A adds some, or K on claims in their queue.")))
    if record.case.claims > MOST_CLAIMS:
        more = record.case.claims - MOST_CLAIMS
        rows.append(Row(written(f"… and {more:,} more; o opens all as a queue")))
    return rows


def _reasons(carc: str, resolved: str) -> Content:
    """The reasons disputed, those that are settled with their sign."""
    settled = resolved.split()
    pieces: list[Piece] = []
    for code in carc.split():
        done = code in settled
        pieces.append((f"{code} {sign('done', ascii_wanted())}  " if done else f"{code}  ", ""))
    return written(*pieces) if pieces else written(NONE)


def _beside(left: Content, right: Content) -> Content:
    shown = left if left.cell_length < LEFT else left.truncate(LEFT - 1, ellipsis=True)
    return written(shown, " " * (LEFT - shown.cell_length), right)
