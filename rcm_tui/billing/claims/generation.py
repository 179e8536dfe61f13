"""Generating claims: Ready to Bill charge items become claim lines, and lines become claims."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.charges.lifecycle import GENERATION, refusal
from rcm_tui.billing.charges.selection import Chosen, own_part
from rcm_tui.billing.claims.billable import BILLABLE_SQL, billable_charges
from rcm_tui.billing.claims.diagnoses import DiagnosedLine, Diagnoses, load_diagnoses
from rcm_tui.billing.claims.grouping import (
    BillableCharge,
    PlannedClaim,
    PlannedLine,
    plan_claims,
)
from rcm_tui.billing.claims.numbering import (
    ClaimNumber,
    line_control_number,
    new_claim_numbers,
)
from rcm_tui.billing.claims.validation import clean_claims, validate_claims
from rcm_tui.billing.outcome import Left, Outcome, Progress, counted, go_on
from rcm_tui.billing.rights import GENERATE, needs
from rcm_tui.data.bulk import read_by_keys, read_numbers
from rcm_tui.data.fields import moment_to_store, units_from_store
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.charges import CLAIM_LINE_CREATED, READY_TO_BILL, ChargeItem
from rcm_tui.data.tables.claims import DRAFT, READY, Claim, ClaimLine
from rcm_tui.data.work import Work

NO_UNITS = "no billable units"
HAS_LINE = "on a claim line already: correct that claim instead"
STEP = 2000

CLAIM_COLUMNS = (
    "id number patient_control_number status client coverage payer business_unit rendering"
    " referring facility authorization authorization_number place_of_service diagnoses"
    " illness_on patient_name first_service_date last_service_date line_count billed expected"
    " chain created_at"
).split()
LINE_COLUMNS = (
    "id claim position line_control_number first_service_date last_service_date procedure_code"
    " modifiers units billed expected place_of_service pointers"
).split()


@dataclass(slots=True)
class GenerationChoice:
    """What to make claims of: business units or single items (None: all that is Ready to Bill).

    With `as_draft` every claim stays a Draft to be looked at, also when nothing is wrong with it.
    """

    business_units: Iterable[int] | None = None
    charge_items: Iterable[int] | None = None
    as_draft: bool = False

    def chosen(self) -> Chosen:
        """The same choice, as a selection of charge items."""
        return Chosen(business_units=self.business_units, charge_items=self.charge_items)


@dataclass(slots=True)
class GenerationPreview:
    """What generation would make. Amount in cents; `left` counts items that stay, by reason."""

    charge_count: int = 0
    charge_amount: int = 0
    line_count: int = 0
    claim_count: int = 0
    left: dict[str, int] = field(default_factory=dict)


def preview_generation(database: Database, choice: GenerationChoice) -> GenerationPreview:
    """Counts the lines and claims that `generate_claims` would make now; changes nothing."""
    preview = GenerationPreview()
    left = Counter[str]()
    for keys in _steps(*_wanted(database, choice)):
        charges, stay = _billable(database, Chosen(charge_items=keys))
        claims = plan_claims(charges)
        preview.charge_count += len(charges)
        preview.charge_amount += sum(charge.billed for charge in charges)
        preview.line_count += sum(len(claim.lines) for claim in claims)
        preview.claim_count += len(claims)
        left.update(item.reason.split(":")[0] for item in stay)
    preview.left = dict(left)
    return preview


@needs(GENERATE)
def generate_claims(
    work: Work, choice: GenerationChoice, progress: Progress | None = None
) -> Outcome:
    """Makes claims of Ready to Bill charge items (`done`; the claims are `made`).

    Every item ends on exactly one line and becomes Claim Line Created, or is left with the
    reason. The claims are validated: Ready to Submit when no error was found, else Draft.
    `progress` counts items. Done in steps of all items of some clients: when it stops, the items
    that were not reached are left untouched.
    """
    choice, left = own_part(work, choice)
    with work.undoable("Generate claims", ChargeItem) as action:
        outcome = _generate(work, choice, progress)
        outcome.left += left
        action.title = f"Generate {counted(len(outcome.made), 'claim')}"
    return outcome


def _generate(work: Work, choice: GenerationChoice, progress: Progress | None) -> Outcome:
    outcome = Outcome()
    wanted, begins = _wanted(work.database, choice)
    reached = 0
    for keys in _steps(wanted, begins):
        if not go_on(work, progress, reached, len(wanted)):
            outcome.stop(read_numbers(work.database, ChargeItem, wanted[reached:]).items())
            break
        # Read only now: others may have written since, and few are held at once.
        chosen = Chosen(charge_items=keys)
        charges, left = _billable(work.database, chosen)
        outcome.left += [*left, *_not_ready(work.database, chosen)]
        if charges:
            _generate_step(work, plan_claims(charges), choice.as_draft, outcome)
        reached += len(keys)
    outcome.done.sort()
    return outcome


def _wanted(database: Database, choice: GenerationChoice) -> tuple["array[int]", "array[int]"]:
    """Keys of the items that are meant, in the order in which claims are made, and the places
    where those of another client or unit begin; of those chosen by key, whatever they are.
    """
    rows: Iterable[tuple[int, int, int]] = choice.chosen().stream(
        database,
        "SELECT c.business_unit_id, c.client_id, c.id FROM charge_item c WHERE {chosen}"
        " ORDER BY c.business_unit_id, c.client_id, c.id",
        *([READY_TO_BILL] if choice.charge_items is None else []),
    )
    if choice.charge_items is not None:
        rows = sorted(rows)  # they come in several lists
    keys, begins = array("q"), array("q")
    last = None
    for unit, client, key in rows:
        if (unit, client) != last:
            begins.append(len(keys))
            last = unit, client
        keys.append(key)
    return keys, begins


def _steps(keys: "array[int]", begins: "array[int]") -> Iterator["array[int]"]:
    """Some items at a time, of whole clients: no claim has items of two clients or units."""
    start = 0
    while start < len(keys):
        place = bisect_left(begins, start + STEP)
        end = begins[place] if place < len(begins) else len(keys)
        yield keys[start:end]
        start = end


def _charges_of(planned: Iterable[PlannedClaim]) -> list[BillableCharge]:
    return [charge for claim in planned for charge in claim.charges]


def _generate_step(
    work: Work, planned: Sequence[PlannedClaim], as_draft: bool, outcome: Outcome
) -> None:
    names = _names(work.database, planned)
    clients = (claim.first.client for claim in planned)
    charges = _charges_of(planned)
    diagnoses = load_diagnoses(work.database, clients, (charge.id for charge in charges))
    made = _store(work, planned, names, diagnoses)
    ready = set() if as_draft else clean_claims(validate_claims(work, made))
    work.set_all(Claim, {"status": READY}, sorted(ready))
    _record(work, planned, made, ready)
    outcome.made += made
    outcome.done += [charge.id for charge in charges]
    outcome.amount += sum(charge.billed for charge in charges)


def _billable(database: Database, chosen: Chosen) -> tuple[list[BillableCharge], list[Left]]:
    rows = []
    left = []
    for row in chosen.read(database, BILLABLE_SQL, READY_TO_BILL):
        if row[12] <= 0:
            left.append(Left(row[0], row[1], f"{NO_UNITS}: too short for the benefit's unit"))
        elif row[18] is not None:
            left.append(Left(row[0], row[1], HAS_LINE))
        else:
            rows.append(row)
    return billable_charges(database, rows), left


def _not_ready(database: Database, chosen: Chosen) -> list[Left]:
    return [
        Left(key, number, refusal(status, CLAIM_LINE_CREATED, GENERATION) or HAS_LINE)
        for key, number, status in chosen.read(
            database,
            "SELECT c.id, c.number, c.status FROM charge_item c WHERE {chosen} ORDER BY c.id",
        )
        if status != READY_TO_BILL
    ]


def _names(
    database: Database, planned: Iterable[PlannedClaim]
) -> dict[int, tuple[str, int | None]]:
    """How each client is named on claims, and who refers them."""
    return {
        key: (f"{last}, {first}" if first else last, referring)
        for key, last, first, referring in read_by_keys(
            database,
            "SELECT id, last_name, first_name, referring_id FROM client WHERE id IN ({keys})",
            sorted({claim.first.client for claim in planned}),
        )
    }


def _store(
    work: Work,
    planned: Sequence[PlannedClaim],
    names: dict[int, tuple[str, int | None]],
    diagnoses: Diagnoses,
) -> list[int]:
    """Inserts claims with their lines as Drafts and ties the charge items to them."""
    numbers = new_claim_numbers(work, len(planned))
    claim_ids = list(work.next_ids(Claim, len(planned)))
    line_ids = iter(work.next_ids(ClaimLine, sum(len(claim.lines) for claim in planned)))
    claims: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    charges: list[tuple[Any, ...]] = []
    created_at = moment_to_store(work.now)
    for key, number, claim in zip(claim_ids, numbers, planned, strict=True):
        diagnosed = [
            DiagnosedLine(line.first.first_day, [charge.id for charge in line.charges])
            for line in claim.lines
        ]
        codes, pointers = diagnoses.of(claim.first.client, diagnosed)
        named = names[claim.first.client]
        illness_on = diagnoses.illness_on(diagnosed)
        claims.append(_claim_row(created_at, key, number, claim, named, codes, illness_on))
        for position, line in enumerate(claim.lines, 1):
            line_id = next(line_ids)
            control_number = line_control_number(number.patient_control_number, position)
            lines.append(
                _line_row(line_id, key, position, control_number, line, pointers[position - 1])
            )
            charges += [
                (CLAIM_LINE_CREATED, line_id, charge.version + 1, charge.id)
                for charge in line.charges
            ]
    work.insert(Claim, CLAIM_COLUMNS, claims)
    work.insert(ClaimLine, LINE_COLUMNS, lines)
    work.update(ChargeItem, ["status", "claim_line", "version"], charges)
    return claim_ids


def _claim_row(
    created_at: str,
    key: int,
    number: ClaimNumber,
    claim: PlannedClaim,
    name: tuple[str, int | None],
    diagnoses: str,
    illness_on: str | None,
) -> tuple[Any, ...]:
    first = claim.first
    return (
        key,
        *number,
        DRAFT,
        first.client,
        first.coverage,
        first.payer,
        first.business_unit,
        first.rendering,
        name[1],
        claim.facility,
        first.authorization,
        first.authorization_number,
        first.place_of_service,
        diagnoses,
        illness_on,
        name[0],
        min(line.first.first_day for line in claim.lines),
        max(line.first.last_day for line in claim.lines),
        len(claim.lines),
        sum(line.billed for line in claim.lines),
        sum(line.expected for line in claim.lines),
        key,
        created_at,
    )


def _line_row(
    key: int, claim: int, position: int, control_number: str, line: PlannedLine, pointers: str
) -> tuple[Any, ...]:
    first = line.first
    return (
        key,
        claim,
        position,
        control_number,
        first.first_day,
        first.last_day,
        first.code,
        first.modifiers,
        units_from_store(line.units),
        line.billed,
        line.expected,
        first.place_of_service,
        pointers,
    )


def _record(
    work: Work, planned: Sequence[PlannedClaim], made: Sequence[int], ready: set[int]
) -> None:
    for key, claim in zip(made, planned, strict=True):
        work.record(
            "claim generated",
            "claim",
            key,
            status=[None, READY if key in ready else DRAFT],
            charges=spans(charge.id for charge in claim.charges),
            charge_status=[READY_TO_BILL, CLAIM_LINE_CREATED],
        )
