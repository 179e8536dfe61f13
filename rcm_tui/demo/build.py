"""Builds the demo practice: a year of work, done week by week by the program's own rules.

Everything in it was recorded, approved, generated, validated, sent, answered and posted by the
functions that the screens call; only the clock and the people are invented.
"""

import datetime
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.charges.holds import hold_charges
from rcm_tui.billing.charges.recording import record_sessions
from rcm_tui.billing.claims.answers import resubmit_rejected
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.claims.submission import save_and_submit
from rcm_tui.billing.denials.history import rebuild_denial_history
from rcm_tui.billing.outcome import Progress
from rcm_tui.data import keys
from rcm_tui.data.actor import WORKER, Actor
from rcm_tui.data.store import Store, create
from rcm_tui.data.store_database import AUDIT, StoreError
from rcm_tui.data.tables.charges import NEW, ChargeItem
from rcm_tui.data.tables.claims import SUBMITTED, Claim
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.data.tables.practice import Practice
from rcm_tui.demo.calendar import Calendar, client_weeks
from rcm_tui.demo.care import MANAGER, make_care
from rcm_tui.demo.case_families import make_families
from rcm_tui.demo.case_rules import ask_about_unanswered, open_by_rules, set_up_case_rules
from rcm_tui.demo.casework import make_cases
from rcm_tui.demo.clients import make_clients
from rcm_tui.demo.multiply import multiply
from rcm_tui.demo.setup import set_up
from rcm_tui.demo.strays import receive_strays
from rcm_tui.demo.visits import make_visits
from rcm_tui.exchange.practice_clearinghouse import PracticeClearinghouse, contracted_fees
from rcm_tui.jobs.schedule import PICK_UP
from rcm_tui.jobs.submission import submit_now
from rcm_tui.jobs.worker import Worker

WEEKS = 54
"""A year that was billed, last week, this week and the next."""
# What more than this many claims need is made as copies of so many.
BY_THE_RULES = 10_000
BILLER = Actor("maria", "Maria Ibarra", "biller")
NAME = "Brightside Therapy"


def build_demo(
    path: Path,
    key_folder: Path,
    *,
    claims: int,
    seed: int,
    replace: bool,
    progress: Progress,
    now: datetime.datetime | None = None,
    owner: str = BILLER.login,
) -> None:
    """Builds a demo practice of about `claims` claims at `path`, the same for the same seed.

    `now` is the moment at which its year ends, `owner` the login of who will look at it: some of
    its cases are theirs. It is built beside its place and moved there when
    it is whole, so that a stopped build leaves nothing behind that looks finished.
    """
    moment = now or datetime.datetime.now(datetime.UTC)
    building = path.with_name(path.name + ".building")
    _remove_store(building, key_folder)
    # Of its own, so that two demos beside each other do not read each other's answers.
    house = path.with_name(path.stem + "-clearinghouse")
    shutil.rmtree(house, ignore_errors=True)
    made = min(claims, BY_THE_RULES)
    copies = max(0, round(claims / made) - 1)
    with create(str(building), key_folder, NAME, encrypted=False, is_demo=True) as store:
        # Nobody needs half a demo: until it is whole, it may be lost with the power.
        store.database.execute_sql("PRAGMA synchronous = OFF")
        _Year(store, house, Random(seed), seed, made, moment, owner).live(progress)
        if copies:
            # A journal would write everything twice, and checks what is copied once more.
            for pragma in ("foreign_keys = OFF", "journal_mode = OFF", "cache_size = -200000"):
                store.database.execute_sql(f"PRAGMA {pragma}")
            with store.work(BILLER, moment) as work:
                multiply(work, copies, progress)
            with store.work(WORKER, moment) as work:
                rebuild_denial_history(work)
            for statement in ("ANALYZE", "PRAGMA journal_mode = WAL"):
                store.database.execute_sql(statement)
    if replace:
        _remove_store(path, key_folder)
    building.replace(path)


