"""A year of sessions: who sees which client when, without anybody in two rooms at once."""

import datetime
from collections.abc import Iterator
from random import Random
from zoneinfo import ZoneInfo

from rcm_tui.billing.charges.recording import SessionRecord
from rcm_tui.demo.clients import DemoClient
from rcm_tui.demo.setup import SERVICES, Setup

FIRST_HOUR, LAST_HOUR = 8, 19
NAMES = {code: name for code, name, *_rest in SERVICES}


def client_weeks(claims: int, clients: int, weeks: int) -> list[range]:
    """In which weeks each client comes, so that all weeks are alike and make `claims` in all.

    A client makes about one claim a week of care.
    """
    span = max(1, round(claims / clients))
    while span < weeks and _total(clients, span, weeks) < claims:
        span += 1
    spread = weeks + span - 1
    firsts = [place * spread // clients - span + 1 for place in range(clients)]
    return [range(max(0, first), min(weeks, first + span)) for first in firsts]


def _total(clients: int, span: int, weeks: int) -> float:
    return clients * span * weeks / (weeks + span - 1)


class Calendar:
    """Makes the sessions of one week at a time, in the order of the weeks."""

    def __init__(
        self,
        random: Random,
        setup: Setup,
        clients: list[DemoClient],
        start: datetime.date,
        zone: ZoneInfo,
    ) -> None:
        self._random = random
        self._setup = setup
        self._clients = clients
        self._start = start
        self._zone = zone
        self._free: dict[tuple[int, datetime.date], int] = {}

    def week(self, number: int, today: datetime.date) -> Iterator[SessionRecord]:
        """The sessions of a week; those of `today` and later are scheduled, not yet held."""
        monday = self._start + datetime.timedelta(weeks=number)
        self._free.clear()
        for client in self._clients:
            if number in client.weeks:
                yield from self._client_week(client, number - client.weeks.start, monday, today)

    def _client_week(
        self, client: DemoClient, place: int, monday: datetime.date, today: datetime.date
    ) -> Iterator[SessionRecord]:
        random = self._random
        first, second = sorted(random.sample(range(5), 2))
        visits = [
            (first, "97153", client.technician, random.choice((8, 10, 12))),
            (second, "97153", client.technician, random.choice((8, 10, 12))),
            (second, "97155", client.analyst, 4),
        ]
        if place == 0:
            visits.insert(0, (first, "97151", client.analyst, 8))
        if place % 4 == 3:
            visits.append((first, "97156", client.analyst, 4))
        if random.random() < 0.04:
            # The afternoon half of a long day: a second charge of the same code and date.
            visits.append((first, "97153", client.technician, 4))
        client_free: dict[int, int] = {}
        for day, code, practitioner, quarters in visits:
            date = monday + datetime.timedelta(days=day)
            # A session may run a few minutes over: still the same units.
            minutes = quarters * 15 + random.choice((0, 0, 0, 2, 5))
            slot = self._slot(practitioner, date, client_free.get(day, 0), quarters + 1)
            if slot is None:
                continue
            client_free[day] = slot + quarters + 1
            yield self._session(client, practitioner, code, date, slot, minutes, today)

    def _slot(
        self, practitioner: int, date: datetime.date, earliest: int, quarters: int
    ) -> int | None:
        """The first free quarter hour of the practitioner's day; None when the day is full."""
        slot = max(self._free.get((practitioner, date), 0), earliest)
        if slot + quarters > (LAST_HOUR - FIRST_HOUR) * 4:
            return None
        self._free[practitioner, date] = slot + quarters
        return slot

    def _session(
        self,
        client: DemoClient,
        practitioner: int,
        code: str,
        date: datetime.date,
        slot: int,
        minutes: int,
        today: datetime.date,
    ) -> SessionRecord:
        hour, quarter = divmod(slot, 4)
        begins = datetime.datetime.combine(
            date, datetime.time(FIRST_HOUR + hour, quarter * 15), self._zone
        ).astimezone(datetime.UTC)
        return SessionRecord(
            client=client.client,
            practitioner=practitioner,
            business_unit=client.business_unit,
            location=client.location,
            service=NAMES[code],
            procedure_code=code,
            starts_at=begins,
            ends_at=begins + datetime.timedelta(minutes=minutes),
            telehealth=client.location == self._setup.telehealth,
            status=self._status(date, today),
        )

    def _status(self, date: datetime.date, today: datetime.date) -> str:
        if date >= today:
            return "scheduled"
        # Notes of the last days are sometimes still being written.
        recent = (today - date).days < 10
        return "started" if recent and self._random.random() < 0.04 else "submitted"
