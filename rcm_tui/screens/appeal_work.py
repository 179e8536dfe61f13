"""Appealing claims, and what follows: shared by claims, denials, the claim and the appeals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from peewee import Database

from rcm_tui.billing.outcome import Left, Outcome, Refused
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.target import TargetRefused
from rcm_tui.screens import appeal_dialogs as dialogs
from rcm_tui.screens.appeal_documents import linked_before_drafting
from rcm_tui.screens.case_work import tell
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.chooser import Chooser, Option

if TYPE_CHECKING:
    from rcm_tui.billing.appeals.drafting import DraftLetter
    from rcm_tui.billing.appeals.grounds import Ground
    from rcm_tui.screens.frame import Frame

APPEAL, CLAIM = ("appeal", "appeals"), ("claim", "claims")
LETTER = ("letter", "letters")
DOCUMENT = ("document", "documents")


async def appeal(frame: Frame, claims: Sequence[int]) -> bool:
    """Appeals claims with the letter of each one's denial; false when nothing came of it."""
    from rcm_tui.billing.appeals.drafting import draft_appeals
    from rcm_tui.billing.appeals.grounds import grounds_of
    from rcm_tui.billing.appeals.sending import draft_and_send

    app = frame.workstation
    grounds = await app.read(grounds_of, app.store.database, claims, app.today)
    it, left = await _written(frame, grounds.taken, grounds.left)
    if it is None:
        await _nothing(frame, left)
        return False
    while True:
        answer = await app.ask(dialogs.AppealDialog(it, app.today))
        if answer is None:
            return False
        if answer == dialogs.TEMPLATE:
            await _other_letter(frame, it)
        elif answer == dialogs.EDIT:
            await _edited(frame, it)
        elif answer == dialogs.FILE:
            await linked_before_drafting(frame, it)
        else:
            break
    if answer == dialogs.KEEP:
        outcome = await app.change(
            draft_appeals, with_files(it), late_reason=it.late_reason, enclosed=it.enclosed
        )
        words = f"{count_of(len(outcome.made), APPEAL)} kept as draft, {money_text(outcome.amount)}"
    else:
        outcome = await app.change(
            draft_and_send,
            with_files(it),
            it.how,
            late_reason=it.late_reason,
            enclosed=it.enclosed,
            reference=it.reference,
        )
        words = (
            f"{count_of(len(outcome.made), APPEAL)} sent by {it.how}, {money_text(outcome.amount)}:"
            f" {await files_of(frame, outcome.made)}"
        )
    outcome.left = [*left, *outcome.left]
    await tell(frame, f"{words}.", outcome)
    return True


async def _written(
    frame: Frame, grounds: Sequence[Ground], left: list[Left]
) -> tuple[dialogs.Appealing | None, list[Left]]:
    """What can be appealed with its letters; what cannot, with the reasons."""
    from rcm_tui.billing.letters.writing import write_letters

    app = frame.workstation
    writer = app.actor.name or app.actor.login
    found = await app.read(write_letters, app.store.database, grounds, writer, app.today)
    left = [*left, *found.left]
    with_letters = [one for one in grounds if one.claim in found.letters]
    if not with_letters:
        return None, left
    return dialogs.Appealing(with_letters, found.letters, found.templates), left


async def _nothing(frame: Frame, left: list[Left]) -> None:
    if len(left) == 1:
        frame.say(f"{left[0].name}: {left[0].reason}.", "$warning")
    else:
        await tell(frame, "Nothing was appealed.", Outcome(left=left))


def with_files(it: dialogs.Appealing) -> dict[int, DraftLetter]:
    """The letters; that of a single claim with the files that were chosen."""
    if not it.files:
        return it.letters
    files = {kind: entry for kind, (entry, _) in it.files.items() if kind in it.enclosed}
    return {claim: replace(letter, files=files) for claim, letter in it.letters.items()}


async def _other_letter(frame: Frame, it: dialogs.Appealing) -> None:
    """Lets a person choose another letter for all of them."""
    from rcm_tui.billing.letters.writing import fitting, load_templates, write_letters

    app = frame.workstation
    templates = await app.read(load_templates, app.store.database)
    fits = {one.id for one in fitting(templates, it.grounds[0])}
    options = [
        Option(one.id, one.name, "fits" if one.id in fits else "")
        for one in sorted(templates, key=lambda one: one.id not in fits)
    ]
    key = await app.ask(Chooser("Which letter?", options))
    if key is None:
        return
    writer = app.actor.name or app.actor.login
    found = await app.read(write_letters, app.store.database, it.grounds, writer, app.today, key)
    if found.left:
        frame.say(f"{found.left[0].reason}.", "$error")
        return
    it.letters, it.templates = found.letters, found.templates


async def _edited(frame: Frame, it: dialogs.Appealing) -> None:
    """Lets a person edit the one letter before it goes out."""
    (ground,) = it.grounds
    letter = it.letters[ground.claim]
    dialog = dialogs.LetterDialog(f"Letter for {ground.number}", letter.subject, letter.text)
    answer = await frame.workstation.ask(dialog)
    if answer is not None:
        subject, text = answer
        it.letters[ground.claim] = replace(letter, subject=subject, text=text)


