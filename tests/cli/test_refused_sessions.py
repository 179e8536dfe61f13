"""Who is not let in, and what is tried beside the workstation, is on record."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rcm_tui.billing.people.users import add_key, add_user, revoke_key, set_active
from rcm_tui.cli import main
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from tests.billing.people.test_users import ADMINISTRATOR, KEY, OTHER
from tests.practice_builder import NOW

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")


@pytest.fixture(autouse=True)
def mallory(store_url: str, key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A person of a practice, by a key of theirs; gives the person's number."""
    monkeypatch.setenv("RCM_TUI_DB", store_url)
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(key_folder))
    monkeypatch.setenv("LOGNAME", "rcm-tui")
    with Store.open(store_url, key_folder) as store:
        with store.work(ADMINISTRATOR, NOW) as work:
            person = int(add_user(work, "mallory", "Mallory", "biller").id)
            add_key(work, "mallory", KEY)
        yield person
        # The commands have each opened the store for themselves.


def refused() -> list[tuple[str, str, int | None, str]]:
    """Who it was, of what, which one, and what was tried."""
    rows = AuditRecord.select().where(AuditRecord.action == "refused").order_by(AuditRecord.id)
    return [(r.actor, r.subject, r.subject_id, json.loads(r.details)["attempt"]) for r in rows]


def asked(capsys: pytest.CaptureFixture[str], key: str) -> str:
    """What sshd is answered that asks for a key."""
    capsys.readouterr()
    assert main(["keys", "authorized", "ssh-ed25519", key]) == 0
    return capsys.readouterr().out


def test_a_key_that_lets_nobody_in(
    store_url: str, key_folder: Path, capsys: pytest.CaptureFixture[str], mallory: int
) -> None:
    assert f"--user-id {mallory} " in asked(capsys, KEY.encoded)
    assert asked(capsys, OTHER.encoded) == ""
    with Store.open(store_url, key_folder) as store:
        assert refused() == [], "an unknown key is nobody's"
        with store.work(ADMINISTRATOR, NOW) as work:
            key = int(revoke_key(work, KEY.fingerprint).id)
    assert asked(capsys, KEY.encoded) == ""
    with Store.open(store_url, key_folder):
        assert refused() == [("mallory", "user_key", key, "sign in")]


def test_a_person_who_is_kept_out_and_one_whom_there_is_not(
    store_url: str,
    key_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    mallory: int,
) -> None:
    with Store.open(store_url, key_folder) as store, store.work(ADMINISTRATOR, NOW) as work:
        set_active(work, "mallory", False)
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    for number in (mallory, 999):
        assert main(["--user-id", str(number)]) == 1
        told = f"person {number} may not use this practice: ask an administrator"
        assert told in capsys.readouterr().err
    with Store.open(store_url, key_folder):
        assert refused() == [
            ("mallory", "person", mallory, "sign in"),
            ("rcm-tui", "person", 999, "sign in"),
        ]


def test_a_command_over_ssh_is_on_record_without_its_words(
    store_url: str,
    key_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    mallory: int,
) -> None:
    monkeypatch.setenv("SSH_ORIGINAL_COMMAND", "scp -f /etc/passwd")
    assert main(["--user-id", str(mallory)]) == 1
    assert "commands and file transfer are not taken here" in capsys.readouterr().err
    with Store.open(store_url, key_folder):
        assert refused() == [("mallory", "person", mallory, "run a command or transfer files")]
        (one,) = AuditRecord.select().where(AuditRecord.action == "refused")
        assert "passwd" not in one.details
    # Where no store opens, the answer is the same.
    monkeypatch.setenv("RCM_TUI_DB", str(key_folder / "none.db"))
    assert main(["--user-id", str(mallory)]) == 1
    assert "commands and file transfer are not taken here" in capsys.readouterr().err
