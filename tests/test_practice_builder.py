"""The small practice that other tests stand on: it can be built, and its NPIs are real ones."""

from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import ClaimLine
from tests.practice_builder import npi, small_practice


def test_npi_carries_the_check_digit_of_a_published_example() -> None:
    assert npi(23456789) == "1234567893"


def test_small_practice_takes_charges_claims_and_clients(store: Store) -> None:
    practice = small_practice()
    charge = practice.add_charge()
    other = practice.add_client("HADDAD")
    claim = practice.add_claim([("97153", 8), ("97155", 4)], client=other, status="Submitted")
    assert (charge.units, charge.billed) == (8, 32000)
    assert ChargeItem.get_by_id(charge.id).authorization == practice.authorization
    assert claim.billed == 56000
    assert ClaimLine.select().where(ClaimLine.claim == claim).count() == 2
