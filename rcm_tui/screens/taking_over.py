"""What follows from saving a case manager: asked before it is done, and done as one action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from rcm_tui.screens.words import count_of
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from rcm_tui.billing.clients.rendering_changes import Changed
    from rcm_tui.billing.editing.appointing import Foreseen
    from rcm_tui.billing.editing.merging import Keep
    from rcm_tui.data.work import Work
    from rcm_tui.screens.forms.record_form import Saving, Write
    from rcm_tui.screens.frame import Frame

WIDTH = 70
SHOWN = 200
CHARGE, DRAFT = ("charge", "charges"), ("Draft claim", "Draft claims")


async def ask_what_follows(frame: Frame, saving: Saving) -> Write | None:
    """Shows who ends and whose rendering provider changes; gives what saves, None to go on."""
    from rcm_tui.billing.editing.appointing import appoint, foresee

    app = frame.workstation
    seen = await app.read(foresee, app.store.database, saving.key, dict(saving.after))
    if (seen.ending is not None or seen.changes) and not await app.ask(TakingOver(seen)):
        return None

    def write(
        work: Work,
        _kind: str,
        key: int,
        version: int,
        changes: Mapping[str, Any],
        keep: Mapping[str, Keep] | None,
    ) -> Any:
        return appoint(work, key, version, changes, ending=seen.ending, keep=keep)

    return write


class TakingOver(Dialog[bool]):
    """Who ends, and every charge and Draft that gets another rendering provider: old → new."""

    DEFAULT_CSS = """
    TakingOver RowList { height: auto; max-height: 12; margin-top: 1; }
    """

    def __init__(self, seen: Foreseen) -> None:
        super().__init__("Another case manager" if seen.ending else "What follows")
        self._seen = seen

    def parts(self) -> ComposeResult:
        for sentence in sentences(self._seen):
            yield from (Line(line) for line in folded("", sentence, WIDTH))
        if self._seen.changes:
            yield RowList(rows_of(self._seen))

    def on_mount(self) -> None:
        for rows in self.query(RowList):
            rows.focus()

    def keys(self) -> list[tuple[str, str]]:
        verb = "end and save" if self._seen.ending else "save"
        return [("enter", verb), ("esc", "go on editing")]

    def action_accept(self) -> None:
        self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(False)


def sentences(seen: Foreseen) -> list[str]:
    """What will be done, in words."""
    lines = []
    if (ending := seen.ending) is not None:
        lines.append(
            f"{ending.name} is case manager for {ending.service_line} since"
            f" {ending.since:%m/%d/%Y}, and there is one at a time: that one ends on"
            f" {ending.last:%m/%d/%Y}."
        )
    found = seen.changes
    if found.charges or found.drafts:
        lines.append(
            f"Another rendering provider: {count_of(len(found.charges), CHARGE)} not on a claim"
            f" yet, {count_of(len(found.drafts), DRAFT)}."
        )
    else:
        lines.append("What was not sent keeps its rendering provider.")
    return lines


def rows_of(seen: Foreseen) -> list[Row]:
    """Each charge and Draft that changes, and each Draft that does not, with the reason."""
    found = seen.changes
    listed = [*(("draft", one) for one in found.drafts), *(("", one) for one in found.charges)]
    rows = [Row(_line(what, one)) for what, one in listed[:SHOWN]]
    if len(listed) > SHOWN:
        rows.append(Row(written(f"and {len(listed) - SHOWN:,} more")))
    for left in found.left:
        text = f"{left.name} stays as it is: {left.reason}"
        rows += [Row(line) for line in folded("", text, WIDTH - 2)]
    return rows


def _line(what: str, one: Changed) -> Any:
    return written(
        (cell(one.number, 12), "bold"),
        f"{one.day[5:7]}/{one.day[8:10]}/{one.day[:4]} ",
        (cell(what, 6), "$text-muted"),
        cell(one.old, 17),
        (" → ", "$accent"),
        cell(one.new, 18),
    )
