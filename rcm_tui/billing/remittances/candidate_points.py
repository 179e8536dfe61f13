"""How well a claim fits a remittance: the points of each reason, and why it cannot be taken."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rcm_tui.billing.claims.control_numbers import as_sent
from rcm_tui.billing.remittances.candidate_pool import FoundClaim, Wanted, bare, names_of
from rcm_tui.billing.remittances.standing import REVERSAL, Standing
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.claims import DRAFT, READY

CONTROL_NUMBER, PAYER_NUMBER, SIBLING, LINE_NUMBERS = 50, 50, 45, 40
ALIKE_NUMBER = 35
MEMBER, NAME, LAST_AND_INITIAL, LAST_NAME = 25, 20, 12, 8
BOTH_DAYS, FIRST_DAY, DAYS_OVERLAP = 15, 10, 5
LINES, CODES = 15, 6
SAME_CHARGE, OPEN_AMOUNT = 15, 8
TAKES_BACK = 30
SAME_PAYER, OTHER_PAYER, NOTHING_OPEN = 5, -10, -15


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a claim is a candidate, or why less of one: its points and a sentence's part."""

    points: int
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that a remittance may be for. Cents; `refusal` is why it cannot be taken."""

    claim: int
    number: str
    patient_name: str
    payer: str
    first_service_date: datetime.date
    last_service_date: datetime.date
    billed: int
    payer_balance: int
    status: str
    adjudication: str
    reasons: tuple[Reason, ...]
    refusal: str = ""

    @property
    def score(self) -> int:
        """0 to 100: the sum of the points."""
        return max(0, min(100, sum(reason.points for reason in self.reasons)))


def points(wanted: Wanted, known: FoundClaim, siblings: set[int]) -> int:
    """What speaks for a claim, before what its remittances say."""
    return sum(reason.points for reason in _reasons(wanted, known, known.id in siblings, []))


def judged(
    wanted: Wanted, known: FoundClaim, siblings: set[int], standing: Sequence[Standing]
) -> Candidate:
    """A claim with its reasons, the weightiest first, beside what stands of its remittances."""
    reasons = _reasons(wanted, known, known.id in siblings, standing)
    return Candidate(
        known.id,
        known.number,
        known.patient_name,
        known.payer_name,
        datetime.date.fromisoformat(known.first_day),
        datetime.date.fromisoformat(known.last_day),
        known.billed,
        known.payer_balance,
        known.status,
        known.adjudication,
        tuple(sorted(reasons, key=lambda reason: -reason.points)),
        _refusal(wanted, known, standing),
    )


def _reasons(
    wanted: Wanted, known: FoundClaim, sibling: bool, standing: Sequence[Standing]
) -> list[Reason]:
    reasons = [
        *_by_number(wanted, known, sibling),
        *_by_patient(wanted, known),
        *_by_days(wanted, known),
        *_by_lines(wanted, known),
        *_by_amount(wanted, known, standing),
    ]
    if wanted.payer is not None and known.payer is not None:
        if wanted.payer == known.payer:
            reasons.append(Reason(SAME_PAYER, "the same payer"))
        else:
            reasons.append(Reason(OTHER_PAYER, f"another payer, {known.payer_name}"))
    return reasons


def _by_number(wanted: Wanted, known: FoundClaim, sibling: bool) -> Iterable[Reason]:
    number = wanted.patient_control_number.strip()
    if number and number == as_sent(known.patient_control_number):
        yield Reason(CONTROL_NUMBER, f"the patient control number {number}")
    elif number and bare(number) in (bare(known.patient_control_number), bare(known.number)):
        yield Reason(ALIKE_NUMBER, f"a patient control number like its number {known.number}")
    theirs = wanted.payer_claim_control_number
    if theirs and theirs in (known.payer_claim_control_number, known.original_reference):
        yield Reason(PAYER_NUMBER, f"the payer's claim control number {theirs}")
    if sibling:
        yield Reason(SIBLING, "another remittance with its numbers is on this claim")
    given = [line.line_control_number for line in wanted.lines if line.line_control_number]
    of_claim = {as_sent(number) for number, _, _ in known.lines}
    same = sum(number in of_claim for number in given)
    if same:
        words = f"{same} of {len(given)} line control numbers"
        yield Reason(round(LINE_NUMBERS * same / len(given)), words)


def _by_patient(wanted: Wanted, known: FoundClaim) -> Iterable[Reason]:
    if wanted.member_id and bare(wanted.member_id) == bare(known.member_id):
        yield Reason(MEMBER, "the member id")
    last, first = names_of(wanted.patient_name)
    known_last, known_first = names_of(known.patient_name)
    if not last or last != known_last:
        return
    if first and known_first and first[0] == known_first[0]:
        yield Reason(NAME, "the patient's name")
    elif first and known_first and first[0][0] == known_first[0][0]:
        yield Reason(LAST_AND_INITIAL, "the patient's last name and first letter")
    else:
        yield Reason(LAST_NAME, "the patient's last name")


def _by_days(wanted: Wanted, known: FoundClaim) -> Iterable[Reason]:
    if not wanted.first_day:
        return
    last = wanted.last_day or wanted.first_day
    if (wanted.first_day, last) == (known.first_day, known.last_day):
        yield Reason(BOTH_DAYS, "the dates of service")
    elif wanted.first_day == known.first_day:
        yield Reason(FIRST_DAY, "the first date of service")
    elif wanted.first_day <= known.last_day and known.first_day <= last:
        yield Reason(DAYS_OVERLAP, "dates of service that overlap")


def _by_lines(wanted: Wanted, known: FoundClaim) -> Iterable[Reason]:
    if not wanted.lines:
        return
    count = len(wanted.lines)
    left = [(code, day) for _, code, day in known.lines]
    same = 0
    for line in wanted.lines:
        key = (line.code, line.day or wanted.first_day)
        if key in left:
            left.remove(key)
            same += 1
    if same:
        words = f"{same} of {count} lines by code and day, modifiers aside"
        yield Reason(round(LINES * same / count), words)
        return
    codes = {code for _, code, _ in known.lines}
    same = sum(line.code in codes for line in wanted.lines)
    if same:
        yield Reason(round(CODES * same / count), f"{same} of {count} lines by code")


def _by_amount(wanted: Wanted, known: FoundClaim, standing: Sequence[Standing]) -> Iterable[Reason]:
    charge = abs(wanted.charge)
    if wanted.status_code == REVERSAL:
        if _original(wanted, standing) is not None:
            yield Reason(TAKES_BACK, f"it paid {dollars(-wanted.paid)}, which is taken back")
    elif charge and charge == known.payer_balance:
        words = f"{dollars(charge)} is billed, and open at the payer"
        if charge != known.billed:
            words = f"{dollars(charge)} is open at the payer"
        yield Reason(SAME_CHARGE if charge == known.billed else OPEN_AMOUNT, words)
    elif charge and charge == known.billed:
        yield Reason(SAME_CHARGE, f"{dollars(charge)} is billed")
    answered = known.adjudication in ("paid", "overpaid")
    if wanted.status_code != REVERSAL and known.payer_balance <= 0 and answered:
        yield Reason(NOTHING_OPEN, "nothing is open at the payer")


def _original(wanted: Wanted, standing: Sequence[Standing]) -> Standing | None:
    return next(
        (one for one in standing if (one.charge, one.paid) == (-wanted.charge, -wanted.paid)), None
    )


def _refusal(wanted: Wanted, known: FoundClaim, standing: Sequence[Standing]) -> str:
    if known.submitted_at is None:
        return f"claim {known.number} was never submitted"
    if known.status in (DRAFT, READY):
        return f"claim {known.number} is back in {known.status}"
    if wanted.status_code == REVERSAL and _original(wanted, standing) is None:
        return (
            f"claim {known.number} has no posted remittance over {dollars(-wanted.charge)} that"
            f" paid {dollars(-wanted.paid)}, which this reversal would take back"
        )
    return ""
