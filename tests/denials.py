"""Claims that a payer denied, as a posted remittance leaves them."""

import datetime
from collections.abc import Iterable

from rcm_tui.billing.denials.history import count_changes, keep_counted
from rcm_tui.billing.denials.open_denials import COLUMNS, open_denials
from rcm_tui.data.bulk import insert_rows
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.tables.remittances import Adjustment, Payment, Remittance, RemittanceLine
from rcm_tui.data.work import Work
from tests.practice_builder import NOW, SmallPractice


def denied_claim(
    practice: SmallPractice, name: str, reason: str = "4", number: str = "ICN4", **columns: object
) -> Claim:
    """A claim of a new client whose one line is denied with a CARC; no journals are posted."""
    claim = practice.add_claim(
        client=practice.add_client(name),
        status="Submitted",
        acknowledgement="accepted by payer",
        adjudication="denied",
        payer_claim_control_number=number,
        submitted_at=NOW,
        answered_at=NOW,
        elsewhere=True,
        **columns,  # type: ignore[arg-type]
    )
    Claim.update(payer_balance=claim.billed).where(Claim.id == claim.id).execute()
    line = ClaimLine.get(ClaimLine.claim == claim)
    payment = Payment.create(
        payer=claim.payer,
        payer_name=claim.payer.name,
        trace_number=f"T{name}",
        amount=0,
        effective_date=datetime.date(2026, 3, 12),
        set_key=f"set {name}",
        payment_key=f"payment {name}",
        state="posted",
        claims=1,
        received_at=NOW,
    )
    remittance = Remittance.create(
        payment=payment,
        position=1,
        claim=claim,
        state="posted",
        patient_control_number=claim.patient_control_number,
        payer_claim_control_number=number,
        status_code="4",
        charge=claim.billed,
        paid=0,
    )
    answered = RemittanceLine.create(
        remittance=remittance,
        position=1,
        claim_line=line,
        procedure_code=line.procedure_code,
        charge=claim.billed,
        paid=0,
    )
    Adjustment.create(
        remittance=remittance,
        line=answered,
        group_code="CO",
        reason_code=reason,
        amount=claim.billed,
    )
    keep_denials([claim.id])
    return Claim.get_by_id(claim.id)


def keep_denials(claims: Iterable[int]) -> None:
    """Keeps as open denials what rows say that the program did not write itself."""
    wanted = list(claims)
    Denial.delete().where(Denial.claim.in_(wanted)).execute()
    database = Denial._meta.database
    insert_rows(database, Denial, COLUMNS, open_denials(database, wanted).values())


def follow_denials(work: Work) -> int:
    """Brings the denial history up to date; returns how many months of payers were summed."""
    return keep_counted(work, count_changes(work.database))
