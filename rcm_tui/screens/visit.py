"""One visit: its line items, treatment, and the way out: invoice, copay and claim."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.visits import STATUSES
from rcm_tui.data.records.visit import read_visit
from rcm_tui.screens import visit_lines, visit_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.history_lines import seen_by
from rcm_tui.screens.record_screen import Part, RecordScreen
from rcm_tui.screens.words import date_text, name_of, state
from rcm_tui.widgets.row_list import RowList
from rcm_tui.widgets.written import written


class VisitScreen(RecordScreen):
    area = "visit"
    section = "invoices"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("visit")]
    parts = (
        Part(
            "services",
            "Line items",
            lambda shown: visit_lines.services(shown[0], shown[2]),
            lambda shown: str(len(shown[0].services)),
        ),
        Part("treatment", "Treatment", lambda shown: visit_lines.treatment(shown[0])),
        Part(
            "checkout",
            "Checkout",
            lambda shown: visit_lines.checkout(shown[0], shown[3], shown[2]),
            lambda shown: visit_lines.missing_note(shown[0], shown[3]),
        ),
        Part("history", "History", lambda shown: visit_lines.history(shown[0], shown[1])),
    )

    async def read_record(self, key: int) -> Any:
        app = self.workstation
        record = seen_by(app.actor, await app.read(read_visit, app.store.database, key))
        if record is None:
            return None
        missing = []
        unclaimed = any(one.claim is None for one in record.services)
        if record.visit.status == "checked out" and unclaimed:
            missing = await visit_work.what_is_missing(self, key)
        return record, app.zone, self.size.width, missing

    def heading(self, record: Any) -> tuple[Content, Content]:
        visit, client = record[0].visit, record[0].client
        left = written(
            (visit.number, "bold $secondary"),
            f"  {name_of(client.last_name, client.first_name)} · {visit.appointment_type.name} ·"
            f" {date_text(visit.visit_on)} {visit.begins}",
        )
        return left, state(STATUSES, visit.status)

    def row(self) -> dict[str, Any]:
        record = self.record[0]
        open_ones = any(one.claim is None for one in record.services)
        claim = record.claims[-1] if record.claims else None
        return {
            "status": record.visit.status,
            "claim_number": claim.number if claim and not open_ones else "",
            "claim_status": claim.status if claim else "",
            "invoice_number": record.invoice.number if record.invoice else "",
        }

    # -- going to what mends it ---------------------------------------------------------------

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self._open(event.key)

    def do_edit(self) -> None:
        """To the field that is missing under the cursor (else the first), or to the line item,
        or to the visit itself."""
        chosen = self.query_one("#lines", RowList).key
        if self.part == "checkout" and not (isinstance(chosen, tuple) and chosen[0] == "missing"):
            places = [place for place, one in enumerate(self.record[3]) if one.place is not None]
            chosen = ("missing", places[0]) if places else None
        if chosen is None or self.part not in ("services", "checkout"):
            self.workstation.open_form("visit", self.key, returns=True)
        else:
            self._open(chosen)

    def _open(self, chosen: object) -> None:
        assert isinstance(chosen, tuple)
        kind, key = chosen
        app = self.workstation
        if kind == "service":
            given = {"visit": self.key} if not key else None
            app.open_form("visit_service", key, returns=True, given=given)
        elif kind == "visit":
            app.open_form("visit", self.key, field=key, returns=True)
        elif kind in ("claim", "invoice"):
            app.open_record(kind, key)
        elif kind == "missing":
            place = self.record[3][key].place
            if place is not None:
                field = place.field or place.among
                app.open_form(place.kind, place.id, field=field, returns=True)

    # -- work ---------------------------------------------------------------------------------

    async def do_check_out(self) -> None:
        await visit_work.check_out_visits(self, [self.key])
        self.part = "checkout"
        await self._read()

    async def do_one_click(self) -> None:
        named = {self.key: self.record[0].visit.number}
        lacking = await visit_work.claim_at_once(self, named)
        self.part = "checkout"
        await self._read()
        if lacking:
            count = len(lacking[self.key])
            words = "one thing is" if count == 1 else f"{count} things are"
            self.say(f"Not claimed: {words} missing. e goes to the field.", "$warning")

    async def do_queue_claim(self) -> None:
        await visit_work.queue_visits(self, [self.key])
        await self._read()

    async def do_submit_visits(self) -> None:
        await visit_work.submit_visits(self, [self.key])
        await self._read()

    async def do_copay(self) -> None:
        if await visit_work.take_copay(self, self.record[0].invoice.id):
            self.part = "checkout"
            await self._read()

    async def do_salt(self) -> None:
        await visit_work.copy_last_time(self, [self.key])
        await self._read()

    async def do_check_in(self) -> None:
        await visit_work.attend(self, [self.key], again=False)
        await self._read()

    async def do_book_again(self) -> None:
        await visit_work.attend(self, [self.key], again=True)
        await self._read()

    async def do_cancel_visit(self) -> None:
        if await visit_work.end_visits(self, [self.key], "cancel"):
            await self._read()

    async def do_no_show(self) -> None:
        if await visit_work.end_visits(self, [self.key], "no-show"):
            await self._read()
