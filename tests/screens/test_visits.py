"""Visits and invoices on screen: seed 003's walkthrough by keys alone, and how it looks.

"select Queue for Claim depending on whether or not you want to review Claims before bulk
submitting them", and the steps before it: services and codes, check out, copay, claim.
"""

import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.submission import mark_sent_elsewhere
from rcm_tui.billing.invoices.payments import take_back_payment, take_payment
from rcm_tui.billing.visits.attendance import cancel_visits, check_in
from rcm_tui.billing.visits.booking import Service
from rcm_tui.billing.visits.claims import one_click_claims, queue_for_claim
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client, ClientDiagnosis, Coverage
from rcm_tui.data.tables.invoices import Invoice, PatientPayment
from rcm_tui.data.tables.practice import Location, Practitioner
from rcm_tui.data.tables.visits import AppointmentType, Visit, VisitService
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.form_screen import FormScreen
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.invoices import InvoiceScreen
from rcm_tui.screens.visit import VisitScreen
from tests.billing.remittances.received_builder import (
    adjustments,
    claim_payment,
    line,
    lines_of,
    post,
)
from tests.billing.visits.booked import Booked, booked, days, invoice_of
from tests.conftest import Template
from tests.practice_builder import BILLER, MANAGER, NOW
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import differs, picture, press, settle
from tests.screens.test_hostile_text import HOSTILE

SIZE = (110, 30)
TWO = (Service("97155", 4), Service("97156", 2, "HO", "F84.0 F80.2"))


def shown(pilot: Pilot[int]) -> str:
    return picture(pilot.app)  # type: ignore[arg-type]


def said(pilot: Pilot[int]) -> str:
    screen = pilot.app.screen
    assert isinstance(screen, Frame)
    return screen.said


def statuses() -> list[str]:
    return sorted(claim.status for claim in Claim.select())


# -- the walkthrough ------------------------------------------------------------------------


async def test_from_same_as_last_time_over_copay_to_a_claim_at_one_click(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    clinic = booked(store)
    clinic.with_copay(2500)
    clinic.checked_out(TWO, visit_on=days(-7), illness_on=days(-40))
    visit = clinic.book((), minutes=90)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "7", "right_square_bracket", "i")
        assert said(pilot) == "1 visit checked in."
        await press(pilot, "equals_sign")
        assert said(pilot) == "1 visit filled in as last time."
        await press(pilot, "a")
        assert said(pilot) == "1 visit checked out, billed 350.00."
        await press(pilot, "dollar_sign")
        assert "25.00" in shown(pilot), "the copay is offered"
        await press(pilot, "tab", "c", "c", "enter")
        assert said(pilot) == "25.00 taken as P-000001, by card: nothing owed."
        await press(pilot, "a")
        assert said(pilot).startswith("1 claim Ready to Submit, 350.00.")
        await press(pilot, "a")
        assert said(pilot) == f"This visit is on claim {Claim.get().number} already."
    payment = PatientPayment.get()
    assert (payment.amount, payment.method, payment.memo) == (2500, "card", "copay")
    assert invoice_of(visit).paid == 2500
    claim = Claim.get()
    assert (claim.status, claim.illness_on) == ("Ready to Submit", days(-40))
    assert not [one for one in check_store(store.database, store._audit_key) if not one.ok]


async def test_what_is_missing_is_one_key_away_and_back(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    clinic = booked(store)
    clinic.checked_out()
    Client.update(zip="").execute()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "7", "right_square_bracket", "a")
        screen = pilot.app.screen
        assert isinstance(screen, VisitScreen)
        assert screen.part == "checkout"
        assert "Missing for the claim" in shown(pilot)
        assert not Claim.select().count()
        await press(pilot, "e")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert form.state is not None
        assert (form.form.kind.name, form.state.name) == ("client", "zip")
        await press(pilot, *"12203", "ctrl+s")
        assert pilot.app.screen is screen, "saving goes back to the visit"
        assert "Nothing is missing" in shown(pilot)
        await press(pilot, "a")
        assert said(pilot).startswith("1 claim Ready to Submit")
    assert statuses() == ["Ready to Submit"]


