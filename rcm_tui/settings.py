"""Settings: one typed model, read from a TOML file, RCM_TUI_* variables and options, in that order.

What is said later wins. A wrong value is refused with a sentence that names the setting, where it
was said, the value, and what would be right.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

APPLICATION = "rcm-tui"
PREFIX = "RCM_TUI_"
FILE_VARIABLE = "RCM_TUI_CONFIG"
THEMES = ("long-day", "light", "high-contrast")


class SettingsError(Exception):
    """Settings that cannot be used, with the reason as a sentence."""


class _Wrong(Exception):
    """What would be right, to be completed with the setting's name and value."""


def _setting(read: Callable[[object], Any], default: Callable[[], Any], says: str) -> Any:
    return field(metadata={"read": read, "default": default, "says": says})


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip() and value.isprintable():
        return value.strip()
    raise _Wrong("it must be a text of one line")


def _database(value: object) -> str:
    right = _Wrong("it must be a file's path, sqlite:///… or postgresql://…")
    if isinstance(value, Path):
        return str(value.expanduser())
    try:
        text = _text(value)
    except _Wrong:
        raise right from None
    if text.startswith(("sqlite:///", "postgresql://", "postgres://")):
        return text
    if "://" in text:
        raise right
    return str(Path(text).expanduser())


def _folder(value: object) -> Path:
    if isinstance(value, Path):
        return value.expanduser()
    try:
        return Path(_text(value)).expanduser()
    except _Wrong:
        raise _Wrong("it must be a folder's path") from None


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        # True is an int to Python, not to a person.
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise _Wrong(f"it must be a whole number from {least} to {most}")

    return read


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if word in ("true", "yes", "on", "1"):
            return True
        if word in ("false", "no", "off", "0"):
            return False
    raise _Wrong("it must be true or false")


def _keys(value: object) -> dict[str, tuple[str, ...]]:
    right = _Wrong('it must be a table of actions, such as {approve = "A", hold = ["h", "H"]}')
    if isinstance(value, str):
        import tomllib

        try:
            value = tomllib.loads(f"keys = {value}").get("keys")
        except tomllib.TOMLDecodeError:
            raise right from None
    if not isinstance(value, dict):
        raise right
    chosen = {
        name: tuple(keys) if isinstance(keys, list) else (keys,) for name, keys in value.items()
    }
    if all(keys and all(isinstance(key, str) for key in keys) for keys in chosen.values()):
        return chosen
    raise right


def _theme(value: object) -> str:
    if value in THEMES:
        return str(value)
    raise _Wrong(f"it must be {', '.join(THEMES[:-1])} or {THEMES[-1]}")


def _worker(value: object) -> str:
    if value in ("in-app", "service"):
        return str(value)
    raise _Wrong('it must be "in-app" or "service"')


def _security(value: object) -> str:
    if value in ("starttls", "tls", "none"):
        return str(value)
    raise _Wrong("it must be starttls, tls or none")


def _time_zone(value: object) -> str:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(_text(value)).key
    except (_Wrong, LookupError, ValueError, OSError):
        raise _Wrong("it must be the name of a time zone, such as America/New_York") from None


def _default_database() -> str:
    import platformdirs

    return str(platformdirs.user_data_path(APPLICATION) / "practice.db")


