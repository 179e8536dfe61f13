"""Claims from outside: who they are matched to, what is made, and that they are rewritten alike."""

import datetime
from dataclasses import replace
from decimal import Decimal

from rcm_tui.billing.check import check_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import DRAFT, SUBMITTED, Claim, ClaimLine, ClaimValidation
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.ledger import Entry
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner
from rcm_tui.x12.claim import Diagnosis, Provider
from rcm_tui.x12.claim import Payer as WirePayer
from rcm_tui.x12.parties import Address
from tests.exchange.receiving import claim_file, reasons, receive, rewritten
from tests.practice_builder import small_practice
from tests.x12.made import (
    ADDRESS,
    CHILD,
    CLINIC,
    PARENT,
    PAYER,
    SUBSCRIBER,
    claim,
    full_claim,
    line,
)


def test_a_claim_is_made_with_all_that_it_stands_on(store: Store) -> None:
    received = receive(store, claim_file([claim()]))
    assert (received.type, received.outcome, received.claims) == ("837P", "imported", 1)
    made = Claim.get()
    assert (made.patient_control_number, made.status, made.elsewhere) == ("PCN1", SUBMITTED, True)
    assert (made.billed, made.payer_balance, made.line_count) == (12000, 12000, 1)
    assert (made.acknowledgement, made.adjudication) == ("pending", "pending")
    assert (made.diagnoses, made.patient_name) == ("F84.0", "OKAFOR, GRACE")
    assert made.first_service_date == datetime.date(2024, 2, 1)
    assert (made.payer.name, made.payer.payer_id) == (PAYER.name, PAYER.identifier)
    assert (made.business_unit.npi, made.business_unit.tax_id) == (CLINIC.npi, CLINIC.tax_id)
    assert (made.rendering.last_name, made.rendering.employed) == ("RIVERA", False)
    assert (made.client.mrn, made.client.birth_date) == ("I-000001", PARENT.birth_date)
    assert (made.coverage.member_id, made.coverage.rank) == (SUBSCRIBER.member_id, 1)
    only = ClaimLine.get()
    assert (only.procedure_code, only.modifiers, only.units) == ("97153", "HM", Decimal(8))
    assert (only.billed, only.pointers, only.line_control_number) == (12000, "1", "L1")


def test_every_loop_is_rewritten_as_it_was(store: Store) -> None:
    originals = [claim(), full_claim()]
    assert receive(store, claim_file(originals)).claims == 2
    assert rewritten(store) == originals


def test_a_dependent_is_the_client_and_the_subscriber_holds_the_policy(store: Store) -> None:
    receive(store, claim_file([claim(patient=CHILD, relationship="19")]))
    coverage = Coverage.get()
    assert (coverage.client.first_name, coverage.client.gender) == ("SAM", "M")
    assert (coverage.relationship, coverage.holder_first_name) == ("19", "GRACE")
    assert coverage.holder_birth_date == PARENT.birth_date


def test_who_is_known_is_not_made_again(store: Store) -> None:
    receive(store, claim_file([claim(1), claim(2), claim(3, patient=CHILD, relationship="19")]))
    counts = [table.select().count() for table in (Payer, BusinessUnit, Practitioner, Client)]
    assert counts == [1, 1, 1, 2]
    later = claim(4, lines=(line(1, line_control_number="L4"),))
    receive(store, claim_file([later], interchange_control_number=8))
    assert [t.select().count() for t in (Payer, BusinessUnit, Practitioner, Client)] == counts
    assert Coverage.select().count() == 2
    assert Claim.select().count() == 4


