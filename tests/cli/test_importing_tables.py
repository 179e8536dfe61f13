"""`rcm-tui import` of tables: recognised, tried, taken in, and what it answers to scripts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.cli import main
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import Session
from tests.exchange.tables.files import SESSION_HEADINGS, csv_bytes, xlsx_bytes
from tests.practice_builder import SmallPractice, small_practice

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line; returns exit status, standard output and standard error."""

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def practice(
    store_url: str, key_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> SmallPractice:
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(key_folder))
    monkeypatch.setenv("RCM_TUI_DB", store_url)
    monkeypatch.setenv("RCM_TUI_EXPORT_FOLDER", str(tmp_path / "exports"))
    with Store.open(store_url, key_folder):
        return small_practice()


def count_sessions(store_url: str, key_folder: Path) -> int:
    with Store.open(store_url, key_folder):
        return int(Session.select().count())


def rows(practice: SmallPractice, *ends: str) -> list[list[str]]:
    return [
        list(SESSION_HEADINGS),
        *(
            [
                f"S{n}",
                "M00001",
                practice.technician.npi,
                f"3/{n}/2026",
                "9:00",
                end,
                "97153",
                "",
                "",
            ]
            for n, end in enumerate(ends, 1)
        ),
    ]


def test_a_table_is_recognised_tried_and_taken_in(
    practice: SmallPractice, run: Run, tmp_path: Path, store_url: str, key_folder: Path
) -> None:
    file = tmp_path / "march.csv"
    file.write_bytes(csv_bytes(rows(practice, "11:00", "8:00")))
    status, out, err = run("import", file, "--dry-run")
    assert status == 1
    assert out.splitlines() == [
        f"{file}: sessions tried (csv, UTF-8, parted by commas): 1 new, 0 to update, 0 the same,"
        " 1 refused",
        "  row      2  new      OKAFOR, ADA 03/01/2026 09:00 97153",
        "  row      3  refused  M00001 3/2/2026: End Time 8:00 is not after the start,"
        " 03/02/2026 09:00: a later time is needed.",
    ]
    assert count_sessions(store_url, key_folder) == 0
    status, out, err = run("import", file)
    assert status == 1
    assert ": 1 new, 0 updated, 0 the same, 1 refused" in out
    assert "row      3  refused  M00001 3/2/2026: End Time 8:00 is not after" in err
    (refused,) = (tmp_path / "exports").iterdir()
    assert refused.name.startswith("sessions-refused-")
    assert str(refused) in err
    refused.write_text(refused.read_text(encoding="utf-8-sig").replace("8:00,", "10:00,"))
    assert run("import", refused)[0] == 0
    assert count_sessions(store_url, key_folder) == 2
    status, out, err = run("import", file)
    assert status == 0
    assert "The same file came in on" in err


def test_a_script_reads_one_object_a_file(
    practice: SmallPractice, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.xlsx").write_bytes(xlsx_bytes(rows(practice, "11:00", "?")))
    target = tmp_path / "back.csv"
    status, out, _ = run("import", tmp_path / "a.xlsx", "--json", "--refused", target)
    assert status == 1
    result: dict[str, Any] = json.loads(out)
    assert (result["kind"], result["outcome"]) == ("sessions", "imported")
    assert (result["rows_new"], result["rows_refused"]) == (1, 1)
    assert result["refused_file"] == str(target)
    assert target.exists()
    assert result["rows"][1]["faults"] == [
        {
            "column": "End Time",
            "value": "?",
            "reason": "End Time ? is not a time: 9:30 AM or 14:15 is needed.",
        }
    ]
    # An earlier file of refused rows is never written over.
    (tmp_path / "b.csv").write_bytes(csv_bytes(rows(practice, "?")))
    status, out, _ = run("import", tmp_path / "b.csv", "--json", "--refused", target)
    assert status == 1
    assert "is there already" in json.loads(out)["findings"][0]["reason"]


def test_headings_are_told_once_for_a_source(
    practice: SmallPractice, run: Run, tmp_path: Path
) -> None:
    def file(name: str, day: int) -> Path:
        path = tmp_path / name
        row = ["M00001", practice.technician.npi, f"3/{day}/2026 9:00 AM", "60", "97153"]
        path.write_bytes(csv_bytes([["Kid", "Who", "Began", "Mins", "CPT"], row]))
        return path

    status, _, err = run("import", file("a.csv", 1), "--kind", "sessions")
    assert status == 1
    assert 'say which with --map "heading=column"' in err
    told = ["--map", "Kid=client_mrn", "--map", "Who=practitioner_npi", "--map", "Began=start"]
    assert run("import", file("a.csv", 1), "--source", "theralytics", *told)[0] == 0
    assert run("import", file("b.csv", 2), "--source", "theralytics")[0] == 0
    with pytest.raises(SystemExit) as wrong:
        run("import", file("c.csv", 3), "--map", "Kid")
    assert wrong.value.code == 2


def test_other_files_are_taken_in_as_before(
    practice: SmallPractice, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir,\nplease find enclosed the files.\n")
    status, out, _ = run("import", tmp_path / "letter.txt")
    assert (status, out) == (1, f"{tmp_path / 'letter.txt'}: unknown refused, 0 claims\n")
    status, _, err = run("import", tmp_path / "letter.txt", "--dry-run")
    assert status == 1
    assert "the headings are those of no table that is known" in err
    status, _, err = run("import", tmp_path / "missing.csv")
    assert (status, "cannot be read: No such file" in err) == (1, True)
