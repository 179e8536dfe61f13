"""Fixtures that all tests share: a fresh store on SQLite and on PostgreSQL, and clean settings.

A test that takes `store`, `store_url` or `empty_url` runs once on either database.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from rcm_tui.data.store import Store, create
from tests import postgresql

IN_CI = os.environ.get("CI") == "true"

settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if IN_CI else "dev")


@dataclass(frozen=True)
class Template:
    """An empty practice that is migrated once and copied for every test."""

    place: str
    """The file's path, or the database's name."""
    keys: Path


@dataclass(frozen=True)
class PostgresqlServer:
    """A server, and a connection on which databases are made and dropped."""

    url: str
    run: Callable[[str], object]
    run_name: str
    """What the names of the databases made here begin with."""
    numbers: Iterator[int]

    def database(self, template: str = "template0") -> Iterator[str]:
        """Makes a database, yields its name, and drops it with whoever is still connected."""
        name = f"{self.run_name}_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def end_connections(self, which: str = "application_name = 'rcm-tui'") -> None:
        """What a restart of the server, or an administrator, does to those who are connected.

        Only to the databases made here: other tests run on this server at the same time.
        """
        self.run(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            f" WHERE starts_with(datname, '{self.run_name}_') AND {which}"
        )


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the settings and the store of whoever runs the tests out of them."""
    for name in list(os.environ):
        if name.startswith("RCM_TUI_") and not name.startswith(("RCM_TUI_TEST_", "RCM_TUI_X12_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlServer]:
    """The server of this run. Without one the test is skipped, and in CI it fails."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    try:
        url = postgresql.server_url(shared)
    except postgresql.NoServer as error:
        if IN_CI:
            pytest.fail(f"In CI the tests on PostgreSQL must run, but {error}")
        pytest.skip(f"PostgreSQL: {error}")
    run_name = f"rcm_tui_test_{secrets.token_hex(4)}"
    with postgresql.administrator(url) as run:
        yield PostgresqlServer(url, run, run_name, count())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("sqlite-template")
    template = Template(str(folder / "practice.db"), folder / "keys")
    create(template.place, template.keys, "Test practice", encrypted=False).close()
    return template


@pytest.fixture(scope="session")
def postgresql_template(
    postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Template]:
    keys = tmp_path_factory.mktemp("postgresql-template") / "keys"
    for name in postgresql_server.database():
        url = postgresql.database_url(postgresql_server.url, name)
        create(url, keys, "Test practice").close()
        yield Template(name, keys)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], scope="session"
)
def engine(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`: what the test runs on."""
    return str(request.param)


@pytest.fixture
def key_folder(tmp_path: Path) -> Path:
    """Where the keys of the test's store lie."""
    return tmp_path / "keys"


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that holds nothing yet."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    for name in server.database():
        yield postgresql.database_url(server.url, name)


@pytest.fixture
def store_url(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, key_folder: Path
) -> Iterator[str]:
    """The URL of an empty practice of the test's own; its keys are in `key_folder`."""
    template: Template = request.getfixturevalue(f"{engine}_template")
    shutil.copytree(template.keys, key_folder)
    if engine == "sqlite":
        file = shutil.copy2(template.place, tmp_path / "practice.db")
        yield f"sqlite:///{file}"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    for name in server.database(template.place):
        yield postgresql.database_url(server.url, name)


@pytest.fixture
def store(store_url: str, key_folder: Path) -> Iterator[Store]:
    """An empty practice, open."""
    with Store.open(store_url, key_folder) as opened:
        opened.files_folder = key_folder.with_name("files")
        yield opened
