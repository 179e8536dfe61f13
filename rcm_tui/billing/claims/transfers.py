"""What the next payer is asked for: balances that move from one claim to the claim after it.

A claim to a further payer bills the whole charge again, as the guide wants it. In the ledger it
opens with a journal of kind "transfer": the charge, what the payers before have settled of it
(account "prior payer"), and the rest as owed by the new payer. The same rest leaves the claim
before (account "next payer"), so that it is owed once. Every line sums to zero by itself, and
billed = balances + paid + adjusted + written off holds on either claim, line by line.

Moved is what is open of the patient, and what the payer before has denied as the patient's
(group PR): both are the next payer's to look at. What it denied as contractual stays with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.claims.coordination import PATIENT_GROUP, PriorAnswer, answers_of, origins
from rcm_tui.billing.ledger import (
    NewEntry,
    NewJournal,
    post_charges,
    post_journals,
    refresh_balances,
    refuse_charged,
)
from rcm_tui.billing.remittances.treatment import OPEN, treatment
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.tables.ledger import (
    CHARGES,
    NEXT_PAYER,
    PATIENT_RECEIVABLE,
    PAYER_RECEIVABLE,
    PRIOR_PAYER,
)
from rcm_tui.data.work import Work

TRANSFER = "transfer"


@dataclass(slots=True)
class Movable:
    """What the next payer can be asked for of a claim: cents by claim line.

    `patient` is open of the patient, `denied` at the payer who denied it as the patient's.
    """

    patient: dict[int, int] = field(default_factory=dict)
    denied: dict[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Cents in all."""
        return sum(self.patient.values()) + sum(self.denied.values())


def movable(database: Database, answers: Mapping[int, PriorAnswer]) -> dict[int, Movable]:
    """Claim → what can move on from it, by what its payer said. Nothing moves below zero."""
    found = {claim: Movable() for claim in answers}
    patient_left: dict[int, int] = {}
    of_lines: dict[int, dict[int, int]] = {}
    of_claim: dict[int, int] = {}
    for claim, balance in read_by_keys(
        database, "SELECT id, patient_balance FROM claim WHERE id IN ({keys})", found
    ):
        patient_left[claim] = max(balance, 0)
        of_lines[claim], of_claim[claim] = _denied(answers[claim])
    for claim, line, patient, payer in read_by_keys(
        database,
        "SELECT claim_id, id, patient_balance, payer_balance FROM claim_line"
        " WHERE claim_id IN ({keys}) ORDER BY claim_id, position",
        found,
    ):
        # What was paid on the claim as a whole is no longer owed on its lines.
        part = max(0, min(patient, patient_left[claim]))
        patient_left[claim] -= part
        open_amount, said = max(payer, 0), of_lines[claim].get(line, 0)
        denied = min(open_amount, said)
        more = min(open_amount - denied, of_claim[claim])
        of_claim[claim] -= more
        if part:
            found[claim].patient[line] = part
        if denied + more:
            found[claim].denied[line] = denied + more
    return found


def _denied(answer: PriorAnswer) -> tuple[dict[int, int], int]:
    """Cents denied as the patient's: by claim line, and of the claim as a whole."""
    by_line: dict[int, int] = {}
    for line in answer.lines:
        amount = sum(one[2] for one in line.adjustments if _left_open(one[0], one[1]))
        by_line[line.claim_line] = by_line.get(line.claim_line, 0) + max(amount, 0)
    whole = sum(one[2] for one in answer.adjustments if _left_open(one[0], one[1]))
    return by_line, max(whole, 0)


def _left_open(group: str, reason: str) -> bool:
    return group == PATIENT_GROUP and treatment(group, reason) == OPEN


def post_opening(work: Work, claim_ids: Iterable[int]) -> None:
    """Opens sent claims in the ledger: by their charges, or by what moves on to a further payer."""
    keys = list(dict.fromkeys(claim_ids))
    further = post_transfers(work, keys)
    post_charges(work, [key for key in keys if key not in further])


