"""Opens the workstation for a person, as the practice's settings say."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rcm_tui.billing.people.sessions import SIGNED_OUT, record_session
from rcm_tui.data.actor import Actor
from rcm_tui.data.admission import admitted
from rcm_tui.data.personal.preferences import preferences
from rcm_tui.data.store import Store
from rcm_tui.screens.actions import Keymap
from rcm_tui.screens.app import Workstation, utc_now

if TYPE_CHECKING:
    from rcm_tui.settings import Settings


def run(
    store: Store,
    settings: Settings,
    actor: Actor,
    begin: str = "home",
    begin_at: int | None = None,
    *,
    signed_in: bool = False,
) -> int:
    """Opens the workstation on a store, with the worker beside it where the settings say so.

    `begin` names the section that is shown first, `begin_at` the row that its cursor is on;
    `signed_in` is said of who came by a key, and whose going is on record.
    Returns the exit status.
    """
    if settings.ascii_glyphs:
        os.environ["RCM_TUI_ASCII"] = "1"
    zone = ZoneInfo(settings.time_zone) if settings.time_zone else None
    keymap = Keymap()
    if settings.keys:
        from rcm_tui.screens.keymap import read_keymap

        keymap = read_keymap(settings.keys)
    actor = admitted(store.database, actor, utc_now())
    mine = preferences(store.database, actor.login)
    store.rest()
    theme = mine.get("theme", settings.theme)
    first = "tour" not in mine
    app = Workstation(
        store,
        actor,
        zone=zone,
        theme=theme,
        keymap=keymap,
        tour=first,
        begin=begin,
        begin_at=begin_at,
        export_folder=settings.export_folder,
        import_folder=settings.import_folder,
        edit_hours=settings.edit_hours,
        attachment_mb=settings.attachment_mb,
        mail_sender=(settings.smtp_sender or "") if settings.smtp_host else "",
        emergency_minutes=settings.emergency_minutes,
        cover_minutes=settings.cover_minutes,
        sign_out_minutes=settings.sign_out_minutes or (30 if signed_in else None),
    )
    try:
        return _run(app, settings)
    finally:
        if signed_in or app.ended:
            with store.work(replace(app.actor, leaving=True)) as work:
                record_session(work, SIGNED_OUT, app.ended)


def _run(app: Workstation, settings: Settings) -> int:
    if settings.worker != "in-app":
        return app.run() or 0
    from rcm_tui.jobs.beside import WorkerBeside

    beside = WorkerBeside(settings.db, settings.key_folder)
    app.keep_worker = beside.start
    try:
        return app.run() or 0
    finally:
        beside.stop()
