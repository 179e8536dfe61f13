"""Saying which file of its case a document of an appeal is, or attaching one there and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import Database

from rcm_tui.data.records.appeal import AppealRecord
from rcm_tui.screens.case_timeline import size_text
from rcm_tui.widgets.chooser import Chooser, Option

if TYPE_CHECKING:
    from rcm_tui.billing.appeals.documents import CaseFileEntry
    from rcm_tui.screens.appeal_dialogs import Appealing
    from rcm_tui.screens.frame import Frame

ATTACH, NONE = -1, -2
"""What may be chosen besides the files that are there."""


async def link(frame: Frame, record: AppealRecord, kind: str) -> bool:
    """Asks which file a document of a draft is, and keeps it; false when nothing was changed."""
    from rcm_tui.billing.appeals.documents import link_document, unlink_document

    app, appeal = frame.workstation, record.appeal
    if not kind:
        frame.say("Every document of this appeal has its file: put the cursor on one.", "$warning")
        return False
    has = any(proof.kind == kind and proof.file_name for proof in record.proofs)
    chosen = await choose(frame, appeal.chain, kind, has)
    if chosen is None:
        return False
    if chosen == NONE:
        await app.change(unlink_document, appeal.id, kind)
        frame.say(f"{kind}: no file any more.", "$success")
        return True
    await app.change(link_document, appeal.id, kind, chosen)
    frame.say(f"{kind}: its file goes with the letter.", "$success")
    return True


async def linked_before_drafting(frame: Frame, it: Appealing) -> None:
    """The same of an appeal that is being put together."""
    (ground,) = it.grounds
    chosen = await choose(frame, ground.chain, it.wanted, it.wanted in it.files)
    if chosen is None:
        return
    if chosen == NONE:
        it.files.pop(it.wanted)
        it.enclosed.discard(it.wanted)
        return
    found, _ = await frame.workstation.read(_files, frame.workstation.store.database, ground.chain)
    it.files[it.wanted] = chosen, next(one.name for one in found if one.entry == chosen)
    it.enclosed.add(it.wanted)


async def choose(frame: Frame, chain: int, kind: str, has: bool) -> int | None:
    """The entry of the file that is meant, NONE to take it off (`has`); None for no answer."""
    app = frame.workstation
    found, case = await app.read(_files, app.store.database, chain)
    why = "" if case else "the claim stands in no case: c opens one"
    options = [
        Option(one.entry, one.name, f"{size_text(one.size)}  {one.case_number}") for one in found
    ]
    options.append(Option(ATTACH, "attach a file of the import folder …", refusal=why))
    if has:
        options.append(Option(NONE, "no file: on paper"))
    chosen: int | None = await app.ask(Chooser(f"Which file is: {kind}?", options))
    if chosen == ATTACH and case is not None:
        from rcm_tui.screens.attaching import attach_a_file

        made = await attach_a_file(frame, [case], "the case")
        return made[0] if made else None
    return chosen


def _files(database: Database, chain: int) -> tuple[list[CaseFileEntry], int | None]:
    from rcm_tui.billing.appeals.documents import case_to_attach_to, files_of_chain

    return files_of_chain(database, chain), case_to_attach_to(database, chain)
