"""Claims that a payer forwarded to the next one itself (CLP02 19, 20, 21).

The next payer has such a claim already: it stands in the store as sent by somebody else, asks for
what the patient was left with, and waits for its answer. When the payer's usual time is over it
can be sent by us after all (`secondary.bill_secondary`). Where the client has no further coverage
on file nothing is made: what the patient was left with stays with the patient.
"""

from collections.abc import Collection

from peewee import Database

from rcm_tui.billing.claims.secondary import FORWARDED, clone_onward, onward
from rcm_tui.billing.claims.submission import mark_sent_elsewhere
from rcm_tui.billing.ledger import reverse_charges
from rcm_tui.billing.remittances.standing import standing_remittances
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.claims import INACTIVE, SUBMITTED, Claim
from rcm_tui.data.work import Work


def follow_forwarding(
    work: Work, claims: Collection[int], statuses: Collection[str] = FORWARDED
) -> None:
    """Called when remittances of claims were posted (with their CLP02s) or taken back.

    Of what a payer says it forwarded, the claim to the next payer is made. When that no longer
    stands it is Inactive again, unless the next payer has answered it.
    """
    waiting = _waiting(work.database, claims)
    looked_at = claims if set(statuses) & set(FORWARDED) else waiting
    forwarded = {
        claim
        for claim, standing in standing_remittances(work.database, looked_at).items()
        if standing[-1].status_code in FORWARDED
    }
    _make(work, sorted(forwarded - waiting.keys()))
    _take_back(work, [key for before, key in waiting.items() if before not in forwarded])


def _waiting(database: Database, claims: Collection[int]) -> dict[int, int]:
    """Claim → the claim after it that was forwarded and that nobody has answered."""
    return dict(
        read_by_keys(
            database,
            "SELECT billed_after_id, id FROM claim WHERE billed_after_id IN ({keys})"
            f" AND elsewhere = 1 AND COALESCE(status, '') = '{SUBMITTED}'"
            " AND COALESCE(adjudication, '') = 'pending'"
            " ORDER BY id",
            claims,
        )
    )


def _make(work: Work, claims: Collection[int]) -> None:
    if not claims:
        return
    made = []
    for one in onward(work.database, claims, work.today):
        if one.reason:
            continue
        key = clone_onward(work, one)
        made.append(key)
        work.record("claim forwarded by its payer", "claim", key, after=one.number)
    mark_sent_elsewhere(work, made)


def _take_back(work: Work, keys: Collection[int]) -> None:
    if not keys:
        return
    reverse_charges(work, keys)
    work.set_all(Claim, {"status": INACTIVE}, keys)
    for key in keys:
        work.record("forwarded claim taken back", "claim", key, status=[SUBMITTED, INACTIVE])
