"""Posting a payment: what came in lands on claims and ledger, or waits with the reason.

A payment that balances posts by itself unless its payer is set otherwise; one whose total does
not balance is held; one with a claim that does not balance is to review. From its preview a
person posts the claims that balance: the others wait, and what they pay is unapplied, so that
the cash in the ledger is what the payer sent. A payment that waits never touches the ledger.

Posting goes page by page, and each page is written whole. Where the unit of work goes in steps
it can be stopped between pages, or killed: what is left is posted later, and nothing twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from rcm_tui.billing.cases.rules.noting import note_payment
from rcm_tui.billing.deposits.following import follow_payment
from rcm_tui.billing.outcome import Left, Outcome, Progress, Refused, go_on
from rcm_tui.billing.remittances.duplicates import refuse_duplicate
from rcm_tui.billing.remittances.landing import land
from rcm_tui.billing.remittances.orphans import match_earlier_reversals
from rcm_tui.billing.remittances.plan import Plan
from rcm_tui.billing.remittances.provider_adjustments import (
    link_earlier,
    post_provider_adjustments,
)
from rcm_tui.billing.remittances.received import ReceivedRemittances
from rcm_tui.billing.remittances.receiving import HELD, POSTING, TO_REVIEW, receive
from rcm_tui.billing.rights import POST, needs
from rcm_tui.billing.units import PAYMENT
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class PostedPayment:
    """What became of a payment. `claims`, `posted`, `orphans` and `waiting` count remittances.

    `state` is "posting" when it was stopped on the way.
    """

    payment_id: int
    state: Literal["posted", "posting", "to review", "held"]
    claims: int
    posted: int
    orphans: int
    held_reasons: list[str]
    waiting: int = 0


@needs(POST)
def post_payment(
    work: Work,
    received: ReceivedRemittances,
    progress: Progress | None = None,
    *,
    review: bool = False,
) -> PostedPayment:
    """Stores a payment and posts it, unless something keeps it from posting by itself.

    With `review` it waits for a person in any case. Remittances without a claim become orphans
    whose money is unapplied. Denied amounts stay open at the payer. `progress` counts posted
    claims; while the file is still being read its total is what has been read so far. Raises
    DuplicatePayment when the payment came in before.
    """
    refuse_duplicate(work, received.payment)
    receipt = receive(work, received, review, progress)
    follow_payment(work, receipt.payment_id)
    if receipt.state != POSTING:
        return _as_it_stands(work, receipt.payment_id, list(receipt.reasons))
    # Matching has just been done: what found no claim would find none now.
    plan = Plan(work.database, receipt.payment_id, look_again=False)
    return _post(work, receipt.payment_id, plan, progress)


@needs(POST, payment_id=PAYMENT)
def post_waiting(work: Work, payment_id: int, progress: Progress | None = None) -> PostedPayment:
    """Posts what balances of a payment that waits, or goes on where posting was stopped.

    Raises Refused when it is posted or dismissed, or when its total does not balance.
    """
    payment = Payment.get_or_none(Payment.id == payment_id)
    if payment is None:
        raise Refused("this payment is not there any more")
    named = f"payment {payment.trace_number or 'without a number'}"
    if payment.state == HELD:
        raise Refused(
            f"{named} is held, its total does not balance or its file is damaged: a better copy"
            " that comes in takes its place, or it is dismissed as posted by hand"
        )
    if payment.state not in (TO_REVIEW, POSTING):
        raise Refused(f"{named} is {payment.state} already")
    if payment.state == TO_REVIEW:
        Payment.update(state=POSTING).where(Payment.id == payment_id).execute()
        work.record("payment posting begun", "payment", payment_id)
    return _post(work, payment_id, Plan(work.database, payment_id), progress)


@needs(POST, payment_ids=PAYMENT)
def post_waiting_payments(
    work: Work, payment_ids: Iterable[int], progress: Progress | None = None
) -> Outcome:
    """Posts what balances of payments that wait, one after the other; many are the normal case.

    `done` are those that are posted, `amount` the cents that are on claims now. Left with the
    reason is what cannot be posted, and what was not reached when it was stopped.
    """
    outcome = Outcome()
    wanted = _named(work, payment_ids)
    total = sum(claims for _, claims in wanted.values())
    before = 0
    for key, (name, claims) in wanted.items():
        told = partial(_of_all, progress, before, total) if progress is not None else None
        try:
            posted = post_waiting(work, key, told)
        except Refused as refused:
            outcome.left.append(Left(key, name, str(refused)))
        else:
            if posted.state == POSTING:
                answered = {*outcome.done, *(left.key for left in outcome.left)}
                outcome.stop((k, n) for k, (n, _) in wanted.items() if k not in answered)
                break
            outcome.done.append(key)
        before += claims
    posted_paid = read_by_keys(
        work.database, "SELECT posted FROM payment WHERE id IN ({keys})", outcome.done
    )
    outcome.amount = sum(paid for (paid,) in posted_paid)
    return outcome


def _of_all(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


def _named(work: Work, payment_ids: Iterable[int]) -> dict[int, tuple[str, int]]:
    """Payments in their order, with their numbers for people and how many remittances they have."""
    return {
        key: (trace or f"No. {key}", claims)
        for key, trace, claims in sorted(
            read_by_keys(
                work.database,
                "SELECT id, trace_number, claims FROM payment WHERE id IN ({keys})",
                payment_ids,
            )
        )
    }


def _post(work: Work, payment_id: int, plan: Plan, progress: Progress | None) -> PostedPayment:
    total, done = _left(work, payment_id)
    for page in plan.pages():
        if not _go_on(work, progress, done, total):
            return _as_it_stands(work, payment_id, [])
        land(work, payment_id, page)
        plan.written()
        done += sum(planned.fate != "waits" for planned in page)
    if not _go_on(work, progress, done, total):
        return _as_it_stands(work, payment_id, [])
    return _finish(work, payment_id)


def _go_on(work: Work, progress: Progress | None, done: int, total: int) -> bool:
    """False when the person stopped work in steps; a file that is read is used whole or not."""
    if work.in_steps:
        return go_on(work, progress, done, total)
    if progress is not None:
        progress(done, total)
    return True


def _left(work: Work, payment_id: int) -> tuple[int, int]:
    """How many remittances of a payment are to be posted in all, and how many are."""
    counts = _states(work, payment_id)
    total = sum(count for count, _ in counts.values()) - counts.get("waiting", (0, 0))[0]
    return total, total - counts.get("held", (0, 0))[0]


def _finish(work: Work, payment_id: int) -> PostedPayment:
    """Ends posting: provider adjustments, the payment's own figures, the audit."""
    state = read_rows(work.database, "SELECT state FROM payment WHERE id = ?", payment_id)
    if state == [("posted",)]:  # somebody else has posted the rest at the same time
        return _as_it_stands(work, payment_id, [])
    post_provider_adjustments(work, payment_id)
    link_earlier(work, payment_id)
    counts = _states(work, payment_id)
    unposted = sum(counts.get(state, (0, 0))[1] for state in ("orphan", "waiting"))
    Payment.update(
        state="posted",
        held_reasons="[]",
        posted=sum(paid for _, paid in counts.values()) - unposted,
        unposted=unposted,
        posted_at=work.now,
    ).where(Payment.id == payment_id).execute()
    match_earlier_reversals(work, payment_id)
    done = _as_it_stands(work, payment_id, [])
    work.record(
        "payment posted",
        "payment",
        payment_id,
        amount=Payment.select(Payment.amount).where(Payment.id == payment_id).scalar(),
        claims=done.claims,
        posted=done.posted,
        orphans=done.orphans,
        waiting=done.waiting,
    )
    note_payment(work, payment_id)
    return done


def _as_it_stands(work: Work, payment_id: int, reasons: list[str]) -> PostedPayment:
    counts = _states(work, payment_id)
    ((state,),) = read_rows(work.database, "SELECT state FROM payment WHERE id = ?", payment_id)
    return PostedPayment(
        payment_id,
        state,
        sum(count for count, _ in counts.values()),
        counts.get("posted", (0, 0))[0],
        counts.get("orphan", (0, 0))[0],
        reasons,
        counts.get("waiting", (0, 0))[0],
    )


def _states(work: Work, payment_id: int) -> dict[str, tuple[int, int]]:
    """State → how many remittances of a payment are in it, and what they pay in cents."""
    return {
        state: (int(count), int(paid))
        for state, count, paid in read_rows(
            work.database,
            "SELECT state, count(*), sum(paid) FROM remittance WHERE payment_id = ? GROUP BY state",
            payment_id,
        )
    }
