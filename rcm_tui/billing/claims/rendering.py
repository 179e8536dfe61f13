"""Who renders a service on its claim.

1. The practitioner who held the session, if they hold one of the benefit's claim qualifications
   on that day. 2. The authorization's dated assignment. 3. The client's case manager for the
service line. A payer with the policy "case_manager" has 3 first. Nobody, or two at once where one
decides: the claim names no one and says why.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.charges.benefits import Benefit, Benefits
from rcm_tui.billing.charges.qualified import Qualifications, load_qualifications
from rcm_tui.billing.dated import covers
from rcm_tui.data.bulk import read_by_keys, read_rows

NOBODY = (
    "the practitioner of the session does not hold the claim qualification, the authorization"
    " assigns nobody on that day, and the client has no case manager then"
)


class Rendering(NamedTuple):
    """The rendering practitioner; without one, `reason` says why."""

    practitioner: int | None
    reason: str = ""


class Service(NamedTuple):
    """What was done, as far as it decides who renders. References are row ids."""

    client: int
    practitioner: int
    payer: int | None
    authorization: int | None
    code: str
    day: str


class _Term(NamedTuple):
    practitioner: int
    starts_on: str
    ends_on: str | None


@dataclass(slots=True)
class Renderers:
    """Everything that decides who renders, read at once for many services."""

    benefits: Benefits
    qualifications: Qualifications = field(default_factory=Qualifications)
    _assigned: dict[int, list[_Term]] = field(default_factory=lambda: defaultdict(list))
    _managers: dict[tuple[int, str], list[_Term]] = field(default_factory=lambda: defaultdict(list))
    _manager_first: set[int] = field(default_factory=set)
    _known: dict[Service, Rendering] = field(default_factory=dict)

    def of(self, service: Service) -> Rendering:
        """Who renders this service."""
        known = self._known.get(service)
        if known is None:
            known = self._known[service] = self._decide(service)
        return known

    def qualified(self, practitioner: int, benefit: Benefit | None, day: str) -> bool:
        """Whether a practitioner holds what the benefit asks of a rendering provider that day."""
        wanted = benefit.qualifications if benefit else frozenset()
        return not wanted or not wanted.isdisjoint(self.qualifications.on(practitioner, day))

    def has_case_manager(self, client: int, service_line: str, day: str) -> bool:
        """Whether somebody is the client's case manager for the service line that day."""
        return any(covers(term, day) for term in self._managers.get((client, service_line), ()))

    def with_case_managers(
        self, client: int, by_line: Mapping[str, Iterable[tuple[int, str, str | None]]]
    ) -> "Renderers":
        """The same, as if a client's case managers were these: practitioner, first and last day."""
        managers = {key: terms for key, terms in self._managers.items() if key[0] != client}
        for line, terms in by_line.items():
            managers[client, line] = [_Term(*term) for term in terms]
        return replace(self, _managers=managers, _known={})

    def _decide(self, service: Service) -> Rendering:
        steps: list[Callable[[Service], Rendering]] = [
            self._by_session,
            self._by_assignment,
            self._by_case_manager,
        ]
        if service.payer in self._manager_first:
            steps.insert(0, steps.pop())
        for step in steps:
            found = step(service)
            if found.practitioner is not None or found.reason:
                return found
        return Rendering(None, NOBODY)

    def _by_session(self, service: Service) -> Rendering:
        benefit = self.benefits.benefit(service.payer, service.code, service.day)
        holds = self.qualified(service.practitioner, benefit, service.day)
        return Rendering(service.practitioner if holds else None)

    def _by_assignment(self, service: Service) -> Rendering:
        terms = self._assigned.get(service.authorization or 0, ())
        return _only(terms, service.day, "the authorization assigns two rendering providers")

    def _by_case_manager(self, service: Service) -> Rendering:
        benefit = self.benefits.benefit(service.payer, service.code, service.day)
        line = benefit.service_line if benefit else "ABA"
        terms = self._managers.get((service.client, line), ())
        return _only(terms, service.day, f"the client has two case managers for {line}")


def load_renderers(
    database: Database,
    benefits: Benefits,
    *,
    clients: Iterable[int],
    practitioners: Iterable[int],
    authorizations: Iterable[int],
) -> Renderers:
    """Reads qualifications, assignments and case managers in four queries."""
    found = Renderers(benefits, load_qualifications(database, practitioners))
    for authorization, *columns in read_by_keys(
        database,
        "SELECT authorization_id, practitioner_id, starts_on, ends_on FROM rendering_assignment"
        " WHERE authorization_id IN ({keys}) ORDER BY id",
        sorted(set(authorizations)),
    ):
        found._assigned[authorization].append(_Term(*columns))
    for client, line, *columns in read_by_keys(
        database,
        "SELECT client_id, service_line, practitioner_id, starts_on, ends_on FROM case_manager"
        " WHERE client_id IN ({keys}) ORDER BY id",
        sorted(set(clients)),
    ):
        found._managers[client, line].append(_Term(*columns))
    manager_first = "SELECT id FROM payer WHERE rendering_policy = 'case_manager'"
    found._manager_first = {row[0] for row in read_rows(database, manager_first)}
    return found


def _only(terms: Iterable[_Term], day: str, two: str) -> Rendering:
    """The one practitioner of that day; the same person twice is one."""
    people = {term.practitioner for term in terms if covers(term, day)}
    if len(people) > 1:
        return Rendering(None, f"{two} on {day}")
    return Rendering(people.pop() if people else None)
