"""What was denied before, by kinds of lines; and payer rules made of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.queues.denied_before import DENIED_BEFORE
from rcm_tui.data.records.case_insights import exact
from rcm_tui.data.records.months import month_names
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.words import count_of

if TYPE_CHECKING:
    from rcm_tui.billing.denials.learning import Learnt
    from rcm_tui.data.work import Work
    from rcm_tui.screens.frame import Frame

RULE = ("payer rule", "payer rules")
CLAIM = ("draft claim has", "draft claims have")


class DeniedBeforeScreen(QueueScreen):
    """Enter shows the answers that were counted; R makes payer rules of the marked rows."""

    area = "denied_before"
    section = "reports"
    queue = DENIED_BEFORE
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("denied_before")]

    def open_row(self, key: int) -> None:
        row = self.row()
        months = month_names(self.workstation.today)
        parts = [
            exact("payer", "" if row["payer"] == "no payer" else str(row["payer"])),
            *(exact(name, str(row[name])) for name in ("code", "modifiers", "place", "rendering")),
            exact("carc", str(row["reason"])),
            exact("reason", str(row["reason"])),
            f"month:{months[0]}..{months[-1]}",
        ]
        self.workstation.go("answered_lines", "denied", " ".join(parts))

    async def do_learn(self) -> None:
        from rcm_tui.billing.denials.learning import denied_of_history, learn

        app = self.workstation
        keys = await self.chosen_keys()
        denials = await app.read(denied_of_history, app.store.database, keys)
        told(self, await app.change(learn, denials))
        self.done_with()


async def learn_from_claim(frame: Frame, claim: int, lines: Sequence[int]) -> bool:
    """Makes payer rules of what is warned of on lines of a claim; whether any was made."""
    from rcm_tui.billing.denials.learning import denied_of_line, learn

    app = frame.workstation

    def learnt_of_lines(work: Work) -> Learnt:
        return learn(work, [denied_of_line(work, claim, line) for line in lines])

    try:
        learnt = await app.change(learnt_of_lines)
    except Refused as refused:
        frame.say(f"{str(refused).capitalize()}.", "$warning")
        return False
    told(frame, learnt)
    return bool(learnt.rules)


def told(frame: Frame, learnt: Learnt) -> None:
    """Says which rules were made, and what they changed."""
    if not learnt.rules:
        frame.say("There is a payer rule of this already.", "$warning")
        return
    what = learnt.words[0] if len(learnt.rules) == 1 else count_of(len(learnt.rules), RULE)
    followed = f" {count_of(len(learnt.claims), CLAIM)} other findings." if learnt.claims else ""
    frame.say(f"Payer rule: {what}.{followed}", "$success")
