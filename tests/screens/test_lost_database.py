"""A workstation whose PostgreSQL is restarted under it: it stays, says so, and goes on."""

from collections.abc import Iterator

import pytest

from rcm_tui.data import postgresql
from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import Client
from tests.conftest import PostgresqlServer, Template
from tests.data.wire import Wire
from tests.postgresql import database_url
from tests.practice_builder import small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import said
from tests.screens.test_working_together import until_seen

pytestmark = pytest.mark.postgresql


@pytest.fixture
def wire(postgresql_server: PostgresqlServer, postgresql_template: Template) -> Iterator[Wire]:
    for name in postgresql_server.database(postgresql_template.place):
        wire = Wire(database_url(postgresql_server.url, name))
        yield wire
        wire.close()


@pytest.fixture
def store(wire: Wire, postgresql_template: Template) -> Iterator[Store]:
    with Store.open(wire.url, postgresql_template.keys) as opened:
        yield opened


async def test_a_restart_is_not_noticed_and_a_lost_save_is_said_and_done_again(
    store: Store,
    wire: Wire,
    postgresql_server: PostgresqlServer,
    make_workstation: MakeWorkstation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = small_practice().client
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "6", "enter")
        await until_seen(pilot, "Middle name")
        postgresql_server.end_connections()
        await type_keys(pilot, "tab", *"QUINN")
        wire.cut = "before"
        await type_keys(pilot, "ctrl+s")
        while wire.cut:
            await pilot.pause(0.02)
        await until_seen(pilot, "nothing was changed")
        assert "QUINN" in seen(pilot)
        await type_keys(pilot, "ctrl+s")
        assert "Saved." in said(pilot)
        saved = store.connected(Client.get_by_id, client.id)
        assert "QUINN" in saved.__data__.values()
        monkeypatch.setattr(postgresql, "SECONDS_TO_LOOK_INTO", 0.0)
        wire.lose()
        await until_seen(pilot, "The database does not answer")
        wire.mend()
        await until_seen(pilot, "The database answers again.")
