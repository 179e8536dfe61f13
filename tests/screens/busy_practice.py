"""A practice with something of everything on its screens, the same every time. People are invented.

Rows are made with the tables, so that a picture of a screen does not change with a rule.
"""

import datetime
import zlib
from typing import Any

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.stages import advance, resolve
from rcm_tui.billing.cases.timeline.emails import add_email
from rcm_tui.billing.cases.timeline.files import attach
from rcm_tui.billing.cases.timeline.writing import add_call, add_note, add_task
from rcm_tui.billing.charges.as_billed import KEPT
from rcm_tui.billing.denials.history import rebuild_denial_history
from rcm_tui.billing.editing import add
from rcm_tui.data.codes.claim_status import status_words
from rcm_tui.data.store import Store
from rcm_tui.data.tables.case_rule_runs import CaseRuleRun
from rcm_tui.data.tables.case_rules import CaseRule
from rcm_tui.data.tables.charges import BilledCharge
from rcm_tui.data.tables.claims import Claim, ClaimLine, ClaimValidation
from rcm_tui.data.tables.exchange import (
    ClaimResponse,
    ClaimsTransaction,
    IncomingFile,
    TransmittedClaim,
)
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.data.tables.ledger import Entry, Journal
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.data.tables.remittances import Adjustment, Payment, Remark, Remittance, RemittanceLine
from tests.denials import keep_denials
from tests.practice_builder import BILLER, NOW, TODAY, SmallPractice, npi, small_practice

NAMES = (
    ("Lindqvist", "Per"),
    ("Haddad", "Rami"),
    ("Osei", "Kofi"),
    ("Brandt", "Lea"),
    ("Sato", "Ken"),
    ("Nakamura-Villanueva", "Maria Guadalupe"),
)
HOUR = datetime.timedelta(hours=1)


def busy_practice(store: Store) -> SmallPractice:
    """Fills an empty store."""
    practice = small_practice()
    south = BusinessUnit.create(name="South Clinic", npi=npi(10000002), state="NY")
    blue = practice.add_payer("Blue Meadow Health Plan of New York", short_name="BLUE")
    clients = [practice.client]
    for number, (last, first) in enumerate(NAMES):
        payer = blue if number % 2 else practice.payer
        clients.append(practice.add_client(last, payer, first_name=first))
    for number in range(24):
        day = TODAY - datetime.timedelta(days=13 - number % 12)
        practice.add_charge(
            client=clients[number % len(clients)],
            day=day,
            hour=9 + number % 8,
            code=("97153", "97155", "97156")[number % 3],
            business_unit=south if number % 5 == 4 else practice.unit,
        )
    practice.add_charge(client=clients[1], status="Ready to Bill")
    practice.add_charge(client=clients[2], status="Ready to Bill", code="97155")
    practice.add_charge(client=clients[3], status="On Hold", hold_reason="Waits for the new card")
    practice.add_charge(client=clients[4], status="Scheduled", day=TODAY)
    _claims(practice, clients)
    _jobs()
    _cases(store)
    _case_rules()
    _reopened(practice, clients[3])
    with store.work(BILLER, NOW) as work:
        for claim in Claim.select().where(Claim.status == "Submitted"):
            work.record("claim submitted", claim, old="Ready to Submit", new="Submitted")
        rebuild_denial_history(work)
    keep_denials(claim.id for claim in Claim.select())
    return practice


def _reopened(practice: SmallPractice, client: Any) -> None:
    """A charge whose session was made half an hour longer after its line was made."""
    line = ClaimLine.get(ClaimLine.claim == Claim.get(Claim.client == client))
    charge = practice.add_charge(
        client=client, minutes=150, status="Awaiting Resubmission", claim_line=line
    )
    session = charge.session
    same = {name: getattr(charge, name) for name in KEPT}
    BilledCharge.create(
        **{**same, "minutes": 120, "units": 8, "billed": 32000, "expected": 24000},
        charge_item=charge,
        claim_line=line,
        starts_at=session.starts_at,
        ends_at=session.ends_at - HOUR / 2,
        kept_at=NOW,
    )


