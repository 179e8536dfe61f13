"""A connection over SFTP set up by keys: the form, the host key compared and kept, the trial."""

from pathlib import Path

from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange.transports import trying
from tests.practice_builder import MANAGER, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import said

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdtX7mOTyGwxI5fHVJ6KJ3CUHmyyLvcnyDJfV2D8Vyd"


async def test_a_host_key_is_compared_and_kept_before_anything_is_sent(
    store: Store, make_workstation: MakeWorkstation, monkeypatch: object
) -> None:
    small_practice()
    Clearinghouse.update(
        kind="sftp", host="sftp.house.example", login="north", key_file="house.key"
    ).execute()
    shown = []

    def host_key_of(host: str, port: int) -> tuple[str, str]:
        shown.append((host, port))
        return KEY, "SHA256:abc"

    monkeypatch.setattr(trying, "host_key_of", host_key_of)  # type: ignore[attr-defined]
    app = make_workstation(store, MANAGER)
    async with app.run_test(size=(120, 40)) as pilot:
        app.go("clearinghouses")
        await type_keys(pilot, "a")
        assert "It shows the key SHA256:abc" in seen(pilot)
        await type_keys(pilot, "escape")
        assert Clearinghouse.get().host_key == ""
        await type_keys(pilot, "a", "enter")
        assert Clearinghouse.get().host_key == KEY
        assert "is kept" in said(pilot)
    assert shown == [("sftp.house.example", 22)] * 2
    assert AuditRecord.select().where(AuditRecord.subject == "clearinghouse").exists()


async def test_what_a_connection_shows_is_said(
    store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    small_practice()
    for name in ("out", "in"):
        (tmp_path / name).mkdir()
    Clearinghouse.update(
        kind="folder", outgoing=str(tmp_path / "out"), incoming=str(tmp_path / "gone")
    ).execute()
    app = make_workstation(store, MANAGER)
    async with app.run_test(size=(120, 40)) as pilot:
        app.go("clearinghouses")
        await type_keys(pilot, "a")
        assert "the folder is not there" in said(pilot)
        Clearinghouse.update(incoming=str(tmp_path / "in")).execute()
        await type_keys(pilot, "a")
        assert said(pilot) == "It works: 0 files to be taken."
