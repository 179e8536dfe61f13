"""The cases screen: take onward, resolve, cancel, follow up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.cases import CASES
from rcm_tui.data.records.case import read_case
from rcm_tui.screens import case_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.case_lines import heading, summary
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.widgets.written import written


class CasesScreen(QueueScreen):
    area = section = "cases"
    queue = CASES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("cases")]

    def open_row(self, key: int) -> None:
        self.workstation.open_record("case", key, walk=self)

    def do_new(self) -> None:
        app = self.workstation
        given = {"owner": app.actor.login, "follow_up": app.today + case_work.WEEK}
        app.open_form("case_file", 0, given=given)

    def do_edit(self) -> None:
        key = self.table.cursor_key
        if key is not None:
            self.workstation.open_form("case_file", int(key), walk=self)

    async def do_edit_marked(self) -> None:
        from rcm_tui.screens.editing_many import edit_marked

        await edit_marked(self, "case_file")

    async def do_advance(self) -> None:
        await case_work.advance_cases(self, await self.chosen_keys())
        self.done_with()

    async def do_reopen(self) -> None:
        await case_work.reopen_cases(self, await self.chosen_keys())
        self.done_with()

    async def do_resolve(self) -> None:
        if await case_work.resolve_cases(self, await self.chosen_keys(), await self.sum_marked()):
            self.done_with()

    async def do_cancel(self) -> None:
        if await case_work.cancel_cases(self, await self.chosen_keys(), await self.sum_marked()):
            self.done_with()

    async def do_stage(self) -> None:
        await case_work.set_stages(self, await self.chosen_keys(), await self.sum_marked())
        self.done_with()

    async def do_follow_up(self) -> None:
        if await case_work.follow_up_on(self, await self.chosen_keys(), await self.sum_marked()):
            self.done_with()

    async def do_add_to_timeline(self) -> None:
        from rcm_tui.screens.timeline_work import add_to_timeline

        if await add_to_timeline(self, await self.chosen_keys()):
            self.done_with()

    async def do_put_under(self) -> None:
        from rcm_tui.screens.case_children import put_under

        if await put_under(self, await self.chosen_keys()):
            self.done_with()

    async def preview_lines(self, key: int) -> Iterable[Content]:
        app = self.workstation
        record = await app.read(read_case, app.store.database, key)
        if record is None:
            return []
        left, right = heading(record, app.today)
        lines = summary(record, app.zone, self.size.width)
        return [written(left, "   ", right), *(row.content for row in lines)]
