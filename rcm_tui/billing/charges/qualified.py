"""Which qualifications practitioners hold on a day, and who lacks what a session needs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.charges.benefits import load_benefits, one_of
from rcm_tui.billing.charges.selection import Chosen
from rcm_tui.billing.dated import covers
from rcm_tui.data.bulk import read_by_keys, read_rows

NOT_QUALIFIED = "the practitioner lacks the qualification for the session"


class Held(NamedTuple):
    """A qualification that a practitioner holds between two days."""

    code: str
    starts_on: str
    ends_on: str | None


@dataclass(slots=True)
class Qualifications:
    """The dated qualifications of some practitioners."""

    held: dict[int, list[Held]] = field(default_factory=lambda: defaultdict(list))

    def on(self, practitioner: int, day: str) -> frozenset[str]:
        """What a practitioner holds on a day."""
        return frozenset(held.code for held in self.held.get(practitioner, ()) if covers(held, day))


def load_qualifications(database: Database, practitioners: Iterable[int]) -> Qualifications:
    """Reads the qualifications of practitioners."""
    found = Qualifications()
    for practitioner, *columns in read_by_keys(
        database,
        "SELECT practitioner_id, code, starts_on, ends_on FROM qualification"
        " WHERE practitioner_id IN ({keys}) ORDER BY id",
        sorted(set(practitioners)),
    ):
        found.held[practitioner].append(Held(*columns))
    return found


def unqualified(database: Database, chosen: Chosen, *statuses: str) -> dict[int, str]:
    """Charge items whose practitioner lacks what the benefit asks of who holds the session.

    By key, what is missing: "SAM TERRY holds no BCBA on 2026-03-02".
    """
    asking = "SELECT DISTINCT payer_id FROM benefit WHERE session_qualification <> ''"
    payers = [row[0] for row in read_rows(database, asking)]
    if not payers:
        return {}
    benefits = load_benefits(database, payers)
    asked = []
    for key, practitioner, payer, code, day in chosen.read(
        database,
        "SELECT c.id, c.practitioner_id, v.payer_id, c.procedure_code, c.date_of_service"
        " FROM charge_item c JOIN coverage v ON v.id = c.coverage_id WHERE {chosen}",
        *statuses,
    ):
        benefit = benefits.benefit(payer, code, day)
        if benefit is not None and benefit.session_qualification:
            asked.append((key, practitioner, benefit.session_qualification, day))
    qualifications = load_qualifications(database, (row[1] for row in asked))
    lacking = [row for row in asked if one_of(row[2]).isdisjoint(qualifications.on(row[1], row[3]))]
    names = _names(database, (row[1] for row in lacking))
    return {
        key: f"{names[practitioner]} holds no {wanted} on {day}"
        for key, practitioner, wanted, day in lacking
    }


def _names(database: Database, practitioners: Iterable[int]) -> dict[int, str]:
    return {
        key: f"{first} {last}".strip()
        for key, first, last in read_by_keys(
            database,
            "SELECT id, first_name, last_name FROM practitioner WHERE id IN ({keys})",
            sorted(set(practitioners)),
        )
    }
