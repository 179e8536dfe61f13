"""Which claims a remittance without one may be for: ranked, each with its points and why.

Every look-up reads an index and is bounded, so that it costs the same in a store of a million
claims. The weights are ours: a number that only one claim has says most, then who the patient is,
then days, codes and amounts, which many claims share.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.claims.control_numbers import as_sent, stored_numbers
from rcm_tui.billing.remittances.standing import REVERSAL, Standing, standing_remittances
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.search.sources import clients_by_name
from rcm_tui.data.tables.claims import DRAFT, READY

MOST = 20
"""How many candidates are shown at most (ours)."""
LOOKED_AT = 400
"""How many claims are looked at more closely at most."""
MOST_STANDING = 50
OF_A_DAY = 5000
CLIENTS = 25
NEAR = datetime.timedelta(days=31)
LEAST = 10
"""Candidates of fewer points are not worth a look."""
SURE, AHEAD = 60, 20
"""The first candidate is sure with so many points, and so many more than the second (ours)."""

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


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A line of the remittance as it is compared with claim lines. Cents, ISO day or empty."""

    line_control_number: str
    code: str
    day: str
    charge: int


@dataclass(slots=True)
class Wanted:
    """A remittance as it is compared with claims. Cents, ISO days or empty."""

    id: int
    patient_control_number: str
    payer_claim_control_number: str
    status_code: str
    charge: int
    paid: int
    patient_name: str
    member_id: str
    first_day: str
    last_day: str
    payer: int | None
    lines: list[WantedLine] = field(default_factory=list)


@dataclass(slots=True)
class _Known:
    id: int
    number: str
    patient_control_number: str
    payer_claim_control_number: str
    original_reference: str
    status: str
    adjudication: str
    submitted_at: str | None
    patient_name: str
    first_day: str
    last_day: str
    billed: int
    payer_balance: int
    payer: int | None
    payer_name: str
    member_id: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    """Line control number, code and day of each."""


def find_candidates(database: Database, remittance_id: int, limit: int = MOST) -> list[Candidate]:
    """The claims that a remittance may be for, the likeliest first; those that cannot be last."""
    wanted = read_wanted(database, [remittance_id]).get(remittance_id)
    return _ranked(database, wanted, limit) if wanted else []


def candidate_of(database: Database, remittance_id: int, claim_id: int) -> Candidate | None:
    """A claim that a person names as a candidate, however little speaks for it."""
    wanted = read_wanted(database, [remittance_id]).get(remittance_id)
    known = _known(database, [claim_id])
    if wanted is None or not known:
        return None
    return _judged(wanted, known[0], _siblings(database, wanted), _standing(database, claim_id))


def sure_candidate(candidates: Sequence[Candidate]) -> Candidate | None:
    """The first candidate where no other comes near it; None where a person has to look."""
    possible = [candidate for candidate in candidates if not candidate.refusal]
    if not possible or possible[0].score < SURE:
        return None
    second = possible[1].score if len(possible) > 1 else 0
    return possible[0] if possible[0].score - second >= AHEAD else None


def read_wanted(database: Database, remittances: Iterable[int]) -> dict[int, Wanted]:
    """Remittances as they are compared with claims, by their keys."""
    keys = list(remittances)
    found = {
        row[0]: Wanted(*row)
        for row in read_by_keys(
            database,
            "SELECT remittance.id, patient_control_number, payer_claim_control_number,"
            " status_code, charge, paid, patient_name, member_id,"
            " coalesce(first_service_date, ''), coalesce(last_service_date, ''), payment.payer_id"
            " FROM remittance JOIN payment ON payment.id = remittance.payment_id"
            " WHERE remittance.id IN ({keys})",
            keys,
        )
    }
    for remittance, *line in read_by_keys(
        database,
        "SELECT remittance_id, line_control_number, procedure_code,"
        " coalesce(first_service_date, ''), charge FROM remittance_line"
        " WHERE remittance_id IN ({keys}) ORDER BY remittance_id, position",
        keys,
    ):
        found[remittance].lines.append(WantedLine(*line))
    for wanted in found.values():
        days = sorted(line.day for line in wanted.lines if line.day)
        wanted.first_day = wanted.first_day or (days[0] if days else "")
        wanted.last_day = wanted.last_day or (days[-1] if days else wanted.first_day)
    return found


# -- where to look --------------------------------------------------------------------------


