"""Which claim a remittance is for, and which claim line each of its lines is for.

Claim: by patient control number, else by the payer's claim control number, else by the control
numbers of its lines; of several, by charge and first day of service. Line: by line control number,
else by code, modifiers and date, else by code and date (payers drop modifiers), else by code and
amount; each claim line is taken once. What a person chose while typing from paper is as chosen.
Nothing is guessed: what does not match waits for a person (`candidates.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.control_numbers import as_sent, numbered, stored_numbers
from rcm_tui.billing.remittances.crossover import Answered, further_claims
from rcm_tui.billing.remittances.received import ReceivedClaim, ReceivedLine
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.claims import DRAFT, READY


@dataclass(slots=True)
class KnownLine:
    """A claim line as matching needs it; the date is ISO text."""

    id: int
    line_control_number: str
    procedure_code: str
    modifiers: tuple[str, ...]
    date: str
    billed: int


@dataclass(slots=True)
class KnownClaim:
    """A claim as matching needs it."""

    id: int
    number: str
    status: str
    submitted_at: str | None
    payer: int | None
    date: str
    billed: int
    lines: list[KnownLine] = field(default_factory=list)


@dataclass(slots=True)
class Match:
    """The claim of a remittance, or None; and in words why not, or what found no claim line."""

    claim: KnownClaim | None
    lines: list[int | None]
    reason: str = ""


def match_claims(database: Database, received: Sequence[ReceivedClaim]) -> list[Match]:
    """Finds the claims and claim lines of remittances, in bulk, in their order."""
    chosen = {claim.claim for claim in received if claim.claim is not None}
    by_key = {known[0].id: known[0] for known in _claims_by(database, "id", chosen).values()}
    by_control_number = _claims_by_control_number(
        database, {claim.patient_control_number for claim in received}
    )
    unknown = [
        claim
        for claim in received
        if not by_control_number.get(claim.patient_control_number) and claim.claim not in by_key
    ]
    by_payer_number = _claims_by(
        database,
        "payer_claim_control_number",
        {claim.payer_claim_control_number for claim in unknown},
    )
    unknown = [each for each in unknown if not by_payer_number.get(each.payer_claim_control_number)]
    by_line_number = _claims_by_line_number(database, unknown)
    matches = [
        Match(by_key[claim.claim], [None] * len(claim.lines))
        if claim.claim in by_key
        else _match(claim, by_control_number, by_payer_number, by_line_number)
        for claim in received
    ]
    _lead_on(database, received, matches)
    found = {match.claim.id: match.claim for match in matches if match.claim is not None}
    read_lines(database, found)
    for claim, match in zip(received, matches, strict=True):
        if match.claim is not None:
            match.claim = found[match.claim.id]  # the one whose lines were read
            match.lines = match_lines(claim, match.claim.lines)
            match.reason = _unmatched_lines(claim, match)
    return matches


def _lead_on(
    database: Database, received: Sequence[ReceivedClaim], matches: Sequence[Match]
) -> None:
    """Answers of further payers that name the first payer's claim are for the claim after it."""
    answers = {
        place: Answered(match.claim.id, claim.status_code, claim.payer_claim_control_number)
        for place, (claim, match) in enumerate(zip(received, matches, strict=True))
        if match.claim is not None and claim.claim is None
    }
    further = further_claims(database, answers)
    known = _claims_by(database, "id", set(further.values()))
    for place, key in further.items():
        matches[place].claim = known[key][0]


def match_lines(claim: ReceivedClaim, known: Sequence[KnownLine]) -> list[int | None]:
    """The claim line of every line of a remittance, or None. Each claim line is taken once."""
    found = [line.claim_line for line in claim.lines]
    by_control_number = {as_sent(line.line_control_number): line for line in known}
    taken = {line for line in found if line is not None}
    for place, line in enumerate(claim.lines):
        if found[place] is not None:
            continue
        hit = by_control_number.get(line.line_control_number)
        if line.line_control_number and hit is not None and hit.id not in taken:
            found[place] = hit.id
            taken.add(hit.id)
    for alike in (_code_modifiers_date, _code_date, _code_amount):
        if len(taken) == len(known) or None not in found:
            break
        for place, line in enumerate(claim.lines):
            if found[place] is not None:
                continue
            for candidate in known:
                if candidate.id not in taken and alike(claim, line, candidate):
                    found[place] = candidate.id
                    taken.add(candidate.id)
                    break
    return found


_Alike = Callable[[ReceivedClaim, ReceivedLine, KnownLine], bool]


def _code_modifiers_date(claim: ReceivedClaim, line: ReceivedLine, known: KnownLine) -> bool:
    # The order of modifiers is the payer's business.
    return _code_date(claim, line, known) and sorted(line.modifiers) == sorted(known.modifiers)


def _code_date(claim: ReceivedClaim, line: ReceivedLine, known: KnownLine) -> bool:
    day = line.first_service_date or claim.first_service_date
    return day is not None and day.isoformat() == known.date and _code(line, known)


def _code_amount(claim: ReceivedClaim, line: ReceivedLine, known: KnownLine) -> bool:
    # A reversal states the amounts of its original as negatives.
    return abs(line.charge) == known.billed and _code(line, known)


def _code(line: ReceivedLine, known: KnownLine) -> bool:
    return known.procedure_code in (line.submitted_procedure_code, line.procedure_code)


