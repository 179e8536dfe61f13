"""Visits: booked, copied from last time, checked out, claimed. Each rule with where it is from."""

import datetime
import shutil
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing import editing
from rcm_tui.billing.charges.recording import refresh_charges
from rcm_tui.billing.charges.reopening import change_sessions
from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.claims.resubmission import set_back
from rcm_tui.billing.editing.declared.visits import clock_time, is_clock_time
from rcm_tui.billing.outcome import Cancelled, Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.billing.visits.attendance import book_again, cancel_visits, check_in, note_no_show
from rcm_tui.billing.visits.booking import Booking, Service, book_visits
from rcm_tui.billing.visits.check_out import check_out
from rcm_tui.billing.visits.claims import one_click_claims, queue_for_claim, submit_queued
from rcm_tui.billing.visits.missing import claim_what_is_complete, missing_for_claim
from rcm_tui.billing.visits.same_as_last_time import same_as_last_time
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.charges import ChargeItem, Session
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Authorization, Client, ClientDiagnosis, Coverage
from rcm_tui.data.tables.invoices import Invoice, InvoiceLine
from rcm_tui.data.tables.payers import Benefit, Fee
from rcm_tui.data.tables.visits import AppointmentType, Visit, VisitService
from rcm_tui.exchange.claim_rows import professional_claims
from tests.billing.visits.booked import Booked, booked, charges_of, days, invoice_of
from tests.conftest import Template
from tests.practice_builder import BILLER, NOW, TODAY

ILLNESS = datetime.date(2026, 2, 1)
TWO = (Service("97155", 4), Service("97156", 2, "HO", "F84.0 F80.2"))


@pytest.fixture
def clinic(store: Store) -> Booked:
    return booked(store)


def holds(clinic: Booked) -> None:
    failed = [
        one for one in check_store(clinic.store.database, clinic.store._audit_key) if not one.ok
    ]
    assert not failed, failed


# -- booking and attendance (ours) ----------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"begins": "25:00"}, "a time such as 09:30"),
        ({"begins": "9:30"}, "a time such as 09:30"),
        ({"minutes": 0}, "1 to 1440 are needed"),
        ({"services": (Service("97153", 0),)}, "1 or more are needed"),
    ],
)
def test_a_visit_that_makes_no_sense_is_not_booked(
    clinic: Booked, changes: dict[str, object], reason: str
) -> None:
    practice = clinic.practice
    values = {"begins": "10:00", **changes}
    one = Booking(
        practice.client.id,
        clinic.kind.id,
        practice.supervisor.id,
        practice.unit.id,
        None,
        TODAY,
        **values,  # type: ignore[arg-type]
    )
    with clinic.store.work(BILLER, NOW) as work:
        outcome = book_visits(work, [one])
    assert reason in outcome.left[0].reason
    assert not Visit.select().count()


def test_attendance_goes_forth_and_back_and_says_why_not(clinic: Booked) -> None:
    visit, later = clinic.book(), clinic.book(visit_on=days(1))
    with clinic.store.work(BILLER, NOW) as work:
        assert check_in(work, [visit.id, later.id]).done == [visit.id]
        assert "still to come" in check_in(work, [later.id]).left[0].reason
        assert "not booked" in note_no_show(work, [visit.id], "did not call").left[0].reason
        assert cancel_visits(work, [visit.id], "ill").done == [visit.id]
        assert "it is cancelled already" in cancel_visits(work, [visit.id], "ill").left[0].reason
        assert "book it again" in check_out(work, [visit.id]).left[0].reason
        assert book_again(work, [visit.id]).done == [visit.id]
    with clinic.store.work(BILLER, NOW) as work, pytest.raises(Refused, match="a reason is needed"):
        cancel_visits(work, [visit.id], "  ")
    assert Visit.get_by_id(visit.id).reason == ""


# -- SALT: seeds/003, "these two tabs should SALT going forward if the Appointment has been
#    marked as Complete"; domain/charges_and_claims.md, "Patient side" --------------------------


