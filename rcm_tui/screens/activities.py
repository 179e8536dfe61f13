"""The activities: tasks and appointments of cases, and draft emails; each opens its case."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues.activities import ACTIVITIES
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen


class ActivitiesScreen(QueueScreen):
    area = "activities"
    section = "cases"
    queue = ACTIVITIES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("activities")]

    def open_row(self, key: int) -> None:
        self.background("open", self._open_case)

    async def _open_case(self) -> None:
        from rcm_tui.data.records.timeline import case_of_entry
        from rcm_tui.screens.case import CaseScreen

        app = self.workstation
        entry = self.table.cursor_key
        case = None
        if entry is not None:
            case = await app.read(case_of_entry, app.store.database, int(entry))
        if case is None or entry is None:
            return
        app.open_record("case", case)
        screen = app.frame("case")
        assert isinstance(screen, CaseScreen)
        screen.aim_at(int(entry))

    async def do_finish_tasks(self) -> None:
        from rcm_tui.billing.cases.timeline.activities import finish
        from rcm_tui.screens.case_work import tell
        from rcm_tui.screens.words import count_of

        outcome = await self.workstation.change(finish, await self.chosen_keys())
        await tell(self, f"{count_of(len(outcome.done), ('task', 'tasks'))} done.", outcome)
        self.done_with()
