"""What is on screen as plain text, waiting until it is quiet, and comparing it with a file."""

import asyncio
import os
from pathlib import Path

from textual.pilot import Pilot
from textual.screen import ModalScreen

from rcm_tui.screens.app import Workstation
from rcm_tui.widgets.form.form import Form
from rcm_tui.widgets.queue_table import QueueTable

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = os.environ.get("RCM_TUI_TEST_SNAPSHOTS") == "update"
READERS = (
    "rows totals record waiting traffic jobs preview views known count open default find remember"
    " months look keep presence"
).split()
"""Groups of background work that end by themselves."""
ACTION = "action"
"""Those that may wait for a person, and then show a dialog."""


def picture(app: Workstation) -> str:
    """The screen's lines without colours and trailing blanks."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


async def settle(pilot: Pilot[int]) -> None:
    """Waits until nothing is being read any more."""
    app = pilot.app
    assert isinstance(app, Workstation)
    quiet = 0
    while quiet < 2:
        await pilot.pause()
        running = [w for w in app.workers if w.group in READERS and w.is_running]
        await asyncio.gather(*(w.wait() for w in running), return_exceptions=True)
        tables = [t for screen in app.screen_stack for t in screen.query(QueueTable)]
        busy = [t for t in tables if t._tasks or t._patience]
        for table in busy:
            await table.settled()
            if table._patience:
                table._impatient()
        for form in [f for screen in app.screen_stack for f in screen.query(Form)]:
            await form.settled()
        asks = isinstance(app.screen, ModalScreen)
        acting = any(w.group == ACTION and w.is_running for w in app.workers) and not asks
        quiet = 0 if running or busy or acting else quiet + 1


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Presses keys, waiting after each until the screen is quiet."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def differs(name: str, shown: str) -> str:
    """Compares a picture with its file; gives what to say when they differ, else nothing."""
    path = SNAPSHOTS / f"{name}.txt"
    if UPDATE:
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
        return ""
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    if kept == shown:
        return ""
    return (
        f"--- {name} is no longer as in {path.name}; if that is right, run again with"
        f" RCM_TUI_TEST_SNAPSHOTS=update\n{shown}"
    )