def _claims(practice: SmallPractice, clients: list[Any]) -> None:
    draft = practice.add_claim(client=clients[0])
    failed = practice.add_claim(client=clients[1], error_count=2)
    for rule, field, reason in (
        ("patient.birth_date", "patient birth date", "the patient has no date of birth"),
        ("authorization.missing", "authorization", "no authorization covers 03/02/2026"),
    ):
        ClaimValidation.create(
            claim=failed, rule=rule, severity="error", field=field, reason=reason
        )
    ClaimValidation.create(
        claim=draft,
        rule="timely_filing",
        severity="warning",
        field="dates",
        reason="timely filing ends in 6 days",
    )
    practice.add_claim(client=clients[2], status="Ready to Submit")
    practice.add_claim(
        client=clients[3], status="Ready to Submit", lines=[("97153", 8), ("97155", 4)]
    )
    transaction = ClaimsTransaction.create(
        clearinghouse=practice.clearinghouse,
        interchange_control_number=412,
        group_control_number=412,
        file_name="837P_000000412.txt",
        content=zlib.compress(b"ISA"),
        size=3,
        sha256="0" * 64,
        claims=5,
        billed=160000,
        state="sent",
        fence=1,
        built_at=NOW - 3 * HOUR,
        sent_at=NOW - 3 * HOUR,
        confirmed_at=NOW - 2 * HOUR,
        acknowledgement="accepted",
    )
    answers = IncomingFile.create(
        source="Test clearinghouse",
        name="answer.277",
        sha256="1" * 64,
        size=10,
        content=b"",
        kind="277CA",
        outcome="posted",
        claims=5,
        received_at=NOW - 2 * HOUR,
    )
    _taken_and_refused(transaction, answers)
    sent: list[Claim] = []
    for client, columns in (
        (clients[4], {"acknowledgement": "accepted by payer"}),
        (clients[5], {"acknowledgement": "rejected"}),
        (clients[6], {"acknowledgement": "accepted by payer", "adjudication": "paid"}),
        (clients[0], {"acknowledgement": "accepted by payer", "adjudication": "denied"}),
        (clients[1], {"acknowledgement": "accepted by payer", "adjudication": "partially paid"}),
    ):
        claim = practice.add_claim(
            client=client, status="Submitted", submitted_at=NOW - 3 * HOUR, **columns
        )
        TransmittedClaim.create(
            claims_transaction=transaction,
            claim=claim,
            set_control_number="0001",
            live=columns["acknowledgement"] != "rejected",
        )
        accepted = columns["acknowledgement"] != "rejected"
        ClaimResponse.create(
            claim=claim,
            incoming_file=answers,
            claims_transaction=transaction,
            kind="277CA",
            accepted=accepted,
            source="payer",
            category="A2" if accepted else "A7",
            status="20" if accepted else "164",
            entity="" if accepted else "IL",
            text="" if accepted else "MEMBER ID DOES NOT FIT THE PAYER'S PATTERN",
            words=status_words([("A2", "20", "") if accepted else ("A7", "164", "IL")]),
            named=f"claim {claim.patient_control_number}",
            received_at=NOW - 2 * HOUR,
        )
        _charge_journal(claim)
        sent.append(claim)
    _payment(practice, sent[2:])


def _taken_and_refused(transaction: ClaimsTransaction, answers: IncomingFile) -> None:
    """The file was taken, its group as well; an earlier one, not of ours, was refused."""
    common = {"incoming_file": answers, "received_at": NOW - 2 * HOUR}
    ours = {"claims_transaction": transaction, "claims": 5, "accepted": True}
    ClaimResponse.create(
        kind="TA1", level="file", category="A", words="the file was taken", **common, **ours
    )
    ClaimResponse.create(
        kind="999", level="group", category="A", words="the group was taken", **common, **ours
    )
    ClaimResponse.create(
        kind="TA1",
        level="file",
        accepted=False,
        category="R",
        status="025",
        words="the file was refused: a file with this control number was there before",
        named="ISA 000000399",
        note="it was not sent from here",
        claims=0,
        **common,
    )