def test_same_as_last_time_copies_services_codes_and_illness(clinic: Booked) -> None:
    clinic.checked_out(visit_on=days(-14))
    clinic.checked_out(TWO, visit_on=days(-7), illness_on=ILLNESS)
    other = AppointmentType.create(name="Assessment")
    clinic.checked_out((Service("97151", 2),), visit_on=days(-3), appointment_type=other.id)
    clinic.book((Service("97153", 8),), visit_on=days(-1))  # not completed
    visit = clinic.book(())
    with clinic.store.work(BILLER, NOW) as work:
        assert same_as_last_time(work, [visit.id]).done == [visit.id]
    copied = (
        VisitService.select().where(VisitService.visit == visit.id).order_by(VisitService.position)
    )
    assert [(s.procedure_code, s.units, s.modifiers, s.diagnoses) for s in copied] == [
        ("97155", 4, "", ""),
        ("97156", 2, "HO", "F84.0 F80.2"),
    ]
    assert all(one.session_id is None for one in copied)
    assert Visit.get_by_id(visit.id).illness_on == ILLNESS


def test_same_as_last_time_says_why_not_and_overwrites_nothing(clinic: Booked) -> None:
    first = clinic.book(())
    with clinic.store.work(BILLER, NOW) as work:
        assert "no completed Follow-up" in same_as_last_time(work, [first.id]).left[0].reason
    done = clinic.checked_out(TWO, visit_on=days(-7), illness_on=ILLNESS)
    own = clinic.book((Service("97153", 8),), illness_on=days(-2), begins="11:00")
    with clinic.store.work(BILLER, NOW) as work:
        outcome = same_as_last_time(work, [done.id, own.id])
    assert [left.reason for left in outcome.left] == [
        "it is checked out: only what is to come is filled in",
        "it has its services already",
    ]
    assert VisitService.select().where(VisitService.visit == own.id).count() == 1


# -- check out: seeds/003, "create an Invoice by checking the Patient out" ----------------------


def test_checking_out_makes_sessions_charges_and_the_invoice(clinic: Booked) -> None:
    clinic.with_copay(2500)
    visit = clinic.checked_out(TWO)
    charges = charges_of(visit)
    assert visit.status == "checked out"
    assert [(c.procedure_code, c.units, c.billed, c.status, c.modifiers) for c in charges] == [
        ("97155", 4, 24000, "New", ""),
        ("97156", 2, 11000, "New", "HO"),
    ]
    sessions = [Session.get_by_id(c.session_id) for c in charges]
    # Ten o'clock in New York is fourteen hours UTC on that day; the second follows the first.
    assert [(s.starts_at.hour, s.ends_at.hour, s.ends_at.minute) for s in sessions] == [
        (14, 15, 0),
        (15, 15, 30),
    ]
    invoice = invoice_of(visit)
    assert (invoice.billed, invoice.payer_share, invoice.patient_share) == (35000, 32500, 2500)
    lines = InvoiceLine.select().where(InvoiceLine.invoice == invoice.id)
    assert [(n.billed, n.patient_share) for n in lines.order_by(InvoiceLine.position)] == [
        (24000, 1714),
        (11000, 786),
    ]
    holds(clinic)


@pytest.mark.parametrize(
    ("copay", "patient"), [(None, 0), (0, 0), (2500, 2500), (24000, 24000), (99999, 24000)]
)
def test_the_patient_s_share_is_the_copay_of_what_is_billed_at_most(
    clinic: Booked, copay: int | None, patient: int
) -> None:
    clinic.with_copay(copay)
    invoice = invoice_of(clinic.checked_out())
    assert (invoice.billed, invoice.patient_share) == (24000, patient)
    assert invoice.payer_share == 24000 - patient


