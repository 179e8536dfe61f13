"""What an imported 837P says beyond the columns comes back whole, and never over the columns."""

import datetime
import json
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.exchange import wire
from rcm_tui.exchange.dataclass_json import decoded, encoded
from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.claim import (
    Diagnosis,
    LineAdjudication,
    OtherSubscriber,
    Payer,
    Procedure,
    ProfessionalClaim,
    Provider,
    ServiceLine,
    Subscriber,
)
from rcm_tui.x12.findings import Finding, UnreadSegment
from rcm_tui.x12.parties import Address, Contact, Note, Person, QualifiedDate, Reference

DAY = datetime.date(2026, 3, 2)

# What the columns of claim, client, coverage, payer, practice and claim line hold.
CLAIM_COLUMNS = {
    "onset_date",
    "patient_control_number",
    "charge",
    "place_of_service",
    "frequency_code",
    "original_reference",
    "prior_authorization",
    "relationship",
}
CLAIM_PARTS = {
    *wire.PROVIDERS,
    "subscriber",
    "payer",
    "patient",
    "lines",
    "diagnoses",
    "claim_note",
}
NOT_SENT = {"unread", "findings"}
PROVIDER_COLUMNS = {
    "last_name",
    "first_name",
    "entity_type",
    "npi",
    "tax_id",
    "tax_id_qualifier",
    "taxonomy",
    "address",
}
LINE_COLUMNS = {
    "procedure",
    "charge",
    "units",
    "service_date",
    "service_date_to",
    "place_of_service",
    "diagnosis_pointers",
    "line_control_number",
}


def names(kind: Any) -> set[str]:
    return {item.name for item in fields(kind)}


@pytest.mark.parametrize(
    ("kind", "kept", "columns"),
    [
        (ProfessionalClaim, wire.KEPT, CLAIM_COLUMNS | CLAIM_PARTS | NOT_SENT),
        (Provider, wire.PROVIDER_KEPT, PROVIDER_COLUMNS),
        (Payer, wire.PAYER_KEPT, {"name", "identifier", "address"}),
        (
            Subscriber,
            wire.SUBSCRIBER_KEPT,
            {"person", "member_id", "group_number", "group_name", "filing_indicator"},
        ),
        (ServiceLine, wire.LINE_KEPT, LINE_COLUMNS),
        (Procedure, wire.PROCEDURE_KEPT, {"code", "modifiers"}),
        (Address, wire.ADDRESS_KEPT, {"line1", "line2", "city", "state", "postal_code"}),
    ],
)
def test_every_field_of_the_model_is_a_column_or_kept(
    kind: Any, kept: tuple[str, ...], columns: set[str]
) -> None:
    assert names(kind) == set(kept) | columns


def full_claim() -> ProfessionalClaim:
    """A claim that says much that no column holds."""
    secondary = OtherSubscriber(
        payer=Payer("OTHER HEALTH", "70007"),
        person=Person("OKAFOR", "CHIDI"),
        member_id="X1",
        paid=Decimal("80.00"),
        adjustments=(Adjustment("CO", "45", Decimal("20.00")),),
        paid_date=DAY,
    )
    line = ServiceLine(
        procedure=Procedure("97153", modifiers=("HM",), description="DIRECT TREATMENT"),
        charge=Decimal("320.00"),
        units=Decimal("120"),
        service_date=DAY,
        unit_basis="MJ",
        diagnosis_pointers=(1,),
        line_control_number="L1",
        note=Note("ADD", "SECOND VISIT"),
        rendering=Provider("RUIZ", "DANA", npi="1234567893"),
        other_dates=(QualifiedDate("304", DAY),),
        adjudications=(LineAdjudication("70007", Decimal("80"), Procedure("97153")),),
    )
    return ProfessionalClaim(
        patient_control_number="TC1",
        charge=Decimal("320.00"),
        place_of_service="11",
        billing_provider=Provider(
            "NORTH CLINIC",
            entity_type="2",
            npi="1000000004",
            address=Address("1 MAIN ST", "", "TORONTO", "ON", "M5V2T6", "CA"),
            contact=Contact("PAT", "5555550101", fax="5555550102"),
            secondary_ids=(Reference("0B", "LIC1"),),
        ),
        subscriber=Subscriber(
            Person("OKAFOR", "ADA", address=Address("22 ELM ST", "", "ALBANY", "NY", "12203")),
            "W1",
            payer_responsibility="S",
            insurance_type="47",
            secondary_ids=(Reference("SY", "111223333"),),
        ),
        payer=Payer("ACME", "60001", "XV", secondary_ids=(Reference("2U", "9"),)),
        lines=(line, replace(line, procedure=Procedure("97155"), note=None)),
        diagnoses=(Diagnosis("BK", "29900"), Diagnosis("BF", "3159")),
        delay_reason="11",
        related_causes=("AA", "OA"),
        accident_state="NY",
        accident_date=DAY,
        medical_record_number="M1",
        other_references=(Reference("P4", "DEMO"),),
        claim_note=Note("TPO", "SEE LETTER"),
        patient_paid=Decimal("15.00"),
        pay_to=Address("PO BOX 1", "", "ALBANY", "NY", "12201"),
        rendering=Provider("RUIZ", "DANA", "M", npi="1234567893", taxonomy="103K00000X"),
        facility=Provider(
            "SCHOOL",
            entity_type="2",
            address=Address("9 OAK ST", "", "ALBANY", "NY", "12203"),
            secondary_ids=(Reference("G2", "8"),),
        ),
        other_subscribers=(secondary,),
    )


