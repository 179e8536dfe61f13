"""Trying a connection to a clearinghouse; a host key that is not kept yet is shown to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.words import count_of

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

FILE = ("file", "files")


async def try_it(frame: Frame, clearinghouse_id: int) -> None:
    """Tries it, says what it showed, and keeps a host key when the person has compared it."""
    from rcm_tui.billing.editing.saving import save_many
    from rcm_tui.exchange.transports import TransportError
    from rcm_tui.exchange.transports.trying import try_connection

    app = frame.workstation
    frame.say("Trying the connection …")
    try:
        trial = await app.read(try_connection, clearinghouse_id, app.store.key_folder, app.clock())
    except TransportError as error:
        frame.say(str(error), "$error")
        return
    if trial.host_key:
        asked = [
            f"It shows the key {trial.fingerprint}",
            "Compare it with what the clearinghouse has published, or ask them on the telephone.",
            "Kept, it is the only one that files are sent to.",
        ]
        if await app.ask(Confirm("The server's host key", asked, "it is theirs: keep it")):
            changes = {"host_key": trial.host_key}
            await app.change(save_many, "clearinghouse", [clearinghouse_id], changes)
            frame.say("The host key is kept; try the connection again.", "$success")
            frame.refresh_data()
        else:
            frame.say("Nothing was kept, and nothing is sent there.")
        return
    sentence = f"It works: {count_of(trial.waiting, FILE)} to be taken"
    if trial.unfinished:
        sentence += f", {count_of(trial.unfinished, FILE)} half delivered"
    frame.say(f"{sentence}.", "$success")
