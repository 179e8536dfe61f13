"""Billing the next payer: from what one payer said of a claim, the claim to the one after it.

The claim is cloned to the client's next coverage that holds on the dates of service: same lines,
same rendering provider, the new payer's member id, filing indicator and authorization. What the
payers before said is not copied: it is told from their remittances when the file is written.
"""

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.claims.cloning import clone_claim
from rcm_tui.billing.claims.coordination import PriorAnswer, answers_of
from rcm_tui.billing.claims.transfers import Movable, movable
from rcm_tui.billing.claims.validation import clean_claims, validate_claims
from rcm_tui.billing.dated import covers
from rcm_tui.billing.ledger import reverse_charges
from rcm_tui.billing.outcome import Left, Outcome, Progress, counted, go_on
from rcm_tui.billing.rights import BILL_NEXT, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.bulk import chunked, read_by_keys, read_numbers
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.claims import (
    DRAFT,
    HISTORICAL,
    READY,
    SUBMITTED,
    VOID,
    Claim,
    ClaimLine,
)
from rcm_tui.data.work import Work

FORWARDED = ("19", "20", "21")
"""CLP02 of claims that the payer processed and forwarded to the next payer itself."""

STEP = 100
NOT_COPIED = ("payer", "subscriber", "as_sent")
"""What `claim.wire` says of the payer before, and of how that claim was sent."""


@dataclass(slots=True)
class CoverageHeld:
    """A coverage of a client; days are ISO text."""

    id: int
    rank: int
    payer: int
    payer_name: str
    answer_days: int
    starts_on: str | None
    ends_on: str | None


@dataclass(slots=True)
class Onward:
    """A claim whose next payer is asked for: where it would go, what moves, or why not.

    `waiting` is our claim that the payer's own forwarding stands for, where that is to be sent
    by us after all.
    """

    id: int
    number: str
    billed: int
    reason: str = ""
    coverage: CoverageHeld | None = None
    answer: PriorAnswer | None = None
    moves: Movable = field(default_factory=Movable)
    waiting: int | None = None

    @property
    def amount(self) -> int:
        """Cents that the next payer is asked for."""
        return self.moves.total


@dataclass(slots=True)
class OnwardPreview:
    """How many claims would go to a next payer, asking for how many cents; why others stay."""

    count: int = 0
    amount: int = 0
    payers: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)


def preview_secondary(
    database: Database, claim_ids: Iterable[int], today: datetime.date
) -> OnwardPreview:
    """What `bill_secondary` would do."""
    preview = OnwardPreview()
    for one in onward(database, claim_ids, today):
        if one.reason:
            preview.left[one.reason.split(":")[0]] += 1
        else:
            preview.count += 1
            preview.amount += one.amount
            if one.coverage is not None:
                preview.payers[one.coverage.payer_name] += 1
    return preview


@needs(BILL_NEXT, claim_ids=CLAIM)
def bill_secondary(
    work: Work, claim_ids: Iterable[int], progress: Progress | None = None
) -> Outcome:
    """Makes claims to the next payer: Ready to Submit when clean, else Draft. `made` are they.

    `amount` is what they ask for; it moves to them when they are sent. Claims that another payer
    forwarded and that nobody answered in time are taken over to be sent by us. Left with the
    reason is what has no next payer, no answer, or nothing to ask for.
    """
    outcome = Outcome()
    with work.undoable("Bill the next payer", Claim) as action:
        keys = list(dict.fromkeys(claim_ids))
        for start in range(0, len(keys), STEP):
            if not go_on(work, progress, start, len(keys)):
                outcome.stop(read_numbers(work.database, Claim, keys[start:]).items())
                break
            _bill(work, onward(work.database, keys[start : start + STEP], work.today), outcome)
        action.title = f"Bill the next payer of {counted(len(outcome.done), 'claim')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


def onward(database: Database, claim_ids: Iterable[int], today: datetime.date) -> list[Onward]:
    """Where claims would go next and what would move, or why they cannot, in the order asked."""
    found: list[Onward] = []
    for keys in chunked(dict.fromkeys(claim_ids)):
        claims = {row[0]: _Claim(*row) for row in read_by_keys(database, CLAIMS, keys)}
        answers = answers_of(database, claims)
        moves = movable(database, answers)
        coverages = _coverages(database, {claim.client for claim in claims.values()})
        following = _following(database, claims)
        used = _used(database, claims)
        for key in keys:
            claim = claims.get(key)
            if claim is None:
                found.append(Onward(key, str(key), 0, "there is no such claim"))
                continue
            one = Onward(key, claim.number, claim.billed, answer=answers[key], moves=moves[key])
            one.coverage = _next_coverage(claim, coverages.get(claim.client, ()), used[key])
            one.reason = _why_not(one, claim, following.get(key), today)
            found.append(one)
    return found


