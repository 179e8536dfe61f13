"""The deposits of the bank, and one of them beside the payments that it may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from peewee import Database
from textual.binding import BindingType
from textual.content import Content

from rcm_tui.billing.deposits.reconciling import Expected, payment_candidates
from rcm_tui.data.queues.deposits import DEPOSITS, STATES
from rcm_tui.data.records.deposit import DepositRecord, read_deposit
from rcm_tui.screens import deposit_lines, deposit_work
from rcm_tui.screens.actions import action_named, bindings_of
from rcm_tui.screens.history_lines import history, seen_by
from rcm_tui.screens.orphan_lines import score_rows
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.record_screen import Part
from rcm_tui.screens.weighed import WeighedScreen
from rcm_tui.screens.words import date_text, money_text, state
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written


class DepositsScreen(QueueScreen):
    area = "deposits"
    section = "remittances"
    queue = DEPOSITS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("deposits")]

    def open_row(self, key: int) -> None:
        self.workstation.open_record("deposit", key, walk=self)

    def do_match_deposit(self) -> None:
        if self.table.cursor_key is not None:
            self.open_row(int(self.table.cursor_key))

    async def do_new_deposit(self) -> None:
        await deposit_work.type_deposit(self)

    async def do_import_statement(self) -> None:
        await deposit_work.import_a_statement(self)

    async def do_reconcile(self) -> None:
        await deposit_work.reconcile_chosen(self)

    async def do_set_aside(self) -> None:
        await deposit_work.set_chosen_aside(self)

    async def do_bring_back(self) -> None:
        await deposit_work.bring_back(self)

    async def do_unmatch(self) -> None:
        await deposit_work.unmatch_chosen(self)


@dataclass(frozen=True, slots=True)
class ShownDeposit:
    """What is on screen: the deposit, the payments it may be, and how wide the screen is."""

    record: DepositRecord
    found: list[Expected]
    width: int
    zone: ZoneInfo


class DepositScreen(WeighedScreen):
    area = "deposit"
    section = "remittances"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("deposit")]
    DEFAULT_CSS = """
    DepositScreen #why { height: 4; }
    """
    parts = (
        Part(
            "payments",
            "Payments",
            lambda shown: deposit_lines.payments(shown.record, shown.found, shown.width),
            lambda shown: str(len(shown.record.payments) or ""),
        ),
        Part("history", "History", lambda shown: history(shown.record.history, shown.zone)),
    )

    async def read_record(self, key: int) -> ShownDeposit | None:
        app = self.workstation
        shown = await app.read(_read, app.store.database, key, self.size.width, app.zone)
        return shown and replace(shown, record=seen_by(app.actor, shown.record))

    def heading(self, record: ShownDeposit) -> tuple[Content, Content]:
        one = record.record.deposit
        left = written(
            (money_text(one.amount), "bold $secondary"),
            f"  received {date_text(one.received_on)} · {one.reference}",
            f" · {one.memo}" if one.memo else "",
        )
        return left, state(STATES, _state(record))

    def row(self) -> dict[str, Any]:
        return {
            "state": _state(self.record),
            "payment": self._payment() is not None,
            "candidate": self._candidate() is not None,
        }

    def why_rows(self) -> list[Row]:
        one = self._candidate()
        return score_rows(one.score, one.reasons, self.size.width - 4) if one is not None else []

    def _payment(self) -> int | None:
        key = self.query_one("#lines", RowList).key
        return key[1] if self.part == "payments" and isinstance(key, tuple) else None

    def _candidate(self) -> Expected | None:
        if self.record is None:
            return None
        payment = self._payment()
        return next((one for one in self.record.found if one.id == payment), None)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        wanted = "take_payment" if self._candidate() is not None else "look_at_deposited"
        self.action_act(self.keymap.keys_of(action_named(wanted))[0])

    # -- actions ----------------------------------------------------------------------------

    async def do_take_payment(self) -> None:
        """Takes the payment under the cursor; then the next deposit, once all is explained."""
        from rcm_tui.billing.deposits.reconciling import match_by_hand

        candidate = self._candidate()
        assert candidate is not None
        await self.workstation.change(match_by_hand, self.key, [candidate.id])
        await self._read()
        named = candidate.trace_number or f"payment {candidate.id}"
        said = f"{named} over {money_text(candidate.amount)} is in this deposit; u takes it back."
        if _state(self.record) == "reconciled" and await self.read_next():
            said = f"{named} is in the deposit, which is explained. The next one is here."
        self.say(said, "$success")

    def do_look_at_deposited(self) -> None:
        """Opens the payment under the cursor."""
        payment = self._payment()
        assert payment is not None
        self.workstation.open_record("payment", payment)


def _state(shown: ShownDeposit) -> str:
    one = shown.record.deposit
    if one.set_aside:
        return "set aside"
    if one.matched == one.amount:
        return "reconciled"
    return "partly" if one.matched else "open"


def _read(database: Database, key: int, width: int, zone: ZoneInfo) -> ShownDeposit | None:
    record = read_deposit(database, key)
    if record is None:
        return None
    explained = record.deposit.matched == record.deposit.amount or record.deposit.set_aside
    found = [] if explained else payment_candidates(database, key)
    return ShownDeposit(record, found, width, zone)