def test_an_invoice_is_priced_once_the_coverage_is_known(clinic: Booked) -> None:
    """Without a coverage there is no price; with it charge and invoice follow together."""
    Coverage.update(ends_on=days(-1)).execute()
    visit = clinic.checked_out()
    assert invoice_of(visit).billed == 0
    Coverage.update(ends_on=None, copay=2000).execute()
    with clinic.store.work(BILLER, NOW) as work:
        refresh_charges(work, [one.id for one in charges_of(visit)])
    invoice = invoice_of(visit)
    assert (invoice.billed, invoice.patient_share) == (24000, 2000)
    assert invoice.coverage_id == clinic.practice.coverage.id
    holds(clinic)


def test_checking_out_says_what_stands_in_the_way(clinic: Booked) -> None:
    later, empty = clinic.book(visit_on=days(2)), clinic.book(())
    long = clinic.book((Service("97155", 8),), begins="12:00")
    with clinic.store.work(BILLER, NOW) as work:
        outcome = check_out(work, [later.id, empty.id, long.id])
        assert "still to come" in outcome.left[0].reason
        assert "it has no services" in outcome.left[1].reason
        assert outcome.done == [long.id]
        assert "take 120 minutes, the visit 60" in outcome.warnings[0].reason
        assert "checked out already" in check_out(work, [long.id]).left[0].reason
    assert Invoice.select().count() == ChargeItem.select().count() == 1


@pytest.mark.parametrize("rounding", ["eight minute", "eight minute aggregated", "whole units"])
@pytest.mark.parametrize("unit_minutes", [10, 15, 30])
def test_a_charge_has_exactly_the_units_of_its_service(
    clinic: Booked, rounding: str, unit_minutes: int
) -> None:
    clinic.practice.payer.rounding = rounding
    clinic.practice.payer.save()
    Benefit.update(unit_minutes=unit_minutes).execute()
    visit = clinic.checked_out(TWO)
    assert [(c.units, c.minutes) for c in charges_of(visit)] == [
        (4, 4 * unit_minutes),
        (2, 2 * unit_minutes),
    ]


def test_a_check_out_is_taken_back_whole(clinic: Booked) -> None:
    visit = clinic.checked_out(TWO)
    with clinic.store.work(BILLER, NOW) as work:
        action = last_undoable(work.database, BILLER.login)
        assert action is not None
        assert action.title == "Check out 1 visit"
        undo(work, action.id)
    assert Visit.get_by_id(visit.id).status == "booked"
    for table in (Invoice, InvoiceLine, ChargeItem, Session):
        assert not table.select().count()
    holds(clinic)


def test_what_is_edited_after_check_out_reaches_charge_and_invoice(clinic: Booked) -> None:
    visit = clinic.checked_out(TWO)
    service = VisitService.get(VisitService.position == 1)
    with clinic.store.work(BILLER, NOW) as work:
        editing.save(work, "visit_service", service.id, service.version, {"units": Decimal(2)})
        now = Visit.get_by_id(visit.id)
        editing.save(work, "visit", visit.id, now.version, {"telehealth": True})
    first, second = charges_of(visit)
    assert (first.units, first.billed, first.modifiers) == (2, 12000, "95")
    assert (second.units, second.modifiers) == (2, "HO 95")
    assert second.place_of_service == "02"
    starts = [Session.get_by_id(c.session_id).starts_at.minute for c in (first, second)]
    assert starts == [0, 30]
    assert invoice_of(visit).billed == 23000
    holds(clinic)


def test_a_new_price_reaches_the_invoice(clinic: Booked) -> None:
    visit = clinic.checked_out()
    Fee.update(billed=7000).where(Fee.procedure_code == "97155").execute()
    assert not missing(clinic, visit)
    with clinic.store.work(BILLER, NOW) as work:
        one_click_claims(work, [visit.id])
    assert invoice_of(visit).billed == 28000 == Claim.get().billed
    holds(clinic)


