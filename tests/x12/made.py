"""Files and claims that the X12 tests make for themselves; all people are invented."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.claim import (
    ClaimBatch,
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
from rcm_tui.x12.delimiters import STANDARD, Delimiters
from rcm_tui.x12.envelope import OutgoingEnvelope
from rcm_tui.x12.events import (
    ClaimPaymentRead,
    ClaimRead,
    Event,
    FindingRead,
    RemittanceClosed,
)
from rcm_tui.x12.findings import Finding
from rcm_tui.x12.parties import Address, Contact, Note, Person, QualifiedDate, Reference
from rcm_tui.x12.remittance import ClaimPayment, RemittanceEnd

CREATED = datetime(2024, 3, 4, 15, 30)
ADDRESS = Address("12 ELM STREET", "SUITE 4", "COLUMBUS", "OH", "432151234")
CLINIC = Provider(
    last_name="BRIGHT STEPS LLC",
    entity_type="2",
    npi="1234567893",
    tax_id="311234567",
    taxonomy="103K00000X",
    address=ADDRESS,
    contact=Contact("BILLING", "6145551212"),
)
ANALYST = Provider("RIVERA", "ANA", npi="1245319599", taxonomy="103K00000X")
PAYER = Payer("EXAMPLE HEALTH PLAN", "60054")
PARENT = Person("OKAFOR", "GRACE", "M", "", ADDRESS, date(1988, 2, 29), "F")
CHILD = Person("OKAFOR", "SAM", address=ADDRESS, birth_date=date(2017, 7, 1), gender="M")
SUBSCRIBER = Subscriber(PARENT, "XYZ123456789", group_number="G100", filing_indicator="CI")


def line(number: int = 1, **changes: object) -> ServiceLine:
    fields: dict[str, object] = {
        "procedure": Procedure("97153", modifiers=("HM",)),
        "charge": Decimal("120.00"),
        "units": Decimal(8),
        "service_date": date(2024, 2, number),
        "diagnosis_pointers": (1,),
        "line_control_number": f"L{number}",
    }
    return ServiceLine(**{**fields, **changes})  # type: ignore[arg-type]


def claim(number: int = 1, **changes: object) -> ProfessionalClaim:
    fields: dict[str, object] = {
        "patient_control_number": f"PCN{number}",
        "charge": Decimal("120.00"),
        "place_of_service": "12",
        "billing_provider": CLINIC,
        "subscriber": SUBSCRIBER,
        "payer": PAYER,
        "lines": (line(),),
        "diagnoses": (Diagnosis("ABK", "F840"),),
        "rendering": ANALYST,
    }
    return ProfessionalClaim(**{**fields, **changes})  # type: ignore[arg-type]


def full_claim() -> ProfessionalClaim:
    """A dependent's secondary claim in which every loop stands that the writer knows."""
    adjudication = LineAdjudication(
        "SECOND99",
        Decimal("80.00"),
        Procedure("97153", modifiers=("HM",)),
        Decimal(8),
        adjustments=(
            Adjustment("CO", "45", Decimal("20.00")),
            Adjustment("PR", "2", Decimal("20.00"), Decimal(1)),
        ),
        paid_date=date(2024, 2, 20),
        remaining_patient_liability=Decimal("20.00"),
    )
    other = OtherSubscriber(
        Payer("OTHER PLAN", "SECOND99", address=ADDRESS, secondary_ids=(Reference("2U", "O1"),)),
        PARENT_WITHOUT_BIRTH,
        "OTHER123",
        payer_responsibility="P",
        relationship="19",
        group_number="G9",
        filing_indicator="CI",
        adjustments=tuple(Adjustment("PR", str(reason), Decimal(1)) for reason in range(1, 8)),
        paid=Decimal("80.00"),
        remaining_patient_liability=Decimal("20.00"),
        non_covered=Decimal("0"),
        patient_signature_source="P",
        remark_codes=("MA01", "MA07"),
        paid_date=date(2024, 2, 21),
        claim_control_number="ICN77",
        prior_authorization="OPA1",
        referral_number="OREF1",
    )
    supervisor = Provider("STONE", "LEE", "Q", "JR", npi="1245319599")
    doctor = Provider("NOVAK", "EVA", npi="1245319599", secondary_ids=(Reference("0B", "LIC1"),))
    place = Provider(
        "NORTH CLINIC", entity_type="2", npi="1234567893", address=ADDRESS, contact=None
    )
    return claim(
        9,
        charge=Decimal("240.00"),
        frequency_code="7",
        original_reference="ICN0001",
        prior_authorization="AUTH1",
        referral_number="REF1",
        medical_record_number="MRN1",
        clearinghouse_number="CH1",
        other_references=(Reference("P4", "DEMO1"),),
        claim_note=Note("ADD", "CORRECTED CLAIM"),
        patient_signature_source="P",
        related_causes=("AA",),
        accident_state="OH",
        delay_reason="7",
        onset_date=date(2023, 1, 1),
        initial_treatment_date=date(2023, 1, 2),
        last_seen_date=date(2023, 1, 3),
        accident_date=date(2023, 1, 4),
        last_menstrual_date=date(2023, 1, 5),
        admission_date=date(2023, 1, 6),
        discharge_date=date(2023, 1, 7),
        other_dates=(QualifiedDate("314", date(2023, 1, 8), date(2023, 1, 9)),),
        patient_paid=Decimal("5.50"),
        diagnoses=(
            Diagnosis("ABK", "F840"),
            *(Diagnosis("ABF", code) for code in "F900 F901 F902 F908 F909 F801 F802".split()),
            *(Diagnosis("ABF", code) for code in "F8081 F8089 F809 F819".split()),
        ),
        pay_to=Address("PO BOX 7", "", "DUBLIN", "OH", "43016"),
        referring=doctor,
        supervising=supervisor,
        facility=place,
        relationship="19",
        patient=CHILD,
        patient_secondary_ids=(Reference("Y4", "PC1"),),
        subscriber=Subscriber(
            PARENT,
            "XYZ123456789",
            payer_responsibility="S",
            group_name="ACME WELFARE",
            filing_indicator="CI",
            secondary_ids=(Reference("SY", "123456789"),),
        ),
        other_subscribers=(other,),
        lines=(
            line(
                1,
                procedure=Procedure("97153", modifiers=("HM", "95", "XP", "GT")),
                service_date_to=date(2024, 2, 3),
                place_of_service="11",
                diagnosis_pointers=(1, 2, 3, 12),
                prior_authorization="AUTH2",
                referral_number="REF2",
                note=Note("ADD", "LINE NOTE"),
                emergency="Y",
                rendering=ANALYST,
                supervising=supervisor,
                ordering=doctor,
                referring=doctor,
                facility=place,
                adjudications=(adjudication,),
                other_dates=(QualifiedDate("304", date(2024, 1, 1)),),
            ),
            line(2, units=Decimal("7.5"), unit_basis="MJ"),
        ),
    )


