"""How each person wants the program to be, kept from one day to the next."""

from __future__ import annotations

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.personal import Preference
from rcm_tui.data.work import Work


def preferences(database: Database, login: str) -> dict[str, str]:
    """What a person chose, by name; nothing for what they leave to the settings."""
    rows = read_rows(database, "SELECT name, value FROM preference WHERE login = ?", login)
    return dict(rows)


def prefer(work: Work, name: str, value: str) -> None:
    """Keeps a choice of who acts in the place of an earlier one."""
    mine = (Preference.login == work.actor.login, Preference.name == name)
    if not Preference.update(value=plain(value)).where(*mine).execute():
        Preference.insert(login=work.actor.login, name=name, value=plain(value)).execute()
