"""A whole practice as one file, by commands: the passphrase, the question before a plain one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rcm_tui.cli import main
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command line on the store of this test; status, output and errors."""
    monkeypatch.setenv("RCM_TUI_DB", str(tmp_path / "practice.db"))
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(tmp_path / "keys"))
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery\n")
    passphrase.chmod(0o600)

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def test_a_practice_leaves_and_comes_back_on_another_machine(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init", "--name", "North")
    archive, secret = tmp_path / "north.rcmx", tmp_path / "passphrase"
    status, out, err = run("db", "export", archive, "--passphrase-file", secret)
    assert (status, err) == (0, "")
    assert "0 attached files" in out
    monkeypatch.setenv("RCM_TUI_DB", str(tmp_path / "there" / "practice.db"))
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(tmp_path / "there" / "keys"))
    status, out, err = run("db", "import", archive, "--passphrase-file", secret)
    assert (status, err) == (0, "")
    assert "“North”" in out
    assert "ok   audit trail" in out
    assert "FAIL" not in out
    assert "this one alone may send claims" in out
    with Store.open(str(tmp_path / "there" / "practice.db"), tmp_path / "there" / "keys"):
        recorded = [row.action for row in AuditRecord.select().order_by(AuditRecord.id)]
    assert recorded[-2:] == ["practice exported", "practice imported"]
    secret.chmod(0o644)
    assert "read by others" in run("db", "import", archive, "--passphrase-file", secret)[2]


def test_a_plain_one_asks_first_and_is_recorded(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init", "--name", "North")
    archive = tmp_path / "north.zip"
    status, _, err = run("db", "export", archive, "--plain")
    assert status == 1
    assert "say --yes" in err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: "no")
    assert run("db", "export", archive, "--plain")[2].endswith("nothing was written\n")
    assert not archive.exists()
    assert run("db", "export", archive, "--plain", "--yes")[0] == 0
    assert archive.read_bytes().startswith(b"PK")
    with Store.open(str(tmp_path / "practice.db"), tmp_path / "keys"):
        (record,) = AuditRecord.select().where(AuditRecord.action == "practice exported")
    assert record.details == '{"encrypted":false}'
