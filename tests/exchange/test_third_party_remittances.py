"""Every 835 that other projects publish, where they are there, through preview and posting.

Each payment posts, or is held with reasons whose figures a person can check by hand in its
preview; the totals are those of oxedi. With claims of ours under the numbers that they name, and
without any.
"""

import datetime
from collections.abc import Iterator
from pathlib import Path

from rcm_tui.billing.check import check_store
from rcm_tui.billing.ledger import post_charges
from rcm_tui.billing.remittances.plan import PROCESSED
from rcm_tui.billing.remittances.posting import post_waiting
from rcm_tui.billing.remittances.preview import Preview, preview_payment
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import cents, dollars
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import SUBMITTED, Claim, ClaimLine
from rcm_tui.data.tables.remittances import Payment, ProviderAdjustment, Remittance
from rcm_tui.exchange.incoming import ReceivedFile
from rcm_tui.x12.events import ClaimPaymentRead
from rcm_tui.x12.reader import read_all
from rcm_tui.x12.remittance import ClaimPayment
from tests.billing.remittances.test_preview import proven
from tests.exchange.receiving import BILLER, NOW, reasons, receive
from tests.practice_builder import SmallPractice, small_practice
from tests.x12.test_samples import REMITTANCE_FILES, oxedi_says, present


def received_for_review(store: Store) -> Iterator[tuple[Path, ReceivedFile, list[Payment]]]:
    """Every file, one after the other, and the payments that it brought.

    What is posted before the next file is asked for comes in no second time; what waits gives way.
    """
    for path in REMITTANCE_FILES:
        received = receive(store, path.read_bytes(), path.name, review=True)
        brought = Payment.select().where(Payment.incoming_file == received.incoming_file_id)
        yield path, received, list(brought.order_by(Payment.id))


def previewed(store: Store, payment: Payment) -> Preview:
    preview = preview_payment(store.database, payment.id)
    assert preview is not None
    return preview


@present
def test_the_totals_of_previews_are_those_of_oxedi(store: Store) -> None:
    compared = 0
    for path, received, payments in received_for_review(store):
        claims, paid_out, charged, paid, failed = oxedi_says(path.read_bytes())
        assert received.outcome in ("held", "to review"), path.name
        previews = [previewed(store, payment) for payment in payments]
        rows = [row for preview in previews for row in preview.rows]
        assert len(rows) == claims, path.name
        assert sum(one.amount for one in payments) == cents(paid_out), path.name
        assert sum(row.billed for row in rows) == cents(charged), path.name
        assert sum(row.paid for row in rows) == cents(paid), path.name
        assert any(one.off_by for one in previews) == ("transaction" in failed), path.name
        waits = any(row.fate == "waits" for row in rows)
        assert waits == bool(failed & {"service", "claim"}), path.name
        compared += 1
    assert compared == len(REMITTANCE_FILES)


@present
def test_each_says_in_its_preview_what_becomes_of_it(store: Store) -> None:
    for path, received, payments in received_for_review(store):
        if received.outcome == "duplicate":
            assert "it was not posted again" in reasons(received), path.name
        for payment in payments:
            preview = previewed(store, payment)
            assert preview.payment.state in ("held", "to review"), path.name
            assert preview.why, path.name
            for row in preview.rows:
                assert row.words, path.name
                if row.fate == "waits":
                    assert "off by" in row.words, path.name
            if preview.off_by:
                told = f"off by {dollars(abs(preview.off_by))}"
                assert any(told in why for why in preview.why), path.name
            if preview.payment.state == "to review":
                posted = _posted(store, payment)
                assert posted.state == "posted", path.name


@present
def test_with_our_claims_all_post_as_previewed_and_the_books_hold(store: Store) -> None:
    practice = small_practice()
    for path in REMITTANCE_FILES:
        _make_claims(store, practice, path.read_bytes())
    landed = 0
    for path, received, payments in received_for_review(store):
        if received.outcome == "duplicate":
            assert "it was not posted again" in reasons(received), path.name
        for payment in payments:
            if Payment.get_by_id(payment.id).state != "to review":
                continue
            preview = proven(store, payment.id)
            landed += preview.count("posts", "reverses")
            cash = preview.payment.amount
            assert _cash(store, payment) == cash, path.name
    assert landed >= 20
    checks = check_store(store.database, store.audit_key)
    assert [(one.name, one.problems) for one in checks if not one.ok] == []


def _posted(store: Store, payment: Payment) -> Payment:
    with store.work(BILLER, NOW) as work:
        post_waiting(work, payment.id)
    posted: Payment = Payment.get_by_id(payment.id)
    return posted


def _cash(store: Store, payment: Payment) -> int:
    """What stands as cash in the ledger of a payment: claims, unapplied, provider adjustments."""
    journals = [
        row.journal_id
        for table in (Remittance, ProviderAdjustment)
        for row in table.select().where(table.payment == payment.id, table.journal.is_null(False))
    ]
    return sum(
        amount
        for journal in journals
        for (amount,) in read_rows(
            store.database,
            "SELECT amount FROM entry WHERE journal_id = ? AND account = 'payer payments'",
            journal,
        )
    )


def _make_claims(store: Store, practice: SmallPractice, content: bytes) -> None:
    """A submitted claim of ours for each number that a file answers, as it was billed."""
    for event in read_all(content):
        if not isinstance(event, ClaimPaymentRead):
            continue
        said = event.payment
        number = said.patient_control_number
        if said.status not in PROCESSED or said.charge <= 0 or not number:
            continue
        if Claim.get_or_none(Claim.patient_control_number == number) is None:
            _make_claim(store, practice, said)


def _make_claim(store: Store, practice: SmallPractice, said: ClaimPayment) -> None:
    day = said.statement_from or datetime.date(2020, 1, 2)
    claim = practice.add_claim(
        [],
        status=SUBMITTED,
        day=day,
        patient_control_number=said.patient_control_number,
        billed=cents(said.charge),
        elsewhere=True,
        line_count=len(said.lines),
    )
    for position, line in enumerate(said.lines, 1):
        ClaimLine.create(
            claim=claim,
            position=position,
            line_control_number=line.line_control_number or f"{claim.number}L{position}",
            procedure_code=line.procedure_code or line.revenue_code,
            modifiers=" ".join(line.modifiers),
            units=1,
            billed=cents(line.charge),
            expected=0,
            first_service_date=line.service_date or day,
            last_service_date=line.service_date_to or line.service_date or day,
        )
    with store.work(BILLER, NOW) as work:
        post_charges(work, [claim.id])
