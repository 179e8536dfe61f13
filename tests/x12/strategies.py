"""Claims and remittances of every shape that a guide allows; all values are invented."""

import string
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.claim import (
    Diagnosis,
    Drug,
    LineAdjudication,
    OtherSubscriber,
    Payer,
    Procedure,
    ProfessionalClaim,
    Provider,
    ServiceLine,
    Subscriber,
)
from rcm_tui.x12.delimiters import Delimiters
from rcm_tui.x12.parties import Address, Contact, Note, Party, Person, Reference
from rcm_tui.x12.remittance import (
    ClaimPayment,
    ProviderAdjustment,
    RemittanceHeader,
    ServicePayment,
)
from rcm_tui.x12.remittance_writer import Remittance

delimiters = st.permutations("*:~^|>!<+;=%@#$&?_\x1c\x1d\x1e\x1f\n\r").map(
    lambda chosen: Delimiters(*chosen[:4])
)


def text(longest: int) -> st.SearchStrategy[str]:
    letters = string.ascii_letters + string.digits + " '-.,"
    return (
        st.text(letters, min_size=1, max_size=longest)
        .map(lambda value: " ".join(value.split()))
        .filter(bool)
    )


def code(longest: int, shortest: int = 1) -> st.SearchStrategy[str]:
    return st.text(string.ascii_uppercase + string.digits, min_size=shortest, max_size=longest)


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.just("") | strategy


digits = st.text(string.digits, min_size=10, max_size=10)
npis = st.sampled_from(["1234567893", "1245319599"])
days = st.dates(date(1950, 1, 1), date(2049, 12, 31))
money = st.integers(0, 9_999_999).map(lambda cents: Decimal(cents) / 100)
signed = st.integers(-999_999, 9_999_999).map(lambda cents: Decimal(cents) / 100)
units = st.integers(1, 99_999).map(lambda tenths: Decimal(tenths) / 10)
addresses = st.builds(
    Address,
    line1=text(55),
    line2=maybe(text(55)),
    city=text(30).filter(lambda city: len(city) > 1),
    state=st.sampled_from(["OH", "CA", "NY", "TX"]),
    postal_code=st.sampled_from(["43215", "432151234", "900011234"]),
)
contacts = st.builds(Contact, name=text(60), telephone=digits)
people = st.builds(
    Person,
    last_name=text(60),
    first_name=text(35),
    middle_name=maybe(text(25)),
    suffix=maybe(text(10)),
    address=addresses,
    birth_date=days,
    gender=st.sampled_from("FMU"),
)
taxonomies = st.sampled_from(["103K00000X", "106S00000X"])
licences = st.builds(Reference, st.sampled_from(["0B", "G2"]), code(20))
doctors = st.builds(
    Provider,
    last_name=text(60),
    first_name=text(35),
    middle_name=maybe(text(25)),
    suffix=maybe(text(10)),
    npi=npis,
    secondary_ids=st.lists(licences, max_size=2).map(tuple),
)
renderers = st.builds(
    Provider, last_name=text(60), first_name=text(35), npi=npis, taxonomy=taxonomies
)
places = st.builds(
    Provider, last_name=text(60), entity_type=st.just("2"), npi=npis, address=addresses
)
clinics = st.builds(
    Provider,
    last_name=text(60),
    entity_type=st.just("2"),
    npi=npis,
    tax_id=st.text(string.digits, min_size=9, max_size=9),
    tax_id_qualifier=st.sampled_from(["EI", "SY"]),
    taxonomy=taxonomies,
    address=addresses,
    contact=st.none() | contacts,
)
payers = st.builds(
    Payer, name=text(60), identifier=code(20, 2), address=st.none() | addresses,
    secondary_ids=st.just(()) | code(20).map(lambda number: (Reference("2U", number),)),
)  # fmt: skip
procedures = st.builds(
    Procedure,
    code=st.sampled_from(["97151", "97153", "97155", "H0032"]),
    modifiers=st.lists(st.sampled_from(["HM", "HN", "HO", "95", "XP"]), max_size=4, unique=True)
    .map(tuple),
    description=maybe(text(80)),
)  # fmt: skip


