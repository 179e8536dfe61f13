"""Posting killed at any point and gone on with: nothing is lost, nothing is posted twice."""

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.billing.outcome import Cancelled
from rcm_tui.billing.remittances import storing
from rcm_tui.billing.remittances.posting import post_payment, post_waiting
from rcm_tui.billing.remittances.preview import preview_payment
from rcm_tui.billing.remittances.received import ReceivedClaim, ReceivedProviderAdjustment
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.remittances import Payment
from tests.billing.remittances.killed_posting import CLAIMS_A_STEP
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    remittances,
    reversal_of,
    state_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, small_practice

CLAIMS = 200
POINTS = ("before land", "after land", "before commit", "after commit")
PAID = (
    line(32000, 22000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)
DENIED = (line(32000, 0, "CO-197 320.00"), line(24000, 0, "CO-16 240.00", code="97155"))


def waiting(store: Store) -> int:
    """A payment of some hundred remittances that waits, with everything that one can hold."""
    practice = small_practice()
    numbers = [submitted_claim(store, practice).patient_control_number for _ in range(CLAIMS)]
    earlier = [claim_payment(number, PAID) for number in numbers[:30]]
    post(store, earlier)
    rows: list[ReceivedClaim] = []
    for place, number in enumerate(numbers):
        if place < 30:
            rows += [claim_payment(number, DENIED), reversal_of(earlier[place])]
        elif place % 17 == 0:
            rows.append(claim_payment(number, PAID, paid=1))
        elif place % 13 == 0:
            rows.append(claim_payment(f"NOBODY{place}", PAID))
        elif place % 11 == 0:
            mistaken = claim_payment(number, DENIED, "4", payer_claim_control_number=f"A{place}")
            right = claim_payment(number, PAID, payer_claim_control_number=f"B{place}")
            rows += [right, reversal_of(mistaken), mistaken]
        else:
            rows.append(claim_payment(number, (), charge=56000, adjusted="CO-45 100.00"))
    taken = [ReceivedProviderAdjustment("WO", 15000, "ICN1")]
    with store.work(BILLER, NOW) as work:
        return post_payment(work, remittances(rows, taken=taken), review=True).payment_id


def books(store: Store) -> list[Any]:
    """All that posting writes, down to the keys."""
    return [
        read_rows(store.database, "SELECT * FROM journal ORDER BY id"),
        read_rows(store.database, "SELECT * FROM entry ORDER BY id"),
        read_rows(store.database, "SELECT * FROM remittance ORDER BY id"),
        read_rows(store.database, "SELECT * FROM remittance_line ORDER BY id"),
        read_rows(store.database, "SELECT * FROM payment ORDER BY id"),
        read_rows(store.database, "SELECT * FROM provider_adjustment ORDER BY id"),
        state_of(store),
    ]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_killed_at_every_kind_of_point_it_goes_on_without_doubling(
    store: Store, store_url: str, key_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = waiting(store)
    file = Path(store_url.removeprefix("sqlite:///"))
    killed = tmp_path / "killed" / file.name
    killed.parent.mkdir()
    for part in file.parent.glob(f"{file.name}*"):  # with its write-ahead log
        shutil.copy2(part, killed.parent / part.name)
    monkeypatch.setattr(storing, "PAGE", CLAIMS_A_STEP)
    with store.work(BILLER, NOW, in_steps=True) as work:
        whole = post_waiting(work, payment)
    assert whole.state == "posted"
    assert whole.waiting > 5
    assert whole.orphans > 5
    expected = books(store)
    store.close()
    url = str(killed)
    chance = random.Random(20261122)
    points = [(point, chance.randint(1, 4)) for point in POINTS]
    chance.shuffle(points)
    for point, number in (*points, ("before end", 1), ("after end", 1)):
        command = [
            *(sys.executable, "-m", "tests.billing.remittances.killed_posting"),
            *(url, str(key_folder), str(payment), point, str(number)),
        ]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == -signal.SIGKILL, (point, number, ended.stderr)
    with Store.open(url, key_folder) as again:
        assert Payment.get_by_id(payment).state == "posting"
        with again.work(BILLER, NOW, in_steps=True) as work:
            assert post_waiting(work, payment) == whole
        assert books(again) == expected
        checks = check_store(again.database, again.audit_key)
        assert [one.problems for one in checks if not one.ok] == []


def test_stopped_between_pages_it_stays_and_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = waiting(store)
    monkeypatch.setattr(storing, "PAGE", CLAIMS_A_STEP)
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done > 60:
            raise Cancelled

    with store.work(BILLER, NOW, in_steps=True) as work:
        stopped = post_waiting(work, payment, stop)
    assert stopped.state == "posting"
    assert 60 < stopped.posted + stopped.orphans < 100
    preview = preview_payment(store.database, payment)
    assert preview is not None
    assert preview.posted_before == told[-1][0]
    assert len(preview.rows) == told[-1][1] + preview.count("waits") - told[-1][0]
    with store.work(BILLER, NOW, in_steps=True) as work:
        done = post_waiting(work, payment, lambda done, total: told.append((done, total)))
    assert done.state == "posted"
    assert told[-1][0] == told[-1][1] == done.posted + done.orphans
    assert [one[1] for one in told] == [told[0][1]] * len(told)
    assert sorted(told) == told
    broken = [one.problems for one in check_store(store.database, store.audit_key) if not one.ok]
    assert broken == []


def test_what_another_person_posts_meanwhile_is_not_posted_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = waiting(store)
    monkeypatch.setattr(storing, "PAGE", CLAIMS_A_STEP)
    with store.work(BILLER, NOW, in_steps=True) as work:

        def another(done: int, _: int) -> None:
            if done > 60 and Payment.get_by_id(payment).state == "posting":
                assert post_waiting(work, payment).state == "posted"

        assert post_waiting(work, payment, another).state == "posted"
    counted = "SELECT count(*) FROM journal WHERE kind = 'provider adjustment'"
    assert read_rows(store.database, counted) == [(1,)]
    broken = [one.problems for one in check_store(store.database, store.audit_key) if not one.ok]
    assert broken == []
