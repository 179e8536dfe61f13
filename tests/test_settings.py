"""Settings: where they come from, which one wins, and what a wrong one is told."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from rcm_tui.settings import PREFIX, Settings, SettingsError, config_file, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def environ(file: Path, **variables: str) -> dict[str, str]:
    return {"RCM_TUI_CONFIG": str(file), **variables}


def test_without_any_word_the_defaults_hold() -> None:
    found = load(environ={})
    assert found.worker == "in-app"
    assert found.submission_minute == 0
    assert found.ascii_glyphs is False
    assert found.time_zone is None
    assert found.db.endswith("practice.db")


def test_keys_do_not_lie_beside_the_store() -> None:
    found = load(environ={})
    assert Path(found.db).parent not in [found.key_folder, *found.key_folder.parents]


def test_file_then_variable_then_option(file: Path) -> None:
    file.write_text('submission_minute = 10\nworker = "service"\ntheme = "light"\n')
    variables = environ(file, RCM_TUI_SUBMISSION_MINUTE="20", RCM_TUI_THEME="high-contrast")
    found = load({"submission_minute": 30}, variables)
    assert (found.worker, found.theme, found.submission_minute) == ("service", "high-contrast", 30)


def test_an_option_that_was_not_given_and_an_empty_variable_say_nothing(file: Path) -> None:
    file.write_text("submission_minute = 10\n")
    found = load({"submission_minute": None}, environ(file, RCM_TUI_SUBMISSION_MINUTE=""))
    assert found.submission_minute == 10


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_every_setting_can_be_said_by_a_variable_and_says_what_it_is_for(item) -> None:
    values = {
        "db": "postgresql:///rcm",
        "worker": "service",
        "submission_minute": "59",
        "theme": "light",
        "cover_minutes": "5",
        "emergency_minutes": "30",
        "alarms_to": "privacy@example.com",
        "sign_out_minutes": "20",
        "edit_hours": "48",
        "attachment_mb": "40",
        "files_folder": "/srv/files",
        "backup_folder": "/srv/backups",
        "smtp_host": "mail.example.com",
        "smtp_port": "2525",
        "smtp_security": "tls",
        "smtp_sender": "billing@example.com",
        "smtp_user": "billing",
        "smtp_password_file": "/srv/keys/smtp",
        "ascii_glyphs": "yes",
        "export_folder": "/srv/exports",
        "import_folder": "/srv/imports",
        "key_folder": "/srv/keys",
        "time_zone": "America/Chicago",
        "keys": '{approve = "A", hold = ["h", "H"]}',
    }
    found = load(environ={PREFIX + item.name.upper(): values[item.name]})
    if item.name == "keys":
        assert found.keys == {"approve": ("A",), "hold": ("h", "H")}
    else:
        assert str(getattr(found, item.name)) in (values[item.name], "True")
    assert item.metadata["says"].endswith((".", "…"))


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("submission_minute = 60", "a whole number from 0 to 59"),
        ("submission_minute = -1", "a whole number from 0 to 59"),
        ("submission_minute = true", "a whole number from 0 to 59"),
        ('submission_minute = "half past"', "a whole number from 0 to 59"),
        ('submission_minute = "²"', "a whole number from 0 to 59"),
        ('worker = "cron"', '"in-app" or "service"'),
        ("worker = []", '"in-app" or "service"'),
        ('ascii_glyphs = "perhaps"', "true or false"),
        ("ascii_glyphs = 1", "true or false"),
        ('theme = ""', "long-day, light or high-contrast"),
        ('theme = "nord"', "long-day, light or high-contrast"),
        ("theme = 7", "long-day, light or high-contrast"),
        ('db = "mysql://host/rcm"', "sqlite:///… or postgresql://…"),
        ('db = "sqlite://practice.db"', "sqlite:///… or postgresql://…"),
        ("db = 7", "sqlite:///… or postgresql://…"),
        ("key_folder = 7", "a folder's path"),
        ('time_zone = "Mars/Olympus"', "such as America/New_York"),
        ('time_zone = "../../etc/passwd"', "such as America/New_York"),
        ('time_zone = "/etc/passwd"', "such as America/New_York"),
        ('time_zone = "America"', "such as America/New_York"),
        ("keys = 7", "a table of actions"),
        ('keys = "approve"', "a table of actions"),
        ("keys = {approve = 7}", "a table of actions"),
        ("keys = {approve = []}", "a table of actions"),
    ],
)
def test_a_wrong_value_is_told_its_name_its_place_and_what_is_right(
    file: Path, line: str, right: str
) -> None:
    file.write_text(line + "\n")
    with pytest.raises(SettingsError) as told:
        load(environ=environ(file))
    sentence = str(told.value)
    assert sentence.startswith(f"{line.split(' = ')[0]} is ")
    assert str(file) in sentence
    assert right in sentence


def test_a_wrong_variable_and_a_wrong_option_are_named() -> None:
    with pytest.raises(SettingsError, match="RCM_TUI_WORKER"):
        load(environ={"RCM_TUI_WORKER": "cron"})
    with pytest.raises(SettingsError, match="--submission-minute"):
        load({"submission_minute": "61"}, environ={})


def test_a_misspelt_setting_is_told_the_nearest(file: Path) -> None:
    file.write_text("submision_minute = 5\n")
    with pytest.raises(SettingsError, match="did you mean submission_minute"):
        load(environ=environ(file))


@pytest.mark.parametrize("content", [b"worker = ", b"\xff\xfe\x00", b"[worker\n"])
def test_a_file_that_is_not_toml_is_named(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="settings\\.toml"):
        load(environ=environ(file))


def test_a_named_file_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(SettingsError, match="RCM_TUI_CONFIG names"):
        load(environ=environ(file))


def test_the_home_folder_can_be_written_short(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    found = load({"db": "~/practice.db", "key_folder": "~/keys"}, environ={})
    assert found.db == str(tmp_path / "practice.db")
    assert found.key_folder == tmp_path / "keys"
    assert config_file({"RCM_TUI_CONFIG": "~/x.toml"}) == tmp_path / "x.toml"


def test_platformdirs_is_loaded_only_when_a_default_place_is_needed(file: Path) -> None:
    file.write_text('db = "/srv/practice.db"\nkey_folder = "/srv/keys"\n')
    script = (
        "import sys; from rcm_tui.settings import load; load();"
        "assert 'platformdirs' not in sys.modules, 'loaded'"
    )
    subprocess.run([sys.executable, "-c", script], env=environ(file), check=True)
