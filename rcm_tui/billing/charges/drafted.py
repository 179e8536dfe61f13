"""Lines of Draft claims whose charges are priced anew: what they would bill, and writing it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.charges.stored import Billing, StoredItem, stored_items
from rcm_tui.billing.editing.declared.claims import CLAIM, CLAIM_LINE
from rcm_tui.billing.editing.following import sum_claims
from rcm_tui.billing.editing.reading import raw_value, stored_records
from rcm_tui.billing.editing.revalidation import revalidate_claims
from rcm_tui.billing.editing.writing import Edit, write
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import units_from_store
from rcm_tui.data.tables.claims import DRAFT
from rcm_tui.data.work import Work

BY_HAND = "its line was changed by hand: change it on the claim"
APART = "its sessions would not be billed alike any more: take it back and generate it again"
ELSEWHERE = "its sessions belong to another coverage or authorization by now"
ANOTHER_CLAIM = "its place of service would not be its claim's: take it back and generate it again"


@dataclass(slots=True)
class DraftLine:
    """A line of a Draft claim with the charge items that it sums; `number` is the claim's.

    `reason` says why it cannot follow its items ("" when it can).
    """

    id: int
    claim: int
    number: str
    client: int
    day: str
    code: str
    before: Billing
    items: list[StoredItem]
    after: Billing
    reason: str = ""

    @property
    def changed(self) -> bool:
        """Whether its items are billed otherwise now."""
        return any(one.bills != one.billed_as for one in self.items)

    def settle(self) -> None:
        """Finds out what the line bills now that its items have been priced anew."""
        bills = [one.bills for one in self.items]
        first = bills[0]
        if any(one.now()[:2] != one.before[:2] for one in self.items):
            self.reason = ELSEWHERE
        elif any((one.modifiers, one.place_of_service) != first[:2] for one in bills):
            self.reason = APART
        elif self.before != _sum([one.billed_as for one in self.items]):
            self.reason = BY_HAND
        self.after = _sum(bills)


def _sum(parts: Sequence[Billing]) -> Billing:
    return Billing(
        parts[0].modifiers,
        parts[0].place_of_service,
        sum((part.units for part in parts), start=parts[0].units * 0),
        sum(part.billed for part in parts),
        sum(part.expected for part in parts),
    )


def draft_lines(database: Database, items: Iterable[StoredItem]) -> list[DraftLine]:
    """The lines of Draft claims that some charge items are on, each with all of its items."""
    known = {one.item.id: one for one in items}
    keys = sorted({one.line for one in known.values() if one.line is not None})
    found = []
    made_of = _items_of(database, keys, known)
    for (
        key,
        claim,
        number,
        client,
        day,
        code,
        modifiers,
        place,
        units,
        billed,
        expected,
    ) in read_by_keys(
        database,
        "SELECT l.id, k.id, k.number, k.client_id, l.first_service_date, l.procedure_code,"
        " l.modifiers, CASE WHEN l.place_of_service = '' THEN k.place_of_service"
        " ELSE l.place_of_service END, l.units, l.billed, l.expected FROM claim_line l"
        " JOIN claim k ON k.id = l.claim_id WHERE l.id IN ({keys})"
        f" AND COALESCE(k.status, '') = '{DRAFT}'"
        " ORDER BY l.id",
        keys,
    ):
        before = Billing(modifiers, place, units_from_store(units), billed, expected)
        found.append(DraftLine(key, claim, number, client, day, code, before, made_of[key], before))
    return found


def _items_of(
    database: Database, lines: Sequence[int], known: dict[int, StoredItem]
) -> dict[int, list[StoredItem]]:
    wanted = list(
        read_by_keys(
            database,
            "SELECT id, claim_line_id FROM charge_item WHERE claim_line_id IN ({keys}) ORDER BY id",
            lines,
        )
    )
    missing = stored_items(database, [key for key, _ in wanted if key not in known])
    every = known | {one.item.id: one for one in missing}
    made_of: dict[int, list[StoredItem]] = defaultdict(list)
    for key, line in wanted:
        made_of[line].append(every[key])
    return made_of


def rewrite_lines(work: Work, lines: Sequence[DraftLine]) -> None:
    """Writes what lines bill now, recorded as edits; their claims are summed and checked again."""
    if not lines:
        return
    now = stored_records(work.database, CLAIM_LINE, [line.id for line in lines])
    edits = []
    for line in lines:
        raw = now[line.id].raw
        values = {
            name: raw_value(CLAIM_LINE, name, value)
            for name, value in line.after._asdict().items()
            if name in raw
        }
        edits.append(
            Edit(
                now[line.id], {name: value for name, value in values.items() if value != raw[name]}
            )
        )
    write(work, CLAIM_LINE, edits, because="priced anew")
    claims = sorted({line.claim for line in lines})
    _move_claims(work, lines)
    sum_claims(work, claims)
    revalidate_claims(work, claims)


def _move_claims(work: Work, lines: Sequence[DraftLine]) -> None:
    """A claim whose lines all go to another place of service goes there too."""
    places = {
        line.claim: line.after.place_of_service
        for line in lines
        if line.after.place_of_service != line.before.place_of_service
    }
    now = stored_records(work.database, CLAIM, places)
    write(
        work,
        CLAIM,
        [
            Edit(now[key], {"place_of_service": place})
            for key, place in places.items()
            if now[key].raw["place_of_service"] != place
        ],
        because="priced anew",
    )


def keep_places_together(database: Database, lines: Sequence[DraftLine]) -> None:
    """Says of lines why they cannot follow: their claim's other lines stay in another place."""
    moved: dict[int, dict[int, DraftLine]] = defaultdict(dict)
    for line in lines:
        if line.before.place_of_service != line.after.place_of_service:
            moved[line.claim][line.id] = line
    counts: dict[int, int] = dict(
        read_by_keys(
            database,
            "SELECT claim_id, count(*) FROM claim_line WHERE claim_id IN ({keys})"
            " GROUP BY claim_id",
            moved,
        )
    )
    for claim, ones in moved.items():
        able = [line for line in ones.values() if not line.reason]
        places = {line.after.place_of_service for line in able}
        if len(able) < counts[claim] or len(places) > 1:
            for line in able:
                line.reason = ANOTHER_CLAIM
