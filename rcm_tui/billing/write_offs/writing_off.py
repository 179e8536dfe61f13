"""Writing off what nobody will pay: with a reason, for claims or lines, on either side.

Nothing is ever written off by itself: a denial stays open in the payer balance until a person
decides, so the worker is refused.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.ledger import NewEntry, NewJournal, post_journals, refresh_balances
from rcm_tui.billing.outcome import Left, Outcome, Progress, Refused, counted, go_on
from rcm_tui.billing.patients.rules import open_groups, rulings
from rcm_tui.billing.rights import WRITE_OFF, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.billing.write_offs.open_parts import (
    BALANCES,
    BOTH,
    RECEIVABLES,
    OpenClaim,
    open_claims,
)
from rcm_tui.data.bulk import chunked, read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.claims import DRAFT, READY
from rcm_tui.data.tables.invoices import PAYER
from rcm_tui.data.tables.ledger import WRITE_OFFS
from rcm_tui.data.tables.patient_side import EITHER, SIDES, WriteOff
from rcm_tui.data.work import Work

PATIENTS = "PR"
"""The group by which a payer says that the patient owes it."""
THEIRS = (
    "its payer says that the patient owes it (PR): bill the next payer or the patient; what the"
    " patient cannot pay is written off there"
)
LONGEST_NOTE = 200
A_STEP = 200
COLUMNS = (
    "number claim claim_line invoice side amount reason note written_by written_at journal"
).split()


@dataclass(slots=True)
class WriteOffPreview:
    """What writing off would do: claims and cents by side, and why others would stay."""

    claims: Counter[str] = field(default_factory=Counter)
    amounts: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)


def preview_write_off(
    database: Database, claim_ids: Iterable[int], lines: Sequence[int] = ()
) -> WriteOffPreview:
    """Counts what is open on either side of claims, or of some lines. Blocks."""
    preview = WriteOffPreview()
    found = open_claims(database, claim_ids, lines)
    theirs = keep_for_patients(database, found)
    for claim in found.values():
        if claim.id in theirs:
            preview.left[theirs[claim.id]] += 1
        for side in SIDES:
            if cents := claim.amount(side):
                preview.claims[side] += 1
                preview.amounts[side] += cents
        if claim.amount():
            preview.claims[BOTH] += 1
            preview.amounts[BOTH] += claim.amount()
        elif claim.id not in theirs:
            preview.left[_why_nothing(claim, BOTH)] += 1
    return preview


@needs(WRITE_OFF, claim_ids=CLAIM)
def write_off(
    work: Work,
    claim_ids: Iterable[int],
    side: str,
    reason_id: int,
    note: str = "",
    lines: Sequence[int] = (),
    invoice: int | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Writes off what is open on a side ("payer", "patient", "both") of claims, or of `lines`.

    `done` are claims, `made` the write-offs, `amount` cents; claims with nothing open there are
    left, and so is at the payer's side what is the patient's share (`keep_for_patients`). Raises
    Refused for those who may not, and for a reason that is unknown, not in use, or meant for the
    other side.
    """
    sides = SIDES if side == BOTH else (side,)
    name = _reason(work, reason_id, sides)
    text = plain(note, LONGEST_NOTE)
    outcome = Outcome()
    keys = sorted(set(claim_ids))
    with work.undoable("Write off", WriteOff) as action:
        for start, chunk in enumerate(chunked(keys, A_STEP)):
            if not go_on(work, progress, start * A_STEP, len(keys)):
                outcome.stop(
                    (key, claim.number)
                    for key, claim in open_claims(
                        work.database, keys[start * A_STEP :], lines
                    ).items()
                )
                break
            found = open_claims(work.database, chunk, lines)
            if PAYER in sides:
                theirs = keep_for_patients(work.database, found)
                outcome.left += [Left(key, found[key].number, why) for key, why in theirs.items()]
                found = {key: one for key, one in found.items() if one.parts or key not in theirs}
            _write(work, found.values(), sides, (reason_id, name, text, invoice), lines, outcome)
        action.title = f"Write off {dollars(outcome.amount):,} of " + counted(
            len(outcome.done), "claim"
        )
        action.worth_undoing = bool(outcome.done)
    return outcome


