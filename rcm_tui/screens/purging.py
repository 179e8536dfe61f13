"""The policies of what is let go: what would go now is seen first; the worker does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.queues.purging import PURGE_RUNS
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.record_queue import RecordQueueScreen
from rcm_tui.screens.result_sheet import ResultSheet
from rcm_tui.screens.words import count_of, date_text

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rcm_tui.billing.purging.purging import Foreseen


class PurgePoliciesScreen(RecordQueueScreen):
    area = "purge_policies"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("purge_policies")]

    def __init__(self, *, name: str) -> None:
        super().__init__("purge_policy", name=name)

    async def do_purge_now(self) -> None:
        """Shows what would go; of the policies in force the worker lets it go, when asked to."""
        from rcm_tui.billing.purging.purging import foresee
        from rcm_tui.jobs.schedule import PURGE, request_job

        app = self.workstation
        found = await app.read(foresee, app.store.database, app.clock(), app.today)
        sentences = [sentence(one, app.zone) for one in found]
        active = [one for one in found if one.active and one.things]
        if not active:
            note = "Nothing is switched on that has something to let go."
            await app.ask(ResultSheet("What would go", [*sentences, note], []))
            return
        things = count_of(sum(one.things for one in active), ("content", "contents"))
        sentences += [
            f"{things} of policies in force go for good.",
            "Their rows, checksums and what is on record of them stay.",
        ]
        if await app.ask(Confirm("Purge now", sentences, "purge them")):
            await app.change(request_job, PURGE)
            self.say("The worker was asked: Jobs (9) shows what went.", "$success")


class PurgeRunsScreen(QueueScreen):
    """What went, run by run; enter shows the keys of what went, in the audit trail."""

    area = "purge_runs"
    section = "administration"
    queue = PURGE_RUNS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("purge_runs")]

    def open_row(self, key: int) -> None:
        from rcm_tui.screens.audit import show_trail_of

        show_trail_of(self.workstation, "purge_run", key)


def sentence(one: Foreseen, zone: ZoneInfo) -> str:
    """What one policy would let go."""
    off = "" if one.active else " (switched off)"
    months = count_of(one.months, ("month", "months"))
    if not one.things:
        held = f"; {one.held:,} kept by holds" if one.held else ""
        return f"{one.kept}{off}: nothing older than {months}{held}."
    oldest = date_text(moment_from_store(one.oldest).astimezone(zone).date())
    held = f", {one.held:,} more kept by holds" if one.held else ""
    size = f"{one.bytes / 1e6:,.1f} MB"
    return f"{one.kept}{off}: would purge {one.things:,}, {size}, oldest {oldest}{held}."
