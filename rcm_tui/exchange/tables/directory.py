"""Who and what a cell names: clients by MRN or name, practitioners by NPI or name, payers, places.

Names are read once for a whole file. What is unknown is said with the nearest that are known.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from peewee import Database

from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.plain import plain
from rcm_tui.exchange.tables.meanings import NotUnderstood

NEAREST = 3
FEW = 2000
"""Among so many names the nearest is looked for; among more, only those that begin alike."""

HANDLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "client": (
        "NULL",
        ("mrn", "last_name || ', ' || first_name", "first_name || ' ' || last_name"),
    ),
    "practitioner": (
        "NULL",
        ("npi", "last_name || ', ' || first_name", "first_name || ' ' || last_name", "last_name"),
    ),
    "payer": ("NULL", ("payer_id", "name", "short_name")),
    "business_unit": ("NULL", ("name", "npi")),
    "location": ("business_unit_id", ("name",)),
    "plan": ("payer_id", ("name",)),
    "authorization": ("client_id", ("number",)),
    "clearinghouse": ("NULL", ("name",)),
}
"""By kind of record: the column of whom it belongs to, and what it is called, the surest first."""

BETTER = {"client": "the MRN", "practitioner": "the NPI", "payer": "the payer id"}
"""What tells namesakes apart."""


@lru_cache(8192)
def comparable(text: str) -> str:
    """A name as it is compared: case and doubled blanks do not matter."""
    return " ".join(text.casefold().replace(" ,", ",").replace(",", ", ").split())


class Directory:
    """Finds records of a kind by what they are called."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kinds: dict[str, dict[str, list[tuple[int, Any]]]] = {}
        self._surest: dict[str, dict[str, int]] = {}
        self._said: dict[tuple[str, str], str] = {}
        self._births: dict[int, str | None] = {}
        self._written: dict[tuple[str, str], str] = {}

    def find(self, kind: str, text: str, within: Any = None, *, born: str = "") -> int:
        """The key of what a text names. Raises NotUnderstood with the nearest that are known.

        `within` is the key of whom it belongs to, where several are called the same; `born` is a
        client's date of birth, which tells namesakes apart.
        """
        handles = self._load(kind)
        name = comparable(text)
        sure = self._surest[kind].get(name)
        if sure is not None:
            return sure
        found = handles.get(name, [])
        if within is not None and len({key for key, _ in found}) > 1:
            found = [one for one in found if one[1] == within] or found
        keys = sorted({key for key, _ in found})
        if born and len(keys) > 1:
            keys = [key for key in keys if self._born(key) == born] or keys
        if len(keys) == 1:
            return keys[0]
        label = KINDS[kind].label
        if keys:
            better = BETTER.get(kind, "another name")
            raise NotUnderstood(f"is {len(keys)} {label}s of that name: {better} is needed")
        raise NotUnderstood(self._unknown(kind, label, name))

    def called(self, kind: str, key: Any) -> str:
        """What people call a record; the key itself where it is not there."""
        if key is None:
            return ""
        title = KINDS[kind].title_sql
        rows = read_rows(
            self._database, f'SELECT {title} FROM "{KINDS[kind].table_name}" t WHERE t.id = ?', key
        )
        return str(rows[0][0]) if rows else str(key)

    def column(self, kind: str, column: str) -> dict[int, Any]:
        """One column of all records of a kind, by key."""
        table = KINDS[kind].table_name
        return dict(read_rows(self._database, f'SELECT id, {column} FROM "{table}"'))

    def _load(self, kind: str) -> dict[str, list[tuple[int, Any]]]:
        if kind not in self._kinds:
            owner, expressions = HANDLES.get(kind, ("NULL", (f"{KINDS[kind].title_sql}",)))
            handles: dict[str, list[tuple[int, Any]]] = defaultdict(list)
            surest: dict[str, list[int]] = defaultdict(list)
            listed = ", ".join(expressions)
            for key, whose, *names in read_rows(
                self._database,
                f'SELECT t.id, {owner}, {listed} FROM "{KINDS[kind].table_name}" t ORDER BY t.id',
            ):
                for place, one in enumerate(names):
                    if one and (handle := comparable(str(one)).rstrip(", ")):
                        handles[handle].append((key, whose))
                        self._written[kind, handle] = plain(str(one), 60)
                        if place == 0 and owner == "NULL":
                            surest[handle].append(key)
            self._kinds[kind] = dict(handles)
            # A number comes before a name that reads like it.
            self._surest[kind] = {name: keys[0] for name, keys in surest.items() if len(keys) == 1}
        return self._kinds[kind]

    def _born(self, client: int) -> str | None:
        if not self._births:
            self._births = dict(read_rows(self._database, "SELECT id, birth_date FROM client"))
        return self._births.get(client)

    def _unknown(self, kind: str, label: str, name: str) -> str:
        if (kind, name) not in self._said:
            near = [self._written[kind, one] for one in _nearest(name, list(self._kinds[kind]))]
            hint = f": the nearest is {' or '.join(near)}" if near else ""
            self._said[kind, name] = f"is no {label} that is known{hint}"
        return self._said[kind, name]


def _nearest(name: str, handles: Sequence[str]) -> list[str]:
    among: Iterable[str] = handles
    if len(handles) > FEW:
        among = [one for one in handles if one[:2] == name[:2]][:FEW]
    return difflib.get_close_matches(name, among, NEAREST)
