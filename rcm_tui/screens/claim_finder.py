"""Finding one claim by a few letters of a name, a number, a day or an amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcm_tui.data.search import Hit, search
from rcm_tui.screens.finder import Finder, Searching

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

LOOKED_AT = 200


class ClaimFinder(Finder):
    """The same search as for anything, of which claims alone are shown."""

    def __init__(self, title: str, searching: Searching) -> None:
        super().__init__(searching)
        self._heading = title

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "take"), ("up", "↓ move"), ("esc", "cancel")]


async def find_claim(frame: Frame, title: str) -> int | None:
    """Lets a person find a claim; gives its key, or None."""
    app = frame.workstation
    database, viewer = app.store.database, app.viewer

    def searching(text: str) -> list[Hit]:
        hits = search(database, text, viewer, LOOKED_AT) if text else []
        return [hit for hit in hits if hit.kind == "claim"]

    hit = await app.ask(ClaimFinder(title, searching))
    return None if hit is None else int(hit.key)
