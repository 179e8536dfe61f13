"""The worker's jobs: when each runs next, how its runs went, and starting one now."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.jobs import OUTCOMES, RUNS
from rcm_tui.data.records.desk import JobState, read_jobs
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.submitting import submit_now
from rcm_tui.screens.words import NONE, count_of, short_moment_text, state
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written

ITEM = ("item", "items")


class JobsScreen(QueueScreen):
    area = section = "jobs"
    queue = RUNS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("jobs")]
    DEFAULT_CSS = """
    JobsScreen #jobs { height: auto; max-height: 40%; border-bottom: solid $panel; }
    """

    def body(self) -> ComposeResult:
        rows = RowList(id="jobs")
        rows.can_focus = False
        yield rows
        yield from super().body()

    def on_mount(self) -> None:
        self._read_jobs_soon()

    def refresh_data(self) -> None:
        if self.table.at.cursor:
            super().refresh_data()
        else:  # whoever looks at the newest run goes on looking at the newest
            self._show_rows()
        self._read_jobs_soon()

    def refresh_runs(self) -> None:
        self.refresh_data()

    def _read_jobs_soon(self) -> None:
        self.background("jobs", self._read_jobs)

    async def _read_jobs(self) -> None:
        app = self.workstation
        jobs = await app.read(read_jobs, app.store.database)
        head = f"{'Job':<24}{'Next run':<16}{'Every':<12}Last run"
        rows = [Row(written((head, "$text-muted"))), *(Row(self._job(job)) for job in jobs)]
        if not jobs:
            rows = [Row(written("No worker has run on this store yet."))]
        self.query_one("#jobs", RowList).show(rows)

    def _job(self, job: JobState) -> Content:
        zone = self.workstation.zone
        when = short_moment_text(job.next_run_at, zone) if job.next_run_at else NONE
        if not job.enabled:
            when = "turned off"
        elif job.requested:
            when = "asked for: now"
        last = state(OUTCOMES, job.last_outcome) if job.last_outcome else NONE
        started = f"{short_moment_text(job.last_started_at, zone)} " if job.last_started_at else ""
        items = f" · {count_of(job.last_items, ITEM)}" if job.last_items else ""
        return written(
            cell(job.name, 24),
            cell(when, 16),
            cell(_every(job), 12),
            started,
            last,
            items,
            f"  {job.last_message}" if job.last_message else "",
        )

    async def do_start(self) -> None:
        await submit_now(self)

    async def do_pick_up(self) -> None:
        from rcm_tui.jobs.schedule import PICK_UP, request_job

        await self.workstation.change(request_job, PICK_UP)
        self.say("The worker looks for answers at its next look.", "$success")


def _every(job: JobState) -> str:
    if job.at_minute is not None and job.every_seconds >= 3600:
        return f"hour, :{job.at_minute:02}"
    if job.every_seconds % 60 == 0:
        return f"{job.every_seconds // 60} min"
    return f"{job.every_seconds} s"
