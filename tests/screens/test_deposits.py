"""Deposits of the bank, typed, imported, reconciled and set aside by the keyboard."""

from pathlib import Path

from rcm_tui.data.store import Store
from rcm_tui.data.tables.deposits import Deposit, DepositedPayment
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.screens.deposits import DepositScreen
from rcm_tui.screens.payment import PaymentScreen
from tests.practice_builder import TODAY
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import said

DEPOSITS = ("5", "5", "5")


async def test_a_deposit_is_typed_matched_by_hand_and_unmatched(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    payment = Payment.get(Payment.trace_number == "0099231")
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, *DEPOSITS, "n", "tab", *"320", "tab", "tab", *"ACME LOCKBOX")
        await type_keys(pilot, "enter")
        assert "320.00 recorded" in said(pilot)
        deposit = Deposit.get()
        assert (deposit.amount, deposit.matched) == (32000, 32000), "one payment alone fits"
        await type_keys(pilot, "enter")
        assert isinstance(pilot.app.screen, DepositScreen)
        assert "amount and date" in seen(pilot)
        await type_keys(pilot, "equals_sign")
        assert "All of this deposit is explained." in said(pilot)
        await type_keys(pilot, "enter")
        assert isinstance(pilot.app.screen, PaymentScreen)
        assert "deposited 03/16/2026" in seen(pilot)
        await type_keys(pilot, "escape", "escape", "x", "enter")
        assert "1 deposit unmatched, 320.00." in said(pilot)
        assert not DepositedPayment.select().exists()
        await type_keys(pilot, "equals_sign")
        shown = seen(pilot)
        assert "320.00 is what is left of the deposit (+25)" in shown
        assert "bank names acme" in shown
        await type_keys(pilot, "equals_sign")
        assert "0099231 over 320.00 is in this deposit" in said(pilot)
        assert DepositedPayment.get().payment_id == payment.id
        await type_keys(pilot, "u", "enter")
        assert not DepositedPayment.select().exists()
        assert Deposit.get().matched == 0


async def test_a_statement_is_imported_and_what_is_no_payers_set_aside(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    statement = tmp_path / "march.csv"
    statement.write_text(
        "Date,Amount,Reference,Description\n"
        f"{TODAY.isoformat()},320.00,0099231,ACME\n"
        f"{TODAY.isoformat()},1.07,,[@click=app.quit]INTEREST[/]\n"
        "soon,5,,X\n"
    )
    app = make_workstation(busy_store)
    app.import_folder = tmp_path
    async with app.run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, *DEPOSITS, "I", *"march", "enter")
        shown = seen(pilot)
        assert "2 deposits recorded, 1 deposit reconciled." in shown
        assert "row 4: the date 'soon'" in shown
        await type_keys(pilot, "enter")
        assert "[@click=app.quit]INTEREST" in seen(pilot)
        await type_keys(pilot, "h", *"the bank's own", "enter")
        assert "1 deposit set aside, 1.07." in said(pilot)
        await type_keys(pilot, "v", *"aside", "enter", "h")
        assert "1 deposit brought back, 1.07." in said(pilot)
        await type_keys(pilot, "v", *"to rec", "enter", "A")
        assert "no payment is over 1.07" in seen(pilot)
    kept = {one.amount: one.matched for one in Deposit.select()}
    assert kept == {32000: 32000, 107: 0}
    assert Deposit.get(Deposit.amount == 107).received_on == TODAY