PARENT_WITHOUT_BIRTH = Person("OKAFOR", "GRACE", address=ADDRESS)


def batch(claims: Iterable[ProfessionalClaim], **changes: object) -> ClaimBatch:
    fields: dict[str, object] = {
        "sender": "CLINIC01",
        "receiver": "CLEARING",
        "interchange_control_number": 7,
        "group_control_number": 8,
        "created": CREATED,
        "submitter_name": "BRIGHT STEPS LLC",
        "submitter_id": "SUB1",
        "submitter_contact": Contact("BILLING", "6145551212", email="billing at example"),
        "receiver_name": "CLEARINGHOUSE",
        "receiver_id": "CH1",
        "claims": claims,
    }
    return ClaimBatch(**{**fields, **changes})  # type: ignore[arg-type]


def envelope(delimiters: Delimiters = STANDARD) -> OutgoingEnvelope:
    return OutgoingEnvelope("PAYER01", "CLINIC01", 70, 80, CREATED, delimiters=delimiters)


REMITTANCE_HEAD = (
    "ISA*00*          *00*          *ZZ*PAYER01        *ZZ*CLINIC01       *240304*1530*^*00501"
    "*000000070*0*P*:~GS*HP*PAYER01*CLINIC01*20240304*1530*80*X*005010X221A1~ST*835*0001~"
)


def remittance_claim(number: int) -> str:
    """Ten segments, two adjustments, in balance: 120.00 charged, 80.00 paid."""
    return (
        f"CLP*PCN{number}*1*120.00*80.00*20.00*12*ICN{number:08}*11*1~"
        f"NM1*QC*1*OKAFOR*SAM{number}****MI*M{number:07}~NM1*82*1*RIVERA*ANA****XX*1245319599~"
        f"DTM*232*202402{number % 28 + 1:02}~SVC*HC:97153:HM*120.00*80.00**8~"
        f"DTM*472*202402{number % 28 + 1:02}~CAS*CO*45*20.00~CAS*PR*2*20.00~REF*6R*L{number}~"
        f"AMT*B6*100.00~"
    )


def remittance_parts(claims: int, paid: str | None = None) -> Iterator[str]:
    paid = paid if paid is not None else f"{claims * 80}.00"
    yield REMITTANCE_HEAD
    yield (
        f"BPR*I*{paid}*C*ACH*CCP*01*021000021*DA*123*1512345678**01*031000053*DA*98*20240305~"
        "TRN*1*TRACE1*1512345678~DTM*405*20240304~N1*PR*EXAMPLE HEALTH PLAN~N3*1 PLAN WAY~"
        "N4*COLUMBUS*OH*43215~PER*BL*HELP*TE*8005551212~N1*PE*BRIGHT STEPS LLC*XX*1234567893~"
        "LX*1~"
    )
    for number in range(claims):
        yield remittance_claim(number)
    yield f"SE*{claims * 10 + 11}*0001~GE*1*80~IEA*1*000000070~"


def remittance_file(claims: int = 2, paid: str | None = None) -> bytes:
    return "".join(remittance_parts(claims, paid)).encode()


def findings(events: Iterable[Event]) -> list[Finding]:
    return [event.finding for event in events if isinstance(event, FindingRead)]


def reasons(events: Iterable[Event]) -> str:
    return "\n".join(finding.reason for finding in findings(events))


def payments(events: Iterable[Event]) -> list[ClaimPayment]:
    return [event.payment for event in events if isinstance(event, ClaimPaymentRead)]


def claims_of(events: Iterable[Event]) -> list[ProfessionalClaim]:
    return [event.claim for event in events if isinstance(event, ClaimRead)]


def ends(events: Iterable[Event]) -> list[RemittanceEnd]:
    return [event.end for event in events if isinstance(event, RemittanceClosed)]
