"""What is said before an action is what the action then does."""

import pytest

from rcm_tui.billing.claims.answers import resubmit_rejected
from rcm_tui.billing.claims.previews import preview_mending, preview_save
from rcm_tui.billing.claims.submission import save_and_submit
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from tests.practice_builder import BILLER, NOW, small_practice


@pytest.fixture
def claims(store: Store) -> list[int]:
    """Two drafts, one failing; one Ready; three Submitted: two rejected, one of those paid."""
    practice = small_practice()
    sent = {"status": "Submitted", "submitted_at": NOW}
    rejected = {**sent, "acknowledgement": "rejected"}
    return [
        practice.add_claim(client=practice.add_client("OSEI")).id,
        practice.add_claim(diagnoses="", error_count=1).id,
        practice.add_claim(status="Ready to Submit").id,
        practice.add_claim(**sent).id,
        practice.add_claim(**rejected).id,
        practice.add_claim(**rejected, adjudication="paid").id,
    ]


def test_saving_takes_drafts_and_says_how_many_failed_last(store: Store, claims: list[int]) -> None:
    preview = preview_save(store.database, claims)
    assert (preview.count, preview.amount, preview.failing) == (2, 640_00, 1)
    assert preview.left == {"Submitted, not Draft": 3, "Ready to Submit, not Draft": 1}
    with store.work(BILLER, NOW) as work:
        outcome = save_and_submit(work, claims)
    assert len(outcome.done) == preview.count - preview.failing
    assert len(outcome.left) == preview.left.total() + preview.failing


def test_mending_takes_what_was_rejected_and_never_adjudicated(
    store: Store, claims: list[int]
) -> None:
    preview = preview_mending(store.database, claims)
    assert (preview.count, preview.amount) == (1, 320_00)
    assert preview.left == {"not rejected": 4, "adjudicated all the same: paid": 1}
    with store.work(BILLER, NOW) as work:
        outcome = resubmit_rejected(work, claims)
    assert (len(outcome.done), len(outcome.left)) == (preview.count, preview.left.total())
    assert Claim.get_by_id(outcome.done[0]).billed == preview.amount
