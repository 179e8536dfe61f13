"""Who may be a client's case manager, and when (seed 001).

For each service line one at a time; the first of a line begins at least 24 hours before its first
appointment; enrolled with the client's payer on every day, where that payer asks for enrolment.
The payer of a day is that of the primary coverage then. A line's later case managers follow care
that has begun, so that the 24 hours are for the first one alone (ours). A vacation changes nothing.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from peewee import Database

from rcm_tui.billing.charges.benefits import load_benefits
from rcm_tui.billing.clients.spans import ALWAYS_AFTER, DAY, Span, gaps
from rcm_tui.billing.dated import practice_zone
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.tables.charges import CANCELLED

BEFORE_FIRST_APPOINTMENT = datetime.timedelta(hours=24)
USUAL_LINE = "ABA"
"""The service line of a code without a benefit, as the rendering provider is looked up (ours)."""
MOST_NAMED = 3


class Term(NamedTuple):
    """A case manager of a client's service line; `id` is 0 for one that is not there yet."""

    id: int
    client: int
    service_line: str
    practitioner: int
    span: Span

    @classmethod
    def of(cls, key: int, values: Mapping[str, Any]) -> Self:
        """A term of the values that the store has, or will have, in a row."""
        return cls(
            key,
            values["client"],
            values["service_line"],
            values["practitioner"],
            Span.of(values["starts_on"], values["ends_on"]),
        )


class _Coverage(NamedTuple):
    payer: int
    payer_name: str
    needs_enrolment: int
    span: Span


@dataclass(slots=True)
class _Known:
    """What the rules look at, of some clients and practitioners."""

    terms: dict[int, list[Term]] = field(default_factory=lambda: defaultdict(list))
    names: dict[int, str] = field(default_factory=dict)
    first: dict[tuple[int, str], datetime.datetime] = field(default_factory=dict)
    coverages: dict[int, list[_Coverage]] = field(default_factory=lambda: defaultdict(list))
    enrolled: dict[tuple[int, int], list[Span]] = field(default_factory=lambda: defaultdict(list))


def misfits(
    database: Database, edits: Sequence[tuple[int, Mapping[str, Any]]]
) -> dict[int, dict[str, str]]:
    """What is wrong with case managers as they would be, by key and field: why, and what would do.

    `edits` are keys with the values as the store would hold them.
    """
    terms = [
        Term.of(key, values)
        for key, values in edits
        if values["starts_on"] and (values["ends_on"] or "~") >= values["starts_on"]
    ]
    known = _load(database, terms)
    zone = practice_zone(database)
    edited = {key for key, _ in edits}
    before: list[Term] = [
        one for each in known.terms.values() for one in each if one.id not in edited
    ]
    everyone = [*before, *terms]
    wrong: dict[int, dict[str, str]] = defaultdict(dict)
    for term in terms:
        other = next((one for one in before if _meet(one, term)), None)
        before.append(term)
        if other is not None:
            wrong[term.id]["starts_on"] = _taken(term, other, known.names)
        elif (moment := _too_late(known, everyone, term, zone)) is not None:
            at = moment.astimezone(zone)
            wrong[term.id]["starts_on"] = (
                f"From {term.span.first} is less than 24 hours before the first"
                f" {term.service_line} appointment, on {at:%Y-%m-%d} at {at:%H:%M}:"
                f" {_latest_start(moment, zone)} or a day before is needed."
            )
        if sentence := _not_enrolled(known, term):
            wrong[term.id]["practitioner"] = sentence
    return dict(wrong)


def terms_of(database: Database, clients: Iterable[int]) -> dict[int, list[Term]]:
    """All case managers of clients, in the order in which they begin."""
    found: dict[int, list[Term]] = defaultdict(list)
    for key, client, line, practitioner, starts_on, ends_on in read_by_keys(
        database,
        "SELECT id, client_id, service_line, practitioner_id, starts_on, ends_on FROM case_manager"
        " WHERE client_id IN ({keys}) ORDER BY client_id, starts_on, id",
        sorted(set(clients)),
    ):
        found[client].append(Term(key, client, line, practitioner, Span.of(starts_on, ends_on)))
    return found


def in_the_way(database: Database, term: Term) -> Term | None:
    """The case manager who is there already when a new one is to begin, and who could end the day
    before; None where nobody is, or where ending that one would not do."""
    others = [
        other
        for other in terms_of(database, [term.client])[term.client]
        if other.id != term.id and _meet(other, term)
    ]
    one = others[0] if len(others) == 1 else None
    return one if one is not None and one.span.first < term.span.first else None


def first_appointments(
    database: Database, clients: Iterable[int]
) -> dict[tuple[int, str], datetime.datetime]:
    """When the first session of each service line begins, by client, cancelled ones left out."""
    rows = list(
        read_by_keys(
            database,
            "SELECT c.client_id, v.payer_id, c.procedure_code, MIN(s.starts_at),"
            " MIN(c.date_of_service) FROM charge_item c JOIN session s ON s.id = c.session_id"
            " LEFT JOIN coverage v ON v.id = c.coverage_id"
            f" WHERE c.client_id IN ({{keys}}) AND c.status <> '{CANCELLED}'"
            " GROUP BY c.client_id, v.payer_id, c.procedure_code",
            sorted(set(clients)),
        )
    )
    benefits = load_benefits(database, {row[1] for row in rows if row[1] is not None})
    found: dict[tuple[int, str], datetime.datetime] = {}
    for client, payer, code, starts_at, day in rows:
        benefit = benefits.benefit(payer, code, day)
        key = client, benefit.service_line if benefit else USUAL_LINE
        moment = moment_from_store(starts_at)
        found[key] = min(moment, found.get(key, moment))
    return found