class _Year:
    """The year of the demo practice, a week of billing at a time."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        random: Random,
        seed: int,
        claims: int,
        now: datetime.datetime,
        owner: str,
    ) -> None:
        self._owner = owner
        self._store = store
        self._now = now
        self._today = store.today(now)
        self._random = random
        monday = self._today - datetime.timedelta(days=self._today.weekday())
        self._start = monday - datetime.timedelta(weeks=WEEKS - 2)
        clients = max(min(300, -(-claims // 5)), claims // 25)
        weeks = client_weeks(claims, clients, WEEKS)
        staff = max(1.0, claims / WEEKS / 80)
        with store.work(BILLER, self._moment(self._start)) as work:
            setup = set_up(work, random, folder, self._start, staff)
            people = make_clients(work, random, setup, clients, weeks, self._start)
        self._setup, self._people = setup, people
        self._calendar = Calendar(random, setup, people, self._start, store.time_zone)
        house = Clearinghouse.get_by_id(setup.clearinghouse)
        self._clearinghouse = PracticeClearinghouse(
            Path(house.outgoing), Path(house.incoming), seed, fees=contracted_fees(store.database)
        )

    def live(self, progress: Progress) -> None:
        """Lives through the year: what is more than a week ago ends in claims and their answers."""
        for weeks in self._steps():
            if weeks.stop == WEEKS - 3:
                before = self._today - datetime.timedelta(weeks=2)
                with self._store.work(MANAGER, self._moment(before)) as work:
                    set_up_case_rules(work)
            self._bill(weeks)
            if weeks.stop == WEEKS - 5:
                moment = self._moment(self._start + datetime.timedelta(weeks=weeks.stop))
                ask_about_unanswered(self._store, BILLER, self._owner, moment)
            progress(weeks.stop, WEEKS)
        # Last week's charges wait for whoever opens the demo; what is to come is scheduled.
        for week in range(WEEKS - 3, WEEKS):
            self._record(range(week, week + 1), self._now)
        self._hold_some()
        self._answers(self._now)
        receive_strays(self._store, self._now)
        open_by_rules(self._store, self._now)
        self._make_some_ready()
        make_care(self._store, self._now)
        make_visits(self._store, self._setup, self._people, WEEKS - 2, BILLER, self._now)
        make_cases(self._store, BILLER, self._owner, self._random, self._now)
        make_families(self._store, BILLER, self._owner, self._now)
        progress(WEEKS, WEEKS)

    def _steps(self) -> Iterator[range]:
        week = 0
        while week < WEEKS - 3:
            # What is long ago was sent month by month; the recent past week by week.
            size = 8 if week < WEEKS - 6 else 1
            yield range(week, week + size)
            week += size

    def _bill(self, weeks: range) -> None:
        for week in weeks:
            monday = self._start + datetime.timedelta(weeks=week + 1)
            moment = min(self._moment(monday), self._now)
            self._record(range(week, week + 1), moment)
            with self._store.work(BILLER, moment) as work:
                approve_charges(work, ApprovalChoice(to_date=work.today))
                generate_claims(work, GenerationChoice())
        self._answers(moment)
        self._send_rejected_again(moment)
        submit_now(self._store, lambda: moment)
        for hours in (1, 3):
            self._answers(moment + datetime.timedelta(hours=hours))

    def _record(self, weeks: range, moment: datetime.datetime) -> None:
        records = [record for week in weeks for record in self._calendar.week(week, self._today)]
        with self._store.work(BILLER, moment) as work:
            record_sessions(work, records)

    def _answers(self, moment: datetime.datetime) -> None:
        self._clearinghouse.work(moment)
        Worker(self._store, "demo", lambda: moment).run(once=True, job=PICK_UP)

    def _send_rejected_again(self, moment: datetime.datetime) -> None:
        """Claims rejected a while ago got the right member id by telephone, and go out again."""
        old = moment - datetime.timedelta(days=20)
        rejected: Any = Claim.select(Claim.id, Claim.coverage).where(
            Claim.acknowledgement == "rejected",
            Claim.status == SUBMITTED,
            Claim.submitted_at < old,
        )
        claims = list(rejected.order_by(Claim.id).tuples())
        if not claims:
            return
        with self._store.work(BILLER, moment) as work:
            numbers = [
                (f"W{self._random.randrange(10**8, 10**9)}", coverage)
                for coverage in sorted({coverage for _, coverage in claims})
            ]
            work.update(Coverage, ("member_id",), numbers)
            taken_back = resubmit_rejected(work, [claim for claim, _ in claims])
            save_and_submit(work, taken_back.done)

    def _make_some_ready(self) -> None:
        """A few of last week's charges are claims already: they go out while one looks."""
        new: Any = ChargeItem.select(ChargeItem.client).where(ChargeItem.status == NEW)
        clients = [client for (client,) in new.distinct().order_by(ChargeItem.client).tuples()]
        rows: Any = ChargeItem.select(ChargeItem.id).where(
            ChargeItem.status == NEW, ChargeItem.client.in_(clients[: len(clients) // 8])
        )
        charges = [charge for (charge,) in rows.order_by(ChargeItem.id).tuples()]
        with self._store.work(BILLER, self._now) as work:
            approve_charges(work, ApprovalChoice(charge_items=charges))
            generate_claims(work, GenerationChoice())

    def _hold_some(self) -> None:
        new = ChargeItem.select(ChargeItem.id).where(ChargeItem.status == NEW)
        rows: Any = new.order_by(ChargeItem.id).tuples()
        waiting = [row[0] for row in rows]
        some = self._random.sample(waiting, min(3, len(waiting)))
        if some:
            with self._store.work(BILLER, self._now) as work:
                until = work.today + datetime.timedelta(days=7)
                hold_charges(work, some, "waiting for the signed note", until)

    def _moment(self, date: datetime.date) -> datetime.datetime:
        """Ten in the morning in the practice's time zone."""
        zone: ZoneInfo = self._store.time_zone
        return datetime.datetime.combine(date, datetime.time(10), zone).astimezone(datetime.UTC)


def _remove_store(path: Path, key_folder: Path) -> None:
    if path.exists():
        # An unreadable old demo keeps its key file; nothing else depends on it.
        with suppress(StoreError, keys.KeyMissing):
            with Store.open(str(path), key_folder):
                key = Practice.get().store_key + AUDIT
            for file in keys.key_files(key_folder, key):
                file.unlink()
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