def _ranked(database: Database, wanted: Wanted, limit: int) -> list[Candidate]:
    siblings = _siblings(database, wanted)
    keys = list(dict.fromkeys(_pool(database, wanted, siblings)))[:LOOKED_AT]
    known = {one.id: one for one in _known(database, keys)}
    standing: dict[int, list[Standing]] = {}
    if wanted.status_code == REVERSAL:
        # What stands is read for the likeliest alone: of many claims it takes long.
        likely = sorted(known, key=lambda key: -_points(wanted, known[key], siblings))
        known = {key: known[key] for key in likely[:MOST_STANDING]}
        standing = standing_remittances(database, sorted(known))
    found = [_judged(wanted, one, siblings, standing.get(one.id, [])) for one in known.values()]
    found = [candidate for candidate in found if candidate.score >= LEAST]
    found.sort(key=lambda one: (bool(one.refusal), -one.score, one.first_service_date, one.claim))
    return found[:limit]


def _pool(database: Database, wanted: Wanted, siblings: set[int]) -> Iterable[int]:
    yield from siblings
    yield from _by_numbers(database, wanted)
    clients = _clients(database, wanted)
    if clients:
        yield from _of_clients(database, wanted, clients)
    yield from _by_day_and_charge(database, wanted)


def _by_numbers(database: Database, wanted: Wanted) -> Iterable[int]:
    number = wanted.patient_control_number.strip()
    spellings = {number, number.upper(), number.lstrip("0"), _bare(number)} - {""}
    for names in stored_numbers(database, spellings).values():
        spellings.update(names)
    numbers = [line.line_control_number for line in wanted.lines if line.line_control_number]
    for column, values in (
        ("patient_control_number", spellings),
        ("number", spellings),
        ("payer_claim_control_number", {wanted.payer_claim_control_number} - {""}),
    ):
        sql = f"SELECT id FROM claim WHERE {column} IN ({{keys}}) ORDER BY id LIMIT {LOOKED_AT}"
        yield from (row[0] for row in read_by_keys(database, sql, sorted(values)))
    sql = "SELECT DISTINCT claim_id FROM claim_line WHERE line_control_number IN ({keys})"
    yield from (row[0] for row in read_by_keys(database, sql, sorted(set(numbers))))


def _siblings(database: Database, wanted: Wanted) -> set[int]:
    """Claims that another remittance with one of its numbers is on."""
    found: set[int] = set()
    for column, number in (
        ("patient_control_number", wanted.patient_control_number),
        ("payer_claim_control_number", wanted.payer_claim_control_number),
    ):
        if number:
            sql = (
                "SELECT DISTINCT claim_id FROM (SELECT claim_id, id FROM remittance"
                f" WHERE {column} = ? LIMIT {LOOKED_AT}) AS named"
                " WHERE claim_id IS NOT NULL AND id <> ?"
            )
            found.update(row[0] for row in read_rows(database, sql, number, wanted.id))
    return found


def _clients(database: Database, wanted: Wanted) -> list[int]:
    found: list[int] = []
    if wanted.member_id:
        sql = "SELECT DISTINCT client_id FROM coverage WHERE member_id IN ({keys})"
        spellings = {wanted.member_id, wanted.member_id.upper(), _bare(wanted.member_id)} - {""}
        found += [row[0] for row in read_by_keys(database, sql, sorted(spellings))]
    last, first = _names(wanted.patient_name)
    for words in ([*last, *first[:1]], last):
        if words:
            hits = clients_by_name(database, words, CLIENTS)
            found += [hit.key for hit in hits if hit.key not in found]
            if hits:
                break
    return found[: 2 * CLIENTS]


def _of_clients(database: Database, wanted: Wanted, clients: list[int]) -> Iterable[int]:
    near, days = "", []
    if wanted.first_day:
        first = datetime.date.fromisoformat(wanted.first_day) - NEAR
        last = datetime.date.fromisoformat(wanted.last_day or wanted.first_day) + NEAR
        near = " WHERE first_service_date >= ? AND first_service_date <= ?"
        days = [first.isoformat(), last.isoformat()]
    # Inside, the rows of the index of clients; only these are looked at by day.
    sql = (
        "SELECT id FROM (SELECT id, first_service_date FROM claim WHERE client_id IN ({keys})"
        f" LIMIT {OF_A_DAY}) AS theirs{near} ORDER BY first_service_date DESC, id DESC"
        f" LIMIT {LOOKED_AT}"
    )
    yield from (row[0] for row in read_by_keys(database, sql, clients, *days))


