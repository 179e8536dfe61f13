"""The preview of a payment by keys: what it shows, its filters, posting, dismissing, candidates."""

import json
import unicodedata

import pytest
from textual.pilot import Pilot

from rcm_tui.billing.remittances.posting import post_payment, post_waiting
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.remittances import Payment, ProviderAdjustment, Remittance
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.payment import PaymentScreen
from rcm_tui.screens.remittance_preview import RemittancePreviewScreen
from tests.billing.remittances.received_builder import (
    balances,
    claim_payment,
    line,
    remittances,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import differs
from tests.screens.test_driving import said

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])  # what differs is below the screens

PAID = (
    line(32000, 22000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)
LOST = (
    line(36000, 26000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)
DENIED = (line(32000, 0, "CO-197 320.00"), line(24000, 0, "CO-197 240.00", code="97155"))


def waiting_payment(store: Store, practice: SmallPractice) -> list[Claim]:
    """A payment that waits: one claim paid, one denied, one unbalanced, one of an unknown claim."""
    claims = [submitted_claim(store, practice) for _ in range(3)]
    lost = submitted_claim(store, practice, (("97153", 9), ("97155", 4)))
    claims.append(lost)
    rows = [
        claim_payment(claims[0].patient_control_number, PAID, patient_name="OKAFOR, ADA"),
        claim_payment(claims[1].patient_control_number, DENIED, "4", patient_name="OKAFOR, ADA"),
        claim_payment(claims[2].patient_control_number, PAID, paid=41000),
        claim_payment(
            "77120",
            LOST,
            patient_name=lost.patient_name,
            first_service_date=lost.first_service_date,
            last_service_date=lost.last_service_date,
        ),
    ]
    with store.work(BILLER, NOW) as work:
        post_payment(work, remittances(rows, trace_number="0099231"), review=True)
    return claims


async def open_preview(pilot: Pilot[int]) -> RemittancePreviewScreen:
    await type_keys(pilot, "5", "right_square_bracket", "g", "enter")
    screen = pilot.app.screen
    assert isinstance(screen, RemittancePreviewScreen)
    return screen


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_it_looks_as_it_did(
    store: Store, make_workstation: MakeWorkstation, size: tuple[int, int]
) -> None:
    waiting_payment(store, small_practice())
    async with make_workstation(store).run_test(size=size) as pilot:
        await open_preview(pilot)
        await type_keys(pilot, "j", "j")
        problem = differs(f"remittance-preview-{size[0]}x{size[1]}", seen(pilot))
        assert not problem, problem
        await type_keys(pilot, "a")
        problem = differs(f"remittance-preview-post-{size[0]}x{size[1]}", seen(pilot))
        assert not problem, problem


async def test_a_payment_is_previewed_filtered_and_posted(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    claims = waiting_payment(store, small_practice())
    async with make_workstation(store).run_test(size=(130, 30)) as pilot:
        await open_preview(pilot)
        shown = seen(pilot)
        for words in (
            *("0099231", "✓ balances · 2 post, 1 wait, 1 unknown", "All 4", "Looks wrong 1"),
            *("posts · PR-3 20.00 to patient", "denied CO-197", "waits: charged", "? 77120"),
        ):
            assert words in shown
        await type_keys(pilot, "j", "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
        assert pilot.app.screen.key == claims[1].id
        await type_keys(pilot, "escape", "right_square_bracket")
        assert "77120" not in seen(pilot)
        await type_keys(pilot, "right_square_bracket")
        assert "77120" in seen(pilot)
        assert "denied CO-197" not in seen(pilot)
        await type_keys(pilot, "a")
        asked = seen(pilot)
        assert "2 claims will be posted, 400.00 paid; 1 denied" in asked
        assert "1 remittance not balancing: left waiting, 410.00 unapplied." in asked
        assert "1 remittance without a claim: orphans, 440.00 unapplied." in asked
        await type_keys(pilot, "escape")
        assert balances(claims[0]) == (0, 0, 56000, 0)
        await type_keys(pilot, "a", "enter")
        assert "1 payment posted, 400.00 on claims." in said(pilot)
        assert balances(claims[0]) == (40000, 14000, 0, 2000)
        assert Payment.get().state == "posted"
        await type_keys(pilot, "a")
        assert "It is posted already." in said(pilot)
        await type_keys(pilot, "o")
        assert isinstance(pilot.app.screen, PaymentScreen)
        assert "posted" in seen(pilot)


async def test_a_candidate_is_taken_and_given_back(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    claims = waiting_payment(store, small_practice())
    async with make_workstation(store).run_test(size=(160, 30)) as pilot:
        await open_preview(pilot)
        await type_keys(pilot, "equals_sign")
        assert "No candidate is known" in said(pilot)
        await type_keys(pilot, "end", "equals_sign")
        assert Remittance.get(Remittance.position == 4).claim_id is not None
        assert "3 post, 1 wait" in seen(pilot)
        await type_keys(pilot, "u", "enter")
        assert Remittance.get(Remittance.position == 4).claim_id is None
        assert "2 post, 1 wait, 1 unknown" in seen(pilot)
        await type_keys(pilot, "end", "equals_sign", "a", "enter")
        assert balances(claims[3]) == (44000, 14000, 0, 2000)


async def test_what_was_posted_by_hand_is_dismissed_and_never_posts(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    waiting_payment(store, small_practice())
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "5", "right_square_bracket", "x", "enter")
        assert "A reason is needed" in seen(pilot)
        await type_keys(pilot, *"tom", "enter")
        assert "1 payment dismissed, 1,250.00. u takes it back." in said(pilot)
        assert Payment.get().state == "dismissed"
        await type_keys(pilot, "a")
        assert "It is dismissed already." in said(pilot)
        await type_keys(pilot, "u", "enter")
        assert Payment.get().state == "to review"


async def test_several_payments_are_posted_together(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    waiting_payment(store, practice)
    claim = submitted_claim(store, practice)
    sent = [claim_payment(claim.patient_control_number, PAID)]
    with store.work(BILLER, NOW) as work:
        post_payment(work, remittances(sent), review=True)
        held = post_payment(work, remittances([claim_payment("X", PAID)], amount=1))
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "5", "right_square_bracket", "ctrl+a", "a")
        asked = seen(pilot)
        assert "1 of the claims do not balance and wait." in asked
        await type_keys(pilot, "enter")
        assert "total does not balance" in seen(pilot)
        await type_keys(pilot, "enter")
        states = {row.id: row.state for row in Payment.select()}
        assert states.pop(held.payment_id) == "held"
        assert set(states.values()) == {"posted"}


async def test_what_is_posted_is_taken_back_and_what_waits_is_posted_as_it_is(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    claims = waiting_payment(store, small_practice())
    with store.work(BILLER, NOW) as work:
        post_waiting(work, Payment.get().id)
    async with make_workstation(store).run_test(size=(120, 30)) as pilot:
        await type_keys(pilot, "5", "right_square_bracket", "enter")
        assert isinstance(pilot.app.screen, PaymentScreen)
        await type_keys(pilot, "right_square_bracket", "x")
        assert "400.00 on T-C-" in seen(pilot)
        await type_keys(pilot, *"mistake", "enter")
        assert "Taken back, 400.00: it waits here, a posts it." in said(pilot)
        assert balances(claims[0]) == (0, 0, 56000, 0)
        await type_keys(pilot, "a")
        assert "taken back by maria: mistake" in seen(pilot)
        await type_keys(pilot, "enter")
        assert balances(claims[0]) == (40000, 14000, 0, 2000)
        await type_keys(pilot, "down", "down", "a", "enter")
        assert balances(claims[2]) == (41000, 14000, -1000, 2000)
        await type_keys(pilot, "escape", "x")
        assert "4 claims, 810.00: back by reversal." in seen(pilot)
        await type_keys(pilot, *"no", "enter")
        assert "a posts it again." in said(pilot)
        assert balances(claims[0]) == balances(claims[2]) == (0, 0, 56000, 0)
        assert Payment.get().state == "to review"


async def test_texts_that_try_to_act_are_only_letters(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    waiting_payment(store, small_practice())
    hostile = "[@click=app.quit]x[/oops]\x1b[31m\u202e"
    Payment.update(
        trace_number=hostile, payer=None, payer_name=hostile, held_reasons=json.dumps([hostile])
    ).execute()
    Remittance.update(patient_name=hostile, reason=hostile).execute()
    Claim.update(patient_name=hostile).execute()
    ProviderAdjustment.create(
        payment=Payment.get(), position=1, reason_code="WO", identifier=hostile, amount=1
    )
    async with make_workstation(store).run_test(size=(160, 30)) as pilot:
        await open_preview(pilot)
        for key in ("end", *["right_square_bracket"] * 4, "a", "escape", "x"):
            await type_keys(pilot, key)
            shown = seen(pilot)
            acting = [one for one in shown if unicodedata.category(one) in ("Cc", "Cf")]
            assert set(acting) <= {"\n"}, shown
        assert pilot.app.return_code is None


async def test_one_of_ten_thousand_is_found_while_one_types(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claims = [submitted_claim(store, practice) for _ in range(2)]
    rows = [claim_payment(f"N{place:05d}", charge=100, paid=100) for place in range(9998)]
    rows.insert(
        7000,
        claim_payment(claims[0].patient_control_number, DENIED, "4", patient_name="OKAFOR, ADA"),
    )
    rows.append(
        claim_payment(claims[1].patient_control_number, PAID, patient_name="[b]MBEKI[/b], ZOE")
    )
    with store.work(BILLER, NOW) as work:
        post_payment(work, remittances(rows), review=True)
    async with make_workstation(store).run_test(size=(130, 30)) as pilot:
        screen = await open_preview(pilot)
        assert "All 10,000" in seen(pilot)
        # Patient and number: two words that one row alone has.
        await type_keys(pilot, "slash", *"okafor ", *claims[0].number[-3:], "enter")
        shown = seen(pilot)
        assert "All 1" in shown
        assert "1 with “okafor" in shown
        await type_keys(pilot, "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
        assert pilot.app.screen.key == claims[0].id
        # Back among what was found; the words stay until they are cleared.
        await type_keys(pilot, "escape")
        assert pilot.app.screen is screen
        assert "All 1" in seen(pilot)
        await type_keys(pilot, "escape")
        assert "All 10,000" in seen(pilot)
        # The state in words, then by what the payer names, narrowed within a part.
        await type_keys(pilot, "slash", *"denied", "enter")
        assert "CO-197" in seen(pilot)
        assert "All 1" in seen(pilot)
        await type_keys(pilot, "slash", *(["backspace"] * 6), *"n0777", "enter")
        assert "All 10" in seen(pilot)
        assert "Waits 10" in seen(pilot)
        await type_keys(pilot, "slash", *(["backspace"] * 5), *"[b]mbeki", "enter")
        assert "[b]MBEKI[/b], ZOE" in seen(pilot)
        await type_keys(pilot, "slash", *"zzz")
        assert "None of this payment's remittances is here." in seen(pilot)
        await type_keys(pilot, "escape", "escape")
        assert "All 10,000" in seen(pilot)
        # What is posted is the whole payment, found or not.
        await type_keys(pilot, "slash", *"denied", "enter", "a")
        assert "2 claims will be posted, 400.00 paid; 1 denied" in seen(pilot)
