"""The submissions of a claim: every version of its chain, what differs, and how they fared."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from rcm_tui.billing.editing.comparing import Comparison
from rcm_tui.data.queues.claims import ACKNOWLEDGEMENTS, ADJUDICATIONS, STATUSES
from rcm_tui.data.records.claim import ClaimRecord, Version
from rcm_tui.screens.claim_lines import FREQUENCIES
from rcm_tui.screens.differences import difference_rows
from rcm_tui.screens.status_lines import status_history
from rcm_tui.screens.words import NONE, amount, date_text, money_text, state
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import written

WIDE = 110


def submissions(
    record: ClaimRecord, zone: ZoneInfo, width: int, only_this: bool, found: Comparison | None
) -> list[Row]:
    """All submissions of the chain, what this one says otherwise, and what came of it or of all."""
    rows = []
    if record.chain is not None:
        rows = [_head(width), *(_version(one, record, zone, width) for one in record.versions)]
        rows.append(_totals(record))
        rows.append(Row(Content("")))
    if found is not None:
        rows.append(Row(written((f"Otherwise than {found.earlier_number}", "bold"))))
        rows += difference_rows(found, width - 4) or [Row(written("Nothing."))]
        rows.append(Row(Content("")))
    seen = record if only_this else record.of_all_submissions()
    if record.chain is not None:
        rows.append(Row(_which(only_this)))
    return [*rows, *status_history(seen, zone, width)]


def whose(record: ClaimRecord, only_this: bool) -> list[Row]:
    """Which submissions the lines below are of, where there are several."""
    return [Row(_which(only_this))] if record.chain is not None else []


def version_note(record: ClaimRecord) -> str:
    """How many submissions there are, or how often the only one was sent."""
    return str(len(record.versions) if record.chain is not None else len(record.sent) or "")


def _which(only_this: bool) -> Content:
    which = "this submission" if only_this else "all submissions"
    return written((f"Of {which}; v shows the other view.", "$text-muted"))


def _head(width: int) -> Row:
    answered, number = ("", "") if width < WIDE else (f"{'Answered':<11}", f"{'Payer number':<16}")
    text = f"  {'Claim':<11}{'As':<14}{'Sent':<11}{answered}{'Stands at':<15}{number}"
    return Row(written((f"{text}{'Billed':>10}{'Payer owes':>11}", "$text-muted")))


def _version(one: Version, record: ClaimRecord, zone: ZoneInfo, width: int) -> Row:
    mark = sign("marked", ascii_wanted()) if one.id == record.claim.id else " "
    standing = _standing(one)
    kind = FREQUENCIES.get(one.frequency, one.frequency)
    wide = width >= WIDE
    line = written(
        f"{mark} ",
        (cell(one.number, 11), "bold $secondary"),
        f"{cell(kind, 14)}{_day(one.submitted_at, zone):<11}",
        f"{_day(one.answered_at, zone):<11}" if wide else "",
        standing,
        " " * max(1, 15 - standing.cell_length),
        cell(one.payer_claim_control_number or NONE, 16) if wide else "",
        f"{amount(one.billed, 10)}{amount(one.payer_balance, 11)}",
    )
    return Row(line, ("claim", one.id))


def _totals(record: ClaimRecord) -> Row:
    paid = sum(one.paid for one in record.versions)
    owed = sum(one.payer_balance for one in record.versions)
    share = sum(one.patient_balance for one in record.versions)
    text = f"Together: paid {money_text(paid)} · payer owes {money_text(owed)}"
    return Row(written((f"  {text} · patient owes {money_text(share)}", "bold")))


def _standing(one: Version) -> Content:
    if one.status != "Submitted":
        return state(STATUSES, one.status)
    if one.adjudication not in ("none", "pending"):
        return state(ADJUDICATIONS, one.adjudication)
    if one.acknowledgement not in ("none", "pending"):
        return state(ACKNOWLEDGEMENTS, one.acknowledgement)
    return state(STATUSES, one.status)


def _day(moment: datetime.datetime | None, zone: ZoneInfo) -> str:
    return NONE if moment is None else date_text(moment.astimezone(zone).date())