async def test_visits_are_queued_reviewed_and_submitted_together(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    clinic = booked(store)
    clinic.checked_out()
    flawed = clinic.practice.add_client("OSEI", zip="")
    clinic.checked_out(client=flawed.id, begins="12:00")
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "7", "right_square_bracket", "v", *"without claim", "enter", "ctrl+a")
        await press(pilot, "Q")
        assert "2 visits queued, 2 claims in Draft" in said(pilot)
        assert statuses() == ["Draft", "Draft"]
        await press(pilot, "v", *"queued", "enter")
        assert "OKAFOR" in shown(pilot)
        assert "OSEI" in shown(pilot)
        await press(pilot, "ctrl+a", "a")
        assert "1 claim Ready to Submit, 240.00." in shown(pilot)
        assert "1 still Draft" in shown(pilot)
        await press(pilot, "enter")
        assert "OKAFOR" not in shown(pilot), "only what still waits is in the view"
        await press(pilot, "enter", "right_square_bracket", "right_square_bracket", "down", "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
    assert statuses() == ["Draft", "Ready to Submit"]


async def test_several_visits_are_claimed_at_once_and_the_others_named(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    clinic = booked(store)
    clinic.checked_out()
    bad = clinic.checked_out(client=clinic.practice.add_client("OSEI", zip="").id, begins="12:00")
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "7", "right_square_bracket", "ctrl+a", "a")
        assert "1 claim Ready to Submit, 240.00." in shown(pilot)
        assert "1 not claimed yet" in shown(pilot)
        assert bad.number in shown(pilot)
    assert statuses() == ["Ready to Submit"]


async def test_the_insurance_method_is_refused_where_a_copay_is_taken(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    clinic = booked(store)
    clinic.checked_out()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "7", "v", *"all", "enter", "dollar_sign", *"10", "tab", "i", "enter")
        assert "Insurance is the method of what a payer pays" in shown(pilot)
        await press(pilot, "escape")
    assert not PatientPayment.select().count()


async def test_a_payment_is_taken_back_from_the_invoice(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    clinic = booked(store)
    clinic.with_copay(2500)
    invoice = invoice_of(clinic.checked_out())
    with store.work(BILLER, NOW) as work:
        take_payment(work, invoice.id, 2500, "check", reference="1042")
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "7", "v", *"paid", "enter", "enter", "right_square_bracket")
        assert isinstance(pilot.app.screen, InvoiceScreen)
        assert "check · 1042 · copay" in shown(pilot)
        await press(pilot, "x", *"bounced", "enter")
        assert "P-000001 taken back: the patient owes 25.00." in said(pilot)
        assert "taken back: bounced" in shown(pilot)
    assert Invoice.get_by_id(invoice.id).paid == 0


async def test_a_visit_is_booked_and_its_services_added_by_form(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    booked(store)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "7", "right_square_bracket", "n")
        await press(pilot, *"okaf", "enter", *"follow", "enter", *"ruiz", "enter")
        await press(pilot, *"north c", "enter", *"north o", "enter", "enter", *"2:15pm", "ctrl+s")
        await press(pilot, "escape", "escape")
        visit = Visit.get()
        assert (visit.begins, visit.status, visit.number) == ("14:15", "booked", "V-000001")
        await press(pilot, "enter", "enter")
        await press(pilot, *"97155", "enter", "backspace", *"4", "ctrl+s")
        assert "97155" in shown(pilot)
        await press(pilot, "a")
        assert "billed 240.00" in said(pilot)
    assert VisitService.get().units == 4


async def test_a_cancelled_visit_says_why_and_is_booked_again(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    visit = booked(store).book()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "7", "right_square_bracket", "x", "enter")
        assert "A reason is needed" in shown(pilot)
        await press(pilot, *"ill", "enter")
        assert said(pilot) == "1 visit cancelled."
        assert Visit.get_by_id(visit.id).reason == "ill"
        await press(pilot, "a")
        assert said(pilot) == "This visit is cancelled: i books it again."
        await press(pilot, "i")
        assert Visit.get_by_id(visit.id).status == "booked"


async def test_a_check_out_is_undone_by_a_key(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    visit = booked(store).book()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "7", "right_square_bracket", "a", "u", "enter")
        assert "Undone: Check out 1 visit." in said(pilot)
    assert Visit.get_by_id(visit.id).status == "booked"
    assert not ChargeItem.select().count()


async def test_an_auditor_looks_and_changes_nothing(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    visit = booked(store).book()
    auditor = Actor("ann", "Ann Low", "auditor")
    async with make_workstation(store, auditor).run_test(size=SIZE) as pilot:
        for key in ("a", "equals_sign", "i", "x", "X", "Q", "dollar_sign"):
            await press(pilot, "1", "7", "right_square_bracket", key)
            assert said(pilot) == "An auditor looks and changes nothing.", key
    assert Visit.get_by_id(visit.id).status == "booked"


@pytest.mark.parametrize(
    ("letters", "kind"), [("I-000001", InvoiceScreen), ("v-000001", VisitScreen)]
)
async def test_it_is_found_by_its_number(
    store: Store, make_workstation: MakeWorkstation, letters: str, kind: type[Frame]
) -> None:
    booked(store).checked_out()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "ctrl+g", *letters)
        assert "OKAFOR, ADA · 03/16/2026" in shown(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, kind)
        assert letters.upper() in shown(pilot)


# -- how it looks ---------------------------------------------------------------------------


def busy(store: Store) -> Booked:
    """Visits and invoices of every kind."""
    clinic = booked(store)
    clinic.with_copay(2500)
    practice = clinic.practice
    others = [
        practice.add_client(last, first_name=first)
        for last, first in (("LINDQVIST", "PER"), ("HADDAD", "RAMI"), ("OSEI", "KOFI"))
    ]
    Coverage.update(copay=1500).where(Coverage.client == others[0].id).execute()
    last = clinic.checked_out(TWO, visit_on=days(-7), illness_on=days(-40))
    second = clinic.checked_out(client=others[0].id, visit_on=days(-6), begins="09:00")
    flawed = clinic.checked_out(TWO, client=others[1].id, visit_on=days(-3), begins="11:00")
    Client.update(zip="", birth_date=None).where(Client.id == others[1].id).execute()
    ClientDiagnosis.delete().where(ClientDiagnosis.client == others[1].id).execute()
    queued = clinic.checked_out(client=others[2].id, visit_on=days(-2))
    with store.work(BILLER, NOW) as work:
        take_payment(work, invoice_of(last).id, 2500, "card")
        one_click_claims(work, [last.id])
        bounced = take_payment(work, invoice_of(second).id, 1500, "check", reference="1042")
        take_back_payment(work, bounced.id, "the check bounced")
        take_payment(work, invoice_of(second).id, 500, "cash")
        queue_for_claim(work, [queued.id])
    clinic.book(())
    checked_in = clinic.book(client=others[0].id, begins="10:30")
    cancelled = clinic.book(client=others[1].id, begins="13:00")
    clinic.checked_out(client=others[2].id, begins="08:00")
    clinic.book(client=others[2].id, visit_on=days(1), begins="15:00")
    with store.work(BILLER, NOW) as work:
        check_in(work, [checked_in.id])
        cancel_visits(work, [cancelled.id], "the family is ill")
    assert flawed.id
    return clinic


VISITS = ("7", "right_square_bracket")
SCREENS = {
    "invoices": ("7",),
    "invoices-all": ("7", "v", *"all", "enter"),
    "invoice-lines": ("7", "v", *"all", "enter", "G", "enter"),
    "invoice-payments": ("7", "enter", "right_square_bracket"),
    "invoice-settle": ("7", "r"),
    "refund": ("7", "v", *"all", "enter", "G", "up", "F"),
    "patient-payments": ("7", "7", *"payments", "enter", "v", *"all", "enter"),
    "refunds": ("7", "7", *"refunds", "enter"),
    "location-form": ("0", *["down"] * 3, "enter", "enter"),
    "visits": VISITS,
    "visits-all": (*VISITS, "v", *"all", "enter"),
    "visits-queued": (*VISITS, "v", *"queued", "enter"),
    "visit-services": (*VISITS, "v", *"all", "enter", "G", "enter"),
    "visit-treatment": (*VISITS, "v", *"all", "enter", "G", "enter", "right_square_bracket"),
    "visit-checkout": (
        *VISITS, "v", *"all", "enter", "G", "enter", *["right_square_bracket"] * 2,
    ),
    "visit-missing": (*VISITS, "v", *"without claim", "enter", "down", "a"),
    "visit-history": (*VISITS, "v", *"all", "enter", "G", "enter", "left_square_bracket"),
    "visit-empty": (*VISITS, "down", "enter"),
    "visit-form": (*VISITS, "down", "e"),
    "service-form": (*VISITS, "down", "down", "enter", "enter"),
    "copay": (*VISITS, "dollar_sign"),
    "cancel-visit": (*VISITS, "down", "x"),
}  # fmt: skip


@pytest.fixture
def busy_clinic(sqlite_template: Template, tmp_path: Path, key_folder: Path) -> Iterator[Store]:
    shutil.copytree(sqlite_template.keys, key_folder)
    file = shutil.copy2(sqlite_template.place, tmp_path / "practice.db")
    with Store.open(str(file), key_folder) as store:
        busy(store)
        yield store


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
@pytest.mark.parametrize("name", SCREENS)
async def test_it_looks_as_it_did(
    busy_clinic: Store, make_workstation: MakeWorkstation, name: str, size: tuple[int, int]
) -> None:
    app = make_workstation(busy_clinic)
    async with app.run_test(size=size) as pilot:
        await app.look()
        await settle(pilot)
        await press(pilot, *SCREENS[name])
        problem = differs(f"{name}-{size[0]}x{size[1]}", picture(app))
    assert not problem, problem


async def test_hostile_names_are_only_letters(
    busy_clinic: Store, make_workstation: MakeWorkstation
) -> None:
    texts = {
        Client: ("last_name", "first_name"),
        Practitioner: ("last_name",),
        Location: ("name",),
        AppointmentType: ("name",),
        Visit: ("reason", "note"),
        PatientPayment: ("memo", "reference", "reason"),
        VisitService: ("modifiers", "diagnoses"),
    }
    for table, columns in texts.items():
        for row in table.select(table.id):
            values = dict.fromkeys(columns, f"{HOSTILE[row.id % len(HOSTILE)]} {row.id}")
            table.update(values).where(table.id == row.id).execute()
    app = make_workstation(busy_clinic)
    async with app.run_test(size=(160, 50)) as pilot:
        await app.look()
        for name, keys in SCREENS.items():
            while len(app.screen_stack) > 2:
                app.pop_screen()
            await press(pilot, *keys)
            drawn = picture(app)
            for letter in drawn.replace("\n", ""):
                assert unicodedata.category(letter) not in ("Cc", "Cf"), (name, drawn)
            await press(pilot, "escape")
        assert app.return_code is None


# -- the walkthrough's second half: the answer, auto-pay, the patient's share, the rest -----------


def sent_visit(clinic: Booked) -> tuple[Visit, Claim]:
    """A visit of 350.00 on which the copay of 25.00 was taken, and whose claim is out."""
    visit = clinic.checked_out(TWO)
    with clinic.store.work(BILLER, NOW) as work:
        take_payment(work, invoice_of(visit).id, 2500, "card")
        made = queue_for_claim(work, [visit.id]).made
        mark_sent_elsewhere(work, made)
    return visit, Claim.get_by_id(made[0])


def answered(clinic: Booked, claim: Claim, shares: tuple[str, str]) -> None:
    """The payer answers both lines with such adjustments."""
    parts = []
    for row, adjusted in zip(lines_of(claim), shares, strict=True):
        taken = sum(one.amount for one in adjustments(adjusted))
        of = {"code": row.procedure_code, "modifiers": tuple(row.modifiers.split())}
        day = row.first_service_date
        parts.append(line(row.billed, row.billed - taken, adjusted, first_service_date=day, **of))
    post(clinic.store, [claim_payment(claim.patient_control_number, parts)])


async def test_from_the_answer_over_auto_pay_to_the_rest_that_is_written_off(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    """ "you will want to make sure the associated Invoice has the amount paid added to it. This can
    either be done automatically from your Advanced Settings or done manually" … "If there is any
    balance leftover, the patient will either be responsible for the remaining balance, or the
    Invoice can be written off"."""
    clinic = booked(store)
    clinic.with_copay(2500)
    visit, claim = sent_visit(clinic)
    async with make_workstation(store, MANAGER).run_test(size=SIZE) as pilot:
        # The location's setting, which an administrator makes once.
        await press(
            pilot, "0", *["down"] * 3, "enter", "down", "enter", *["tab"] * 5, "space", "ctrl+s"
        )
        assert Location.get_by_id(visit.location_id).auto_pay
        answered(clinic, claim, ("CO-45 60.00, PR-3 25.00, PR-2 30.00", "CO-45 10.00"))
        await press(pilot, "escape", "escape", "7", "enter", "right_square_bracket")
        drawn = shown(pilot)
        assert "insurance 03/16/2026     225.00  auto-pay" in drawn
        assert "paid 25.00 · owes 30.00" in drawn
        assert "25.00 on the claim" in drawn, "the copay is applied"
        # The rest: the patient pays a part of it, and what is left is given up when settling.
        await press(pilot, "dollar_sign", *["backspace"] * 5, *"10", "enter")
        assert said(pilot) == "10.00 taken as P-000002, by cash: 20.00 still owed."
        await press(pilot, "r")
        assert "write off 20.00 of the patient's?" in shown(pilot)
        await press(pilot, *"hardship", "enter")
        assert said(pilot) == "1 invoice settled, 20.00 written off."
        await press(pilot, "r")
        assert said(pilot) == "It is settled; R reverts that."
    invoice = invoice_of(visit)
    assert (invoice.state, invoice.paid, invoice.written_off, invoice.insurance_paid) == (
        "settled", 3500, 2000, 22500,
    )  # fmt: skip
    claim = Claim.get_by_id(claim.id)
    assert (claim.payer_balance, claim.patient_balance) == (0, 0)
    failed = [one for one in check_store(store.database, store._audit_key) if not one.ok]
    assert not failed, failed


async def test_without_auto_pay_the_biller_puts_it_on_and_gives_back_what_is_too_much(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    clinic = booked(store)
    clinic.with_copay(2500)
    visit, claim = sent_visit(clinic)
    answered(clinic, claim, ("CO-45 60.00, PR-3 10.00", "CO-45 10.00"))
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "7", "v", *"insurance", "enter", "enter", "right_square_bracket")
        assert "270.00 of what the payer paid is not on it yet" in shown(pilot)
        # By hand, with the Insurance method, and never more than the payer paid.
        await press(pilot, "dollar_sign", *"300", "tab", "i", "enter")
        assert "The payer paid 270.00 that is not on it yet, and not more." in shown(pilot)
        await press(pilot, "shift+tab", *["backspace"] * 3, *"100", "enter")
        assert said(pilot) == "100.00 of insurance put on it; 170.00 more waits."
        await press(pilot, "escape", "a")
        assert "170.00 that payers paid goes on" in shown(pilot)
        await press(pilot, "enter")
        assert said(pilot) == "170.00 put on 1 invoice."
        # 15.00 of the copay were too much: among the patients' credits, and given back.
        await press(pilot, "7", *"payments", "enter")
        assert "15.00" in shown(pilot)
        await press(pilot, "F", "tab", "tab", *"2071", "enter")
        assert said(pilot) == "15.00 given back as R-000001."
        await press(pilot, "7", *"refunds", "enter")
        assert "2071" in shown(pilot)
        await press(pilot, "x", *"not cashed", "enter")
        assert said(pilot) == "R-000001 taken back."
    assert invoice_of(visit).paid == 2500
    failed = [one for one in check_store(store.database, store._audit_key) if not one.ok]
    assert not failed, failed
