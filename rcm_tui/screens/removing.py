"""Removing a record that belongs to another one, such as a coverage or a fee, after a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcm_tui.data.identifiers import masked_text
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.words import count_of

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame


async def remove_belonging(frame: Frame, kind: str, key: int) -> str:
    """Names the record, and removes it if wanted; gives a sentence about it, "" for nothing done.

    Raises Refused with the reason when the record is locked, was changed or is referred to.
    """
    from rcm_tui.billing.editing import KINDS, record, remove

    app, declared = frame.workstation, KINDS[kind]
    found = await app.read(record, app.store.database, kind, key)
    title = masked_text(found.title) if app.actor.masked else found.title
    sentences = [
        title,
        "is removed, unless something refers to it. u brings it back.",
    ]
    if not await app.ask(Confirm(f"Remove this {declared.label}", sentences, "remove")):
        return ""
    claims = await app.change(remove, kind, key, found.version)
    others = ""
    if claims:
        drafts = count_of(len(claims), ("Draft claim has", "Draft claims have"))
        others = f" {drafts} other findings now."
    return f"Removed: {declared.label} {title}.{others} u brings it back."
