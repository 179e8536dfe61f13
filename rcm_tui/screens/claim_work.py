"""Work on claims that the queue and the record share: Save & Submit, and back to Draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from peewee import Database

from rcm_tui.billing.claims.previews import (
    ClaimsPreview,
    preview_mending,
    preview_save,
    preview_taking_back,
)
from rcm_tui.billing.claims.validation import as_finding
from rcm_tui.billing.editing import Place, place_of
from rcm_tui.billing.editing.rejections import place_of_rejection
from rcm_tui.billing.outcome import Outcome
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.records.claim import ClaimRecord
from rcm_tui.data.work import Work
from rcm_tui.screens.actions.refusals import not_sent
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.result_sheet import ResultSheet, show_result, stopped, tell_outcome
from rcm_tui.screens.submitting import submit_now
from rcm_tui.screens.words import count_of, money_text

CLAIM = ("claim", "claims")
MOST_COMPARED = 200
"""So many corrections are compared with what was sent before, when many are sent together."""


def place_to_mend(database: Database, record: ClaimRecord, finding_id: object = None) -> Place:
    """Where to mend a claim: what a finding names, else its first error, else its rejection."""
    chosen = [one for one in record.validations if one.id == finding_id]
    errors = [one for one in record.validations if one.severity == "error"]
    for finding in (*chosen, *errors):
        return place_of(database, record.claim.id, as_finding(finding))
    return place_of_rejection(database, record.claim.id) or Place("claim", record.claim.id)


async def save_claims(frame: Frame, keys: Sequence[int]) -> bool:
    """Validates drafts and makes them Ready to Submit; false when nothing was asked for."""
    from rcm_tui.billing.claims.submission import save_and_submit

    app = frame.workstation
    if len(keys) > 1:
        preview = await app.read(preview_save, app.store.database, keys)
        sentences = [
            f"{_billed(preview)}, will be validated once more.",
            *await app.read(_corrections, app.store.database, keys),
            "What passes becomes Ready to Submit; what fails stays Draft and says why.",
            *([f"{preview.failing:,} failed when last validated."] if preview.failing else []),
            *_staying(preview),
        ]
        if not await app.ask(Confirm("Save & Submit", sentences, "save & submit")):
            return False
    elif not await _seen_what_differs(frame, keys):
        return False
    outcome = await app.change_in_steps("Save & Submit", save_and_submit, keys)
    ready = count_of(len(outcome.done), CLAIM)
    sentence = f"{ready} Ready to Submit, {money_text(outcome.amount)}."
    if outcome.left or len(keys) > 1:
        sheet = ResultSheet(
            "Save & Submit",
            [sentence, *stopped(outcome, CLAIM)],
            outcome.left,
            onward="submit now" if outcome.done else "",
            apart=frame.area == "claims",
        )
        if await show_result(frame, sheet) == "onward":
            await submit_now(frame)
    else:
        frame.say(f"{sentence} a sends it now; the next submission takes it too.", "$success")
    return True


async def _seen_what_differs(frame: Frame, keys: Sequence[int]) -> bool:
    """Shows what a correction says otherwise than the submission before; false to cancel."""
    from rcm_tui.billing.editing.comparing import compare, corrections_among

    app = frame.workstation
    database = app.store.database
    for key in await app.read(corrections_among, database, keys):
        found = await app.read(compare, database, key)
        if found is None:
            continue
        from rcm_tui.screens.differences import DifferencesDialog

        number = await app.read(_number_of, database, key)
        title = f"Save & Submit {number}, which takes the place of {found.earlier_number}"
        if not await app.ask(DifferencesDialog(title, found)):
            return False
    return True


def _corrections(database: Database, keys: Sequence[int]) -> list[str]:
    """How many of some claims take the place of earlier ones, and how many differ in nothing."""
    from rcm_tui.billing.editing.comparing import compare, corrections_among

    corrections = corrections_among(database, keys)
    if not corrections:
        return []
    some = corrections[:MOST_COMPARED]
    same = sum(found.duplicate for key in some if (found := compare(database, key)))
    told = [f"{len(corrections):,} of them take the place of earlier submissions."]
    if same:
        told.append(f"{same:,} bill the same as before: payers call that a duplicate (CO-18).")
    return told


def _number_of(database: Database, key: int) -> str:
    ((number,),) = read_rows(database, "SELECT number FROM claim WHERE id = ?", key)
    return str(number)


async def make_drafts(frame: Frame, keys: Sequence[int]) -> bool:
    """Makes unsent or rejected claims Drafts again; false when nothing was asked for."""
    take_back = _take_back_unsent if not_sent(frame.situation()) else mend_claims
    return await take_back(frame, keys)


async def _take_back_unsent(frame: Frame, keys: Sequence[int]) -> bool:
    from rcm_tui.billing.claims.submission import back_to_draft

    become = ["will be Drafts again and are not sent."]
    if len(keys) > 1 and not await _drafts_wanted(frame, keys, preview_taking_back, become):
        return False
    await _change_to_drafts(frame, keys, back_to_draft)
    return True


async def mend_claims(frame: Frame, keys: Sequence[int]) -> bool:
    """Makes rejected claims Drafts again; false when nothing was asked for."""
    from rcm_tui.billing.claims.answers import resubmit_rejected

    become = [
        "will be Drafts again, to be mended and sent as originals (frequency 1).",
        "Their charges leave the ledger until they are sent.",
    ]
    if not await _drafts_wanted(frame, keys, preview_mending, become):
        return False
    await _change_to_drafts(frame, keys, resubmit_rejected)
    return True


async def _drafts_wanted(
    frame: Frame,
    keys: Sequence[int],
    preview_of: Callable[[Database, Sequence[int]], ClaimsPreview],
    become: Sequence[str],
) -> bool:
    app = frame.workstation
    preview = await app.read(preview_of, app.store.database, keys)
    what, *more = become
    sentences = [f"{_billed(preview)}, {what}", *more, *_staying(preview)]
    return bool(await app.ask(Confirm("Back to Draft", sentences, "make drafts")))


async def _change_to_drafts(
    frame: Frame, keys: Sequence[int], make: Callable[[Work, Sequence[int]], Outcome]
) -> None:
    outcome = await frame.workstation.change(make, keys)
    sentence = f"{count_of(len(outcome.done), CLAIM)} back in Draft."
    await tell_outcome(frame, "Back to Draft", sentence, outcome, apart=frame.area == "claims")


def _billed(preview: ClaimsPreview) -> str:
    return f"{count_of(preview.count, CLAIM)}, billed {money_text(preview.amount)}"


def _staying(preview: ClaimsPreview) -> list[str]:
    """Why some of the marked claims would stay as they are, a sentence a reason."""
    return [f"{count:,} stay: {reason}." for reason, count in preview.left.most_common()]
