"""Authorizations and case managers on screen: at both sizes, by keys, and with hostile names."""

import datetime
import unicodedata

import pytest

from rcm_tui.billing.clients.rendering_changes import Changed, RenderingChanges
from rcm_tui.billing.editing.appointing import Ending, Foreseen
from rcm_tui.billing.outcome import Left
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.clients import Authorization, AuthorizedService, CaseManager, Client
from rcm_tui.data.tables.overlaps import ConcurrentService
from rcm_tui.data.tables.payers import Enrolment, Payer
from rcm_tui.data.tables.practice import Practitioner
from rcm_tui.screens.authorizations import AuthorizationScreen
from rcm_tui.screens.form_screen import FormScreen
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.taking_over import TakingOver
from tests.practice_builder import MANAGER, TODAY, SmallPractice, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import differs, settle
from tests.screens.test_hostile_text import HOSTILE

COORDINATOR = Actor("cora", "Cora Lind", "client coordinator")
DAY = datetime.timedelta(days=1)
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
NEXT, BEFORE = "right_square_bracket", "left_square_bracket"

SCREENS = {
    "home-coordinator": ("1",),
    "authorizations": ("6", NEXT),
    "authorizations-overrun": ("6", NEXT, "v", *"overrun", "enter"),
    "authorization": ("6", NEXT, "enter"),
    "authorization-weeks": ("6", NEXT, "enter", NEXT),
    "authorization-pending": ("6", NEXT, "v", *"pend", "enter", "enter"),
    "authorization-form": ("6", NEXT, "e"),
    "authorization-form-allowed": ("6", NEXT, "e", "ctrl+pagedown"),
    "authorized-service-form": ("6", NEXT, "e", "ctrl+pagedown", "enter"),
    "case-managers": ("6", BEFORE),
    "case-managers-no-care": ("6", BEFORE, "v", *"no care", "enter"),
    "clients-unmanaged": ("6", "v", *"without a case", "enter"),
    "client-form-clinical": ("6", "G", "enter", *["ctrl+pagedown"] * 3),
    "payer-form-at-once": ("0", "enter", "enter", "ctrl+pageup"),
}


def cared_for() -> SmallPractice:
    """A practice with authorizations and case managers in every state."""
    practice = small_practice()
    lind = practice.add_practitioner("LIND", first_name="ALMA")
    clients = [practice.client]
    for name in ("HADDAD", "OSEI", "SATO", "BRANDT"):
        clients.append(practice.add_client(name, first_name="KIM"))
    for week, client in enumerate(clients):
        for back in (1, 4, 8, 15, 22):
            practice.add_charge(client=client, day=TODAY - DAY * back)
        practice.add_charge(client=client, code="97155", day=TODAY - DAY * (week + 2), minutes=60)
        practice.add_charge(client=client, day=TODAY + DAY * 3, status="Scheduled")
    amounts = {"97151": "24 total", "97153": "48 total", "97155": "12 month", "97156": "8 total"}
    for codes, limit in amounts.items():
        amount, per = limit.split()
        AuthorizedService.update(amount=amount, per=per).where(
            AuthorizedService.procedure_codes == codes
        ).execute()
    first, second, third, _, fifth = (
        one.id for one in Authorization.select().order_by(Authorization.id)
    )
    AuthorizedService.create(
        authorization=first, procedure_codes="97153 97155", amount=5, measure="hours", per="week"
    )
    Authorization.update(ends_on=TODAY + DAY * 17).where(Authorization.id == first).execute()
    Authorization.update(status="pending", number="").where(Authorization.id == second).execute()
    ChargeItem.update(status="Pending Authorization").where(
        ChargeItem.authorization == second, ChargeItem.status == "New"
    ).execute()
    AuthorizedService.update(amount=20).where(
        AuthorizedService.authorization == third, AuthorizedService.procedure_codes == "97153"
    ).execute()
    Authorization.update(status="denied").where(Authorization.id == fifth).execute()
    CaseManager.update(ends_on=TODAY - DAY * 5).where(CaseManager.client == clients[3]).execute()
    CaseManager.update(practitioner=lind).where(CaseManager.client == clients[4]).execute()
    Enrolment.update(ends_on=TODAY + DAY * 20).where(Enrolment.practitioner == lind).execute()
    for one, other, allowed in (("97151", "97153", True), ("97153", "97155", False)):
        ConcurrentService.create(
            payer=practice.payer, procedure_code=one, other_code=other, allowed=allowed
        )
    return practice


