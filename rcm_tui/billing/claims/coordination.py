"""What the payers before said of a claim, as the coordination-of-benefits loops have to repeat it.

Read from the remittances that stand, each time anew: what a payer takes back or corrects before
the claim goes on is never repeated in its old form. Cents and thousandths of units, as stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.remittances.standing import Standing, standing_remittances
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.claims import SUBMITTED

PATIENT_GROUP = "PR"

# group, CARC, cents, thousandths of units
SaidAdjustment = tuple[str, str, int, int | None]


@dataclass(slots=True)
class PriorLine:
    """What a payer said of a claim line of ours; unbundling can make several of one."""

    claim_line: int
    procedure_code: str
    modifiers: str
    charge: int
    paid: int
    units: int | None
    adjustments: list[SaidAdjustment] = field(default_factory=list)

    @property
    def patient_share(self) -> int:
        """Cents that the payer leaves to the patient, whatever the reason (group PR)."""
        return sum(one[2] for one in self.adjustments if one[0] == PATIENT_GROUP)


@dataclass(slots=True)
class PriorAnswer:
    """What one payer said of a claim, by the newest remittance of it that stands.

    `claim` is our claim to that payer. `adjustments` and `remarks` are those of the claim as a
    whole, `decided_on` the day of the payment (ISO text). `problem` is why it cannot be told to
    the next payer; then the amounts are not to be used.
    """

    claim: int
    number: str
    coverage: int | None
    payer: int | None
    payer_sequence: int
    authorization_number: str
    remittance: int = 0
    status_code: str = ""
    payer_claim_control_number: str = ""
    decided_on: str = ""
    charge: int = 0
    paid: int = 0
    adjustments: list[SaidAdjustment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    lines: list[PriorLine] = field(default_factory=list)
    problem: str = ""

    @property
    def patient_share(self) -> int:
        """Cents that the payer leaves to the patient, of claim and lines."""
        of_claim = sum(one[2] for one in self.adjustments if one[0] == PATIENT_GROUP)
        return of_claim + sum(line.patient_share for line in self.lines)


@dataclass(slots=True)
class Coordination:
    """What a claim to a further payer has to tell: every payer before, the first one first.

    `came_from` leads from the place of each of its lines (from 1) to the lines, of this claim's
    submissions and of the claims before, that it was made from.
    """

    answers: list[PriorAnswer]
    came_from: dict[int, frozenset[int]] = field(default_factory=dict)

    def said_of(self, answer: PriorAnswer, place: int) -> list[PriorLine]:
        """What a payer said of the line at a place."""
        lines = self.came_from.get(place, frozenset())
        return [said for said in answer.lines if said.claim_line in lines]


def coordination(database: Database, claims: Iterable[int]) -> dict[int, Coordination]:
    """Claim → what it has to tell of the payers before; claims to a first payer are not in it."""
    before = _before(database, claims)
    said = answers_of(database, {key for keys in before.values() for key in keys})
    came_from = origins(database, before)
    return {
        claim: Coordination([said[key] for key in keys], came_from.get(claim, {}))
        for claim, keys in before.items()
    }


def answers_of(database: Database, claims: Iterable[int]) -> dict[int, PriorAnswer]:
    """Claim → what its own payer said of it, for the next payer to be told."""
    found = {}
    billed: dict[int, tuple[int, str]] = {}
    for row in read_by_keys(
        database,
        "SELECT id, number, coverage_id, payer_id, payer_sequence, authorization_number, billed,"
        " status FROM claim WHERE id IN ({keys})",
        sorted(set(claims)),
    ):
        found[row[0]] = PriorAnswer(*row[:6])
        billed[row[0]] = (row[6], row[7])
    standing = standing_remittances(database, sorted(found))
    for key, answer in found.items():
        answer.problem = _choose(answer, standing.get(key, []), *billed[key])
    told = {answer.remittance: answer for answer in found.values() if answer.remittance}
    _read_payments(database, told)
    _read_details(database, told)
    _compare_lines(database, [each for each in told.values() if not each.problem])
    return found


def _before(database: Database, claims: Iterable[int]) -> dict[int, list[int]]:
    """Claim → the claims to the payers before, the first one first."""
    nearest = _billed_after(database, claims)
    known, wanted = dict(nearest), set(nearest.values())
    while wanted:
        further = _billed_after(database, sorted(wanted))
        known |= further
        wanted = set(further.values()) - set(known)
    before: dict[int, list[int]] = {}
    for claim, key in nearest.items():
        keys = before[claim] = [key]
        while keys[0] in known:
            keys.insert(0, known[keys[0]])
    return before


def origins(database: Database, claims: Iterable[int]) -> dict[int, dict[int, frozenset[int]]]:
    """Claim → place of its lines (from 1) → the lines that each was made from, all of them."""
    own: dict[int, tuple[int, int]] = {}
    parent: dict[int, int] = {}
    places: dict[int, int] = {}
    for key, claim, previous in read_by_keys(
        database,
        "SELECT id, claim_id, previous_id FROM claim_line WHERE claim_id IN ({keys})"
        " ORDER BY claim_id, position",
        claims,
    ):
        places[claim] = places.get(claim, 0) + 1
        own[key] = (claim, places[claim])
        if previous is not None:
            parent[key] = previous
    wanted = set(parent.values())
    while wanted:
        further = dict(
            read_by_keys(
                database,
                "SELECT id, previous_id FROM claim_line WHERE id IN ({keys})"
                " AND previous_id IS NOT NULL",
                sorted(wanted),
            )
        )
        parent |= further
        wanted = set(further.values()) - set(parent)
    found: dict[int, dict[int, frozenset[int]]] = {}
    for line, (claim, place) in own.items():
        lines = []
        while line in parent:
            line = parent[line]
            lines.append(line)
        found.setdefault(claim, {})[place] = frozenset(lines)
    return found


def _billed_after(database: Database, claims: Iterable[int]) -> dict[int, int]:
    return dict(
        read_by_keys(
            database,
            "SELECT id, billed_after_id FROM claim WHERE id IN ({keys})"
            " AND billed_after_id IS NOT NULL",
            claims,
        )
    )


def _choose(answer: PriorAnswer, standing: Sequence[Standing], billed: int, status: str) -> str:
    """Takes the newest remittance that stands; gives why it cannot be told, or ""."""
    if status != SUBMITTED:
        return f"{answer.number} is {status}: bill the next payer from the claim that stands"
    if not standing:
        return f"its payer has not decided on {answer.number}"
    newest = standing[-1]
    answer.remittance, answer.status_code = newest.id, newest.status_code
    answer.charge, answer.paid = newest.charge, newest.paid
    answer.payer_claim_control_number = newest.payer_claim_control_number
    if any(earlier.paid for earlier in standing[:-1]):
        return (
            f"{len(standing)} remittances of {answer.number} stand that pay: which one the next"
            " payer is to be told is for the payer to say, by a reversal"
        )
    if newest.charge != billed:
        return (
            f"the remittance answers a charge of {dollars(newest.charge)}, {answer.number} bills"
            f" {dollars(billed)}"
        )
    return ""


def _read_payments(database: Database, told: dict[int, PriorAnswer]) -> None:
    for key, decided_on in read_by_keys(
        database,
        "SELECT r.id, COALESCE(p.effective_date, p.production_date, substr(p.received_at, 1, 10))"
        " FROM remittance AS r JOIN payment AS p ON p.id = r.payment_id WHERE r.id IN ({keys})",
        told,
    ):
        told[key].decided_on = decided_on
    for key, code in read_by_keys(
        database,
        "SELECT remittance_id, code FROM remark WHERE remittance_id IN ({keys})"
        " AND line_id IS NULL ORDER BY id",
        told,
    ):
        if code not in told[key].remarks:
            told[key].remarks.append(code)


def _read_details(database: Database, told: dict[int, PriorAnswer]) -> None:
    lines: dict[int, PriorLine] = {}
    for key, remittance, line, *columns in read_by_keys(
        database,
        "SELECT id, remittance_id, claim_line_id, procedure_code, modifiers, charge, paid, units"
        " FROM remittance_line WHERE remittance_id IN ({keys}) ORDER BY remittance_id, position",
        told,
    ):
        answer = told[remittance]
        if line is None:
            answer.problem = answer.problem or (
                f"the remittance of {answer.number} has a line ({columns[0]}) that is on none of"
                " its claim lines yet: choose the claim line first"
            )
        lines[key] = PriorLine(line or 0, *columns)
        answer.lines.append(lines[key])
    for remittance, line, *adjustment in read_by_keys(
        database,
        "SELECT remittance_id, line_id, group_code, reason_code, amount, quantity"
        " FROM adjustment WHERE remittance_id IN ({keys}) ORDER BY id",
        told,
    ):
        holder: PriorAnswer | PriorLine = told[remittance] if line is None else lines[line]
        holder.adjustments.append(tuple(adjustment))


def _compare_lines(database: Database, answers: Sequence[PriorAnswer]) -> None:
    """What is said of lines must be said of all of them, and of all that they bill."""
    by_claim = {answer.claim: answer for answer in answers if answer.lines}
    said: dict[int, int] = {}
    for answer in by_claim.values():
        for line in answer.lines:
            said[line.claim_line] = said.get(line.claim_line, 0) + line.charge
    for key, claim, position, billed in read_by_keys(
        database,
        "SELECT id, claim_id, position, billed FROM claim_line WHERE claim_id IN ({keys})"
        " ORDER BY claim_id, position",
        by_claim,
    ):
        answer, charge = by_claim[claim], said.get(key, 0)
        if charge != billed and not answer.problem:
            answer.problem = (
                f"line {position} of {answer.number} bills {dollars(billed)}, its remittance"
                f" answers {dollars(charge)} of it"
            )
