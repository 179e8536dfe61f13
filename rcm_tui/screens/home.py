"""Home: what waits for me, when claims go out next, what came back, what went wrong."""

from __future__ import annotations

import datetime
import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.timer import Timer

from rcm_tui.data.records.desk import Traffic, Waiting, read_traffic, read_waiting
from rcm_tui.data.records.months import last_posting, read_months
from rcm_tui.screens.actions import Situation, bindings_of
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.pace import Pace
from rcm_tui.screens.waiting import WAITS, WAITS_OF, Wait
from rcm_tui.screens.words import (
    ago,
    amount,
    count_of,
    moment_text,
    money_text,
    short_moment_text,
    signed,
    until,
)
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.spark import spark
from rcm_tui.widgets.written import written

WIDE = 112
SECONDS_BETWEEN_MONTHS = 60.0
"""While the worker posts, the figures of the year are summed again this often (ours)."""
TITLE = 28
CLAIM = ("claim", "claims")


class HomeScreen(Frame):
    area = section = "home"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("home")]
    DEFAULT_CSS = """
    HomeScreen #desk { height: 1fr; layout: horizontal; }
    HomeScreen #desk.narrow { layout: vertical; }
    HomeScreen #waits { width: 64; height: auto; max-height: 100%; }
    HomeScreen #traffic { height: 1fr; padding: 0 0 0 2; }
    HomeScreen .narrow #waits { width: 1fr; max-height: 90%; }
    HomeScreen .narrow #traffic { padding: 1 0 0 0; }
    """

    def body(self) -> ComposeResult:
        traffic = RowList(id="traffic")
        traffic.can_focus = False
        with Container(id="desk"):
            yield RowList(self._rows([]), id="waits")
            yield traffic
        yield Line(id="months")

    def on_mount(self) -> None:
        self._waiting: list[Waiting] = []
        self._waiting_later: Timer | None = None
        self._pace = Pace()
        self._traffic: Traffic | None = None
        self._months_of: tuple[tuple[int, int], datetime.date] | None = None
        self._months_at = -SECONDS_BETWEEN_MONTHS
        self._months_later: Timer | None = None
        self.query_one("#waits", RowList).focus()
        self.refresh_data()

    def on_resize(self) -> None:
        self.query_one("#desk").set_class(self.size.width < WIDE, "narrow")

    # -- what is shown ----------------------------------------------------------------------

    @property
    def waits(self) -> tuple[Wait, ...]:
        """What waits for people of my role."""
        return WAITS_OF.get(self.workstation.actor.role, WAITS)

    def refresh_data(self) -> None:
        self.background("waiting", self._read_waiting)
        self.refresh_runs()

    def others_changed(self) -> None:
        rest = self._pace.wait(time.monotonic())
        if rest > 0:
            if self._waiting_later is None:
                self._waiting_later = self.set_timer(rest, self._waiting_soon)
            self._months_soon()
            self.refresh_runs()
        else:
            self.refresh_data()

    def on_screen_resume(self) -> None:
        if self._waiting_later is not None:  # who comes here sees what is so now
            self._waiting_later.stop()
            self._waiting_soon()

    def _waiting_soon(self) -> None:
        self._waiting_later = None
        self.background("waiting", self._read_waiting)

    def refresh_runs(self) -> None:
        self.background("traffic", self._read_traffic)

    async def _read_waiting(self) -> None:
        app = self.workstation
        heaps = [wait.heap for wait in self.waits]
        began = time.monotonic()
        self._waiting = await app.read(read_waiting, app.store.database, heaps, app.viewer)
        self._pace.took(began, time.monotonic())
        self.query_one("#waits", RowList).show(self._rows(self._waiting))
        # The shape of the year is for a second look: work and traffic are painted first.
        self.call_after_refresh(self._months_soon)

    def _months_soon(self) -> None:
        self.background("months", self._read_months)

    async def _read_months(self) -> None:
        """The months are summed again when something was posted or a month has begun, not often."""
        app = self.workstation
        figures = (await app.read(last_posting, app.store.database), app.today.replace(day=1))
        if figures == self._months_of:
            return
        rest = self._months_at + SECONDS_BETWEEN_MONTHS - time.monotonic()
        if rest > 0:
            if self._months_later is not None:
                self._months_later.stop()
            self._months_later = self.set_timer(rest, self._months_soon)
            return
        self._months_of, self._months_at = figures, time.monotonic()
        months = await app.read(read_months, app.store.database, app.today)
        month = f" in {months.names[-1][5:]}/{months.names[-1][:4]}"
        now = month if self.size.width >= WIDE else ""
        plain = ascii_wanted()
        self.query_one("#months", Line).show(
            written(
                ("Paid by month  ", "$text-muted"),
                (spark(months.paid, plain), "$success"),
                f" {money_text(months.paid[-1])}{now}",
            ),
            written(
                ("Denied by month  ", "$text-muted"),
                (spark(months.denied, plain), "$error"),
                f" {months.denied[-1]:,}{now}",
            ),
        )

    async def _read_traffic(self) -> None:
        app = self.workstation
        since = app.clock() - datetime.timedelta(days=3)
        self._traffic = await app.read(read_traffic, app.store.database, since)
        self.query_one("#traffic", RowList).show(self._traffic_rows(self._traffic))

    def refresh_header(self) -> None:
        super().refresh_header()
        if self.is_mounted and getattr(self, "_traffic", None) is not None:
            assert self._traffic is not None
            self.query_one("#traffic", RowList).show(self._traffic_rows(self._traffic))

    def _rows(self, waiting: list[Waiting]) -> list[Row]:
        head = f"{'Waits for you':<{TITLE}}{'count':>8}{'money':>15}{'oldest':>9}"
        rows = [Row(written((head, "$text-muted")))]
        found = {one.heap: one for one in waiting}
        for number, wait in enumerate(self.waits):
            one = found.get(wait.heap)
            rows.append(Row(self._wait_line(wait, one), number))
        return rows

    def _wait_line(self, wait: Wait, one: Waiting | None) -> Content:
        if one is None:
            return written(signed(wait.sign, cell(wait.title, TITLE - 2)), f"{'…':>8}")
        if not one.count:
            text = f"{sign('done', ascii_wanted())} {cell(wait.title, TITLE - 2)}{'0':>8}"
            return written((text, "$text-muted"))
        return written(
            signed(wait.sign, cell(wait.title, TITLE - 2)),
            (f"{one.count:>8,}", "bold"),
            amount(one.cents, 15) if wait.heap.money else " " * 15,
            f"{ago(one.oldest, self.workstation.today):>9}" if one.oldest else "",
        )

    def _traffic_rows(self, traffic: Traffic) -> list[Row]:
        app = self.workstation
        zone, now = app.zone, app.clock()
        lines: list[Content] = []
        submit = next((job for job in traffic.jobs if job.name == "submit"), None)
        if submit is None or submit.next_run_at is None:
            lines.append(written(("No submission is planned: no worker runs.", "$warning")))
        else:
            when = "asked for" if submit.requested else until(submit.next_run_at, now)
            lines.append(
                written(
                    ("Next submission ", "$text-muted"),
                    (f"{moment_text(submit.next_run_at, zone)[-5:]}", "bold"),
                    f", {when} · {traffic.ready_claims:,} Ready to Submit",
                )
            )
        lines += [Content(""), written(("Sent", "$text-muted"))]
        for sent in traffic.sent:
            mark = {"accepted": "done", "rejected": "failed", "partly accepted": "partly"}
            words = sent.acknowledgement if sent.state == "sent" else sent.state
            lines.append(
                written(
                    f"{short_moment_text(sent.built_at, zone)} ",
                    signed(mark.get(sent.acknowledgement, "waiting"), ""),
                    f"{count_of(sent.claims, CLAIM):>11} {money_text(sent.cents):>12}  {words}",
                )
            )
        if not traffic.sent:
            lines.append(written("Nothing yet."))
        lines += [Content(""), written(("Came back", "$text-muted"))]
        for file in traffic.received:
            mark = {"held": "warning", "to review": "open", "refused": "failed"}
            paid = f" {money_text(file.cents):>12}" if file.cents else ""
            outcome = "" if file.outcome in ("posted", "imported") else f"  {file.outcome}"
            lines.append(
                written(
                    f"{short_moment_text(file.received_at, zone)} ",
                    signed(mark.get(file.outcome, "done"), f"{file.kind:<6}"),
                    f"{count_of(file.claims, CLAIM):>11}{paid}{outcome}",
                )
            )
        if not traffic.received:
            lines.append(written("Nothing yet."))
        lines += self._problems(traffic)
        return [Row(line) for line in lines]

    def _problems(self, traffic: Traffic) -> list[Content]:
        zone = self.workstation.zone
        lines = []
        for name, started, message in traffic.failed_runs:
            at = short_moment_text(started, zone)
            lines.append(signed("failed", f"{at} {name}: {message}"))
        for file in traffic.refused:
            mark = "failed" if file.outcome == "refused" else "warning"
            at = short_moment_text(file.received_at, zone)
            lines.append(signed(mark, f"{at} {file.name}: {file.problem or file.outcome}"))
        if lines:
            lines = [Content(""), written(("Went wrong", "$text-muted")), *lines]
        return lines

    # -- actions ----------------------------------------------------------------------------

    def situation(self) -> Situation:
        return Situation(self.area, self.workstation.actor.role, rows=True)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self._open(self.waits[int(str(event.key))])

    def do_open(self) -> None:
        self.query_one("#waits", RowList).action_choose()

    async def do_next_urgent(self) -> None:
        if await self._denials_wait():
            self._open_denial()
            return
        if not self._waiting or self._waiting_later is not None:  # what is shown is of before
            await self._read_waiting()
        counts = {one.heap: one.count for one in self._waiting}
        wait = next((wait for wait in self.waits if counts.get(wait.heap)), None)
        if wait is None:
            self.say("Nothing waits for you.", "$success")
        else:
            self._open(wait)

    async def _denials_wait(self) -> bool:
        """Whether denials wait for people of my role; asked anew, since counting takes longer."""
        from rcm_tui.data.queues.open_denials import OPEN_DENIALS
        from rcm_tui.data.queues.pages import QueuePages

        if all(wait.heap.queue != OPEN_DENIALS.name for wait in self.waits):
            return False
        app = self.workstation
        pages = await app.read(QueuePages, app.store.database, OPEN_DENIALS, app.viewer)
        return bool(await app.read(pages.page, limit=1))

    def _open_denial(self) -> None:
        """Opens the most urgent denial over the queue that goes on from it."""
        from rcm_tui.screens.denials import DenialsScreen

        app = self.workstation
        queue = app.frame("denials")
        assert isinstance(queue, DenialsScreen)
        queue.opens_first = True
        app.go("denials", "to_work")

    async def do_start(self) -> None:
        from rcm_tui.screens.submitting import submit_now

        await submit_now(self)

    def _open(self, wait: Wait) -> None:
        self.workstation.go(wait.heap.queue, wait.heap.view)
