"""Keys pressed one after the other, each when all that the one before opened is there."""

from textual.pilot import Pilot

from rcm_tui.screens.app import Workstation
from tests.screens.picture import picture, settle


async def type_keys(pilot: Pilot[int], *keys: str) -> None:
    """Presses keys; after each, waits for the dialogs, screens and rows that follow it."""
    app = pilot.app
    assert isinstance(app, Workstation)
    # However slow the machine, no key may be given up.
    app.typed_ahead.longest_key = app.typed_ahead.longest_hold = 60
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
        while app.typed_ahead.held:
            await settle(pilot)


def seen(pilot: Pilot[int]) -> str:
    """What is on screen, as text."""
    assert isinstance(pilot.app, Workstation)
    return picture(pilot.app)
