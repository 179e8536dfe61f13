"""Emergency access: taking it up, ending it, the banner while it lasts, and its review."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.billing.people.emergency import begin_emergency, end_emergency, review_emergency
from rcm_tui.data.actor import Actor
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.queues.emergencies import EMERGENCIES
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.timeline_dialogs import Asked, EntryDialog
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame


class EmergenciesScreen(QueueScreen):
    area = "emergencies"
    section = "administration"
    queue = EMERGENCIES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("emergencies")]

    def open_row(self, key: int) -> None:
        """Shows what the person did on its days, as the audit trail has it."""
        self.background("open", self._open_trail)

    async def _open_trail(self) -> None:
        app, key, pages = self.workstation, self.table.cursor_key, self.pages
        if key is None or pages is None:
            return
        row = (await app.read(pages.rows_by_keys, [key]))[key]
        found = {column.name: value for column, value in zip(self.queue.columns, row, strict=False)}
        first, last = (
            moment_from_store(str(found[name])).astimezone(app.zone).date()
            for name in ("began", "ends")
        )
        app.go("audit", "all", f"who:{found['person']} when>={first} when<={last}")

    async def do_review_emergency(self) -> None:
        """Asks what was found, and writes down who has looked and when."""
        app, key = self.workstation, self.table.cursor_key
        if key is None:
            return
        dialog = EntryDialog(
            "Review emergency access",
            [Asked("found", "Found", needed=True)],
            app.today,
            "reviewed",
            ["What was done in it is in the audit trail; your name and the time go on record."],
        )
        told = await app.ask(dialog)
        if told is not None:
            await app.change(review_emergency, int(key), told["found"])
            self.done_with()
            self.say("Reviewed.", "$success")


def banner(actor: Actor, now: datetime.datetime) -> Content:
    """What stands above every screen while emergency access lasts."""
    assert actor.emergency_until is not None
    seconds = max(0.0, (actor.emergency_until - now).total_seconds())
    minutes = -(-int(seconds) // 60)
    left = f"{minutes} minutes left" if minutes != 1 else "1 minute left"
    mark = sign("warning", ascii_wanted())
    return written(f"{mark} EMERGENCY ACCESS as {actor.role} · {left} · all is on record")


async def take_up(frame: Frame) -> None:
    """Asks for the reason and the minutes, and takes up what the person is allowed to."""
    app = frame.workstation
    if app.actor.emergency is not None:
        frame.say("You have emergency access already.", "$warning")
        return
    dialog = EntryDialog(
        "Emergency access",
        [
            Asked("reason", "Reason", needed=True),
            Asked("minutes", "Minutes", value=str(app.emergency_minutes), needed=True),
        ],
        app.today,
        "take it up",
        [
            "More rights for a while, in all business units, with identifiers open.",
            "Every change says so on record; administrators are told at once.",
        ],
    )
    told = await app.ask(dialog)
    if told is None:
        return
    typed = str(told["minutes"]).strip()
    minutes = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
    await app.change(begin_emergency, told["reason"], min(minutes, app.emergency_minutes))
    frame.done_with()


async def give_up(frame: Frame) -> None:
    """Ends one's own emergency access."""
    await frame.workstation.change(end_emergency)
    frame.done_with()
    frame.say("Emergency access has ended; an administrator reviews it.", "$success")
