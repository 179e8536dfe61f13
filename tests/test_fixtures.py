"""The fixtures themselves: a store of its own for every test, on either database."""

from pathlib import Path

import pytest

from rcm_tui.data.store import Store, create
from rcm_tui.data.store_database import StoreError
from rcm_tui.data.tables.practice import Practice


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_has_a_practice_of_its_own(store: Store, turn: int) -> None:
    assert [practice.name for practice in Practice.select()] == ["Test practice"]
    Practice.update(name=f"Renamed in turn {turn}").execute()
    assert Practice.get().name == f"Renamed in turn {turn}"


def test_the_store_is_on_the_engine_that_the_test_names(store: Store, engine: str) -> None:
    assert store.url.startswith(f"{engine}://")
    assert type(store.database).__name__.lower().startswith(engine)


def test_an_empty_database_holds_no_practice_until_one_is_made(
    empty_url: str, key_folder: Path
) -> None:
    with pytest.raises(StoreError):
        Store.open(empty_url, key_folder)
    with create(empty_url, key_folder, "First practice") as store:
        assert store.practice_name == "First practice"
