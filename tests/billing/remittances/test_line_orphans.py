"""Remittance lines without a claim line: their money moves from the whole claim to the line."""

import datetime

from rcm_tui.billing.remittances.line_orphans import line_candidates, match_lines_by_hand
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.queues.remittance_lines import REMITTANCE_LINES
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.remittances import Remittance, RemittanceLine
from tests.billing.remittances.received_builder import (
    balances,
    claim_payment,
    line,
    lines_of,
    post,
    reversal_of,
    submitted_claim,
)
from tests.billing.remittances.test_orphans import problems, undone
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, TODAY, small_practice

LATER = SERVICE_DAY + datetime.timedelta(days=2)
# The payer has another code for the second line, and its day wrong.
ODD = (
    line(32000, 22000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="H2019", first_service_date=LATER),
)
AS_MEANT = (ODD[0], line(24000, 18000, "CO-45 60.00", code="97155"))


def unmatched(store: Store) -> list[int]:
    pages = QueuePages(store.database, REMITTANCE_LINES, Viewer(TODAY))
    return [int(key) for key in pages.keys()]  # noqa: SIM118


def test_the_money_moves_to_the_line_and_the_claim_stays(store: Store) -> None:
    practice = small_practice()
    claim, meant = submitted_claim(store, practice), submitted_claim(store, practice)
    post(store, [claim_payment(claim.patient_control_number, ODD)])
    post(store, [claim_payment(meant.patient_control_number, AS_MEANT)])
    first, second = lines_of(claim)
    assert balances(second) == (0, 0, 24000, 0)
    before = balances(claim)
    (wanted,) = unmatched(store)
    found = line_candidates(store.database, wanted)
    assert [(one.line, one.score) for one in found] == [(second.id, 25), (first.id, 0)]
    assert [reason.words for reason in found[1].reasons] == [
        "another line of this remittance is on it"
    ]
    with store.work(BILLER, NOW) as work:
        outcome = match_lines_by_hand(work, {wanted: second.id})
    assert (outcome.done, outcome.amount) == ([wanted], 18000)
    assert balances(claim) == before == balances(meant)
    assert [balances(one) for one in lines_of(claim)] == [balances(one) for one in lines_of(meant)]
    assert [one.allowed for one in lines_of(claim)] == [one.allowed for one in lines_of(meant)]
    assert Claim.get_by_id(claim.id).adjudication == "paid"
    assert unmatched(store) == []
    assert problems(store) == []
    undone(store)
    assert unmatched(store) == [wanted]
    assert balances(lines_of(claim)[1]) == (0, 0, 24000, 0)
    assert balances(claim) == before
    assert problems(store) == []
    with store.work(BILLER, NOW) as work:
        match_lines_by_hand(work, {wanted: second.id})
    assert balances(second) == (18000, 6000, 0, 0)
    # What the remittance says now is what a reversal takes back.
    post(store, [reversal_of(claim_payment(claim.patient_control_number, ODD))])
    assert [balances(one) for one in lines_of(claim)] == [(0, 0, 32000, 0), (0, 0, 24000, 0)]
    assert balances(claim) == (0, 0, 56000, 0)
    assert unmatched(store) == []
    assert problems(store) == []


def test_what_a_code_and_day_and_modifiers_say(store: Store) -> None:
    claim = submitted_claim(store, small_practice(), (("97153", 8), ("97153", 8), ("97155", 4)))
    type(lines_of(claim)[1]).update(modifiers="HM U1").where(
        type(lines_of(claim)[1]).id == lines_of(claim)[1].id
    ).execute()
    post(store, [claim_payment(claim.patient_control_number, [line(100, 100, code="0")] * 3)])
    wanted = RemittanceLine.get()
    wanted.procedure_code, wanted.modifiers, wanted.charge = "97153", "U1 HM", 32000
    wanted.save()
    first, second, third = lines_of(claim)
    found = line_candidates(store.database, wanted.id)
    assert [(one.line, one.score) for one in found] == [
        (second.id, 95),
        (first.id, 85),
        (third.id, 25),
    ]


def test_what_cannot_be_put_there_is_left(store: Store) -> None:
    practice = small_practice()
    claim, other = submitted_claim(store, practice), submitted_claim(store, practice)
    sent = claim_payment(claim.patient_control_number, ODD)
    post(store, [sent])
    (wanted,) = unmatched(store)
    post(store, [reversal_of(sent)])
    second = lines_of(claim)[1]
    known = RemittanceLine.get(RemittanceLine.claim_line.is_null(False))
    with store.work(BILLER, NOW) as work:
        left = [
            match_lines_by_hand(work, {line: to}).left[0].reason
            for line, to in (
                (wanted, lines_of(other)[1].id),
                (wanted, second.id),
                (known.id, second.id),
            )
        ]
    assert left == [
        "that line is of another claim",
        "its remittance is a reversal, or was taken back",
        "it has come to a claim line since",
    ]
    assert Remittance.select().where(Remittance.state == "orphan").count() == 0
