"""How often what is dear to read is read again when others change the store."""

SHARE = 0.03
"""Of the time that may go into it: twenty workstations together then take half a processor."""
LONGEST = 10.0
"""Seconds after which figures are read again all the same."""


class Pace:
    """Keeps what reading took; all times are seconds of one clock.

    A figure that took two thirds of a second on a crowded machine rests for ten seconds, one that
    took a millisecond for none that anybody notices.
    """

    def __init__(self) -> None:
        self._ended = self._rest = 0.0

    def took(self, began: float, ended: float) -> None:
        """Something was read from one moment to another."""
        self._ended = ended
        self._rest = min(LONGEST, (ended - began) / SHARE)

    def wait(self, now: float) -> float:
        """How long it still rests; 0 when it may be read."""
        return max(0.0, self._ended + self._rest - now)