def test_a_reopened_session_and_setting_it_back_carry_the_invoice_along(clinic: Booked) -> None:
    visit = clinic.checked_out()
    with clinic.store.work(BILLER, NOW) as work:
        one_click_claims(work, [visit.id])
    (charge,) = charges_of(visit)
    with clinic.store.work(BILLER, NOW) as work:
        end = Session.get_by_id(charge.session_id).ends_at - datetime.timedelta(minutes=30)
        change_sessions(work, {charge.session_id: {"ends_at": end}})
    assert charges_of(visit)[0].status == "Awaiting Resubmission"
    assert invoice_of(visit).billed == charges_of(visit)[0].billed == 12000
    holds(clinic)
    with clinic.store.work(BILLER, NOW) as work:
        assert set_back(work, [charge.id]).done == [charge.id]
    assert invoice_of(visit).billed == charges_of(visit)[0].billed == 24000
    holds(clinic)


def test_a_session_of_a_visit_is_changed_on_the_visit(clinic: Booked) -> None:
    visit = clinic.checked_out()
    session = Session.get()
    assert session.source == f"visit {visit.number}"
    with (
        clinic.store.work(BILLER, NOW) as work,
        pytest.raises(Refused, match=f"of visit {visit.number}: change it there"),
    ):
        editing.save(work, "session", session.id, session.version, {"minutes": 30})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("9:30", "09:30"),
        ("0930", "09:30"),
        ("9.30", "09:30"),
        ("2:15pm", "14:15"),
        ("12:05 AM", "00:05"),
        ("12:05pm", "12:05"),
        ("23:59", "23:59"),
        ("24:00", "24:00"),
        ("soon", "soon"),
    ],
)
def test_a_time_is_taken_as_it_is_typed(typed: str, kept: str) -> None:
    assert clock_time(typed) == kept
    assert bool(is_clock_time(kept)) == (kept in ("24:00", "soon"))


# -- one-click claim: domain/charges_and_claims.md, "One-click claim: from a checked-out visit
#    straight to Ready to Submit, offered only when nothing is missing" --------------------------


def missing(clinic: Booked, visit: Visit) -> list[str]:
    found = missing_for_claim(clinic.store, BILLER, NOW, visit.id)
    return [one.reason for one in found if one.severity == "error"]


def test_one_click_makes_a_claim_that_is_ready_with_the_visit_s_codes(clinic: Booked) -> None:
    visit = clinic.checked_out(TWO, illness_on=ILLNESS)
    other = clinic.checked_out(begins="12:00", visit_on=days(-1))
    assert missing(clinic, visit) == []
    with clinic.store.work(BILLER, NOW) as work:
        outcome = one_click_claims(work, [visit.id])
    claim = Claim.get_by_id(outcome.made[0])
    assert (claim.status, claim.billed, claim.illness_on) == ("Ready to Submit", 35000, ILLNESS)
    assert claim.diagnoses == "F84.0 F80.2"
    lines = ClaimLine.select().where(ClaimLine.claim == claim.id).order_by(ClaimLine.position)
    assert [(one.procedure_code, one.pointers) for one in lines] == [
        ("97155", "1"),
        ("97156", "1 2"),
    ]
    assert {c.status for c in charges_of(visit)} == {"Claim Line Created"}
    assert {c.status for c in charges_of(other)} == {"New"}, "just these charges"
    (sent,) = professional_claims(clinic.store.database, [claim.id])
    assert sent.onset_date == ILLNESS
    holds(clinic)


def test_looking_for_what_is_missing_changes_nothing(clinic: Booked) -> None:
    visit = clinic.checked_out()
    before = (AuditRecord.select().count(), Visit.get_by_id(visit.id).version)
    Client.update(gender="").execute()
    assert missing(clinic, visit)
    assert (AuditRecord.select().count(), Visit.get_by_id(visit.id).version) == before
    assert not Claim.select().count()
    assert charges_of(visit)[0].status == "New"
    holds(clinic)


