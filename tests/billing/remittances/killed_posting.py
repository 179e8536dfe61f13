"""Posts a waiting payment in steps and kills itself at a named point, for `test_killed.py`.

    python -m tests.billing.remittances.killed_posting STORE KEYS PAYMENT POINT NUMBER

Points are "before land", "after land", "before commit", "after commit" and "before end"; the
process is killed when it comes to one for the NUMBER-th time. Nothing is written after that.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rcm_tui.billing.remittances import posting, storing
from rcm_tui.data.store import Store
from rcm_tui.data.work import Work
from tests.practice_builder import BILLER, NOW

CLAIMS_A_STEP = 20


def main(url: str, keys: str, payment: int, point: str, number: int) -> None:
    """Runs until the point comes, or to the end."""
    storing.PAGE = CLAIMS_A_STEP
    passed = 0

    def at(name: str) -> None:
        nonlocal passed
        passed += name == point
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def between(done: Callable[..., Any], name: str) -> Callable[..., Any]:
        def wrapped(*args: Any, **options: Any) -> Any:
            at(f"before {name}")
            result = done(*args, **options)
            at(f"after {name}")
            return result

        return wrapped

    posting.land = between(posting.land, "land")
    posting.post_provider_adjustments = between(posting.post_provider_adjustments, "end")
    Work.step_done = between(Work.step_done, "commit")  # type: ignore[method-assign]
    with (
        Store.open(url, Path(keys)) as store,
        store.work(BILLER, NOW, in_steps=True) as work,
    ):
        posting.post_waiting(work, payment)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
