"""From one denial to the next most urgent: a key in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rcm_tui.data.queues.open_denials import OPEN_DENIALS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.screens.denials import DenialsScreen

if TYPE_CHECKING:
    from rcm_tui.data.queues.keyset import Place
    from rcm_tui.screens.frame import Frame


async def open_next_denial(frame: Frame, here: Place | None, walk: Any) -> None:
    """Opens the denial that follows `here` in the order of work, in the view one came from.

    Without a place, and after the last of them, that is the most urgent.
    """
    app = frame.workstation
    queue = walk if isinstance(walk, DenialsScreen) and walk.only is None else None
    pages = await app.read(
        QueuePages,
        app.store.database,
        OPEN_DENIALS,
        app.viewer,
        view=queue.view if queue is not None else OPEN_DENIALS.default_view,
        filter=queue.filter if queue is not None else "",
        order=OPEN_DENIALS.default_order,
    )
    following = await app.read(pages.page, after=here, limit=1)
    if not following and here is not None:
        first = await app.read(pages.page, limit=2)
        keys = [key for key in first.keys if key != here[-1]]
    else:
        keys = list(following.keys)
    if not keys:
        frame.say("No other denial waits here.", "$success")
        return
    if queue is not None:
        queue.table.seek(keys[0])
    app.open_record("claim", int(keys[0]), queue)
