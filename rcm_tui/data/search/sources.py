"""Where a search looks: which keys fit, each by an index and no more than so many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.queues.condition import ABOVE_ALL_TEXT, escaped, variants
from rcm_tui.data.search.hit import Found, Kind
from rcm_tui.data.search.terms import Terms
from rcm_tui.data.tables.clients import LATER_NAMES

CANDIDATES = 500
"""Rows that begin as a name does and are looked at more closely."""
NEWEST = 5000
"""Rows of some clients, or of some days, among which a date and an amount are looked for."""

EXACT, BEGINS = 100, 90
NAMED_AND_NARROWED = 88
NAME = 80  # and a little more where whole words fit
NARROWED = 70
PAYER = 60
SUBJECT = 58
OF_CLIENT = 55


@dataclass(frozen=True, slots=True)
class Place:
    """A table that holds amounts by day: which columns, and how a client's rows are found."""

    kind: Kind
    table: str
    day: str
    amount: str
    of_clients: str
    followed: int
    """How well a record fits that is shown since its client's name does."""
    newest_first: bool = True
    """Whether an index is in the order of `day`."""


PLACES = (
    Place("claim", "claim", "first_service_date", "billed", "client_id IN ({keys})", 50),
    Place("charge", "charge_item", "date_of_service", "billed", "client_id IN ({keys})", 45),
    Place(
        "remittance",
        "remittance",
        "first_service_date",
        "paid",
        "claim_id IN (SELECT id FROM claim WHERE client_id IN ({keys}))",
        40,
        newest_first=False,
    ),
    Place("payment", "payment", "effective_date", "amount", "", 0),
)

# What can be found by how it begins: kind, table, key, column (each with an index of its own).
CODES: tuple[tuple[Kind, str, str, str], ...] = (
    ("claim", "claim", "id", "number"),
    ("claim", "claim", "id", "patient_control_number"),
    ("claim", "claim", "id", "payer_claim_control_number"),
    ("client", "client", "id", "mrn"),
    ("client", "coverage", "client_id", "member_id"),
    ("charge", "charge_item", "id", "number"),
    ("visit", "visit", "id", "number"),
    ("invoice", "invoice", "id", "number"),
    ("case", "case_file", "id", "number"),
    ("payment", "payment", "id", "trace_number"),
    ("remittance", "remittance", "id", "patient_control_number"),
    ("remittance", "remittance", "id", "payer_claim_control_number"),
    ("remittance", "remittance", "id", "member_id"),
)

CLIENT_WORDS = (
    "' ' || replace(lower(last_name || ' ' || first_name || ' ' || middle_name), '-', ' ')"
)
PAYER_WORDS = "' ' || replace(lower(name || ' ' || short_name), '-', ' ')"
REMITTED_WORDS = "' ' || replace(replace(lower(patient_name), '-', ' '), ',', ' ')"


def by_code(database: Database, codes: Sequence[str], limit: int) -> list[Found]:
    """Records with a number or id that begins with the code; with several, those that fit all."""
    found: list[Found] | None = None
    for code in codes:
        fitting = _of_code(database, code, limit if len(codes) == 1 else NEWEST)
        if found is None:
            found = fitting
        else:
            keys = {(one.kind, one.key) for one in fitting}
            found = [one for one in found if (one.kind, one.key) in keys]
    return found or []


def clients_by_name(database: Database, words: Sequence[str], limit: int) -> list[Found]:
    """Clients of whose names every word is the beginning of one, in any order; best first."""
    expressions = [_by_bytes(database, f"lower({name})") for name in ("last_name", "first_name")]
    expressions.append(_by_bytes(database, LATER_NAMES))
    rows: dict[int, Any] = {}
    for begins, fits, parameters in _leads(expressions, CLIENT_WORDS, words):
        sql = f"SELECT id, {CLIENT_WORDS}, active FROM client WHERE {begins}{fits} LIMIT ?"
        for row in read_rows(database, sql, *parameters, CANDIDATES):
            rows[row[0]] = row
        if len(rows) >= limit:
            break
    ranked = sorted(
        rows.values(), key=lambda row: (-_whole_words(row[1], words), -row[2], row[1], row[0])
    )
    return [
        Found("client", key, NAME + min(4, _whole_words(names, words)))
        for key, names, _ in ranked[:limit]
    ]


