"""One charge item: its session, units, money, twin, the claim line it went onto, its history."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.charges import STATUSES
from rcm_tui.data.records.charge import read_charge
from rcm_tui.screens import charge_lines, charge_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.history_lines import history, seen_by
from rcm_tui.screens.record_screen import Part, RecordScreen
from rcm_tui.screens.words import date_text, money_text, name_of, state
from rcm_tui.widgets.row_list import RowList
from rcm_tui.widgets.written import written


class ChargeScreen(RecordScreen):
    area = "charge"
    section = "charges"
    table = "charge_item"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("charge")]
    parts = (
        Part("summary", "Summary", lambda shown: charge_lines.summary(*shown)),
        Part(
            "claim",
            "Claim line",
            lambda shown: charge_lines.claim_line(shown[0]),
            lambda shown: shown[0].claim.number if shown[0].claim else "",
        ),
        Part("history", "History", lambda shown: history(shown[0].history, shown[1])),
    )

    async def read_record(self, key: int) -> Any:
        app = self.workstation
        record = seen_by(app.actor, await app.read(read_charge, app.store.database, key))
        return None if record is None else (record, app.zone, self.size.width)

    def heading(self, record: Any) -> tuple[Content, Content]:
        charge, client = record[0].charge, record[0].client
        left = written(
            (charge.number, "bold $secondary"),
            f"  {name_of(client.last_name, client.first_name)} · {charge.procedure_code}"
            f" · {date_text(charge.date_of_service)} · {money_text(charge.billed)}",
        )
        return left, state(STATUSES, charge.status)

    def row(self) -> dict[str, Any]:
        shown = self.record[0]
        twin = shown.twin.number if shown.twin else ""
        return {"status": shown.charge.status, "duplicate_of": twin}

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if not isinstance(event.key, tuple):
            return
        kind, key = event.key
        if kind == "claim":
            self.workstation.open_record("claim", key)
        else:
            self.workstation.open_record("charge", key)

    def do_edit(self) -> None:
        self.workstation.open_form("charge_item", self.key, returns=True)

    async def do_approve(self) -> None:
        if await charge_work.approve(self, [self.key], self._named()):
            await self.do_generate()

    async def do_generate(self) -> None:
        await charge_work.generate(self, [self.key], self._named())

    async def do_review(self) -> None:
        from rcm_tui.screens.charge_review import review

        await review(self, [self.key])

    def do_twin(self) -> None:
        self.workstation.open_record("charge", self.record[0].twin.id)

    def _named(self) -> str:
        return f"charge {self.record[0].charge.number}"