def _cases(store: Store) -> None:
    """A case to follow up today, one that was resolved, and one without a claim."""
    partly = Claim.get(Claim.adjudication == "partially paid")
    paid = Claim.get(Claim.adjudication == "paid")
    with store.work(BILLER, NOW - 2 * HOUR) as work:
        settled = open_case(
            work, [paid.id], {"subject": "Underpayment", "carc": "CO-45", "owner": "tom"}
        )
        resolve(work, settled.made)
        fields = {
            "follow_up": TODAY,
            "priority": "high",
            "tags": "retro-auth",
            "description": "Their letter asks for the notes of the session; sent by fax twice.",
        }
        advance(work, open_case(work, [partly.id], fields).made)
        values = {"subject": "Units over the contract", "owner": "tom", "carc": "CO-222"}
        over = add(work, "case_file", values).id
    with store.work(BILLER, NOW - 26 * HOUR) as work:
        add_note(work, [over], "The contract of 2025 says 30 units.\nAsk Dana for the new one.")
        add_email(work, over, party="contracts@acme.example", subject="The contract of 2026")
    with store.work(BILLER, NOW - HOUR) as work:
        add_call(
            work,
            [over],
            outcome="They send the contract again",
            party="Acme Health",
            phone="888-632-3862",
            reference="4471-K",
        )
        day = TODAY + datetime.timedelta(days=1)
        add_task(work, [over], "Compare the contracts", due=day, assignee="tom")
        attach(work, [over], store.files, "contract 2025.pdf", b"%PDF", most=10, text="signed")


def _case_rules() -> None:
    """A rule in force, one that is only tried, and what the first one did."""
    CaseRule.create(
        name="Authorizations",
        active=True,
        group_codes="CO",
        reason_codes="197 15",
        owner_by="of the payer",
        owners="dana",
        priority="high",
    )
    CaseRule.create(
        name="Denials over 100.00",
        place=20,
        amount_from=10000,
        subject="Large denial",
        owner_by="in turn",
        owners="tom dana",
    )
    CaseRuleRun.create(
        ran_at=NOW - HOUR,
        occasion="posted",
        login="worker",
        opened=2,
        joined=1,
        claims=4,
        amount=96000,
    )


def _charge_journal(claim: Claim) -> None:
    journal = Journal.create(kind="charge", posted_on=TODAY, claim=claim, created_at=NOW)
    for line in ClaimLine.select().where(ClaimLine.claim == claim):
        for account, amount in (("payer receivable", line.billed), ("charges", -line.billed)):
            Entry.create(
                journal=journal, account=account, claim=claim, claim_line=line, amount=amount
            )
    Claim.update(payer_balance=claim.billed).where(Claim.id == claim.id).execute()
    ClaimLine.update(payer_balance=ClaimLine.billed).where(ClaimLine.claim == claim.id).execute()


def _payment(practice: SmallPractice, claims: list[Claim]) -> None:
    file = IncomingFile.create(
        source="Test clearinghouse",
        name="remit.835",
        sha256="2" * 64,
        size=10,
        content=b"",
        kind="835",
        outcome="posted",
        claims=3,
        paid=32000,
        received_at=NOW - HOUR,
    )
    IncomingFile.create(
        source="Test clearinghouse",
        name="odd.835",
        sha256="3" * 64,
        size=10,
        content=b"",
        kind="835",
        outcome="held",
        claims=1,
        findings='[{"reason": "BPR02 says 100.00, its claims sum to 90.00"}]',
        received_at=NOW - HOUR,
    )
    common: dict[str, Any] = {"payer": practice.payer, "payer_name": practice.payer.name}
    payment = Payment.create(
        incoming_file=file,
        trace_number="0099231",
        amount=32000,
        effective_date=TODAY,
        set_key="a",
        payment_key="a",
        state="posted",
        claims=4,
        posted=32000,
        received_at=NOW - HOUR,
        posted_at=NOW - HOUR,
        **common,
    )
    Payment.create(
        trace_number="0099240",
        amount=10000,
        set_key="b",
        payment_key="b",
        state="held",
        held_reasons='["BPR02 says 100.00, its claims sum to 90.00"]',
        claims=1,
        unposted=10000,
        received_at=NOW - HOUR,
        **common,
    )
    paid, denied, partly = claims
    for position, (claim, cents, group, code, reduction, share) in enumerate(
        (
            (paid, 22000, "CO", "45", 8000, 2000),
            (denied, 0, "CO", "197", 32000, 0),
            (partly, 10000, "CO", "16", 22000, 0),
        ),
        1,
    ):
        _remittance(payment, position, claim, cents, group, code, reduction, share)
    Remittance.create(
        payment=payment,
        position=4,
        state="orphan",
        reason="no claim of ours has this patient control number",
        patient_control_number="77120",
        status_code="1",
        charge=96000,
        paid=79000,
        patient_name="TAKAHASHI, YUI",
        member_id=practice.coverage.member_id,
        first_service_date=TODAY,
    )


