"""A small complete practice to test on, and functions that add to it. All people are invented.

`small_practice()` gives one business unit, one payer with plan, benefits, fees and enrolments, a
technician and a supervising analyst, and one client with coverage, diagnosis, authorization and
case manager: enough for a session of 2026-03-02 to become a claim without a finding. Rows are
made directly with the tables, so that a test of one rule does not depend on another's code.

    practice = small_practice()
    charge = practice.add_charge(status="New")             # 97153, two hours, 8 units, 320.00
    claim = practice.add_claim(lines=[("97153", 8)], status="Ready to Submit")

A store must be open: take the `store` fixture.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from rcm_tui.data.actor import Actor
from rcm_tui.data.tables.charges import NEW, ChargeItem, Session
from rcm_tui.data.tables.claims import DRAFT, SUBMITTED, Claim, ClaimLine
from rcm_tui.data.tables.clients import (
    Authorization,
    AuthorizedService,
    CaseManager,
    Client,
    ClientDiagnosis,
    Coverage,
    RenderingAssignment,
)
from rcm_tui.data.tables.payers import Benefit, Clearinghouse, Enrolment, Fee, Payer, Plan
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner, Qualification

NOW = datetime.datetime(2026, 3, 16, 15, 0, tzinfo=datetime.UTC)
"""A Monday; the day of the default session, 2026-03-02, is two weeks before."""
TODAY = NOW.date()
SERVICE_DAY = datetime.date(2026, 3, 2)
YEAR_START = datetime.date(2026, 1, 1)
YEAR_END = datetime.date(2026, 12, 31)
BILLER = Actor("maria", "Maria Sole", "biller")
MANAGER = Actor("maria", "Maria Sole", "billing manager")
"""The same person where what is done needs more rights: set-up."""

UNIT_PRICE = {"97151": 5000, "97153": 4000, "97155": 6000, "97156": 5500}
"""Billed cents per unit of service; the expected fee is three quarters of it."""


def npi(number: int) -> str:
    """A National Provider Identifier with a right check digit (Luhn over the prefix 80840)."""
    base = f"1{number:08d}"
    total = 24  # what the prefix 80840 adds
    for place, digit in enumerate(reversed(base)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return base + str(-total % 10)


@dataclass
class SmallPractice:
    """The rows of a small practice. Change one with `row.update…` or `row.save()` to break it."""

    clearinghouse: Clearinghouse
    unit: BusinessUnit
    office: Location
    home: Location
    payer: Payer
    plan: Plan
    technician: Practitioner
    supervisor: Practitioner
    referring: Practitioner
    client: Client
    coverage: Coverage
    authorization: Authorization
    benefits: dict[str, Benefit] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def add_practitioner(
        self, last_name: str, qualification: str = "BCBA", *, enrolled: bool = True, **columns: Any
    ) -> Practitioner:
        """A practitioner with a valid NPI, a qualification, and enrolment with the payer."""
        return _practitioner(
            last_name, qualification, self.payer if enrolled else None, next(self._numbers), columns
        )

    def add_payer(self, name: str, **columns: Any) -> Payer:
        """Another payer with the same benefits and fees; nobody is enrolled with it unless
        `needs_enrolment` stays off, which is the default here."""
        number = next(self._numbers)
        payer = Payer.create(
            **{
                "name": name,
                "short_name": name[:8],
                "payer_id": f"6{number:04d}",
                "clearinghouse": self.clearinghouse,
                "needs_enrolment": False,
                **columns,
            }
        )
        _benefits_and_fees(payer)
        return payer

    def add_client(
        self, last_name: str, payer: Payer | None = None, *, authorized: bool = True, **columns: Any
    ) -> Client:
        """A client with coverage, diagnosis, case manager and (if `authorized`) authorization."""
        client, _, _ = _client(
            self, last_name, payer or self.payer, next(self._numbers), authorized, columns
        )
        return client

    def add_charge(
        self,
        *,
        client: Client | None = None,
        practitioner: Practitioner | None = None,
        code: str = "97153",
        day: datetime.date = SERVICE_DAY,
        hour: int = 14,
        minutes: int = 120,
        status: str = NEW,
        session_status: str | None = None,
        location: Location | None = None,
        **columns: Any,
    ) -> ChargeItem:
        """A session with its charge item, priced at 15-minute units. `hour` is UTC.

        `columns` override the charge item's own: units, billed, modifiers, place_of_service …
        """
        client = client or self.client
        practitioner = practitioner or self.technician
        location = location or self.office
        starts_at = datetime.datetime.combine(day, datetime.time(hour), datetime.UTC)
        session = Session.create(
            client=client,
            practitioner=practitioner,
            business_unit=columns.get("business_unit", self.unit),
            location=location,
            service="ABA",
            procedure_code=code,
            starts_at=starts_at,
            ends_at=starts_at + datetime.timedelta(minutes=minutes),
            telehealth=bool(columns.get("telehealth", False)),
            status=session_status
            or {"Scheduled": "scheduled", "Awaiting Submission": "started"}.get(
                status, "submitted"
            ),
        )
        units = Decimal(minutes // 15)
        values: dict[str, Any] = {
            "number": f"T-{next(self._numbers):06d}",
            "session": session,
            "status": status,
            "client": client,
            "practitioner": practitioner,
            "business_unit": self.unit,
            "location": location,
            "coverage": Coverage.get_or_none(Coverage.client == client, Coverage.rank == 1),
            "authorization": Authorization.get_or_none(Authorization.client == client),
            "date_of_service": day,
            "minutes": minutes,
            "procedure_code": code,
            "units": units,
            "billed": int(units) * UNIT_PRICE.get(code, 4000),
            "expected": int(units) * UNIT_PRICE.get(code, 4000) * 3 // 4,
            "place_of_service": location.place_of_service,
            "created_at": NOW,
        }
        return ChargeItem.create(**{**values, **columns})

    def add_claim(
        self,
        lines: Sequence[tuple[str, int]] = (("97153", 8),),
        *,
        client: Client | None = None,
        status: str = DRAFT,
        day: datetime.date = SERVICE_DAY,
        **columns: Any,
    ) -> Claim:
        """A claim that passes validation, with a line per (procedure code, units).

        A Submitted one is pending at clearinghouse and payer; no journals are posted for it.
        """
        client = client or self.client
        coverage = Coverage.get_or_none(Coverage.client == client, Coverage.rank == 1)
        authorization = Authorization.get_or_none(Authorization.client == client)
        number = next(self._numbers)
        billed = sum(units * UNIT_PRICE.get(code, 4000) for code, units in lines)
        values: dict[str, Any] = {
            "number": f"T-C-{number:06d}",
            "patient_control_number": f"TC{number:06d}",
            "status": status,
            "client": client,
            "coverage": coverage,
            "payer": coverage.payer if coverage else None,
            "business_unit": self.unit,
            "rendering": self.supervisor,
            "facility": self.office,
            "authorization": authorization,
            "authorization_number": authorization.number if authorization else "",
            "place_of_service": "11",
            "diagnoses": "F84.0",
            "patient_name": f"{client.last_name}, {client.first_name}",
            "first_service_date": day,
            "last_service_date": day,
            "line_count": len(lines),
            "billed": billed,
            "expected": billed * 3 // 4,
            "created_at": NOW,
        }
        if status == SUBMITTED:
            values |= {"acknowledgement": "pending", "adjudication": "pending", "submitted_at": NOW}
        claim = Claim.create(**{**values, **columns})
        if claim.chain is None:
            claim.chain = claim.id
            claim.save()
        for position, (code, units) in enumerate(lines, 1):
            amount = units * UNIT_PRICE.get(code, 4000)
            ClaimLine.create(
                claim=claim,
                position=position,
                line_control_number=f"TL{number:06d}{position:02d}",
                first_service_date=day,
                last_service_date=day,
                procedure_code=code,
                units=Decimal(units),
                billed=amount,
                expected=amount * 3 // 4,
                place_of_service="11",
            )
        return claim


def small_practice() -> SmallPractice:
    """Fills an empty store with the smallest practice that can bill."""
    clearinghouse = Clearinghouse.create(
        name="Test clearinghouse",
        outgoing="/nowhere/outgoing",
        incoming="/nowhere/incoming",
        sender_id="SENDER",
        receiver_id="RECEIVER",
        submitter_name="TEST PRACTICE",
        submitter_phone="5555550100",
        receiver_name="TEST CLEARINGHOUSE",
        usage="T",
    )
    unit = BusinessUnit.create(
        name="North Clinic",
        npi=npi(10000001),
        tax_id="123456789",
        taxonomy="261QM0850X",
        line1="1 MAIN ST",
        city="ALBANY",
        state="NY",
        zip="122010001",
        phone="5555550101",
    )
    office = Location.create(business_unit=unit, name="North office", kind="office")
    home = Location.create(
        name="Client's home",
        kind="home",
        place_of_service="12",
        line1="22 ELM ST",
        city="ALBANY",
        state="NY",
        zip="12203",
    )
    payer = Payer.create(
        name="Acme Health",
        short_name="ACME",
        payer_id="60001",
        clearinghouse=clearinghouse,
        needs_authorization=True,
    )
    plan = Plan.create(payer=payer, name="Acme PPO")
    practice = SmallPractice(
        clearinghouse=clearinghouse,
        unit=unit,
        office=office,
        home=home,
        payer=payer,
        plan=plan,
        technician=_practitioner("TERRY", "RBT", None, 900, {"taxonomy": "106S00000X"}),
        supervisor=_practitioner("RUIZ", "BCBA", payer, 901, {"first_name": "DANA"}),
        referring=_practitioner("HOLT", "MD", None, 902, {"taxonomy": "208000000X"}),
        client=Client(),
        coverage=Coverage(),
        authorization=Authorization(),
        benefits=_benefits_and_fees(payer),
    )
    practice.client, practice.coverage, authorization = _client(
        practice, "OKAFOR", payer, next(practice._numbers), True, {"first_name": "ADA"}
    )
    assert authorization is not None
    practice.authorization = authorization
    return practice


def _practitioner(
    last_name: str, qualification: str, payer: Payer | None, number: int, columns: dict[str, Any]
) -> Practitioner:
    practitioner = Practitioner.create(
        **{
            "last_name": last_name,
            "first_name": "SAM",
            "npi": npi(20000000 + number),
            "taxonomy": "103K00000X",
            **columns,
        }
    )
    Qualification.create(practitioner=practitioner, code=qualification, starts_on=YEAR_START)
    if payer is not None:
        Enrolment.create(practitioner=practitioner, payer=payer, starts_on=YEAR_START)
    return practitioner


def _benefits_and_fees(payer: Payer) -> dict[str, Benefit]:
    benefits = {}
    for code, price in UNIT_PRICE.items():
        benefits[code] = Benefit.create(
            payer=payer,
            procedure_code=code,
            service=code,
            claim_qualification="BCBA/BCBA-D",
            telehealth_modifier="95",
            starts_on=YEAR_START,
        )
        Fee.create(
            payer=payer,
            procedure_code=code,
            billed=price,
            expected=price * 3 // 4,
            starts_on=YEAR_START,
        )
    return benefits


def _client(
    practice: SmallPractice,
    last_name: str,
    payer: Payer,
    number: int,
    authorized: bool,
    columns: dict[str, Any],
) -> tuple[Client, Coverage, Authorization | None]:
    client = Client.create(
        **{
            "mrn": f"M{number:05d}",
            "last_name": last_name,
            "first_name": "KIM",
            "birth_date": datetime.date(2018, 5, 4),
            "gender": "F",
            "line1": "22 ELM ST",
            "city": "ALBANY",
            "state": "NY",
            "zip": "12203",
            "business_unit": practice.unit,
            **columns,
        }
    )
    coverage = Coverage.create(
        client=client,
        payer=payer,
        plan=practice.plan if payer == practice.payer else None,
        member_id=f"W{number:08d}",
        filing_indicator="CI",
        holder_last_name=client.last_name,
        holder_first_name=client.first_name,
        holder_birth_date=client.birth_date,
        holder_gender=client.gender,
        holder_line1=client.line1,
        holder_city=client.city,
        holder_state=client.state,
        holder_zip=client.zip,
        starts_on=YEAR_START,
    )
    ClientDiagnosis.create(client=client, position=1, code="F84.0")
    CaseManager.create(client=client, practitioner=practice.supervisor, starts_on=YEAR_START)
    if not authorized:
        return client, coverage, None
    authorization = Authorization.create(
        client=client,
        payer=payer,
        number=f"A{number:05d}",
        starts_on=YEAR_START,
        ends_on=YEAR_END,
    )
    for code in UNIT_PRICE:
        AuthorizedService.create(authorization=authorization, procedure_codes=code, amount=2000)
    RenderingAssignment.create(
        authorization=authorization, practitioner=practice.supervisor, starts_on=YEAR_START
    )
    return client, coverage, authorization
