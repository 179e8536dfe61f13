"""A claim whose client has a second payer, and what the first one says of it. All invented."""

from typing import Any

from rcm_tui.billing.claims.secondary import bill_secondary
from rcm_tui.billing.claims.submission import mark_submitted
from rcm_tui.billing.outcome import Outcome
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.remittances import Adjustment, Payment, Remittance, RemittanceLine
from tests.practice_builder import BILLER, NOW, TODAY, YEAR_START, SmallPractice


def add_coverage(
    practice: SmallPractice, client: Client | None = None, rank: int = 2, **columns: Any
) -> Coverage:
    """A further coverage of a client, with a payer of its own that answers within 30 days."""
    client = client or practice.client
    payer = columns.pop("payer", None) or practice.add_payer(f"Second Health {rank}")
    return Coverage.create(
        **{
            "client": client,
            "payer": payer,
            "rank": rank,
            "member_id": f"S{rank}{client.id:06d}",
            "filing_indicator": "CI",
            "relationship": "19",
            "holder_last_name": client.last_name,
            "holder_first_name": "PAT",
            "holder_birth_date": "1990-05-05",
            "holder_gender": "F",
            "holder_line1": client.line1,
            "holder_city": client.city,
            "holder_state": client.state,
            "holder_zip": client.zip,
            "starts_on": YEAR_START,
            **columns,
        }
    )


def billed_onward(store: Store, *claims: Claim) -> Outcome:
    """Bills the next payer of claims."""
    with store.work(BILLER, NOW) as work:
        return bill_secondary(work, [claim.id for claim in claims])


def sent(store: Store, *keys: int) -> list[Claim]:
    """Sends claims that are Ready to Submit, as the worker does, without a file."""
    with store.work(BILLER, NOW) as work:
        mark_submitted(work, keys)
    Claim.update(elsewhere=True).where(Claim.id.in_(keys), Claim.billed_after.is_null()).execute()
    return [Claim.get_by_id(key) for key in keys]


def left_to_patient(practice: SmallPractice, name: str, **columns: Any) -> Claim:
    """A claim of a new client with two payers: the first left 48.00 of 320.00 to the patient.

    As a posted remittance leaves it; no journals are posted.
    """
    client = practice.add_client(name)
    add_coverage(practice, client)
    claim = practice.add_claim(
        client=client,
        status="Submitted",
        acknowledgement="accepted by payer",
        adjudication="paid",
        payer_claim_control_number=f"ICN{name}",
        submitted_at=NOW,
        answered_at=NOW,
        elsewhere=True,
        **columns,
    )
    moved = {"paid": 19200, "adjusted": 8000, "patient_balance": 4800}
    Claim.update(moved).where(Claim.id == claim.id).execute()
    line = ClaimLine.get(ClaimLine.claim == claim)
    ClaimLine.update(moved).where(ClaimLine.id == line.id).execute()
    payment = Payment.create(
        payer=claim.payer,
        payer_name=claim.payer.name,
        trace_number=f"T{name}",
        amount=19200,
        effective_date=TODAY,
        set_key=f"set {name}",
        payment_key=f"payment {name}",
        state="posted",
        claims=1,
        posted=19200,
        received_at=NOW,
    )
    remittance = Remittance.create(
        payment=payment,
        position=1,
        claim=claim,
        state="posted",
        patient_control_number=claim.patient_control_number,
        status_code="1",
        charge=32000,
        paid=19200,
        patient_responsibility=4800,
    )
    said = RemittanceLine.create(
        remittance=remittance,
        position=1,
        claim_line=line,
        procedure_code="97153",
        charge=32000,
        paid=19200,
        units=8,
    )
    for group, reason, amount in (("CO", "45", 8000), ("PR", "2", 4800)):
        Adjustment.create(
            remittance=remittance, line=said, group_code=group, reason_code=reason, amount=amount
        )
    return Claim.get_by_id(claim.id)
