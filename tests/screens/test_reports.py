"""Reports by keys: every figure is one key away from the records behind it."""

from fractions import Fraction
from pathlib import Path

import pytest

from rcm_tui.data.store import Store
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.reports import value_text
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys


@pytest.mark.parametrize(
    ("value", "share", "text"),
    [
        (None, True, "–"),
        (Fraction(0), True, "0.0 %"),
        (Fraction(1, 8), True, "12.5 %"),
        (Fraction(12345, 100000), True, "12.3 %"),
        (Fraction(9995, 10000), True, "100.0 %"),
        (Fraction(1), True, "100.0 %"),
        (Fraction(52145, 1000), False, "52.1"),
        (Fraction(-5), False, "-5.0"),
        (Fraction(12345), False, "12,345.0"),
    ],
)
def test_figures_read_as_people_write_them(value: Fraction | None, share: bool, text: str) -> None:
    assert value_text(value, share) == text


async def test_from_a_figure_to_the_claims_behind_it_and_back(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "8")
        assert "Days in A/R" in seen(pilot)
        await type_keys(pilot, "down", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        assert (screen.section, screen.filter) == ("claims", "age>90 balance>0")
        await type_keys(pilot, "escape", "escape")
        assert "Key figure" in seen(pilot)


async def test_from_what_a_payer_owes_to_its_open_claims(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "8", "end", "up", "enter")
        assert "A/R by payer" in seen(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        row = screen.row()
        await type_keys(pilot, "enter")
        claims = pilot.app.screen
        assert isinstance(claims, QueueScreen)
        assert claims.section == "claims"
        assert claims.pages is not None
        # What the queue of claims adds up to is what the ageing said.
        totals = claims.pages.totals()
        assert (totals["count"], totals["payer_balance"]) == (row["claims"], row["total"])


async def test_figures_are_exported_and_plotted_by_keys(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "8", "E", "enter")
        (written,) = (tmp_path / "exports").iterdir()
        assert written.name == "figures-2026-03-16.xlsx"
        await type_keys(pilot, "p")
        assert "Received from payers" in seen(pilot)
        assert "Denied of the claims that were decided" in seen(pilot)
        await type_keys(pilot, "escape")
        assert "Key figure" in seen(pilot)
