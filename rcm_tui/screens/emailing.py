"""Emails of cases on screen: drafted, finished, sent through the practice's server, exported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rcm_tui.data.records.timeline import Entry
from rcm_tui.data.tables.timeline import FAILED, WAITING
from rcm_tui.data.target import TargetRefused, written_beside
from rcm_tui.screens.attaching import FileName
from rcm_tui.screens.timeline_dialogs import BOX, Asked, EntryDialog
from rcm_tui.widgets.key_menu import Item, KeyMenu

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rcm_tui.screens.frame import Frame

NO_SERVER = "No mail server is set: name one as smtp_host in the settings, or e exports it."


async def draft_an_email(frame: Frame, cases: Sequence[int], named: str) -> bool:
    """Asks for an email on a case; it is kept as a draft, and goes on from there if wanted."""
    from rcm_tui.billing.cases.timeline.emails import add_email

    if len(cases) > 1:
        frame.say("An email is about one case: unmark the others.", "$warning")
        return False
    app = frame.workstation
    subject = await app.read(_subject, cases[0])
    given = await _ask(frame, f"Email about {named}", {"subject": subject})
    if given is None:
        return False
    outcome = await app.change(add_email, cases[0], **given)
    frame.say(f"Draft kept on {named}.", "$success")
    await _go_on(frame, outcome.made[0], named)
    return True


async def finish_email(frame: Frame, entry: Entry, named: str) -> None:
    """Lets a person finish a draft, or one that failed, and send, export or keep it."""
    from rcm_tui.billing.cases.timeline.editing import edit_entry

    app = frame.workstation
    values = {name: getattr(entry, name) for name in ("party", "copies", "subject", "text")}
    notes = [f"Not sent: {entry.problem}"] if entry.state == FAILED and entry.problem else []
    given = await _ask(frame, f"Email about {named}", values, notes)
    if given is None:
        return
    await app.change(edit_entry, entry.id, given, hours=app.edit_hours, version=entry.version)
    frame.say("Draft kept.", "$success")
    await _go_on(frame, entry.id, named)


async def look_at_waiting(frame: Frame, entry: Entry) -> None:
    """An email that waits can be made a draft again."""
    from rcm_tui.billing.cases.timeline.emails import take_back

    app = frame.workstation
    said = f"Waits to be sent, tried {entry.attempts or 0} times"
    menu = KeyMenu(said, [Item("d", "Make it a draft again"), Item("k", "Let it wait")])
    if await app.ask(menu) == "d":
        await app.change(take_back, entry.id)
        frame.say("It is a draft again.", "$success")


def waits(entry: Entry) -> bool:
    """Whether it is on its way to the server."""
    return entry.state == WAITING


async def _ask(
    frame: Frame, title: str, values: Mapping[str, str], notes: Sequence[str] = ()
) -> Any:
    app = frame.workstation
    asked = [
        Asked("party", "To", value=values.get("party", ""), placeholder="um@payer.com"),
        Asked("copies", "Cc", value=values.get("copies", "")),
        Asked("subject", "Subject", value=values.get("subject", "")),
        Asked("text", "Text", BOX, values.get("text", "")),
    ]
    return await app.ask(EntryDialog(title, asked, app.today, "go on", notes))


async def _go_on(frame: Frame, entry: int, named: str) -> None:
    from rcm_tui.billing.cases.timeline.emails import send

    app = frame.workstation
    menu = [
        Item("s", f"Send it from {app.mail_sender}", "")
        if app.mail_sender
        else Item("s", "Send it", NO_SERVER),
        Item("e", "Export it as a file (.eml)"),
        Item("k", "Keep it as a draft"),
    ]
    key = await app.ask(KeyMenu("The email", menu))
    if key == "s":
        await app.change(send, entry)
        frame.say("It goes out with the worker's next look.", "$success")
    elif key == "e":
        await _export(frame, entry, named)


async def _export(frame: Frame, entry: int, named: str) -> None:
    from rcm_tui.billing.cases.timeline.emails import exported

    app = frame.workstation
    content = await app.read(_message, entry, app.mail_sender, app.clock())
    target = await app.ask(FileName(f"{named} email.eml", app.export_folder))
    if target is None:
        return
    try:
        await app.read(_write, target, content)
    except TargetRefused as error:
        frame.say(f"Nothing was exported: {error}.", "$error")
        return
    await app.change(exported, entry)
    frame.say(f"Exported to {target}", "$success")


def _message(entry_id: int, sender: str, now: Any) -> bytes:
    from rcm_tui.billing.cases.timeline.emails import addresses, complete
    from rcm_tui.exchange.mail.message import made_message

    entry = complete(entry_id)
    return made_message(
        sender=sender,
        to=addresses(entry.party),
        copies=addresses(entry.copies, "Cc"),
        subject=entry.subject,
        text=entry.text,
        date=now,
    ).as_bytes()


def _write(target: Path, content: bytes) -> None:
    with written_beside(target) as file:
        file.write(content)


def _subject(case_id: int) -> str:
    from rcm_tui.data.tables.cases import CaseFile

    case = CaseFile.get_by_id(case_id)
    return f"{case.subject} ({case.number})"