def as_columns_say(claim: ProfessionalClaim) -> ProfessionalClaim:
    """The claim as it is built from columns alone."""

    def address(of: Address | None) -> Address | None:
        return replace(of, country="", subdivision="") if of else None

    def provider(of: Provider) -> Provider:
        bare = {"middle_name": "", "suffix": "", "contact": None, "secondary_ids": ()}
        return replace(of, address=address(of.address), **bare)  # type: ignore[arg-type]

    empty: dict[str, Any] = {
        item.name: item.default for item in fields(ProfessionalClaim) if item.name in wire.KEPT
    }
    columns = {name: getattr(claim, name) for name in CLAIM_COLUMNS}
    lines = tuple(
        ServiceLine(
            **{name: getattr(line, name) for name in LINE_COLUMNS - {"procedure"}},
            procedure=Procedure(line.procedure.code, modifiers=line.procedure.modifiers),
        )
        for line in claim.lines
    )
    return ProfessionalClaim(
        **columns,
        **empty,
        billing_provider=provider(claim.billing_provider),
        subscriber=Subscriber(claim.subscriber.person, claim.subscriber.member_id),
        payer=Payer(claim.payer.name, claim.payer.identifier),
        lines=lines,
        diagnoses=tuple(
            Diagnosis("ABF" if place else "ABK", one.code)
            for place, one in enumerate(claim.diagnoses)
        ),
        claim_note=Note("ADD", claim.claim_note.text) if claim.claim_note else None,
        rendering=provider(claim.rendering) if claim.rendering else None,
        facility=provider(claim.facility) if claim.facility else None,
    )


def test_a_full_claim_comes_back_from_its_columns_and_the_json() -> None:
    claim = full_claim()
    bare = as_columns_say(claim)
    assert bare != claim
    assert wire.apply(wire.to_json(claim), bare) == claim


def test_a_claim_without_json_stays_as_its_columns_say() -> None:
    claim = full_claim()
    assert wire.apply("", claim) is claim


def test_a_plain_claim_keeps_only_its_place_among_the_payers() -> None:
    claim = as_columns_say(full_claim())
    kept = json.loads(wire.to_json(claim))
    assert kept == {"subscriber": {"of": "W1", "payer_responsibility": "P"}}


def test_what_was_said_of_another_provider_or_payer_is_left_out() -> None:
    claim = full_claim()
    bare = as_columns_say(claim)
    assert bare.rendering is not None
    changed = replace(
        bare,
        rendering=replace(bare.rendering, npi="1999999992", last_name="TERRY"),
        payer=replace(bare.payer, identifier="60002"),
        subscriber=replace(bare.subscriber, member_id="W2"),
        diagnoses=(Diagnosis("ABK", "F840"),),
        lines=(replace(bare.lines[0], procedure=Procedure("97156")), bare.lines[1]),
    )
    back = wire.apply(wire.to_json(claim), changed)
    assert back.rendering == changed.rendering
    assert back.payer == changed.payer
    assert back.subscriber == changed.subscriber
    assert back.diagnoses == changed.diagnoses
    assert back.lines[0] == changed.lines[0]
    assert back.lines[1] == claim.lines[1]


@given(
    st.builds(
        ProfessionalClaim,
        charge=st.decimals(allow_nan=False, allow_infinity=False, places=2),
        unread=st.just(()),
        findings=st.just(()),
    )
)
def test_any_claim_survives_json(claim: ProfessionalClaim) -> None:
    text = json.dumps(encoded(claim))
    assert decoded(ProfessionalClaim, json.loads(text)) == claim


st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False, places=2))


def test_what_is_for_the_reader_only_is_not_kept() -> None:
    claim = replace(
        full_claim(),
        unread=(UnreadSegment(7, "CN1", "CN1*05"),),
        findings=(Finding("warning", 7, "CN1", "not read"),),
    )
    assert "CN1" not in wire.to_json(claim)


def test_altered_json_is_refused() -> None:
    with pytest.raises(ValueError):
        wire.apply('{"claim":{"delay_reason":7}}', full_claim())