def of_clients(
    database: Database, clients: Sequence[int], terms: Terms, limit: int
) -> Iterator[Found]:
    """The newest claims, charges and remittances of clients, on the day and of the amount asked."""
    if not clients:
        return
    marks = ", ".join("?" * len(clients))
    for place in PLACES:
        if place.of_clients:
            test = place.of_clients.replace("{keys}", marks)
            score = NAMED_AND_NARROWED if terms.narrowed else place.followed
            most = limit if terms.narrowed else max(1, limit // 5)
            yield from _newest(database, place, test, clients, terms, most, score)


def cases_of_clients(database: Database, clients: Sequence[int], limit: int) -> Iterator[Found]:
    """The newest cases of clients."""
    sql = "SELECT id FROM case_file WHERE client_id IN ({keys}) ORDER BY id DESC"
    for (key,) in list(read_by_keys(database, sql, clients))[:limit]:
        yield Found("case", key, OF_CLIENT)


def by_subject(database: Database, words: Sequence[str], limit: int) -> Iterator[Found]:
    """Cases whose subject begins with the words, open ones first."""
    subject = _by_bytes(database, "lower(subject)")
    for spelling in variants(" ".join(words)):
        sql = (
            f"SELECT id FROM case_file WHERE {subject} >= ? AND {subject} < ?"
            " ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, id DESC LIMIT ?"
        )
        for (key,) in read_rows(database, sql, spelling, spelling + ABOVE_ALL_TEXT, limit):
            yield Found("case", key, SUBJECT)


def by_payer_name(database: Database, terms: Terms, limit: int) -> Iterator[Found]:
    """The newest payments of payers of whose names every word is the beginning of one."""
    fits, patterns = _all_words(PAYER_WORDS, terms.words)
    rows = read_rows(database, f"SELECT id FROM payer WHERE {fits} LIMIT ?", *patterns, CANDIDATES)
    if rows:
        marks = ", ".join("?" * len(rows))
        payers = [row[0] for row in rows]
        score = NAMED_AND_NARROWED if terms.narrowed else PAYER
        place = PLACES[-1]
        yield from _newest(
            database, place, f"payer_id IN ({marks})", payers, terms, max(1, limit // 5), score
        )


def by_patient_name(database: Database, terms: Terms, limit: int) -> Iterator[Found]:
    """Remittances that name a patient and no claim of ours: no client leads to them."""
    if terms.narrowed:
        return
    name = [_by_bytes(database, "lower(patient_name)")]
    for begins, fits, parameters in _leads(name, REMITTED_WORDS, terms.words):
        sql = f"SELECT id FROM remittance WHERE state = 'orphan' AND {begins}{fits} LIMIT ?"
        for (key,) in read_rows(database, sql, *parameters, max(1, limit // 5)):
            yield Found("remittance", key, NAME - 5)


def by_day_and_amount(database: Database, terms: Terms, limit: int) -> Iterator[Found]:
    """What is on the day and of the amount asked, newest first; clients by their birth date."""
    for place in PLACES:
        yield from _narrowed(database, place, terms, limit)
    if terms.days is not None and terms.cents is None:
        rows = read_rows(
            database,
            "SELECT id FROM client WHERE birth_date >= ? AND birth_date <= ? LIMIT ?",
            *_ends(terms),
            limit,
        )
        yield from (Found("client", key, NARROWED) for (key,) in rows)


def _of_code(database: Database, code: str, limit: int) -> list[Found]:
    spellings = tuple(dict.fromkeys((code, code.upper(), code.lower())))
    parts: list[str] = []
    parameters: list[Any] = []
    for kind, table, key, column in CODES:
        for spelling in spellings:
            # One index range each: together in one OR, all that begin so would be sorted.
            parts.append(
                f"SELECT * FROM (SELECT '{kind}' AS kind, {key} AS found, {column} AS code"
                f" FROM {table} WHERE {column} >= ? AND {column} < ?"
                f" ORDER BY {column} LIMIT ?) AS part_{len(parts)}"
            )
            parameters += [spelling, spelling + ABOVE_ALL_TEXT, limit]
    rows = read_rows(database, " UNION ALL ".join(parts), *parameters)
    wanted = code.lower()
    return [
        Found(kind, key, EXACT if value.lower() == wanted else BEGINS) for kind, key, value in rows
    ]


def _newest(
    database: Database,
    place: Place,
    test: str,
    keys: Sequence[int],
    terms: Terms,
    limit: int,
    score: int,
) -> Iterator[Found]:
    """Inside, rows by the index of their client or payer; the LIMIT keeps the planner to it."""
    narrow, parameters = _narrowing(place, terms)
    newest = "" if place.of_clients else " ORDER BY id DESC"
    inner = (
        f"SELECT id, {place.day}, {place.amount} FROM {place.table}"
        f" WHERE {test}{newest} LIMIT {NEWEST}"
    )
    rows = read_rows(
        database,
        f"SELECT id FROM ({inner}) AS narrowed{' WHERE ' if narrow else ''}{narrow}"
        f" ORDER BY COALESCE({place.day}, '') DESC, id DESC LIMIT ?",
        *keys,
        *parameters,
        limit,
    )
    yield from (Found(place.kind, key, score) for (key,) in rows)


def _narrowed(database: Database, place: Place, terms: Terms, limit: int) -> Iterator[Found]:
    if terms.days is not None and not place.newest_first:
        return
    if terms.days is None:
        sql = f"SELECT id FROM {place.table} WHERE {place.amount} = ? ORDER BY id DESC LIMIT ?"
        rows = read_rows(database, sql, terms.cents, limit)
    else:
        # By the day first: an amount may be that of every tenth claim.
        amount = f" WHERE {place.amount} = ?" if terms.cents is not None else ""
        rows = read_rows(
            database,
            f"SELECT id FROM (SELECT id, {place.amount} FROM {place.table}"
            f" WHERE {place.day} >= ? AND {place.day} <= ?"
            f" ORDER BY {place.day} DESC, id DESC LIMIT ?) AS days{amount} LIMIT ?",
            *_ends(terms),
            NEWEST if amount else limit,
            *([terms.cents] if amount else []),
            limit,
        )
    yield from (Found(place.kind, key, NARROWED) for (key,) in rows)


def _narrowing(place: Place, terms: Terms) -> tuple[str, list[Any]]:
    parts: list[str] = []
    parameters: list[Any] = []
    if terms.days is not None:
        parts.append(f"{place.day} >= ? AND {place.day} <= ?")
        parameters += _ends(terms)
    if terms.cents is not None:
        parts.append(f"{place.amount} = ?")
        parameters.append(terms.cents)
    return " AND ".join(parts), parameters


def _ends(terms: Terms) -> tuple[str, str]:
    assert terms.days is not None
    return terms.days.first.isoformat(), terms.days.last.isoformat()


def _leads(
    expressions: Sequence[str], names: str, words: Sequence[str]
) -> Iterator[tuple[str, str, list[Any]]]:
    """For each word, longest first: a test that an index starts from it, and one for the others.

    Tests of all words at once would look more closely at whatever begins with any of them.
    """
    for lead in sorted(dict.fromkeys(words), key=len, reverse=True):
        ranges: list[str] = []
        parameters: list[Any] = []
        for spelling in variants(lead):
            ranges += [f"({expression} >= ? AND {expression} < ?)" for expression in expressions]
            parameters += [spelling, spelling + ABOVE_ALL_TEXT] * len(expressions)
        others, patterns = _all_words(names, [word for word in words if word != lead])
        begins = f"({' OR '.join(ranges)})"
        yield begins, f" AND {others}" if others else "", parameters + patterns


def _all_words(expression: str, words: Iterable[str]) -> tuple[str, list[str]]:
    """A test that every word begins a word of the expression, which has a blank before each."""
    tests: list[str] = []
    patterns: list[str] = []
    for word in words:
        spellings = variants(word)
        tests.append("(" + " OR ".join([f"{expression} LIKE ? ESCAPE '!'"] * len(spellings)) + ")")
        # The blank before it: a word in the middle of a name is no beginning.
        patterns += [f"% {escaped(spelling)}%" for spelling in spellings]
    return " AND ".join(tests), patterns


def _whole_words(names: str, words: Iterable[str]) -> int:
    known = set(names.lower().split())
    return sum(word in known for word in words)


def _by_bytes(database: Database, expression: str) -> str:
    """The expression as its index has it (fields.ByBytes)."""
    return f'{expression} COLLATE "C"' if database.param == "%s" else expression