def test_claims_find_the_practices_own_rows(store: Store) -> None:
    practice = small_practice()
    known = replace(
        SUBSCRIBER,
        member_id=practice.coverage.member_id,
        person=replace(
            PARENT,
            last_name=practice.client.last_name.lower(),
            first_name=practice.client.first_name,
            birth_date=practice.client.birth_date,
            gender="F",
        ),
    )
    said = claim(
        subscriber=known,
        payer=WirePayer("ACME HEALTH INC", practice.payer.payer_id),
        billing_provider=replace(CLINIC, npi=practice.unit.npi),
        rendering=Provider("RUIZ", "D", npi=practice.supervisor.npi),
    )
    receive(store, claim_file([said]))
    made = Claim.get()
    assert made.client == practice.client
    assert made.coverage == practice.coverage
    assert (made.payer, made.business_unit) == (practice.payer, practice.unit)
    assert made.rendering == practice.supervisor
    assert Client.select().count() == 1
    # The rows keep their own word, and the claim that of the file.
    assert Payer.get_by_id(practice.payer.id).name == "Acme Health"
    assert rewritten(store) == [said]


def test_what_a_biller_changes_after_the_import_wins(store: Store) -> None:
    receive(store, claim_file([claim(1)]))
    other = claim(2, payer=WirePayer("ANOTHER NAME", PAYER.identifier), lines=(line(2),))
    receive(store, claim_file([other], interchange_control_number=8))
    assert rewritten(store)[1].payer.name == "ANOTHER NAME"
    Payer.update(name="CORRECT NAME").execute()
    assert [one.payer.name for one in rewritten(store)] == ["CORRECT NAME", "CORRECT NAME"]


def test_without_a_birth_date_payer_member_id_and_name_tell(store: Store) -> None:
    receive(store, claim_file([claim(1)]))
    nameless = replace(SUBSCRIBER, person=replace(PARENT, birth_date=None, gender=""))
    receive(store, claim_file([claim(2, subscriber=nameless, lines=(line(2),))]))
    assert Client.select().count() == 1
    stranger = replace(nameless, member_id="OTHER1")
    receive(store, claim_file([claim(3, subscriber=stranger, lines=(line(3),))]))
    assert Client.select().count() == 2


def test_a_control_number_that_is_taken_is_kept_apart_and_rewritten_as_it_was(store: Store) -> None:
    receive(store, claim_file([claim(1)]))
    again = [claim(1, diagnoses=(Diagnosis("ABK", code),)) for code in ("F900", "F901")]
    received = receive(store, claim_file(again))
    assert received.claims == 2
    assert "this one is kept as PCN1~2" in reasons(received)
    numbers = [row.patient_control_number for row in Claim.select().order_by(Claim.id)]
    assert numbers == ["PCN1", "PCN1~2", "PCN1~3"]
    assert {one.patient_control_number for one in rewritten(store)} == {"PCN1"}
    assert {one.lines[0].line_control_number for one in rewritten(store)} == {"L1"}


def test_drafts_are_validated_and_post_nothing(store: Store) -> None:
    incomplete = claim(rendering=None, diagnoses=())
    receive(store, claim_file([incomplete]), as_draft=True)
    made = Claim.get()
    assert (made.status, made.elsewhere) == (DRAFT, False)
    assert made.error_count > 0
    assert ClaimValidation.select().count() >= made.error_count
    assert Entry.select().count() == 0


def test_charges_of_claims_sent_elsewhere_are_posted_and_the_store_checks(store: Store) -> None:
    receive(store, claim_file([claim(1), full_claim()]))
    results = check_store(store.database, store.audit_key)
    assert [(one.name, one.problems) for one in results if not one.ok] == []
    assert sum(entry.amount for entry in Entry.select()) == 0


def test_a_claim_that_names_no_payer_comes_in_with_a_finding(store: Store) -> None:
    content = claim_file([claim()]).replace(b"NM1*PR*2*EXAMPLE HEALTH PLAN*****PI*60054~", b"")
    received = receive(store, content)
    assert (received.outcome, received.claims) == ("imported", 1)
    assert "Claim PCN1 names no payer" in reasons(received)
    made = Claim.get()
    assert (made.payer, made.coverage) == (None, None)


def test_a_claim_whose_amount_cannot_be_read_becomes_a_draft(store: Store) -> None:
    content = claim_file([claim()]).replace(b"*120.00*UN*8*", b"*12O.OO*UN*8*")
    received = receive(store, content)
    assert "is not an amount" in reasons(received)
    assert Claim.get().status == DRAFT


