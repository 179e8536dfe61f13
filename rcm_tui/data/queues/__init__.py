"""Queues: what can be listed, filtered and sorted, each declared in a module of its own.

`QUEUES` has every one by its name; it is made when it is first asked for, since a screen needs
its own queue only.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rcm_tui.data.queues.every import QUEUES as QUEUES


def __getattr__(name: str) -> Any:
    if name == "QUEUES":
        from rcm_tui.data.queues.every import QUEUES

        return QUEUES
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
