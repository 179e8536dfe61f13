"""What an escalation rule would raise now, shown before it is saved and switched on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from peewee import Database

from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.words import count_of, money_text

if TYPE_CHECKING:
    from rcm_tui.billing.cases.escalation import Raised
    from rcm_tui.screens.forms.record_form import Saving, Write
    from rcm_tui.screens.frame import Frame

CASE = ("case", "cases")
NAMED = 8


async def _raised(frame: Frame, saving: Saving) -> list[Raised]:
    from rcm_tui.billing.cases.escalation import plan, rule_of

    app = frame.workstation
    rule = rule_of(saving.key, saving.after)
    return await app.read(plan, app.store.database, [rule], app.today)


def sentences(raised: Sequence[Raised], level: int) -> list[str]:
    """How many cases, how much money, and the first of them by their numbers."""
    if not raised:
        return ["It would raise no case now."]
    cents = sum(one.outstanding for one in raised)
    first = " ".join(one.number for one in raised[:NAMED])
    more = f" and {len(raised) - NAMED:,} more" if len(raised) > NAMED else ""
    what = f"{count_of(len(raised), CASE)}, outstanding {money_text(cents)}"
    return [f"It would raise {what}, to level {level} now:", f"{first}{more}"]


async def try_rule_of_form(frame: Frame, saving: Saving) -> str:
    """Shows what the rule would raise now. Gives "save" where it is to be saved so."""
    said = sentences(await _raised(frame, saving), saving.after["level"])
    title = "What this rule would raise"
    return "save" if await frame.workstation.ask(Confirm(title, said, "save it")) else ""


async def ask_before_force(frame: Frame, saving: Saving) -> Write | None:
    """Asks before a rule is in force, with the count and the money; gives what saves."""
    from rcm_tui.screens.form_saving import save_or_add

    if saving.after["active"]:
        said = sentences(await _raised(frame, saving), saving.after["level"])
        said.append("The worker does so within the hour; what it raised is in each case's history.")
        if not await frame.workstation.ask(Confirm("Put the rule in force", said, "in force")):
            return None
    return save_or_add


async def tell_before_force(
    frame: Frame, keys: Sequence[int], changes: Mapping[str, Any]
) -> list[str]:
    """What marked rules would raise now with these changes, as far as they are in force then."""
    from rcm_tui.billing.cases.escalation import plan, rule_of

    app = frame.workstation
    found = await app.read(_values, app.store.database, keys)
    after = {key: {**values, **changes} for key, values in found.items()}
    rules = [rule_of(key, values) for key, values in after.items() if values["active"]]
    if not rules:
        return []
    raised = await app.read(plan, app.store.database, rules, app.today)
    return sentences(raised, max((one.rule.level for one in raised), default=0))


def _values(database: Database, keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    from rcm_tui.billing.editing.reading import record

    return {key: dict(record(database, "escalation_rule", key).values) for key in keys}
