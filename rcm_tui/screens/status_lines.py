"""A claim's way in one list: sent, what was answered on arrival, and what was paid."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from textual.content import Content

from rcm_tui.data.records.claim import ClaimRecord
from rcm_tui.data.records.submission import Answer, PaidClaim, SentClaim
from rcm_tui.screens.claim_money_lines import CLAIM_STATUS_CODES
from rcm_tui.screens.words import NONE, date_text, moment_text, money_text, signed
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import folded, written

INDENT = 27
"""Where what an event says begins, under what it is."""
PAID = {"1": "done", "2": "done", "3": "done", "19": "done", "20": "done", "21": "done"} | {
    "4": "failed",
    "22": "warning",
    "23": "warning",
}
NOT_POSTED = {"held": "not posted: held", "orphan": "not posted: without a claim"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the claim on its way: what, and what is said of it."""

    at: datetime.datetime
    what: str
    state: Content
    said: tuple[tuple[str, str], ...]
    submission: str = ""


def status_history(record: ClaimRecord, zone: ZoneInfo, width: int) -> list[Row]:
    """Every event in its order, with the days since the one before, the codes and the words."""
    rows = []
    if record.claim.elsewhere:
        rows.append(Row(written("Sent by another system; its file came in from there.")))
    elif not record.sent:
        rows.append(Row(written("Not sent yet.")))
    events = events_of(record)
    if events:
        head = f"{'When':<17}{'after':>6}  {'What':<10}"
        rows.append(Row(written((head, "$text-muted"))))
    before: datetime.date | None = None
    for event in events:
        day = event.at.astimezone(zone).date()
        after = "" if before is None else _days((day - before).days)
        before = day
        rows.append(
            Row(
                written(
                    f"{moment_text(event.at, zone):<17}",
                    (f"{after:>6}  ", "$text-muted"),
                    (cell(event.what, 10), "bold"),
                    event.state,
                    (f"  {event.submission}" if event.submission else "", "$text-muted"),
                )
            )
        )
        for label, text in event.said:
            start = (f"{label.rjust(INDENT - 2)}  ", "$text-muted")
            rows += [Row(line) for line in folded(start, text, width - 4)]
    return rows


def events_of(record: ClaimRecord) -> list[Event]:
    """What was sent, answered and paid, in the order in which it happened."""
    sent = [_sent(one) for one in record.sent]
    came = [_answered(one) for one in record.answers]
    came += [_paid(one) for one in record.remittances]
    # At the same second what was sent first is before its answers, what was sent again behind them.
    return sorted([*sent[:1], *came, *sent[1:]], key=lambda event: event.at)


def _sent(sent: SentClaim) -> Event:
    live = "" if sent.live else " · not live any more"
    return Event(
        sent.sent_at or sent.built_at,
        "sent" if sent.sent_at else sent.state,
        written(
            f"ISA {sent.interchange_control_number:09d}  ST {sent.set_control_number}"
            f"  to {sent.clearinghouse}{live}"
        ),
        (("file", sent.file_name),),
        sent.submission,
    )


def _answered(answer: Answer) -> Event:
    level = "" if answer.level == "claim" else f" ({answer.level})"
    codes = " ".join(filter(None, (answer.category, answer.status, answer.entity)))
    who = "" if answer.kind == "TA1" else f"{answer.source}  "
    said = []
    if answer.words:
        said.append(("means", answer.words))
    if answer.text:
        said.append(("they say", answer.text))
    if answer.note:
        said.append(("changed nothing", answer.note))
    return Event(
        answer.received_at,
        answer.kind,
        written(
            signed("done", "accepted  ") if answer.accepted else signed("failed", "rejected  "),
            f"{who}{codes}{level}",
        ),
        tuple(said),
        answer.submission,
    )


def _paid(paid: PaidClaim) -> Event:
    words = CLAIM_STATUS_CODES.get(paid.status_code, f"status {paid.status_code}")
    codes = ", ".join(
        f"{one.group_code}-{one.reason_code} {money_text(one.amount)}" for one in paid.reductions
    )
    said = [("check", f"{paid.trace_number or NONE} of {date_text(paid.effective_date)}")]
    if codes:
        said.append(("adjusted", codes))
    if paid.remarks:
        said.append(("remarks", " ".join(paid.remarks)))
    if paid.state in NOT_POSTED:
        said.append(("state", ": ".join(filter(None, (NOT_POSTED[paid.state], paid.reason)))))
    return Event(
        paid.received_at,
        "835",
        written(
            signed(PAID.get(paid.status_code, "open"), f"{words}  "),
            f"{paid.payer}  paid {money_text(paid.paid)}",
        ),
        tuple(said),
        paid.submission,
    )


def _days(days: int) -> str:
    return "same d" if not days else f"+{days} d"
