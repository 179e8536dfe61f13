"""Answers that come backwards, and each of them twice, end as those that come in order once."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import JOIN, fn

from rcm_tui.billing.check import check_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.tables.exchange import ClaimsTransaction, IncomingFile
from rcm_tui.data.tables.jobs import JobRun
from rcm_tui.data.tables.ledger import Entry
from rcm_tui.data.tables.remittances import Payment, Remittance
from rcm_tui.exchange.practice_clearinghouse import PracticeClearinghouse
from rcm_tui.jobs.schedule import PICK_UP, SUBMIT
from rcm_tui.jobs.worker import Worker
from tests.conftest import Template
from tests.exchange.sending import Sending
from tests.practice_builder import small_practice

DAY = 86400
SEED = (
    8  # among its answers are rejections, denials, and a payment that is taken back and corrected
)
IN_ORDER = ("ta1", "999", "277ca", "835")


def kind(path: Path) -> int:
    return IN_ORDER.index(path.suffix[1:])


def whole_life(store: Store, folder: Path) -> tuple[Sending, list[Path]]:
    """Claims that went out, and every answer to them, none of which has been picked up yet."""
    sending = Sending.of(store, small_practice(), folder)
    sending.ready(26)
    Worker(store, "a", sending.clock).run(once=True, job=SUBMIT)
    answers = folder / "answers"
    answering = PracticeClearinghouse(sending.outgoing, answers, seed=SEED)
    answering.work(sending.clock())
    while answering.next_due() is not None:
        answering.work(sending.clock.move(DAY))
    files = sorted(answers.iterdir())
    assert {path.suffix[1:] for path in files} == set(IN_ORDER)
    return sending, files


def comes(sending: Sending, path: Path, name: str) -> None:
    """One answer lies there, and is picked up."""
    arrived = sending.folder / "incoming" / name
    shutil.copyfile(path, arrived)
    os.utime(arrived, (sending.clock.move(60).timestamp() - 60,) * 2)
    Worker(sending.store, "a", sending.clock).run(once=True, job=PICK_UP)
    assert not arrived.exists()


def ending(store: Store) -> dict[str, list[Any]]:
    """What a practice has in the end, without the moments and the order of things."""
    claims: Any = Claim.select(
        Claim.patient_control_number,
        Claim.status,
        Claim.acknowledgement,
        Claim.adjudication,
        Claim.payer_claim_control_number,
        Claim.billed,
        Claim.paid,
        Claim.adjusted,
        Claim.payer_balance,
        Claim.patient_balance,
    )
    ledger: Any = (
        Entry.select(Claim.patient_control_number, Entry.account, fn.SUM(Entry.amount))
        .join(Claim, JOIN.LEFT_OUTER)
        .group_by(Claim.patient_control_number, Entry.account)
        .having(fn.SUM(Entry.amount) != 0)
    )
    remittances: Any = Remittance.select(
        Remittance.payer_claim_control_number,
        Remittance.status_code,
        Remittance.state,
        Remittance.paid,
        Remittance.claim.is_null(),
    )
    denials: Any = Denial.select(
        Claim.patient_control_number, Denial.group_code, Denial.reason_code, Denial.open_amount
    ).join(Claim)
    sent: Any = ClaimsTransaction.select(
        ClaimsTransaction.state,
        ClaimsTransaction.acknowledgement,
        ClaimsTransaction.confirmed_at.is_null(),
    )
    payments: Any = Payment.select(Payment.trace_number, Payment.state, Payment.amount)
    rows = {
        "claims": claims,
        "ledger": ledger,
        "remittances": remittances,
        "denials": denials,
        "sent": sent,
        "payments": payments,
    }
    return {name: sorted(query.tuples(), key=repr) for name, query in rows.items()}


@contextmanager
def practice(template: Template, folder: Path) -> Iterator[Store]:
    folder.mkdir()
    shutil.copytree(template.keys, folder / "keys")
    file = shutil.copy2(template.place, folder / "practice.db")
    with Store.open(f"sqlite:///{file}", folder / "keys") as store:
        yield store


def test_answers_backwards_and_twice_end_as_in_order(
    sqlite_template: Template, tmp_path: Path
) -> None:
    with practice(sqlite_template, tmp_path / "a") as store:
        sending, files = whole_life(store, tmp_path / "a")
        for path in sorted(files, key=kind):
            comes(sending, path, path.name)
        in_order = ending(store)
        assert {row[2] for row in in_order["claims"]} >= {"accepted by payer", "rejected"}
        assert {row[3] for row in in_order["claims"]} >= {"paid", "denied"}
        assert in_order["sent"] == [("sent", "accepted", 0)]
        assert sum(path.suffix == ".835" for path in files) == 2
        assert [row[2] for row in in_order["remittances"] if row[1] == "22"] == ["posted"]

    with practice(sqlite_template, tmp_path / "b") as store:
        sending, same = whole_life(store, tmp_path / "b")
        assert [path.read_bytes() for path in same] == [path.read_bytes() for path in files]
        for path in sorted(sorted(same), key=kind)[::-1]:  # the correction before the payment
            comes(sending, path, path.name)
            comes(sending, path, f"again-{path.name}")
        backwards = ending(store)
        for name, rows in in_order.items():
            assert backwards[name] == rows, name
        assert {run.outcome for run in JobRun.select()} == {"done"}
        assert IncomingFile.select().count() == len(files)
        assert all(not one.problems for one in check_store(store.database, store.audit_key))
