"""Twins: charge items of the same patient, date of service, service code and place.

Only items already billed or not yet submitted count as twins. New and Ready to Bill ones do not:
they will be summed onto one claim line. The place of service matters unless the plan says that
places are not split.
"""

from collections.abc import Iterator
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.charges.selection import Chosen
from rcm_tui.data.tables.charges import (
    AWAITING_RESUBMISSION,
    AWAITING_SUBMISSION,
    BILLED_EXTERNALLY,
    CLAIM_LINE_CREATED,
    NEW,
    READY_TO_BILL,
    SCHEDULED,
)

BILLED = (CLAIM_LINE_CREATED, AWAITING_RESUBMISSION, BILLED_EXTERNALLY)
NOT_YET_SUBMITTED = (SCHEDULED, AWAITING_SUBMISSION)

TWIN_BILLED = "a twin already billed"
TWIN_NOT_SUBMITTED = "a twin not yet submitted"


class Twin(NamedTuple):
    """The charge item that another one would be billed twice with."""

    id: int
    number: str
    status: str

    @property
    def reason(self) -> str:
        """Why the other item should wait, as a short phrase that can be counted."""
        return TWIN_BILLED if self.status in BILLED else TWIN_NOT_SUBMITTED


def find_twins(database: Database, chosen: Chosen) -> dict[int, Twin]:
    """The twin of each New item that has one: a billed one first, then the oldest."""
    statuses = ", ".join(f"'{status}'" for status in (*BILLED, *NOT_YET_SUBMITTED))
    found: dict[int, Twin] = {}
    for key, *columns in chosen.read(
        database,
        "SELECT c.id, t.id, t.number, t.status FROM charge_item c"
        " JOIN charge_item t ON t.client_id = c.client_id"
        " AND t.date_of_service = c.date_of_service AND t.procedure_code = c.procedure_code"
        f" AND t.id <> c.id AND COALESCE(t.status, '') IN ({statuses})"
        " LEFT JOIN coverage v ON v.id = c.coverage_id LEFT JOIN plan p ON p.id = v.plan_id"
        " WHERE (COALESCE(p.split_by_place, 1) = 0 OR t.place_of_service = c.place_of_service)"
        " AND {chosen}",
        NEW,
    ):
        twin, best = Twin(*columns), found.get(key)
        if best is None or _rank(twin) < _rank(best):
            found[key] = twin
    return found


def waiting_twins(database: Database, chosen: Chosen) -> Iterator[tuple[int, int]]:
    """New and Ready to Bill items, each with a twin that was not submitted yet (keys).

    Here the patient, the date of service and the service code make a twin, whatever the place:
    it is for seeing what would be on a claim together once all is submitted.
    """
    waiting = ", ".join(f"'{status}'" for status in NOT_YET_SUBMITTED)
    yield from chosen.read(
        database,
        "SELECT c.id, t.id FROM charge_item c JOIN charge_item t ON t.client_id = c.client_id"
        " AND t.date_of_service = c.date_of_service AND t.procedure_code = c.procedure_code"
        f" AND t.id <> c.id AND COALESCE(t.status, '') IN ({waiting}) WHERE {{chosen}}"
        " ORDER BY c.date_of_service, c.client_id, c.id, t.id",
        NEW,
        READY_TO_BILL,
    )


def _rank(twin: Twin) -> tuple[bool, int]:
    return twin.status not in BILLED, twin.id
