"""The entries of a remittance's journal, to the cent and line by line."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.remittances.entries import remittance_entries
from rcm_tui.billing.remittances.storing import StoredAdjustment, StoredLine, StoredRemittance
from rcm_tui.billing.spreading import spread

CODES = [("CO", "45"), ("CO", "253"), ("CO", "197"), ("PR", "1"), ("PR", "96"), ("OA", "23")]


def remittance(
    charge: int,
    paid: int,
    lines: list[StoredLine],
    adjustments: list[StoredAdjustment] | None = None,
    status: str = "1",
) -> StoredRemittance:
    return StoredRemittance(1, 1, 9, "", "", status, charge, paid, lines, adjustments or [])


def sums(entries: list[tuple[str, int | None, int | None, int]]) -> dict[tuple[str, object], int]:
    found: dict[tuple[str, object], int] = defaultdict(int)
    for account, _, line, amount in entries:
        found[account, line] += amount
    return dict(found)


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**7), min_size=1, max_size=50))
def test_parts_sum_to_the_whole_and_are_fair_to_a_cent(amount: int, weights: list[int]) -> None:
    parts = spread(amount, weights)
    assert sum(parts) == amount
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        fair = amount * weight / whole if whole else amount / len(weights)
        assert abs(part - fair) < 1.001
    if 0 <= amount <= whole:
        assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 0], [3, 2]),
        (1, [0, 7], [0, 1]),
    ],
)
def test_left_over_cents_go_to_the_first_of_equals(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert spread(amount, weights) == parts


def test_adjustments_of_the_whole_claim_are_spread_by_what_is_paid() -> None:
    lines = [StoredLine(1, 20000, 20000), StoredLine(2, 10000, 10000)]
    adjusted: list[StoredAdjustment] = [("CO", "45", 10001), ("PR", "2", 2000)]
    entries = remittance_entries(remittance(30000, 17999, lines, adjusted), {})
    assert sums(entries) == {
        ("contractual adjustments", 1): 6667,
        ("contractual adjustments", 2): 3334,
        ("patient receivable", 1): 1333,
        ("patient receivable", 2): 667,
        ("payer payments", 1): 12000,
        ("payer payments", 2): 5999,
        ("payer receivable", 1): -20000,
        ("payer receivable", 2): -10000,
    }


def test_a_denial_of_the_whole_claim_moves_nothing() -> None:
    lines = [StoredLine(1, 333, 333), StoredLine(2, 334, 334)]
    assert remittance_entries(remittance(667, 0, lines, [("CO", "197", 667)], "4"), {}) == []


def test_without_lines_the_claim_lines_share_by_what_is_open() -> None:
    adjusted: list[StoredAdjustment] = [("CO", "45", 100), ("PR", "1", 50)]
    entries = remittance_entries(remittance(300, 150, [], adjusted), {1: 100, 2: 200, 3: 0})
    assert sums(entries)["payer receivable", 1] == -100
    assert sums(entries)["payer receivable", 2] == -200
    assert not any(line == 3 for _, _, line, _ in entries)


def test_without_any_claim_line_the_claim_itself_is_credited() -> None:
    entries = remittance_entries(remittance(300, 200, [], [("CO", "45", 100)]), {})
    assert sums(entries) == {
        ("payer payments", None): 200,
        ("contractual adjustments", None): 100,
        ("payer receivable", None): -300,
    }


def test_lines_that_match_nothing_stand_on_the_claim() -> None:
    entries = remittance_entries(
        remittance(300, 300, [StoredLine(1, 200, 200), StoredLine(None, 100, 100)]), {}
    )
    assert sums(entries)["payer payments", None] == 100


def test_a_charge_above_the_sum_of_its_lines_is_paid_on_the_claim() -> None:
    entries = remittance_entries(remittance(300, 300, [StoredLine(1, 200, 200)]), {})
    assert sums(entries)["payer payments", 1] == 200
    assert sums(entries)["payer payments", None] == 100


@pytest.mark.parametrize(("status", "contractual"), [("1", 32000), ("4", 0)])
def test_a_denied_line_is_not_written_off_as_contractual(status: str, contractual: int) -> None:
    lines = [StoredLine(1, 32000, 0, [("CO", "45", 32000)])]
    entries = remittance_entries(remittance(32000, 0, lines, status=status), {})
    assert sums(entries).get(("contractual adjustments", 1), 0) == contractual


def test_negative_adjustments_raise_what_is_paid() -> None:
    lines = [StoredLine(1, 10000, 12000, [("CO", "94", -2000)])]
    assert sums(remittance_entries(remittance(10000, 12000, lines), {})) == {
        ("payer payments", 1): 12000,
        ("contractual adjustments", 1): -2000,
        ("payer receivable", 1): -10000,
    }


adjusted = st.lists(
    st.tuples(st.sampled_from(CODES), st.integers(-500, 5000)).map(lambda a: (*a[0], a[1])),
    max_size=3,
)


@st.composite
def balanced(draw: st.DrawFn) -> StoredRemittance:
    lines = []
    for _ in range(draw(st.integers(0, 4))):
        charge, of_line = draw(st.integers(0, 20000)), draw(adjusted)
        paid = charge - sum(each[2] for each in of_line)
        lines.append(StoredLine(draw(st.sampled_from([1, 2, None])), charge, paid, of_line))
    charge = sum(each.charge for each in lines) + draw(st.sampled_from([0, 0, 77]))
    of_claim = draw(adjusted)
    everything = of_claim + [each for part in lines for each in part.adjustments]
    paid = charge - sum(each[2] for each in everything)
    return remittance(charge, paid, lines, of_claim, draw(st.sampled_from(["1", "2", "4"])))


@given(balanced(), st.dictionaries(st.sampled_from([1, 2]), st.integers(0, 30000)))
def test_every_line_sums_to_zero_and_the_cash_is_what_was_paid(
    sent: StoredRemittance, open_balances: dict[int, int]
) -> None:
    entries = remittance_entries(sent, open_balances)
    by_line: dict[object, int] = defaultdict(int)
    for _, claim, line, amount in entries:
        assert claim == sent.claim
        by_line[line] += amount
    assert not any(by_line.values())
    accounts = defaultdict(int)
    for account, _, _, amount in entries:
        accounts[account] += amount
    assert accounts["payer payments"] == sent.paid
    if sent.status_code != "4":
        all_adjusted = sent.adjustments + [each for part in sent.lines for each in part.adjustments]
        for account, codes in (
            ("patient receivable", [("PR", "1")]),
            ("contractual adjustments", [("CO", "45"), ("CO", "253")]),
            ("prior payer", [("OA", "23")]),
        ):
            stated = sum(each[2] for each in all_adjusted if (each[0], each[1]) in codes)
            assert accounts[account] == stated
