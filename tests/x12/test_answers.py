"""TA1, 999, 277CA and 835: what is written is what is read."""

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings

from rcm_tui.x12.acknowledgement_writer import (
    write_claim_acknowledgement,
    write_implementation_acknowledgements,
    write_interchange_acknowledgements,
)
from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.claim_acknowledgement import (
    AcknowledgementHeader,
    ClaimStatus,
    LevelTotals,
    LineStatus,
    Status,
)
from rcm_tui.x12.delimiters import STANDARD, Delimiters
from rcm_tui.x12.events import (
    AcknowledgementClosed,
    AcknowledgementOpened,
    ClaimPaymentRead,
    ClaimStatusRead,
    Event,
    GroupAcknowledged,
    InterchangeAcknowledged,
    LevelTotalsRead,
    RemittanceOpened,
)
from rcm_tui.x12.implementation_acknowledgement import (
    ElementError,
    ImplementationAcknowledgement,
    SegmentError,
    SetAcknowledgement,
)
from rcm_tui.x12.interchange_acknowledgement import InterchangeAcknowledgement
from rcm_tui.x12.parties import Address, Contact, Party, QualifiedDate, Reference
from rcm_tui.x12.reader import file_type, read_all
from rcm_tui.x12.remittance import (
    ClaimPayment,
    ProviderAdjustment,
    RemittanceHeader,
    ServicePayment,
)
from rcm_tui.x12.remittance_writer import Remittance, write_remittances
from tests.x12 import strategies
from tests.x12.made import ADDRESS, CREATED, ends, envelope, findings
from tests.x12.pyx12_says import errors

SOURCE = Party("2", "CLEARINGHOUSE", id_qualifier="46", identifier="CH1")
RECEIVER = Party("2", "BRIGHT STEPS LLC", id_qualifier="46", identifier="SUB1")
PROVIDER = Party("2", "BRIGHT STEPS LLC", id_qualifier="XX", identifier="1234567893")
PATIENT = Party("1", "OKAFOR", "SAM", "Q", "JR", "MI", "XYZ1")
TODAY = date(2024, 3, 4)


def claim_acknowledgement_entries() -> list[LevelTotals | ClaimStatus]:
    accepted = Status((("A2", "20", ""),), TODAY, "WQ", Decimal("120.00"))
    rejected = Status(
        (("A7", "562", "85"), ("A7", "21", ""), ("A8", "164", "IL")), TODAY, "U", Decimal("240.00")
    )
    return [
        LevelTotals(
            "receiver", RECEIVER, "0000000070001",
            (Status((("A1", "19", "PR"),), TODAY, "WQ", Decimal("360.00")),),
            1, 1, Decimal("120.00"), Decimal("240.00"),
        ),
        LevelTotals("provider", PROVIDER, "P1", (Status((("A1", "19", "PR"),), None, "WQ",
                    Decimal("360.00")),), 1, 1, Decimal("120.00"), Decimal("240.00")),
        ClaimStatus("PCN1", (accepted,), PATIENT, "ICN1", "CH1", TODAY, provider=PROVIDER,
                    trace_number="PCN1"),
        ClaimStatus(
            "PCN2", (rejected,), PATIENT, service_date=TODAY, service_date_to=date(2024, 3, 9),
            references=(Reference("BLT", "731"),), provider=PROVIDER, trace_number="PCN2",
            lines=(LineStatus("HC", "97153", ("HM", "95"), Decimal("240.00"), Decimal(8), "L1",
                              TODAY, None, (Status((("A7", "21", ""),), TODAY, "U"),)),),
        ),
    ]  # fmt: skip


def claim_acknowledgement_file(delimiters: Delimiters = STANDARD) -> bytes:
    header = AcknowledgementHeader("REF1", CREATED, "08", SOURCE, "AY", "T1", TODAY, TODAY)
    return b"".join(
        write_claim_acknowledgement(envelope(delimiters), header, claim_acknowledgement_entries())
    )


