"""Statements by keys: who is due, making them, printing again, and the payment that comes back."""

from pathlib import Path

from textual.pilot import Pilot

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.invoices import PatientPayment
from rcm_tui.data.tables.patient_side import Statement
from rcm_tui.screens.frame import Frame
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.practice_builder import small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

SIZE = (118, 34)


def said(pilot: Pilot[int]) -> str:
    screen = pilot.app.screen
    assert isinstance(screen, Frame)
    return screen.said


async def test_from_statements_due_to_the_payment_that_answers(
    store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    practice = small_practice()
    claim = submitted_claim(store, practice, (("97153", 8),))
    paid = line(32000, 30000, "PR-3 20.00")
    post(store, [claim_payment(claim.patient_control_number, [paid])])
    app = make_workstation(store)
    app.export_folder = tmp_path / "out"
    async with app.run_test(size=SIZE) as pilot:
        await type_keys(pilot, "7", "7", *"due", "enter")
        assert "20.00" in seen(pilot)
        await type_keys(pilot, "a")
        assert "1 client, 20.00 owed" in seen(pilot)
        await type_keys(pilot, "enter")
        assert said(pilot).startswith("1 statement, 20.00 due: written to ")
        assert "Nothing in this view." in seen(pilot)
        await type_keys(pilot, "v", *"all", "enter", "dollar_sign", "tab", "c", "c", "enter")
        assert said(pilot) == "20.00 taken as P-000001; 0.00 owed."
        await type_keys(pilot, "7", *"4", "a", "tab", "right", "up", "right", "enter")
        assert said(pilot).startswith("written to ")
    assert Claim.get_by_id(claim.id).patient_balance == 0
    assert (PatientPayment.get().memo, PatientPayment.get().invoice) == ("statement", None)
    files = sorted(file.name for file in app.export_folder.iterdir())
    assert [name.rpartition(".")[2] for name in files] == ["txt", "pdf"]
    assert Statement.select().count() == 1
