"""Marking appeals as sent: what is needed before, and what becomes of their cases."""

import datetime
from collections.abc import Collection, Iterable, Mapping

from rcm_tui.billing.appeals.drafting import DraftLetter, draft_appeals
from rcm_tui.billing.appeals.levels import Levels, load_levels
from rcm_tui.billing.appeals.stored import StoredAppeal, read_appeals, tell_case
from rcm_tui.billing.cases.stages import set_stage
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import APPEAL, needs
from rcm_tui.billing.units import APPEAL_OF, CLAIM
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.appeals import DRAFT, HOWS, SENT, Appeal, AppealProof
from rcm_tui.data.tables.cases import ACTIVE_STAGES, AWAITING_PAYMENT
from rcm_tui.data.work import Work

USUAL_ANSWER = 30
"""Days after which an appeal is followed up whose payer has no time to answer (ours)."""


@needs(APPEAL, appeal_ids=APPEAL_OF)
def send_appeals(
    work: Work,
    appeal_ids: Iterable[int],
    how: str,
    *,
    reference: str = "",
    sent_on: datetime.date | None = None,
) -> Outcome:
    """Marks drafts as sent: `done` are those, `amount` the cents that they ask for.

    Their open cases go to Awaiting Payment, followed up when the answer is due. A draft is left
    with the reason while documents that its level or its letter asks for are not enclosed, without
    a letter, and after its clock where nothing says why. Raises Refused for a day to come or before
    2000, and for a way of sending that there is none.
    """
    day = sent_on or work.today
    if how not in HOWS:
        raise Refused(f"{plain(how, 20)!r} is no way to send an appeal: {', '.join(HOWS)}")
    if not datetime.date(2000, 1, 1) <= day <= work.today:
        raise Refused(f"{day:%m/%d/%Y} cannot be the day it was sent: today or before is needed")
    outcome = Outcome()
    appeals = read_appeals(work, appeal_ids)
    missing = _missing(work, [one.id for one in appeals])
    levels = load_levels(work.database)
    sent: list[StoredAppeal] = []
    for one in appeals:
        if why := _why_not(one, day, missing.get(one.id, [])):
            outcome.left.append(Left(one.id, f"{one.number}, {one.claim_number}", why))
        else:
            sent.append(one)
    with work.undoable(f"Send {counted(len(sent), 'appeal')}", Appeal):
        rows = []
        for one in sent:
            due = day + datetime.timedelta(days=_answer_days(one, levels))
            rows.append((SENT, how, day, work.now, plain(reference, 60), due, one.id))
            work.record(
                *("sent", "appeal", one.id),
                number=one.number,
                claim=one.claim_number,
                how=how,
                sent_on=day,
                answer_due=due,
            )
            work.record("appeal sent", "claim", one.claim, appeal=one.number, how=how)
            words = f"Appeal {one.number} ({one.level_name}) of {one.claim_number} sent by {how}."
            tell_case(work, one, f"{words} Answer due {due:%m/%d/%Y}.", due)
        columns = ("state", "how", "sent_on", "sent_at", "reference", "answer_due")
        work.update(Appeal, columns, rows)
        _await(work, sent)
    outcome.done = [one.id for one in sent]
    outcome.amount = sum(one.amount for one in sent)
    return outcome


@needs(APPEAL, letters=CLAIM)
def draft_and_send(
    work: Work,
    letters: Mapping[int, DraftLetter],
    how: str,
    *,
    late_reason: str = "",
    enclosed: Collection[str] = (),
    reference: str = "",
) -> Outcome:
    """Appeals claims in one step: `done` are the claims, `made` the appeals, sent.

    One that could be drafted and not sent stays a draft, and is left with the reason.
    """
    with work.undoable(f"Appeal {counted(len(letters), 'claim')}", Appeal) as action:
        outcome = draft_appeals(work, letters, late_reason=late_reason, enclosed=enclosed)
        sent = send_appeals(work, outcome.made, how, reference=reference)
        action.title = f"Appeal {counted(len(outcome.done), 'claim')}"
    outcome.left += sent.left
    return outcome


@needs(APPEAL, appeal_ids=APPEAL_OF)
def enclose_and_send(
    work: Work,
    appeal_ids: Iterable[int],
    how: str,
    *,
    enclosed: Collection[str] = (),
    reference: str = "",
) -> Outcome:
    """Sends drafts in one step with saying what is enclosed with each, besides what is already."""
    keys = sorted(set(appeal_ids))
    with work.undoable(f"Send {counted(len(keys), 'appeal')}", Appeal):
        rows = read_by_keys(
            work.database,
            "SELECT p.id, p.kind FROM appeal_proof AS p JOIN appeal AS a ON a.id = p.appeal_id"
            " WHERE p.appeal_id IN ({keys}) AND p.enclosed = 0 AND a.state = 'draft'",
            keys,
        )
        ticked = [key for key, kind in rows if kind in enclosed]
        work.set_all(AppealProof, {"enclosed": True}, ticked)
        return send_appeals(work, keys, how, reference=reference)


def _why_not(one: StoredAppeal, day: datetime.date, missing: list[str]) -> str:
    if one.state != DRAFT:
        return f"it is {one.state}: only drafts are sent"
    if not one.letter:
        return "it has no letter yet"
    if missing:
        return f"not enclosed: {', '.join(missing)}"
    if one.deadline is not None and one.deadline < day and not one.late_reason:
        return f"its clock ended on {one.deadline:%m/%d/%Y}: say why it is sent all the same"
    return ""


def _missing(work: Work, appeal_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for appeal, kind in read_by_keys(
        work.database,
        "SELECT appeal_id, kind FROM appeal_proof WHERE appeal_id IN ({keys})"
        " AND required = 1 AND enclosed = 0 ORDER BY id",
        appeal_ids,
    ):
        found.setdefault(appeal, []).append(kind)
    return found


def _answer_days(one: StoredAppeal, levels: Levels) -> int:
    for level in levels.of(one.payer, one.filing_indicator):
        if level.level == one.level:
            return level.answer_days or USUAL_ANSWER
    return one.payer_days or USUAL_ANSWER


def _await(work: Work, sent: list[StoredAppeal]) -> None:
    """Open cases await payment from here on."""
    waiting = {
        one.case
        for one in sent
        if one.case is not None
        and one.case_stage in ACTIVE_STAGES
        and one.case_stage != AWAITING_PAYMENT
    }
    set_stage(work, waiting, AWAITING_PAYMENT)
