"""The lines of an authorization's parts: its limits, and week by week what is used of them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from rcm_tui.data.queues.value_text import units_text
from rcm_tui.screens.words import NONE, count_of, date_text, field_line, money_text, name_of
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.stacked import stacked
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from rcm_tui.billing.authorizations.use import LimitUse
    from rcm_tui.data.records.authorization import AuthorizationRecord

PER = {"total": "in total", "week": "a week", "month": "a month"}
NOW = {"total": "so far", "week": "this week", "month": "this month"}
CHARGE = ("charge", "charges")
FIGURE, BAR = 9, 40
NARROW = 100


def summary(record: AuthorizationRecord, uses: Sequence[LimitUse], width: int) -> list[Row]:
    """Whose it is, until when, and each limit with what is used of it now."""
    dates = f"{date_text(record.starts_on)} – {date_text(record.ends_on)}"
    lines = [
        field_line("Client", name_of(record.last_name, record.first_name), f" · MRN {record.mrn}"),
        field_line("Payer", record.payer),
        field_line("From – until", dates, f"   {_days_left(record, uses)}"),
        field_line("Follows", ", ".join(record.follows) or "none follows it yet"),
    ]
    for one in record.rendering:
        until = f" until {date_text(one.ends_on)}" if one.ends_on else ""
        since = f"  from {date_text(one.starts_on)}{until}"
        lines.append(field_line("Rendering", name_of(one.last_name, one.first_name), since))
    if record.status == "pending":
        lines += _pending(record, width)
    for use in uses:
        lines += [Content(""), *_limit(use, width)]
    if not uses:
        lines += [Content(""), written(("It allows nothing yet: e, then Allowed.", "$warning"))]
    return [Row(line) for line in lines]


def _days_left(record: AuthorizationRecord, uses: Sequence[LimitUse]) -> str:
    if not uses:
        return ""
    today = uses[0].today
    if today > record.ends_on:
        return f"ended {(today - record.ends_on).days} d ago"
    if today < record.starts_on:
        return f"begins in {(record.starts_on - today).days} d"
    return f"{(record.ends_on - today).days} d left"


def _pending(record: AuthorizationRecord, width: int) -> list[Content]:
    latest = record.starts_on + datetime.timedelta(days=record.retro_days)
    waiting = f"{count_of(record.waiting, CHARGE)}, {money_text(record.waiting_cents)}"
    text = (
        f"{waiting} wait for its approval. In retrospect {record.payer} authorizes services up to"
        f" {record.retro_days} days old: those of the first day until {date_text(latest)}."
    )
    return folded((f"{sign('waiting', ascii_wanted())} ", "$warning"), text, width - 4)


def _limit(use: LimitUse, width: int) -> list[Content]:
    """A limit in three lines: what is allowed, its bar, and where what is used stands."""
    limit, now = use.limit, use.now
    over = use.overrun
    head = written(
        (cell(" ".join(limit.codes), 18), "bold"),
        f"{units_text(limit.amount)} {limit.measure} {PER[limit.per]}",
        (f"   {NOW[limit.per]}", "$text-muted"),
        (f"  {use.percent} % used", "$error" if over else ""),
        f", {use.planned_percent} % planned",
    )
    bar = stacked(now.used, now.scheduled, limit.amount, min(BAR, width - 44), ascii_wanted())
    figures = written(
        "  ",
        (bar, "$error" if over else "$success"),
        f"  used {units_text(now.used)} · scheduled {units_text(now.scheduled)}"
        f" · left {units_text(use.left)}",
    )
    parts = (
        f"  billed {units_text(now.billed)} · approved {units_text(now.approved)}"
        f" · waiting {units_text(now.waiting)}"
    )
    out = use.runs_out_on
    ends = ("   lasts at the present pace", "$text-muted")
    if out is not None:
        ends = (f"   runs out {date_text(out)}", "$warning")
    last = written((parts, "$text-muted"), ends)
    lines = [head, figures, last]
    if over:
        when = ", ".join(date_text(period.first) for period in over[:3])
        more = f" and {len(over) - 3} more" if len(over) > 3 else ""
        kind = {"total": "overrun", "week": "overrun in the week of", "month": "overrun from"}
        text = kind[limit.per] if limit.per == "total" else f"{kind[limit.per]} {when}{more}"
        lines.append(written((f"  {sign('warning', ascii_wanted())} {text}", "$error")))
    return lines


def weeks(uses: Sequence[LimitUse], by_week: Sequence[LimitUse], width: int) -> list[Row]:
    """Each limit week by week (or month by month): used, scheduled, and left of it after that."""
    rows: list[Row] = []
    for use, weekly in zip(uses, by_week, strict=True):
        if rows:
            rows.append(Row(Content("")))
        limit = use.limit
        text = f"{units_text(limit.amount)} {limit.measure} {PER[limit.per]}"
        rows.append(Row(written((cell(" ".join(limit.codes), 18), "bold"), text)))
        names = "".join(name.rjust(FIGURE) for name in ("Used", "Sched.", "Left"))
        monthly = limit.per == "month"
        what = "Month of" if monthly else "Week of"
        rows.append(Row(written((f"  {what:<11}{names}", "$text-muted"))))
        rows += [Row(line) for line in _weeks_of(use, use if monthly else weekly, width)]
    return rows or [Row(written("It allows nothing yet."))]


def _weeks_of(use: LimitUse, weekly: LimitUse, width: int) -> list[Content]:
    lines = []
    spent: dict[str, list[int]] = {}
    space = max(10, min(BAR, width - 46))
    for week in weekly.periods:
        now = weekly.of(week.first)
        total = spent.setdefault(use.limit.key(week.first.isoformat()), [0, 0])
        total[0] += now.used
        total[1] += now.scheduled
        left = use.limit.amount - sum(total)
        here = week.first <= use.today <= week.last
        used, planned = total
        bar = stacked(used, planned, use.limit.amount, space, ascii_wanted())
        lines.append(
            written(
                f"{sign('cursor', ascii_wanted()) if here else ' '} {date_text(week.first)} ",
                f"{_figure(now.used)}{_figure(now.scheduled)}",
                (units_text(left).rjust(FIGURE), "$error" if left < 0 else ""),
                "  ",
                (bar, "$error" if left < 0 else "$success"),
            )
        )
    return lines


def _figure(amount: int) -> str:
    return (units_text(amount) if amount else NONE).rjust(FIGURE)
