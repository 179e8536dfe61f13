"""The table of every key in docs/keys.md, made from the table of actions.

`python -m tests.key_table` writes it there.
"""

from rcm_tui.screens.actions import ACTIONS, EVERYWHERE, QUEUES, Keymap
from rcm_tui.widgets.key_line import key_name
from rcm_tui.widgets.queue_table import QueueTable
from tests.documents import Part

PART = Part(
    "docs/keys.md",
    "<!-- every key: written by python -m tests.key_table -->\n",
    "<!-- end of every key -->\n",
)


def key_table() -> str:
    """One row an action: its keys, its name in the settings, where it is, and what it does."""
    lines = ["| keys | action | where | what it does |", "|---|---|---|---|"]
    for group in dict.fromkeys(action.group for action in ACTIONS):
        lines.append(f"| | | | **{group}** |")
        for action in ACTIONS:
            if action.group == group:
                keys = " ".join(f"`{key_name(key)}`" for key in Keymap().keys_of(action))
                lines.append(
                    f"| {keys} | `{action.name}` | {_where(action.areas)} | {action.help} |"
                )
    lines.append("| | | | **Move and mark, in queues** |")
    for binding in QueueTable.BINDINGS:
        keys = " ".join(f"`{key_name(key)}`" for key in binding.key.split(","))
        lines.append(f"| {keys} | | queues | {binding.description} |")
    return "\n".join(lines) + "\n"


def _where(areas: tuple[str, ...]) -> str:
    if set(areas) >= set(EVERYWHERE):
        return "everywhere"
    if set(areas) == set(QUEUES):
        return "queues"
    return ", ".join(areas)


if __name__ == "__main__":
    PART.write(key_table())