def grouped(adjustments: list[Adjustment]) -> tuple[Adjustment, ...]:
    """In the order of their groups, as they come back."""
    return tuple(sorted(adjustments, key=lambda one: one.group))


adjustments = st.lists(
    st.builds(
        Adjustment,
        st.sampled_from(["CO", "OA", "PI", "PR"]),
        st.sampled_from(["1", "2", "3", "16", "45", "97", "B7"]),
        money,
        st.none() | units,
    ),
    max_size=9,
).map(grouped)
adjudications = st.builds(
    LineAdjudication,
    payer_identifier=code(20, 2),
    paid=money,
    procedure=procedures,
    units=units,
    adjustments=adjustments,
    paid_date=days,
    remaining_patient_liability=st.none() | money,
)
notes = st.builds(Note, st.sampled_from(["ADD", "DCP"]), text(80))


@st.composite
def lines(draw: st.DrawFn, diagnoses: int, other: bool) -> ServiceLine:
    start = draw(days)
    several = draw(st.booleans())
    return ServiceLine(
        procedure=draw(procedures),
        charge=draw(money),
        units=draw(units),
        service_date=start,
        service_date_to=max(start, draw(days)) if several else None,
        unit_basis=draw(st.sampled_from(["UN", "MJ"])),
        place_of_service=draw(maybe(st.sampled_from(["02", "11", "12"]))),
        diagnosis_pointers=tuple(
            draw(st.lists(st.integers(1, diagnoses), min_size=1, max_size=4, unique=True))
        ),
        line_control_number=draw(code(30)),
        prior_authorization=draw(maybe(code(30))),
        note=draw(st.none() | notes),
        rendering=draw(st.none() | renderers),
        supervising=draw(st.none() | doctors),
        drug=draw(st.none() | st.builds(Drug, st.just("00026063512"), units, st.just("ML"))),
        adjudications=tuple(draw(st.lists(adjudications, max_size=2))) if other else (),
    )


others = st.builds(
    OtherSubscriber,
    payer=st.builds(Payer, name=text(60), identifier=code(20, 2)),
    person=st.builds(Person, last_name=text(60), first_name=text(35), address=addresses),
    member_id=code(20, 2),
    relationship=st.sampled_from(["18", "19", "01"]),
    group_number=maybe(code(20)),
    filing_indicator=st.sampled_from(["CI", "MB", "MC"]),
    adjustments=adjustments,
    paid=st.none() | money,
    remaining_patient_liability=st.none() | money,
    remark_codes=st.lists(st.sampled_from(["MA01", "MA07", "N130"]), max_size=5).map(tuple),
    claim_control_number=maybe(code(30)),
)


@st.composite
def claims(draw: st.DrawFn) -> ProfessionalClaim:
    """A claim that pyx12 holds for valid, of a subscriber or of a dependent."""
    dependent = draw(st.booleans())
    other = draw(st.lists(others, max_size=2))
    codes = draw(st.lists(st.sampled_from(_ICD), min_size=1, max_size=12, unique=True))
    accident = draw(st.booleans())
    frequency = draw(st.sampled_from("178"))
    return ProfessionalClaim(
        patient_control_number=draw(code(20)),
        charge=draw(money),
        place_of_service=draw(st.sampled_from(["02", "03", "11", "12"])),
        billing_provider=draw(clinics),
        subscriber=draw(
            st.builds(
                Subscriber,
                person=people,
                member_id=code(20, 2),
                payer_responsibility=st.sampled_from("PST"),
                group_number=maybe(code(20)),
                filing_indicator=st.sampled_from(["CI", "MC"]),
            )
        ),
        payer=draw(payers),
        lines=tuple(draw(st.lists(lines(len(codes), bool(other)), min_size=1, max_size=4))),
        diagnoses=tuple(
            Diagnosis("ABF" if position else "ABK", one) for position, one in enumerate(codes)
        ),
        frequency_code=frequency,
        original_reference=draw(code(30)) if frequency != "1" else "",
        patient_signature_source=draw(maybe(st.just("P"))),
        related_causes=("OA",) if accident else (),
        accident_date=draw(days) if accident else None,
        delay_reason=draw(maybe(st.sampled_from(["1", "7", "11"]))),
        prior_authorization=draw(maybe(code(30))),
        claim_note=draw(st.none() | notes),
        onset_date=draw(st.none() | days),
        patient_paid=draw(st.none() | money),
        pay_to=draw(st.none() | addresses),
        rendering=draw(st.none() | renderers),
        referring=draw(st.none() | doctors),
        supervising=draw(st.none() | doctors),
        facility=draw(st.none() | places),
        relationship=draw(st.sampled_from(["01", "19", "G8"])) if dependent else "18",
        patient=draw(people) if dependent else None,
        other_subscribers=tuple(other),
    )