def _by_day_and_charge(database: Database, wanted: Wanted) -> Iterable[int]:
    charge = abs(wanted.charge)
    if wanted.first_day:
        rows = read_rows(
            database,
            "SELECT id FROM (SELECT id, billed FROM claim WHERE first_service_date = ?"
            " ORDER BY id DESC LIMIT ?) AS days WHERE billed = ? LIMIT ?",
            wanted.first_day,
            OF_A_DAY,
            charge,
            LOOKED_AT,
        )
    else:
        sql = "SELECT id FROM claim WHERE billed = ? ORDER BY id DESC LIMIT ?"
        rows = read_rows(database, sql, charge, LOOKED_AT // 4)
    yield from (row[0] for row in rows)


def _known(database: Database, keys: Sequence[int]) -> list[_Known]:
    found = {
        row[0]: _Known(*row)
        for row in read_by_keys(
            database,
            "SELECT claim.id, claim.number, claim.patient_control_number,"
            " claim.payer_claim_control_number, claim.original_reference, claim.status,"
            " claim.adjudication, claim.submitted_at, claim.patient_name,"
            " claim.first_service_date, claim.last_service_date, claim.billed,"
            " claim.payer_balance, claim.payer_id, coalesce(payer.name, ''),"
            " coalesce(coverage.member_id, '') FROM claim"
            " LEFT JOIN payer ON payer.id = claim.payer_id"
            " LEFT JOIN coverage ON coverage.id = claim.coverage_id WHERE claim.id IN ({keys})",
            keys,
        )
    }
    for claim, *line in read_by_keys(
        database,
        "SELECT claim_id, line_control_number, procedure_code, first_service_date FROM claim_line"
        " WHERE claim_id IN ({keys})",
        found,
    ):
        found[claim].lines.append((line[0], line[1], line[2]))
    return list(found.values())


# -- how well a claim fits ------------------------------------------------------------------


def _standing(database: Database, claim_id: int) -> list[Standing]:
    return standing_remittances(database, [claim_id]).get(claim_id, [])


def _points(wanted: Wanted, known: _Known, siblings: set[int]) -> int:
    return sum(reason.points for reason in _reasons(wanted, known, known.id in siblings, []))


def _judged(
    wanted: Wanted, known: _Known, siblings: set[int], standing: Sequence[Standing]
) -> Candidate:
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
    wanted: Wanted, known: _Known, sibling: bool, standing: Sequence[Standing]
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


def _by_number(wanted: Wanted, known: _Known, sibling: bool) -> Iterable[Reason]:
    number = wanted.patient_control_number.strip()
    if number and number == as_sent(known.patient_control_number):
        yield Reason(CONTROL_NUMBER, f"the patient control number {number}")
    elif number and _bare(number) in (_bare(known.patient_control_number), _bare(known.number)):
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


def _by_patient(wanted: Wanted, known: _Known) -> Iterable[Reason]:
    if wanted.member_id and _bare(wanted.member_id) == _bare(known.member_id):
        yield Reason(MEMBER, "the member id")
    last, first = _names(wanted.patient_name)
    known_last, known_first = _names(known.patient_name)
    if not last or last != known_last:
        return
    if first and known_first and first[0] == known_first[0]:
        yield Reason(NAME, "the patient's name")
    elif first and known_first and first[0][0] == known_first[0][0]:
        yield Reason(LAST_AND_INITIAL, "the patient's last name and first letter")
    else:
        yield Reason(LAST_NAME, "the patient's last name")


def _by_days(wanted: Wanted, known: _Known) -> Iterable[Reason]:
    if not wanted.first_day:
        return
    last = wanted.last_day or wanted.first_day
    if (wanted.first_day, last) == (known.first_day, known.last_day):
        yield Reason(BOTH_DAYS, "the dates of service")
    elif wanted.first_day == known.first_day:
        yield Reason(FIRST_DAY, "the first date of service")
    elif wanted.first_day <= known.last_day and known.first_day <= last:
        yield Reason(DAYS_OVERLAP, "dates of service that overlap")


def _by_lines(wanted: Wanted, known: _Known) -> Iterable[Reason]:
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


def _by_amount(wanted: Wanted, known: _Known, standing: Sequence[Standing]) -> Iterable[Reason]:
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


def _refusal(wanted: Wanted, known: _Known, standing: Sequence[Standing]) -> str:
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


def _bare(number: str) -> str:
    """A number without what people and payers put into it or leave out."""
    return re.sub(r"[^0-9A-Z]", "", number.upper()).lstrip("0")


def _names(name: str) -> tuple[list[str], list[str]]:
    """The words of last and first names of `LAST, FIRST`, in small letters."""
    last, _, first = name.lower().partition(",")
    return re.findall(r"[^\W\d_]+", last), re.findall(r"[^\W\d_]+", first)
