"""Claims as the store holds them, as the professional claims (837P) that are written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.coordination import Coordination, coordination
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.fields import dollars, units_from_store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.payers import Payer as PayerRow
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner
from rcm_tui.data.tables.row import Row
from rcm_tui.exchange import wire
from rcm_tui.exchange.coordination import coordinated
from rcm_tui.x12.claim import (
    Diagnosis,
    Payer,
    Procedure,
    ProfessionalClaim,
    Provider,
    ServiceLine,
    Subscriber,
)
from rcm_tui.x12.parties import Address, Contact, Note, Person

RESPONSIBILITIES = "PSTABCDEFGH"
"""SBR01 by a coverage's rank: primary, secondary, tertiary, then payer responsibility 4 to 11."""

SELF = "18"

CLAIM_COLUMNS = (
    "patient_control_number",
    "client",
    "coverage",
    "payer",
    "business_unit",
    "rendering",
    "referring",
    "supervising",
    "facility",
    "authorization_number",
    "place_of_service",
    "frequency",
    "original_reference",
    "claim_note",
    "illness_on",
    "diagnoses",
    "billed",
    "wire",
    "payer_sequence",
    "billed_after",
)
LINE_COLUMNS = (
    "claim",
    "line_control_number",
    "first_service_date",
    "last_service_date",
    "procedure_code",
    "modifiers",
    "units",
    "billed",
    "place_of_service",
    "pointers",
)
ADDRESS_COLUMNS = ("line1", "line2", "city", "state", "zip")
PERSON_COLUMNS = ("last_name", "first_name", "middle_name", "suffix", "birth_date", "gender")
HOLDER_COLUMNS = tuple(f"holder_{name}" for name in (*PERSON_COLUMNS, *ADDRESS_COLUMNS))


def professional_claims(
    database: Database, claim_ids: Iterable[int]
) -> Iterator[ProfessionalClaim]:
    """The 837P model of every claim, in the order of the ids; ids that are not there are skipped.

    Reads in bulk. What a claim lacks (a payer, a coverage) is left empty: whether it may be sent
    is for validation to say.
    """
    providers = _Providers(database)
    for chunk in chunked(claim_ids):
        rows = _by_id(database, Claim, CLAIM_COLUMNS, chunk)
        lines = _lines(database, chunk)
        further = [key for key, row in rows.items() if row[-1] is not None]
        told = coordination(database, further) if further else {}
        people = _People(database, rows.values(), told)
        providers.load(rows.values())
        providers.load_payers({one.payer for each in told.values() for one in each.answers})
        for claim_id in chunk:
            if claim_id in rows:
                claim = _claim(rows[claim_id], lines.get(claim_id, []), people, providers)
                said = told.get(claim_id)
                yield (
                    claim
                    if not said
                    else _coordinated(claim, rows[claim_id], said, people, providers)
                )


def _by_id(
    database: Database, table: type[Row], columns: Sequence[str], keys: Iterable[int | None]
) -> dict[int, Any]:
    """Rows by id, as the store holds them; the id comes first in each."""
    wanted = sorted({key for key in keys if key is not None})
    sql = f'SELECT {_names(table, ("id", *columns))} FROM "{table._meta.table_name}"'
    return {row[0]: row for row in read_by_keys(database, sql + " WHERE id IN ({keys})", wanted)}


def _names(table: type[Row], columns: Sequence[str]) -> str:
    return ", ".join(table._meta.combined[column].column_name for column in columns)


def _lines(database: Database, claim_ids: Sequence[int]) -> dict[int, list[Any]]:
    lines: dict[int, list[Any]] = {}
    sql = f"SELECT {_names(ClaimLine, LINE_COLUMNS)} FROM claim_line WHERE claim_id IN"
    for row in read_by_keys(database, sql + " ({keys}) ORDER BY claim_id, position", claim_ids):
        lines.setdefault(row[0], []).append(row)
    return lines


def _claim(
    row: Any,
    lines: list[Any],
    people: "_People",
    providers: "_Providers",
) -> ProfessionalClaim:
    (
        _,
        control_number,
        client,
        coverage,
        payer,
        unit,
        rendering,
        referring,
        supervising,
        facility,
        authorization,
        place,
        frequency,
        original,
        note,
        illness_on,
        diagnoses,
        billed,
        kept,
        _,
        _,
    ) = row
    subscriber, patient, relationship = people.parties(
        client, coverage, providers.filing_indicators.get(payer, "")
    )
    claim = ProfessionalClaim(
        patient_control_number=control_number,
        charge=dollars(billed),
        place_of_service=place,
        billing_provider=providers.billing[unit],
        subscriber=subscriber,
        payer=providers.payers.get(payer, Payer()),
        lines=tuple(_line(line, place) for line in lines),
        diagnoses=_diagnoses(diagnoses),
        frequency_code=frequency,
        original_reference=original,
        prior_authorization=authorization,
        claim_note=Note("ADD", note) if note else None,
        onset_date=date.fromisoformat(illness_on) if illness_on else None,
        rendering=providers.people.get(rendering),
        referring=providers.people.get(referring),
        supervising=providers.people.get(supervising),
        facility=providers.facilities.get(facility),
        relationship=relationship,
        patient=patient,
    )
    return wire.apply(kept, claim) if kept else _without_repeats(claim)