def group_acknowledgement() -> ImplementationAcknowledgement:
    error = SegmentError(
        "CLM", 22, "2300", "8", ("CLM01:123456789", "SITUATIONAL TRIGGER*CLM*43**5:3"),
        (ElementError(2, 0, 0, "782", "1", "BAD"), ElementError(5, 3, 1, "", "7", "", ("CTX1",))),
    )  # fmt: skip
    return ImplementationAcknowledgement(
        "HC", "8", "005010X222A1", "P", 2, 2, 1, ("5",),
        (
            SetAcknowledgement("837", "0001", "005010X222A1", "A"),
            SetAcknowledgement("837", "0002", "005010X222A1", "R", ("5", "I5"), (error,)),
        ),
    )  # fmt: skip


def acknowledgement_file(delimiters: Delimiters = STANDARD) -> bytes:
    return write_implementation_acknowledgements(envelope(delimiters), [group_acknowledgement()])


def read_without_findings(content: bytes) -> list[Event]:
    events = read_all(content)
    assert not findings(events)
    return events


def test_interchange_acknowledgements() -> None:
    answers = [
        InterchangeAcknowledgement("000000007", CREATED, "A", "000"),
        InterchangeAcknowledgement("000000008", None, "R", "022"),
    ]
    content = write_interchange_acknowledgements(envelope(), answers)
    events = read_without_findings(content)
    read = [e.acknowledgement for e in events if isinstance(e, InterchangeAcknowledged)]
    assert read == answers
    assert [one.accepted for one in read] == [True, False]
    assert file_type(io.BytesIO(content)) == "TA1"


@given(strategies.delimiters)
def test_implementation_acknowledgement(delimiters: Delimiters) -> None:
    events = read_without_findings(acknowledgement_file(delimiters))
    (read,) = (e.acknowledgement for e in events if isinstance(e, GroupAcknowledged))
    assert read == group_acknowledgement()
    assert [one.accepted for one in read.sets] == [True, False]
    assert read.sets[1].errors[0].claim == "123456789"


@given(strategies.delimiters)
def test_claim_acknowledgement(delimiters: Delimiters) -> None:
    events = read_without_findings(claim_acknowledgement_file(delimiters))
    header = next(e.header for e in events if isinstance(e, AcknowledgementOpened))
    assert header == AcknowledgementHeader("REF1", CREATED, "08", SOURCE, "AY", "T1", TODAY, TODAY)
    entries: list[LevelTotals | ClaimStatus] = []
    for event in events:
        if isinstance(event, LevelTotalsRead):
            entries.append(event.totals)
        elif isinstance(event, ClaimStatusRead):
            entries.append(event.status)
    assert entries == claim_acknowledgement_entries()
    end = next(e.end for e in events if isinstance(e, AcknowledgementClosed))
    assert (end.claims, end.rejected, end.complete) == (2, 1, True)


def test_the_answers_are_valid_for_pyx12() -> None:
    plain = group_acknowledgement()
    plain.sets[1].errors = (SegmentError("CLM", 22, "2300", "8"),)
    plain.sets[1].reasons = ("5",)
    content = write_implementation_acknowledgements(envelope(), [plain])
    assert errors(content) == []
    assert errors(claim_acknowledgement_file()) == []


def test_a_claim_before_its_provider_is_refused() -> None:
    header = AcknowledgementHeader("REF1", CREATED, "08", SOURCE, "AY", "T1", TODAY, TODAY)
    with pytest.raises(ValueError, match="before its provider"):
        list(write_claim_acknowledgement(envelope(), header, [ClaimStatus("1")]))