def _remittance(
    payment: Payment,
    position: int,
    claim: Claim,
    cents: int,
    group: str,
    code: str,
    reduction: int,
    share: int,
) -> None:
    remittance = Remittance.create(
        payment=payment,
        position=position,
        claim=claim,
        state="posted",
        patient_control_number=claim.patient_control_number,
        payer_claim_control_number=f"ICN{position:05d}",
        status_code="4" if not cents else "1",
        charge=claim.billed,
        paid=cents,
        patient_responsibility=share,
        patient_name=claim.patient_name.upper(),
        first_service_date=claim.first_service_date,
    )
    line = ClaimLine.get(ClaimLine.claim == claim)
    answered = RemittanceLine.create(
        remittance=remittance,
        position=1,
        claim_line=line,
        procedure_code=line.procedure_code,
        charge=line.billed,
        paid=cents,
        allowed=cents + share or None,
    )
    for group_code, reason, amount in ((group, code, reduction), ("PR", "1", share)):
        if amount:
            Adjustment.create(
                remittance=remittance,
                line=answered,
                group_code=group_code,
                reason_code=reason,
                amount=amount,
            )
    Remark.create(remittance=remittance, line=answered, code="N54")
    adjusted = reduction if code == "45" else 0
    journal = Journal.create(
        kind="remittance",
        posted_on=TODAY,
        claim=claim,
        memo=f"check {payment.trace_number}",
        created_at=NOW - HOUR,
    )
    for account, amount in (
        ("payer payments", cents),
        ("contractual adjustments", adjusted),
        ("patient receivable", share),
        ("payer receivable", -(cents + adjusted + share)),
    ):
        if amount:
            Entry.create(
                journal=journal, account=account, claim=claim, claim_line=line, amount=amount
            )
    figures = {
        "paid": cents,
        "adjusted": adjusted,
        "patient_balance": share,
        "payer_balance": claim.billed - cents - adjusted - share,
    }
    Claim.update(answered_at=NOW - HOUR, **figures).where(Claim.id == claim.id).execute()
    denied = 0 if code == "45" else reduction
    told = {"allowed": cents + share or None, "denied": denied, "expected": line.expected}
    if not denied:
        told["expected"] = cents + share + 2000
        Claim.update(underpaid=2000).where(Claim.id == claim.id).execute()
    ClaimLine.update(**told, **figures).where(ClaimLine.id == line.id).execute()


def _jobs() -> None:
    submit = Job.create(
        name="submit",
        every_seconds=3600,
        at_minute=0,
        next_run_at=NOW + datetime.timedelta(minutes=40),
    )
    pick_up = Job.create(
        name="pick up answers", every_seconds=60, next_run_at=NOW + datetime.timedelta(minutes=1)
    )
    for job, hours, outcome, items, message in (
        (submit, 3, "done", 5, "5 claims in 1 file"),
        (pick_up, 2, "done", 5, ""),
        (pick_up, 1, "failed", 0, "/nowhere/incoming cannot be listed: no such folder"),
    ):
        JobRun.create(
            job=job,
            worker="test",
            fence=1,
            started_at=NOW - hours * HOUR,
            finished_at=NOW - hours * HOUR,
            outcome=outcome,
            items=items,
            message=message,
        )
