"""Between what is typed into a field and what it means, by the field's kind."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from rcm_tui.data.plain import plain as without_control
from rcm_tui.data.queues import values
from rcm_tui.data.queues.value_text import money_text
from rcm_tui.widgets.form.field import FormField
from rcm_tui.widgets.plain_text import plain

YES, NO = "yes", "no"


class NotUnderstood(ValueError):
    """What was typed means nothing here; the text ends a sentence that starts with it."""


def meant(field: FormField, text: str, today: datetime.date) -> Any:
    """The value that a text stands for. Raises NotUnderstood."""
    text = text.strip()
    if not text:
        return field.empty
    if field.kind == "date":
        return _date(text, today)
    if field.kind == "money":
        return _known(values.money(text), "is not an amount: write 1440 or 1,440.00")
    if field.kind == "number":
        return _known(values.count(text), "is not a whole number")
    if field.kind == "units":
        milli = _known(values.units(text), "is not a number of units: write 8 or 2.5")
        return Decimal(milli) / 1000
    text = without_control(text)
    return field.normalise(text) if field.normalise else text


def value_text(field: FormField, value: Any, label: str = "") -> str:
    """A value as it stands in its box. References show the label of what they refer to."""
    if field.kind == "flag":
        return YES if value else NO
    if value is None or value == "":
        return field.choices.get("", "") if field.kind == "choice" else ""
    if field.kind == "date":
        return value.strftime("%m/%d/%Y") if isinstance(value, datetime.date) else str(value)
    if field.kind == "money":
        return money_text(value)
    if field.kind == "units":
        return f"{Decimal(value).normalize():f}"
    if field.kind == "choice":
        return field.choices.get(value, str(value))
    if field.kind == "reference":
        return label or f"no. {value}"
    return str(value)


def understood(field: FormField, value: Any, today: datetime.date) -> str:
    """What stands beside a field to say how it was understood; most need nothing."""
    if field.masked or field.kind != "date" or not isinstance(value, datetime.date):
        return ""
    days = (value - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    if near is None and abs(days) <= 60:
        near = f"in {days} days" if days > 0 else f"{-days} days ago"
    return f"{value:%A}" + (f", {near}" if near else "")


def problem(field: FormField, value: Any) -> str:
    """How a sentence about a value that does not fit ends; "" when it fits."""
    if value is None or value == "":
        return "is needed" if field.required and "" not in field.choices else ""
    if isinstance(value, str) and field.kind in ("text", "code") and len(value) > field.longest:
        return f"has {len(value)} characters: at most {field.longest} fit"
    said = field.check(value) if field.check else ""
    return f"'{plain(value_text(field, value))}' {said}" if said else ""


def _date(text: str, today: datetime.date) -> datetime.date:
    word = "today" if text.lower() == "t" else text
    if word.isdecimal() and len(word) in (6, 8):  # 031426: typed without the strokes
        word = f"{word[:2]}/{word[2:4]}/{word[4:]}"
    days = values.days(word, today)
    if days is None or days.first != days.last:
        raise NotUnderstood("is not a day: write t, +7d, 3/14 or 2026-03-14")
    return days.first


def _known(value: int | None, sentence: str) -> int:
    if value is None:
        raise NotUnderstood(sentence)
    return value
