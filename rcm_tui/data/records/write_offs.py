"""What the dialogs of write-offs need: reasons, and the claim behind one."""

from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_rows


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that is in use. `side` is "payer", "patient" or "either"."""

    id: int
    name: str
    side: str
    note: str


def reasons(database: Database) -> list[Reason]:
    """The reasons in use, those that are used most first."""
    return [
        Reason(*row)
        for row in read_rows(
            database,
            "SELECT r.id, r.name, r.side, r.note FROM write_off_reason r LEFT JOIN write_off w"
            " ON w.reason_id = r.id WHERE r.active = 1 GROUP BY r.id, r.name, r.side, r.note"
            " ORDER BY COUNT(w.id) DESC, r.id",
        )
    ]


def claim_of_write_off(database: Database, write_off_id: int) -> int | None:
    """The key of the claim that was written off."""
    rows = read_rows(database, "SELECT claim_id FROM write_off WHERE id = ?", write_off_id)
    return int(rows[0][0]) if rows else None
