"""A workstation on a busy practice, at a fixed time."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.screens.app import Workstation
from tests.conftest import Template
from tests.practice_builder import BILLER, NOW
from tests.screens.busy_practice import busy_practice

MakeWorkstation = Callable[..., Workstation]


@pytest.fixture(scope="session")
def busy_template(sqlite_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("busy-template")
    file = shutil.copy2(sqlite_template.place, folder / "practice.db")
    with Store.open(str(file), sqlite_template.keys) as store:
        busy_practice(store)
    return Template(str(file), sqlite_template.keys)


@pytest.fixture
def busy_store(busy_template: Template, tmp_path: Path, key_folder: Path) -> Iterator[Store]:
    """A practice with something of everything, open, on SQLite."""
    shutil.copytree(busy_template.keys, key_folder)
    file = shutil.copy2(busy_template.place, tmp_path / "practice.db")
    with Store.open(str(file), key_folder) as store:
        yield store


@pytest.fixture
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs as on a terminal with UTF-8, whatever the tests run in."""
    monkeypatch.setenv("RCM_TUI_ASCII", "0")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def make_workstation(plain_terminal: None, tmp_path: Path) -> MakeWorkstation:
    """Makes a workstation on a store, at the time of the practice."""

    def make(store: Store, actor: Actor = BILLER) -> Workstation:
        return Workstation(store, actor, clock=lambda: NOW, export_folder=tmp_path / "exports")

    return make
