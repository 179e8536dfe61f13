"""A day's work by keys on the demo practice: twenty-five denials, each settled in its own way.

What each one asks for is read off the screen, as a denial specialist does: corrected and sent,
appealed with its letter, billed to the next payer or the patient, written off, snoozed. Then the
corrections go out, and their answers come back and are posted. Afterwards the store is proven by
`check`, and Home and both insights say what the claims do, counted in figures_of_claims.py.
"""

import datetime
import re
from collections import Counter
from pathlib import Path

import pytest
from textual.pilot import Pilot

from rcm_tui.billing.check import check_store
from rcm_tui.data.actor import Actor
from rcm_tui.data.queues.open_denials import OPEN_DENIALS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.appeals import Appeal
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.tables.patient_side import WriteOff
from rcm_tui.demo.build import build_demo
from rcm_tui.jobs.schedule import OPEN_CASES, PICK_UP, PRACTICE_CLEARINGHOUSE, SUBMIT
from rcm_tui.jobs.worker import Worker
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.denials import DenialsScreen
from rcm_tui.screens.form_screen import FormScreen
from rcm_tui.screens.home import HomeScreen
from tests.screens import figures_of_claims as figures
from tests.screens.keyboard import seen, type_keys

NOW = datetime.datetime(2026, 11, 18, 17, 0, tzinfo=datetime.UTC)
SPECIALIST = Actor("tom", "Tom Becker", "denial specialist")
SIZE, WHOLE = (118, 34), (118, 110)
MENDED = {
    "Modifiers": "HO",
    "Diagnoses": "F84.0 F80.9",
    "Rendering": "",
    "Authorization": "",
}
"""What is typed into the field that a correction opens at; else the note to the payer says why."""
SMALL = 20000
"""What is more than was authorized and less than this many cents is given up."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("days-work")
    path = folder / "demo.db"
    build_demo(
        path,
        folder / "keys",
        claims=600,
        seed=7,
        replace=True,
        progress=lambda done, total: None,
        now=NOW,
    )
    return path


class Day:
    """Somebody at the keyboard: what they settled, and how."""

    def __init__(self, pilot: Pilot[int], store: Store, viewer: Viewer) -> None:
        self.pilot, self.store, self.viewer = pilot, store, viewer
        self.done: dict[int, str] = {}

    async def keys(self, *keys: str) -> None:
        await type_keys(self.pilot, *keys)

    def waits(self, view: str = "to_work") -> list[int]:
        pages = QueuePages(self.store.database, OPEN_DENIALS, self.viewer, view=view)
        return [int(key) for key in pages.keys()]  # noqa: SIM118

    async def queue(self) -> DenialsScreen:
        """Goes back to the denials, from wherever a key led."""
        for _ in range(6):
            if isinstance(self.pilot.app.screen, DenialsScreen):
                return self.pilot.app.screen
            await self.keys("escape")
        raise AssertionError(seen(self.pilot))

    async def settle_the_first(self) -> None:
        """Does with the first denial of the view what the screen proposes."""
        screen = await self.queue()
        await self.keys("home")
        key, row = int(screen.table.cursor_key or 0), screen.row()
        way, reason = str(row["next"]), str(row["reason"])
        if way == "correct":
            await self.correct()
        elif reason == "CO-198" and row["amount"] < SMALL:
            way = "write off"
            await self.keys("w", *"no auth", "enter")
        elif reason == "CO-151":
            way = "letter"
            await self.keys("a", "ctrl+r")
        elif way == "appeal":
            await self.keys("a", "asterisk", "enter")
        elif way == "look":
            await self.keys("h", "tab", *"asked the payer", "enter")
        elif way == "new claim":
            way = await self.bill_elsewhere(key)
        else:
            raise AssertionError(f"{way}\n{seen(self.pilot)}")
        await self.queue()
        self.done[key] = way
        assert key not in self.waits(), seen(self.pilot)

    async def correct(self) -> None:
        """Makes the correction, mends the field that it opens at, and sends it off."""
        await self.keys("d", "enter")
        if isinstance(self.pilot.app.screen, FormScreen):
            (label,) = re.findall(r"(?m)^▸ (\w+)", seen(self.pilot))
            await self.keys(*(("ctrl+u", *MENDED[label]) if MENDED[label] else ()), "ctrl+s")
        assert isinstance(self.pilot.app.screen, ClaimScreen), seen(self.pilot)
        await self.keys("ctrl+s")
        assert "which takes the place of" in seen(self.pilot)
        await self.keys("enter")
        assert "1 claim Ready to Submit" in seen(self.pilot)

    async def bill_elsewhere(self, key: int) -> str:
        """Coverage that had ended: the next plan, else the patient."""
        await self.keys("b")
        if "asks the next payer for" in seen(self.pilot):
            return "next payer"
        await self.keys("enter", "P")
        assert "Bill the patient" in seen(self.pilot)
        await self.keys("enter")
        return "patient"


async def test_twenty_five_denials_are_settled_and_everything_agrees(
    demo: Path, tmp_path: Path, plain_terminal: None
) -> None:
    viewer = Viewer(NOW.date(), SPECIALIST.login)
    hands = [NOW]
    with Store.open(str(demo), demo.parent / "keys") as store:
        app = Workstation(store, SPECIALIST, clock=lambda: hands[0], export_folder=tmp_path)
        async with app.run_test(size=SIZE) as pilot:
            day = Day(pilot, store, viewer)
            before = {one.claim_id: one.open_amount for one in Denial.select()}
            await day.keys("4", "4", "2")
            # Coverage first: it may yet be billed elsewhere.
            await day.keys("slash", *"group:PR", "enter")
            while (await day.queue()).table.cursor_key:
                await day.settle_the_first()
            await day.keys("escape")
            while len(day.done) < 22:
                await day.settle_the_first()
            await give_up(day, 3)
            done = Counter(day.done.values())
            assert sum(done.values()) == 25
            await send_the_letters(day, done["letter"])
            settled_as_said(day, before)
            await pilot.resize_terminal(*WHOLE)
            await day.keys("1", "a")
            later(store, hands)
            sent_as_said(day)
            await agreeing(day)
        proven(store)


async def give_up(day: Day, count: int) -> None:
    """What ran out of time is written off together."""
    await day.keys("v", *"time ran", "enter")
    screen = await day.queue()
    keys = day.waits("overdue")[:count]
    await day.keys("home", *["space"] * count, "w")
    assert f"Write off {count} claims" in seen(day.pilot)
    await day.keys(*"timely", "enter")
    assert not set(keys) & set(day.waits("all"))
    day.done |= dict.fromkeys(keys, "write off")
    assert screen.view.name == "overdue"


async def send_the_letters(day: Day, count: int) -> None:
    """The drafts that were kept go out together, with what belongs to them."""
    assert Appeal.select().where(Appeal.state == "draft").count() == count > 0
    await day.keys("ctrl+p", *"appeals", "enter")
    await day.keys("v", *"draft", "enter", "ctrl+a", "a", "asterisk", "enter")
    assert f"{count} appeals sent by mail" in seen(day.pilot)


def settled_as_said(day: Day, before: dict[int, int]) -> None:
    """Each denial is settled as it was meant to be, to the cent."""
    made = {claim.previous_id: claim for claim in Claim.select() if claim.frequency == "7"}
    for key, way in day.done.items():
        claim = Claim.get_by_id(key)
        if way == "correct":
            assert made[key].status == "Ready to Submit"
        elif way in ("appeal", "letter"):
            appeal = Appeal.get(Appeal.claim == key)
            assert (appeal.state, appeal.amount) == ("sent", before[key])
            assert appeal.letter
        elif way == "write off":
            (one,) = WriteOff.select().where(WriteOff.claim == key)
            assert one.amount == before[key]
        elif way == "patient":
            assert (claim.payer_balance, claim.patient_balance) == (0, before[key])
        elif way == "next payer":
            assert Claim.get(Claim.billed_after == key).status == "Ready to Submit"
        else:
            assert claim.snoozed_until > NOW.date()


def later(store: Store, hands: list[datetime.datetime]) -> None:
    """The worker sends what is Ready; in the next weeks the payers answer, and that is posted."""
    for job, days in ((SUBMIT, 0), (PRACTICE_CLEARINGHOUSE, 0), (PICK_UP, 1)):
        hands[0] += datetime.timedelta(days=days, hours=1)
        assert Worker(store, "tests", lambda: hands[0]).run(once=True, job=job) == 0
    for _ in range(2):
        hands[0] += datetime.timedelta(days=14)
        for job in (PRACTICE_CLEARINGHOUSE, PICK_UP, OPEN_CASES):
            assert Worker(store, "tests", lambda: hands[0]).run(once=True, job=job) == 0


def sent_as_said(day: Day) -> None:
    """The corrections have taken the place of what was denied, and are answered."""
    for key, way in day.done.items():
        if way == "correct":
            made = Claim.get(Claim.previous == key, Claim.frequency == "7")
            assert made.status in ("Submitted", "Historical"), made.number
            assert made.submitted_at is not None
            assert Claim.get_by_id(key).status == "Historical"
    answers = Counter(
        one.adjudication for one in Claim.select().where(Claim.previous.in_(list(day.done)))
    )
    assert answers["paid"] > 0


def proven(store: Store) -> None:
    results = check_store(store.database, store.audit_key)
    assert {one.name: one.problems for one in results if not one.ok} == {}


async def agreeing(day: Day) -> None:
    """Home, the denials and both insights say what the claims do."""
    pilot = day.pilot
    home_screen = pilot.app.screen
    assert isinstance(home_screen, HomeScreen)
    home_screen.refresh_data()  # after others' changes it is summed anew in a while
    await day.keys("1")
    today = pilot.app.today
    day.viewer = Viewer(today, SPECIALIST.login)
    open_ = figures.open_denials()
    kept = {one.claim_id: one for one in Denial.select()}
    assert {key: one.open_amount for key, one in kept.items()} == open_
    over = {key for key, one in kept.items() if one.until and one.until < today}
    to_work = open_.keys() - figures.under_way(today) - over
    assert set(day.waits()) == to_work
    home = seen(pilot)
    said(home, "Denials to work", len(to_work), sum(open_[key] for key in to_work))
    mine = figures.cases_by("owner")[SPECIALIST.login]
    said(home, "My active cases", mine.cases, mine.outstanding)

    await day.keys("8", "8", *"case ins", "enter")
    text = seen(pilot)
    for what, title in (("owner", "Open cases by owner"), ("carc", "Open cases by CARC")):
        part = text[text.index(title) :]
        for name, cases in figures.cases_by(what).items():
            nothing = {"owner": "nobody", "carc": "no CARC"}[what]
            said(part, name or nothing, cases.cases, cases.claims, cases.outstanding)

    await day.keys("8", *"denial ins", "enter")
    text = seen(pilot)
    told = figures.answers(figures.a_year_before(today))
    denied = sum(bool(one.reason) for one in told)
    assert f"Denial rate {100 * denied / len(told):.1f} %" in " ".join(text.split())
    for what, title in (("payer", "By payer"), ("code", "By procedure"), ("month", "By month")):
        part = text[text.index(title) :]
        for name, lines in figures.lines_by(what, told).items():
            said(part, name[:20], lines.answered, lines.denied, lines.cents)
    part = text[text.index("By CARC") :]
    for name, lines in figures.lines_by("reason", told).items():
        if name:
            said(part, name, lines.denied, lines.cents)


def said(text: str, name: str, *values: int) -> None:
    """Among the lines of `text` the first of that name says these counts, and last these cents."""
    *counts, cents = values
    line = next(one for one in text.splitlines() if name in one)
    words = line.replace(name, "", 1).split()
    for count in counts:
        assert f"{count:,}" in words, line
    assert f"{cents // 100:,}.{cents % 100:02}" in words, line
