"""The patients of claims from outside, with their coverages: found among the clients, or made."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rcm_tui.data.bulk import chunked
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.clients import GENDERS, Client, Coverage
from rcm_tui.data.work import Work
from rcm_tui.exchange.import_claims.parties import address_columns
from rcm_tui.exchange.reading import tuples
from rcm_tui.x12.claim import ProfessionalClaim
from rcm_tui.x12.parties import Person

SELF = "18"
OTHER = "G8"
TO_BE_MADE = 0
RANKS = {"P": 1, "S": 2, "T": 3, "A": 4, "B": 5, "C": 6, "D": 7, "E": 8, "F": 9, "G": 10, "H": 11}

_PERSON = ("last_name", "first_name", "middle_name", "suffix", "birth_date", "gender")
_ADDRESS = ("line1", "line2", "city", "state", "zip")
_CLIENT = ("id", "mrn", *_PERSON, *_ADDRESS, "business_unit")
_COVERAGE = (
    *("id", "client", "payer", "rank", "member_id", "group_number", "group_name"),
    *("filing_indicator", "relationship"),
    *(f"holder_{name}" for name in (*_PERSON, *_ADDRESS)),
)


@dataclass(slots=True)
class Covered:
    """A claim with the payer and business unit it belongs to; `client` and `coverage` are found."""

    claim: ProfessionalClaim
    payer: int | None
    business_unit: int
    client: int = 0
    coverage: int | None = None

    @property
    def patient(self) -> Person:
        """The dependent, or the subscriber who is the patient."""
        return self.claim.patient or self.claim.subscriber.person

    @property
    def member_id(self) -> str:
        """As the coverage holds it."""
        return plain(self.claim.subscriber.member_id, 80)

    @property
    def coverage_key(self) -> Hashable:
        """Client, payer and member id: what tells coverages apart."""
        return self.client, self.payer, self.member_id


class Clients:
    """Finds or makes the clients and coverages of a chunk of claims."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.made = 0
        self.coverages_made = 0

    def resolve(self, chunk: Sequence[Covered]) -> None:
        """Sets `client` and `coverage` of every claim.

        A client is known by payer, member id, birth date and name; else by birth date and name.
        Where the file gives no birth date, payer, member id and name must do.
        """
        known = _Known(chunk)
        new_clients: list[Covered] = []
        for covered in chunk:
            if known.find(covered) is None:
                new_clients.append(covered)
                # Others of the chunk may be the same person.
                known.learn(covered, TO_BE_MADE)
        self._make_clients(new_clients, known)
        missing: dict[Hashable, Covered] = {}
        for covered in chunk:
            covered.client = covered.client or known.find(covered) or TO_BE_MADE
            if covered.payer is not None and covered.coverage_key not in known.coverages:
                missing.setdefault(covered.coverage_key, covered)
        self._make_coverages(missing.values(), known)
        for covered in chunk:
            covered.coverage = known.coverages.get(covered.coverage_key)

    def _make_clients(self, chunk: list[Covered], known: "_Known") -> None:
        if not chunk:
            return
        first = self._work.next_number("imported client", len(chunk))
        keys = self._work.next_ids(Client, len(chunk))
        rows = []
        for place, (key, covered) in enumerate(zip(keys, chunk, strict=True)):
            person = _person_columns(covered.patient)
            rows.append((key, f"I-{first + place:06d}", *person, covered.business_unit))
            covered.client = key
            known.learn(covered, key)
            self._work.record("made from a claim", "client", key)
        self._work.insert(Client, _CLIENT, rows)
        self.made += len(rows)

    def _make_coverages(self, chunk: Collection[Covered], known: "_Known") -> None:
        keys = self._work.next_ids(Coverage, len(chunk))
        rows: list[Sequence[Any]] = []
        for key, covered in zip(keys, chunk, strict=True):
            subscriber = covered.claim.subscriber
            relationship = covered.claim.relationship or OTHER
            rows.append(
                (
                    key,
                    covered.client,
                    covered.payer,
                    RANKS.get(subscriber.payer_responsibility, 1),
                    covered.member_id,
                    plain(subscriber.group_number, 50),
                    plain(subscriber.group_name, 80),
                    plain(subscriber.filing_indicator, 2),
                    SELF if covered.claim.patient is None else plain(relationship, 2),
                    *_person_columns(subscriber.person),
                )
            )
            known.coverages[covered.coverage_key] = key
        self._work.insert(Coverage, _COVERAGE, rows)
        self.coverages_made += len(rows)


