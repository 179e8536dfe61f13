"""Authorizations as a queue, and one of them with its use as bars."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.authorizations import STATUSES
from rcm_tui.data.records.authorization import read_authorization
from rcm_tui.screens import authorization_lines
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.record_queue import RecordQueueScreen
from rcm_tui.screens.record_screen import Part, RecordScreen
from rcm_tui.screens.words import date_text, name_of, state
from rcm_tui.widgets.written import written


class AuthorizationsScreen(RecordQueueScreen):
    """The queue; enter opens the record, e its form."""

    def __init__(self, *, name: str) -> None:
        super().__init__("authorization", name=name)

    def open_row(self, key: int) -> None:
        self.workstation.open_record("authorization", key, self)

    def do_edit(self) -> None:
        key = self.table.cursor_key
        if key is not None:
            self.workstation.open_form("authorization", int(key), walk=self)


class AuthorizationScreen(RecordScreen):
    """What an authorization allows, what is used and scheduled, and what is left, by week."""

    area = "authorization"
    section = "clients"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("authorization")]
    parts = (
        Part("use", "Use", lambda shown: authorization_lines.summary(shown[0], shown[1], shown[3])),
        Part(
            "weeks",
            "By week",
            lambda shown: authorization_lines.weeks(shown[1], shown[2], shown[3]),
        ),
    )

    async def read_record(self, key: int) -> Any:
        from rcm_tui.billing.authorizations.use import read_use

        app = self.workstation
        database, today = app.store.database, app.today
        record = await app.read(read_authorization, database, key)
        if record is None:
            return None
        use = await app.read(read_use, database, [key], today)
        by_week = await app.read(read_use, database, [key], today, by_week=True)
        # What is nearest to its end comes first.
        both = zip(use.get(key, ()), by_week.get(key, ()), strict=True)
        ordered = sorted(both, key=lambda pair: -pair[0].planned_percent)
        return record, [use for use, _ in ordered], [week for _, week in ordered], self.size.width

    def heading(self, record: Any) -> tuple[Content, Content]:
        one = record[0]
        left = written(
            (one.number or "without a number", "bold $secondary"),
            f"  {name_of(one.last_name, one.first_name)} · {one.payer} · until"
            f" {date_text(one.ends_on)}",
        )
        return left, state(STATUSES, one.status)

    def do_edit(self) -> None:
        self.workstation.open_form("authorization", self.key, returns=True)