def _match(
    claim: ReceivedClaim,
    by_control_number: dict[str, list[KnownClaim]],
    by_payer_number: dict[str, list[KnownClaim]],
    by_line_number: dict[str, list[KnownClaim]],
) -> Match:
    none: list[int | None] = [None] * len(claim.lines)
    named = f"the patient control number {claim.patient_control_number or '(none)'}"
    candidates = by_control_number.get(claim.patient_control_number, [])
    if not candidates:
        candidates = by_payer_number.get(claim.payer_claim_control_number, [])
        if candidates:
            named = f"the payer's claim control number {claim.payer_claim_control_number}"
        else:
            candidates = _by_lines(claim, by_line_number)
            if not candidates:
                return Match(None, none, f"no claim has {named}")
            named = "the control numbers of its lines"
    sent = [each for each in candidates if each.submitted_at and each.status not in (DRAFT, READY)]
    if len(sent) > 1:
        sent = _alike(claim, sent)
    if len(sent) > 1:
        return Match(
            None,
            none,
            f"{len(sent)} claims have {named}, and charge and date do not tell them apart",
        )
    if not sent:
        first = candidates[0]
        if first.submitted_at is None:
            return Match(None, none, f"claim {first.number} was never submitted")
        return Match(None, none, f"claim {first.number} is back in {first.status}")
    return Match(sent[0], none)


def _unmatched_lines(claim: ReceivedClaim, match: Match) -> str:
    missed = [
        f"line {position} ({line.procedure_code})"
        for position, (line, found) in enumerate(zip(claim.lines, match.lines, strict=True), 1)
        if found is None
    ]
    if not missed or match.claim is None:
        return ""
    verb = "matches" if len(missed) == 1 else "match"
    return (
        f"{', '.join(missed)} {verb} no line of claim {match.claim.number}:"
        " posted on the claim as a whole"
    )


def _alike(claim: ReceivedClaim, candidates: list[KnownClaim]) -> list[KnownClaim]:
    """Those of several claims that have the remittance's charge and first day of service."""
    # A reversal states the charge of its original as a negative.
    charged = [each for each in candidates if each.billed == abs(claim.charge)] or candidates
    day = claim.first_service_date.isoformat() if claim.first_service_date else ""
    return [each for each in charged if each.date == day] or charged


def _claims_by_control_number(database: Database, numbers: set[str]) -> dict[str, list[KnownClaim]]:
    """By the number on the wire: claims from elsewhere may share it (`control_numbers`)."""
    numbers = numbers - {""}
    second = {number: numbered(number, 2) for number in numbers}
    known = _claims_by(database, "patient_control_number", numbers | set(second.values()))
    repeated = stored_numbers(database, [number for number in numbers if second[number] in known])
    known |= _claims_by(
        database, "patient_control_number", {name for names in repeated.values() for name in names}
    )
    return {
        number: [claim for name in repeated.get(number, [number]) for claim in known.get(name, [])]
        for number in numbers
    }


def _by_lines(
    claim: ReceivedClaim, by_line_number: dict[str, list[KnownClaim]]
) -> list[KnownClaim]:
    """The claims that have every line control number of a remittance, and its charge and day.

    Some systems number lines 1, 2, 3 on every claim: a number alone proves nothing.
    """
    numbers = {line.line_control_number for line in claim.lines} - {""}
    found = [{known.id for known in by_line_number.get(number, [])} for number in numbers]
    shared = set.intersection(*found) if found else set()
    day = claim.first_service_date.isoformat() if claim.first_service_date else ""
    return [
        known
        for known in by_line_number.get(next(iter(numbers), ""), [])
        if known.id in shared and (known.billed, known.date) == (abs(claim.charge), day)
    ]


def _claims_by_line_number(
    database: Database, received: Sequence[ReceivedClaim]
) -> dict[str, list[KnownClaim]]:
    numbers = {line.line_control_number for claim in received for line in claim.lines} - {""}
    stored = {name: number for number in numbers for name in (number, numbered(number, 2))}
    claims: dict[str, list[int]] = {}
    for claim, name in read_by_keys(
        database,
        "SELECT claim_id, line_control_number FROM claim_line"
        " WHERE line_control_number IN ({keys}) ORDER BY claim_id",
        sorted(stored),
    ):
        claims.setdefault(stored[name], []).append(claim)
    known = _claims_by(database, "id", {key for keys in claims.values() for key in keys})
    return {number: [known[key][0] for key in keys] for number, keys in claims.items()}


def _claims_by(database: Database, column: str, values: set[Any]) -> dict[Any, list[KnownClaim]]:
    found: dict[Any, list[KnownClaim]] = {}
    for value, *claim in read_by_keys(
        database,
        f"SELECT {column}, id, number, status, submitted_at, payer_id, first_service_date, billed"
        f" FROM claim WHERE {column} IN ({{keys}}) ORDER BY id",
        sorted(values - {""}),
    ):
        found.setdefault(value, []).append(KnownClaim(*claim))
    return found


def read_lines(database: Database, claims: dict[int, KnownClaim]) -> None:
    """Fills in the lines of claims, by the keys of the claims."""
    for claim, key, number, code, modifiers, day, billed in read_by_keys(
        database,
        "SELECT claim_id, id, line_control_number, procedure_code, modifiers,"
        " first_service_date, billed FROM claim_line WHERE claim_id IN ({keys})"
        " ORDER BY claim_id, position",
        claims,
    ):
        claims[claim].lines.append(
            KnownLine(key, number, code, tuple(modifiers.split()), day, billed)
        )
