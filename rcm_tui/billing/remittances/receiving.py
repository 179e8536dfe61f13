"""Writing a payment down as it comes in, and finding out whether it may post.

The claims are read once, in pages, and written as they come; whether the whole payment balances
is known only after the last. Memory does not grow with the file.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rcm_tui.billing.outcome import Progress
from rcm_tui.billing.remittances.automatic import reasons_to_look
from rcm_tui.billing.remittances.balancing import (
    HeldReasons,
    claim_imbalances,
    payment_imbalances,
)
from rcm_tui.billing.remittances.matching import match_claims
from rcm_tui.billing.remittances.received import ReceivedClaim, ReceivedRemittances
from rcm_tui.billing.remittances.storing import (
    PAGE,
    store_claims,
    store_provider_adjustments,
)
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.data.work import Work

HELD, TO_REVIEW, POSTING = "held", "to review", "posting"


@dataclass(slots=True)
class Receipt:
    """A payment that was written down: how many claim payments and cents, and why it waits.

    `state` is "posting" where nothing keeps it from posting by itself.
    """

    payment_id: int
    state: str = HELD
    claims: int = 0
    paid: int = 0
    reasons: tuple[str, ...] = ()


def receive(
    work: Work, received: ReceivedRemittances, review: bool, progress: Progress | None
) -> Receipt:
    """Writes a payment down. Nothing of it is posted yet.

    It is held when its total does not balance or its file is damaged; it is to review when a
    claim does not balance, when `review` asks for it, or when there is a reason to look at it.
    """
    receipt = Receipt(_store_payment(work, received))
    reasons = HeldReasons()
    payers = _store_remittances(work, receipt, received, reasons, progress)
    unbalanced = reasons.count
    reasons.add(payment_imbalances(received, receipt.paid))
    reasons.add(received.imbalances)
    store_provider_adjustments(work, receipt.payment_id, received.provider_adjustments)
    payer = _payer(received.payment.payer_identifier, payers)
    # Written first: what looks like it is looked for among the payments of its payer.
    Payment.update(payer=payer).where(Payment.id == receipt.payment_id).execute()
    held = reasons.count > unbalanced
    reasons.add(received.doubts)
    if not held:
        reasons.add(reasons_to_look(work, receipt.payment_id, payer))
    if review and not reasons.count:
        reasons.add(["it was to be looked at before it posts"])
    receipt.state = HELD if held else TO_REVIEW if reasons.count else POSTING
    receipt.reasons = tuple(reasons.sentences())
    Payment.update(
        state=receipt.state,
        held_reasons=json.dumps(list(receipt.reasons), ensure_ascii=False),
        claims=receipt.claims,
        posted=0,
        unposted=receipt.paid,
    ).where(Payment.id == receipt.payment_id).execute()
    if receipt.state != POSTING:
        work.record(
            f"payment {receipt.state}",
            "payment",
            receipt.payment_id,
            amount=received.payment.amount,
            claims=receipt.claims,
            held_reasons=len(receipt.reasons),
        )
    return receipt


def _store_payment(work: Work, received: ReceivedRemittances) -> int:
    payment = received.payment
    row = Payment.create(
        incoming_file=payment.incoming_file,
        payer_name=payment.payer_name,
        payer_identifier=payment.payer_identifier,
        payee_name=payment.payee_name,
        payee_npi=payment.payee_npi,
        trace_number=payment.trace_number,
        method=payment.method,
        handling=payment.handling,
        amount=payment.amount,
        effective_date=payment.effective_date,
        production_date=payment.production_date,
        entered_by=payment.entered_by,
        memo=payment.memo,
        set_key=payment.set_key,
        payment_key=payment.payment_key,
        state=HELD,
        received_at=work.now,
    )
    return int(row.id)


def _store_remittances(
    work: Work,
    receipt: Receipt,
    received: ReceivedRemittances,
    reasons: HeldReasons,
    progress: Progress | None,
) -> set[int | None]:
    """Writes the remittances; returns the payers of the claims that they are for."""
    payers: set[int | None] = set()
    for page in _received_pages(received.claims):
        matches = match_claims(work.database, page)
        imbalances = [claim_imbalances(claim) for claim in page]
        store_claims(work, receipt.payment_id, receipt.claims + 1, page, matches, imbalances)
        for claim, failed in zip(page, imbalances, strict=True):
            receipt.paid += claim.paid
            reasons.add(failed)
        payers |= {match.claim.payer for match in matches if match.claim}
        receipt.claims += len(page)
        if progress:
            progress(0, receipt.claims)
    return payers


def _received_pages(claims: Iterable[ReceivedClaim]) -> Iterator[list[ReceivedClaim]]:
    iterator = iter(claims)
    while page := list(islice(iterator, PAGE)):
        yield page


def _payer(identifier: str, of_claims: set[int | None]) -> int | None:
    """The payer that the payment names by its identifier, else the one payer of its claims."""
    named = {row.id for row in Payer.select(Payer.id).where(Payer.payer_id == identifier)}
    for payers in (named if identifier else set(), of_claims):
        if len(payers) == 1:
            return payers.pop()
    return None
