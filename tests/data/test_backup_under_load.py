"""The restore drill: a backup that is taken while others write comes back with nothing else."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from rcm_tui.data.backups import ATTACHED
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store, create
from tests.data.busy_writer import CENTS
from tests.practice_builder import small_practice

WRITERS = ("ada", "ben", "cora")
NOTICED = re.compile(r"is damaged|is no backup|is malformed")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    """An encrypted practice with one client; its keys are in `keys`, its files in `files`."""
    path = tmp_path / "here" / "practice.db"
    with create(str(path), tmp_path / "keys", "North"):
        small_practice()
    return path


@pytest.fixture
def writers(practice: Path, tmp_path: Path) -> Iterator[list["subprocess.Popen[str]"]]:
    """Processes that write to it as fast as they can; killed where the test did not stop them."""
    words = (str(practice), str(tmp_path / "keys"), str(tmp_path / "files"))
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.data.busy_writer", *words, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for name in WRITERS
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                pipe.close()


def program(*words: str, home: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """The program with an emptied environment; the usual places are those of a new `home`."""
    return subprocess.run(
        [sys.executable, "-m", "rcm_tui", *words],
        env={"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_a_backup_under_load_comes_back_from_its_file_and_keys_alone(
    practice: Path, writers: list["subprocess.Popen[str]"], tmp_path: Path
) -> None:
    told = [_output(process) for process in writers]
    for lines in told:
        assert lines.readline() == "5\n"  # everybody writes
    backup = tmp_path / "backups" / "one.db"
    here = {
        "RCM_TUI_DB": str(practice),
        "RCM_TUI_KEY_FOLDER": str(tmp_path / "keys"),
        "RCM_TUI_FILES_FOLDER": str(tmp_path / "files"),
    }
    taken = program("db", "backup", str(backup), home=tmp_path, **here)
    assert taken.returncode == 0, taken.stderr
    for process, lines in zip(writers, told, strict=True):
        assert lines.readline()  # and still did
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0

    # Another machine: nothing is there but the backup, what was attached, and the keys.
    home = tmp_path / "another machine"
    keys = home / ".config" / "rcm-tui" / "keys"
    shutil.copytree(tmp_path / "keys", keys)
    shutil.rmtree(tmp_path / "files")
    restored = program("db", "restore", str(backup), home=home)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "is whole" in restored.stdout
    path = home / ".local" / "share" / "rcm-tui" / "practice.db"
    assert b"SQLite" not in path.read_bytes()[:64]
    assert program("check", home=home).returncode == 0

    before, cents, seal = _state(path, keys)
    after, _, _ = _state(practice, tmp_path / "keys")
    for name in WRITERS:
        assert 5 <= before[name] < after[name]
    assert cents == CENTS * sum(before.values())
    # It is the practice at one moment of that load: its trail is the beginning of the other's.
    with Store.open(str(practice), tmp_path / "keys") as store:
        trail = "SELECT seal FROM audit_record WHERE id = ?"
        assert read_rows(store.database, trail, seal[0]) == [(seal[1],)]


def test_one_flipped_byte_is_noticed_wherever_it_is(practice: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backups" / "one.db"
    here = {"RCM_TUI_DB": str(practice), "RCM_TUI_KEY_FOLDER": str(tmp_path / "keys")}
    assert program("db", "backup", str(backup), home=tmp_path, **here).returncode == 0
    whole, home = backup.read_bytes(), tmp_path / "another machine"
    shutil.copytree(tmp_path / "keys", home / ".config" / "rcm-tui" / "keys")
    places = ((3, True), (3, False), (len(whole) // 3, False), (len(whole) - 1, False))
    for at, checksum in places:
        flipped = backup.with_name(f"flipped-{at}-{checksum}.db")
        flipped.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        if checksum:
            text = backup.with_name("one.db.sha256").read_text()
            flipped.with_name(f"{flipped.name}.sha256").write_text(text)
        refused = program("db", "restore", str(flipped), home=home)
        assert refused.returncode == 1, (at, checksum)
        assert flipped.name in refused.stderr
        assert NOTICED.search(refused.stderr), refused.stderr
    assert not (home / ".local" / "share" / "rcm-tui" / "practice.db").exists()
    assert not [name for name in os.listdir(backup.parent) if name.endswith(".part")]
    assert ATTACHED not in os.listdir(home)


def _output(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def _state(path: Path, keys: Path) -> tuple[Counter[str], int, tuple[int, str]]:
    """How many payments each writer took, what they come to, and the end of the audit trail."""
    marks = ", ".join(f"'{name}'" for name in WRITERS)
    with Store.open(str(path), keys) as store:
        memos = read_rows(store.database, "SELECT COUNT(*), SUM(amount) FROM patient_payment")
        units = read_rows(
            store.database,
            "SELECT actor, COUNT(*) FROM audit_record"
            f" WHERE actor IN ({marks}) AND action = 'payment taken' GROUP BY actor",
        )
        (end,) = read_rows(
            store.database, "SELECT id, seal FROM audit_record ORDER BY id DESC LIMIT 1"
        )
    counted = Counter({str(actor): int(count) for actor, count in units})
    assert sum(counted.values()) == memos[0][0]
    return counted, int(memos[0][1]), (int(end[0]), str(end[1]))
