"""Writing a claim that was lined anew: in place while it is ours, as a replacement once sent."""

from collections.abc import Sequence
from typing import Any

from rcm_tui.billing.claims.cloning import LINE, insert_claim
from rcm_tui.billing.claims.diagnoses import DiagnosedLine, load_diagnoses
from rcm_tui.billing.claims.numbering import line_control_number
from rcm_tui.billing.claims.relining import Relined, Relining
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import units_from_store
from rcm_tui.data.tables.charges import CLAIM_LINE_CREATED, BilledCharge, ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.work import Work

REPLACEMENT = "7"
HEADER = (
    "coverage payer business_unit rendering facility authorization authorization_number"
    " place_of_service"
).split()
SUMS = "first_service_date last_service_date line_count billed expected".split()


def correct_in_place(work: Work, relining: Relining) -> None:
    """Writes the lines of a claim that was not sent; lines that nothing is left of go."""
    claim = relining.claim
    before: Any = ClaimLine.select().where(ClaimLine.claim == claim)
    keys = [line.id for line in before]
    kept = {line.line.id for line in relining.lines if line.line is not None}
    last = max((line.position for line in before), default=0)
    for line in relining.lines:
        if line.line is None:
            last += 1
            (key,) = work.next_ids(ClaimLine, 1)
            line.line = ClaimLine(id=key, position=last)
    rows = _line_rows(work, relining)
    changed = [
        (*row, line.line.version + 1, line.line.id)
        for line, row in zip(relining.lines, rows, strict=True)
        if line.changed and line.line.id in kept
    ]
    work.update(ClaimLine, [*LINE, "version"], changed)
    number = claim.patient_control_number
    _insert(
        work,
        claim.id,
        number,
        [
            (line, row)
            for line, row in zip(relining.lines, rows, strict=True)
            if line.line.id not in kept
        ],
    )
    _tie(work, [line for line in relining.lines if line.changed], relining)
    _untie(work, relining)
    work.delete(ClaimLine, [key for key in keys if key not in kept])
    if not relining.lines:
        empty = {"line_count": 0, "billed": 0, "expected": 0}
        work.set_all(Claim, empty, [claim.id])
        return
    header = _header(relining)
    values = [*header, *_sums(rows), claim.version + 1, claim.id]
    work.update(Claim, [*(HEADER if header else ()), *SUMS, "version"], [values])


def make_replacement(work: Work, relining: Relining) -> int:
    """Makes the Draft that replaces a Submitted claim, with all its lines. Gives its key.

    The charge items go over to the lines of the replacement.
    """
    claim = relining.claim
    sources = [line.line for line in relining.lines]
    rows = [[place, *row[1:]] for place, row in enumerate(_line_rows(work, relining), 1)]
    header = _header(relining)
    columns = {
        "frequency": claim.payer.correction_code if claim.payer else REPLACEMENT,
        "original_reference": claim.payer_claim_control_number,
        **(dict(zip(HEADER, header, strict=True)) if header else {}),
    }
    lines = [dict(zip(LINE, row, strict=True)) for row in rows]
    key, number = insert_claim(work, claim, lines, columns)
    line_ids = work.next_ids(ClaimLine, len(lines))
    for place, (line, line_id) in enumerate(zip(relining.lines, line_ids, strict=True), 1):
        line.line = ClaimLine(id=line_id, position=place, previous=sources[place - 1])
    _insert(work, key, number.patient_control_number, list(zip(relining.lines, rows, strict=True)))
    _tie(work, relining.lines, relining)
    _untie(work, relining)
    return key


def _header(relining: Relining) -> list[Any]:
    """The columns of the claim that its items' new ones bring along; empty when they stay."""
    item = relining.header
    if item is None:
        return []
    facility = item.facility if item.facility > 0 else item.location if not item.facility else None
    return [
        item.coverage,
        item.payer,
        item.business_unit,
        item.rendering,
        facility,
        item.authorization,
        item.authorization_number,
        item.place_of_service,
    ]


def _line_rows(work: Work, relining: Relining) -> list[list[Any]]:
    """The values of `LINE` of every line, in order."""
    claim = relining.claim
    days = [
        DiagnosedLine(
            line.charges[0].first_day if line.charges else str(line.line.first_service_date),
            [charge.id for charge in line.charges],
        )
        for line in relining.lines
    ]
    client = claim.__data__["client"]
    diagnoses = load_diagnoses(work.database, [client], (charge.id for charge in relining.charges))
    codes, pointers = diagnoses.of(client, days)
    usual = codes == claim.diagnoses
    return [
        _line_row(line, place, pointers[place] if usual else "")
        for place, line in enumerate(relining.lines)
    ]


def _line_row(line: Relined, place: int, pointers: str) -> list[Any]:
    stored = line.line.__data__ if line.line is not None else {}
    position = stored.get("position", place + 1)
    if not line.changed:
        return [position, *(stored[name] for name in LINE[1:])]
    first = line.charges[0]
    return [
        position,
        first.first_day,
        first.last_day,
        first.code,
        first.modifiers,
        units_from_store(sum(charge.units for charge in line.charges)),
        sum(charge.billed for charge in line.charges),
        sum(charge.expected for charge in line.charges),
        first.place_of_service,
        pointers or stored.get("pointers") or "1",
    ]


def _sums(rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [
        min(str(row[1]) for row in rows),
        max(str(row[2]) for row in rows),
        len(rows),
        sum(row[LINE.index("billed")] for row in rows),
        sum(row[LINE.index("expected")] for row in rows),
    ]


def _insert(
    work: Work, claim: int, number: str, lines: Sequence[tuple[Relined, Sequence[Any]]]
) -> None:
    work.insert(
        ClaimLine,
        ["id", "claim", "line_control_number", "previous", *LINE],
        [
            (
                line.line.id,
                claim,
                line_control_number(number, row[0]),
                line.line.__data__.get("previous"),
                *row,
            )
            for line, row in lines
        ],
    )


def _tie(work: Work, lines: Sequence[Relined], relining: Relining) -> None:
    """Ties charge items to their lines; those that were chosen are Claim Line Created again."""
    stay = {charge.id for charge in relining.stay}
    ties = [(line.line.id, charge.id) for line in lines for charge in line.charges]
    work.update(ChargeItem, ["claim_line"], ties)
    work.set_all(ChargeItem, {"status": CLAIM_LINE_CREATED}, sorted(stay))
    line_of = {charge: line for line, charge in ties}
    kept = read_by_keys(
        work.database,
        "SELECT id, charge_item_id FROM billed_charge WHERE charge_item_id IN ({keys})",
        sorted(line_of),
    )
    work.update(BilledCharge, ["claim_line"], [(line_of[charge], key) for key, charge in kept])


def _untie(work: Work, relining: Relining) -> None:
    """What leaves the claim is on no line, before lines go that it was on."""
    gone = [charge.id for charge in relining.leave]
    work.set_all(ChargeItem, {"claim_line": None}, gone)
