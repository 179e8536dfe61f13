"""Sessions of one patient or one practitioner at the same time, where that may not be billed.

Which codes may run beside each other differs by payer; until a payer's own matrix is kept, the
pairs are ours: the analyst who directs or adjusts the protocol, or guides the family, beside the
technician's direct treatment. Group codes hold several patients at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from peewee import Database

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.charges import CANCELLED

TOGETHER_WITH_ONE_PATIENT = {
    frozenset({"97152", "97151"}),
    frozenset({"97153", "97155"}),
    frozenset({"97153", "97156"}),
    frozenset({"97154", "97155"}),
}
GROUP_CODES = {"97154", "97157", "97158"}


class Overlap(NamedTuple):
    """Two charge items whose sessions overlap; `who` is "patient" or "practitioner"."""

    charge: int
    other: int
    other_number: str
    who: str


class _Held(NamedTuple):
    id: int
    number: str
    client: int
    practitioner: int
    code: str
    starts_at: str
    ends_at: str


def find_overlaps(database: Database, charges: Iterable[int], days: Iterable[str]) -> list[Overlap]:
    """The first overlap of each of `charges` (whose dates of service are `days`), by patient and by
    practitioner, with any session held then."""
    held = [
        _Held(*row)
        for row in read_by_keys(
            database,
            "SELECT c.id, c.number, c.client_id, c.practitioner_id, c.procedure_code,"
            " s.starts_at, s.ends_at FROM charge_item c JOIN session s ON s.id = c.session_id"
            " WHERE c.date_of_service IN ({keys}) AND c.status <> ?",
            sorted(set(days)),
            CANCELLED,
        )
    ]
    by_client: dict[int, list[_Held]] = defaultdict(list)
    by_practitioner: dict[int, list[_Held]] = defaultdict(list)
    for one in held:
        by_client[one.client].append(one)
        by_practitioner[one.practitioner].append(one)
    found: list[Overlap] = []
    for group in by_client.values():
        found += _first_overlaps("patient", group)
    for group in by_practitioner.values():
        found += _first_overlaps("practitioner", group)
    wanted = set(charges)
    return sorted(overlap for overlap in found if overlap.charge in wanted)


def _first_overlaps(who: str, group: list[_Held]) -> list[Overlap]:
    """The first forbidden overlap of each session of a patient or practitioner."""
    found: dict[int, Overlap] = {}
    if len(group) > 1:
        for one, other in _at_once(group):
            if (one.id in found and other.id in found) or _allowed(who, one, other):
                continue
            found.setdefault(one.id, Overlap(one.id, other.id, other.number, who))
            found.setdefault(other.id, Overlap(other.id, one.id, one.number, who))
    return list(found.values())


def _at_once(group: list[_Held]) -> Iterator[tuple[_Held, _Held]]:
    """Every pair of a group that overlaps, by one sweep over the starts."""
    running: list[_Held] = []
    for one in sorted(group, key=lambda held: (held.starts_at, held.id)):
        running = [other for other in running if other.ends_at > one.starts_at]
        for other in running:
            yield other, one
        running.append(one)


def _allowed(who: str, one: _Held, other: _Held) -> bool:
    if who == "patient":
        return frozenset({one.code, other.code}) in TOGETHER_WITH_ONE_PATIENT
    same_group = one.code == other.code and one.code in GROUP_CODES
    return same_group and one.client != other.client
