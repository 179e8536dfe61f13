"""A claim's way in one list: every event once, in its order, with codes, words and days between."""

import datetime
from zoneinfo import ZoneInfo

from rcm_tui.billing.claims.answers import ClaimAnswer
from rcm_tui.data.records.claim import read_claim
from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import ClaimResponse, ClaimsTransaction
from rcm_tui.screens.status_lines import status_history
from tests.billing.claims.test_answers import ACCEPTED, answer, of, transmitted
from tests.billing.remittances.received_builder import claim_payment, line, post
from tests.practice_builder import NOW, small_practice

ZONE = ZoneInfo("UTC")


def lines(store: Store, claim_id: int) -> list[str]:
    record = read_claim(store.database, claim_id)
    assert record is not None
    return [row.content.plain.strip() for row in status_history(record, ZONE, 160)]


def on_day(days: int) -> datetime.datetime:
    return NOW + datetime.timedelta(days=days)


def test_sent_answered_and_paid_in_one_list(store: Store) -> None:
    transaction, (claim, other) = transmitted(store, small_practice(), ("0001", "0002"))
    ClaimsTransaction.update(sent_at=NOW).execute()
    about_file = {"claims_transaction_id": transaction.id}
    answer(
        store,
        ClaimAnswer("TA1", True, "clearinghouse", "A", "000", "", "", words="taken", **about_file),
        ClaimAnswer(
            *("999", False, "clearinghouse", "R", "5", "", ""),
            words="the other set was refused",
            set_control_number="0002",
            **about_file,
        ),
        of(claim, ACCEPTED, words="accepted"),
        of(claim, ACCEPTED, source="payer", words="at the payer"),
    )
    for days, response in enumerate(ClaimResponse.select().order_by(ClaimResponse.id)):
        ClaimResponse.update(received_at=on_day(days)).where(
            ClaimResponse.id == response.id
        ).execute()
    shown = lines(store, claim.id)
    assert shown[0].split() == ["When", "after", "What"]
    joined = "\n".join(shown)
    places = [joined.index(words) for words in ("ISA 00000000", "means  taken", "at the payer")]
    assert places == sorted(places)
    assert "the other set was refused" not in joined
    assert "payer  A2 20 40" in joined
    # Its TA1 the same day, both 277CA three and four days later.
    assert [word for word in ("same d", "+3 d", "+1 d") if joined.count(word) == 1] == [
        *("same d", "+3 d", "+1 d"),
    ]
    refused = "\n".join(lines(store, other.id))
    # What the set's refusal meant for the claim, and not the refusal of the set beside it.
    assert refused.count("the other set was refused") == 1


def test_a_late_answer_is_there_with_the_reason_it_changed_nothing(store: Store) -> None:
    _, (claim,) = transmitted(store, small_practice(), ("0001",))
    lines_paid = [line(32000, 30000, "CO-45 20.00")]
    post(store, [claim_payment(claim.patient_control_number, lines_paid)])
    answer(store, of(claim, ACCEPTED, accepted=False, category="A3", text="TOO LATE"))
    joined = "\n".join(lines(store, claim.id))
    assert "paid as primary" in joined
    assert "CO-45 20.00" in joined
    assert "changed nothing  277CA rejects it, but the payer adjudicated it: paid" in joined


def test_a_claim_that_was_not_sent_says_so(store: Store) -> None:
    draft = small_practice().add_claim()
    assert lines(store, draft.id) == ["Not sent yet."]
