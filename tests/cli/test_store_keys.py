"""The keys of a store by commands: shown once, tried, changed, and put back from paper."""

import getpass
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rcm_tui.cli import main
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store

Run = Callable[..., tuple[int, str, str]]
ADA = Actor("ada", "Ada Okafor", "administrator")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command line on the store of this test; status, output and errors."""
    monkeypatch.setenv("RCM_TUI_DB", str(tmp_path / "practice.db"))
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(tmp_path / "keys"))

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def shown(out: str) -> list[str]:
    """The keys that a command shows, as one would write them down."""
    return [line.strip() for line in out.splitlines() if line.startswith("  ")]


def test_written_down_keys_bring_a_practice_back_whose_key_folder_is_gone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = shown(run("init", "--name", "North")[1])
    assert len(paper) == 2
    with (
        Store.open(str(tmp_path / "practice.db"), tmp_path / "keys") as store,
        store.work(ADA) as work,
    ):
        work.record("made", "practice", 1)
    asked: list[str] = []

    def typed(*keys: str) -> None:
        answers = list(keys)
        asked.clear()
        monkeypatch.setattr(
            getpass, "getpass", lambda question: asked.append(question) or answers.pop(0)
        )

    typed(*paper)
    status, out, _ = run("db", "keys", "--verify")
    assert status == 0
    assert "This key opens" in out
    assert "seals the audit trail" in out
    typed(paper[1])
    assert "does not open" in run("db", "keys", "--verify")[2]
    typed("12 34")
    assert "4 figures are there, a key has 64" in run("db", "keys", "--verify")[2]

    (tmp_path / "keys").rename(tmp_path / "lost")
    for command in (["check"], ["list", "claims"], ["db", "backup", tmp_path / "b.db"], ["worker"]):
        status, out, err = run(*command)
        assert (status, out) == (1, "")
        assert (
            f"the key file {tmp_path / 'keys' / 'practice.db.key'} is missing: put it back" in err
        )
        assert "rcm-tui db keys --enter" in err
    typed(*paper)
    status, out, err = run("db", "keys", "--enter")
    assert (status, err) == (0, "")
    assert run("check")[0] == 0
    for file in (tmp_path / "lost").iterdir():
        assert (tmp_path / "keys" / file.name).read_text() == file.read_text()


def test_new_keys_are_shown_and_old_backups_still_come_back(run: Run, tmp_path: Path) -> None:
    before = shown(run("init", "--name", "North")[1])
    backup = tmp_path / "one.db"
    assert run("db", "backup", backup)[0] == 0
    status, out, err = run("db", "rekey")
    assert (status, err) == (0, "")
    after = shown(out)
    assert len(after) == 2
    assert not set(before) & set(after)
    assert run("check")[0] == 0
    assert run("db", "drill", backup)[0] == 0
    (safe,) = (tmp_path / "practice.db.backups").glob("before-rekey-*.db")
    assert run("db", "drill", safe)[0] == 0
    listed = json.loads(run("db", "keys", "--json")[1])
    assert [(row["of"], row["use"]) for row in listed] == [
        ("store", "in use"),
        ("store", "earlier"),
        ("audit trail", "earlier"),
        ("audit trail", "in use"),
    ]
    assert not any(key in json.dumps(listed) for key in (*before, *after))


def test_a_biller_may_not_change_keys(run: Run, tmp_path: Path) -> None:
    run("init", "--name", "North")
    run("users", "add", getpass.getuser(), "--name", "Maria", "--role", "biller")
    files = sorted((tmp_path / "keys").iterdir())
    status, _, err = run("db", "rekey")
    assert status == 1
    assert "a biller may not care for the store" in err
    assert sorted((tmp_path / "keys").iterdir()) == files