def post_transfers(work: Work, claim_ids: Iterable[int]) -> set[int]:
    """Opens claims to further payers in the ledger, and refreshes the balances of both claims.

    Returns which they were; others are passed over. Raises Refused when one stands in the ledger
    already.
    """
    opened: set[int] = set()
    for chunk in chunked(dict.fromkeys(claim_ids)):
        claims = {
            row[0]: row[1:]
            for row in read_by_keys(
                work.database,
                "SELECT c.id, c.billed, c.billed_after_id, p.number FROM claim AS c JOIN claim AS p"
                " ON p.id = c.billed_after_id WHERE c.id IN ({keys}) ORDER BY c.id",
                chunk,
            )
        }
        if not claims:
            continue
        moved = movable(
            work.database, answers_of(work.database, {row[1] for row in claims.values()})
        )
        lines = _lines(work.database, claims)
        journals = []
        for claim, (billed, before, number) in claims.items():
            entries: list[NewEntry] = []
            for line, charge, source in lines.get(claim, []):
                billed -= charge
                entries += _line(claim, line, charge, before, source, moved[before])
            entries += _opening(claim, None, billed, 0)
            journals.append(NewJournal(TRANSFER, claim, entries, f"from {number}"))
        refuse_charged(work.database, sorted(claims))
        post_journals(work, [journal for journal in journals if journal.entries])
        refresh_balances(work, sorted({*claims, *moved}))
        opened |= claims.keys()
    return opened


def _lines(
    database: Database, claims: Iterable[int]
) -> dict[int, list[tuple[int, int, int | None]]]:
    """Claim → its lines: key, cents billed, and the line of the claim before that it came from."""
    keys = list(claims)
    came_from = origins(database, keys)
    before = dict(
        read_by_keys(
            database,
            "SELECT l.id, c.id FROM claim AS c JOIN claim_line AS l ON l.claim_id ="
            " c.billed_after_id WHERE c.id IN ({keys})",
            keys,
        )
    )
    found: dict[int, list[tuple[int, int, int | None]]] = {}
    for key, claim, billed in read_by_keys(
        database,
        "SELECT id, claim_id, billed FROM claim_line WHERE claim_id IN ({keys})"
        " ORDER BY claim_id, position",
        keys,
    ):
        of_claim = found.setdefault(claim, [])
        sources = came_from.get(claim, {}).get(len(of_claim) + 1, frozenset())
        source = next((line for line in sorted(sources) if line in before), None)
        of_claim.append((key, billed, source))
    return found


def _line(
    claim: int, line: int, charge: int, before: int, source: int | None, moved: Movable
) -> list[NewEntry]:
    if source is None:
        return _opening(claim, line, charge, 0)
    # Taken away, so that two lines from one never ask for it twice.
    patient, denied = moved.patient.pop(source, 0), moved.denied.pop(source, 0)
    patient = min(patient, charge)
    denied = min(denied, charge - patient)
    entries: list[NewEntry] = [
        (PATIENT_RECEIVABLE, before, source, -patient),
        (PAYER_RECEIVABLE, before, source, -denied),
        (NEXT_PAYER, before, source, patient + denied),
    ]
    return entries + _opening(claim, line, charge, patient + denied)


def _opening(claim: int, line: int | None, charge: int, asked: int) -> list[NewEntry]:
    if not charge:
        return []
    return [
        (CHARGES, claim, line, -charge),
        (PAYER_RECEIVABLE, claim, line, asked),
        (PRIOR_PAYER, claim, line, charge - asked),
    ]


def settled_before(database: Database, claims: Iterable[int]) -> dict[int, int]:
    """Claim line → cents that payers before had settled when its claim was opened.

    What the new payer says of the same money (OA-23, its own contractual reduction of the whole
    charge) is not taken off a second time. Only lines of claims to further payers are in it.
    """
    further = [
        key
        for (key,) in read_by_keys(
            database,
            "SELECT id FROM claim WHERE id IN ({keys}) AND billed_after_id IS NOT NULL",
            claims,
        )
    ]
    return {
        line: int(amount)
        for line, amount in read_by_keys(
            database,
            "SELECT e.claim_line_id, SUM(e.amount) FROM journal AS j JOIN entry AS e"
            " ON e.journal_id = j.id AND e.claim_id = j.claim_id WHERE j.claim_id IN ({keys})"
            " AND j.kind = ? AND e.account = ? AND e.claim_line_id IS NOT NULL"
            " GROUP BY e.claim_line_id",
            further,
            TRANSFER,
            PRIOR_PAYER,
        )
    }
