"""One audit record, whole: old and new values, and the way to the record that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.details import details_text, said_value
from rcm_tui.data.queues.audit import AUDIT
from rcm_tui.data.records.audit_record import TrailRecord, read_audit_record
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.places import RECORD_QUEUES
from rcm_tui.screens.record_screen import Part, RecordScreen
from rcm_tui.screens.words import moment_text
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import folded, written

LABEL = 20
QUEUE_OF = {
    "claims_transaction": "transactions",
    "patient_payment": "patient_payments",
    "provider_adjustment": "provider_adjustments",
    "refund": "refunds",
    "remittance": "remittances",
    "statement": "statements",
    "write_off": "write_offs",
}
"""Records without a screen of their own are shown in their queue, with the cursor on them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on screen: the record, how wide the screen is, the practice's time zone."""

    record: TrailRecord
    width: int
    zone: ZoneInfo


def kind_of(subject: str) -> str:
    """What people call a kind of record."""
    choice = next((one for one in AUDIT.filterable["kind"].choices if one.value == subject), None)
    return choice.label if choice is not None else subject.replace("_", " ")


def whole(shown: Shown) -> list[Row]:
    """All that the record says, a field a line; of what changed, what was and what is."""
    one = shown.record
    who = f"{one.actor} ({one.actor_name})" if one.actor_name else one.actor
    about = f"{kind_of(one.subject)} {one.title}".strip()
    facts = [
        ("When", moment_text(one.at, shown.zone) + one.at.strftime(":%S")),
        ("Who", who),
        ("What", one.action),
        ("Record", about if one.subject_id else f"{about} (many, or none)"),
        *((key.replace("_", " ") or "details", said_value(v)) for key, v in one.details.items()),
        ("Audit record", f"{one.id:,}"),
        ("Seal", one.seal),
    ]
    return [
        Row(line)
        for label, text in facts
        for line in folded((cell(label, LABEL), "$text-muted"), text, shown.width - 4)
    ]


def around(shown: Shown) -> list[Row]:
    """The other records about the same one, newest first."""
    rows = [
        Row(
            written(
                f"{moment_text(at, shown.zone)}  ",
                (cell(who, 12), "$secondary"),
                f" {what}  ",
                (details_text(details), "$text-muted"),
            ),
            key,
        )
        for key, at, who, what, details in shown.record.around
    ]
    return rows or [Row(written("Nothing else is on record of it."))]


class AuditRecordScreen(RecordScreen):
    area = "audit_record"
    section = "administration"
    remembered = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("audit_record")]
    parts = (
        Part("record", "Audit record", whole),
        Part("around", "Same record", around, lambda shown: str(len(shown.record.around) or "")),
    )

    async def read_record(self, key: int) -> Shown | None:
        app = self.workstation
        found = await app.read(read_audit_record, app.store.database, key)
        if found is not None and app.actor.masked:
            found = found.masked()
        return None if found is None else Shown(found, self.size.width, app.zone)

    def heading(self, record: Shown) -> tuple[Content, Content]:
        one = record.record
        left = written((one.action, "bold $secondary"), f"  {kind_of(one.subject)} {one.title}")
        return left, written((moment_text(one.at, record.zone), "$text-muted"))

    def row(self) -> dict[str, Any]:
        return {"subject_id": self.record.record.subject_id}

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.do_open_subject()

    def do_open_subject(self) -> None:
        key = self.query_one("#lines", RowList).key
        if self.part == "around" and isinstance(key, int):
            self.key = key
            self.part = "record"
            self.refresh_data()
            return
        one = self.record.record
        if one.subject_id is None or not open_subject(
            self.workstation, one.subject, one.subject_id
        ):
            self.say(f"There is no screen for {kind_of(one.subject)} {one.title}.", "$warning")

    async def do_reveal(self) -> None:
        from rcm_tui.screens.revealing import show_identifiers

        await show_identifiers(self, "audit_record", self.key)

    def do_audit_trail(self) -> None:
        from rcm_tui.screens.audit import show_trail_of

        one = self.record.record
        if one.subject_id is not None:
            show_trail_of(self.workstation, one.subject, one.subject_id)


RECORD_SCREENS = {
    "appeal": "appeal",
    "authorization": "authorization",
    "case_file": "case",
    "charge_item": "charge",
    "claim": "claim",
    "deposit": "deposit",
    "invoice": "invoice",
    "payment": "payment",
    "visit": "visit",
}
"""Tables whose records have a screen of their own, with its name."""


def open_subject(app: Workstation, subject: str, key: int) -> bool:
    """Opens the record of a table by its key, over what is shown; False where it has no screen."""
    if subject in RECORD_SCREENS:
        app.open_record(RECORD_SCREENS[subject], key)
    elif subject in RECORD_QUEUES.values():
        app.open_form(subject, key)
    elif subject in QUEUE_OF:
        app.go(QUEUE_OF[subject], "all", key=key)
    else:
        return False
    return True
