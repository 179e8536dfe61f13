"""The tab Children of a case: the case above it, those below it, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rcm_tui.data.queues.cases import STAGES
from rcm_tui.data.records.case_family import MOST_BELOW, Family, Relative, read_family
from rcm_tui.screens import case_work
from rcm_tui.screens.case_part import CasePart, ShownCase
from rcm_tui.screens.words import NONE, amount, count_of, date_text, field_line, money_text, state
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import Piece, written

if TYPE_CHECKING:
    from rcm_tui.screens.case import CaseScreen
    from rcm_tui.screens.frame import Frame

WIDE = 118
CASE, CLAIM = ("case", "cases"), ("claim", "claims")
ALONE = 0
"""What is chosen to let cases stand under no other."""


def lines(shown: ShownCase) -> list[Row]:
    """The case above, what is open below, and each case below, indented by its depth."""
    found: Family = shown.read["children"]
    case = shown.record.case
    rows = []
    if found.above is not None:
        above = found.above
        named = written((above.number, "$secondary"), f"  {above.subject}  ")
        line = field_line("Stands under", named, state(STAGES, above.stage))
        rows.append(Row(line, ("case", above.id)))
    sums: list[Piece] = [
        f"{count_of(case.open_children, CASE)}, {count_of(case.children_claims, CLAIM)},"
        f" {money_text(case.children_outstanding)} outstanding"
    ]
    if case.open_children:
        both = case.outstanding + case.children_outstanding
        sums.append((f"   with its own {money_text(both)}", "$text-muted"))
    rows.append(Row(field_line("Open below", written(*sums))))
    rows.append(Row(written("")))
    if not found.below:
        said = "No cases below it: c opens one, P puts this one under another."
        rows.append(Row(written((said, "$text-muted"))))
        return rows
    wide = shown.width >= WIDE
    subject = 36 if wide else 20
    head = f"{'Case':<14}{'Subject':<{subject + 1}}{'Stage':<19}{'Owner':<9}"
    head += f"{'Follow up':<12}{'Due':<12}{'Claims':>6}" if wide else ""
    rows.append(Row(written((f"{head}{'Outstanding':>12}", "$text-muted"))))
    rows += [Row(_line(one, shown, subject, wide), ("case", one.id)) for one in found.below]
    if len(found.below) == MOST_BELOW:
        rows.append(Row(written((f"Only the first {MOST_BELOW:,} are shown.", "$text-muted"))))
    return rows


def _line(one: Relative, shown: ShownCase, subject: int, wide: bool) -> Any:
    stage = state(STAGES, one.stage)
    pieces: list[Piece] = [
        (cell("  " * (one.depth - 1) + one.number, 13), "$secondary"),
        f" {cell(one.subject, subject)} ",
        stage,
        " " * max(1, 19 - stage.cell_length),
        f"{cell(one.owner or NONE, 8)} ",
    ]
    late = one.due is not None and one.due < shown.today
    if wide:
        clock = f"{sign('clock', ascii_wanted())} " if late else ""
        pieces.append(f"{date_text(one.follow_up):<12}")
        pieces.append((f"{clock}{date_text(one.due)}".ljust(12), "$error" if late else ""))
        pieces.append(f"{one.claims:>6,}")
    pieces.append(amount(one.outstanding, 12))
    if late and not wide:
        pieces.append((f" {sign('clock', ascii_wanted())}", "$error"))
    return written(*pieces)


def note(shown: ShownCase) -> str:
    """How many stand below it, of which so many are open."""
    below: list[Relative] = shown.read["children"].below
    still = shown.record.case.open_children
    return f"{still} of {len(below)}" if below else ""


def open_relative(screen: CaseScreen, key: Any) -> None:
    """Opens a case of the family in this one's place; esc comes back to the same spot."""
    screen.workstation.open_record("case", key[1])


def new_child(screen: CaseScreen) -> None:
    """Opens the form of a case below this one."""
    app = screen.workstation
    case = screen.record.record.case
    given = {
        "parent": case.id,
        "payer": case.payer_id,
        "client": case.client_id,
        "owner": app.actor.login,
        "follow_up": app.today + case_work.WEEK,
    }
    app.open_form("case_file", 0, given=given, returns=True)


async def put_under(frame: Frame, keys: Sequence[int]) -> bool:
    """Asks for the case that some stand under from now on; false when nothing came of it."""
    from rcm_tui.billing.editing.saving import save_many
    from rcm_tui.data.records.case_family import possible_parents
    from rcm_tui.widgets.chooser import Chooser, Option

    app = frame.workstation
    found = await app.read(possible_parents, app.store.database, keys)
    options = [Option(ALONE, "on its own", "under no other case")]
    options += [Option(key, f"{number}  {subject}", right) for key, number, subject, right in found]
    parent = await app.ask(Chooser(f"Put {count_of(len(keys), CASE)} under which case?", options))
    if parent is None:
        return False
    outcome = await app.change(save_many, "case_file", keys, {"parent": parent or None})
    where = "stand on their own" if not parent else "put under it"
    if parent:
        where = f"put under {await case_work.case_number(frame, parent)}"
    await case_work.tell(frame, f"{count_of(len(outcome.done), CASE)} {where}.", outcome)
    return bool(outcome.done)


PART = CasePart("children", "Children", lines, note, read=read_family, open=open_relative)