async def files_of(frame: Frame, appeals: Sequence[int]) -> str:
    """Writes the letters of appeals that were sent; says where they are, or why they are not."""
    from rcm_tui.exchange.letters.files import told, write_letters

    app = frame.workstation
    try:
        written = await app.read(
            write_letters, app.store, app.actor, appeals, Path(app.export_folder), now=app.clock()
        )
    except (TargetRefused, Refused) as error:
        return f"no letter was written: {error}"
    what = count_of(written.letters, LETTER)
    if written.documents:
        what = f"{what} and {count_of(written.documents, DOCUMENT)}"
    return f"{what} in {told(written)}"


async def send(frame: Frame, appeals: Sequence[int]) -> bool:
    """Sends drafts: asks how, writes their letters, marks them as sent."""
    from rcm_tui.billing.appeals.sending import enclose_and_send

    app = frame.workstation
    missing = await app.read(_missing, app.store.database, appeals)
    said = await app.ask(dialogs.SendDialog(f"Send {count_of(len(appeals), APPEAL)}", missing))
    if said is None:
        return False
    outcome = await app.change(
        enclose_and_send, appeals, said.how, enclosed=said.enclosed, reference=said.reference
    )
    if not outcome.done:
        await _nothing(frame, outcome.left)
        return False
    sent = f"{count_of(len(outcome.done), APPEAL)} sent by {said.how}, {money_text(outcome.amount)}"
    await tell(frame, f"{sent}: {await files_of(frame, outcome.done)}.", outcome)
    return True


def _missing(database: Database, appeals: Sequence[int]) -> list[str]:
    """The kinds of documents that drafts need and do not have yet."""
    rows = read_by_keys(
        database,
        "SELECT p.kind FROM appeal_proof AS p JOIN appeal AS a ON a.id = p.appeal_id"
        " WHERE a.id IN ({keys}) AND a.state = 'draft' AND p.required = 1 AND p.enclosed = 0"
        " ORDER BY p.id",
        appeals,
    )
    return list(dict.fromkeys(kind for (kind,) in rows))


def _numbers(database: Database, appeals: Sequence[int]) -> list[tuple[str, int]]:
    """Number and cents of appeals."""
    sql = "SELECT number, amount FROM appeal WHERE id IN ({keys}) ORDER BY id"
    return [(str(number), int(cents)) for number, cents in read_by_keys(database, sql, appeals)]


def _letter(database: Database, appeal_id: int) -> tuple[str, str, str]:
    sql = "SELECT number, subject, letter FROM appeal WHERE id = ?"
    ((number, subject, letter),) = read_rows(database, sql, appeal_id)
    return number, subject, letter


async def answer(frame: Frame, appeals: Sequence[int]) -> bool:
    """Asks what the payer answered, and writes it down."""
    from rcm_tui.billing.appeals.answering import answer_appeals

    app = frame.workstation
    rows = await app.read(_numbers, app.store.database, appeals)
    what = rows[0][0] if len(rows) == 1 else count_of(len(rows), APPEAL)
    cents = sum(amount for _, amount in rows)
    said = await app.ask(dialogs.AnswerDialog(what, len(rows), cents, app.today))
    if said is None:
        return False
    outcome = await app.change(
        answer_appeals,
        appeals,
        said.outcome,
        answered_on=said.answered_on,
        won=said.won,
        note=said.note,
    )
    words = (
        f"{count_of(len(outcome.done), APPEAL)} {said.outcome}, {money_text(outcome.amount)} won."
    )
    await tell(frame, words, outcome)
    return True


async def withdraw(frame: Frame, appeals: Sequence[int], cents: int) -> bool:
    """Takes appeals back, with a reason."""
    from rcm_tui.billing.appeals.answering import withdraw_appeals
    from rcm_tui.screens.visit_dialogs import ReasonDialog

    app = frame.workstation
    what = f"{count_of(len(appeals), APPEAL)}, {money_text(cents)} asked for"
    reason = await app.ask(ReasonDialog(f"Withdraw {what}", "withdraw"))
    if reason is None:
        return False
    outcome = await app.change(withdraw_appeals, appeals, str(reason))
    await tell(frame, f"{count_of(len(outcome.done), APPEAL)} withdrawn.", outcome)
    return True


async def rewrite_letter(frame: Frame, appeal_id: int) -> bool:
    """Lets a person edit the letter of a draft."""
    from rcm_tui.billing.appeals.drafting import rewrite

    app = frame.workstation
    number, subject, text = await app.read(_letter, app.store.database, appeal_id)
    said = await app.ask(dialogs.LetterDialog(f"Letter of {number}", subject, text))
    if said is None:
        return False
    await app.change(rewrite, appeal_id, *said)
    frame.say(f"The letter of {number} was kept.", "$success")
    return True
