"""What a person opened last, with what can be read of it now."""

from __future__ import annotations

from peewee import Database

from rcm_tui.data.personal.recents import recent_records
from rcm_tui.data.search.details import described
from rcm_tui.data.search.hit import Found, Hit, Kind

SUBJECTS: dict[Kind, str] = {
    "client": "client",
    "claim": "claim",
    "charge": "charge_item",
    "case": "case_file",
    "payment": "payment",
    "remittance": "remittance",
    "visit": "visit",
    "invoice": "invoice",
}
"""The table of each kind of record that can be found."""


def recent_hits(database: Database, login: str, limit: int = 20) -> list[Hit]:
    """The records that a person opened last, newest first; those that are gone are left out."""
    kinds = {subject: kind for kind, subject in SUBJECTS.items()}
    found = [
        Found(kinds[recent.subject], recent.subject_id, 0)
        for recent in recent_records(database, login, limit)
        if recent.subject in kinds
    ]
    return described(database, found, ())
