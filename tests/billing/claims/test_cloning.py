"""A further submission of a claim: what it takes over, and what stays."""

from rcm_tui.billing.claims.cloning import clone_claim
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimLine
from tests.practice_builder import BILLER, NOW, small_practice

TWO_LINES = (("97153", 8), ("97155", 4))


def lines_of(claim_id: int) -> list[ClaimLine]:
    return list(ClaimLine.select().where(ClaimLine.claim == claim_id).order_by(ClaimLine.position))


def test_a_clone_says_the_same_under_numbers_of_its_own(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim(TWO_LINES, status="Submitted", claim_note="OLD", chain=77)
    first, second = lines_of(claim.id)
    charge = practice.add_charge(claim_line=second, status="Claim Line Created")
    with store.work(BILLER, NOW) as work:
        clone = clone_claim(work, claim.id, frequency="7", original_reference="ICN1")
    made = Claim.get_by_id(clone.id)
    assert (made.status, made.frequency, made.original_reference) == ("Draft", "7", "ICN1")
    assert (made.chain, made.previous_id, made.claim_note) == (77, claim.id, "OLD")
    assert (made.billed, made.line_count, made.authorization_id) == (
        claim.billed,
        2,
        claim.authorization_id,
    )
    assert made.patient_control_number != claim.patient_control_number
    assert (made.submitted_at, made.payer_claim_control_number) == (None, "")
    told = [(line.position, line.procedure_code, line.billed) for line in lines_of(made.id)]
    assert told == [(1, "97153", 32000), (2, "97155", 24000)]
    assert [line.previous_id for line in lines_of(made.id)] == [first.id, second.id]
    assert clone.lines == dict(
        zip([first.id, second.id], [line.id for line in lines_of(made.id)], strict=True)
    )
    assert ChargeItem.get_by_id(charge.id).claim_line_id == clone.lines[second.id]


def test_some_lines_alone_with_their_charges_staying(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim(TWO_LINES, status="Submitted")
    _, second = lines_of(claim.id)
    charge = practice.add_charge(claim_line=second, status="Claim Line Created")
    with store.work(BILLER, NOW) as work:
        clone = clone_claim(work, claim.id, lines=[second.id], with_charges=False)
    made = Claim.get_by_id(clone.id)
    assert (made.billed, made.expected, made.line_count) == (24000, 18000, 1)
    assert [(line.position, line.procedure_code) for line in lines_of(made.id)] == [(1, "97155")]
    assert ChargeItem.get_by_id(charge.id).claim_line_id == second.id


def test_a_claim_without_a_chain_begins_one(store: Store) -> None:
    claim = small_practice().add_claim(status="Submitted")
    Claim.update(chain=None).where(Claim.id == claim.id).execute()
    with store.work(BILLER, NOW) as work:
        clone = clone_claim(work, claim.id)
    assert {Claim.get_by_id(key).chain for key in (claim.id, clone.id)} == {claim.id}
