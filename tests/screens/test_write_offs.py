"""Writing off by keys: many claims, one line, what was written off, and taking it back."""

from textual.pilot import Pilot

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.patient_side import PatientBillingRule, WriteOff, WriteOffReason
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.keymap import read_keymap
from rcm_tui.screens.write_offs import WriteOffsScreen
from tests.practice_builder import BILLER, NOW
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

SIZE = (118, 34)
DENIED = ("3", "v", *"denied", "enter")
OPEN = ("3", "v", *"payer", "enter")


def said(pilot: Pilot[int]) -> str:
    screen = pilot.app.screen
    assert isinstance(screen, Frame)
    return screen.said


async def test_marked_claims_are_written_off_together_and_revoked(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    count = Claim.select().where(Claim.payer_balance > 0).count()
    owed = sum(claim.payer_balance for claim in Claim.select().where(Claim.payer_balance > 0))
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *OPEN, "ctrl+a", "w")
        assert f"{count} claims, {owed / 100:,.2f} open at the payer" in seen(pilot)
        await type_keys(pilot, *"appeal", "enter")
        assert said(pilot) == f"{owed / 100:,.2f} of {count} claims written off."
        assert not Claim.select().where(Claim.payer_balance > 0).count()
        assert {row.reason.name for row in WriteOff.select()} == {"Appeal lost"}
        await type_keys(pilot, "3", *"write", "enter")
        assert isinstance(pilot.app.screen, WriteOffsScreen)
        await type_keys(pilot, "ctrl+a", "x")
        assert f"{count} write-offs, {owed / 100:,.2f}: reversed" in seen(pilot)
        await type_keys(pilot, *"reopened", "enter")
        assert "is open again" in said(pilot)
        assert Claim.select().where(Claim.payer_balance > 0).count() == count
        await type_keys(pilot, "v", *"revoked", "enter", "x")
        assert said(pilot) == "It was revoked before."
        await type_keys(pilot, "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)


async def test_on_the_tab_lines_the_line_alone_is_meant(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "enter", "right_square_bracket", "w")
        assert "Write off line 1 of" in seen(pilot)
        await type_keys(pilot, "tab", "tab", *"error", "enter")
        (row,) = WriteOff.select()
        assert (row.claim_line.position, row.note) == (1, "error")
        assert row.claim.payer_balance == row.claim.billed - row.amount
        # The last action goes back by a key as long as nothing has built on it.
        await type_keys(pilot, "u", "enter")
        assert not WriteOff.select().count()


async def test_nobody_writes_off_who_may_not_and_nothing_without_a_reason(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    coordinator = Actor("cleo", "Cleo", "client coordinator")
    async with make_workstation(busy_store, coordinator).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "w")
        assert said(pilot).startswith("A client coordinator may not write off: an administrator")
    WriteOffReason.update(active=False).execute()
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "w", "enter")
        assert "No reason has such a name" in seen(pilot)
    assert not WriteOff.select().count()


async def test_what_must_be_written_off_is_not_billed_to_the_patient(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    """CO-197 stays, with the note of the rule; an administrator may allow it for a payer."""
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "P")
        assert said(pilot).startswith("It must be written off: Contractual")
        await type_keys(pilot, "enter")
        assert "must be written off (w). Contractual obligation" in seen(pilot)
    claim = Claim.get(Claim.adjudication == "denied")
    PatientBillingRule.create(payer=claim.payer, decision="bill patient", note="By a waiver.")
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "enter")
        assert "may be billed to the patient (P). By a waiver." in seen(pilot)
        await type_keys(pilot, "P", *"waiver", "enter")
        assert said(pilot) == "320.00 of 1 claim moved to patients."
        assert Claim.get_by_id(claim.id).patient_balance == 32000
        await type_keys(pilot, "P", "enter")
        assert said(pilot) == "320.00 of 1 claim moved to payers."
    moved = Claim.get_by_id(claim.id)
    assert (moved.payer_balance, moved.patient_balance) == (32000, 0)


async def test_a_claim_names_the_keys_that_the_person_chose(busy_store: Store) -> None:
    app = Workstation(
        busy_store, BILLER, clock=lambda: NOW, keymap=read_keymap({"write_off": ("alt+w",)})
    )
    async with app.run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "enter")
        assert "must be written off (alt+w). Contractual obligation" in seen(pilot)
