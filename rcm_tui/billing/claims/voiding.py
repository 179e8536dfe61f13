"""How a void ends: its payer reverses what it had paid, or takes in that there is nothing of it.

A void (frequency 8) asks for nothing, so no remittance decides on it. It is "voided" once nothing
that was paid or left to the patient stands on what it takes back, and the payer has either
reversed something of that (status 22) or accepted the void (277CA). Else it is "pending".
"""

from collections.abc import Iterable
from typing import Any

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.tables.claims import SUBMITTED, VOID, VOIDED, Claim
from rcm_tui.data.work import Work

BY_PAYER = "accepted by payer"
VOIDS = (
    "SELECT DISTINCT v.id, v.chain, v.adjudication, v.acknowledgement, v.answered_at"
    " FROM claim AS e JOIN claim AS v ON v.chain = e.chain AND v.id >= e.id"
    " WHERE e.id IN ({keys}) AND v.frequency = ? AND COALESCE(v.status, '') = ?"
    " AND COALESCE(v.adjudication, '') IN ('pending', ?)"
)
BEFORE = (
    "SELECT v.id, MAX(CASE WHEN e.paid <> 0 OR e.patient_balance <> 0 THEN 1 ELSE 0 END),"
    " (SELECT MAX(payment.received_at) FROM claim AS o JOIN remittance AS r ON r.claim_id = o.id"
    " JOIN payment ON payment.id = r.payment_id WHERE o.chain = v.chain AND o.id < v.id"
    " AND r.status_code = '22' AND COALESCE(r.state, '') = 'posted')"
    " FROM claim AS v JOIN claim AS e ON e.chain = v.chain AND e.id < v.id"
    " WHERE v.id IN ({keys}) GROUP BY v.id, v.chain"
)


def settle_voids(work: Work, claim_ids: Iterable[int]) -> None:
    """Says of the voids of claims whether they are answered. Called when an answer changed.

    The claims are the voids themselves, or what they take back.
    """
    voids = {
        row[0]: row[1:]
        for row in read_by_keys(work.database, VOIDS, claim_ids, VOID, SUBMITTED, VOIDED)
    }
    if not voids:
        return
    rows: list[tuple[Any, ...]] = []
    for key, stands, reversed_at in read_by_keys(work.database, BEFORE, sorted(voids)):
        _, was, acknowledgement, answered_at = voids[key]
        over = not stands and (reversed_at is not None or acknowledgement == BY_PAYER)
        if over == (was == VOIDED):
            continue
        at = moment_from_store(reversed_at or answered_at) if reversed_at or answered_at else None
        rows.append((VOIDED if over else "pending", (at or work.now) if over else None, key))
    work.update(Claim, ("adjudication", "answered_at"), rows)
    for adjudication, _, key in rows:
        work.record("void answered", "claim", key, adjudication=adjudication)
