"""Long work with a bar: on a thread, stopped between items if wanted, saying how far it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import written

Progress = Callable[[int, int], None]
BAR = 50
SECONDS_BETWEEN = 0.1


@dataclass(frozen=True, slots=True)
class Ended:
    """How long work ended: with a result, or with what it raised after `done` of `total`."""

    result: Any = None
    error: Exception | None = None
    done: int = 0
    total: int = 0


class ProgressDialog(Dialog[Ended]):
    """Runs `function(progress)` on a thread through `run`, and gives how it ended.

    `stop` is raised out of `progress` when the person asks to stop; the function then undoes what
    it had begun, or `keeps` what it has done.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s,backspace", "ignore", show=False),
        Binding("escape", "leave", show=False),
    ]

    def __init__(
        self,
        title: str,
        function: Callable[[Progress], Any],
        run: Callable[..., Awaitable[Any]],
        stop: type[Exception],
        *,
        keeps: bool = False,
    ) -> None:
        super().__init__(title)
        self._function = function
        self._run = run
        self._stop = stop
        self._keeps = keeps
        self._stopping = False
        self._at = (0, 0)
        self._drawn_at = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None

    def parts(self) -> ComposeResult:
        yield Line(_bar(0, 0), id="bar")

    def keys(self) -> list[tuple[str, str]]:
        if self._stopping:
            return [("esc", "stopping …")]
        return [("esc", "stop; what is done stays" if self._keeps else "stop; nothing is changed")]

    def on_mount(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.run_worker(self._work(), exit_on_error=False)

    async def _work(self) -> None:
        try:
            result = await self._run(self._function, self._progress)
        except Exception as error:
            self.dismiss(Ended(None, error, *self._at))
        else:
            self.dismiss(Ended(result))

    def _progress(self, done: int, total: int) -> None:
        """Called on the thread of the work."""
        if self._stopping:
            raise self._stop
        self._at = (done, total)
        now = time.monotonic()
        if now - self._drawn_at >= SECONDS_BETWEEN or done == total:
            self._drawn_at = now
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self._draw, done, total)

    def _draw(self, done: int, total: int) -> None:
        if self.is_attached:
            self.query_one("#bar", Line).show(_bar(done, total))

    def action_ignore(self) -> None:
        """Enter and backspace do nothing while work runs: they may have been typed ahead."""

    def action_leave(self) -> None:
        self._stopping = True
        self.refresh_keys()


def _bar(done: int, total: int) -> Content:
    if not total:
        return written("starting …")
    filled = BAR * done // total
    return written(
        ("█" * filled, "$success"),
        ("░" * (BAR - filled), "$text-muted"),
        f"  {done:,} of {total:,}",
    )
