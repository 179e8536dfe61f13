"""Taking posted payments and remittances back: by the opposites of their journals, never deleted.

After it the claims stand as they did before, and what was taken back can be posted again: a whole
payment waits to be reviewed; a single remittance waits beside those that do not balance, its money
unapplied. A remittance's own journal is always the one that says what it does now.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.ledger import post_journals, reverse_journals
from rcm_tui.billing.outcome import Left, Outcome, Progress, Refused, go_on
from rcm_tui.billing.remittances.adjudication import refresh_claims
from rcm_tui.billing.remittances.landing import land
from rcm_tui.billing.remittances.orphans import refresh_payment
from rcm_tui.billing.remittances.plan import Plan, unapplied
from rcm_tui.billing.remittances.provider_adjustments import take_back_provider_adjustments
from rcm_tui.billing.remittances.storing import StoredRemittance, remittance_of
from rcm_tui.billing.rights import POST, TAKE_BACK, needs
from rcm_tui.billing.units import PAYMENT, REMITTANCE
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.remittances import Payment, Remittance
from rcm_tui.data.work import Work

LONGEST_REASON = 200
AT_ONCE = 200
LATER = ("write-off", "application", "transfer", "refund")


@dataclass(frozen=True, slots=True)
class _Posted:
    """A remittance that is to be taken back, as it stands."""

    id: int
    payment: int
    claim: int | None
    state: str
    paid: int
    journal: int | None
    reverses: int | None
    number: str


@needs(TAKE_BACK, payment_id=PAYMENT)
def take_back_payment(
    work: Work, payment_id: int, reason: str, progress: Progress | None = None
) -> Outcome:
    """Takes all of a posted payment back; then it is to review again.

    Done from the last remittance to the first, in pages: stopped or killed, it is gone on with, or
    posted again. `done` are the remittances, `amount` the cents that were on claims. Raises Refused
    without a reason, for a payment that is not posted, and where a later payment has taken one of
    its remittances back: that one has to be taken back first.
    """
    why = _reason(reason)
    payment = Payment.get_or_none(Payment.id == payment_id)
    if payment is None or payment.state not in ("posted", "posting"):
        state = payment.state if payment is not None else "not there any more"
        raise Refused(f"only a posted payment can be taken back; this one is {state}")
    _refuse_taken_back(work.database, payment_id)
    outcome = Outcome()
    work.update(Payment, ("state",), [("posting", payment_id)])
    total = _count(work.database, payment_id)
    take_back_provider_adjustments(work, payment_id)
    while page := _page(work.database, payment_id):
        if not go_on(work, progress, len(outcome.done), total):
            outcome.not_reached = total - len(outcome.done)
            return outcome
        _reverse(work, page, f"payment {payment_id}: taken back")
        work.update(
            Remittance,
            ("state", "journal", "reverses"),
            [(_state_before(one), None, None, one.id) for one in page],
        )
        _refresh(work, page)
        outcome.done += [one.id for one in page]
        outcome.amount += sum(one.paid for one in page if one.state == "posted")
    said = [f"taken back by {work.actor.login}: {why}"]
    Payment.update(
        state="to review",
        held_reasons=json.dumps(said, ensure_ascii=False),
    ).where(Payment.id == payment_id).execute()
    ((paid,),) = read_rows(
        work.database,
        "SELECT coalesce(sum(paid), 0) FROM remittance WHERE payment_id = ?",
        payment_id,
    )
    work.update(Payment, ("posted", "unposted"), [(0, int(paid), payment_id)])
    work.record("payment taken back", payment, reason=why, remittances=len(outcome.done))
    return outcome


@needs(TAKE_BACK, keys=REMITTANCE)
def take_back_remittances(work: Work, keys: Iterable[int], reason: str) -> Outcome:
    """Takes posted remittances back one by one; they wait then, what they paid unapplied.

    Left with the reason is what is not posted, what is a reversal, and what a reversal took back.
    Raises Refused without a reason.
    """
    why = _reason(reason)
    outcome = Outcome()
    payments: set[int] = set()
    for one in _read(work.database, keys):
        if one.state != "posted" or one.reverses is not None:
            words = "a reversal: its whole payment can be taken back" if one.reverses else one.state
            outcome.left.append(Left(one.id, one.number, f"it is {words}"))
            continue
        by = _taken_back_by(work.database, [one.id])
        if by:
            outcome.left.append(Left(one.id, one.number, by[0]))
            continue
        _reverse(work, [one], f"payment {one.payment}: remittance taken back")
        journals = post_journals(work, [unapplied(one.paid, one.payment)]) if one.paid else [None]
        said = f"taken back by {work.actor.login}: {why}"
        work.update(
            Remittance, ("state", "journal", "reason"), [("waiting", journals[0], said, one.id)]
        )
        _refresh(work, [one])
        if one.claim is not None:
            work.record(
                "remittance taken back",
                "claim",
                one.claim,
                remittance=one.id,
                paid=one.paid,
                reason=why,
            )
        payments.add(one.payment)
        outcome.done.append(one.id)
        outcome.amount += one.paid
    for payment in payments:
        refresh_payment(work, payment)
    return outcome


@needs(POST, keys=REMITTANCE)
def post_left_out(work: Work, keys: Iterable[int]) -> Outcome:
    """Posts remittances that wait within posted payments, as they are.

    One that does not balance posts what the payer pays and settles; what it does not explain stays
    open. Their money moves from unapplied onto the claims. `done` are those that are on claims now;
    left are those that do not wait in a posted payment, and those that name no claim: orphans now.
    """
    outcome = Outcome()
    wanted = _read(work.database, keys)
    posted = _in_posted_payments(work.database, wanted)
    for one in wanted:
        if one.state != "waiting" or one.id not in posted:
            outcome.left.append(Left(one.id, one.number, "it does not wait in a posted payment"))
            continue
        if one.journal is not None:
            reverse_journals(work, {one.journal: f"payment {one.payment}: to its claim"})
        work.update(Remittance, ("state", "journal"), [("held", None, one.id)])
        page = Plan(work.database, one.payment).alone(_stored(work.database, one.id))
        land(work, one.payment, [page])
        refresh_payment(work, one.payment)
        if page.fate in ("posts", "reverses"):
            outcome.done.append(one.id)
            outcome.amount += one.paid
        else:
            outcome.left.append(Left(one.id, one.number, page.reason))
    return outcome


def later_decisions(database: Database, payment_id: int) -> int:
    """How many claims of a payment were written off, moved on or paid by the patient since."""
    kinds = ", ".join(f"'{kind}'" for kind in LATER)
    ((count,),) = read_rows(
        database,
        "SELECT count(DISTINCT remittance.claim_id) FROM remittance"
        " JOIN journal AS own ON own.id = remittance.journal_id"
        " JOIN journal ON journal.claim_id = remittance.claim_id AND journal.id > own.id"
        f" WHERE remittance.payment_id = ? AND journal.kind IN ({kinds})",
        payment_id,
    )
    return int(count)


def _reason(reason: str) -> str:
    why = plain(reason, LONGEST_REASON).strip()
    if not why:
        raise Refused("a reason is needed for taking back what was posted")
    return why


def _reverse(work: Work, page: Sequence[_Posted], memo: str) -> None:
    """Reverses the journals of remittances; what reversals took back stands again."""
    again = reverse_journals(work, {one.journal: memo for one in page if one.journal is not None})
    # The opposite of a reversal says what its original said: it is the original's journal now.
    work.update(
        Remittance,
        ("journal",),
        [
            (again[one.journal], one.reverses)
            for one in page
            if one.reverses is not None and one.journal is not None
        ],
    )
    work.update(
        Remittance, ("reverses",), [(None, one.id) for one in page if one.reverses is not None]
    )


def _refresh(work: Work, page: Sequence[_Posted]) -> None:
    refresh_claims(work, sorted({one.claim for one in page if one.claim is not None}))


def _state_before(one: _Posted) -> str:
    return "waiting" if one.state == "waiting" else "held"


def _refuse_taken_back(database: Database, payment_id: int) -> None:
    rows = read_rows(
        database,
        "SELECT said.id FROM remittance AS said JOIN remittance AS reversal"
        " ON reversal.reverses_id = said.id WHERE said.payment_id = ? AND"
        " reversal.payment_id <> said.payment_id ORDER BY said.position LIMIT 1",
        payment_id,
    )
    if rows:
        raise Refused(_taken_back_by(database, [rows[0][0]])[0])


def _taken_back_by(database: Database, keys: Sequence[int]) -> list[str]:
    return [
        f"payment {trace or 'without a number'} has taken remittance {number} back:"
        " take that payment back first"
        for trace, number in read_by_keys(
            database,
            "SELECT payment.trace_number, said.patient_control_number FROM remittance AS said"
            " JOIN remittance AS reversal ON reversal.reverses_id = said.id"
            " JOIN payment ON payment.id = reversal.payment_id WHERE said.id IN ({keys})",
            keys,
        )
    ]


def _page(database: Database, payment_id: int) -> list[_Posted]:
    """The last remittances of a payment that are posted in any way: reversals before all others."""
    rows = read_rows(
        database,
        "SELECT id FROM remittance WHERE payment_id = ? AND (state IN ('posted', 'orphan',"
        " 'informational') OR (state = 'waiting' AND journal_id IS NOT NULL))"
        " ORDER BY CASE WHEN reverses_id IS NULL THEN 1 ELSE 0 END, position DESC"
        f" LIMIT {AT_ONCE}",
        payment_id,
    )
    found = {one.id: one for one in _read(database, [key for (key,) in rows])}
    page = [found[key] for (key,) in rows]
    # What a reversal took back comes after it: its journal is another one by then.
    reversals = [one for one in page if one.reverses is not None]
    return reversals or page


def _count(database: Database, payment_id: int) -> int:
    ((count,),) = read_rows(
        database,
        "SELECT count(*) FROM remittance WHERE payment_id = ? AND (state IN ('posted', 'orphan',"
        " 'informational') OR (state = 'waiting' AND journal_id IS NOT NULL))",
        payment_id,
    )
    return int(count)


def _read(database: Database, keys: Iterable[int]) -> list[_Posted]:
    rows = read_by_keys(
        database,
        "SELECT id, payment_id, claim_id, state, paid, journal_id, reverses_id,"
        " patient_control_number FROM remittance WHERE id IN ({keys}) ORDER BY id",
        sorted(keys),
    )
    return [_Posted(*row) for row in rows]


def _stored(database: Database, key: int) -> StoredRemittance:
    (row,) = read_rows(
        database,
        "SELECT id, position, claim_id, reason, payer_claim_control_number, status_code, charge,"
        " paid, journal_id FROM remittance WHERE id = ?",
        key,
    )
    return remittance_of(row)


def _in_posted_payments(database: Database, wanted: Sequence[_Posted]) -> set[int]:
    payments = {
        key
        for (key,) in read_by_keys(
            database,
            "SELECT id FROM payment WHERE id IN ({keys}) AND state = 'posted'",
            sorted({one.payment for one in wanted}),
        )
    }
    return {one.id for one in wanted if one.payment in payments}
