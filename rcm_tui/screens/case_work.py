"""Work on cases that queues and records share: opening, adding claims, stages, follow-ups."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rcm_tui.billing.outcome import Outcome
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.result_sheet import ResultSheet, show_result, tell_outcome
from rcm_tui.screens.words import count_of, date_text, money_text
from rcm_tui.widgets.chooser import Chooser, Option

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

CLAIM, CASE = ("claim", "claims"), ("case", "cases")
WEEK = datetime.timedelta(days=7)
"""When a new case is followed up on unless told otherwise (ours)."""
MOST_OPEN = 300
"""So many open cases are offered to add claims to."""


async def open_case_for(frame: Frame, claims: Sequence[int]) -> bool:
    """Asks for the fields of a case and opens it; false when nothing came of it."""
    from rcm_tui.billing.cases.opening import open_case, propose_case
    from rcm_tui.billing.editing import KINDS, blank
    from rcm_tui.billing.editing.reading import labels_of
    from rcm_tui.screens.case_dialogs import NewCase

    app = frame.workstation
    database = app.store.database
    proposal = await app.read(propose_case, database, claims)
    if not proposal.claims:
        left = proposal.left[0]
        frame.say(f"{left.name}: {left.reason}.", "$warning")
        return False
    values = {
        **blank("case_file"),
        "owner": app.actor.login,
        "follow_up": app.today + WEEK,
        **proposal.values,
    }
    labels = await app.read(labels_of, database, KINDS["case_file"], values)
    given = await app.ask(NewCase(proposal, values, labels, app.today))
    if given is None:
        return False
    outcome = await app.change(open_case, claims, given)
    number = await case_number(frame, outcome.made[0])
    await _tell_opened(frame, number, outcome)
    return True


async def _tell_opened(frame: Frame, number: str, outcome: Outcome) -> None:
    what = f"{count_of(len(outcome.done), CLAIM)}, outstanding {money_text(outcome.amount)}"
    sentence = f"Case {number} is open for {what}."
    if len(outcome.done) == 1 and not outcome.left:
        frame.say(sentence, "$success")
        return
    sheet = ResultSheet(
        f"Case {number}",
        [sentence],
        outcome.left,
        onward="open the case",
        apart=frame.area == "claims",
    )
    if await show_result(frame, sheet) == "onward":
        frame.workstation.open_record("case", outcome.made[0])


async def add_to_case(frame: Frame, claims: Sequence[int]) -> bool:
    """Lets a person choose an open case, and adds claims to it."""
    from rcm_tui.billing.cases.claims import add_claims
    from rcm_tui.data.records.case import open_cases

    app = frame.workstation
    found = await app.read(open_cases, app.store.database, claims, MOST_OPEN)
    if not found:
        frame.say("No case is open; c opens one.", "$warning")
        return False
    options = [Option(key, f"{number}  {subject}", right) for key, number, subject, right in found]
    key = await app.ask(Chooser(f"Add {count_of(len(claims), CLAIM)} to which case?", options))
    if key is None:
        return False
    outcome = await app.change(add_claims, key, claims)
    number = await case_number(frame, key)
    await tell(frame, f"{_claims(outcome)} added to case {number}.", outcome)
    return True


async def take_out(frame: Frame, case_id: int, claims: Sequence[int], billed: str) -> bool:
    """Takes claims out of a case, after a question."""
    from rcm_tui.billing.cases.claims import remove_claims

    app = frame.workstation
    number = await case_number(frame, case_id)
    sentences = [f"{billed} leaves case {number}; another case can be opened for it then."]
    if not await app.ask(Confirm("Take out of the case", sentences, "take out")):
        return False
    outcome = await app.change(remove_claims, case_id, claims)
    await tell(frame, f"{_claims(outcome)} taken out of case {number}.", outcome)
    return True


async def advance_cases(frame: Frame, keys: Sequence[int]) -> None:
    """The main step onward: start work, then await payment."""
    from rcm_tui.billing.cases.stages import advance

    await _moved(frame, advance, keys, "taken to the next stage")


async def resolve_cases(frame: Frame, keys: Sequence[int], totals: Mapping[str, int]) -> bool:
    """Resolves cases after a question, and those below them where that is wanted."""
    from rcm_tui.billing.cases.closing import open_below
    from rcm_tui.billing.cases.stages import resolve

    app = frame.workstation
    below = await app.read(open_below, app.store.database, keys)
    if not below.cases:
        return await _closed(frame, resolve, keys, totals, "Resolve", "resolved")
    under = f"{count_of(len(below.cases), CASE)}, {count_of(below.claims, CLAIM)}"
    count = count_of(len(keys), CASE)
    options = [
        Option(True, f"with all that is open below: {under}", money_text(below.outstanding)),
        Option(False, "without them: what stands above an open case is left", "as it is"),
    ]
    title = f"Resolve {count}, outstanding {money_text(totals['outstanding'])}"
    with_children = await app.ask(Chooser(title, options))
    if with_children is None:
        return False
    outcome = await app.change(resolve, keys, with_children=with_children)
    await _tell_moved(frame, outcome, "resolved")
    return True


async def cancel_cases(frame: Frame, keys: Sequence[int], totals: Mapping[str, int]) -> bool:
    from rcm_tui.billing.cases.stages import cancel

    return await _closed(frame, cancel, keys, totals, "Cancel", "cancelled")


async def reopen_cases(frame: Frame, keys: Sequence[int]) -> None:
    from rcm_tui.billing.cases.stages import reopen

    await _moved(frame, reopen, keys, "open again, In Progress")


async def set_stages(frame: Frame, keys: Sequence[int], totals: Mapping[str, int]) -> None:
    """Lets a person choose a stage for cases."""
    from rcm_tui.billing.cases.stages import set_stage
    from rcm_tui.data.queues.cases import STAGES
    from rcm_tui.data.tables.cases import ACTIVE_STAGES

    app = frame.workstation
    options = [Option(stage.value, stage.label) for stage in STAGES]
    stage = await app.ask(Chooser(f"Stage of {count_of(len(keys), CASE)}", options))
    if stage is None:
        return
    if stage not in ACTIVE_STAGES and not await _sure(frame, keys, totals, "Close", str(stage)):
        return
    await _moved(frame, set_stage, keys, f"{stage} now", stage)


async def follow_up_on(frame: Frame, keys: Sequence[int], totals: Mapping[str, int]) -> bool:
    """Asks for the day of the next follow-up."""
    from rcm_tui.billing.editing.saving import save_many
    from rcm_tui.screens.case_dialogs import FollowUp

    app = frame.workstation
    day = await app.ask(FollowUp(len(keys), totals["outstanding"], app.today))
    if day is None:
        return False
    outcome = await app.change(save_many, "case_file", keys, {"follow_up": day})
    words = f"{count_of(len(outcome.done), CASE)} to follow up on {date_text(day)}."
    await tell(frame, words, outcome)
    return True


async def tell(frame: Frame, sentence: str, outcome: Outcome) -> None:
    """Says what was done; what was left is shown with its reasons."""
    apart = frame.area in ("claims", "cases")
    await tell_outcome(frame, "Done", sentence, outcome, apart=apart)


async def _closed(
    frame: Frame,
    function: Callable[..., Outcome],
    keys: Sequence[int],
    totals: Mapping[str, int],
    verb: str,
    done: str,
) -> bool:
    if not await _sure(frame, keys, totals, verb, done):
        return False
    await _moved(frame, function, keys, done)
    return True


async def _sure(
    frame: Frame, keys: Sequence[int], totals: Mapping[str, int], verb: str, done: str
) -> bool:
    what = f"{count_of(len(keys), CASE)}, outstanding {money_text(totals['outstanding'])}"
    sentences = [
        f"{what}: {done} from now on.",
        "Their claims are free for other cases then; R reopens closed ones.",
    ]
    return bool(await frame.workstation.ask(Confirm(f"{verb} cases", sentences, verb.lower())))


async def _moved(
    frame: Frame, function: Callable[..., Outcome], keys: Sequence[int], done: str, *more: Any
) -> None:
    await _tell_moved(frame, await frame.workstation.change(function, keys, *more), done)


async def _tell_moved(frame: Frame, outcome: Outcome, done: str) -> None:
    what = f"{count_of(len(outcome.done), CASE)} {done}, outstanding {money_text(outcome.amount)}."
    await tell(frame, what, outcome)


def _claims(outcome: Outcome) -> str:
    return f"{count_of(len(outcome.done), CLAIM)}, outstanding {money_text(outcome.amount)},"


async def case_number(frame: Frame, key: int) -> str:
    """K-1002."""
    from rcm_tui.billing.editing.naming import name_of

    app = frame.workstation
    return (await app.read(name_of, app.store.database, "case_file", key)).removeprefix("case ")
