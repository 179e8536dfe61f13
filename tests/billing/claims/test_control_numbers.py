"""Control numbers that came more than once are kept apart, and found by what stood on the wire."""

from rcm_tui.billing.claims.control_numbers import as_sent, stored_numbers, unused_numbers
from rcm_tui.data.store import Store
from tests.practice_builder import small_practice


def test_a_number_that_is_taken_gets_the_next_repeat(store: Store) -> None:
    practice = small_practice()
    assert unused_numbers(store.database, ["A", "B", "A", "A"]) == ["A", "B", "A~2", "A~3"]
    for number in ("A", "A~2", "B"):
        practice.add_claim(patient_control_number=number)
    assert unused_numbers(store.database, ["A", "B", "C", "A"]) == ["A~3", "B~2", "C", "A~4"]


def test_all_claims_that_share_a_number_are_found(store: Store) -> None:
    practice = small_practice()
    repeats = [f"A~{turn}" for turn in range(2, 24)]
    for number in ("A", *repeats, "B"):
        practice.add_claim(patient_control_number=number)
    found = stored_numbers(store.database, ["A", "B", "C", ""])
    assert found == {"A": ["A", *repeats], "B": ["B"]}


def test_what_stood_on_the_wire_comes_back() -> None:
    assert [as_sent(n) for n in ("A", "A~2", "A~B", "~2", "A~")] == ["A", "A", "A~B", "", "A~"]
