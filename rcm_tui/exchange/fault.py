"""The named points of sending, where a test stops, kills or pauses the process that sends.

In the program nothing listens: `reached` does nothing. There is no setting or variable that
changes this; a test replaces `on_reached` in a process of its own.
"""

from collections.abc import Callable

BUILDING = "building"  # inside the first transaction: numbers and bytes exist, nothing is written
BUILT_UNCOMMITTED = "built, uncommitted"
BUILT = "built"
UPLOADING = "uploading"  # a part of the bytes is in the temporary file
UPLOADED = "uploaded"
STAGED_UNCOMMITTED = "staged, uncommitted"
STAGED = "staged"
RENAMING = "renaming"  # the fence was looked at for the last time
RENAMED = "renamed"
SENT_UNCOMMITTED = "sent, uncommitted"
SENT = "sent"
UNCONFIRMED = "unconfirmed"

POINTS = (
    BUILDING,
    BUILT_UNCOMMITTED,
    BUILT,
    UPLOADING,
    UPLOADED,
    STAGED_UNCOMMITTED,
    STAGED,
    RENAMING,
    RENAMED,
    SENT_UNCOMMITTED,
    SENT,
)
"""Those that every delivery passes, in this order. The file leaves before RENAMED."""

IN_TRANSACTION = frozenset((BUILDING, BUILT_UNCOMMITTED, STAGED_UNCOMMITTED, SENT_UNCOMMITTED))


def _nothing(point: str) -> None:
    """Nobody listens."""


on_reached: Callable[[str], None] = _nothing


def reached(point: str) -> None:
    """Says that a named point of the protocol has been reached."""
    on_reached(point)
