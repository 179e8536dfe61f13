"""Insights by keys: each number is one key from its rows, looked into, and exported."""

import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.denials.history import rebuild_denial_history
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimValidation
from rcm_tui.data.tables.denial_history import DenialHistory
from rcm_tui.data.tables.payer_rules import PayerRule
from rcm_tui.screens.insights import InsightsScreen
from rcm_tui.screens.queue_screen import QueueScreen
from tests.denials import denied_claim
from tests.practice_builder import BILLER, NOW, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys


@pytest.fixture(autouse=True)
def one_store(engine: str) -> None:
    """The figures are tested on both."""
    if engine != "sqlite":
        pytest.skip("screens say the same of either store")


def fill(store: Store) -> list[Claim]:
    """Six claims denied for CO-197, three for CO-16, three of them in two cases."""
    practice = small_practice()
    claims = [denied_claim(practice, f"P{n}", "197", f"I{n}") for n in range(6)]
    claims += [denied_claim(practice, f"Q{n}", "16", f"J{n}") for n in range(3)]
    with store.work(BILLER, NOW) as work:
        rebuild_denial_history(work)
        for number, some in enumerate((claims[:2], claims[6:7])):
            fields = {"subject": f"Subject {number}", "owner": ("maria", "tom")[number]}
            open_case(work, [claim.id for claim in some], fields)
    return claims


async def test_case_insights_lead_to_their_cases_and_claims(
    store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    claims = fill(store)
    async with make_workstation(store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "8", "8", *"case ins", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, InsightsScreen)
        assert "Open cases by payer and subject" in seen(pilot)
        while (behind := screen.chosen()) and "Subject 0" not in behind.inside:
            await type_keys(pilot, "down")
        assert behind is not None
        assert (behind.figure.cases, behind.figure.claims) == (1, 2)
        await type_keys(pilot, "L")
        shown = pilot.app.screen
        assert isinstance(shown, QueueScreen)
        assert shown.pages is not None
        assert set(map(int, shown.pages.keys())) == {claim.id for claim in claims[:2]}
        await type_keys(pilot, "escape", "escape", "i")
        assert "› " in seen(pilot) or "Subject 0" in seen(pilot)
        await type_keys(pilot, "home")
        assert [one.words for one in screen_owners(screen)] == [("maria",)]
        await type_keys(pilot, "escape", "E", "enter")
        (written,) = (tmp_path / "exports").iterdir()
        assert written.name == "case-insights-2026-03-16.xlsx"
        sheet = load_workbook(written)["Cases by owner"]
        assert {row[0].value for row in sheet.iter_rows(min_row=2)} >= {"maria", "tom"}


def screen_owners(screen: InsightsScreen) -> list[object]:
    """The owners that are shown."""
    return [
        one.figure
        for one in screen._behind.values()
        if one.filter.count("owner=") == 1 and one.queue == "cases" and one.view == "open"
    ]


async def test_denial_insights_lead_to_the_answered_lines(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    fill(store)
    async with make_workstation(store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "8", "8", *"denial ins", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, InsightsScreen)
        text = seen(pilot)
        assert "Denial rate" in text
        assert "100.0 %" in text
        while (behind := screen.chosen()) and not behind.inside.startswith("CO-197"):
            await type_keys(pilot, "down")
        assert behind is not None
        await type_keys(pilot, "i")
        assert "CO-197" in seen(pilot)
        inside = [one for one in screen._behind.values() if one.figure]
        assert {one.figure[1].sums.denied for one in inside} == {6}
        await type_keys(pilot, "escape")
        while (behind := screen.chosen()) and not behind.inside.startswith("CO-197"):
            await type_keys(pilot, "down")
        await type_keys(pilot, "enter")
        lines = pilot.app.screen
        assert isinstance(lines, QueueScreen)
        assert lines.pages is not None
        assert lines.pages.totals()["count"] == 6
        await type_keys(pilot, "enter")
        assert "Remittances" in seen(pilot)


async def test_what_was_denied_before_becomes_a_rule_by_one_key(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    claim = fill(store)[0]
    practice_day = datetime.date(2026, 3, 2)
    draft = Claim.create(
        number="D-1",
        patient_control_number="D1",
        client=claim.client,
        payer=claim.payer,
        business_unit=claim.business_unit,
        patient_name="DRAFT, ANY",
        first_service_date=practice_day,
        last_service_date=practice_day,
        created_at=NOW,
    )
    ClaimValidation.create(
        claim=draft,
        rule="experience.denied_before",
        severity="warning",
        field="line.procedure_code",
        line=1,
        reason="6 of 9 denied CO-197 since October 2025: 97153.",
    )
    async with make_workstation(store).run_test(size=(80, 24)) as pilot:
        pilot.app.open_record("claim", draft.id)  # type: ignore[attr-defined]
        await type_keys(pilot, "R")
        assert "was denied often enough" in seen(pilot)  # it has no lines: nothing to learn of
        await type_keys(pilot, "8", "8", *"denied bef", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        assert screen.row()["denied"] == 6
        await type_keys(pilot, "R")
        assert "Payer rule: 97153" in seen(pilot)
        assert PayerRule.get().wanted == "authorization"
        row = screen.row()
        await type_keys(pilot, "enter")
        lines = pilot.app.screen
        assert isinstance(lines, QueueScreen)
        assert lines.pages is not None
        assert lines.pages.totals()["count"] == row["denied"]
    assert DenialHistory.select().count() == 2