_ICD = (
    *("F840", "F900", "F901", "F902", "F908", "F909", "F801", "F802"),
    *("F8081", "F8089", "F809", "F819", "R4183"),
)
parties = st.builds(
    Party,
    last_name=text(60),
    first_name=text(35),
    middle_name=maybe(text(25)),
    id_qualifier=st.just("MI"),
    identifier=code(20, 2),
)


@st.composite
def service_payments(draw: st.DrawFn) -> ServicePayment:
    """A line that balances."""
    adjusted = draw(adjustments)
    paid = draw(signed)
    several = draw(st.booleans())
    return ServicePayment(
        "HC",
        draw(st.sampled_from(["97151", "97153", "97155"])),
        paid + sum((one.amount for one in adjusted), Decimal(0)),
        paid,
        modifiers=tuple(draw(st.lists(st.sampled_from(["HM", "95"]), max_size=4))),
        units=draw(st.none() | units),
        service_date=draw(days),
        service_date_to=draw(days) if several else None,
        line_control_number=draw(maybe(code(30))),
        adjustments=adjusted,
        remark_codes=tuple(draw(st.lists(st.sampled_from(["N130", "M15"]), max_size=3))),
        allowed=draw(st.none() | money),
    )


@st.composite
def claim_payments(draw: st.DrawFn) -> ClaimPayment:
    """A claim that balances, with lines or without."""
    adjusted = draw(adjustments)
    read = draw(st.lists(service_payments(), max_size=3))
    paid = draw(signed)
    taken = [one.amount for one in adjusted]
    taken += [one.amount for line in read for one in line.adjustments]
    return ClaimPayment(
        draw(code(20)),
        draw(st.sampled_from(["1", "2", "3", "4", "22"])),
        paid + sum(taken, Decimal(0)),
        paid,
        draw(money),
        "12",
        draw(code(20)),
        "11",
        "1",
        patient=draw(st.none() | parties),
        corrected=draw(st.none() | parties),
        adjustments=adjusted,
        statement_from=draw(st.none() | days),
        remark_codes=tuple(draw(st.lists(st.sampled_from(["MA01", "MA07"]), max_size=5))),
        references=tuple(draw(st.lists(st.builds(Reference, st.just("1L"), code(20)), max_size=2))),
        lines=tuple(read),
    )


@st.composite
def remittances(draw: st.DrawFn) -> Remittance:
    """A payment that balances (its BPR02 may be negative here, which no payer may send)."""
    payments = draw(st.lists(claim_payments(), max_size=4))
    plb = tuple(
        draw(
            st.lists(
                st.builds(
                    ProviderAdjustment,
                    st.just("1234567893"),
                    st.just(date(2024, 12, 31)),
                    st.sampled_from(["WO", "L6", "FB", "72"]),
                    maybe(code(30)),
                    signed,
                ),
                max_size=8,
            )
        )
    )
    total = sum((one.paid for one in payments), Decimal(0))
    total -= sum((one.amount for one in plb), Decimal(0))
    header = RemittanceHeader(
        payment_amount=total,
        method="ACH",
        effective_date=draw(days),
        trace_number=draw(code(30)),
        payer_name=draw(text(60)),
        payee_name=draw(text(60)),
        payee_id_qualifier="XX",
        payee_identifier="1234567893",
    )
    return Remittance(header, payments, plb)