def keep_for_patients(database: Database, claims: Mapping[int, OpenClaim]) -> dict[int, str]:
    """Takes out of what is open at payers what they say is the patient's; claim → why, where any.

    That is what was denied in group PR alone, and the practice's rules let be billed to the
    patient. What the patient cannot pay is written off there, once it is owed there (ours).
    """
    groups = open_groups(database, list(claims))
    if not any({PATIENTS} in of_claim.values() for of_claim in groups.values()):
        return {}
    decided = rulings(database, claims)
    kept: dict[int, str] = {}
    for key, claim in claims.items():
        for side, line in list(claim.parts):
            # What stands on no line of it is of all its groups.
            said = groups[key].values() if line is None else map(groups[key].get, (line, None))
            own = set().union(*filter(None, said))
            if side == PAYER and own == {PATIENTS} and decided[key][line].may:
                del claim.parts[side, line]
                kept[key] = THEIRS
    return kept


def _reason(work: Work, reason_id: int, sides: Sequence[str]) -> str:
    rows = read_rows(
        work.database, "SELECT name, side, active FROM write_off_reason WHERE id = ?", reason_id
    )
    if not rows:
        raise Refused("a reason is needed: choose one of the list")
    name, side, active = rows[0]
    if not active:
        raise Refused(f"the reason {name} is not in use any more: choose another")
    if side != EITHER and any(side != one for one in sides):
        raise Refused(f"the reason {name} is for the {side}'s side: choose another")
    return str(name)


def _write(
    work: Work,
    claims: Iterable[OpenClaim],
    sides: Sequence[str],
    why: tuple[int, str, str, int | None],
    lines: Sequence[int],
    outcome: Outcome,
) -> None:
    reason_id, name, note, invoice = why
    journals: list[NewJournal] = []
    rows: list[tuple[int, int | None, str, int]] = []
    for claim in claims:
        side_asked = sides[0] if len(sides) == 1 else BOTH
        if not claim.amount(side_asked):
            outcome.left.append(Left(claim.id, claim.number, _why_nothing(claim, side_asked)))
            continue
        outcome.done.append(claim.id)
        outcome.amount += claim.amount(side_asked)
        for side in sides:
            parts = {line: cents for (of, line), cents in claim.parts.items() if of == side}
            groups = [{line: parts[line]} for line in parts] if lines else [parts] if parts else []
            for group in groups:
                entries: list[NewEntry] = []
                for line, cents in group.items():
                    entries += [
                        (WRITE_OFFS, claim.id, line, cents),
                        (RECEIVABLES[side], claim.id, line, -cents),
                    ]
                memo = f"{side}: {name}" + (f" – {note}" if note else "")
                journals.append(NewJournal("write-off", claim.id, entries, memo))
                only = next(iter(group)) if lines else None
                rows.append((claim.id, only, side, sum(group.values())))
    if not rows:
        return
    keys = post_journals(work, journals)
    first = work.next_number("write-off", len(rows))
    ids = work.next_ids(WriteOff, len(rows))
    work.insert(
        WriteOff,
        ["id", *COLUMNS],
        [
            (
                ids[place],
                f"W-{first + place:06d}",
                claim,
                line,
                invoice,
                side,
                amount,
                reason_id,
                note,
                work.actor.login,
                work.now,
                journal,
            )
            for place, ((claim, line, side, amount), journal) in enumerate(
                zip(rows, keys, strict=True)
            )
        ],
    )
    outcome.made += ids
    for key, _, side, amount in rows:
        work.record("written off", "claim", key, side=side, amount=amount, reason=name)
    refresh_balances(work, sorted({row[0] for row in rows}))


def _why_nothing(claim: OpenClaim, side: str) -> str:
    if claim.status in (DRAFT, READY):
        return f"it is {claim.status}: only what was sent is in the ledger"
    whose = f"at the {side}" if side in BALANCES else "on either side"
    return f"nothing is open {whose}"
