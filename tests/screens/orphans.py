"""A remittance without a claim in the busy practice, and the claim that it is for."""

from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.ledger import Entry, Journal
from rcm_tui.data.tables.remittances import Adjustment, Remittance, RemittanceLine
from tests.practice_builder import NOW, TODAY, SmallPractice
from tests.screens.busy_practice import _charge_journal

PATIENT = "WREN, IDA"


def orphan_of_a_claim(practice: SmallPractice) -> tuple[Remittance, Claim]:
    """The practice's orphan, made to name the patient, day and amount of one open claim."""
    client = practice.add_client("Wren", first_name="Ida")
    claim = practice.add_claim(client=client, status="Submitted")
    _charge_journal(claim)
    orphan = Remittance.get(Remittance.state == "orphan")
    journal = Journal.create(kind="orphan", posted_on=TODAY, created_at=NOW)
    for account, amount in (("payer payments", 24000), ("unapplied", -24000)):
        Entry.create(journal=journal, account=account, amount=amount)
    orphan.patient_name, orphan.charge, orphan.paid = PATIENT, 32000, 24000
    orphan.first_service_date, orphan.journal = claim.first_service_date, journal
    orphan.member_id = ""
    orphan.save()
    line = RemittanceLine.create(
        remittance=orphan, position=1, procedure_code="97153", charge=32000, paid=24000
    )
    Adjustment.create(remittance=orphan, line=line, group_code="CO", reason_code="45", amount=8000)
    return orphan, claim


def is_on_its_claim() -> bool:
    """Whether the orphan is on the one claim that fits."""
    remittance = Remittance.get(Remittance.patient_name == PATIENT)
    claim = Claim.get(Claim.patient_name == "Wren, Ida")
    return remittance.state == "posted" and remittance.claim_id == claim.id and claim.paid == 24000


def line_without_a_claim_line(practice: SmallPractice) -> RemittanceLine:
    """The line of the orphan, whose remittance is on its claim as a whole by now."""
    orphan, claim = orphan_of_a_claim(practice)
    line = RemittanceLine.get(RemittanceLine.remittance == orphan)
    journal = Journal.create(kind="match", posted_on=TODAY, claim=claim, created_at=NOW)
    for account, amount in (
        *(("payer payments", 24000), ("contractual adjustments", 8000)),
        ("payer receivable", -32000),
    ):
        Entry.create(journal=journal, account=account, claim=claim, amount=amount)
    Remittance.update(state="posted", claim=claim, journal=journal).where(
        Remittance.id == orphan.id
    ).execute()
    return line


def is_on_its_line() -> bool:
    """Whether the money of that line stands on the one line of its claim."""
    claim = Claim.get(Claim.patient_name == "Wren, Ida")
    (line,) = claim.lines
    known = RemittanceLine.get(RemittanceLine.claim_line == line)
    return (line.paid, line.payer_balance, known.paid) == (24000, 0, 24000)