CLAIMS = (
    "SELECT c.id, c.number, c.status, c.billed, c.client_id, c.coverage_id, c.first_service_date,"
    " c.last_service_date, c.billed_after_id, c.payer_balance, c.elsewhere, c.adjudication,"
    " c.submitted_at, COALESCE(p.name, 'nobody'), COALESCE(p.answer_days, 30)"
    " FROM claim AS c LEFT JOIN payer AS p ON p.id = c.payer_id WHERE c.id IN ({keys})"
)


@dataclass(slots=True)
class _Claim:
    """A claim as it is judged; moments and days as stored."""

    id: int
    number: str
    status: str
    billed: int
    client: int
    coverage: int | None
    first_day: str
    last_day: str
    billed_after: int | None
    payer_balance: int
    elsewhere: int
    adjudication: str
    submitted_at: str | None
    payer: str
    answer_days: int

    @property
    def forwarded(self) -> bool:
        """Whether it stands for what the payer before forwarded, and nobody answered it yet."""
        return bool(
            self.elsewhere
            and self.billed_after is not None
            and self.status == SUBMITTED
            and self.adjudication == "pending"
        )


def _why_not(one: Onward, claim: _Claim, following: _Claim | None, today: datetime.date) -> str:
    answer = one.answer
    if claim.status != SUBMITTED:
        return f"it is {claim.status}, not {SUBMITTED}"
    for forwarded in (claim, following):
        if forwarded is not None and forwarded.forwarded:
            return _why_wait(one, forwarded, today)
    if following is not None:
        return f"billed to {following.payer} already: {following.number} is {following.status}"
    if answer is None or not answer.remittance:
        return "its payer has not decided yet"
    if answer.problem:
        return f"what its payer said cannot be told: {answer.problem}"
    if one.coverage is None:
        return "the client has no further coverage on its dates of service"
    if one.amount:
        return ""
    nothing = "nothing is left that a further payer could be asked for"
    still_open = dollars(claim.payer_balance)
    return f"{nothing}: {still_open} is open at its own payer" if still_open > 0 else nothing


def _why_wait(one: Onward, forwarded: _Claim, today: datetime.date) -> str:
    """What was forwarded waits for the payer's usual time; then it is sent by us after all."""
    sent = datetime.date.fromisoformat((forwarded.submitted_at or str(today))[:10])
    until = sent + datetime.timedelta(days=forwarded.answer_days)
    if until >= today:
        return f"it was forwarded to {forwarded.payer}: wait for the answer until {until:%m/%d/%Y}"
    one.waiting = forwarded.id
    return ""


def _next_coverage(
    claim: _Claim, coverages: Sequence[CoverageHeld], used: set[int]
) -> CoverageHeld | None:
    rank = max((each.rank for each in coverages if each.id in used), default=0)
    for each in coverages:
        if each.rank > rank and covers(each, claim.first_day, claim.last_day):
            return each
    return None


def _coverages(database: Database, clients: Iterable[int]) -> dict[int, list[CoverageHeld]]:
    found: dict[int, list[CoverageHeld]] = {}
    for client, *columns in read_by_keys(
        database,
        "SELECT v.client_id, v.id, v.rank, v.payer_id, p.name, p.answer_days, v.starts_on,"
        " v.ends_on FROM coverage AS v JOIN payer AS p ON p.id = v.payer_id"
        " WHERE v.client_id IN ({keys}) ORDER BY v.client_id, v.rank, v.id",
        sorted(clients),
    ):
        found.setdefault(client, []).append(CoverageHeld(*columns))
    return found


def _following(database: Database, claims: Iterable[int]) -> dict[int, _Claim]:
    """Claim → the newest claim to the payer after it that is alive.

    Also one that was billed on from an earlier submission, whose place the claim took.
    """
    found: dict[int, _Claim] = {}
    # Hidden from the planner, which would read all claims of a status, not those of the keys.
    status = f"COALESCE(c.status, '') IN ('{DRAFT}', '{READY}', '{SUBMITTED}')"
    alive = f"c.frequency <> '{VOID}' AND {status}"
    select, _, where = CLAIMS.partition(" WHERE ")
    select = select.replace("SELECT ", "SELECT own.id, ", 1)
    where = f"{where.replace('c.id', 'own.id')} AND {alive} ORDER BY c.id"
    for join in (
        "JOIN claim AS own ON own.chain = c.chain AND own.payer_sequence + 1 = c.payer_sequence"
        " JOIN claim AS earlier ON earlier.id = c.billed_after_id"
        f" AND COALESCE(earlier.status, '') = '{HISTORICAL}'",
        "JOIN claim AS own ON own.id = c.billed_after_id",
    ):
        for own, *row in read_by_keys(database, f"{select} {join} WHERE {where}", claims):
            found[own] = _Claim(*row)
    return found


