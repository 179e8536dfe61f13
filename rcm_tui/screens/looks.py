"""Choosing the colours, and keeping the choice for the person who made it."""

from __future__ import annotations

from rcm_tui.data.personal.preferences import prefer
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.theme import TITLES
from rcm_tui.widgets.chooser import Chooser, Option


async def choose_theme(frame: Frame) -> None:
    """Shows a theme at once, and from now on whenever this person works here."""
    app = frame.workstation
    options = [Option(name, title, name) for name, title in TITLES.items()]
    chosen = await app.ask(Chooser("Colours", options, app.theme))
    if chosen is None:
        return
    app.theme = chosen
    await app.change(prefer, "theme", chosen)
    if app.no_color:
        frame.say("NO_COLOR is set: colours are kept for when it is not.", "$warning")
    else:
        frame.say(f"Colours: {TITLES[chosen]}.")
