"""Claim rows become the 837P model: every column lands in its place, in bulk."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.data.tables.practice import BusinessUnit, Location
from rcm_tui.exchange import wire
from rcm_tui.exchange.claim_rows import professional_claims
from rcm_tui.x12.claim import (
    Diagnosis,
    Payer,
    Procedure,
    ProfessionalClaim,
    Provider,
    ServiceLine,
    Subscriber,
)
from rcm_tui.x12.parties import Address, Contact, Note, Person
from tests.practice_builder import SERVICE_DAY, SmallPractice, small_practice

HOME = Address("22 ELM ST", "", "ALBANY", "NY", "12203")
ADA = Person("OKAFOR", "ADA", "", "", HOME, datetime.date(2018, 5, 4), "F")


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def one(store: Store, claim: Claim) -> ProfessionalClaim:
    (made,) = professional_claims(store.database, [claim.id])
    return made


def expected(practice: SmallPractice, claim: Claim) -> ProfessionalClaim:
    unit, supervisor = practice.unit, practice.supervisor
    numbers = [
        line.line_control_number
        for line in ClaimLine.select().where(ClaimLine.claim == claim).order_by(ClaimLine.position)
    ]
    return ProfessionalClaim(
        patient_control_number=claim.patient_control_number,
        charge=Decimal("560.00"),
        place_of_service="11",
        billing_provider=Provider(
            "North Clinic",
            entity_type="2",
            npi=unit.npi,
            tax_id="123456789",
            taxonomy="261QM0850X",
            address=Address("1 MAIN ST", "", "ALBANY", "NY", "122010001"),
            contact=Contact("North Clinic", "5555550101"),
        ),
        subscriber=Subscriber(ADA, practice.coverage.member_id, filing_indicator="CI"),
        payer=Payer("Acme Health", "60001"),
        lines=(
            ServiceLine(
                Procedure("97153"),
                Decimal("320.00"),
                Decimal(8),
                SERVICE_DAY,
                diagnosis_pointers=(1,),
                line_control_number=numbers[0],
            ),
            ServiceLine(
                Procedure("97155"),
                Decimal("240.00"),
                Decimal(4),
                SERVICE_DAY,
                diagnosis_pointers=(1,),
                line_control_number=numbers[1],
            ),
        ),
        diagnoses=(Diagnosis("ABK", "F840"),),
        prior_authorization=practice.authorization.number,
        rendering=Provider("RUIZ", "DANA", npi=supervisor.npi, taxonomy="103K00000X"),
    )


def test_a_claim_of_a_patient_who_is_the_subscriber(store: Store, practice: SmallPractice) -> None:
    claim = practice.add_claim([("97153", 8), ("97155", 4)])
    assert one(store, claim) == expected(practice, claim)


def test_a_dependent_stands_below_the_policy_holder(store: Store, practice: SmallPractice) -> None:
    Coverage.update(
        relationship="19",
        rank=2,
        group_number="G7",
        filing_indicator="",
        holder_first_name="CHIDI",
        holder_middle_name="O",
        holder_suffix="JR",
        holder_birth_date=datetime.date(1985, 1, 31),
        holder_gender="M",
        holder_line1="PO BOX 9",
    ).where(Coverage.id == practice.coverage.id).execute()
    claim = practice.add_claim(coverage=practice.coverage, payer=practice.payer)
    made = one(store, claim)
    assert made.relationship == "19"
    assert made.patient == ADA
    assert made.subscriber == Subscriber(
        Person(
            "OKAFOR",
            "CHIDI",
            "O",
            "JR",
            replace(HOME, line1="PO BOX 9"),
            datetime.date(1985, 1, 31),
            "M",
        ),
        practice.coverage.member_id,
        payer_responsibility="S",
        group_number="G7",
        filing_indicator="CI",
    )


def test_what_differs_from_the_usual_is_said(store: Store, practice: SmallPractice) -> None:
    claim = practice.add_claim(
        frequency="7",
        original_reference="PCCN1",
        claim_note="WRONG UNITS",
        diagnoses="F84.0 F90.2",
        facility=practice.home,
        referring=practice.referring,
        supervising=practice.technician,
        place_of_service="12",
    )
    later = SERVICE_DAY + datetime.timedelta(days=4)
    ClaimLine.update(
        modifiers="HM GT", pointers="2 1", units=Decimal("7.5"), last_service_date=later
    ).where(ClaimLine.claim == claim).execute()
    made = one(store, claim)
    assert (made.frequency_code, made.original_reference) == ("7", "PCCN1")
    assert made.claim_note == Note("ADD", "WRONG UNITS")
    assert made.diagnoses == (Diagnosis("ABK", "F840"), Diagnosis("ABF", "F902"))
    assert made.facility == Provider("Client's home", entity_type="2", address=HOME)
    assert made.referring == Provider(
        "HOLT", "SAM", npi=practice.referring.npi, taxonomy="208000000X"
    )
    assert made.supervising is not None
    assert made.supervising.npi == practice.technician.npi
    (line,) = made.lines
    assert line.procedure == Procedure("97153", modifiers=("HM", "GT"))
    assert (line.units, line.diagnosis_pointers) == (Decimal("7.5"), (2, 1))
    assert (line.service_date, line.service_date_to) == (SERVICE_DAY, later)
    assert line.place_of_service == "11"


def test_what_the_billing_provider_says_already_is_not_repeated(
    store: Store, practice: SmallPractice
) -> None:
    unit = practice.unit
    BusinessUnit.update(npi=practice.supervisor.npi).where(BusinessUnit.id == unit.id).execute()
    columns = ("line1", "line2", "city", "state", "zip")
    same = {name: getattr(unit, name) for name in columns}
    office = Location.create(business_unit=unit, name="The clinic itself", **same)
    made = one(store, practice.add_claim(facility=office))
    assert made.rendering is None
    assert made.facility is None


def test_an_imported_claim_repeats_what_it_repeated(store: Store, practice: SmallPractice) -> None:
    BusinessUnit.update(npi=practice.supervisor.npi).execute()
    claim = practice.add_claim()
    said = wire.to_json(replace(one(store, claim), delay_reason="9", accept_assignment="C"))
    Claim.update(wire=said).where(Claim.id == claim.id).execute()
    made = one(store, claim)
    assert (made.delay_reason, made.accept_assignment) == ("9", "C")
    assert made.rendering is not None


def test_a_claim_that_lacks_much_is_still_made(store: Store, practice: SmallPractice) -> None:
    claim = practice.add_claim(coverage=None, payer=None, rendering=None, facility=None)
    made = one(store, claim)
    assert made.payer == Payer()
    assert made.subscriber == Subscriber(ADA)
    assert made.rendering is None


def test_claims_come_in_the_order_asked_for_and_gaps_are_skipped(
    store: Store, practice: SmallPractice
) -> None:
    claims = [practice.add_claim() for _ in range(3)]
    asked = [claims[2].id, 10**9, claims[0].id, claims[1].id]
    made = [claim.patient_control_number for claim in professional_claims(store.database, asked)]
    assert made == [claims[place].patient_control_number for place in (2, 0, 1)]


@contextmanager
def counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that a block runs."""
    statements: list[str] = []
    run = store.database.execute_sql

    def noted(sql: str, *arguments: Any) -> Any:
        statements.append(sql)
        return run(sql, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(store.database, "execute_sql", noted)
        yield statements


def test_reading_costs_no_query_per_claim(
    store: Store, practice: SmallPractice, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = [practice.add_claim(client=practice.add_client(f"CLIENT{n}")) for n in range(30)]
    with counted(store, monkeypatch) as for_one:
        list(professional_claims(store.database, [claims[0].id]))
    with counted(store, monkeypatch) as for_all:
        assert len(list(professional_claims(store.database, [claim.id for claim in claims]))) == 30
    assert len(for_all) == len(for_one) > 0