def _used(database: Database, claims: Mapping[int, _Claim]) -> dict[int, set[int]]:
    """Claim → the coverages that it and the claims before it are billed to."""
    used: dict[int, set[int]] = {
        key: {claim.coverage} if claim.coverage is not None else set()
        for key, claim in claims.items()
    }
    before = {
        key: claim.billed_after for key, claim in claims.items() if claim.billed_after is not None
    }
    while before:
        further = {
            row[0]: row[1:]
            for row in read_by_keys(
                database,
                "SELECT id, coverage_id, billed_after_id FROM claim WHERE id IN ({keys})",
                sorted(set(before.values())),
            )
        }
        for key, earlier in list(before.items()):
            coverage, next_one = further[earlier]
            used[key].add(coverage)
            if next_one is None:
                del before[key]
            else:
                before[key] = next_one
    return used


def _bill(work: Work, page: Sequence[Onward], outcome: Outcome) -> None:
    made: dict[int, Onward] = {}
    for one in page:
        if one.reason:
            outcome.left.append(Left(one.id, one.number, one.reason))
        elif one.waiting is not None:
            made[one.waiting] = one
        else:
            made[clone_onward(work, one)] = one
    _take_over(work, [key for key, one in made.items() if one.waiting is not None])
    clean = clean_claims(validate_claims(work, sorted(made)))
    work.set_all(Claim, {"status": READY}, sorted(clean))
    for key, one in made.items():
        outcome.done.append(one.id)
        outcome.made.append(key)
        outcome.amount += one.amount
        work.record(
            "claim to the next payer",
            "claim",
            key,
            after=one.number,
            status=READY if key in clean else DRAFT,
            forwarded=one.waiting is not None,
        )


def clone_onward(work: Work, one: Onward) -> int:
    """The Draft to the next payer, which is expected to pay what it is asked for. Gives its key.

    No contract says what it pays of a line: many pay less than another payer left to the patient.
    """
    coverage = one.coverage
    assert coverage is not None
    claim = Claim.get_by_id(one.id)
    authorization, number = _authorization(work.database, claim, coverage.payer)
    clone = clone_claim(
        work,
        one.id,
        with_charges=False,
        coverage=coverage.id,
        payer=coverage.payer,
        authorization=authorization,
        authorization_number=number,
        claim_note="",
        expected=one.amount,
        payer_sequence=claim.payer_sequence + 1,
        billed_after=one.id,
        wire=_wire(claim.wire),
    )
    work.update(ClaimLine, ["expected"], [(0, line) for line in clone.lines.values()])
    return clone.id


def _wire(kept: str) -> str:
    """What an imported 837P said of the claim, without what it said of its payer."""
    if not kept:
        return ""
    said = {name: value for name, value in json.loads(kept).items() if name not in NOT_COPIED}
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False)


def _authorization(database: Database, claim: Claim, payer: int) -> tuple[int | None, str]:
    """The one approved authorization of the client and the next payer on the dates, if one."""
    rows = [
        (key, number)
        for key, number in read_by_keys(
            database,
            'SELECT id, number FROM "authorization" WHERE client_id IN ({keys}) AND payer_id = ?'
            " AND status = 'approved' AND starts_on <= ? AND ends_on >= ? ORDER BY id",
            [claim.__data__["client"]],
            payer,
            str(claim.first_service_date),
            str(claim.last_service_date),
        )
    ]
    return rows[0] if len(rows) == 1 else (None, "")


def _take_over(work: Work, forwarded: Sequence[int]) -> None:
    """Forwarded claims that nobody answered: Drafts of ours, whose money is the patient's again
    until they are sent."""
    reverse_charges(work, forwarded)
    work.set_all(
        Claim,
        {
            "status": DRAFT,
            "elsewhere": False,
            "acknowledgement": "none",
            "adjudication": "none",
            "submitted_at": None,
        },
        forwarded,
    )
