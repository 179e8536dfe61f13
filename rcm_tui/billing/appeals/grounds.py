"""Which claims can be appealed, at which level, for what and until when; and why others cannot.

A rejection was never decided, so there is nothing to appeal. What a payer left to the patient as
deductible, coinsurance or copay is no denial. The clock of the first level runs from the notice,
that of the next from the last answer.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.appeals.levels import Level, load_levels
from rcm_tui.billing.cases.claims import active_cases
from rcm_tui.billing.denials.next_steps import UNPROCESSABLE, NextStep, next_steps
from rcm_tui.billing.outcome import Left
from rcm_tui.billing.remittances.standing import standing_remittances
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.tables.appeals import DRAFT, OVERTURNED, WITHDRAWN
from rcm_tui.data.tables.claims import ADJUDICATED, SUBMITTED

UNDERPAID = "CO-45"
"""What an underpayment is appealed as: what was taken off above the contract's rate."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A claim that can be appealed now. `amount` are the cents that are open at the payer.

    `reason` is the denial that speaks (CO-197), `meaning` what it says in our words. `deadline` is
    the last day to file at `level`, `notice_on` the day from which it counts. `case` is the active
    one in which the claim stands.
    """

    claim: int
    number: str
    chain: int
    payer: int | None
    payer_name: str
    level: Level
    reason: str
    remarks: tuple[str, ...]
    meaning: str
    amount: int
    notice_on: datetime.date
    deadline: datetime.date
    case: int | None = None
    case_number: str = ""

    def days_left(self, today: datetime.date) -> int:
        """Days until the clock has run out, negative afterwards."""
        return (self.deadline - today).days

    def why_late(self, today: datetime.date) -> str:
        """That the clock is over, as a sentence without its stop; "" while it runs."""
        if self.deadline >= today:
            return ""
        days = (self.deadline - self.notice_on).days
        since = "the notice" if self.level.level == 1 else "the last answer"
        return (
            f"its {days} days from {since} of {self.notice_on:%m/%d/%Y} ended on"
            f" {self.deadline:%m/%d/%Y}: say why it is sent all the same"
        )


@dataclass(slots=True)
class Grounds:
    """Claims that can be appealed, and those that cannot, each with the reason."""

    taken: list[Ground] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Claim:
    id: int
    number: str
    status: str
    acknowledgement: str
    adjudication: str
    chain: int
    payer_balance: int
    patient_balance: int
    underpaid: int
    payer: int | None
    payer_name: str
    appeal_days: int
    filing_indicator: str


@dataclass(frozen=True, slots=True)
class _Past:
    number: str
    state: str
    level: int
    level_name: str
    outcome: str
    sent_on: str | None
    answered_on: str | None


class _CannotBe(Exception):
    """Why a claim cannot be appealed: a sentence without its stop."""


CLAIMS = (
    "SELECT c.id, c.number, c.status, c.acknowledgement, c.adjudication, COALESCE(c.chain, c.id),"
    " c.payer_balance, c.patient_balance, c.underpaid, c.payer_id, COALESCE(p.name, ''),"
    " COALESCE(p.appeal_days, 0),"
    " COALESCE(NULLIF(v.filing_indicator, ''), p.filing_indicator, '') FROM claim AS c"
    " LEFT JOIN payer AS p ON p.id = c.payer_id LEFT JOIN coverage AS v ON v.id = c.coverage_id"
    " WHERE c.id IN ({keys}) ORDER BY c.id"
)
PAST = (
    "SELECT chain, number, state, level, level_name, outcome, sent_on, answered_on FROM appeal"
    " WHERE chain IN ({keys}) ORDER BY id"
)
NOTICES = (
    "SELECT r.id, COALESCE(p.production_date, p.effective_date, p.received_at) FROM remittance AS r"
    " JOIN payment AS p ON p.id = r.payment_id WHERE r.id IN ({keys})"
)


def grounds_of(database: Database, claim_ids: Iterable[int], today: datetime.date) -> Grounds:
    """Sorts claims into those that can be appealed today and those that cannot. Blocks.

    One whose clock is over can be, with a reason (`Ground.why_late`).
    """
    levels = load_levels(database)
    result = Grounds()
    for chunk in chunked(sorted(set(claim_ids))):
        claims = [_Claim(*row) for row in read_by_keys(database, CLAIMS, chunk)]
        chains = {claim.chain for claim in claims}
        cases = active_cases(database, chains)
        past: dict[int, list[_Past]] = {}
        for chain, *row in read_by_keys(database, PAST, chains):
            past.setdefault(chain, []).append(_Past(*row))
        steps = next_steps(database, chunk)
        notices = _notices(database, [claim.id for claim in claims if claim.id not in steps])
        known = {claim.id for claim in claims}
        result.left += [
            Left(key, str(key), "there is no such claim") for key in chunk if key not in known
        ]
        for claim in claims:
            try:
                _ask(claim)
                step = steps.get(claim.id)
                _denied(claim, step)
                of_chain = past.get(claim.chain, [])
                level, answered_on = _level(
                    claim, of_chain, levels.of(claim.payer, claim.filing_indicator)
                )
            except _CannotBe as reason:
                result.left.append(Left(claim.id, claim.number, str(reason)))
                continue
            notice_on = answered_on or (step.notice_on if step else notices.get(claim.id, today))
            days = level.days_to_file(claim.appeal_days)
            result.taken.append(
                Ground(
                    claim.id,
                    claim.number,
                    claim.chain,
                    claim.payer,
                    claim.payer_name,
                    level,
                    step.code if step else UNDERPAID,
                    step.remarks if step else (),
                    _meaning(step),
                    claim.payer_balance if claim.payer_balance > 0 else claim.underpaid,
                    notice_on,
                    notice_on + datetime.timedelta(days=days),
                    *cases.get(claim.chain, (None, "")),
                )
            )
    return result


def _ask(claim: _Claim) -> None:
    """Raises _CannotBe for a claim that no payer has decided."""
    if claim.acknowledgement == "rejected" and claim.adjudication not in ADJUDICATED:
        raise _CannotBe("it was rejected, not denied: correct it and send it again")
    if claim.status in ("Draft", "Ready to Submit"):
        raise _CannotBe(f"it is {claim.status}: no payer has decided it")
    if claim.status != SUBMITTED:
        raise _CannotBe(f"it is {claim.status}: a later submission stands for it")
    if claim.adjudication not in ADJUDICATED:
        raise _CannotBe("the payer has not answered yet")


def _denied(claim: _Claim, step: NextStep | None) -> None:
    """Raises _CannotBe where nothing that can be appealed is open."""
    if step is not None and step.unprocessed:
        raise _CannotBe(
            f"{step.code} with {UNPROCESSABLE} says that it could not be processed: nothing was"
            " decided, so mend it and send it as a new claim"
        )
    if step is None and claim.underpaid <= 0:
        if claim.patient_balance > 0 and claim.payer_balance <= 0:
            raise _CannotBe(
                "nothing is denied: what is left is the patient's share (PR), to be billed to the"
                " next payer or the patient"
            )
        raise _CannotBe("nothing of it is denied")
    if claim.payer_balance <= 0 and claim.underpaid <= 0:
        raise _CannotBe("nothing of it is open at the payer any more")


def _level(
    claim: _Claim, past: list[_Past], levels: list[Level]
) -> tuple[Level, datetime.date | None]:
    """The level that is next, and the answer from which its clock counts (None: the notice)."""
    if past and past[-1].state != "closed":
        last = past[-1]
        begun = "is a draft" if last.state == DRAFT else f"was sent on {_day(last.sent_on)}"
        raise _CannotBe(f"appeal {last.number} is open, it {begun}: answer or withdraw that first")
    if not levels:
        raise _CannotBe("there are no levels of appeal for its payer: add them in Administration")
    decided = [one for one in past if one.outcome != WITHDRAWN]
    if not decided or decided[-1].outcome == OVERTURNED:
        return levels[0], None
    last = decided[-1]
    following = next((level for level in levels if level.level > last.level), None)
    if following is None:
        name = claim.payer_name or "the payer"
        count = len(levels)
        raise _CannotBe(
            f"{name} has {count} level{'' if count == 1 else 's'} of appeal, and {last.number}"
            f" ({last.level_name}) was answered {last.outcome}: it was the last"
        )
    answered = datetime.date.fromisoformat(last.answered_on) if last.answered_on else None
    return following, answered


def _notices(database: Database, claim_ids: list[int]) -> Mapping[int, datetime.date]:
    """Claim → the day of its newest standing remittance."""
    newest = {
        standing[-1].id: claim
        for claim, standing in standing_remittances(database, claim_ids).items()
        if standing
    }
    return {
        newest[remittance]: datetime.date.fromisoformat(str(day)[:10])
        for remittance, day in read_by_keys(database, NOTICES, newest)
    }


def _meaning(step: NextStep | None) -> str:
    if step is None:
        return "paid below the contract's rate"
    return step.step.meaning if step.step else "no reason of the practice's table"


def _day(iso: str | None) -> str:
    return f"{datetime.date.fromisoformat(iso):%m/%d/%Y}" if iso else ""
