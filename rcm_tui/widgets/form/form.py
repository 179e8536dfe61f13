"""The form on screen: one widget that draws all fields and takes all keys.

A field is a line of text and not a widget of its own: Tab repaints two lines.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from textual.content import Content
from textual.events import Click, Key, Paste, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from rcm_tui.widgets.form.drawing import (
    MOST_OFFERS,
    FormLine,
    box_at,
    field_line,
    lines_of,
    offer_line,
)
from rcm_tui.widgets.form.field import FormField, Offer
from rcm_tui.widgets.form.form_state import FormState
from rcm_tui.widgets.form.offers import Offers

LEAST_OFFER = 54
"""Cells of an offer at least: names with what tells namesakes apart."""

Find = Callable[[FormField, str, FormState], Awaitable[Sequence[Offer]]]
"""Looks up what a text in a field may mean: people, payers, codes."""


class Form(ScrollView, can_focus=True):
    """Draws a `FormState` and types into it. `esc` stops typing, so that letters are keys again."""

    DEFAULT_CSS = """
    Form {
        height: 1fr; width: 1fr; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
        overflow-x: hidden;
    }
    """

    class Changed(Message):
        """Something was typed or picked."""

    class Moved(Message):
        """The cursor is in another field, or typing began or ended."""

    class RecordOpened(Message):
        """Enter was pressed on a line that stands for another record."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, find: Find, **options: Any) -> None:
        super().__init__(**options)
        self.state: FormState | None = None
        self.typing = True
        """Whether letters go into the field; otherwise they are keys."""
        self.listed = False
        """Whether what is wrong is listed above the fields."""
        self.offers = Offers(find, self._offers_came)
        self._lines: list[FormLine] = []
        self._covered: Region | None = None

    # -- what is shown ----------------------------------------------------------------------

    def show(self, state: FormState) -> None:
        """Shows another record, or the same one read again."""
        self.offers.close()
        self.state, self.typing, self.listed = state, True, bool(state.wrong)
        self._arrange()
        self.scroll_to(y=0, animate=False, immediate=True)
        self._reveal()
        self.post_message(self.Moved())

    def list_errors(self) -> None:
        """Lists above the fields what is wrong."""
        self.listed = True
        self._arrange()
        self._reveal()

    def redraw(self) -> None:
        """Draws again what may have changed beside the fields."""
        self._arrange()
        self._reveal()

    def _arrange(self) -> None:
        if self.state is None:
            return
        width = self.scrollable_content_region.width or self.size.width
        self._lines = lines_of(self.state, width, self.listed)
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def on_resize(self, _: Resize) -> None:
        self._arrange()

    def _line_of(self, name: str) -> int:
        return next((n for n, line in enumerate(self._lines) if line.name == name), 0)

    def _reveal(self) -> None:
        if self.state is None:
            return
        height = self.scrollable_content_region.height
        line, top = self._line_of(self.state.name), self.scroll_offset.y
        first_field = next((n for n, one in enumerate(self._lines) if one.name), 0)
        if line == first_field:
            self.scroll_to(y=0, animate=False, immediate=True)
        elif line < top:
            self.scroll_to(y=line, animate=False, immediate=True)
        elif line >= top + height > 0:
            self.scroll_to(y=line - height + 1, animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        content = self._offer_at(y, width)
        number = y + self.scroll_offset.y
        if content is None and self.state is not None and number < len(self._lines):
            line = self._lines[number]
            if line.content is not None:
                content = line.content
            else:
                here = line.name == self.state.name
                field = self.state.fields[line.name]
                content = field_line(self.state, field, width, here, here and self.typing)
        if content is None or not content:
            return Strip.blank(width, self.rich_style)
        return Visual.to_strips(self, content, width, 1, self.visual_style, pad=True)[0]

    def _offer_at(self, y: int, width: int) -> Content | None:
        """A line of the list of offers, which lies over the fields below (or above) its field."""
        if not self.offers.shown or self.state is None:
            return None
        first, number = self._offers_from(), len(self.offers.window)
        if not first <= y < first + number:
            return None
        at = y - first
        left = box_at(self.state)
        room = min(width - left, max(self.state.field.cells, LEAST_OFFER))
        drawn = offer_line(self.offers.window[at], room, at == self.offers.at_in_window)
        return Content(" " * left) + drawn

    def _draw_offers(self) -> None:
        """Draws the list of offers where it is now, and what it covered before."""
        before, self._covered = self._covered, None
        if self.offers.shown and self.state is not None:
            left = box_at(self.state)
            width = self.scrollable_content_region.width - left
            room = max(1, min(width, max(self.state.field.cells, LEAST_OFFER)))
            self._covered = Region(left, self._offers_from(), room, len(self.offers.window))
        for region in (before, self._covered):
            if region is not None:
                self.refresh(region)

    def _offers_from(self) -> int:
        assert self.state is not None
        line = self._line_of(self.state.name) - self.scroll_offset.y
        number = len(self.offers.window)
        below = line + 1 + number <= self.scrollable_content_region.height
        return line + 1 if below or line < number else line - number

    def _draw_field(self, name: str, box_only: bool = False) -> None:
        y = self._line_of(name) - self.scroll_offset.y
        width = self.scrollable_content_region.width
        if box_only and self.state is not None and name not in self.state.wrong:
            field = self.state.fields[name]
            if field.kind != "date":
                left = box_at(self.state)
                self.refresh(Region(left, y, max(1, min(width - left, field.cells)), 1))
                return
        self.refresh(Region(0, y, width, 1))

    # -- moving -----------------------------------------------------------------------------

    def go(self, name: str) -> None:
        """The cursor into a field, wherever it is, and ready to type."""
        if self.state is not None and name in self.state.fields:
            self.typing = True
            self._moving(lambda state: state.go(name))

    def step(self, by: int) -> None:
        self._moving(lambda state: state.step(by))

    def turn(self, by: int) -> None:
        self._moving(lambda state: state.turn(by))

    def go_tab(self, name: str) -> None:
        self._moving(lambda state: state.go_tab(name))

    def step_wrong(self, by: int) -> bool:
        """To the next or previous field with something wrong; False when all is well."""
        found = [False]

        def step(state: FormState) -> None:
            found[0] = state.step_wrong(by)

        self._moving(step)
        if found[0]:
            self.typing = True
        return found[0]

    def _moving(self, move: Callable[[FormState], Any]) -> None:
        state = self.state
        if state is None:
            return
        self._leave_field()
        before = _shape(state)
        move(state)
        after = _shape(state)
        if before[1::2] != after[1::2] or (self.listed and before[2] != after[2]):
            self._arrange()
        else:
            self._draw_field(before[0])
            self._draw_field(after[0])
        self._reveal()
        self.post_message(self.Moved())

    def _leave_field(self) -> None:
        """Takes what the letters typed stand for; where it is not known yet, once it is."""
        state, offers = self.state, self.offers
        if state is None or not offers.open:
            return
        name, text, chosen = state.name, state.typing.text, offers.chosen
        if offers.moved and chosen is not None:
            self._take(name, text, chosen)
        elif offers.typed and state.field.picks:
            if text.strip() and not offers.fresh:
                offers.take_when_known(name, text)
            else:
                self._take(name, text, chosen if text.strip() else None)
        elif offers.typed and offers.fresh and chosen is not None and _is_a_word(state):
            self._take(name, text, chosen)
        self._close_offers()

    def _take(self, name: str, text: str, offer: Offer | None) -> None:
        """Gives a field what was picked for the text typed into it."""
        state = self.state
        if state is None or name not in state.fields:
            return
        field = state.fields[name]
        if offer is not None and name == state.name:
            state.pick(offer)
        elif offer is not None:
            state.put(name, offer.value, offer.title)
        elif not text.strip():
            state.put(name, field.empty)
        else:
            state.miss(name, text)
        if self.listed:
            self._arrange()
        self._draw_field(name)
        self.post_message(self.Changed())

    # -- picking ----------------------------------------------------------------------------

    def _look_up(self, typed: bool) -> None:
        """Offers what the letters in the field may mean."""
        state = self.state
        assert state is not None
        field = state.field
        if field.kind == "choice":
            self.offers.show(state.offers(), typed, state.values[state.name])
            self._draw_offers()
        elif field.kind == "reference" or field.lookup:
            text = "" if state.typing.fresh and field.picks else state.typing.text
            if field.many:
                start, end = state.typing.word
                text = text[start:end]
            self.offers.ask(field, text, state, typed)

    def _offers_came(self, name: str, text: str, offers: Sequence[Offer], take: bool) -> None:
        if take:
            self._take(name, text, offers[0] if offers else None)
        self._draw_offers()

    def _close_offers(self) -> None:
        if self.offers.open:
            self.offers.close()
            self._draw_offers()

    async def settled(self) -> None:
        """Waits until all that was typed to be picked is known."""
        while self.offers.asking is not None:
            await asyncio.gather(self.offers.asking, return_exceptions=True)

    async def finish(self) -> None:
        """Takes over everything typed, also what still has to be looked up."""
        if self.state is not None:
            self._leave_field()
            await self.settled()
            self.state.read()

    # -- keys -------------------------------------------------------------------------------

    def on_key(self, event: Key) -> None:
        if self.state is None:
            return
        used = self._typed(event) if self.typing else self._walked(event.key)
        if used:
            event.stop()
            event.prevent_default()

    def _walked(self, key: str) -> bool:
        """Keys while letters are keys: the few that move, and those that begin to type."""
        state = self.state
        assert state is not None
        if key in ("enter", "i"):
            if state.field.kind == "record":
                self.post_message(self.RecordOpened(state.name))
            else:
                self._type(True)
        elif key in ("tab", "down", "j"):
            self.step(1)
        elif key in ("shift+tab", "up", "k"):
            self.step(-1)
        else:
            return False
        return True

    def _type(self, on: bool) -> None:
        self.typing = on
        if self.state is not None:
            self._draw_field(self.state.name)
        self.post_message(self.Moved())

    def _typed(self, event: Key) -> bool:
        state = self.state
        assert state is not None
        key, field = event.key, state.field
        moved = self._moved_in_offers(key) or self._moved_between(key)
        if moved:
            return True
        if key == "escape":
            if self.offers.open:
                self._close_offers()
                state.go(state.name) if field.picks else None
                self._draw_field(state.name)
            else:
                self._leave_field()
                state.read()
                self._type(False)
            return True
        if field.kind == "flag" and (key in _TURNING or event.character in _YES_NO):
            turned = not state.values[state.name]
            state.put(state.name, _YES_NO.get(event.character or "", turned))
            self._after_change(arrange=True)
            return True
        if field.kind == "record" or field.fixed or field.kind == "flag":
            return event.is_printable
        return self._edited(event)

    def _moved_in_offers(self, key: str) -> bool:
        if not self.offers.shown:
            return False
        steps = {"down": 1, "up": -1, "pagedown": MOST_OFFERS, "pageup": -MOST_OFFERS}
        if key not in steps:
            return False
        self.offers.move(steps[key])
        self._draw_offers()
        return True

    def _moved_between(self, key: str) -> bool:
        state = self.state
        assert state is not None
        if key == "enter":
            self._enter()
        elif key in ("tab", "down"):
            self.step(1)
        elif key in ("shift+tab", "up"):
            self.step(-1)
        elif key == "ctrl+pagedown":
            self.turn(1)
        elif key == "ctrl+pageup":
            self.turn(-1)
        else:
            return False
        return True

    def _enter(self) -> None:
        """The next field; in a field that picks, first its list."""
        state = self.state
        assert state is not None
        field = state.field
        if field.kind == "record":
            self.post_message(self.RecordOpened(state.name))
        elif self.offers.open:
            # What is under the cursor is meant, where nothing else can be or it was put there.
            self.offers.moved = self.offers.moved or field.picks
            self.step(1)
        elif field.picks:
            self._look_up(typed=False)
        else:
            self.step(1)

    def _edited(self, event: Key) -> bool:
        state = self.state
        assert state is not None
        line, key = state.typing, event.key
        before = (line.text, line.cursor, line.fresh)
        if event.is_printable and event.character:
            line.insert(event.character)
        elif not line.edit(key):
            return False
        if (line.text, line.cursor, line.fresh) != before:
            changed = line.text != before[0]
            self._draw_typed(*before)
            if changed:
                self._after_change()
        return True

    def _draw_typed(self, text: str, cursor: int, fresh: bool) -> None:
        """Draws of the field's box only the letters that are others than before."""
        state = self.state
        assert state is not None
        line, field = state.typing, state.field
        longest = max(len(text), len(line.text))
        plainly = (text + line.text).isascii() and longest < field.cells - 3
        if fresh or not plainly or field.kind == "date" or state.name in state.wrong:
            self._draw_field(state.name, box_only=True)
            return
        first = min(cursor, line.cursor)
        x, y = box_at(state) + 1 + first, self._line_of(state.name) - self.scroll_offset.y
        self.refresh(Region(x, y, longest - first + 1, 1))

    def _after_change(self, arrange: bool = False) -> None:
        state = self.state
        assert state is not None
        if state.field.picks or state.field.lookup:
            self._look_up(typed=True)
        if arrange:
            self._arrange()
        self.post_message(self.Changed())

    def on_paste(self, event: Paste) -> None:
        event.stop()
        state = self.state
        if state is None or not self.typing or state.field.kind in ("record", "flag"):
            return
        if event.text and not state.field.fixed:
            state.typing.insert(event.text.splitlines()[0])
            self._draw_field(state.name)
            self._after_change()

    def on_click(self, event: Click) -> None:
        state = self.state
        if state is None:
            return
        number = event.y + self.scroll_offset.y
        if self.offers.shown:
            first = self._offers_from()
            if first <= event.y < first + len(self.offers.window):
                self.offers.move(event.y - first - self.offers.at_in_window)
                self._enter()
                return
        name = self._lines[number].name if number < len(self._lines) else ""
        if name and not state.fields[name].fixed:
            again = name == state.name
            self.go(name)
            if again or state.field.kind == "record":
                self._enter()


def _shape(state: FormState) -> tuple[str, str, dict[str, str], list[str]]:
    """What the lines of a form depend on: where one is, what is wrong, what is visible."""
    return state.name, state.tab.name, dict(state.wrong), [f.name for f in state.visible()]


def _is_a_word(state: FormState) -> bool:
    """Whether what was typed into a field for codes is no code yet, but a word for one."""
    field, line = state.field, state.typing
    start, end = line.word
    text = line.text[start:end] if field.many else line.text
    text = field.normalise(text) if field.normalise else text.strip()
    return bool(text and field.check is not None and field.check(text))


_TURNING = ("space", "left", "right")
_YES_NO = {"y": True, "n": False}
