"""Authorizations in every state and case managers to look after, among the demo's current clients.

Most clients have what they need. A few have limits by the week or month, or one that is overrun,
nearly used, running out or pending; one has no case manager, one has one whose enrolment lapses,
and one has one who gave no care for a month. All of it is entered as a coordinator would.
"""

import datetime
from collections.abc import Callable
from decimal import Decimal

from rcm_tui.billing.authorizations.use import read_use
from rcm_tui.billing.editing import add, save
from rcm_tui.billing.editing.appointing import appoint, foresee
from rcm_tui.data.actor import Actor
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import Authorization, AuthorizedService, CaseManager
from rcm_tui.data.tables.payers import Enrolment
from rcm_tui.data.tables.practice import User
from rcm_tui.data.work import Work

COORDINATOR = Actor("cora", "Cora Lindgren", "client coordinator")
MANAGER = Actor("dana", "Dana Walsh", "billing manager")
DAY = datetime.timedelta(days=1)


def make_care(store: Store, now: datetime.datetime) -> None:
    """Changes a dozen of the current clients' authorizations and case managers."""
    with store.work(COORDINATOR, now) as work:
        login, name, role = COORDINATOR.login, COORDINATOR.name, COORDINATOR.role
        User.create(login=login, name=name, role=role)
        current = _current(work)
    for place, step in STEPS.items():
        # What a practitioner may do for a payer is the manager's to say.
        with store.work(MANAGER if step is _lapsing else COORDINATOR, now) as work:
            if place < len(current) or len(current) >= ENOUGH:
                step(work, *current[place % len(current)])


def _current(work: Work) -> list[tuple[int, int]]:
    """Clients with sessions to come, each with the authorization in force today."""
    return [
        (client, authorization)
        for client, authorization in read_rows(
            work.database,
            'SELECT a.client_id, MIN(a.id) FROM "authorization" a'
            " WHERE a.status = 'approved' AND a.starts_on <= ? AND a.ends_on >= ?"
            " AND EXISTS (SELECT 1 FROM charge_item c WHERE c.client_id = a.client_id"
            " AND c.status = 'Scheduled' AND c.authorization_id = a.id)"
            " AND EXISTS (SELECT 1 FROM case_manager m WHERE m.client_id = a.client_id)"
            " GROUP BY a.client_id ORDER BY a.client_id",
            work.today.isoformat(),
            work.today.isoformat(),
        )
    ]


def _limit(work: Work, authorization: int, code: str, **values: object) -> None:
    service = AuthorizedService.get(
        AuthorizedService.authorization == authorization,
        AuthorizedService.procedure_codes == code,
        AuthorizedService.measure == "units",
    )
    save(work, "authorized_service", service.id, service.version, values)


def _planned(work: Work, authorization: int, code: str) -> tuple[int, int]:
    """Whole units used, and scheduled, of a code."""
    for use in read_use(work.database, [authorization], work.today)[authorization]:
        if use.limit.codes == (code,) and use.limit.per == "total":
            return use.now.used // 1000, use.now.scheduled // 1000
    return 0, 0


def _by_the_week(work: Work, _client: int, authorization: int) -> None:
    _limit(work, authorization, "97153", amount=Decimal(28), per="week")


def _hours_a_week(work: Work, _client: int, authorization: int) -> None:
    """Five hours a week, which some weeks overrun, beside what is allowed in total."""
    values = {"procedure_codes": "97153", "amount": 5, "measure": "hours", "per": "week"}
    add(work, "authorized_service", {"authorization": authorization, **values})


def _by_the_month(work: Work, _client: int, authorization: int) -> None:
    _limit(work, authorization, "97155", amount=Decimal(24), per="month")


def _a_group(work: Work, _client: int, authorization: int) -> None:
    values = {"procedure_codes": "97155 97156", "amount": 200}
    add(work, "authorized_service", {"authorization": authorization, **values})


def _nearly_used(work: Work, _client: int, authorization: int) -> None:
    used, scheduled = _planned(work, authorization, "97153")
    _limit(work, authorization, "97153", amount=Decimal(max(used + scheduled, 1) * 10 // 9))


def _overrun(work: Work, _client: int, authorization: int) -> None:
    used, scheduled = _planned(work, authorization, "97153")
    _limit(work, authorization, "97153", amount=Decimal(max(used + scheduled // 2, 1)))


def _expiring(work: Work, client: int, authorization: int) -> None:
    """It ends in eighteen days, and what was asked for after it was denied."""
    for later in Authorization.select().where(
        Authorization.client == client, Authorization.id != authorization
    ):
        if later.ends_on > work.today:
            save(work, "authorization", later.id, later.version, {"status": "denied"})
    now = Authorization.get_by_id(authorization)
    save(work, "authorization", now.id, now.version, {"ends_on": work.today + 18 * DAY})


def _pending(work: Work, _client: int, authorization: int) -> None:
    """Asked for, and not approved yet: what was held since waits."""
    now = Authorization.get_by_id(authorization)
    save(work, "authorization", now.id, now.version, {"status": "pending", "number": ""})


def _gap(work: Work, client: int, _authorization: int) -> None:
    """The case manager left ten days ago, and nobody was named since."""
    manager = CaseManager.get(CaseManager.client == client)
    values = {"ends_on": work.today - 10 * DAY}
    save(work, "case_manager", manager.id, manager.version, values)


def _lapsing(work: Work, client: int, authorization: int) -> None:
    """The case manager's enrolment with the payer ends in twenty days."""
    enrolment = Enrolment.get(
        Enrolment.practitioner == CaseManager.get(CaseManager.client == client).practitioner,
        Enrolment.payer == Authorization.get_by_id(authorization).payer,
    )
    values = {"ends_on": work.today + 20 * DAY}
    save(work, "enrolment", enrolment.id, enrolment.version, values)


def _no_care(work: Work, client: int, _authorization: int) -> None:
    """Somebody else took over six weeks ago, and has held no session since."""
    before = CaseManager.get(CaseManager.client == client)
    others = [
        row[0]
        for row in read_rows(
            work.database,
            "SELECT p.id FROM practitioner p JOIN qualification q ON q.practitioner_id = p.id"
            " WHERE q.code = 'BCBA' AND p.id <> ? AND NOT EXISTS (SELECT 1 FROM charge_item c"
            " WHERE c.practitioner_id = p.id AND c.client_id = ?)"
            " AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.practitioner_id = p.id"
            " AND e.ends_on IS NOT NULL) ORDER BY p.id",
            before.practitioner.id,
            client,
        )
    ]
    values = {
        "client": client,
        "service_line": before.service_line,
        "practitioner": others[0],
        "starts_on": max(work.today - 42 * DAY, before.starts_on + DAY),
        "ends_on": None,
    }
    seen = foresee(work.database, 0, values)
    appoint(work, 0, 0, values, ending=seen.ending)


STEPS: dict[int, Callable[[Work, int, int], None]] = {
    0: _by_the_week,
    1: _hours_a_week,
    2: _by_the_month,
    3: _a_group,
    4: _nearly_used,
    5: _overrun,
    6: _expiring,
    7: _lapsing,
    8: _pending,
    9: _no_care,
    11: _gap,
}
"""Which of the current clients each is for."""
ENOUGH = 3
"""Of so many clients no one gets two that would not go together; of fewer, each gets one."""
