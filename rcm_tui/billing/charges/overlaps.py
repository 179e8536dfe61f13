"""Sessions of one patient or one practitioner at the same time, where that may not be billed.

Which codes may run beside each other differs by payer (`ConcurrentService`): what a payer says of
two codes goes first; of others the usual pairs are allowed, or none where the payer is so set.
The usual pairs are ours: the analyst who directs or adjusts the protocol, or guides the family,
beside the technician's direct treatment. Group codes hold several patients at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.tables.charges import CANCELLED

PATIENT, PRACTITIONER = "patient", "practitioner"
TOGETHER_WITH_ONE_PATIENT = {
    frozenset({"97152", "97151"}),
    frozenset({"97153", "97155"}),
    frozenset({"97153", "97156"}),
    frozenset({"97154", "97155"}),
}
GROUP_CODES = {"97154", "97157", "97158"}
USUAL = {
    PATIENT: TOGETHER_WITH_ONE_PATIENT,
    PRACTITIONER: {frozenset({code}) for code in GROUP_CODES},
}
"""Pairs of codes that may be held at once: with one patient, or by one practitioner with two."""


@dataclass(slots=True)
class ConcurrentServices:
    """Which codes payers pay for at the same time, read at once."""

    _own: dict[tuple[int, str, frozenset[str]], bool] = field(default_factory=dict)
    _none: set[int] = field(default_factory=set)

    def allowed(self, payer: int | None, who: str, one: str, other: str) -> bool:
        """Whether a payer pays for two codes at once, in either order.

        `who` has both: the "patient", or the "practitioner" with two patients. Without a payer
        the usual pairs are allowed.
        """
        pair = frozenset({one, other})
        if payer is not None:
            own = self._own.get((payer, who, pair))
            if own is not None:
                return own
            if payer in self._none:
                return False
        return pair in USUAL[who]


def load_concurrent_services(database: Database) -> ConcurrentServices:
    """Reads what every payer says: a practice has some dozens of such rows."""
    found = ConcurrentServices()
    for payer, who, one, other, allowed in read_rows(
        database,
        "SELECT payer_id, who, procedure_code, other_code, allowed FROM concurrent_service"
        " ORDER BY id",
    ):
        found._own[payer, who, frozenset({one, other})] = bool(allowed)
    none = "SELECT id FROM payer WHERE concurrent = 'none'"
    found._none = {row[0] for row in read_rows(database, none)}
    return found


class Overlap(NamedTuple):
    """Two charge items whose sessions overlap; `who` is "patient" or "practitioner"."""

    charge: int
    number: str
    other: int
    other_number: str
    who: str


class _Held(NamedTuple):
    id: int
    number: str
    client: int
    practitioner: int
    payer: int | None
    code: str
    starts_at: str
    ends_at: str


def find_overlaps(database: Database, charges: Iterable[int], days: Iterable[str]) -> list[Overlap]:
    """The first overlap of each of `charges` (whose dates of service are `days`), by patient and by
    practitioner, with any session held then."""
    services = load_concurrent_services(database)
    wanted = set(charges)
    found: dict[tuple[int, str], Overlap] = {}
    held: list[_Held] = []
    for day in sorted(set(days)):
        today = _held_on(database, day)
        # A day at a time, with what goes on past midnight: few are held in memory at once.
        first = min((one.starts_at for one in today), default="")
        held = [one for one in held if one.ends_at > first] + today
        for who, groups in _groups(held):
            for group in groups.values():
                for overlap in _first_overlaps(services, who, group):
                    if overlap.charge in wanted:
                        found.setdefault((overlap.charge, who), overlap)
    return sorted(found.values())


def _held_on(database: Database, day: str) -> list[_Held]:
    return [
        _Held(*row)
        for row in read_rows(
            database,
            "SELECT c.id, c.number, c.client_id, c.practitioner_id, v.payer_id, c.procedure_code,"
            " s.starts_at, s.ends_at FROM charge_item c JOIN session s ON s.id = c.session_id"
            " LEFT JOIN coverage v ON v.id = c.coverage_id"
            " WHERE c.date_of_service = ? AND c.status <> ?",
            day,
            CANCELLED,
        )
    ]


def _groups(held: Iterable[_Held]) -> list[tuple[str, dict[int, list[_Held]]]]:
    by_client: dict[int, list[_Held]] = defaultdict(list)
    by_practitioner: dict[int, list[_Held]] = defaultdict(list)
    for one in held:
        by_client[one.client].append(one)
        by_practitioner[one.practitioner].append(one)
    return [(PATIENT, by_client), (PRACTITIONER, by_practitioner)]


def _first_overlaps(services: ConcurrentServices, who: str, group: list[_Held]) -> list[Overlap]:
    """The first forbidden overlap of each session of a patient or practitioner."""
    found: dict[int, Overlap] = {}
    if len(group) > 1:
        for one, other in _at_once(group):
            if (one.id in found and other.id in found) or _allowed(services, who, one, other):
                continue
            found.setdefault(one.id, Overlap(one.id, one.number, other.id, other.number, who))
            found.setdefault(other.id, Overlap(other.id, other.number, one.id, one.number, who))
    return list(found.values())


def _at_once(group: list[_Held]) -> Iterator[tuple[_Held, _Held]]:
    """Every pair of a group that overlaps, by one sweep over the starts."""
    running: list[_Held] = []
    for one in sorted(group, key=lambda held: (held.starts_at, held.id)):
        running = [other for other in running if other.ends_at > one.starts_at]
        for other in running:
            yield other, one
        running.append(one)


def _allowed(services: ConcurrentServices, who: str, one: _Held, other: _Held) -> bool:
    """Whether each one's payer allows it; nobody is with the same patient twice at once."""
    if who == PRACTITIONER and one.client == other.client:
        return False
    return all(
        services.allowed(payer, who, one.code, other.code) for payer in {one.payer, other.payer}
    )
