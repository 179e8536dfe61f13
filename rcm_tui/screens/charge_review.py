"""Charges whose sessions were reopened after they were billed: what changed, and what then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from rcm_tui.data.queues.charges import CHARGES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.screens.charge_dialogs import CHARGE, CLAIM
from rcm_tui.screens.charge_work import show_charges
from rcm_tui.screens.result_sheet import ResultSheet
from rcm_tui.screens.words import count_of, date_text, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.billing.charges.as_billed import Difference
    from rcm_tui.screens.frame import Frame

SHOWN = 100


class ReviewDialog(Dialog[str]):
    """Shows what differs from what was billed. Gives "correct", "back" or "" for neither."""

    DEFAULT_CSS = """
    ReviewDialog RowList { height: auto; max-height: 14; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("b", "set_back", show=False)]

    def __init__(
        self,
        charges: Mapping[int, Mapping[str, Any]],
        differences: Mapping[int, Sequence[Difference]],
        count: int,
    ) -> None:
        super().__init__(f"Reopened after billing: {count_of(count, CHARGE)}")
        self._charges = charges
        self._differences = differences
        self._count = count

    def parts(self) -> ComposeResult:
        yield RowList(self._rows())
        yield Line(
            written("enter corrects: a claim that was not sent is made anew, of one that was")
        )
        yield Line(
            written("sent a replacement (frequency 7) is drafted. b lets stand what was billed.")
        )

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "correct the claim"), ("b", "set back"), ("esc", "cancel")]

    def on_mount(self) -> None:
        self.query_one(RowList).focus()

    def on_row_list_chosen(self, _: RowList.Chosen) -> None:
        self.action_accept()

    def action_accept(self) -> None:
        self.dismiss("correct")

    def action_set_back(self) -> None:
        self.dismiss("back")

    def action_leave(self) -> None:
        self.dismiss("")

    def _rows(self) -> list[Row]:
        rows = []
        for key, charge in self._charges.items():
            day = date_text(date.fromisoformat(charge["date_of_service"]))
            head = f"  {charge['patient']} · {day} · {charge['claim_number']}"
            rows.append(Row(written((charge["charge_number"], "$secondary"), head)))
            for one in self._differences.get(key, ()):
                was = written(f"    {one.what:<14}", (one.billed or "none", "$text-muted"))
                rows.append(Row(written(was, " → ", (one.now or "none", "bold"))))
            if not self._differences.get(key):
                rows.append(
                    Row(written(("    nothing differs from what was billed", "$text-muted")))
                )
        if self._count > len(self._charges):
            rows.append(Row(written(f"… and {self._count - len(self._charges):,} more")))
        return rows


async def review(screen: Frame, keys: Sequence[int]) -> None:
    """Shows what changed of charges Awaiting Resubmission, and does what the person decides."""
    from rcm_tui.billing.charges.as_billed import differences
    from rcm_tui.billing.claims.resubmission import correct_claims, set_back

    app = screen.workstation
    pages = QueuePages(app.store.database, CHARGES, app.viewer, view="all")
    first = list(keys)[:SHOWN]
    found = await app.read(pages.rows_by_keys, first)
    names = [column.name for column in CHARGES.columns]
    charges = {key: dict(zip(names, found[key], strict=False)) for key in first if key in found}
    changed = await app.read(differences, app.store.database, first)
    answer = await app.ask(ReviewDialog(charges, changed, len(keys)))
    if not answer:
        return
    outcome = await app.change(correct_claims if answer == "correct" else set_back, keys)
    screen.done_with()
    done = f"{count_of(len(outcome.done), CHARGE)}, {money_text(outcome.amount)},"
    if answer == "back":
        sentence = f"{done} set back to Claim Line Created."
    else:
        sentence = f"{done} corrected on {count_of(len(outcome.made), CLAIM)}."
    if not outcome.left and not outcome.made:
        screen.say(sentence, "$success")
        return
    sheet = ResultSheet(
        "Corrected" if outcome.done and answer == "correct" else "Done",
        [sentence],
        outcome.left,
        onward="look at the claims" if outcome.made else "",
        apart=True,
    )
    if await show_charges(screen, sheet) == "onward":
        app.go("claims")
        claims: Any = app.frame("claims")
        claims.show_only(outcome.made, "corrected")
