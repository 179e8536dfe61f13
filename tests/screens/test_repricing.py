"""By keys: a fee is changed and its charges priced anew; a modifier rule is tried, then saved."""

from textual.pilot import Pilot

from rcm_tui.billing.charges.scope import NOT_BILLED
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.payers import Fee, MedicallyUnlikelyEdit, ModifierRule, Payer
from rcm_tui.screens.form_screen import FormScreen
from rcm_tui.screens.repricing import ChangesSheet
from rcm_tui.screens.words import money_text
from tests.practice_builder import MANAGER
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import press, settle
from tests.screens.test_forms import form_on, shown, to_field

SIZE = (100, 30)
ACME = "Acme Health"


def charges(code: str = "97153") -> list[ChargeItem]:
    return [
        item
        for item in ChargeItem.select().where(ChargeItem.procedure_code == code)
        if item.coverage.payer.name == ACME and item.status in NOT_BILLED
    ]


async def administration(pilot: Pilot[int], title: str) -> None:
    """Goes to a queue of the menu by its first line."""
    await press(pilot, "0")
    app = pilot.app
    app.go(title)  # type: ignore[attr-defined]
    await settle(pilot)


async def test_a_changed_fee_prices_its_charges_anew(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    before = sum(item.billed for item in charges())
    others = sum(item.billed for item in charges("97155"))
    count = len(charges())
    async with make_workstation(busy_store, MANAGER).run_test(size=SIZE) as pilot:
        await administration(pilot, "fees")
        await press(pilot, "down", "enter")
        form = form_on(pilot)
        await to_field(pilot, "billed")
        await press(pilot, "backspace", *"45", "ctrl+s")
        assert isinstance(pilot.app.screen, ChangesSheet)
        picture = shown(pilot)
        assert f"{count} charges would be billed otherwise" in picture
        after = before * 45 // 40
        assert f"{money_text(before)} → {money_text(after)}" in picture
        assert "320.00 → 360.00" in picture
        assert sum(item.billed for item in charges()) == before, "nothing is done yet"
        await press(pilot, "enter")
        assert (
            form.said == f"Saved. {count} charges priced anew, {money_text(after - before)} more."
        )
    assert sum(item.billed for item in charges()) == after
    assert sum(item.billed for item in charges("97155")) == others
    assert Fee.get_by_id(form.key).billed == 4500


async def test_charges_may_keep_their_price_and_be_priced_later(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    before = sum(item.billed for item in charges())
    async with make_workstation(busy_store, MANAGER).run_test(size=SIZE) as pilot:
        await administration(pilot, "fees")
        await press(pilot, "down", "enter")
        await to_field(pilot, "billed")
        await press(pilot, "backspace", *"45", "ctrl+s", "escape")
        assert "keep the prices they had" in form_on(pilot).said
        assert sum(item.billed for item in charges()) == before
        await press(pilot, "f6")
        assert isinstance(pilot.app.screen, ChangesSheet)
        await press(pilot, "enter", "f6")
        assert isinstance(pilot.app.screen, FormScreen), "nothing is left to price"
    assert sum(item.billed for item in charges()) == before * 45 // 40


async def test_a_new_rule_is_tried_saved_and_applied(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    wanted = {
        item.id
        for item in ChargeItem.select()
        if item.procedure_code == "97155" and item.status in NOT_BILLED
    }
    async with make_workstation(busy_store, MANAGER).run_test(size=SIZE) as pilot:
        await administration(pilot, "modifier_rules")
        await press(pilot, "n", *"Protocol")
        await to_field(pilot, "procedure_codes")
        await press(pilot, *"97155 ")
        await press(pilot, "f6")
        assert "a modifier or a place is needed" in shown(pilot)
        await to_field(pilot, "modifier")
        await press(pilot, *"u1", "f6")
        assert isinstance(pilot.app.screen, ChangesSheet)
        picture = shown(pilot)
        assert "What this rule would change" in picture
        assert f"{len(wanted)} charges would be billed otherwise" in picture
        assert "none → U1" in picture
        assert not ModifierRule.select().where(ModifierRule.name == "Protocol").exists()
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, FormScreen), "esc goes on editing"
        await press(pilot, "f6", "a")
        assert f"{len(wanted)} charges priced anew" in form_on(pilot).said
    assert ModifierRule.get(ModifierRule.name == "Protocol").modifier == "U1"
    assert {item.id for item in ChargeItem.select() if item.modifiers == "U1"} == wanted


async def test_a_rule_that_is_saved_only_changes_nothing_yet(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store, MANAGER).run_test(size=SIZE) as pilot:
        await administration(pilot, "modifier_rules")
        await press(pilot, "n", *"Everywhere")
        await to_field(pilot, "modifier")
        await press(pilot, *"u1", "f6", "enter")
        assert isinstance(pilot.app.screen, FormScreen), "it was decided already"
        assert "keep the prices they had" in form_on(pilot).said
    assert ModifierRule.get(ModifierRule.name == "Everywhere").active
    assert not [item for item in ChargeItem.select() if item.modifiers]


async def test_a_payers_own_most_units_from_a_day_on(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    payer = Payer.get(Payer.name == ACME)
    async with make_workstation(busy_store, MANAGER).run_test(size=SIZE) as pilot:
        with pilot.app._context():
            pilot.app.open_form("payer", payer.id, field="mue")  # type: ignore[attr-defined]
        await settle(pilot)
        await press(pilot, "enter")
        form = form_on(pilot)
        assert form.form.kind.name == "mue"
        await to_field(pilot, "procedure_code")
        await press(pilot, *"97153")
        await to_field(pilot, "units")
        await press(pilot, *"24")
        await to_field(pilot, "starts_on")
        await press(pilot, *"4/1/2026", "ctrl+s")
        assert "MUE 1" in shown(pilot), "back on the payer's form"
    own = MedicallyUnlikelyEdit.get(MedicallyUnlikelyEdit.payer == payer)
    assert (own.procedure_code, own.units, str(own.starts_on)) == ("97153", 24, "2026-04-01")


async def test_a_fee_that_meets_another_is_refused_at_its_first_day(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    count = Fee.select().count()
    async with make_workstation(busy_store, MANAGER).run_test(size=SIZE) as pilot:
        await administration(pilot, "fees")
        await press(pilot, "n", *"acme", "enter")
        await to_field(pilot, "procedure_code")
        await press(pilot, *"97153")
        for name, value in (("billed", "50"), ("expected", "40"), ("starts_on", "5/1/2026")):
            await to_field(pilot, name)
            await press(pilot, *value)
        await press(pilot, "ctrl+s")
        assert "end that one the day before" in " ".join(shown(pilot).split())
    assert Fee.select().count() == count


async def test_fees_edited_together_price_their_charges_anew(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    expected = sum(item.expected for item in charges())
    async with make_workstation(busy_store, MANAGER).run_test(size=SIZE) as pilot:
        await administration(pilot, "fees")
        await press(pilot, "space", "space", "e", *"expected", "enter")
        await press(pilot, *"32", "ctrl+s", "enter")
        assert isinstance(pilot.app.screen, ChangesSheet)
        await press(pilot, "enter")
        assert "priced anew" in shown(pilot)
    assert sum(item.expected for item in charges()) == expected * 32 // 30