@SIZES
@pytest.mark.parametrize("name", SCREENS)
async def test_it_looks_as_it_did(
    store: Store, make_workstation: MakeWorkstation, name: str, size: tuple[int, int]
) -> None:
    cared_for()
    async with make_workstation(store, COORDINATOR).run_test(size=size) as pilot:
        app = pilot.app
        await app.look()  # type: ignore[attr-defined]
        await settle(pilot)
        await type_keys(pilot, *SCREENS[name])
        problem = differs(f"{name}-{size[0]}x{size[1]}", seen(pilot))
    assert not problem, problem


async def test_every_screen_draws_hostile_names_as_letters(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    cared_for()
    for table, columns in (
        (Client, ("last_name", "first_name")),
        (Practitioner, ("last_name", "first_name")),
        (Payer, ("name", "short_name")),
        (Authorization, ("number",)),
        (CaseManager, ("service_line",)),
        (AuthorizedService, ("procedure_codes",)),
    ):
        for row in table.select():
            values = dict.fromkeys(columns, f"{HOSTILE[row.id % len(HOSTILE)]} {row.id}")
            table.update(values).where(table.id == row.id).execute()
    app = make_workstation(store, COORDINATOR)
    async with app.run_test(size=(160, 50)) as pilot:
        for name, keys in SCREENS.items():
            while len(app.screen_stack) > 2:
                app.pop_screen()
            await type_keys(pilot, *keys)
            shown = seen(pilot)
            for letter in shown.replace("\n", ""):
                assert unicodedata.category(letter) not in ("Cc", "Cf"), (name, shown)
            await type_keys(pilot, "escape", "escape")
        everything = " ".join(HOSTILE)
        changed = Changed(1, everything, "2026-03-02", everything, everything, None)
        ending = Ending(1, everything, everything, TODAY, TODAY)
        changes = RenderingChanges([changed], [changed], [Left(1, everything, everything)])
        await app.push_screen(TakingOver(Foreseen(ending, changes)))
        await settle(pilot)
        shown = seen(pilot)
        assert "[@click=app.quit]x" in shown
        for letter in shown.replace("\n", ""):
            assert unicodedata.category(letter) not in ("Cc", "Cf"), shown
        assert app.return_code is None


async def test_from_the_queue_to_the_record_and_its_form(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    cared_for()
    async with make_workstation(store, COORDINATOR).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "6", NEXT, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, AuthorizationScreen)
        first = screen.key
        await type_keys(pilot, "alt+down")
        assert screen.key != first
        await type_keys(pilot, "alt+up", "e")
        assert isinstance(pilot.app.screen, FormScreen)
        assert pilot.app.screen.form.kind.name == "authorization"
        await type_keys(pilot, "ctrl+s")
        assert pilot.app.screen is screen, "back to the record"
        await type_keys(pilot, "escape")
        assert isinstance(pilot.app.screen, QueueScreen)


async def test_approving_a_pending_one_by_keys_frees_its_charges(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    cared_for()
    waiting = ChargeItem.select().where(ChargeItem.status == "Pending Authorization")
    assert waiting.count() == 6
    async with make_workstation(store, COORDINATOR).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "6", NEXT, "v", *"pend", "enter", "e")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        while screen.state is not None and screen.state.name != "status":
            await type_keys(pilot, "tab")
        await type_keys(pilot, *"approved", "enter", "ctrl+s")
        assert waiting.count() == 0
        assert Authorization.select().where(Authorization.status == "pending").count() == 0
        await type_keys(pilot, "escape", "escape", "u", "enter")
        assert waiting.count() == 6


async def test_home_leads_a_coordinator_to_what_waits(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    cared_for()
    async with make_workstation(store, COORDINATOR).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "1", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        assert (screen.queue.name, screen.view.name) == ("clients", "unmanaged")
        assert "SATO" in seen(pilot)


async def test_an_administrator_says_of_two_codes_that_they_are_not_paid_at_once(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    cared_for()
    ConcurrentService.delete().execute()
    async with make_workstation(store, MANAGER).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, *SCREENS["payer-form-at-once"], "enter")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert screen.form.kind.name == "concurrent_service"
        await type_keys(pilot, "tab", *"97153", "tab", *"97155", "tab", "space", "ctrl+s")
        (pair,) = ConcurrentService.select()
        assert (pair.procedure_code, pair.other_code, pair.allowed) == ("97153", "97155", False)
        assert "not paid" in seen(pilot), "back to the payer"
