"""The lists of a section: what its number key, pressed again, lets one choose from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages, Reading
from rcm_tui.screens.frame import SECTIONS, Frame
from rcm_tui.screens.places import ROOMS
from rcm_tui.widgets.chooser import Chooser, Option
from rcm_tui.widgets.entry import Entry

COUNT_CAP = 100_001
NUMBERED = 9
"""How many lists have a number; those after them are found by their letters."""


class RoomChooser(Chooser):
    """Chooses a list of a section: by its number at once, or by letters and enter."""

    def __init__(self, title: str, options: Sequence[Option], chosen: str) -> None:
        super().__init__(title, options, chosen)
        self._names = [option.key for option in options]

    def keys(self) -> list[tuple[str, str]]:
        return [("1", f"– {min(len(self._names), NUMBERED)} go"), *super().keys()]

    def on_input_changed(self, event: Entry.Changed) -> None:
        typed = event.value.strip()
        if not typed.isdecimal():
            return
        event.prevent_default()  # a number is none of the letters of a name
        if 0 < int(typed) <= min(len(self._names), NUMBERED):
            self.dismiss(self._names[int(typed) - 1])
        else:
            event.input.clear()
            self.problem(f"There are {len(self._names)} lists here.")


async def choose_room(frame: Frame) -> None:
    """Shows the lists of the frame's section, with what each holds to begin with, and goes."""
    app, rooms = frame.workstation, ROOMS.get(frame.section, ())
    if not rooms:
        frame.say("There is one list in this section only.", "$warning")
        return
    options = [
        Option(name, f"{number if number <= NUMBERED else ' '} {room_title(name)}", "")
        for number, name in enumerate(rooms, 1)
    ]
    title = next(title for _, name, title in SECTIONS if name == frame.section)
    dialog = RoomChooser(f"Lists of {title}", options, str(frame.name))
    counting = Reading()
    counter = frame.background("rooms", partial(_count, frame, dialog, rooms, counting))
    chosen = await app.ask(dialog)
    counting.stop()
    counter.cancel()
    if chosen is not None and await frame.may_leave():
        app.go(chosen)


def room_title(name: str) -> str:
    """What a list is called: as its queue, else as its section, else by its own name."""
    if name in QUEUES:
        return QUEUES[name].title
    titles = {section: title for _, section, title in SECTIONS}
    return titles.get(name) or name.replace("_", " ").capitalize()


async def _count(frame: Frame, dialog: Chooser, rooms: Sequence[str], counting: Reading) -> None:
    app = frame.workstation
    counts: dict[str, str] = {}
    for name in rooms:
        if name not in QUEUES:
            continue
        queue = QUEUES[name]
        view = queue.view(queue.default_view)
        pages = await app.read(QueuePages, app.store.database, queue, app.viewer, view=view)
        count = await app.read(pages.count_capped, COUNT_CAP, reading=counting)
        shown = f"{count:,}" if count < COUNT_CAP else f"{COUNT_CAP - 1:,}+"
        counts[name] = f"{view.title} {shown}"
        if dialog.is_attached:
            dialog.later(counts)
