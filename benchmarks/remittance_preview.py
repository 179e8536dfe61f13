"""The preview of a payment, and posting it from there in steps, on a fresh SQLite store.

    python benchmarks/remittance_preview.py [claims ...]      (10000 by default)

The payment is that of benchmarks/remittance_posting.py. Budgets: 10,000 claims are previewed in
under 3 s, and posted at 3,000 claims a second. The best of three previews counts, since others may
share the machine; processor time stands beside it.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from remittance_posting import NOW, _received, _submitted_claims

from rcm_tui.billing.remittances.posting import post_payment, post_waiting
from rcm_tui.billing.remittances.preview import Preview, preview_payment
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store, create

BUDGET = 3.0
RATE = 3000
RUNS = 3


def main() -> None:
    """Prints two lines a size: the preview, and posting from it."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("claims", nargs="*", type=int, default=[10000])
    for size in parser.parse_args().claims:
        with (
            tempfile.TemporaryDirectory() as folder,
            create(f"{folder}/practice.db", Path(folder) / "keys", "Benchmark") as store,
        ):
            _measure(store, size)


def _measure(store: Store, size: int) -> None:
    _submitted_claims(store, size)
    with store.work(WORKER, NOW) as work:
        payment = post_payment(work, _received(size), review=True).payment_id
    seconds, processor, preview = min(
        (_previewed(store, payment) for _ in range(RUNS)), key=lambda run: run[0]
    )
    if preview.count("posts") != size:
        sys.exit(f"{preview.count('posts')} of {size} would post")
    print(
        f"835 previewed, {size:>7,} claims: {seconds:6.2f} s  budget {BUDGET * size / 10000:.1f}"
        f"  ratio {BUDGET * size / 10000 / seconds:.2f}  ({processor:.2f} s of processor time)"
    )
    clock = time.perf_counter()
    with store.work(WORKER, NOW, in_steps=True) as work:
        posted = post_waiting(work, payment)
    taken = time.perf_counter() - clock
    if posted.posted != size:
        sys.exit(f"{posted.posted} of {size} posted")
    print(
        f"835 posted in steps, {size:>7,} claims: {size / taken:>6,.0f} claims/s"
        f"  budget {RATE:,}  ratio {size / taken / RATE:.2f}"
    )


def _previewed(store: Store, payment: int) -> tuple[float, float, Preview]:
    clock, processor = time.perf_counter(), time.process_time()
    preview = preview_payment(store.database, payment)
    assert preview is not None
    return time.perf_counter() - clock, time.process_time() - processor, preview


if __name__ == "__main__":
    main()
