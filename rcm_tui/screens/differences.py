"""What a submission says otherwise than the one before it: as lines, and asked before sending."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from textual.app import ComposeResult
from textual.content import Content

from rcm_tui.billing.editing.comparing import ABOUT_THE_SUBMISSION, Change, Comparison
from rcm_tui.billing.editing.field import Field
from rcm_tui.screens.words import date_text, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import folded, written

WIDTH = 72
LABEL = 26
DUPLICATE = "Nothing of the services differs: the payer would call it a duplicate (CO-18)."


def difference_rows(found: Comparison, width: int = WIDTH) -> list[Row]:
    """A line for each field that differs: as it was, and as it is now."""
    rows = []
    if found.duplicate:
        rows += [
            Row(line)
            for line in folded(
                "", f"{sign('warning', ascii_wanted())} {DUPLICATE}", width, "$warning"
            )
        ]
    changes = sorted(found.changes, key=lambda one: one.field.name in ABOUT_THE_SUBMISSION)
    for change in changes:
        quiet = change.field.name in ABOUT_THE_SUBMISSION
        rows += [Row(line) for line in _row(change, width, "$text-muted" if quiet else "")]
    rows += [Row(_whole("new", text)) for text in found.added]
    rows += [Row(_whole("left out", text)) for text in found.left_out]
    return rows


class DifferencesDialog(Dialog[bool]):
    """Shows what differs from the submission before; enter saves and submits."""

    DEFAULT_CSS = """
    DifferencesDialog RowList { height: auto; max-height: 14; }
    """

    def __init__(self, title: str, found: Comparison) -> None:
        super().__init__(title)
        self._found = found

    def parts(self) -> ComposeResult:
        yield RowList(difference_rows(self._found))

    def on_mount(self) -> None:
        self.query_one(RowList).focus()

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "save & submit"), ("esc", "cancel")]

    def on_row_list_chosen(self, _: RowList.Chosen) -> None:
        self.dismiss(True)

    def action_accept(self) -> None:
        self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(False)


def _row(change: Change, width: int, style: str) -> Sequence[Content]:
    where = f"line {change.line} " if change.line else ""
    before = _text(change.field, change.before, change.before_label)
    after = _text(change.field, change.after, change.after_label)
    start = (cell(f"{where}{change.field.label}", LABEL), "$text-muted")
    return folded(start, f" {before} → {after}", width, *([style] if style else []))


def _whole(word: str, text: str) -> Content:
    return written((cell(word, LABEL), "$text-muted"), f" {text}")


def _text(field: Field, value: Any, label: str) -> str:
    """A value in words: with what a code means, where that is short."""
    if value in (None, ""):
        return "none"
    if field.kind == "flag":
        return "yes" if value else "no"
    if field.kind == "money":
        return money_text(value)
    if field.kind == "units":
        return f"{Decimal(value).normalize():f}"
    if isinstance(value, datetime.date):
        return date_text(value)
    if field.kind == "reference":
        return label or f"no. {value}"
    if field.kind == "choice":
        return label or str(value)
    return str(value)