def remittance() -> tuple[RemittanceHeader, list[ClaimPayment], tuple[ProviderAdjustment, ...]]:
    header = RemittanceHeader(
        payment_amount=Decimal("88.75"), method="CHK", effective_date=TODAY, trace_number="T1",
        originator="1512345678", originator_supplement="S1", production_date=TODAY,
        receiver_id="R1", version_id="V1", payer_name="EXAMPLE HEALTH PLAN",
        payer_id_qualifier="XV", payer_identifier="60054", payer_address=ADDRESS,
        payer_references=(Reference("2U", "60054"),),
        payer_contact=Contact("CLAIMS", "8005551212", "12", "8005551213"),
        payer_technical_contact=Contact("EDI", "8005551214", email="edi at example"),
        payer_website="example.com", payee_name="BRIGHT STEPS LLC", payee_id_qualifier="XX",
        payee_identifier="1234567893", payee_tax_id="311234567",
        payee_address=Address("1 A ST", "", "DUBLIN", "OH", "43016"),
        payee_references=(Reference("PQ", "P1"),),
    )  # fmt: skip
    party = Party("1", "OKAFOR", "SAM", "Q", "JR", "MI", "XYZ1")
    line = ServicePayment(
        "HC", "97155", Decimal("100.00"), Decimal("80.00"), ("HM", "95"), "THERAPY", "", Decimal(4),
        "HC", "97153", ("HM",), "", Decimal(5), TODAY, date(2024, 3, 5), "L1", "1245319599",
        (Adjustment("CO", "45", Decimal("10.00"), Decimal(1)), Adjustment("PR", "2", Decimal(10))),
        ("N130",), Decimal("90.00"), (("KH", Decimal(1)),), (Reference("LU", "11"),),
    )  # fmt: skip
    payment = ClaimPayment(
        "PCN1", "1", Decimal("100.00"), Decimal("75.00"), Decimal("10.00"), "12", "ICN1", "11", "1",
        "", party, party, party, Party("1", "RIVERA", "ANA", id_qualifier="XX",
        identifier="1245319599"), Party("2", "NEXT PLAN", id_qualifier="PI", identifier="N1"),
        None, None, (Adjustment("OA", "23", Decimal(5)),), TODAY, TODAY, TODAY, TODAY,
        (QualifiedDate("999", TODAY),), (("AU", Decimal("90.00")),), ("MA01", "MA07"),
        (Reference("1L", "G1"),), Contact("HELP", "8005551215"), (line,),
    )  # fmt: skip
    denied = ClaimPayment(
        "PCN2", "4", Decimal("50.00"), Decimal("0.00"),
        adjustments=tuple(Adjustment("CO", str(n), Decimal(n)) for n in (5, 6, 7, 8, 9, 10, 5)),
    )  # fmt: skip
    plb = tuple(
        ProviderAdjustment(
            "1234567893", date(2024, 12, 31), "WO", f"ICN{n}", Decimal("-1.9643"[:5])
        )
        for n in range(7)
    )
    return header, [payment, denied], plb


def test_remittance() -> None:
    header, claims, adjustments = remittance()
    content = b"".join(
        write_remittances(envelope(), [Remittance(header, iter(claims), adjustments)] * 1)
    )
    events = read_without_findings(content)
    assert next(e.header for e in events if isinstance(e, RemittanceOpened)) == header
    assert [e.payment for e in events if isinstance(e, ClaimPaymentRead)] == claims
    (end,) = ends(events)
    assert end.provider_adjustments == adjustments
    assert end.paid == Decimal("75.00")
    assert end.provider_adjusted == Decimal("-13.72")
    assert [one.level for one in end.imbalances] == ["payment"]
    assert end.imbalances[0].difference == Decimal("0.03")


@settings(max_examples=60)
@given(strategies.remittances(), strategies.delimiters)
def test_any_remittance(written: Remittance, delimiters: Delimiters) -> None:
    claims = list(written.payments)
    content = b"".join(
        write_remittances(
            envelope(delimiters), [Remittance(written.header, claims, written.provider_adjustments)]
        )
    )
    events = read_without_findings(content)
    assert next(e.header for e in events if isinstance(e, RemittanceOpened)) == written.header
    assert [e.payment for e in events if isinstance(e, ClaimPaymentRead)] == claims
    (end,) = ends(events)
    assert end.balanced
    assert end.paid == sum((claim.paid for claim in claims), Decimal(0))
    assert end.claims == len(claims)