def _default_key_folder() -> Path:
    return _config_folder() / "keys"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of the program; each field says what it is for in its metadata."""

    db: str = _setting(
        _database,
        _default_database,
        "The store: a file's path, sqlite:///… or postgresql://…",
    )
    worker: Literal["in-app", "service"] = _setting(
        _worker,
        lambda: "in-app",
        "Who does the hourly work: in-app, beside an open workstation; service, `rcm-tui worker`.",
    )
    submission_minute: int = _setting(
        _whole(0, 59),
        lambda: 0,
        "The minute of every hour at which claims are sent, 0 to 59.",
    )
    theme: str = _setting(
        _theme,
        lambda: THEMES[0],
        "The name of the colour theme, for whoever has not chosen one on screen.",
    )
    ascii_glyphs: bool = _setting(
        _yes_or_no,
        lambda: False,
        "Draws plain ASCII where a terminal lacks the signs.",
    )
    export_folder: Path = _setting(
        _folder,
        lambda: Path.home() / "rcm-tui-exports",
        "The one folder that exports from the screen go into.",
    )
    import_folder: Path = _setting(
        _folder,
        lambda: Path.home() / "rcm-tui-imports",
        "The one folder that imports on the screen are taken from.",
    )
    cover_minutes: int = _setting(
        _whole(1, 480),
        lambda: 10,
        "After how many minutes without a key the screen is covered; any key uncovers it.",
    )
    sign_out_minutes: int | None = _setting(
        _whole(1, 1440),
        lambda: None,
        "After how many minutes without a key the person is signed out, with drafts kept.",
    )
    emergency_minutes: int = _setting(
        _whole(1, 480),
        lambda: 60,
        "How many minutes emergency access lasts at most.",
    )
    alarms_to: str | None = _setting(
        _text,
        lambda: None,
        "The address that is told by email when somebody takes up emergency access.",
    )
    edit_hours: int = _setting(
        _whole(0, 8760),
        lambda: 24,
        "How many hours an entry on a case's timeline can be edited by whoever wrote it.",
    )
    attachment_mb: int = _setting(
        _whole(1, 500),
        lambda: 25,
        "How many megabytes a file that is attached to a case may have.",
    )
    files_folder: Path | None = _setting(
        _folder,
        lambda: None,
        "The folder of attached files; without one, beside a store that is a file.",
    )
    backup_folder: Path | None = _setting(
        _folder,
        lambda: None,
        "The folder of the hourly backups; without one, beside a store that is a file.",
    )
    key_folder: Path = _setting(
        _folder,
        _default_key_folder,
        "The folder of the keys of encrypted stores and audit chains; never beside the store.",
    )
    smtp_host: str | None = _setting(
        _text,
        lambda: None,
        "The mail server that emails are sent through; without one none is ever sent.",
    )
    smtp_port: int | None = _setting(
        _whole(1, 65535),
        lambda: None,
        "Its port; without one 587 for starttls, 465 for tls.",
    )
    smtp_security: Literal["starttls", "tls", "none"] = _setting(
        _security,
        lambda: "starttls",
        "How the way to it is encrypted: starttls or tls; none for a server on this machine alone.",
    )
    smtp_sender: str | None = _setting(
        _text,
        lambda: None,
        "The address that emails are from.",
    )
    smtp_user: str | None = _setting(
        _text,
        lambda: None,
        "The user of the mail server, where it asks for one.",
    )
    smtp_password_file: Path | None = _setting(
        _folder,
        lambda: None,
        "The file that holds its password, readable by its owner alone; without one, the keyring.",
    )
    time_zone: str | None = _setting(
        _time_zone,
        lambda: None,
        "The time zone of times on screen; without one, the practice's own.",
    )
    keys: Mapping[str, tuple[str, ...]] = _setting(
        _keys,
        dict,
        "Other keys for actions, by the actions' names.",
    )


def load(
    options: Mapping[str, object] | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """Reads the settings: the file, overridden by variables, overridden by options.

    `options` are values by field name; None means that the option was not given.
    Raises SettingsError with a sentence about the first wrong value.
    """
    said = _from_file(environ)
    for item in fields(Settings):
        variable = PREFIX + item.name.upper()
        if environ.get(variable):
            said[item.name] = (environ[variable], variable)
    for name, value in (options or {}).items():
        if value is not None:
            said[name] = (value, "--" + name.replace("_", "-"))
    return Settings(
        **{
            item.name: _read(item.name, item.metadata["read"], *said[item.name])
            if item.name in said
            else item.metadata["default"]()
            for item in fields(Settings)
        }
    )


def config_file(environ: Mapping[str, str] = os.environ) -> Path:
    """The settings file: the one that RCM_TUI_CONFIG names, or the usual place, there or not."""
    named = environ.get(FILE_VARIABLE)
    return Path(named).expanduser() if named else _config_folder() / "settings.toml"


def _config_folder() -> Path:
    import platformdirs

    return platformdirs.user_config_path(APPLICATION)


def _from_file(environ: Mapping[str, str]) -> dict[str, tuple[object, str]]:
    import tomllib

    path = config_file(environ)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if environ.get(FILE_VARIABLE):
            raise SettingsError(f"{FILE_VARIABLE} names {path}, which is not there") from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings file {path} is not valid TOML: {error}") from None
    known = [item.name for item in fields(Settings)]
    for name in content:
        if name not in known:
            raise SettingsError(f"{name} in {path} is not a setting: {_nearest(name, known)}")
    return {name: (value, str(path)) for name, value in content.items()}


def _nearest(name: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"


def _read(name: str, read: Callable[[object], Any], value: object, where: str) -> Any:
    try:
        return read(value)
    except _Wrong as right:
        raise SettingsError(f"{name} is {value!r} in {where}: {right}") from None
