"""Appeals as lines: one of its own screen, and those of a claim or a case."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from textual.content import Content

from rcm_tui.data.queues.appeals import STATES
from rcm_tui.data.records.appeal import AppealOfClaim, AppealRecord
from rcm_tui.data.tables.appeals import CLOSED, DRAFT, SENT, Appeal
from rcm_tui.screens.case_timeline import size_text
from rcm_tui.screens.words import date_text, money_text, state
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import folded, written


def facts(record: AppealRecord, today: datetime.date, width: int) -> list[Row]:
    """What an appeal is about, how far it is, and what is enclosed."""
    one, claim = record.appeal, record.claim
    rows = [
        Row(_labelled("Claim", f"{claim.number} · {claim.patient_name}"), ("claim", claim.id)),
        *_folded("Payer", record.payer_name, width),
        *_folded("Level", f"{one.level_name}, level {one.level}", width),
        *_folded("Denied", f"{one.reason}, notice of {date_text(one.notice_on)}", width),
        *_folded("Amount", money_text(one.amount), width),
        *_folded("Clock", clock(one, today), width),
    ]
    if record.case_number:
        rows.append(Row(_labelled("Case", record.case_number), ("case", record.case)))
    said = (
        ("Why late", one.late_reason),
        ("Letter", record.template_name),
        ("Sent", f"{date_text(one.sent_on)} by {one.how}" if one.sent_on else ""),
        ("Reference", one.reference),
        ("Won", money_text(one.won) if one.won else ""),
        ("Note", one.note),
        ("Written by", one.created_by),
    )
    for label, text in said:
        if text:
            rows += _folded(label, text, width)
    for place, proof in enumerate(record.proofs):
        words = proof.kind if proof.required else f"{proof.kind}, not asked for"
        if proof.file_name:
            words = f"{words} · {proof.file_name}, {size_text(proof.size)}"
        mark = "[x]" if proof.enclosed else "[ ]"
        line = _labelled("Enclosed" if not place else "", f"{mark} {words}")
        rows.append(Row(line, ("proof", proof.kind)))
    return rows


def clock(one: AppealOfClaim | Appeal, today: datetime.date) -> str:
    """What an appeal waits for, and how long."""
    if one.state == DRAFT:
        if one.deadline is None:
            return "to be sent"
        return f"to be sent by {date_text(one.deadline)}, {_left(one.deadline, today)}"
    if one.state == SENT:
        if one.answer_due is None:
            return "sent"
        due = date_text(one.answer_due)
        return f"sent {date_text(one.sent_on)}, answer due {due}, {_left(one.answer_due, today)}"
    if one.answered_on is None:
        return one.outcome
    return f"{one.outcome} on {date_text(one.answered_on)}"


def of_claims(appeals: Sequence[AppealOfClaim], today: datetime.date, width: int) -> list[Row]:
    """Appeals of a case, a line each; enter opens one."""
    if not appeals:
        return [Row(written(("No appeals. a on a denied claim makes one.", "$text-muted")))]
    rows = []
    for one in appeals:
        won = f", {money_text(one.won)} won" if one.won else ""
        line = written(
            (cell(one.number, 9), "bold $secondary"),
            cell(one.claim_number, 13),
            cell(one.level_name, 20 if width < 100 else 32),
            cell(one.reason, 8),
            f"{money_text(one.amount):>11}  ",
            state(STATES, one.outcome if one.state == CLOSED else one.state),
            (f"  {clock(one, today)}{won}", "$text-muted"),
        )
        rows.append(Row(line, ("appeal", one.id)))
    return rows


def on_claim(appeals: Sequence[AppealOfClaim], today: datetime.date, width: int) -> list[Row]:
    """The appeals of a claim, as lines of its summary; nothing where there are none."""
    rows: list[Row] = []
    for place, one in enumerate(appeals):
        won = f", {money_text(one.won)} won" if one.won else ""
        text = f"{one.number} {one.level_name}, {money_text(one.amount)}: {clock(one, today)}{won}"
        rows += _folded("Appeal" if not place else "", text, width)
    return rows


def _left(day: datetime.date, today: datetime.date) -> str:
    days = (day - today).days
    if days < 0:
        return f"{-days} days ago" if days < -1 else "yesterday"
    return f"{days} days left" if days != 1 else "1 day left"


def _labelled(label: str, text: str) -> Content:
    return written((f"{label:<14}", "$text-muted"), text)


def _folded(label: str, text: str, width: int) -> list[Row]:
    return [Row(line) for line in folded((f"{label:<14}", "$text-muted"), text, width - 4)]
