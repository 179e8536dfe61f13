"""Reversals (status 22): a payer takes back exactly what it had said of a claim before.

A reversal states the amounts of its original as negatives. It is posted by reversing the journal
of that original, so that the claim stands as it did before. In a file, a reversal and its
correction may come in any order.
"""

from collections.abc import Sequence

from rcm_tui.billing.ledger import reverse_journals
from rcm_tui.billing.remittances.adjudication import Standing, standing_remittances
from rcm_tui.billing.remittances.storing import StoredRemittance
from rcm_tui.data.tables.remittances import Remittance
from rcm_tui.data.work import Work


def post_reversals(work: Work, payment_id: int, page: Sequence[StoredRemittance]) -> list[int]:
    """Posts those reversals whose originals stand; the others stay held, for the caller to judge.

    Returns the keys of the posted ones.
    """
    claims = {reversal.claim for reversal in page if reversal.claim is not None}
    standing = standing_remittances(work.database, sorted(claims))
    originals: dict[int, Standing] = {}
    for reversal in page:
        candidates = standing.get(reversal.claim or 0, [])
        original = _original(reversal, payment_id, candidates)
        if original is not None:
            candidates.remove(original)
            originals[reversal.id] = original
    memos = {
        original.journal: f"payment {payment_id}: reversal"
        for original in originals.values()
        if original.journal is not None
    }
    journals = reverse_journals(work, memos)
    work.update(
        Remittance,
        ("state", "reverses", "journal"),
        [
            ("posted", original.id, journals.get(original.journal or 0), reversal)
            for reversal, original in originals.items()
        ],
    )
    return list(originals)


def _original(
    reversal: StoredRemittance, payment_id: int, candidates: Sequence[Standing]
) -> Standing | None:
    exact = [
        candidate
        for candidate in candidates
        if (candidate.charge, candidate.paid) == (-reversal.charge, -reversal.paid)
    ]
    number = reversal.payer_claim_control_number
    for same_number in (True, False):
        for candidate in exact:
            if same_number == (candidate.payer_claim_control_number == number):
                earlier = candidate.payment != payment_id
                # What the same file says under another number is the correction, not the original.
                if earlier or same_number or not number:
                    return candidate
    return None
