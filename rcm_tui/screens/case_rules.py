"""Rules by which denials open cases: tried over the past before they are in force, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from rcm_tui.data.queues import QUEUES
from rcm_tui.screens.actions import READERS, bindings_of
from rcm_tui.screens.case_work import tell
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.record_queue import RecordQueueScreen
from rcm_tui.screens.words import amount, count_of, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from rcm_tui.billing.cases.rules.trial import Share, Trial

CASE, CLAIM = ("case", "cases"), ("claim", "claims")
WIDTH = 72
PERIODS = (7, 30, 90, 365)
"""Days over which rules are tried (ours)."""
NOBODY = "nobody"
QUEUE, NOW, LONGER, SHORTER, LEAVE = "queue", "now", "longer", "shorter", ""


class TrialSheet(Dialog[str]):
    """What rules would have done. Gives what is next: its claims, or more or fewer days."""

    DEFAULT_CSS = """
    TrialSheet RowList { height: auto; max-height: 12; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "now", show=False),
        Binding("right", "longer", show=False),
        Binding("left", "shorter", show=False),
    ]

    def __init__(self, title: str, trial: Trial, *, opens: bool = True) -> None:
        super().__init__(title)
        self._trial = trial
        self._opens = opens and bool(trial.claims)

    def parts(self) -> ComposeResult:
        for sentence in sentences(self._trial):
            yield from (Line(line) for line in folded("", sentence, WIDTH))
        if self._trial.claims:
            yield RowList(shares(self._trial))

    def keys(self) -> list[tuple[str, str]]:
        show = [("enter", "as a queue")] if self._trial.claims else []
        opens = [("c", "open them now")] if self._opens else []
        return [*show, *opens, ("← →", "fewer, more days"), ("esc", "close")]

    def on_mount(self) -> None:
        for rows in self.query(RowList):
            rows.focus()

    def action_accept(self) -> None:
        self.dismiss(QUEUE if self._trial.claims else LEAVE)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_accept()

    def action_now(self) -> None:
        if self._opens:
            self.dismiss(NOW)

    def action_longer(self) -> None:
        self.dismiss(LONGER)

    def action_shorter(self) -> None:
        self.dismiss(SHORTER)

    def action_leave(self) -> None:
        self.dismiss(LEAVE)


def sentences(trial: Trial) -> list[str]:
    """What a trial comes to."""
    days = count_of(trial.days, ("day", "days"))
    denied = count_of(trial.denied, ("denied claim", "denied claims"))
    looked = f"Of {denied} in {days}, {trial.stood:,} stood in a case already."
    if not trial.claims:
        return ["Nothing would have been opened or joined.", looked]
    in_opened = money_text(trial.amount - trial.joined_amount)
    opened = f"Would have opened {count_of(trial.opened, CASE)}"
    opened += f" with {count_of(trial.in_opened, CLAIM)}, {in_opened}; joined {trial.joined:,}"
    opened += f", {money_text(trial.joined_amount)}." if trial.joined else "."
    since = f"Since then {count_of(trial.cased_since, CLAIM)} of these went into cases"
    return [
        opened,
        looked,
        f"{since}; {trial.paid_since:,} paid. Nothing is written by trying.",
    ]


def shares(trial: Trial) -> list[Row]:
    """Who would have got how many cases, and which."""
    rows = [*_shares("Owner", trial.owners, NOBODY), Row(written(""))]
    return [*rows, *_shares("Subject", trial.subjects, "")]


def _shares(title: str, found: list[Share], nameless: str) -> list[Row]:
    head = f"{title:<36}{'cases':>8}{'claims':>8}{'outstanding':>15}"
    return [
        Row(written((head, "$text-muted"))),
        *(
            Row(
                written(
                    cell(share.name or nameless, 36),
                    f"{share.cases:>8,}{share.claims:>8,}",
                    amount(share.amount, 15),
                )
            )
            for share in found
        ),
    ]