@pytest.mark.parametrize(
    ("broken", "words", "kind", "field", "among"),
    [
        (lambda c: Client.update(birth_date=None), "birth", "client", "birth_date", ""),
        (lambda c: Client.update(zip=""), "zip", "client", "zip", ""),
        (lambda c: Coverage.update(member_id=""), "subscriber", "coverage", "member_id", ""),
        (lambda c: ClientDiagnosis.delete(), "diagnos", "visit_service", "diagnoses", ""),
        (lambda c: Coverage.update(ends_on=days(-1)), "cannot be billed", "client", "", "coverage"),
        (lambda c: Fee.delete(), "no fee", "payer", "", "fee"),
        (
            lambda c: Authorization.update(status="pending"),
            "Pending Authorization",
            "authorization",
            "status",
            "",
        ),
    ],
    ids=["birth date", "zip", "member id", "diagnosis", "coverage", "fee", "authorization"],
)
def test_what_is_missing_is_named_with_the_field_that_mends_it(
    clinic: Booked, broken: object, words: str, kind: str, field: str, among: str
) -> None:
    visit = clinic.checked_out()
    broken(clinic).execute()  # type: ignore[operator]
    found = missing_for_claim(clinic.store, BILLER, NOW, visit.id)
    one = next(one for one in found if words.lower() in one.reason.lower())
    assert one.place is not None
    assert (one.place.kind, one.place.field, one.place.among) == (kind, field, among)
    refused = pytest.raises(Refused, match=r"V-\d+ cannot be claimed yet")
    with refused, clinic.store.work(BILLER, NOW) as work:
        one_click_claims(work, [visit.id])
    assert not Claim.select().count()


def test_only_complete_visits_are_claimed_together_and_none_when_stopped(clinic: Booked) -> None:
    good = clinic.checked_out()
    bad = clinic.checked_out(client=clinic.practice.add_client("OSEI", zip="").id)

    def stop(done: int, total: int) -> None:
        assert total == 2
        if done:
            raise Cancelled

    both = [good.id, bad.id]
    with pytest.raises(Cancelled):
        claim_what_is_complete(clinic.store, BILLER, NOW, both, stop)
    assert not Claim.select().count()
    outcome = claim_what_is_complete(clinic.store, BILLER, NOW, both)
    assert outcome.done == [good.id]
    assert list(outcome.lacking) == [bad.id]
    assert outcome.amount == Claim.get().billed == 24000
    holds(clinic)


def test_a_duplicate_is_not_claimed_at_one_click(clinic: Booked) -> None:
    visit = clinic.checked_out()
    again = clinic.checked_out(begins="14:00")
    with clinic.store.work(BILLER, NOW) as work:
        one_click_claims(work, [visit.id])
    assert any("twin" in reason or "billed" in reason for reason in missing(clinic, again))


def test_a_visit_is_claimed_once(clinic: Booked) -> None:
    visit = clinic.checked_out()
    with clinic.store.work(BILLER, NOW) as work:
        one_click_claims(work, [visit.id])
    number = Claim.get().number
    assert missing(clinic, visit) == [
        f"The visit has nothing to claim: it is on claim {number} already."
    ]
    refused = pytest.raises(Refused, match=f"on claim {number} already")
    with refused, clinic.store.work(BILLER, NOW) as work:
        one_click_claims(work, [visit.id])
    with clinic.store.work(BILLER, NOW) as work, pytest.raises(Refused, match="correct its claim"):
        editing.save(work, "visit", visit.id, 99, {"note": "late"})


def test_a_one_click_claim_is_taken_back_whole(clinic: Booked) -> None:
    visit = clinic.checked_out(TWO)
    with clinic.store.work(BILLER, NOW) as work:
        one_click_claims(work, [visit.id])
    with clinic.store.work(BILLER, NOW) as work:
        action = last_undoable(work.database, BILLER.login)
        assert action is not None
        undo(work, action.id)
    assert not Claim.select().count()
    assert {c.status for c in charges_of(visit)} == {"New"}
    assert missing(clinic, visit) == []
    holds(clinic)


# -- queue for claim: seeds/003, "select Queue for Claim depending on whether or not you want to
#    review Claims before bulk submitting them" --------------------------------------------------


