"""The demo practice's clients with their coverages, authorizations and case managers."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from rcm_tui.data.tables.clients import (
    Authorization,
    AuthorizedService,
    CaseManager,
    Client,
    ClientDiagnosis,
    Coverage,
    RenderingAssignment,
)
from rcm_tui.data.work import Work
from rcm_tui.demo.people import Person, person
from rcm_tui.demo.setup import PAYERS, SERVICES, Setup

# Units authorized over half a year: enough for the busiest demo client.
AUTHORIZED = {"97151": 96, "97153": 1900, "97155": 480, "97156": 160}


@dataclass(frozen=True, slots=True)
class DemoClient:
    """A client with what scheduling needs to know. `weeks` are the weeks of care, 0 the first."""

    client: int
    business_unit: int
    location: int
    analyst: int
    technician: int
    weeks: range


def make_clients(
    work: Work, random: Random, setup: Setup, count: int, weeks: list[range], start: datetime.date
) -> list[DemoClient]:
    """Makes `count` clients; client n comes in the weeks `weeks[n]`, counted from `start`."""
    rows = _Rows(work, random, setup, start)
    for key, visits in zip(rows.reserve(count), weeks, strict=True):
        rows.add(key, visits)
    return rows.write()


WITH_SECOND = 6
"""Every so many clients have a second coverage."""
SECOND_PAYER = next(place for place, payer in enumerate(PAYERS) if payer[2] == "GSB03")


class _Rows:
    """Rows of many clients, gathered and then written table by table."""

    def __init__(self, work: Work, random: Random, setup: Setup, start: datetime.date) -> None:
        self.work, self.random, self.setup, self.start = work, random, setup, start
        self.clients: list[tuple[object, ...]] = []
        self.coverages: list[tuple[object, ...]] = []
        self.second_coverages: list[tuple[object, ...]] = []
        self.diagnoses: list[tuple[object, ...]] = []
        self.authorizations: list[tuple[object, ...]] = []
        self.services: list[tuple[object, ...]] = []
        self.assignments: list[tuple[object, ...]] = []
        self.managers: list[tuple[object, ...]] = []
        self.made: list[DemoClient] = []
        self.authorization_keys: Iterator[int] = iter(())

    def reserve(self, count: int) -> list[int]:
        """Keys for the clients, and for two authorizations each."""
        self.authorization_keys = iter(self.work.next_ids(Authorization, 2 * count))
        return list(self.work.next_ids(Client, count))

    def add(self, key: int, weeks: range) -> None:
        """One client and everything that hangs on them."""
        random, setup = self.random, self.setup
        someone = person(random, (2009, 2022))
        unit = random.randrange(len(setup.business_units))
        payer = random.choices(range(len(PAYERS)), [row[-1] for row in PAYERS])[0]
        analyst = random.choice(setup.analysts)
        place = random.random()
        location = (
            setup.offices[unit]
            if place < 0.55
            else setup.homes
            if place < 0.9
            else setup.telehealth
        )
        flaw = random.random()
        self.clients.append(
            (
                key,
                f"{20000 + key}",
                someone.last_name,
                someone.first_name,
                someone.birth_date,
                someone.gender,
                someone.line1,
                someone.city,
                someone.state,
                # One client in a hundred came without a postal code, as they do.
                "" if flaw < 0.01 else someone.zip,
                someone.phone,
                setup.business_units[unit],
                random.choice(setup.physicians),
            )
        )
        self._coverage(key, someone, payer, without_member_id=0.01 <= flaw < 0.02)
        self.diagnoses.append((key, 1, "F84.0"))
        if random.random() < 0.3:
            self.diagnoses.append((key, 2, random.choice(("F90.2", "F80.2", "F88"))))
        begins = self.start + datetime.timedelta(weeks=weeks.start)
        self._authorizations(key, setup.payers[payer], begins, analyst, 0.02 <= flaw < 0.03)
        self.managers.append((key, "ABA", analyst, begins - datetime.timedelta(days=14)))
        self.made.append(
            DemoClient(
                key,
                setup.business_units[unit],
                location,
                analyst,
                random.choice(setup.technicians),
                weeks,
            )
        )

    def _coverage(self, key: int, child: Person, payer: int, without_member_id: bool) -> None:
        random, setup = self.random, self.setup
        own = PAYERS[payer][3] == "MC" or random.random() < 0.15
        holder = child if own else person(random, (1975, 1996), child.last_name, home=child.line1)
        member_id = "" if without_member_id else f"W{random.randrange(10**8, 10**9)}"
        self.coverages.append(
            (
                key,
                setup.payers[payer],
                setup.plans[payer],
                member_id,
                f"G{random.randrange(1000, 9999)}",
                "18" if own else "19",
                holder.last_name,
                holder.first_name,
                holder.birth_date,
                holder.gender,
                child.line1,
                child.city,
                child.state,
                child.zip,
                self.start - datetime.timedelta(days=365),
            )
        )
        if key % WITH_SECOND == 0 and payer != SECOND_PAYER:
            self.second_coverages.append((*self._second(key, child), 2))

    def _second(self, key: int, child: Person) -> tuple[object, ...]:
        """The coverage by the other parent's plan, which asks for no authorization."""
        setup = self.setup
        return (
            key,
            setup.payers[SECOND_PAYER],
            setup.plans[SECOND_PAYER],
            f"W{700000000 + key}",
            f"G{1000 + key % 9000}",
            "19",
            child.last_name,
            "Robin",
            datetime.date(1984, 1 + key % 12, 1 + key % 28),
            "U",
            child.line1,
            child.city,
            child.state,
            child.zip,
            self.start - datetime.timedelta(days=365),
        )

    def _authorizations(
        self, key: int, payer: int, begins: datetime.date, analyst: int, lapses: bool
    ) -> None:
        half_year = datetime.timedelta(days=183)
        first = begins - datetime.timedelta(days=7)
        for place in range(2):
            row_key = next(self.authorization_keys)
            if place and lapses:
                # One client in a hundred is seen on after the authorization has run out.
                continue
            starts = first + place * half_year
            number = f"A{self.random.randrange(10000, 99999)}{row_key}"
            ends = starts + half_year - datetime.timedelta(days=1)
            self.authorizations.append((row_key, key, payer, number, starts, ends))
            for code, *_rest in SERVICES:
                self.services.append((row_key, code, Decimal(AUTHORIZED[code])))
            self.assignments.append((row_key, analyst, starts))

    def write(self) -> list[DemoClient]:
        """Inserts everything; returns the clients."""
        insert = self.work.insert
        insert(
            Client,
            (
                "id mrn last_name first_name birth_date gender line1 city state zip phone"
                " business_unit referring"
            ).split(),
            self.clients,
        )
        coverage = (
            "client payer plan member_id group_number relationship holder_last_name"
            " holder_first_name holder_birth_date holder_gender holder_line1 holder_city"
            " holder_state holder_zip starts_on"
        ).split()
        insert(Coverage, coverage, self.coverages)
        insert(Coverage, [*coverage, "rank"], self.second_coverages)
        insert(ClientDiagnosis, ("client", "position", "code"), self.diagnoses)
        insert(
            Authorization, "id client payer number starts_on ends_on".split(), self.authorizations
        )
        insert(AuthorizedService, ("authorization", "procedure_codes", "amount"), self.services)
        insert(
            RenderingAssignment, ("authorization", "practitioner", "starts_on"), self.assignments
        )
        insert(CaseManager, ("client", "service_line", "practitioner", "starts_on"), self.managers)
        self.work.record("make clients", "client", None, count=len(self.clients))
        return self.made
