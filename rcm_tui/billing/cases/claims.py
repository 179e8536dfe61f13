"""The claims of a case: one active case per claim, counted over its whole submission chain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.cases.totals import refresh_totals
from rcm_tui.billing.editing.declared.cases import CASE
from rcm_tui.billing.editing.reading import stored_records
from rcm_tui.billing.editing.writing import Edit, write
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import WORK_CASES, needs
from rcm_tui.billing.units import CASE as OF_CASE
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.cases import ACTIVE_STAGES, CaseClaim, CaseFile
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class CaseableClaim:
    """A claim as a case needs it. Amounts are cents."""

    id: int
    number: str
    chain: int
    payer: int | None
    client: int
    billed: int
    outstanding: int


@dataclass(slots=True)
class Sorted:
    """Claims that a case can take, and those that it has to leave, each with the reason."""

    taken: list[CaseableClaim] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def sort_claims(database: Database, claim_ids: Iterable[int]) -> Sorted:
    """Which claims stand in no active case yet. Of several submissions of one the newest counts."""
    wanted = sorted(set(claim_ids), reverse=True)
    found = {
        row[0]: CaseableClaim(*row)
        for row in read_by_keys(
            database,
            "SELECT id, number, COALESCE(chain, id), payer_id, client_id, billed, payer_balance"
            " FROM claim WHERE id IN ({keys})",
            wanted,
        )
    }
    active = active_cases(database, (claim.chain for claim in found.values()))
    chains: dict[int, CaseableClaim] = {}
    result = Sorted()
    for key in wanted:
        claim = found.get(key)
        if claim is None:
            result.left.append(Left(key, str(key), "there is no such claim"))
        elif claim.chain in active:
            _, number = active[claim.chain]
            reason = f"it stands in an active case: {number}; resolve or cancel that one first"
            result.left.append(Left(key, claim.number, reason))
        elif claim.chain in chains:
            newest = chains[claim.chain].number
            reason = f"a later submission of it stands for it: {newest}"
            result.left.append(Left(key, claim.number, reason))
        else:
            chains[claim.chain] = claim
    result.taken = sorted(chains.values(), key=lambda claim: claim.id)
    result.left.reverse()
    return result


def active_cases(database: Database, chains: Iterable[int]) -> dict[int, tuple[int, str]]:
    """By submission chain, key and number of the active case in which it stands."""
    return {
        chain: (case, number)
        for chain, case, number in read_by_keys(
            database,
            "SELECT k.chain, f.id, f.number FROM case_claim k JOIN case_file f ON f.id = k.case_id"
            " WHERE k.active = 1 AND k.chain IN ({keys})",
            set(chains),
        )
    }


@needs(WORK_CASES, case_id=OF_CASE, claim_ids=CLAIM)
def add_claims(work: Work, case_id: int, claim_ids: Iterable[int]) -> Outcome:
    """Links claims to an active case: `done` are those linked, `amount` what they have outstanding.

    Claims in an active case already are left with a reason that names it. Raises Refused when the
    case is closed or gone.
    """
    number = _active_number(work, case_id)
    with work.undoable("Add claims", CaseFile) as action:
        found = sort_claims(work.database, claim_ids)
        link(work, case_id, number, found.taken)
        action.title = f"Add {counted(len(found.taken), 'claim')} to case {number}"
    return Outcome(
        done=[claim.id for claim in found.taken],
        left=found.left,
        amount=sum(claim.outstanding for claim in found.taken),
    )


@needs(WORK_CASES, case_id=OF_CASE, claim_ids=CLAIM)
def remove_claims(work: Work, case_id: int, claim_ids: Iterable[int]) -> Outcome:
    """Takes claims out of an active case: `done` are those taken out, by any submission of theirs.

    Raises Refused when the case is closed or gone.
    """
    number = _active_number(work, case_id)
    outcome = Outcome()
    rows = {
        row[0]: row[1:]
        for row in read_by_keys(
            work.database,
            "SELECT c.id, c.number, c.payer_balance, c.chain FROM claim c WHERE c.id IN ({keys})",
            set(claim_ids),
        )
    }
    linked = dict(
        read_rows(work.database, "SELECT chain, id FROM case_claim WHERE case_id = ?", case_id)
    )
    links = set()
    for key, (name, outstanding, chain) in sorted(rows.items()):
        if chain not in linked:
            outcome.left.append(Left(key, name, f"it does not stand in case {number}"))
            continue
        links.add(linked[chain])
        outcome.done.append(key)
        outcome.amount += outstanding
    with work.undoable("Remove claims", CaseFile) as action:
        if links:
            work.delete(CaseClaim, sorted(links))
            _settle(work, case_id, "claims removed", number, outcome.done)
        action.title = f"Take {counted(len(links), 'claim')} out of case {number}"
    return outcome


def link(work: Work, case_id: int, number: str, claims: Sequence[CaseableClaim]) -> None:
    """Puts claims that stand in no active case into this one, and lets its figures follow."""
    if not claims:
        return
    rows = [(case_id, claim.id, claim.chain, True, work.now) for claim in claims]
    work.insert(CaseClaim, ("case", "claim", "chain", "active", "added_at"), rows)
    _begin_chains(work, claims)
    _settle(work, case_id, "claims added", number, [claim.id for claim in claims])


def _begin_chains(work: Work, claims: Sequence[CaseableClaim]) -> None:
    """A claim without a chain begins one, so that its case is found by it."""
    alone = [claim.id for claim in claims if claim.chain == claim.id]
    rows = read_by_keys(
        work.database, "SELECT id, id FROM claim WHERE chain IS NULL AND id IN ({keys})", alone
    )
    work.update(Claim, ["chain"], list(rows))


def _settle(work: Work, case_id: int, done: str, number: str, claims: Sequence[int]) -> None:
    """Payer, patient and figures follow the claims of a case; both sides have it on record."""
    work.set_all(CaseFile, {}, [case_id])
    work.record(done, "case_file", case_id, claims=len(claims), keys=spans(claims))
    work.record(f"case: {done}", "claim", None, case=number, keys=spans(claims))
    _agree(work, case_id)
    refresh_totals(work, [case_id])


def _agree(work: Work, case_id: int) -> None:
    """A case has the payer and the patient of its claims where they agree, and none otherwise."""
    ((count, *ends),) = read_rows(
        work.database,
        "SELECT count(*), min(COALESCE(c.payer_id, 0)), max(COALESCE(c.payer_id, 0)),"
        " min(c.client_id), max(c.client_id)"
        " FROM case_claim k JOIN claim c ON c.id = k.claim_id WHERE k.case_id = ?",
        case_id,
    )
    if not count:
        return
    one_payer, last_payer, one_client, last_client = ends
    agreed = {
        "payer": one_payer if one_payer == last_payer and one_payer else None,
        "client": one_client if one_client == last_client else None,
    }
    now = stored_records(work.database, CASE, [case_id])[case_id]
    changes = {name: value for name, value in agreed.items() if value != now.raw[name]}
    write(work, CASE, [Edit(now, changes)])


def _active_number(work: Work, case_id: int) -> str:
    rows = read_rows(work.database, "SELECT number, stage FROM case_file WHERE id = ?", case_id)
    if not rows:
        raise Refused(f"there is no case {case_id}")
    number, stage = rows[0]
    if stage not in ACTIVE_STAGES:
        raise Refused(f"case {number} is {stage}: reopen it first")
    return str(number)
