"""Moving open balances of claims from the payer to the patient, and back.

What may not be billed to the patient stays, with the note of the rule that says so; it is to be
appealed or written off. Moving back is for what was moved: a share that the payer itself put on
the patient is not taken from there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.ledger import NewEntry, NewJournal, post_journals, refresh_balances
from rcm_tui.billing.outcome import Left, Outcome, counted
from rcm_tui.billing.patients.rules import Ruling, rulings
from rcm_tui.billing.rights import TRANSFER, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.billing.write_offs.open_parts import RECEIVABLES, open_claims
from rcm_tui.billing.write_offs.writing_off import LONGEST_NOTE
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.invoices import PATIENT, PAYER
from rcm_tui.data.tables.ledger import PATIENT_RECEIVABLE
from rcm_tui.data.work import Work

UNANSWERED = "its payer has not answered it yet: nothing is left over"
Parts = dict[int | None, int]
"""Claim line (None: the claim as a whole) → cents."""


@dataclass(slots=True)
class TransferPreview:
    """What would be moved: claims and cents; and why how many would stay."""

    claims: int = 0
    amount: int = 0
    left: Counter[str] = field(default_factory=Counter)


def leftover_rulings(database: Database, claim_id: int) -> list[Ruling]:
    """What the rules say of what is open at a claim's payer, each ruling once. Blocks."""
    found = open_claims(database, [claim_id])
    decided = rulings(database, found)
    return list(
        dict.fromkeys(
            decided[key][line]
            for key, claim in found.items()
            for side, line in claim.parts
            if side == PAYER
        )
    )


def preview_to_patient(
    database: Database, claim_ids: Iterable[int], lines: Sequence[int] = ()
) -> TransferPreview:
    """What moving claims, or some lines of them, to their patients would do. Blocks."""
    preview = TransferPreview()
    for claim in _movable(database, claim_ids, lines):
        if claim.parts:
            preview.claims += 1
            preview.amount += sum(claim.parts.values())
        for note in claim.kept:
            preview.left[note] += 1
    return preview


@needs(TRANSFER, claim_ids=CLAIM)
def transfer_to_patient(
    work: Work, claim_ids: Iterable[int], note: str = "", lines: Sequence[int] = ()
) -> Outcome:
    """Moves what is open at payers to the patients, as far as the rules of the practice allow.

    `done` are claims of which something was moved, `amount` the cents; what stays is left with
    the note of its rule. Raises Refused for those who may not decide over open money.
    """
    moved: dict[int, Parts] = {}
    outcome = Outcome()
    for claim in _movable(work.database, claim_ids, lines):
        outcome.left += [Left(claim.id, claim.number, reason) for reason in claim.kept]
        if claim.parts:
            moved[claim.id] = claim.parts
    return _move(work, moved, (PAYER, PATIENT), note, outcome)


@needs(TRANSFER, claim_ids=CLAIM)
def transfer_to_payer(
    work: Work, claim_ids: Iterable[int], note: str = "", lines: Sequence[int] = ()
) -> Outcome:
    """Moves back to payers what was moved to patients and is still open there.

    Raises Refused for those who may not decide over open money.
    """
    keys = sorted(set(claim_ids))
    net: dict[tuple[int, int | None], int] = {
        (claim, line): int(cents)
        for claim, line, cents in read_by_keys(
            work.database,
            "SELECT e.claim_id, e.claim_line_id, SUM(e.amount) FROM entry e"
            " JOIN journal j ON j.id = e.journal_id WHERE e.claim_id IN ({keys})"
            " AND e.account = ? AND j.kind = 'transfer' GROUP BY e.claim_id, e.claim_line_id",
            keys,
            PATIENT_RECEIVABLE,
        )
    }
    moved: dict[int, Parts] = {}
    outcome = Outcome()
    for key, claim in open_claims(work.database, keys, lines).items():
        open_parts = {line: cents for (side, line), cents in claim.parts.items() if side == PATIENT}
        parts = {line: min(cents, net.get((key, line), 0)) for line, cents in open_parts.items()}
        if any(cents > 0 for cents in parts.values()):
            moved[key] = {line: cents for line, cents in parts.items() if cents > 0}
        else:
            reason = "nothing that was moved to its patient is open there"
            outcome.left.append(Left(key, claim.number, reason))
    return _move(work, moved, (PATIENT, PAYER), note, outcome)


@dataclass(slots=True)
class _Movable:
    id: int
    number: str
    parts: Parts
    kept: list[str]


def _movable(
    database: Database, claim_ids: Iterable[int], lines: Sequence[int]
) -> Iterable[_Movable]:
    found = open_claims(database, claim_ids, lines)
    decided = rulings(database, found)
    for key, claim in found.items():
        movable = _Movable(key, claim.number, {}, [])
        for (side, line), cents in claim.parts.items():
            if side != PAYER:
                continue
            ruling = decided[key][line]
            if claim.adjudication in ("none", "pending"):
                movable.kept.append(UNANSWERED)
            elif ruling.may:
                movable.parts[line] = cents
            else:
                movable.kept.append(f"must be written off: {ruling.note}")
        if not movable.parts and not movable.kept:
            movable.kept.append("nothing is open at the payer")
        movable.kept = list(dict.fromkeys(movable.kept))
        yield movable


def _move(
    work: Work, moved: dict[int, Parts], way: tuple[str, str], note: str, outcome: Outcome
) -> Outcome:
    source, target = way
    text = plain(note, LONGEST_NOTE)
    with work.undoable("Move balances", Claim) as action:
        journals = []
        for claim, parts in moved.items():
            entries: list[NewEntry] = []
            for line, cents in parts.items():
                entries += [
                    (RECEIVABLES[source], claim, line, -cents),
                    (RECEIVABLES[target], claim, line, cents),
                ]
            memo = f"{source} to {target}" + (f": {text}" if text else "")
            journals.append(NewJournal("transfer", claim, entries, memo))
            amount = sum(parts.values())
            outcome.done.append(claim)
            outcome.amount += amount
            work.record("balance moved", "claim", claim, amount=amount, to=target, reason=text)
        if journals:
            post_journals(work, journals)
            refresh_balances(work, outcome.done)
        claims = counted(len(outcome.done), "claim")
        action.title = f"Move {dollars(outcome.amount):,} of {claims} to the {target}"
        action.worth_undoing = bool(journals)
    return outcome
