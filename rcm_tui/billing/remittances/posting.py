"""Posting a payment: what came in lands on claims and ledger when it balances, else it is held.

The claims are read once, in pages, and written down as they come; whether the whole payment
balances is known only after the last. Then, from what was written, it is posted page by page.
Memory does not grow with the file, and a held payment never touches the ledger.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from rcm_tui.billing.ledger import NewEntry, NewJournal, post_journals
from rcm_tui.billing.outcome import Progress
from rcm_tui.billing.remittances.balancing import (
    HeldReasons,
    claim_imbalances,
    payment_imbalances,
)
from rcm_tui.billing.remittances.duplicates import refuse_duplicate
from rcm_tui.billing.remittances.landing import (
    Totals,
    orphan_reversals,
    post_page,
    post_reversal_page,
)
from rcm_tui.billing.remittances.matching import match_claims
from rcm_tui.billing.remittances.received import ReceivedClaim, ReceivedRemittances
from rcm_tui.billing.remittances.storing import (
    PAGE,
    pages,
    store_claims,
    store_provider_adjustments,
)
from rcm_tui.data.tables.ledger import PAYER_PAYMENTS, PROVIDER_ADJUSTMENTS
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class PostedPayment:
    """What became of a payment. `claims`, `posted` and `orphans` count its remittances."""

    payment_id: int
    state: Literal["posted", "held"]
    claims: int
    posted: int
    orphans: int
    held_reasons: list[str]


def post_payment(
    work: Work, received: ReceivedRemittances, progress: Progress | None = None
) -> PostedPayment:
    """Stores a payment and posts it when all three balances hold; otherwise holds it.

    Remittances without a claim become orphans whose money is unapplied. Denied amounts stay open
    at the payer. `progress` counts posted claims; while the file is still being read its total is
    what has been read so far. Raises DuplicatePayment when the payment came in before.
    """
    refuse_duplicate(work, received.payment)
    payment_id = _store_payment(work, received)
    reasons = HeldReasons()
    totals = _store_remittances(work, payment_id, received, reasons, progress)
    reasons.add(payment_imbalances(received, totals.paid))
    reasons.add(received.imbalances)
    store_provider_adjustments(work, payment_id, received.provider_adjustments)
    if reasons.count:
        return _hold(work, payment_id, received, totals, reasons.sentences())
    _post_remittances(work, payment_id, totals, progress)
    journal = _post_provider_adjustments(work, received)
    _finish(work, payment_id, received, totals, state="posted", journal=journal)
    return PostedPayment(payment_id, "posted", totals.claims, totals.posted, totals.orphans, [])


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
        amount=payment.amount,
        effective_date=payment.effective_date,
        production_date=payment.production_date,
        set_key=payment.set_key,
        payment_key=payment.payment_key,
        state="held",
        received_at=work.now,
    )
    return int(row.id)


def _store_remittances(
    work: Work,
    payment_id: int,
    received: ReceivedRemittances,
    reasons: HeldReasons,
    progress: Progress | None,
) -> Totals:
    totals = Totals()
    for page in _received_pages(received.claims):
        matches = match_claims(work.database, page)
        store_claims(work, payment_id, totals.claims + 1, page, matches)
        for claim in page:
            totals.paid += claim.paid
            reasons.add(claim_imbalances(claim))
        totals.payers |= {match.claim.payer for match in matches if match.claim}
        totals.claims += len(page)
        if progress:
            progress(0, totals.claims)
    return totals


def _received_pages(claims: Iterable[ReceivedClaim]) -> Iterator[list[ReceivedClaim]]:
    iterator = iter(claims)
    while page := list(islice(iterator, PAGE)):
        yield page


def _post_remittances(
    work: Work, payment_id: int, totals: Totals, progress: Progress | None
) -> None:
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, totals.claims)

    # Reversals of what earlier payments said come first, whatever their place in the file:
    # a correction may say that another payer goes first, which the original contradicts.
    for page in pages(work, payment_id, reversals=True):
        told(post_reversal_page(work, payment_id, page, totals))
    for page in pages(work, payment_id, reversals=False):
        post_page(work, payment_id, page, totals)
        told(len(page))
    # What is left reverses a remittance of this very payment, or nothing that is known.
    for page in pages(work, payment_id, reversals=True):
        told(post_reversal_page(work, payment_id, page, totals))
        orphan_reversals(work, payment_id, page, totals)
    if progress:
        progress(totals.claims, totals.claims)


def _post_provider_adjustments(work: Work, received: ReceivedRemittances) -> int | None:
    entries: list[NewEntry] = []
    for adjustment in received.provider_adjustments:
        if adjustment.amount:
            entries += [
                (PROVIDER_ADJUSTMENTS, None, None, adjustment.amount),
                (PAYER_PAYMENTS, None, None, -adjustment.amount),
            ]
    if not entries:
        return None
    memo = f"payment {received.payment.trace_number}".strip()
    return post_journals(work, [NewJournal("provider adjustment", None, entries, memo)])[0]


def _hold(
    work: Work,
    payment_id: int,
    received: ReceivedRemittances,
    totals: Totals,
    reasons: list[str],
) -> PostedPayment:
    totals.unposted = totals.paid
    _finish(work, payment_id, received, totals, state="held", reasons=reasons)
    return PostedPayment(payment_id, "held", totals.claims, 0, 0, reasons)


def _finish(
    work: Work,
    payment_id: int,
    received: ReceivedRemittances,
    totals: Totals,
    *,
    state: Literal["posted", "held"],
    journal: int | None = None,
    reasons: Sequence[str] = (),
) -> None:
    Payment.update(
        payer=_payer(received.payment.payer_identifier, totals.payers),
        state=state,
        held_reasons=json.dumps(list(reasons), ensure_ascii=False),
        claims=totals.claims,
        posted=totals.paid - totals.unposted,
        unposted=totals.unposted,
        posted_at=work.now if state == "posted" else None,
        journal=journal,
    ).where(Payment.id == payment_id).execute()
    work.record(
        f"payment {state}",
        "payment",
        payment_id,
        amount=received.payment.amount,
        claims=totals.claims,
        posted=totals.posted,
        orphans=totals.orphans,
        held_reasons=len(reasons),
    )


def _payer(identifier: str, of_claims: set[int | None]) -> int | None:
    """The payer that the payment names by its identifier, else the one payer of its claims."""
    named = {row.id for row in Payer.select(Payer.id).where(Payer.payer_id == identifier)}
    for payers in (named if identifier else set(), of_claims):
        if len(payers) == 1:
            return payers.pop()
    return None
