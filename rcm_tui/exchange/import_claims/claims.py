"""The rows of claims from outside: what the columns can hold of a professional claim."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from rcm_tui.billing.claims.control_numbers import REPEAT, unused_numbers
from rcm_tui.billing.claims.numbering import new_claim_numbers
from rcm_tui.data.bulk import chunked
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.claims import DRAFT, Claim, ClaimLine
from rcm_tui.data.tables.clients import Authorization
from rcm_tui.data.work import Work
from rcm_tui.exchange import wire
from rcm_tui.exchange.amounts import to_cents, to_units
from rcm_tui.exchange.findings import Findings
from rcm_tui.exchange.import_claims.clients import Covered
from rcm_tui.exchange.import_claims.parties import Parties
from rcm_tui.exchange.reading import tuples
from rcm_tui.x12.claim import ProfessionalClaim, ServiceLine

LONGEST_CONTROL_NUMBER = 38
CORRECTIONS = ("6", "7", "8")
NOTHING_KEPT = "{}"  # still tells an imported claim, which is rewritten as it was, from our own

CLAIM = (
    *("id", "number", "patient_control_number", "status", "client", "coverage", "payer"),
    *("business_unit", "rendering", "referring", "supervising", "facility", "authorization"),
    *("authorization_number", "place_of_service", "frequency", "original_reference"),
    *(
        "claim_note",
        "illness_on",
        "diagnoses",
        "patient_name",
        "first_service_date",
        "last_service_date",
    ),
    *("line_count", "billed", "chain", "previous", "wire", "created_at"),
)
LINE = (
    *("id", "claim", "position", "line_control_number", "first_service_date"),
    *("last_service_date", "procedure_code", "modifiers", "units", "billed"),
    *("place_of_service", "pointers"),
)


@dataclass(slots=True)
class Figured:
    """A claim whose amounts and dates are known to fit; `lines` are (line, cents, units)."""

    covered: Covered
    lines: list[tuple[ServiceLine, int, Decimal]]
    billed: int
    first: datetime.date
    last: datetime.date
    doubtful: bool
    wire: str

    @property
    def claim(self) -> ProfessionalClaim:
        """The claim as it was read."""
        return self.covered.claim


def figured(covered: Covered, today: datetime.date, findings: Findings) -> Figured | None:
    """Amounts in cents and days of service; None, with a finding, where the claim cannot be kept.

    `doubtful` says that something had to be altered or could not be read: such a claim becomes
    a draft, whatever the import was asked for.
    """
    claim = covered.claim
    name = named(claim)
    doubtful = any(finding.severity == "error" for finding in claim.findings)
    lines = []
    for position, line in enumerate(claim.lines, 1):
        amount, amount_said = to_cents(line.charge)
        units, units_said = to_units(line.units)
        for said in filter(None, (amount_said, units_said)):
            findings.say("error", f"{name}, line {position}: {said}")
            doubtful = True
        lines.append((line, amount, units))
    billed = sum(amount for _, amount, _ in lines)
    if billed < 0:
        findings.say(
            "error",
            f"{name} was left out: the charges of its lines add up to {dollars(billed)}.",
        )
        return None
    if to_cents(claim.charge)[0] != billed:
        findings.say(
            "warning",
            f"{name}: the total charge (CLM02) is {claim.charge}, but the charges of its lines add"
            f" up to {dollars(billed)}; the lines were taken.",
        )
    days = _days(claim)
    if not days:
        days = [today]
        doubtful = True
        findings.say(
            "error", f"{name} has no date of service (DTP*472): today's was put in its place."
        )
    kept = wire.to_json(claim) or NOTHING_KEPT
    return Figured(covered, lines, billed, min(days), max(days), doubtful, kept)


def _days(claim: ProfessionalClaim) -> list[datetime.date]:
    days = [line.service_date for line in claim.lines if line.service_date]
    days += [line.service_date_to for line in claim.lines if line.service_date_to]
    return days


def named(claim: ProfessionalClaim) -> str:
    """How a finding calls the claim: by its control number, never by the patient's name."""
    number = plain(claim.patient_control_number, LONGEST_CONTROL_NUMBER)
    return f"Claim {number}" if number else "A claim without a patient control number"


