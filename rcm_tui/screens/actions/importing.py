"""Taking sessions and set-up in: by hand, and from files."""

from __future__ import annotations

from rcm_tui.screens.actions.action import WORK, Action
from rcm_tui.screens.actions.refusals import worker_of_it

ACTIONS: tuple[Action, ...] = (
    Action(
        "new_session",
        "n",
        "new session",
        "Enter a session by hand; its charge follows",
        WORK,
        ("charges",),
        40,
        worker_of_it,
    ),
    Action(
        "import_file",
        "I",
        "import",
        "Import sessions or set-up from a csv or xlsx file, tried first",
        WORK,
        ("charges", "records", "administration"),
        9,
        worker_of_it,
    ),
)
