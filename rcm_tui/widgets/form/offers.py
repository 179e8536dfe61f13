"""What can be picked in a field right now: looked up while one types, newest letters first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from rcm_tui.widgets.form.drawing import MOST_OFFERS
from rcm_tui.widgets.form.field import FormField, Offer
from rcm_tui.widgets.form.form_state import FormState


class Offers:
    """A list with a cursor. `fresh` says that it belongs to the letters as they are now."""

    def __init__(self, find: Any, came: Callable[[str, str, Sequence[Offer], bool], None]) -> None:
        self._find = find
        self._came = came
        self._items: Sequence[Offer] = ()
        self._at = 0
        self._take: tuple[str, str] | None = None
        self.open = False
        self.typed = False
        """Whether letters were typed, so that leaving the field picks."""
        self.moved = False
        """Whether the cursor was moved, so that what it is on is meant."""
        self.fresh = False
        self.asking: asyncio.Task[None] | None = None

    @property
    def shown(self) -> bool:
        return self.open and bool(self._items)

    @property
    def chosen(self) -> Offer | None:
        return self._items[self._at] if self._items else None

    @property
    def window(self) -> Sequence[Offer]:
        """Those on screen."""
        first = self._first
        return self._items[first : first + MOST_OFFERS]

    @property
    def at_in_window(self) -> int:
        return self._at - self._first

    @property
    def _first(self) -> int:
        return max(0, min(self._at - MOST_OFFERS // 2, len(self._items) - MOST_OFFERS))

    def show(self, items: Sequence[Offer], typed: bool, chosen: Any = None) -> None:
        """Offers these."""
        self.open, self.fresh = True, True
        self.typed, self.moved = typed, False
        self._items = items
        places = [n for n, item in enumerate(items) if item.value == chosen]
        self._at = places[0] if places and not typed else 0

    def move(self, by: int) -> None:
        self.moved = True
        self._at = min(max(0, self._at + by), len(self._items) - 1)

    def close(self) -> None:
        self.open = self.typed = self.moved = False
        self._items, self._at = (), 0

    def ask(self, field: FormField, text: str, state: FormState, typed: bool) -> None:
        """Looks up a text; older letters are no longer waited for."""
        if self.asking is not None and self._take is None:
            self.asking.cancel()
        self.open, self.typed, self.fresh = True, typed or self.typed, False
        task = asyncio.ensure_future(self._ask(field, text, state))
        self.asking = task

    def take_when_known(self, name: str, text: str) -> None:
        """The field is left before its letters are known: the first that comes is meant."""
        self._take = (name, text)

    async def _ask(self, field: FormField, text: str, state: FormState) -> None:
        this = asyncio.current_task()
        try:
            found = await self._find(field, text, state)
        finally:
            if self.asking is this:
                self.asking = None
        take, self._take = self._take, None
        if take is not None:
            self._came(*take, found, True)
        elif self.open and state.name == field.name:
            typed = self.typed
            self.show(found, typed, state.values[field.name])
            self._came(field.name, text, found, False)