class _Known:
    """Who of a chunk is in the store, and who of it was made meanwhile."""

    def __init__(self, chunk: Sequence[Covered]) -> None:
        self._insured: dict[Hashable, int] = {}
        self._by_member: dict[Hashable, set[int]] = {}
        self._people: dict[Hashable, int] = {}
        self.coverages: dict[Hashable, int] = {}
        self._load_insured({covered.member_id for covered in chunk if covered.member_id})
        self._load_people({covered.patient.last_name for covered in chunk})
        self._load_coverages(set(self._insured.values()) | set(self._people.values()))

    def _load_insured(self, member_ids: Iterable[str]) -> None:
        columns = (
            *(Coverage.payer, Coverage.member_id),
            *(Client.id, Client.last_name, Client.first_name, Client.birth_date),
        )
        for keys in chunked(sorted(member_ids)):
            query = Coverage.select(*columns).join(Client).where(Coverage.member_id.in_(keys))
            for payer, member_id, client, last, first, birth in tuples(query.order_by(Client.id)):
                name = _name(last, first)
                self._insured.setdefault((payer, member_id, birth, name), client)
                self._by_member.setdefault((payer, member_id, name), set()).add(client)

    def _load_people(self, last_names: Iterable[str]) -> None:
        names = {plain(name, 80) for name in last_names}
        spelled = names | {s for n in names for s in (n.upper(), n.title(), n.lower())}
        columns = (Client.id, Client.last_name, Client.first_name, Client.birth_date)
        for keys in chunked(sorted(spelled)):
            query = Client.select(*columns).where(Client.last_name.in_(keys)).order_by(Client.id)
            for client, last, first, birth in tuples(query):
                if birth is not None:
                    self._people.setdefault((birth, _name(last, first)), client)

    def _load_coverages(self, clients: Iterable[int]) -> None:
        columns = (Coverage.id, Coverage.client, Coverage.payer, Coverage.member_id)
        for keys in chunked(sorted(clients)):
            query = Coverage.select(*columns).where(Coverage.client.in_(keys)).order_by(Coverage.id)
            for coverage, client, payer, member_id in tuples(query):
                self.coverages.setdefault((client, payer, member_id), coverage)

    def find(self, covered: Covered) -> int | None:
        """The client's key (TO_BE_MADE once it has been learnt so), or None for nobody known."""
        for known, identity in self._identities(covered):
            if identity in known:
                return known[identity]
        if covered.patient.birth_date is None and covered.member_id:
            member = (covered.payer, covered.member_id, _of(covered.patient))
            clients = self._by_member.get(member, set())
            if len(clients) == 1:
                return next(iter(clients))
        return None

    def _identities(self, covered: Covered) -> list[tuple[dict[Hashable, int], Hashable]]:
        birth, name = covered.patient.birth_date, _of(covered.patient)
        identities: list[tuple[dict[Hashable, int], Hashable]] = []
        if covered.member_id:
            identities.append((self._insured, (covered.payer, covered.member_id, birth, name)))
        if birth is not None:
            identities.append((self._people, (birth, name)))
        return identities

    def learn(self, covered: Covered, client: int) -> None:
        """Who the claim's patient is."""
        for known, identity in self._identities(covered):
            known[identity] = client


def _person_columns(person: Person) -> tuple[str | date | None, ...]:
    """Names, birth date, gender and address, in the order of the columns."""
    return (
        plain(person.last_name, 80) or "Unnamed",
        plain(person.first_name, 60),
        plain(person.middle_name, 60),
        plain(person.suffix, 20),
        person.birth_date,
        person.gender if person.gender in GENDERS else "",
        *address_columns(person.address).values(),
    )


def _of(person: Person) -> Hashable:
    return _name(plain(person.last_name, 80) or "Unnamed", plain(person.first_name, 60))


def _name(last: str, first: str) -> Hashable:
    return last.casefold(), first.casefold()
