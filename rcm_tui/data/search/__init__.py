"""Finding anything from anywhere: clients, claims, charges, cases, payments and remittances.

What is typed may be the beginnings of names in any order, a number or id or how it begins, a
date, an amount, or several of these together. Every look-up reads an index and is bounded, so
that it costs the same in a large store. Member ids come back masked.
"""

from __future__ import annotations

from collections.abc import Iterable

from peewee import Database

from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.search.details import described
from rcm_tui.data.search.hit import Found, Hit
from rcm_tui.data.search.sources import (
    by_code,
    by_day_and_amount,
    by_patient_name,
    by_payer_name,
    by_subject,
    cases_of_clients,
    clients_by_name,
    of_clients,
)
from rcm_tui.data.search.terms import Terms, read_terms

__all__ = ["Hit", "search"]

LIMIT = 50
CLIENTS_FOLLOWED, CLIENTS_NARROWED = 5, 20
"""Of so many of the clients found by name, claims and charges are looked for too."""


def search(database: Database, text: str, viewer: Viewer, limit: int = LIMIT) -> list[Hit]:
    """What a text may mean, best first, at most `limit`. Empty for a text without a term."""
    terms = read_terms(text, viewer.today)
    found: dict[tuple[str, int], Found] = {}
    for one in _found(database, terms, limit):
        known = found.get((one.kind, one.key))
        if known is None or known.score < one.score:
            found[one.kind, one.key] = one
    # Beside a number a name is not looked for; it has to be in what was found.
    hits = described(database, found.values(), terms.words if terms.codes else ())
    hits.sort(key=lambda hit: -hit.score)  # stable: within a score, as they were found
    return _shared_out(hits, limit)


def _found(database: Database, terms: Terms, limit: int) -> Iterable[Found]:
    if terms.codes:
        yield from by_code(database, terms.codes, limit)
    if terms.words and not terms.codes:
        clients = clients_by_name(database, terms.words, limit)
        yield from clients
        followed = clients[: CLIENTS_NARROWED if terms.narrowed else CLIENTS_FOLLOWED]
        yield from of_clients(database, [client.key for client in followed], terms, limit)
        yield from by_payer_name(database, terms, limit)
        if not terms.narrowed:
            clients_followed = [client.key for client in followed]
            yield from cases_of_clients(database, clients_followed, max(1, limit // 5))
            yield from by_subject(database, terms.words, max(1, limit // 5))
        yield from by_patient_name(database, terms, limit)
    elif terms.narrowed and not terms.codes:
        yield from by_day_and_amount(database, terms, limit)
    if terms.whole_dollars is not None:
        yield from by_day_and_amount(database, terms.as_amount(), limit)


def _shared_out(hits: list[Hit], limit: int) -> list[Hit]:
    """The best, where no kind takes more than half as long as there are others."""
    taken: list[Hit] = []
    left_over: list[Hit] = []
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.kind] = counts.get(hit.kind, 0) + 1
        (taken if counts[hit.kind] <= (limit + 1) // 2 else left_over).append(hit)
    chosen = (taken + left_over)[:limit]
    return sorted(chosen, key=lambda hit: -hit.score)