def insert_claims(
    work: Work, parties: Parties, chunk: Sequence[Figured], findings: Findings
) -> list[int]:
    """Inserts the claims, as Draft, with their lines; returns their keys in order.

    A patient control number that is taken gets a repeat mark (see `control_numbers`), with a
    finding. A correction (frequency 7, 8) is chained to the claim whose payer claim control
    number it names.
    """
    numbers = [name.number for name in new_claim_numbers(work, len(chunk))]
    wanted = [
        plain(one.claim.patient_control_number, LONGEST_CONTROL_NUMBER).replace(REPEAT, "-")
        or number
        for one, number in zip(chunk, numbers, strict=True)
    ]
    control_numbers = unused_numbers(work.database, wanted)
    for asked, got in zip(wanted, control_numbers, strict=True):
        if asked != got:
            findings.say(
                "warning",
                f"Claim {asked}: another claim has this patient control number already;"
                f" this one is kept as {got}.",
            )
    keys = list(work.next_ids(Claim, len(chunk)))
    originals = _originals(chunk)
    authorizations = _authorizations(chunk)
    rows: list[Sequence[Any]] = []
    for key, number, control_number, one in zip(keys, numbers, control_numbers, chunk, strict=True):
        claim, covered = one.claim, one.covered
        previous, chain = originals.get(_original(claim), (None, key))
        authorization = plain(claim.prior_authorization, 50)
        patient = covered.patient
        rows.append(
            (
                key,
                number,
                control_number,
                DRAFT,
                covered.client,
                covered.coverage,
                covered.payer,
                covered.business_unit,
                parties.practitioner(claim.rendering),
                parties.practitioner(claim.referring),
                parties.practitioner(claim.supervising),
                parties.facility(claim.facility, claim.place_of_service),
                authorizations.get((covered.client, covered.payer, authorization)),
                authorization,
                plain(claim.place_of_service, 2),
                plain(claim.frequency_code, 1) or "1",
                plain(claim.original_reference, 50),
                plain(claim.claim_note.text, 80) if claim.claim_note else "",
                claim.onset_date,
                " ".join(filter(None, (dotted(d.code) for d in claim.diagnoses))),
                plain(", ".join(filter(None, (patient.last_name, patient.first_name))), 120)
                or "Unnamed",
                one.first,
                one.last,
                len(one.lines),
                one.billed,
                chain,
                previous,
                one.wire,
                work.now,
            )
        )
    work.insert(Claim, CLAIM, rows)
    _insert_lines(work, chunk, keys, numbers)
    return keys


def _insert_lines(
    work: Work, chunk: Sequence[Figured], claims: Sequence[int], numbers: Sequence[str]
) -> None:
    taken = _taken_line_numbers(
        {plain(line.line_control_number, 30) for one in chunk for line, _, _ in one.lines}
    )
    keys = iter(work.next_ids(ClaimLine, sum(len(one.lines) for one in chunk)))
    rows: list[Sequence[Any]] = []
    for one, claim, number in zip(chunk, claims, numbers, strict=True):
        for position, (line, amount, units) in enumerate(one.lines, 1):
            key = next(keys)
            control_number = plain(line.line_control_number, 30).replace(REPEAT, "-")
            control_number = control_number or f"{number}-{position}"
            if control_number in taken:
                control_number = f"{control_number}{REPEAT}{key}"
            taken.add(control_number)
            first = line.service_date or one.first
            rows.append(
                (
                    key,
                    claim,
                    position,
                    control_number,
                    first,
                    max(line.service_date_to or first, first),
                    plain(line.procedure.code, 48).replace(" ", ""),
                    " ".join(filter(None, (_word(m) for m in line.procedure.modifiers))),
                    units,
                    amount,
                    plain(line.place_of_service, 2) or plain(one.claim.place_of_service, 2),
                    " ".join(map(str, line.diagnosis_pointers)),
                )
            )
    work.insert(ClaimLine, LINE, rows)


def with_line_numbers(claim: ProfessionalClaim, rows: ProfessionalClaim) -> ProfessionalClaim:
    """The claim with our line control numbers where it has none, so that answers name its lines."""
    if all(line.line_control_number for line in claim.lines):
        return claim
    lines = (
        line
        if line.line_control_number
        else replace(line, line_control_number=ours.line_control_number)
        for line, ours in zip(claim.lines, rows.lines, strict=True)
    )
    return replace(claim, lines=tuple(lines))


def _taken_line_numbers(wanted: set[str]) -> set[str]:
    taken: set[str] = set()
    for keys in chunked(sorted(wanted - {""})):
        query = ClaimLine.select(ClaimLine.line_control_number)
        found = query.where(ClaimLine.line_control_number.in_(keys))
        taken.update(row[0] for row in tuples(found))
    return taken


def _original(claim: ProfessionalClaim) -> str:
    return plain(claim.original_reference, 50) if claim.frequency_code in CORRECTIONS else ""


def _originals(chunk: Sequence[Figured]) -> dict[str, tuple[int, int]]:
    """By payer claim control number, the newest claim that has it, and its chain."""
    wanted = {_original(one.claim) for one in chunk} - {""}
    originals: dict[str, tuple[int, int]] = {}
    for keys in chunked(sorted(wanted)):
        query = Claim.select(Claim.payer_claim_control_number, Claim.id, Claim.chain)
        found = query.where(Claim.payer_claim_control_number.in_(keys)).order_by(Claim.id)
        for reference, key, chain in tuples(found):
            originals[reference] = (key, chain or key)
    return originals


def _authorizations(chunk: Sequence[Figured]) -> dict[tuple[int, int | None, str], int]:
    """The authorizations of the clients that the claims name by number."""
    wanted = {one.covered.client for one in chunk if one.claim.prior_authorization}
    found: dict[tuple[int, int | None, str], int] = {}
    columns = (Authorization.client, Authorization.payer, Authorization.number, Authorization.id)
    for keys in chunked(sorted(wanted)):
        query = Authorization.select(*columns).where(Authorization.client.in_(keys))
        for client, payer, number, key in tuples(query.order_by(Authorization.id)):
            found.setdefault((client, payer, number), key)
    return found


def _word(text: str) -> str:
    return plain(text, 10).replace(" ", "")


def dotted(code: str) -> str:
    """A diagnosis as people read it: "F840" is F84.0."""
    code = _word(code).replace(".", "")
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
