"""Forms driven by keys: filled, refused, saved, left and taken up again, alone and together."""

import pytest
from textual.pilot import Pilot

from rcm_tui.data.actor import Actor
from rcm_tui.data.personal.drafts import drafts_of
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.payers import Payer
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.form_screen import FormScreen
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.widgets.row_list import RowList
from tests.practice_builder import BILLER, MANAGER, NOW, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import picture, press, settle

TOM = Actor("tom", "Tom Berg", "biller")
SIZE = (100, 30)


def shown(pilot: Pilot[int]) -> str:
    app = pilot.app
    assert isinstance(app, Workstation)
    return picture(app)


def form_on(pilot: Pilot[int]) -> FormScreen:
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen), screen
    return screen


async def open_first_client(pilot: Pilot[int]) -> FormScreen:
    await press(pilot, "6", "enter")
    return form_on(pilot)


async def to_field(pilot: Pilot[int], name: str) -> None:
    with pilot.app._context():
        form_on(pilot).widget.go(name)
    await settle(pilot)


async def look_again(pilot: Pilot[int]) -> None:
    """What the form does by itself every second and a half."""
    with pilot.app._context():
        await form_on(pilot).look_again()
    await settle(pilot)


async def test_a_client_is_changed_and_saved(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        form = await open_first_client(pilot)
        await to_field(pilot, "birth_date")
        await press(pilot, *"3/14/17")
        assert "03/14/2017, Tuesday" in shown(pilot), "what it understood stands beside it"
        await press(pilot, "ctrl+s")
        assert form.said == "Saved."
        client = Client.get_by_id(form.key)
        assert client.birth_date.isoformat() == "2017-03-14"
        assert client.version == 2
        await press(pilot, "escape", "escape")
        assert isinstance(pilot.app.screen, QueueScreen)


async def test_a_payer_is_picked_by_a_few_letters(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    coverage = Coverage.select().order_by(Coverage.member_id).first()
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await press(pilot, "0", *["down"] * 4, "enter", "enter")
        form = form_on(pilot)
        assert form.key == coverage.id
        await press(pilot, *"blue")
        assert "60002" in shown(pilot)
        await press(pilot, "enter")
        assert form.state is not None
        assert form.state.name == "plan", "enter takes it and goes on"
        await press(pilot, "backspace", "ctrl+s")
        assert Coverage.get_by_id(coverage.id).payer.name.startswith("Blue Meadow")


async def test_letters_left_before_they_are_looked_up_still_pick(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    coverage = Coverage.select().order_by(Coverage.member_id).first()
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await press(pilot, "0", *["down"] * 4, "enter", "enter")
        await pilot.press(*"blue", "tab", "backspace", "ctrl+s")
        await settle(pilot)
        assert Coverage.get_by_id(coverage.id).payer.name.startswith("Blue Meadow")


async def test_what_nobody_knows_is_told_and_not_saved(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await press(pilot, "0", *["down"] * 4, "enter", "enter")
        before = Coverage.get_by_id(form_on(pilot).key).payer_id
        await press(pilot, *"zzz", "tab", "ctrl+s")
        assert "nothing is known by 'zzz'" in shown(pilot)
        assert Coverage.get_by_id(form_on(pilot).key).payer_id == before


async def test_errors_are_listed_beside_their_fields_and_walked(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        form = await open_first_client(pilot)
        version = Client.get_by_id(form.key).version
        await to_field(pilot, "last_name")
        await press(pilot, "backspace")
        await to_field(pilot, "zip")
        await press(pilot, *"12", "ctrl+s")
        text = shown(pilot)
        assert "2 things are wrong" in text
        assert "Client · Last name: is needed" in text
        assert text.count("is not a zip code") == 2, "in the list, and beside the field"
        state = form.state
        assert state is not None
        await press(pilot, "f8")
        assert state.name == "last_name"
        await press(pilot, "f8")
        assert state.name == "zip"
        await press(pilot, "escape", "N")
        assert state.name == "last_name"
        assert Client.get_by_id(form.key).version == version


async def test_a_code_is_found_by_its_word(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await press(pilot, "0", *["down"] * 3, "enter", "enter")
        await to_field(pilot, "place_of_service")
        await press(pilot, *"school", "tab")
        state = form_on(pilot).state
        assert state is not None
        assert state.values["place_of_service"] == "03"


async def test_leaving_asks_only_when_something_would_be_lost(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        form = await open_first_client(pilot)
        before = Client.get_by_id(form.key).first_name
        await to_field(pilot, "first_name")
        await press(pilot, *"Bea", "escape", "escape")
        assert "Not saved yet" in shown(pilot)
        await press(pilot, "escape")
        assert pilot.app.screen is form, "esc stays"
        await press(pilot, "escape", "d")
        assert isinstance(pilot.app.screen, QueueScreen)
        assert Client.get_by_id(form.key).first_name == before
        assert drafts_of(busy_store.database, BILLER.login) == []


async def test_what_was_typed_survives_a_lost_line_and_is_offered_again(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        form = await open_first_client(pilot)
        await to_field(pilot, "first_name")
        await press(pilot, *"Bea")
        form._rested()  # not to wait for the rest after typing
        await settle(pilot)
    (draft,) = drafts_of(busy_store.database, BILLER.login)
    assert draft.values == {"first_name": ["Bea"]}
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await press(pilot, "6", "enter")
        assert "You typed something here that was not saved" in shown(pilot)
        await press(pilot, "enter", "ctrl+s")
        assert Client.get_by_id(form.key).first_name == "Bea"
        assert drafts_of(busy_store.database, BILLER.login) == []


async def test_the_queue_is_walked_from_a_form(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        form = await open_first_client(pilot)
        first = form.key
        await press(pilot, "alt+down")
        assert form.key != first
        await press(pilot, "alt+up")
        assert form.key == first


async def test_a_new_payer_is_made(busy_store: Store, make_workstation: MakeWorkstation) -> None:
    async with make_workstation(busy_store, MANAGER).run_test(size=SIZE) as pilot:
        await press(pilot, "0", "enter", "n", "ctrl+s")
        assert "Name: is needed" in shown(pilot)
        await press(pilot, *"Cedar Health", "ctrl+s")
        assert form_on(pilot).said == "Saved."
    assert Payer.select().where(Payer.name == "Cedar Health").count() == 1


async def test_a_coverage_is_added_to_a_client(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        form = await open_first_client(pilot)
        client, count = form.key, Coverage.select().where(Coverage.client == form.key).count()
        await to_field(pilot, "coverage 0")
        await press(pilot, "enter", *"acme", "tab")
        await to_field(pilot, "member_id")
        await press(pilot, *"w77", "ctrl+s")
        assert pilot.app.screen is form, shown(pilot)
        assert "W77" in shown(pilot)
    assert Coverage.select().where(Coverage.client == client).count() == count + 1


async def test_a_sent_claim_is_locked_and_says_what_to_do(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await press(pilot, "3", "v", *"denied", "enter", "e")
        assert "locked" in form_on(pilot).said
        await press(pilot, "ctrl+s")
        assert "locked" in form_on(pilot).said


async def test_a_finding_leads_to_the_field_of_the_patient_and_back_revalidated(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    Client.update(birth_date=None).where(Client.id == practice.client.id).execute()
    Coverage.update(holder_birth_date=None).execute()
    claim = practice.add_claim()
    from rcm_tui.billing.claims.validation import validate_claims

    with store.work(BILLER, NOW) as work:
        validate_claims(work, [claim.id])
    assert Claim.get_by_id(claim.id).error_count > 0
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await press(pilot, "3", "enter", "e")
        form = form_on(pilot)
        assert form.state is not None
        assert form.state.name in ("birth_date", "holder_birth_date")
        await press(pilot, *"4/11/2017", "ctrl+s")
        screen = pilot.app.screen
        assert isinstance(screen, ClaimScreen), shown(pilot)
        await press(pilot, "right_square_bracket", "right_square_bracket")
        assert "The last validation found nothing." in shown(pilot)
    assert Claim.get_by_id(claim.id).error_count == 0


HOSTILE = "[@click=app.quit]x[/] \x1b[31mred\u202e [/oops]"


async def test_hostile_names_are_letters_in_forms(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    Client.update(last_name=HOSTILE, city=HOSTILE).execute()
    Payer.update(name=HOSTILE).execute()
    Coverage.update(member_id=HOSTILE).execute()
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await open_first_client(pilot)
        assert "[@click=app.quit]x[/]" in shown(pilot)
        for key in (
            "right_square_bracket",
            "right_square_bracket",
            "enter",
            "enter",
            "a",
            "escape",
        ):
            await press(pilot, "escape") if key == "right_square_bracket" else None
            await press(pilot, key)
            text = shown(pilot)
            assert "\x1b" not in text
            assert "\u202e" not in text
        assert pilot.app.return_code is None


# -- two people -----------------------------------------------------------------------------


@pytest.fixture
def client(store: Store) -> Client:
    return small_practice().client


async def test_two_workstations_see_each_other_and_lose_no_update(
    store: Store, client: Client, make_workstation: MakeWorkstation
) -> None:
    mine, toms = make_workstation(store), make_workstation(store, TOM)
    async with mine.run_test(size=SIZE) as pilot, toms.run_test(size=SIZE) as other:
        form, his = await open_first_client(pilot), await open_first_client(other)
        await look_again(pilot)
        assert "tom has this open" in shown(pilot)

        await to_field(other, "city")
        await press(other, *"TROY", "ctrl+s")
        await look_again(pilot)
        assert "Changed by somebody else: City." in form.said
        assert form.state is not None
        assert form.state.values["city"] == "TROY", "an untouched form shows what he saved"

        # Different fields are merged; nobody is asked.
        await to_field(pilot, "first_name")
        await press(pilot, *"Bea")
        await to_field(other, "phone")
        await press(other, *"5185550100", "ctrl+s")
        await press(pilot, "ctrl+s")
        now = Client.get_by_id(client.id)
        assert (now.first_name, now.phone, now.city) == ("Bea", "5185550100", "TROY")

        # The same fields are shown side by side, and each is decided.
        await to_field(pilot, "city")
        await press(pilot, *"ROME")
        await to_field(pilot, "line1")
        await press(pilot, *"2 MY ST")
        await to_field(other, "city")
        await press(other, *"UTICA")
        await to_field(other, "line1")
        await press(other, *"1 HIS ST", "ctrl+s")
        await press(pilot, "ctrl+s")
        text = shown(pilot)
        assert "tom changed these fields" in text
        for word in ("TROY", "ROME", "UTICA", "2 MY ST", "1 HIS ST"):
            assert word in text
        for _ in range(2):
            field = pilot.app.screen.query_one(RowList).key
            await press(pilot, "t" if field == "line1" else "m", "down")
        await press(pilot, "enter")
        now = Client.get_by_id(client.id)
        assert (now.city, now.line1) == ("ROME", "1 HIS ST")
        assert his.key == form.key