def _load(database: Database, terms: Sequence[Term]) -> _Known:
    clients = sorted({term.client for term in terms})
    known = _Known(terms=terms_of(database, clients))
    known.first = first_appointments(database, clients)
    for client, payer, name, needed, starts_on, ends_on in read_by_keys(
        database,
        "SELECT v.client_id, v.payer_id, p.name, p.needs_enrolment, v.starts_on, v.ends_on"
        " FROM coverage v JOIN payer p ON p.id = v.payer_id WHERE v.client_id IN ({keys})"
        " ORDER BY v.rank, v.id",
        clients,
    ):
        known.coverages[client].append(_Coverage(payer, name, needed, Span.of(starts_on, ends_on)))
    for practitioner, payer, starts_on, ends_on in read_by_keys(
        database,
        "SELECT practitioner_id, payer_id, starts_on, ends_on FROM enrolment"
        " WHERE practitioner_id IN ({keys})",
        sorted({term.practitioner for term in terms}),
    ):
        known.enrolled[practitioner, payer].append(Span.of(starts_on, ends_on))
    people = {term.practitioner for term in terms}
    people.update(other.practitioner for each in known.terms.values() for other in each)
    known.names = names_of(database, people)
    return known


def names_of(database: Database, practitioners: Iterable[int]) -> dict[int, str]:
    """Practitioners as people call them, by key."""
    return {
        key: f"{last}, {first}" if first else last
        for key, last, first in read_by_keys(
            database,
            "SELECT id, last_name, first_name FROM practitioner WHERE id IN ({keys})",
            sorted(set(practitioners)),
        )
    }


def _meet(other: Term, term: Term) -> bool:
    return _of_one_line(other, term) and other.span.shared(term.span) is not None


def _of_one_line(other: Term, term: Term) -> bool:
    return (other.client, other.service_line) == (term.client, term.service_line)


def _taken(term: Term, other: Term, names: Mapping[int, str]) -> str:
    who = f"{names[other.practitioner]} is case manager for {term.service_line} {other.span}"
    if other.span.first < term.span.first:
        todo = f"end that one on {term.span.first - DAY}"
        if other.span.last < ALWAYS_AFTER:
            todo += f", or begin on {other.span.last + DAY}"
    else:
        todo = f"end this one on {other.span.first - DAY} or before"
    return f"From {term.span.first} will not do: {who}, and there is one at a time; {todo}."


def _too_late(
    known: _Known, everyone: Iterable[Term], term: Term, zone: datetime.tzinfo
) -> datetime.datetime | None:
    """The first appointment, when the line's first case manager does not begin early enough."""
    moment = known.first.get((term.client, term.service_line))
    earlier = any(
        _of_one_line(other, term) and other.span.first < term.span.first for other in everyone
    )
    if moment is None or earlier or _early_enough(term.span.first, moment, zone):
        return None
    return moment


def _early_enough(day: datetime.date, moment: datetime.datetime, zone: datetime.tzinfo) -> bool:
    # In UTC: of a wall clock, a day is not always 24 hours.
    begins = datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)
    return begins + BEFORE_FIRST_APPOINTMENT <= moment


def _latest_start(moment: datetime.datetime, zone: datetime.tzinfo) -> datetime.date:
    """The last day that begins 24 hours before a moment."""
    day = moment.astimezone(zone).date()
    while not _early_enough(day, moment, zone):
        day -= DAY
    return day


def _not_enrolled(known: _Known, term: Term) -> str:
    """Names the days on which the practitioner is not enrolled with who pays then."""
    open_days = [term.span]
    missing: dict[str, list[Span]] = defaultdict(list)
    for coverage in known.coverages[term.client]:
        paid = [part for days in open_days if (part := days.shared(coverage.span))]
        open_days = gaps(open_days, [coverage.span])
        if coverage.needs_enrolment:
            enrolled = known.enrolled[term.practitioner, coverage.payer]
            missing[coverage.payer_name] += gaps(paid, enrolled)
    named = {payer: gaps(days, ()) for payer, days in missing.items() if days}
    if not named:
        return ""
    who = known.names.get(term.practitioner, "")
    days = "; ".join(
        f"with {payer} {', '.join(map(str, spans[:MOST_NAMED]))}"
        + (f" and {len(spans) - MOST_NAMED} times more" if len(spans) > MOST_NAMED else "")
        for payer, spans in named.items()
    )
    first = min(span.first for spans in named.values() for span in spans)
    last = max(span.last for spans in named.values() for span in spans)
    if first > term.span.first:
        todo = f"end on {first - DAY}, "
    elif last < term.span.last:
        todo = f"begin on {last + DAY}, "
    else:
        todo = ""
    return (
        f"Case manager {who} is not enrolled {days}: {todo}enter the enrolment or choose another."
    )
