"""How-tos of cases, key by key: for one claim, into a case that exists, the views, the stages."""

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseClaim, CaseFile
from rcm_tui.data.tables.claims import Claim
from rcm_tui.screens.claim import ClaimScreen
from tests.practice_builder import small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import queue_screen, said

SIZE = (110, 30)
ITS_CASES = ["right_square_bracket"] * 6
"""From a claim's first tab to its tab Cases."""


@pytest.fixture(autouse=True)
def only_sqlite(engine: str) -> None:
    if engine != "sqlite":
        pytest.skip("tests/billing/cases try the same on both stores")


def two_submissions() -> tuple[Claim, Claim]:
    practice = small_practice()
    first = practice.add_claim(status="Submitted", adjudication="denied", payer_balance=32000)
    Claim.update(status="Historical", payer_balance=0).where(Claim.id == first.id).execute()
    second = practice.add_claim(
        status="Submitted",
        adjudication="denied",
        payer_balance=32000,
        chain=first.id,
        previous=first,
    )
    return first, second


async def test_a_case_for_one_claim_from_its_tab_cases(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    _, second = two_submissions()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "slash", *second.number.lower(), "enter", "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
        await type_keys(pilot, *ITS_CASES)
        assert "Of all submissions" in seen(pilot)
        await type_keys(pilot, "v")
        assert "Of this submission" in seen(pilot)
        await type_keys(pilot, "c", *"Timely filing", "ctrl+s")
        assert "Case K-1001 is open for 1 claim, outstanding 320.00." in said(pilot)
        assert "K-1001" in seen(pilot), "it stands on the tab at once"
        await type_keys(pilot, "c")
        assert "it stands in an active case: K-1001" in said(pilot)
    link = CaseClaim.get()
    assert (link.claim_id, link.chain) == (second.id, second.chain)


async def test_a_claim_goes_into_a_case_that_exists_from_its_tab_cases(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    _, second = two_submissions()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "n", *"duplicate", "down", "enter", "ctrl+s")
        assert said(pilot) == "Saved."
        await type_keys(pilot, "escape", "escape")
        await type_keys(pilot, "3", "slash", *second.number.lower(), "enter", "enter")
        await type_keys(pilot, *ITS_CASES, "v", "K", *"k-1001", "enter")
        assert "1 claim, outstanding 320.00, added to case K-1001." in said(pilot)
        assert "Duplicate charges" in seen(pilot)
    case = CaseFile.get()
    assert (case.claims, case.outstanding) == (1, 32000)


async def test_another_case_for_a_claim_once_the_first_is_resolved_and_the_six_views(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    _, second = two_submissions()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "slash", *second.number.lower(), "enter", "c")
        await type_keys(pilot, *"First", "ctrl+s")

        async def look() -> dict[str, int]:
            """How many cases each of the six views shows."""
            found = {}
            for view in ("all c", "open", "my open", "in progress", "awaiting", "resolved"):
                await type_keys(pilot, "v", *view, "enter")
                found[view] = queue_screen(pilot).table.total
            return found

        await type_keys(pilot, "4")
        none = {"in progress": 0, "awaiting": 0, "resolved": 0}
        assert await look() == {"all c": 1, "open": 1, "my open": 1, **none}
        await type_keys(pilot, "v", *"open c", "enter", "a")
        assert await look() == {"all c": 1, "open": 1, "my open": 1, **none, "in progress": 1}
        await type_keys(pilot, "v", *"open c", "enter", "a")
        assert await look() == {"all c": 1, "open": 1, "my open": 1, **none, "awaiting": 1}
        await type_keys(pilot, "v", *"open c", "enter", "r", "enter")
        assert await look() == {"all c": 1, "open": 0, "my open": 0, **none, "resolved": 1}
        await type_keys(pilot, "3", "slash", *second.number.lower(), "enter", "c")
        await type_keys(pilot, *"Second", "ctrl+s")
        assert "Case K-1002 is open" in said(pilot)
    assert {case.number: case.stage for case in CaseFile.select()} == {
        "K-1001": "Resolved",
        "K-1002": "New",
    }