def test_lines_and_total_that_differ_are_said_and_the_total_is_rewritten(store: Store) -> None:
    content = claim_file([claim()]).replace(b"CLM*PCN1*120.00", b"CLM*PCN1*100.00")
    received = receive(store, content)
    assert "the total charge (CLM02) is 100.00" in reasons(received)
    assert Claim.get().billed == 12000
    assert rewritten(store)[0].charge == Decimal("100.00")


def test_a_negative_claim_is_left_out_with_the_figure(store: Store) -> None:
    content = claim_file([claim(1), claim(2)]).replace(b"CLM*PCN2*120.00", b"CLM*PCN2*-5.00", 1)
    head, _, tail = content.rpartition(b"*120.00*UN")
    received = receive(store, head + b"*-5.00*UN" + tail)
    assert received.claims == 1
    assert "Claim PCN2 was left out: the charges of its lines add up to -5.00" in reasons(received)


def test_a_replacement_is_chained_to_the_claim_whose_number_it_names(store: Store) -> None:
    receive(store, claim_file([claim(1)]))
    Claim.update(payer_claim_control_number="ICN77").execute()
    correction = claim(2, frequency_code="7", original_reference="ICN77", lines=(line(2),))
    receive(store, claim_file([correction]))
    first, second = Claim.select().order_by(Claim.id)
    assert (second.previous, second.chain, second.frequency) == (first, first.chain, "7")


def test_a_service_place_becomes_a_location(store: Store) -> None:
    place = Provider("NORTH HALL", entity_type="2", npi="1245319599", address=ADDRESS)
    receive(store, claim_file([claim(facility=place)]))
    location = Location.get()
    assert (location.name, location.kind, location.zip) == ("NORTH HALL", "facility", "432151234")
    assert rewritten(store)[0].facility == place


def test_hostile_names_are_kept_plain_and_bounded(store: Store) -> None:
    content = claim_file([claim()])
    content = content.replace(
        b"*OKAFOR*", b"*[@click=app.quit]\x1b[31m\xe2\x80\xae" + b"x" * 400 + b"*"
    )
    received = receive(store, content)
    name = Client.get().last_name
    assert "\x1b" not in name
    assert "\u202e" not in name
    assert name.startswith("[@click=app.quit]\ufffd[31m\ufffdx")
    assert len(name) <= 80
    assert "Control characters in it were replaced" in reasons(received)


def test_a_claim_without_control_number_lines_or_dates_still_comes_in(store: Store) -> None:
    content = claim_file([claim()])
    content = content.replace(b"CLM*PCN1*120.00", b"CLM**120.00").replace(
        b"DTP*472*D8*20240201~", b""
    )
    received = receive(store, content)
    made = Claim.get()
    assert made.patient_control_number == made.number
    assert "no date of service" in reasons(received)
    assert made.status == DRAFT
    assert rewritten(store)[0].patient_control_number == ""
    assert rewritten(store)[0].lines[0].service_date is None


def test_many_claims_come_in_by_chunks(store: Store) -> None:
    claims = [
        claim(
            number,
            subscriber=replace(SUBSCRIBER, member_id=f"M{number % 150}"),
            lines=(line(1, line_control_number=f"N{number}"),),
        )
        for number in range(1200)
    ]
    received = receive(store, claim_file(claims))
    assert received.claims == Claim.select().count() == 1200
    # One person with many memberships, since birth date and name are the same.
    assert Client.select().count() == 1
    assert Coverage.select().count() == 150
    assert rewritten(store) == claims


def test_an_address_abroad_and_blank_zip_are_kept(store: Store) -> None:
    abroad = Address("1 RUE X", "", "PARIS", "", "75001", "FR", "")
    said = claim(subscriber=replace(SUBSCRIBER, person=replace(PARENT, address=abroad)))
    receive(store, claim_file([said]))
    assert rewritten(store) == [said]
