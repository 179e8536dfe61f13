"""Queues whose records are opened as forms: clients, payers, practitioners and the like."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues import QUEUES
from rcm_tui.screens.actions import Situation, bindings_of
from rcm_tui.screens.forms.registry import form_of
from rcm_tui.screens.queue_screen import QueueScreen

BESIDE = ("clients", "authorizations", "case_managers", "diagnoses")
"""Lists that lie beside each other: one turns from one to the next."""


class RecordQueueScreen(QueueScreen):
    """One of these queues, by its name; `kind` is the kind of record that a row is."""

    area = "records"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("records")]

    def __init__(self, kind: str, *, name: str) -> None:
        self.queue = QUEUES[name]
        super().__init__(name=name)
        self.kind = kind
        self.section = form_of(kind).section

    def situation(self) -> Situation:
        found = super().situation()
        return replace(found, row={**found.row, "beside": self.name in BESIDE, "kind": self.kind})

    def do_list_after(self) -> None:
        self._turn(1)

    def do_list_before(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        place = BESIDE.index(str(self.name))
        self.workstation.go(BESIDE[(place + by) % len(BESIDE)])

    def open_row(self, key: int) -> None:
        self.workstation.open_form(self.kind, key, walk=self)

    def do_edit(self) -> None:
        self.table.action_open()

    async def do_edit_marked(self) -> None:
        from rcm_tui.screens.editing_many import edit_marked

        await edit_marked(self, self.kind)

    async def do_reveal(self) -> None:
        from rcm_tui.screens.revealing import show_identifiers

        if (key := self.table.cursor_key) is not None:
            await show_identifiers(self, self.kind, int(key))

    async def do_try_connection(self) -> None:
        from rcm_tui.screens.trying_connections import try_it

        if (key := self.table.cursor_key) is not None:
            await try_it(self, int(key))

    async def do_letter_words(self) -> None:
        from rcm_tui.screens.letter_work import edit_words

        key = self.table.cursor_key
        if key is not None and await edit_words(self, int(key)):
            self.refresh_data()

    def do_new(self) -> None:
        self.workstation.open_form(self.kind, 0)

    async def do_import_file(self) -> None:
        from rcm_tui.screens.importing import import_a_file

        await import_a_file(self)
