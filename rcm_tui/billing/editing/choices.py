"""Type-ahead: what a field may be filled with, by what was typed so far."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.subjects import USUAL_SUBJECTS
from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.declared.case_kinds import REQUIRABLE
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.codes.words import codes_like, word_of
from rcm_tui.data.search.sources import clients_by_name

LIMIT = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen: the value for the field, what it is called, and what tells it apart."""

    value: Any
    label: str
    detail: str = ""


def choices(
    database: Database,
    kind: str,
    field: str,
    text: str,
    record: Mapping[str, Any] | None = None,
    limit: int = LIMIT,
) -> list[Choice]:
    """What a field may be filled with, best first: people, payers and places by the beginnings of
    their names or numbers, codes by code or word, choices by code or word.

    `record` are the values of the form: a claim's coverages are those of its client. Without a
    text the first ones come. Of a field for several codes the text is the one being typed.
    """
    declared = KINDS[kind].field(field)
    if declared.reference:
        found: Iterator[Choice] = _records(database, declared, text.strip(), record or {}, limit)
    elif declared.choices:
        found = _listed(declared.choices, text)
    elif declared.codes in KEPT_CODES:
        found = KEPT_CODES[declared.codes](database, text.strip())
    elif declared.codes:
        found = (
            Choice(code, code, word_of(declared.codes, code))
            for code in codes_like(declared.codes, text)
        )
    else:
        found = iter(())
    return list(islice(found, limit))


def _listed(options: Mapping[str, str], text: str) -> Iterator[Choice]:
    wanted = text.casefold().strip()
    for code, word in options.items():
        words = word.casefold()
        if code.casefold().startswith(wanted) or any(
            words[place:].startswith(wanted)
            for place in range(len(words))
            if place == 0 or words[place - 1] == " "
        ):
            yield Choice(code, word, code)


def _procedures(database: Database, text: str) -> Iterator[Choice]:
    """Procedure codes are those of the payers' benefits: their lists' wording is not ours."""
    text = text.upper()
    for code, service in read_rows(
        database,
        "SELECT procedure_code, min(service) FROM benefit WHERE procedure_code LIKE ?"
        " OR lower(service) LIKE ? GROUP BY procedure_code ORDER BY procedure_code",
        f"{_literal(text)}%",
        f"{_literal(text.lower())}%",
    ):
        yield Choice(code, code, service)


def _logins(database: Database, text: str) -> Iterator[Choice]:
    """The people of the practice, by login or name."""
    for login, name in read_rows(
        database,
        "SELECT login, name FROM person WHERE active = 1 AND role <> 'system' AND"
        " (lower(login) LIKE ? OR lower(name) LIKE ? OR lower(name) LIKE ?) ORDER BY login",
        f"{_literal(text.lower())}%",
        f"{_literal(text.lower())}%",
        f"% {_literal(text.lower())}%",
    ):
        yield Choice(login, login, name)


def _subjects(database: Database, text: str) -> Iterator[Choice]:
    """The usual subjects of cases, then those that cases have."""
    wanted = text.casefold().split()
    for subject in USUAL_SUBJECTS:
        words = subject.casefold().split()
        if all(any(one.startswith(word) for one in words) for word in wanted):
            yield Choice(subject, subject)
    low = text.lower()
    for (subject,) in read_rows(
        database,
        "SELECT DISTINCT subject FROM case_file WHERE lower(subject) >= ? AND lower(subject) < ?"
        " ORDER BY subject LIMIT ?",
        low,
        low + "\U0010ffff",
        LIMIT,
    ):
        if subject not in USUAL_SUBJECTS:
            yield Choice(subject, subject)


def _case_fields(database: Database, text: str) -> Iterator[Choice]:
    """What a kind of case may require."""
    return _listed(REQUIRABLE, text)


KEPT_CODES: dict[str, Callable[[Database, str], Iterator[Choice]]] = {
    "procedure": _procedures,
    "login": _logins,
    "subject": _subjects,
    "case field": _case_fields,
}
"""Lists of codes that the store has, by the name of the list."""


def _records(
    database: Database, field: Field, text: str, record: Mapping[str, Any], limit: int
) -> Iterator[Choice]:
    kind = KINDS[field.reference]
    if kind.name == "client" and text:
        yield from _clients(database, kind, text, limit)
        return
    conditions, parameters = _conditions(kind, text)
    if field.within:
        column = kind.column(field.within).column_name
        conditions.append(f't."{column}" = ?')
        parameters.append(record.get(field.within))
    if "active" in kind.table._meta.combined:
        conditions.append("t.active = 1")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    for key, title, detail in read_rows(
        database,
        f'SELECT t.id, {kind.title_sql} AS title, {kind.detail_sql} FROM "{kind.table_name}" t'
        f" {where} ORDER BY title, t.id LIMIT ?",
        *parameters,
        limit,
    ):
        yield Choice(key, str(title), str(detail or ""))


def _conditions(kind: RecordKind, text: str) -> tuple[list[str], list[Any]]:
    """Every word typed begins a word of one of the expressions."""
    conditions, parameters = [], []
    for word in text.lower().split():
        tests = []
        for expression in kind.search_sql:
            for pattern in (f"{_literal(word)}%", f"% {_literal(word)}%", f"%-{_literal(word)}%"):
                tests.append(f"lower({expression}) LIKE ?")
                parameters.append(pattern)
        conditions.append(f"({' OR '.join(tests)})")
    return conditions, parameters


def _clients(database: Database, kind: RecordKind, text: str, limit: int) -> Iterator[Choice]:
    """Clients are many: their names are looked up through the indexes of the global search."""
    keys = [one.key for one in clients_by_name(database, text.lower().split(), limit)]
    keys += [
        row[0]
        for row in read_rows(
            database,
            "SELECT id FROM client WHERE mrn >= ? AND mrn < ? ORDER BY mrn LIMIT ?",
            text.upper(),
            text.upper() + "\U0010ffff",
            limit,
        )
    ]
    sql = f"SELECT t.id, {kind.title_sql}, {kind.detail_sql} FROM client t WHERE t.id IN ({{keys}})"
    found = {row[0]: row for row in read_by_keys(database, sql, keys)}
    for key in dict.fromkeys(keys):
        yield Choice(key, str(found[key][1]), str(found[key][2]))


def _literal(text: str) -> str:
    """Text without the signs that mean something to LIKE: nothing is found by those."""
    return text.replace("%", "").replace("_", " ")