class CaseRulesScreen(RecordQueueScreen):
    """The rules, in the order in which they are asked."""

    area = "case_rules"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("case_rules")]

    def __init__(self, *, name: str) -> None:
        super().__init__("case_rule", name=name)

    async def do_try_rules(self) -> None:
        from rcm_tui.billing.cases.rules.trial import USUAL_DAYS, try_rules

        app = self.workstation
        keys = await self.chosen_keys()
        title = f"Try {count_of(len(keys), ('rule', 'rules'))}"
        place = PERIODS.index(USUAL_DAYS)
        while True:
            days = PERIODS[place]
            trial = await app.read(try_rules, app.store.database, keys, app.clock(), days)
            opens = app.actor.role not in READERS
            sheet = TrialSheet(f"{title} over the last {days} days", trial, opens=opens)
            wanted = await app.ask(sheet)
            if wanted == NOW:
                await self._open_now(keys, trial)
            if wanted == QUEUE:
                app.go("claims", "all")
                queue = app.frame("claims")
                assert isinstance(queue, QueueScreen)
                queue.show_only(trial.claims, "that the rules would have put into cases")
            if wanted not in (LONGER, SHORTER):
                return
            step = 1 if wanted == LONGER else -1
            place = min(max(0, place + step), len(PERIODS) - 1)

    async def _open_now(self, keys: Sequence[int], trial: Trial) -> None:
        """Opens what was tried for the claims as they stand now, after a question."""
        from rcm_tui.billing.cases.rules.running import run_tried

        app = self.workstation
        asked = [
            f"{count_of(len(trial.claims), CLAIM)}, {money_text(trial.amount)} when denied.",
            "Those that are still open, and in no case since, are put into cases.",
            "u takes that back as long as nobody has worked on one of them.",
        ]
        if not await app.ask(Confirm("Open cases now", asked, "open them")):
            return
        outcome = await app.change_in_steps("Open cases", run_tried, keys, trial.claims)
        cases, claims = count_of(len(outcome.made), CASE), count_of(len(outcome.done), CLAIM)
        words = f"{cases} opened, {claims} in cases, {money_text(outcome.amount)} outstanding."
        await tell(self, words, outcome)


class CaseRuleRunsScreen(QueueScreen):
    """What the rules did, run by run."""

    area = "case_rule_runs"
    section = "administration"
    queue = QUEUES["case_rule_runs"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("case_rule_runs")]

    async def open_cases(self, key: int) -> None:
        from rcm_tui.data.records.case_rules import cases_of_run

        app = self.workstation
        cases = await app.read(cases_of_run, app.store.database, key)
        app.go("cases", "all")
        queue = app.frame("cases")
        assert isinstance(queue, QueueScreen)
        queue.show_only(cases, "that the rules opened or joined")

    def open_row(self, key: int) -> None:
        self.background("cases", lambda: self.open_cases(key))

    async def do_take_back_run(self) -> None:
        from rcm_tui.billing.cases.rules.running import take_back_run
        from rcm_tui.data.records.case_rules import read_run

        app = self.workstation
        if (key := self.table.cursor_key) is None:
            return
        run = await app.read(read_run, app.store.database, int(key))
        if run is None:
            return
        opened, joined, claims, cents = run
        asked = [
            f"Opened: {count_of(opened, CASE)}; joined to others: {count_of(joined, CLAIM)}.",
            f"In all {count_of(claims, CLAIM)}, {money_text(cents)} outstanding then.",
            "The rules do not open these again by themselves.",
            "Nothing is taken back if somebody has worked on one of them.",
        ]
        if await app.ask(Confirm("Take back what the rules did", asked, "take back")):
            await app.change_with_progress("Take back", take_back_run, int(key))
            self.refresh_data()
            what = f"{count_of(opened, CASE)}, {count_of(claims, CLAIM)}"
            self.say(f"Taken back: {what}.", "$success")
