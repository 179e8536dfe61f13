"""Which column of a file means what: recognised by its heading, told, or remembered.

What was once told of a source is used again for its next file. A source is a name that a person
gives; without one it is whatever has the same headings.
"""

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.exchange import ColumnMapping
from rcm_tui.data.work import Work
from rcm_tui.exchange.tables.kinds import TableKind, folded, table_kinds
from rcm_tui.exchange.tables.meanings import text_of
from rcm_tui.exchange.tables.source import SourceRow, SourceTable, TableRefused

LOOKED_THROUGH = 25
"""Rows among which the headings are looked for: titles and empty rows may stand above them."""
OUR_HEADINGS = frozenset(("row", "reason"))
"""What we add to a file of refused rows; when it comes in again they mean nothing."""
LEFT_OUT = ""
LONGEST_SOURCE = 60


@dataclass(slots=True)
class Understood:
    """A table whose headings were found. `mapping` is heading → column of its kind, "" left out.

    `remembered` says that some of it was told for an earlier file. `first_row` is the number of
    the row with the headings; `rows` are those below it.
    """

    kind: TableKind
    source: str
    headings: list[str]
    mapping: dict[str, str]
    table: SourceTable
    first_row: int
    remembered: bool = False
    rows: Iterable[SourceRow] = field(default=())

    @property
    def places(self) -> dict[str, int]:
        """Where each mapped column stands, by the column's name."""
        return {
            self.mapping[heading]: place
            for place, heading in enumerate(self.headings)
            if self.mapping.get(heading)
        }

    @property
    def unused(self) -> list[str]:
        """Headings that mean nothing here."""
        return [
            heading
            for heading in self.headings
            if heading and not self.mapping.get(heading) and folded(heading) not in OUR_HEADINGS
        ]


class ColumnsUnknown(TableRefused):
    """Some columns that are needed were not recognised: a person has to say which they are."""

    def __init__(self, understood: Understood, missing: Sequence[str]) -> None:
        self.understood = understood
        self.missing = list(missing)
        listed = ", ".join(plain(heading, 40) for heading in understood.unused[:20]) or "none"
        super().__init__(
            f"{understood.kind.name} need a column for {'; for '.join(self.missing)}:"
            f' say which with --map "heading=column" (headings that mean nothing here: {listed})'
        )


class KindUnknown(TableRefused):
    """The headings do not say what the table holds: a person has to. `likely` are kinds by name."""

    def __init__(self, sentence: str, likely: Sequence[str]) -> None:
        self.likely = list(likely)
        super().__init__(sentence)


def understand(
    database: Database,
    table: SourceTable,
    *,
    kind: str = "",
    source: str = "",
    told: Mapping[str, str] | None = None,
) -> Understood:
    """Finds the headings and what they mean. Raises TableRefused with what would be right.

    `told` is heading → column and comes before what was remembered, and that before what the
    headings say. An empty column leaves a heading out. Raises ColumnsUnknown when rows could not
    be understood.
    """
    kinds = table_kinds()
    if kind and kind not in kinds:
        near = difflib.get_close_matches(kind, kinds, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(kinds)}"
        raise TableRefused(f"{plain(kind, 40)} is no kind of table: {hint}")
    rows = iter(table.rows)
    first = list(islice(rows, LOOKED_THROUGH))
    chosen = [kinds[kind]] if kind else list(kinds.values())
    at, headings = _heading_row(first, chosen, told or {})
    if at < 0:
        raise TableRefused("the file has no rows")
    row = first[at]
    if any(top <= row.number <= bottom for top, bottom in table.merged_rows):
        raise TableRefused(
            f"the headings in row {row.number} have merged cells: unmerge them first"
        )
    _refuse_twice(headings, row.number)
    found = kinds[kind] if kind else _kind_of(database, headings, source, told or {})
    name = source_name(source, headings)
    remembered = recall(database, name, found.name)
    understood = Understood(
        found, name, headings, {}, table, row.number, bool(remembered), chain(first[at + 1 :], rows)
    )
    understood.mapping = _mapped(found, headings, remembered, told or {})
    missing = found.missing(set(understood.places))
    if missing:
        raise ColumnsUnknown(understood, missing)
    return understood


def source_name(source: str, headings: Iterable[str]) -> str:
    """A source's name as it is kept: as given, else after the set of headings."""
    if given := plain(source, LONGEST_SOURCE):
        return given
    listed = "\n".join(sorted(folded(heading) for heading in headings if heading))
    return f"headings {hashlib.sha256(listed.encode()).hexdigest()[:12]}"


def recall(database: Database, source: str, kind: str) -> dict[str, str]:
    """What was told of a source's columns before; empty for a source that is new."""
    rows = read_rows(
        database,
        "SELECT columns FROM column_mapping WHERE source = ? AND kind = ?",
        source,
        kind,
    )
    return dict(json.loads(rows[0][0])) if rows else {}


