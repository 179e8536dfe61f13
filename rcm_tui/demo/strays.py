"""Two payments that nobody's rules would make: what a biller has to look at by hand.

One pays claims that an earlier system sent, so no claim is here; one does not balance.
"""

import datetime
from decimal import Decimal

from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.payers import Clearinghouse, Payer
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.exchange.incoming import receive_file
from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.envelope import OutgoingEnvelope
from rcm_tui.x12.parties import Address, Contact, Party
from rcm_tui.x12.remittance import ClaimPayment, RemittanceHeader, ServicePayment
from rcm_tui.x12.remittance_writer import Remittance, write_remittances

# Patient control number, family and given name, charge, contractual adjustment.
UNKNOWN = (("OLD20417", "TAKAHASHI", "REN", 960, 170), ("OLD20422", "BRANDT", "LEA", 480, 85))
UNBALANCED = (("OLD20431", "OSEI", "KOFI", 480, 80),)
FIRST_CONTROL_NUMBER = 880_000_001


def receive_strays(store: Store, now: datetime.datetime) -> None:
    """Receives both files as the pick-up does."""
    house = Clearinghouse.get()
    today = store.today(now)
    files = (
        ("STRAY-1.835", UNKNOWN, Decimal(0)),
        # The payer's total is ten dollars less than what it says of its claims.
        ("STRAY-2.835", UNBALANCED, Decimal(-10)),
    )
    for place, (name, claims, off) in enumerate(files):
        content = _file(house, today, place, claims, off)
        receive_file(store, WORKER, house.name, name, content, now=now)


def _file(
    house: Clearinghouse,
    today: datetime.date,
    place: int,
    claims: tuple[tuple[str, str, str, int, int], ...],
    off: Decimal,
) -> bytes:
    envelope = OutgoingEnvelope(
        sender=house.receiver_id,
        receiver=house.sender_id,
        interchange_control_number=FIRST_CONTROL_NUMBER + place,
        group_control_number=FIRST_CONTROL_NUMBER + place,
        created=datetime.datetime.combine(today, datetime.time(8)),
        usage_indicator="T",
    )
    payments = [_payment(today, *claim) for claim in claims]
    header = _header(today, place, sum((one.paid for one in payments), off))
    return b"".join(write_remittances(envelope, [Remittance(header, payments)]))


def _payment(
    today: datetime.date, number: str, family: str, given: str, charge: int, contractual: int
) -> ClaimPayment:
    paid = Decimal(charge - contractual)
    adjustment = Adjustment("CO", "45", Decimal(contractual))
    served = today - datetime.timedelta(days=60)
    line = ServicePayment(
        "HC",
        "97153",
        Decimal(charge),
        paid,
        units=Decimal(charge // 20),
        service_date=served,
        adjustments=(adjustment,),
    )
    return ClaimPayment(
        number,
        "1",
        Decimal(charge),
        paid,
        filing_indicator="CI",
        payer_claim_control_number=f"PC{number}",
        facility_code="11",
        frequency_code="1",
        patient=Party("1", family, given),
        lines=(line,),
    )


def _header(today: datetime.date, place: int, amount: Decimal) -> RemittanceHeader:
    payer = Payer.select().order_by(Payer.id).first()
    unit = BusinessUnit.select().order_by(BusinessUnit.id).first()
    address = Address("1 PRACTICE WAY", "", "SAMPLETOWN", "NJ", "070010001")
    return RemittanceHeader(
        payment_amount=amount,
        method="CHK",
        effective_date=today,
        trace_number=f"88000{place + 1}",
        originator="1999999999",
        production_date=today,
        payer_name=payer.name,
        payer_id_qualifier="XV",
        payer_identifier=payer.payer_id,
        payer_address=address,
        payer_technical_contact=Contact("PRACTICE", telephone="5555550199"),
        payee_name=unit.name,
        payee_id_qualifier="XX",
        payee_identifier=unit.npi,
    )