def test_queued_visits_wait_as_drafts_and_are_submitted_together(clinic: Booked) -> None:
    good = clinic.checked_out()
    flawed = clinic.practice.add_client("OSEI", zip="")
    bad = clinic.checked_out(client=flawed.id)
    with clinic.store.work(BILLER, NOW) as work:
        queued = queue_for_claim(work, [good.id, bad.id])
    assert queued.done == [good.id, bad.id]
    assert {claim.status for claim in Claim.select()} == {"Draft"}
    assert Claim.get(Claim.client == flawed.id).error_count > 0, "found before anybody submits"
    assert Visit.get_by_id(good.id).queued
    with clinic.store.work(BILLER, NOW) as work:
        outcome = submit_queued(work, [good.id, bad.id, clinic.book(begins="16:00").id])
    assert [Claim.get_by_id(key).client_id for key in outcome.done] == [clinic.practice.client.id]
    assert [left.name[0] for left in outcome.left] == ["C", "V"]
    holds(clinic)


def test_what_cannot_be_billed_is_not_queued(clinic: Booked) -> None:
    visit, booked_one = clinic.checked_out(), clinic.book(begins="15:00")
    Fee.delete().execute()
    with clinic.store.work(BILLER, NOW) as work:
        outcome = queue_for_claim(work, [visit.id, booked_one.id])
    assert [left.reason for left in outcome.left] == [
        "no fee for the service",
        "it is booked: check it out first",
    ]
    assert not Claim.select().count()


def test_the_charges_of_a_visit_can_go_the_usual_road_too(clinic: Booked) -> None:
    """One road to claims: what the charges screen generates carries the visit's codes as well."""
    visit = clinic.checked_out(TWO, illness_on=ILLNESS)
    ChargeItem.update(status="Ready to Bill").execute()
    with clinic.store.work(BILLER, NOW) as work:
        generate_claims(work, GenerationChoice())
    claim = Claim.get()
    assert (claim.diagnoses, claim.illness_on) == ("F84.0 F80.2", ILLNESS)
    assert "on claim" in missing(clinic, visit)[0]


# -- conservation: issue "units and cents are conserved from charge to claim" -------------------

services = st.lists(
    st.builds(
        Service,
        procedure_code=st.sampled_from(["97151", "97153", "97155", "97156"]),
        units=st.integers(1, 6),
        modifiers=st.sampled_from(["", "HO", "U1 U2"]),
        diagnoses=st.sampled_from(["", "F84.0", "F80.2 F84.0"]),
    ),
    min_size=1,
    max_size=7,
)


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(visits=st.lists(services, min_size=1, max_size=3), copay=st.integers(0, 40000))
def test_units_and_cents_are_the_same_on_visit_charge_invoice_and_claim(
    visits: list[list[Service]],
    copay: int,
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_template: Template,
) -> None:
    folder = tmp_path_factory.mktemp("conserved")
    shutil.copytree(sqlite_template.keys, folder / "keys")
    shutil.copy2(sqlite_template.place, folder / "practice.db")
    with Store.open(str(folder / "practice.db"), folder / "keys") as store:
        clinic = booked(store)
        clinic.with_copay(copay)
        for place, given_services in enumerate(visits):
            visit = clinic.checked_out(tuple(given_services), visit_on=days(-place), minutes=900)
            units = sum(one.units for one in given_services)
            invoice, charges = invoice_of(visit), charges_of(visit)
            assert sum(c.units for c in charges) == units
            assert invoice.billed == sum(c.billed for c in charges)
            assert invoice.patient_share == min(copay, invoice.billed)
            with store.work(BILLER, NOW) as work:
                made = queue_for_claim(work, [visit.id]).made
            lines = list(ClaimLine.select().where(ClaimLine.claim.in_(made)))
            assert sum(one.units for one in lines) == units
            assert sum(one.billed for one in lines) == invoice.billed
            assert {c.status for c in charges_of(visit)} == {"Claim Line Created"}
            for one in lines:
                codes = Claim.get_by_id(one.claim_id).diagnoses.split()
                wanted = {int(pointer) for pointer in one.pointers.split()}
                assert wanted <= set(range(1, len(codes) + 1))
        holds(clinic)
