"""Stopping long work in the middle, as a person at the progress dialog does."""

from collections.abc import Callable

from rcm_tui.billing.outcome import Cancelled


def stop_after(enough: int) -> Callable[[int, int], None]:
    """A progress that stops the work when `enough` items are done."""

    def progress(done: int, total: int) -> None:
        if done >= enough:
            raise Cancelled

    return progress
