"""What is done with the policies of what is let go."""

from __future__ import annotations

from rcm_tui.screens.actions.action import WORK, Action

ACTIONS: tuple[Action, ...] = (
    Action(
        "purge_now",
        "a",
        "what would go",
        "Show what the policies would let go now; of those in force, let it go when asked to",
        WORK,
        ("purge_policies",),
        78,
    ),
)
