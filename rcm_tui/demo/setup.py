"""What the demo practice has before its first session: units, payers, benefits, fees, staff."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from rcm_tui.data.tables.jobs import Job
from rcm_tui.data.tables.payers import Benefit, Clearinghouse, Enrolment, Fee, Payer, Plan
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner, Qualification, User
from rcm_tui.data.work import Work
from rcm_tui.demo.people import npi, person

# name, short name, payer id, filing indicator, filing days, needs authorization, share of clients
PAYERS = (
    ("Aurora Health Plan", "Aurora", "AUR01", "CI", 90, True, 22),
    ("Blue Meridian of New Jersey", "BlueMer", "BMNJ7", "BL", 180, True, 20),
    ("Cobalt Mutual", "Cobalt", "COB22", "CI", 120, False, 14),
    ("Delta River Medicaid", "DeltaRiv", "DRM88", "MC", 365, True, 16),
    ("Evergreen Family Care", "Evergrn", "EVG10", "HM", 90, True, 10),
    ("Federal Families Program", "FedFam", "FFP55", "CH", 365, True, 6),
    ("Granite State Benefit", "Granite", "GSB03", "CI", 180, False, 7),
    ("Harbor Union Trust", "HarborU", "HUT41", "CI", 90, True, 5),
)

# code, service, who may hold the session, who may claim it, expected dollars a unit
SERVICES = (
    ("97151", "Behavior assessment", "BCBA/BCBA-D", "BCBA/BCBA-D", "29.50"),
    ("97153", "Direct treatment", "", "BCBA/BCBA-D", "15.75"),
    ("97155", "Protocol modification", "BCBA/BCBA-D", "BCBA/BCBA-D", "26.25"),
    ("97156", "Family guidance", "BCBA/BCBA-D", "BCBA/BCBA-D", "24.00"),
)

ANALYSTS = 12
TECHNICIANS = 26


@dataclass(frozen=True, slots=True)
class Setup:
    """The keys of what was set up, for making clients and sessions."""

    clearinghouse: int
    business_units: tuple[int, ...]
    offices: tuple[int, ...]
    homes: int
    telehealth: int
    payers: tuple[int, ...]
    plans: tuple[int, ...]
    analysts: tuple[int, ...]
    technicians: tuple[int, ...]
    physicians: tuple[int, ...]


def set_up(
    work: Work, random: Random, folder: Path, start: datetime.date, staff: float = 1.0
) -> Setup:
    """Makes the demo practice's set-up; answers come and go through two folders of `folder`.

    `staff` multiplies the number of practitioners, for practices larger than the default.
    """
    clearinghouse = Clearinghouse.create(
        name="Practice clearinghouse (simulated)",
        kind="practice",
        outgoing=str(folder / "outgoing"),
        incoming=str(folder / "incoming"),
        sender_id="BRIGHTSIDE",
        receiver_id="PRACTICECH",
        submitter_name="BRIGHTSIDE THERAPY",
        submitter_phone="5555550100",
        receiver_name="PRACTICE CLEARINGHOUSE",
        usage="T",
    )
    units, offices = _business_units(random)
    homes = Location.create(name="Client's home", kind="home", place_of_service="12")
    telehealth = Location.create(name="Telehealth", kind="telehealth", place_of_service="02")
    before = start - datetime.timedelta(days=400)
    payers, plans = _payers(random, clearinghouse, before)
    analysts = tuple(
        _practitioner(random, "BCBA", "103K00000X", before) for _ in range(int(ANALYSTS * staff))
    )
    technicians = tuple(
        _practitioner(random, "RBT", "106S00000X", before) for _ in range(int(TECHNICIANS * staff))
    )
    physicians = tuple(_practitioner(random, "MD", "208000000X", before, False) for _ in range(6))
    work.insert(
        Enrolment,
        ("practitioner", "payer", "starts_on"),
        [(analyst, payer, before) for analyst in analysts for payer in payers],
    )
    _jobs()
    _users()
    work.record("set up", "practice", 1)
    return Setup(
        clearinghouse.id,
        units,
        offices,
        homes.id,
        telehealth.id,
        payers,
        plans,
        analysts,
        technicians,
        physicians,
    )


def _business_units(random: Random) -> tuple[tuple[int, ...], tuple[int, ...]]:
    units, offices = [], []
    for name, line1, city, zip_code, period in (
        ("Brightside North", "1200 Meridian Avenue", "Fairhaven", "079011200", "week"),
        ("Brightside South", "88 Harbor Road", "Easton Park", "088170088", "month"),
    ):
        unit = BusinessUnit.create(
            name=name,
            npi=npi(random),
            tax_id=f"22{random.randrange(1000000, 9999999)}",
            taxonomy="251S00000X",
            line1=line1,
            city=city,
            state="NJ",
            zip=zip_code,
            phone="5555550100",
            charge_period=period,
        )
        office = Location.create(
            business_unit=unit,
            name=f"{name} clinic",
            kind="office",
            place_of_service="11",
            line1=line1,
            city=city,
            state="NJ",
            zip=zip_code,
        )
        units.append(unit.id)
        offices.append(office.id)
    return tuple(units), tuple(offices)


def _payers(
    random: Random, clearinghouse: Clearinghouse, before: datetime.date
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    payers, plans = [], []
    for name, short, payer_id, indicator, filing_days, authorization, _share in PAYERS:
        medicaid = indicator == "MC"
        payer = Payer.create(
            name=name,
            short_name=short,
            payer_id=payer_id,
            clearinghouse=clearinghouse,
            filing_indicator=indicator,
            line1=f"PO Box {random.randrange(100, 9999)}",
            city="Fairhaven",
            state="NJ",
            zip="07901",
            filing_days=filing_days,
            needs_authorization=authorization,
            needs_referring=medicaid,
        )
        plans.append(Plan.create(payer=payer, name=f"{short} standard").id)
        factor = Decimal(random.randrange(90, 116)) / 100
        for code, service, holder, qualification, dollars in SERVICES:
            expected = int((Decimal(dollars) * factor * 100).to_integral_value())
            Benefit.create(
                payer=payer,
                procedure_code=code,
                service=service,
                modifiers=("HM" if code == "97153" else "HO") if medicaid else "",
                telehealth_modifier="GT" if medicaid else "95",
                session_qualification=holder,
                claim_qualification=qualification,
                needs_authorization=authorization,
                starts_on=before,
            )
            Fee.create(
                payer=payer,
                procedure_code=code,
                # Billed is a round figure above every contract, as practices set it.
                billed=-(-expected * 130 // 2500) * 25,
                expected=expected,
                starts_on=before,
            )
        payers.append(payer.id)
    return tuple(payers), tuple(plans)


def _practitioner(
    random: Random, code: str, taxonomy: str, since: datetime.date, employed: bool = True
) -> int:
    someone = person(random, (1965, 1998))
    practitioner = Practitioner.create(
        last_name=someone.last_name,
        first_name=someone.first_name,
        npi=npi(random),
        taxonomy=taxonomy,
        employed=employed,
    )
    Qualification.create(practitioner=practitioner, code=code, starts_on=since)
    return int(practitioner.id)


def _jobs() -> None:
    for name, seconds in (
        ("submit", 60),
        ("practice clearinghouse", 5),
        ("pick up answers", 5),
    ):
        Job.create(name=name, every_seconds=seconds)


def _users() -> None:
    for login, name, role in (
        ("maria", "Maria Ibarra", "biller"),
        ("tom", "Tom Becker", "denial specialist"),
        ("dana", "Dana Walsh", "billing manager"),
    ):
        User.create(login=login, name=name, role=role)