def _coordinated(
    claim: ProfessionalClaim,
    row: Any,
    told: Coordination,
    people: "_People",
    providers: "_Providers",
) -> ProfessionalClaim:
    """A claim to a further payer: whose turn it is, and what those before said.

    What cannot be told is left out: validation says so, and lets only a void go without it.
    """
    told = Coordination([one for one in told.answers if not one.problem], told.came_from)
    sequence = row[CLAIM_COLUMNS.index("payer_sequence") + 1]
    claim.subscriber = replace(claim.subscriber, payer_responsibility=_responsibility(sequence))
    client = row[CLAIM_COLUMNS.index("client") + 1]
    others = []
    for answer in told.answers:
        indicator = providers.filing_indicators.get(answer.payer or 0, "")
        subscriber, _, relationship = people.parties(client, answer.coverage, indicator)
        others.append((subscriber, relationship, providers.payers.get(answer.payer or 0, Payer())))
    turns = {
        answer.payer_sequence: _responsibility(answer.payer_sequence) for answer in told.answers
    }
    return coordinated(claim, told, others, turns)


def _responsibility(turn: int) -> str:
    return RESPONSIBILITIES[max(0, min(turn, len(RESPONSIBILITIES)) - 1)]


def _without_repeats(claim: ProfessionalClaim) -> ProfessionalClaim:
    """Leaves out what the guide wants only where it differs from the billing provider."""
    billing = claim.billing_provider
    if claim.rendering is not None and claim.rendering.npi and claim.rendering.npi == billing.npi:
        claim.rendering = None
    if claim.facility is not None and claim.facility.address == billing.address:
        claim.facility = None
    return claim


def _diagnoses(codes: str) -> tuple[Diagnosis, ...]:
    return tuple(
        Diagnosis("ABF" if position else "ABK", code.replace(".", ""))
        for position, code in enumerate(codes.split())
    )


def _line(line: Any, claim_place: str) -> ServiceLine:
    _, number, first, last, code, modifiers, units, billed, place, pointers = line
    return ServiceLine(
        procedure=Procedure(code, modifiers=tuple(modifiers.split())),
        charge=dollars(billed),
        units=units_from_store(units),
        service_date=date.fromisoformat(first),
        service_date_to=date.fromisoformat(last) if last != first else None,
        place_of_service=place if place != claim_place else "",
        diagnosis_pointers=tuple(int(pointer) for pointer in pointers.split()),
        line_control_number=number,
    )


def _address(columns: Sequence[str]) -> Address | None:
    line1, line2, city, state, postal_code = columns
    if not any(columns):
        return None
    return Address(line1, line2, city, state, postal_code.replace("-", ""))


def _person(columns: Sequence[Any]) -> Person:
    """Of the columns last name … gender, line1 … zip."""
    last_name, first_name, middle_name, suffix, birth_date, gender, *address = columns
    birth = date.fromisoformat(birth_date) if birth_date else None
    return Person(last_name, first_name, middle_name, suffix, _address(address), birth, gender)