def remember(work: Work, source: str, kind: str, mapping: Mapping[str, str]) -> None:
    """Keeps what a source's columns mean, in place of what was kept before."""
    text = json.dumps(dict(mapping), ensure_ascii=False, sort_keys=True)
    before = recall(work.database, source, kind)
    values = {"columns": text, "used_at": work.now}
    changed = (
        ColumnMapping.update(values)
        .where(ColumnMapping.source == source, ColumnMapping.kind == kind)
        .execute()
    )
    if not changed:
        ColumnMapping.insert(source=source, kind=kind, **values).execute()
    if before != dict(mapping):
        work.record(
            "columns remembered", "column_mapping", source=source, kind=kind, columns=dict(mapping)
        )


def _heading_row(
    rows: Sequence[SourceRow], kinds: Sequence[TableKind], told: Mapping[str, str]
) -> tuple[int, list[str]]:
    """The row with most headings that are known, the first of such; else the first with cells."""
    best, at = 0, -1
    known = {folded(heading) for heading in told}
    for place, row in enumerate(rows):
        texts = [text_of(value) for value in row.values]
        if sum(bool(text) for text in texts) and at < 0:
            at = place
        count = max(
            sum(
                bool(text) and (folded(text) in known or bool(kind.recognised(text)))
                for text in texts
            )
            for kind in kinds
        )
        if count > best and count > 1:
            best, at = count, place
    if at < 0:
        return -1, []
    return at, [plain(text_of(value), 80) for value in rows[at].values]


def _refuse_twice(headings: Sequence[str], number: int) -> None:
    seen: set[str] = set()
    for heading in headings:
        if heading and folded(heading) in seen:
            raise TableRefused(
                f"the heading {heading} stands twice in row {number}: give each its own"
            )
        seen.add(folded(heading))


def _mapped(
    kind: TableKind,
    headings: Sequence[str],
    remembered: Mapping[str, str],
    told: Mapping[str, str],
) -> dict[str, str]:
    by_heading = {folded(heading): heading for heading in headings if heading}
    names = {column.name for column in kind.columns}
    mapping: dict[str, str] = {}
    for heading, column in told.items():
        if folded(heading) not in by_heading:
            listed = ", ".join(heading for heading in headings if heading)
            raise TableRefused(f"there is no heading {plain(heading, 40)}: there are {listed}")
        if column and column not in names:
            near = difflib.get_close_matches(column, names, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(names))}"
            raise TableRefused(f"{plain(column, 40)} is no column of {kind.name}: {hint}")
        _give(mapping, by_heading[folded(heading)], column)
    for heading, column in remembered.items():
        here = by_heading.get(folded(heading))
        if here is not None and here not in mapping and (not column or column in names):
            if column and column in mapping.values():
                continue
            mapping[here] = column
    for heading in by_heading.values():
        if heading not in mapping:
            column = kind.recognised(heading)
            mapping[heading] = LEFT_OUT if column in mapping.values() else column
    return mapping


def _give(mapping: dict[str, str], heading: str, column: str) -> None:
    if column and column in mapping.values():
        raise TableRefused(f"two headings are said to be {column}: a column has one heading")
    mapping[heading] = column


def _kind_of(
    database: Database, headings: Sequence[str], source: str, told: Mapping[str, str]
) -> TableKind:
    """The kind that the source had with these headings; else that of which most are known."""
    kinds = table_kinds()
    name = source_name(source, headings)
    here = {folded(heading) for heading in headings}
    for kept, columns in read_rows(
        database,
        "SELECT kind, columns FROM column_mapping WHERE source = ? ORDER BY used_at DESC",
        name,
    ):
        wanted = {folded(heading) for heading, column in json.loads(columns).items() if column}
        if kept in kinds and wanted <= here:
            return kinds[kept]
    scored = []
    for kind in kinds.values():
        found = {kind.recognised(heading) for heading in headings if heading} - {""}
        known = {column.name for column in kind.columns}
        found |= {column for column in told.values() if column in known}
        scored.append((len(found), not kind.missing(found), kind))
    most = max(count for count, _, _ in scored)
    # Headings of one kind are often enough for another that needs less: most headings decide.
    best = [one for one in scored if one[0] == most]
    best = [one for one in best if one[1]] or best
    if most > 1 and len(best) == 1:
        return best[0][2]
    if most > 1:
        likely = [kind.name for _, _, kind in best]
        raise KindUnknown(
            f"the headings may be those of {' or '.join(likely)}: say which with --kind", likely
        )
    raise KindUnknown(
        "the headings are those of no table that is known: say with --kind what it holds"
        f" ({', '.join(kinds)})",
        list(kinds),
    )
