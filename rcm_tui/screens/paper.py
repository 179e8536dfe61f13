"""Typing a remittance from a paper EOB: its claims, their lines, and the balance as one types."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from rcm_tui.billing.remittances import by_hand
from rcm_tui.billing.remittances.by_hand import TypedClaim, TypedLine, TypedPayment
from rcm_tui.billing.remittances.received import ReceivedProviderAdjustment
from rcm_tui.data.sentences import as_sentence
from rcm_tui.screens import paper_dialogs, paper_lines
from rcm_tui.screens.actions import Situation, bindings_of
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.words import count_of, date_text, money_text
from rcm_tui.widgets.line import EMPTY, Line
from rcm_tui.widgets.money_grid import MoneyGrid
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import written

CLAIM = ("claim", "claims")


class PaperScreen(Frame):
    """One EOB at a time; nothing of it is in the store until it is posted."""

    area = "paper"
    section = "remittances"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("paper")]
    DEFAULT_CSS = """
    PaperScreen > #body > #title { text-style: bold; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.typed: TypedPayment | None = None
        self._follows: set[tuple[int, str]] = set()
        """Cells (claim line, column) that a person typed: nothing else changes them."""

    def body(self) -> ComposeResult:
        yield Line(id="title")
        yield MoneyGrid(
            paper_lines.COLUMNS,
            self._rows,
            self._take,
            asked=self._ask_others,
            asked_columns=paper_lines.ASKED,
            wrong=lambda sentence: self.say(sentence, "$error"),
            id="lines",
        )
        yield Line(id="balance")

    @property
    def grid(self) -> MoneyGrid:
        return self.query_one(MoneyGrid)

    def on_mount(self) -> None:
        self.grid.focus()
        self._show()

    def begin(self, typed: TypedPayment) -> None:
        """Shows an EOB of which only the check is known."""
        self.typed = typed
        self._follows.clear()
        if self.is_mounted:
            self._show()

    def on_resize(self) -> None:
        if self.typed is not None:
            self._show()

    def situation(self) -> Situation:
        claims = self.typed.claims if self.typed is not None else []
        row = {"claims": len(claims), "line": self.grid.key if claims else None}
        role = self.workstation.actor.role
        return Situation(self.area, role, rows=self.typed is not None, row=row)

    # -- what is shown ----------------------------------------------------------------------

    def _show(self) -> None:
        typed = self.typed
        if typed is None:
            return
        number = typed.trace_number or "without a number"
        left = written(
            (f"Check {number}", "bold $secondary"),
            f"  {typed.payer_name} · {date_text(typed.date)} · {money_text(typed.amount)}",
        )
        right = written((typed.memo, "$text-muted")) if typed.memo else EMPTY
        self.query_one("#title", Line).show(left, right)
        self.grid.redraw()
        self.query_one("#balance", Line).show(*paper_lines.balance(typed))
        self.refresh_footer()

    def _rows(self) -> list[Row]:
        if self.typed is None:
            return []
        grid, wide = self.grid, self.size.width >= paper_lines.WIDE
        return paper_lines.rows(self.typed, grid.key, grid.column, grid.buffer, wide)

    def _line(self, key: object) -> tuple[TypedClaim, TypedLine] | None:
        assert self.typed is not None
        for claim in self.typed.claims:
            for line in claim.lines:
                if line.claim_line == key:
                    return claim, line
        return None

    # -- what is typed ----------------------------------------------------------------------

    def _take(self, key: object, column: str, cents: int) -> None:
        found = self._line(key)
        if found is None:
            return
        line = found[1]
        self._follows.add((line.claim_line, column))
        setattr(line, column, cents)
        typed_by_hand = {name for at, name in self._follows if at == line.claim_line}
        if column == "allowed" and "contractual" not in typed_by_hand:
            line.contractual = line.billed - line.allowed - line.other
        if column != "paid" and "paid" not in typed_by_hand:
            by_hand.follow(line)
        self.say("")
        self._show()

    def _ask_others(self, begun: str) -> None:
        self.act(self._other_adjustments(begun))

    async def _other_adjustments(self, begun: str) -> None:
        found = self._line(self.grid.key)
        if found is None:
            return
        line = found[1]
        known = ", ".join(f"{g}-{r} {money_text(amount)}" for g, r, amount in line.others)
        text = await self.workstation.ask(
            paper_dialogs.OtherAdjustments(
                f"Other adjustments of line {line.position}",
                known or begun,
                "CO-197 320.00, OA-23 10",
                "No amount: the rest of the line, or all of it where nothing is left.",
            )
        )
        if text is not None:
            self._set_others(line, paper_dialogs.other_adjustments(text))
            self._show()

    def _set_others(self, line: TypedLine, given: list[tuple[str, str, int | None]]) -> None:
        line.others = [(group, reason, amount) for group, reason, amount in given if amount]
        for group, reason, amount in given:
            if amount is not None:
                continue
            if line.off > 0:
                line.others.append((group, reason, line.off))
            else:
                by_hand.deny(line, group, reason)
        if (line.claim_line, "paid") not in self._follows:
            by_hand.follow(line)

    # -- actions ----------------------------------------------------------------------------

    async def do_add_claim(self) -> None:
        """Finds a claim and puts it under the others, its lines prefilled."""
        from rcm_tui.screens.claim_finder import find_claim

        typed, app = self.typed, self.workstation
        assert typed is not None
        key = await find_claim(self, f"Claim of {typed.payer_name}'s EOB")
        if key is None:
            return
        if any(claim.claim == key for claim in typed.claims):
            self.say("This claim is on the EOB already.", "$warning")
            return
        claim = await app.read(by_hand.claim_to_type, app.store.database, key)
        typed.claims.append(claim)
        self._show()
        if claim.lines:
            self.grid.begin(claim.lines[0].claim_line)
        if claim.payer not in (None, typed.payer):
            self.say(f"It was sent to another payer, {claim.payer_name}.", "$warning")
        self._show()

    def do_drop_claim(self) -> None:
        """Takes the claim under the cursor off the EOB again."""
        found = self._line(self.grid.key)
        assert found is not None
        assert self.typed is not None
        self.typed.claims.remove(found[0])
        self.grid.buffer = None
        self._show()

    async def do_check(self) -> None:
        """Changes what is said of the check."""
        typed = self.typed
        assert typed is not None
        check = paper_dialogs.Check(
            typed.trace_number, typed.amount, typed.method, typed.date, typed.memo
        )
        dialog = paper_dialogs.CheckDialog(typed.payer_name, self.workstation.today, check)
        answer = await self.workstation.ask(dialog)
        if answer is not None:
            typed.trace_number, typed.amount, typed.method = (
                *(answer.trace_number, answer.amount, answer.method),
            )
            typed.date, typed.memo = answer.date, answer.memo
            self._show()

    async def do_payer_number(self) -> None:
        """The payer's claim control number of the claim under the cursor."""
        found = self._line(self.grid.key)
        assert found is not None
        dialog = paper_dialogs.OneLine(
            f"Payer's number of {found[0].number}",
            found[0].payer_number,
            "the payer's claim control number (ICN)",
            "Corrections and appeals name it.",
        )
        text = await self.workstation.ask(dialog)
        if text is not None:
            found[0].payer_number = text
            self._show()

    async def do_kept_back(self) -> None:
        """What the payer kept back or gave beside the claims."""
        assert self.typed is not None
        dialog = paper_dialogs.ProviderAdjustment(
            "Provider adjustment",
            "",
            "WO 10.00 LETTER-7",
            "Reason, amount kept back (interest: -1.25), the number that it names.",
        )
        text = await self.workstation.ask(dialog)
        if text:
            reason, amount, identifier = paper_dialogs.provider_adjustment(text)
            given = ReceivedProviderAdjustment(reason, amount, identifier)
            self.typed.provider_adjustments.append(given)
            self._show()

    async def do_post_paper(self) -> None:
        """Posts the EOB and shows its payment; says what does not balance."""
        typed = self.typed
        assert typed is not None
        if not self.grid.finish():
            return
        said = by_hand.imbalances(typed)
        if said:
            more = f" And {len(said) - 1} more." if len(said) > 1 else ""
            self.say(as_sentence(said[0]) + more, "$error")
            return
        posted = await self.workstation.change(by_hand.post_by_hand, typed)
        count = count_of(len(typed.claims), CLAIM)
        self.typed = None
        self.workstation.back()
        self.workstation.open_record("payment", posted.payment_id)
        words = f"{count} posted, {money_text(typed.amount)}."
        if posted.state != "posted":
            words = f"It waits to be looked at: {posted.held_reasons[0]}."
        self.workstation.call_after_refresh(self.workstation.say_here, words)

    # -- moving on --------------------------------------------------------------------------

    async def may_leave(self) -> bool:
        if self.typed is None or not self.typed.claims:
            return True
        count = count_of(len(self.typed.claims), CLAIM)
        paid = money_text(sum(claim.paid for claim in self.typed.claims))
        sentences = [f"{count}, paid {paid}, typed and not posted: leaving forgets them."]
        return bool(await self.workstation.ask(Confirm("Leave the EOB", sentences, "forget it")))

    def do_back(self) -> None:
        self.act(self._back())

    async def _back(self) -> None:
        if await self.may_leave():
            self.typed = None
            self.workstation.back()

    def action_go(self, key: str) -> None:
        self.act(self._go_after_leaving(key))

    async def _go_after_leaving(self, key: str) -> None:
        if await self.may_leave():
            self.typed = None
            super().action_go(key)


async def type_from_paper(frame: Frame) -> None:
    """Asks who paid and with which check, and opens the screen to type the claims in."""
    from rcm_tui.data.records.payment import payers_by_name
    from rcm_tui.widgets.chooser import Chooser, Option

    app = frame.workstation
    payers = await app.read(payers_by_name, app.store.database)
    options = [Option(key, name) for key, name in payers]
    payer = await app.ask(Chooser("Who paid?", options))
    if payer is None:
        return
    name = dict(payers)[payer]
    check = await app.ask(paper_dialogs.CheckDialog(name, app.today))
    if check is None:
        return
    screen = app.frame("paper")
    assert isinstance(screen, PaperScreen)
    screen.begin(
        TypedPayment(
            payer, name, check.trace_number, check.amount, check.method, check.date, check.memo
        )
    )
    if app.screen is not screen:
        app.push_screen(screen)
