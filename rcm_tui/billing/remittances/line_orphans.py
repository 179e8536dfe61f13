"""Remittance lines that are on the claim as a whole, because no claim line matched: put onto one.

The remittance's journal is met by its opposite and posted anew with the line where it belongs, by
the same function that made it (`entries.py`); the claim as a whole owes what it owed before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.transfers import settled_before
from rcm_tui.billing.ledger import NewJournal, post_journals
from rcm_tui.billing.outcome import Left, Outcome, counted
from rcm_tui.billing.remittances.adjudication import refresh_claims
from rcm_tui.billing.remittances.candidates import Reason
from rcm_tui.billing.remittances.entries import remittance_entries
from rcm_tui.billing.remittances.orphans import MATCH, opposite
from rcm_tui.billing.remittances.standing import REVERSAL, standing_remittances
from rcm_tui.billing.remittances.storing import StoredRemittance, read_details
from rcm_tui.billing.rights import MATCH_REMITTANCES, needs
from rcm_tui.billing.units import REMITTANCE_LINE
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.remittances import Remittance, RemittanceLine
from rcm_tui.data.work import Work

SAME_CODE, SAME_DAY, SAME_CHARGE, SAME_OPEN, SAME_MODIFIERS = 35, 25, 25, 10, 10
TAKEN = -30
"""What speaks for a claim line, and against one that another line of the remittance has (ours)."""


@dataclass(frozen=True, slots=True)
class LineCandidate:
    """A claim line that a remittance line may be for. Cents, ISO day."""

    line: int
    position: int
    code: str
    modifiers: str
    day: str
    billed: int
    payer_balance: int
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        return max(0, min(100, sum(reason.points for reason in self.reasons)))


def line_candidates(database: Database, line_id: int) -> list[LineCandidate]:
    """The lines of the claim, the likeliest first."""
    wanted = read_rows(
        database,
        "SELECT line.procedure_code, line.modifiers, coalesce(line.first_service_date,"
        " remittance.first_service_date, ''), line.charge, remittance.claim_id, remittance.id"
        " FROM remittance_line AS line JOIN remittance ON remittance.id = line.remittance_id"
        " WHERE line.id = ?",
        line_id,
    )
    if not wanted or wanted[0][4] is None:
        return []
    code, modifiers, day, charge, claim, remittance = wanted[0]
    taken = {
        row[0]
        for row in read_rows(
            database,
            "SELECT claim_line_id FROM remittance_line WHERE remittance_id = ? AND id <> ?"
            " AND claim_line_id IS NOT NULL",
            remittance,
            line_id,
        )
    }
    found = []
    for key, position, known_code, known_modifiers, known_day, billed, balance in read_rows(
        database,
        "SELECT id, position, procedure_code, modifiers, first_service_date, billed,"
        " payer_balance FROM claim_line WHERE claim_id = ? ORDER BY position",
        claim,
    ):
        reasons = []
        if known_code == code:
            reasons.append(Reason(SAME_CODE, f"the code {code}"))
        if known_day == day:
            reasons.append(Reason(SAME_DAY, "the date of service"))
        if billed == abs(charge):
            reasons.append(Reason(SAME_CHARGE, f"{dollars(billed)} is billed"))
        elif balance == abs(charge):
            reasons.append(Reason(SAME_OPEN, f"{dollars(balance)} is open at the payer"))
        if modifiers and sorted(known_modifiers.split()) == sorted(modifiers.split()):
            reasons.append(Reason(SAME_MODIFIERS, f"the modifiers {modifiers}"))
        if key in taken:
            reasons.append(Reason(TAKEN, "another line of this remittance is on it"))
        found.append(
            LineCandidate(
                key,
                position,
                known_code,
                known_modifiers,
                known_day,
                billed,
                balance,
                tuple(reasons),
            )
        )
    return sorted(found, key=lambda one: (-one.score, one.position))


@needs(MATCH_REMITTANCES, chosen=REMITTANCE_LINE)
def match_lines_by_hand(work: Work, chosen: Mapping[int, int]) -> Outcome:
    """Puts remittance lines onto claim lines (remittance line → claim line).

    `done` are the remittance lines, `amount` what they pay in cents. Left are those that are on a
    line by now, whose claim line is of another claim, or whose remittance was taken back.
    """
    outcome = Outcome()
    with work.undoable(f"Match {counted(len(chosen), 'line')}", RemittanceLine) as action:
        claims = _lines_of_claims(work.database, chosen.values())
        for line, known, remittance, claim, paid, code in _wanted(work.database, chosen):
            reason = ""
            if known is not None:
                reason = "it has come to a claim line since"
            elif claims.get(chosen[line]) != claim:
                reason = "that line is of another claim"
            elif not _stands(work.database, remittance, claim):
                reason = "its remittance is a reversal, or was taken back"
            if reason:
                outcome.left.append(Left(line, code, reason))
                continue
            _move(work, remittance, {line: chosen[line]})
            outcome.done.append(line)
            outcome.amount += paid
        action.title = f"Match {counted(len(outcome.done), 'line')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


def _move(work: Work, remittance_id: int, lines: Mapping[int, int]) -> None:
    work.update(RemittanceLine, ("claim_line",), [(line, key) for key, line in lines.items()])
    ((*row, journal, payment),) = read_rows(
        work.database,
        "SELECT id, position, claim_id, reason, payer_claim_control_number, status_code, charge,"
        " paid, journal_id, payment_id FROM remittance WHERE id = ?",
        remittance_id,
    )
    remittance = StoredRemittance(*row)
    read_details(work.database, [remittance])
    missed = [place for place, line in enumerate(remittance.lines, 1) if line.claim_line is None]
    words = f"; still on the claim as a whole: {counted(len(missed), 'line')}" if missed else ""
    reason = f"lines matched by {work.actor.login}{words}"
    if journal is None:
        work.update(Remittance, ("reason",), [(reason, remittance_id)])
    else:
        memo = f"payment {payment}: to its claim line"
        before = settled_before(work.database, [remittance.claim] if remittance.claim else [])
        anew = NewJournal(MATCH, remittance.claim, remittance_entries(remittance, {}, before), memo)
        _, key = post_journals(work, [opposite(work.database, journal, memo), anew])
        work.update(Remittance, ("reason", "journal"), [(reason, key, remittance_id)])
    assert remittance.claim is not None
    refresh_claims(work, [remittance.claim])
    for line, claim_line in lines.items():
        work.record(
            "remittance line matched",
            "claim",
            remittance.claim,
            remittance_line=line,
            claim_line=claim_line,
        )


def _wanted(database: Database, keys: Mapping[int, int]) -> list[Any]:
    rows = read_by_keys(
        database,
        "SELECT line.id, line.claim_line_id, remittance.id, remittance.claim_id, line.paid,"
        " line.procedure_code FROM remittance_line AS line"
        " JOIN remittance ON remittance.id = line.remittance_id WHERE line.id IN ({keys})",
        sorted(keys),
    )
    return sorted(rows)


def _lines_of_claims(database: Database, lines: Iterable[int]) -> dict[int, int]:
    sql = "SELECT id, claim_id FROM claim_line WHERE id IN ({keys})"
    return dict(read_by_keys(database, sql, sorted(set(lines))))


def _stands(database: Database, remittance: int, claim: int) -> bool:
    standing = standing_remittances(database, [claim]).get(claim, [])
    return any(one.id == remittance and one.status_code != REVERSAL for one in standing)
