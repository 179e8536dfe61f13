"""Remittances without a claim: put onto the claim that a person chose, and taken off one again.

The money moves within the ledger: its journal on unapplied money is met by the opposite, and what
the remittance settles of the claim is posted as a journal "match", planned by the same plan that
posts a payment (`plan.py`). The opposite does not name what it takes back, so that undoing leaves
the first journal as it stood. A remittance's own journal is always the one that says what it does
now: a reversal of the payer takes back exactly that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from peewee import Database

from rcm_tui.billing.cases.rules.noting import note_claims
from rcm_tui.billing.claims.forwarding import follow_forwarding
from rcm_tui.billing.ledger import NewJournal, post_journals, reversals_of
from rcm_tui.billing.outcome import Left, Outcome, Progress, counted, go_on
from rcm_tui.billing.remittances.adjudication import refresh_claims
from rcm_tui.billing.remittances.candidates import find_candidates, sure_candidate
from rcm_tui.billing.remittances.landing import land
from rcm_tui.billing.remittances.matching import KnownClaim, match_lines, read_lines
from rcm_tui.billing.remittances.matching_again import as_received
from rcm_tui.billing.remittances.plan import Plan, Planned, unapplied
from rcm_tui.billing.remittances.standing import REVERSAL, standing_remittances
from rcm_tui.billing.remittances.storing import StoredRemittance
from rcm_tui.billing.rights import MATCH_REMITTANCES, needs
from rcm_tui.billing.units import CLAIM, REMITTANCE, elsewhere
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.remittances import Payment, Remittance, RemittanceLine
from rcm_tui.data.work import Work

MATCH = "match"
LONGEST_REASON = 200


@needs(MATCH_REMITTANCES)
def match_remittances(
    work: Work, chosen: Mapping[int, int], progress: Progress | None = None
) -> Outcome:
    """Puts orphans onto claims (remittance → claim), in the order in which they came in.

    `done` are the remittances, `made` their claims, `amount` the cents that moved from unapplied.
    Left with the reason is what is no orphan any more, and what posting would not put there
    either: a claim that is back in Draft, one that another payer answered, a reversal of nothing.
    """
    outcome = Outcome()
    title = f"Match {counted(len(chosen), 'remittance')}"
    with work.undoable(title, Remittance) as action:
        orphans = _read(work.database, chosen)
        for done, remittance in enumerate(orphans):
            if not go_on(work, progress, done, len(orphans)):
                rest = orphans[done:]
                outcome.stop((each.id, _named(each)) for each in rest)
                break
            claim = chosen[remittance.id]
            reason = _match(work, remittance, claim)
            if reason:
                outcome.left.append(Left(remittance.id, _named(remittance), reason))
                continue
            outcome.done.append(remittance.id)
            outcome.made.append(claim)
            outcome.amount += remittance.paid
        for key in chosen.keys() - {remittance.id for remittance in orphans}:
            outcome.left.append(Left(key, str(key), "it has come to a claim since"))
        action.title = f"Match {counted(len(outcome.done), 'remittance')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


@needs(MATCH_REMITTANCES)
def match_sure(work: Work, keys: Iterable[int], progress: Progress | None = None) -> Outcome:
    """Puts those orphans onto their first candidates where no other comes near (`candidates.py`).

    The others are left for a person to look at.
    """
    outcome = Outcome()
    with work.undoable("Match sure remittances", Remittance) as action:
        orphans = _read(work.database, keys)
        for done, remittance in enumerate(orphans):
            if not go_on(work, progress, done, len(orphans)):
                outcome.stop((each.id, _named(each)) for each in orphans[done:])
                break
            sure = sure_candidate(find_candidates(work.database, remittance.id))
            reason = "no candidate is sure: look at it" if sure is None else ""
            if sure is not None:
                reason = _match(work, remittance, sure.claim)
            if reason or sure is None:
                outcome.left.append(Left(remittance.id, _named(remittance), reason))
                continue
            outcome.done.append(remittance.id)
            outcome.made.append(sure.claim)
            outcome.amount += remittance.paid
        action.title = f"Match {counted(len(outcome.done), 'remittance')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


@needs(MATCH_REMITTANCES, keys=REMITTANCE)
def take_off_claims(work: Work, keys: Iterable[int], why: str) -> Outcome:
    """Takes posted remittances off their claims: orphans again, their money unapplied.

    For what was put onto the wrong claim, by hand or by the payer's numbers. Left is what a
    reversal has taken back, and reversals themselves.
    """
    outcome = Outcome()
    wanted = _read(work.database, keys, state="posted")
    why = plain(why, LONGEST_REASON).strip()
    title = f"Take {counted(len(wanted), 'remittance')} off the claim"
    with work.undoable(title, Remittance) as action:
        claims = {each.claim for each in wanted if each.claim is not None}
        standing = {
            one.id
            for of_claim in standing_remittances(work.database, sorted(claims)).values()
            for one in of_claim
        }
        for remittance in wanted:
            if remittance.status_code == REVERSAL or remittance.id not in standing:
                reason = "it is a reversal, or a reversal has taken it back"
                outcome.left.append(Left(remittance.id, _named(remittance), reason))
                continue
            _take_off(work, remittance, why)
            outcome.done.append(remittance.id)
            outcome.amount += remittance.paid
        action.worth_undoing = bool(outcome.done)
    return outcome


def oldest_orphan(database: Database) -> int | None:
    """The orphan that came in first; None where every remittance has its claim."""
    sql = "SELECT id FROM remittance WHERE state = 'orphan' ORDER BY id LIMIT 1"
    rows = read_rows(database, sql)
    return int(rows[0][0]) if rows else None


def opposite(database: Database, journal_id: int, memo: str) -> NewJournal:
    """What meets a journal whose money moves elsewhere in the ledger; see the top of this file."""
    journal = reversals_of(database, {journal_id: memo})[journal_id]
    return replace(journal, kind=MATCH, reverses=None)


def match_earlier_reversals(work: Work, payment_id: int) -> None:
    """Reversals that came in before what they take back, put onto its claim now that it is posted.

    Files may be picked up out of order. Ours: the same payer and patient control number, exactly
    the same cents, and an original that was effective before the reversal was; what was paid anew
    later is not what an old reversal meant. Everything else stays for a person.
    """
    late = read_rows(
        work.database,
        "SELECT reversal.id, min(original.claim_id) FROM remittance AS original"
        " JOIN payment AS own ON own.id = original.payment_id"
        " JOIN remittance AS reversal"
        " ON reversal.patient_control_number = original.patient_control_number"
        " JOIN payment AS other ON other.id = reversal.payment_id"
        " WHERE original.payment_id = ? AND original.state = 'posted'"
        " AND original.claim_id IS NOT NULL AND original.patient_control_number <> ''"
        f" AND reversal.state = 'orphan' AND reversal.status_code = '{REVERSAL}'"
        " AND reversal.charge = -original.charge AND reversal.paid = -original.paid"
        " AND other.payer_identifier = own.payer_identifier"
        " AND own.effective_date < other.effective_date"
        " GROUP BY reversal.id ORDER BY reversal.id",
        payment_id,
    )
    claims = {int(key): int(claim) for key, claim in late}
    for reversal in _read(work.database, claims):
        _match(work, reversal, claims[reversal.id])


def refresh_payment(work: Work, payment_id: int) -> None:
    """Sets what is posted and unposted of a payment to what its remittances say."""
    ((posted, unposted),) = read_rows(
        work.database,
        "SELECT coalesce(sum(CASE WHEN state IN ('orphan', 'waiting') THEN 0 ELSE paid END), 0),"
        " coalesce(sum(CASE WHEN state IN ('orphan', 'waiting') THEN paid ELSE 0 END), 0)"
        " FROM remittance WHERE payment_id = ?",
        payment_id,
    )
    work.update(Payment, ("posted", "unposted"), [(int(posted), int(unposted), payment_id)])


def _match(work: Work, remittance: StoredRemittance, claim_id: int) -> str:
    """Puts one orphan onto a claim; a sentence why not where posting would not either."""
    known = _claim(work.database, claim_id)
    if known is None:
        return "the claim is not there any more"
    if claim_id in (others := elsewhere(work, CLAIM, [claim_id])):
        return f"claim {known.number}: {others[claim_id].reason}"
    if known.submitted_at is None:
        return f"claim {known.number} was never submitted"
    was, payment = remittance.journal, _payment_of(work.database, remittance.id)
    received = as_received(work.database, [remittance.id])[remittance.id]
    remittance.claim, remittance.found, remittance.journal = claim_id, True, None
    remittance.claim_lines = match_lines(received, known.lines)
    missed = sum(line is None for line in remittance.claim_lines)
    remittance.reason = f"matched by {work.actor.login}" + (
        f"; {counted(missed, 'line')} on the claim as a whole" if missed else ""
    )
    planned = Plan(work.database, payment, look_again=False).chosen(remittance)
    if planned.fate not in ("posts", "reverses"):
        return planned.reason
    if planned.journal is not None:
        planned.journal.kind, planned.journal.reverses = MATCH, None
    if was is not None:
        memo = f"payment {payment}: to claim {known.number}"
        post_journals(work, [opposite(work.database, was, memo)])
    land(work, payment, [planned])
    refresh_payment(work, payment)
    note_claims(work, [claim_id])
    return ""


def _take_off(work: Work, remittance: StoredRemittance, why: str) -> None:
    claim, payment = remittance.claim, _payment_of(work.database, remittance.id)
    reason = f"taken off its claim by {work.actor.login}" + (f": {why}" if why else "")
    if remittance.journal is not None:
        memo = f"payment {payment}: off the claim"
        post_journals(work, [opposite(work.database, remittance.journal, memo)])
    journal = unapplied(remittance.paid, payment) if remittance.paid else None
    lines = read_rows(
        work.database, "SELECT id FROM remittance_line WHERE remittance_id = ?", remittance.id
    )
    work.set_all(RemittanceLine, {"claim_line": None}, [key for (key,) in lines])
    land(work, payment, [Planned(remittance, "orphan", reason, journal)])
    refresh_payment(work, payment)
    assert claim is not None
    refresh_claims(work, [claim])
    follow_forwarding(work, [claim])
    work.record(
        "remittance taken off", "claim", claim, remittance=remittance.id, paid=remittance.paid
    )


def _read(database: Database, keys: Iterable[int], state: str = "orphan") -> list[StoredRemittance]:
    rows = read_by_keys(
        database,
        "SELECT id, position, claim_id, reason, payer_claim_control_number, status_code, charge,"
        " paid, journal_id FROM remittance WHERE id IN ({keys}) AND state = ?",
        sorted(keys),
        state,
    )
    found = []
    for row in rows:
        remittance = StoredRemittance(*row[:-1])
        remittance.journal = row[-1]
        found.append(remittance)
    return sorted(found, key=lambda each: each.id)


def _claim(database: Database, claim_id: int) -> KnownClaim | None:
    for row in read_rows(
        database,
        "SELECT id, number, status, submitted_at, payer_id, first_service_date, billed FROM claim"
        " WHERE id = ?",
        claim_id,
    ):
        known = KnownClaim(*row)
        read_lines(database, {known.id: known})
        return known
    return None


def _payment_of(database: Database, remittance_id: int) -> int:
    sql = "SELECT payment_id FROM remittance WHERE id = ?"
    return int(read_rows(database, sql, remittance_id)[0][0])


def _named(remittance: StoredRemittance) -> str:
    number = remittance.payer_claim_control_number or f"No. {remittance.id}"
    return f"{number} over {dollars(remittance.paid)}"