@dataclass
class _Providers:
    """Units, payers, practitioners and places, loaded as claims name them and kept."""

    database: Database
    billing: dict[int, Provider] = field(default_factory=dict)
    payers: dict[int, Payer] = field(default_factory=dict)
    filing_indicators: dict[int, str] = field(default_factory=dict)
    people: dict[int, Provider] = field(default_factory=dict)
    facilities: dict[int, Provider] = field(default_factory=dict)
    seen: set[tuple[type[Row], int]] = field(default_factory=set)

    def load(self, claims: Iterable[Any]) -> None:
        """Loads what these claims name and was not loaded before."""
        wanted: dict[type[Row], set[int]] = {}
        for row in claims:
            payer, unit, *practitioners, facility = row[4:10]
            for table, key in (
                (PayerRow, payer),
                (BusinessUnit, unit),
                (Location, facility),
                *((Practitioner, key) for key in practitioners),
            ):
                if key is not None and (table, key) not in self.seen:
                    self.seen.add((table, key))
                    wanted.setdefault(table, set()).add(key)
        self._load_units(wanted.get(BusinessUnit, set()))
        self._load_payers(wanted.get(PayerRow, set()))
        self._load_people(wanted.get(Practitioner, set()))
        self._load_facilities(wanted.get(Location, set()))

    def load_payers(self, keys: Iterable[int | None]) -> None:
        """Loads payers that no claim of these goes to, but that answered one."""
        wanted = {key for key in keys if key is not None and (PayerRow, key) not in self.seen}
        self.seen |= {(PayerRow, key) for key in wanted}
        self._load_payers(wanted)

    def _load_units(self, keys: Iterable[int]) -> None:
        names = ("name", "first_name", "is_person", "npi", "tax_id", "tax_id_kind", "taxonomy")
        columns = (*names, "phone", *ADDRESS_COLUMNS)
        for key, row in _by_id(self.database, BusinessUnit, columns, keys).items():
            _, name, first_name, is_person, npi, tax_id, kind, taxonomy, phone, *address = row
            self.billing[key] = Provider(
                last_name=name,
                first_name=first_name if is_person else "",
                entity_type="1" if is_person else "2",
                npi=npi,
                tax_id=tax_id,
                tax_id_qualifier=kind,
                taxonomy=taxonomy,
                address=_address(address),
                contact=Contact(name=name, telephone=phone) if phone else None,
            )

    def _load_payers(self, keys: Iterable[int]) -> None:
        columns = ("name", "payer_id", "filing_indicator", *ADDRESS_COLUMNS)
        for key, (_, name, identifier, indicator, *address) in _by_id(
            self.database, PayerRow, columns, keys
        ).items():
            self.payers[key] = Payer(name, identifier, address=_address(address))
            self.filing_indicators[key] = indicator

    def _load_people(self, keys: Iterable[int]) -> None:
        columns = (*PERSON_COLUMNS[:4], "npi", "taxonomy", "is_organization")
        for key, row in _by_id(self.database, Practitioner, columns, keys).items():
            _, last_name, first_name, middle_name, suffix, npi, taxonomy, is_organization = row
            self.people[key] = Provider(
                last_name,
                first_name,
                middle_name,
                suffix,
                entity_type="2" if is_organization else "1",
                npi=npi,
                taxonomy=taxonomy,
            )

    def _load_facilities(self, keys: Iterable[int]) -> None:
        # A place without an address of its own is the business unit's: the loop is left out.
        columns = ("name", "npi", *ADDRESS_COLUMNS)
        for key, row in _by_id(self.database, Location, columns, keys).items():
            _, name, npi, *address = row
            if address[0]:
                self.facilities[key] = Provider(
                    name, entity_type="2", npi=npi, address=_address(address)
                )


class _People:
    """The patients and policy holders of some claims, and of coverages that others answered."""

    def __init__(
        self,
        database: Database,
        claims: Iterable[Any],
        told: Mapping[int, Coordination],
    ) -> None:
        keys = [(row[2], row[3]) for row in claims]
        clients = _by_id(
            database, Client, (*PERSON_COLUMNS, *ADDRESS_COLUMNS), (key[0] for key in keys)
        )
        self.clients = {key: _person(row) for key, (_, *row) in clients.items()}
        self.coverages = _by_id(
            database,
            Coverage,
            (
                "rank",
                "member_id",
                "group_number",
                "group_name",
                "filing_indicator",
                "relationship",
                *HOLDER_COLUMNS,
            ),
            [key[1] for key in keys]
            + [one.coverage for each in told.values() for one in each.answers],
        )
        self.made: dict[tuple[int, int | None, str], tuple[Subscriber, Person | None, str]] = {}

    def parties(
        self, client: int, coverage: int | None, payer_indicator: str
    ) -> tuple[Subscriber, Person | None, str]:
        """Subscriber, patient (None when that is the subscriber) and relationship."""
        key = (client, coverage, payer_indicator)
        if key not in self.made:
            self.made[key] = self._parties(*key)
        return self.made[key]

    def _parties(
        self, client: int, coverage: int | None, payer_indicator: str
    ) -> tuple[Subscriber, Person | None, str]:
        patient = self.clients[client]
        if coverage is None:
            return Subscriber(patient, filing_indicator=payer_indicator), None, SELF
        row = self.coverages[coverage]
        _, rank, member_id, group, group_name, indicator, relationship, *holder = row
        is_self = relationship == SELF
        subscriber = Subscriber(
            person=patient if is_self else _person(holder),
            member_id=member_id,
            payer_responsibility=_responsibility(rank),
            group_number=group,
            group_name=group_name,
            filing_indicator=indicator or payer_indicator,
        )
        return subscriber, None if is_self else patient, relationship
