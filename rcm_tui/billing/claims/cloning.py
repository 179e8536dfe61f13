"""A further submission of a claim: a Draft that says the same, linked to the one before.

Corrections, voids, duplicates and claims to a secondary payer all begin as such a clone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rcm_tui.billing.claims.numbering import ClaimNumber, line_control_number, new_claim_numbers
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.charges import BilledCharge, ChargeItem
from rcm_tui.data.tables.claims import DRAFT, Claim, ClaimLine
from rcm_tui.data.work import Work

SAME_OF_THE_CLAIM = (
    "client coverage payer business_unit rendering referring supervising facility authorization"
    " authorization_number place_of_service claim_note illness_on diagnoses patient_name wire"
    " payer_sequence billed_after"
).split()
"""What a clone takes over from its claim."""
LINE = (
    "position first_service_date last_service_date procedure_code modifiers units billed expected"
    " place_of_service pointers"
).split()
"""What a line of a clone takes over from its line."""


@dataclass(frozen=True, slots=True)
class Clone:
    """The key and number of a new Draft; `lines` leads from the lines cloned to its own."""

    id: int
    number: str
    lines: Mapping[int, int]


def clone_claim(
    work: Work,
    claim_id: int,
    *,
    lines: Iterable[int] | None = None,
    with_charges: bool = True,
    **columns: Any,
) -> Clone:
    """Makes a Draft of a claim's content, `previous` to it and of its submission chain.

    `lines` are the keys of the lines to clone, None for all; they keep their order. `columns` are
    fields of the new claim that differ: frequency ("1" unless given), original_reference,
    coverage, payer, claim_note … With `with_charges` the charge items of these lines go over to
    the new ones; without, they stay where they are (a claim to a further payer). It is not
    validated here.
    """
    claim = Claim.get_by_id(claim_id)
    chosen: Any = ClaimLine.select().where(ClaimLine.claim == claim_id).order_by(ClaimLine.position)
    if lines is not None:
        wanted = set(lines)
        chosen = [line for line in chosen if line.id in wanted]
    rows = [line.__data__ for line in chosen]
    key, number = insert_claim(work, claim, rows, columns)
    ids = work.next_ids(ClaimLine, len(rows))
    work.insert(
        ClaimLine,
        ["id", "claim", "line_control_number", "previous", *LINE],
        [
            (
                line_id,
                key,
                line_control_number(number.patient_control_number, place),
                row["id"],
                place,
                *(row[name] for name in LINE[1:]),
            )
            for place, (line_id, row) in enumerate(zip(ids, rows, strict=True), 1)
        ],
    )
    of = {row["id"]: line_id for row, line_id in zip(rows, ids, strict=True)}
    if with_charges:
        move_charges(work, of)
    return Clone(key, number.number, of)


def insert_claim(
    work: Work, claim: Claim, lines: Sequence[Mapping[str, Any]], columns: Mapping[str, Any]
) -> tuple[int, ClaimNumber]:
    """The Draft itself without its lines, which it sums up. Gives its key and numbers."""
    (number,) = new_claim_numbers(work, 1)
    (key,) = work.next_ids(Claim, 1)
    chain = claim.chain or claim.id
    if claim.chain is None:
        work.update(Claim, ["chain"], [(chain, claim.id)])
    values = {
        "id": key,
        "number": number.number,
        "patient_control_number": number.patient_control_number,
        "status": DRAFT,
        "chain": chain,
        "previous": claim.id,
        "created_at": work.now,
        **{name: claim.__data__[name] for name in SAME_OF_THE_CLAIM},
        "first_service_date": min(str(line["first_service_date"]) for line in lines),
        "last_service_date": max(str(line["last_service_date"]) for line in lines),
        "line_count": len(lines),
        "billed": sum(line["billed"] for line in lines),
        "expected": sum(line["expected"] for line in lines),
        **columns,
    }
    work.insert(Claim, list(values), [list(values.values())])
    return key, number


def move_charges(work: Work, lines: Mapping[int, int]) -> None:
    """Ties the charge items on lines to other lines; what was billed of them goes along."""
    for table, name in ((ChargeItem, "charge_item"), (BilledCharge, "billed_charge")):
        tied = read_by_keys(
            work.database,
            f"SELECT claim_line_id, id FROM {name} WHERE claim_line_id IN ({{keys}}) ORDER BY id",
            sorted(lines),
        )
        work.update(table, ["claim_line"], [(lines[line], key) for line, key in tied])
