"""The list of commands: what this screen can do, and where one can go."""

from __future__ import annotations

from rcm_tui.data.queues import QUEUES
from rcm_tui.screens.actions import actions_of
from rcm_tui.screens.frame import SECTIONS, Frame
from rcm_tui.screens.places import ROOMS
from rcm_tui.screens.rooms import room_title
from rcm_tui.widgets.chooser import Chooser, Option
from rcm_tui.widgets.key_line import key_name

UNLISTED = ("commands", "more", "open")


async def choose_command(frame: Frame, everything: bool) -> None:
    """Lets a person find a command by a few letters, and does it."""
    situation = frame.situation()
    actions = {
        f"act {action.name}": action
        for action in actions_of(frame.area)
        if action.name not in UNLISTED
    }
    options = [
        Option(
            key,
            action.help,
            key_name(next(iter(frame.keymap.keys_of(action)), "")),
            action.why_not(situation),
        )
        for key, action in actions.items()
    ]
    if everything:
        options += [Option(f"go {name}", f"Go to {title}", key) for key, name, title in SECTIONS]
        options += [
            Option(f"go {name}", f"Go to {room_title(name)}", f"{key} {key}")
            for key, section, _ in SECTIONS
            for name in ROOMS.get(section, ())
            if name != section
        ]
        options += [
            Option(f"view {queue.name} {view.name}", f"{queue.title}: {view.title}", "view")
            for queue in QUEUES.values()
            for view in queue.views
        ]
        options.append(Option("quit", "Quit", "ctrl+q"))
    title = "Commands" if everything else "What can be done here"
    chosen = await frame.workstation.ask(Chooser(title, options))
    if chosen is None:
        return
    kind, _, rest = chosen.partition(" ")
    if kind == "act":
        frame.perform(actions[chosen])
    elif kind == "quit":
        frame.app.exit(0)
    elif await frame.may_leave():
        name, _, view = rest.partition(" ")
        frame.workstation.go(name, view)
