"""Having what is Ready to Submit sent now: the worker does it, the screen only asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcm_tui.screens.words import count_of

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame


async def submit_now(frame: Frame) -> None:
    """Asks the worker to submit at its next look, and says what it will find."""
    from rcm_tui.data.records.desk import ready_claims
    from rcm_tui.jobs.schedule import SUBMIT, request_job

    app = frame.workstation
    ready = await app.read(ready_claims, app.store.database)
    await app.change(request_job, SUBMIT)
    claims = count_of(ready, ("claim is", "claims are"))
    frame.say(f"Submission asked for: {claims} Ready to Submit. 9 shows the run.", "$success")
