"""Work on payments that the queue, the record and the preview share: post, dismiss, take back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.result_sheet import ResultSheet, show_result
from rcm_tui.screens.visit_dialogs import ReasonDialog
from rcm_tui.screens.words import count_of, money_text

if TYPE_CHECKING:
    from rcm_tui.billing.remittances.plan import Fate
    from rcm_tui.billing.remittances.preview import Preview
    from rcm_tui.screens.frame import Frame

CLAIM = ("claim", "claims")
PAYMENT = ("payment", "payments")
REMITTANCE = ("remittance", "remittances")
LEFT_OUT: dict[Fate, str] = {
    "waits": "not balancing: left waiting, {money} unapplied.",
    "orphan": "without a claim: orphans, {money} unapplied.",
    "informational": "for information alone: nothing moves.",
}


async def post_previewed(frame: Frame, preview: Preview) -> bool:
    """Asks with count and money, and posts what balances of a previewed payment."""
    sentences = posting_sentences(preview)
    if not await frame.workstation.ask(Confirm("Post this payment", sentences, "post")):
        return False
    return await _post(frame, [preview.payment.id])


async def post_payments(frame: Frame, keys: Sequence[int]) -> bool:
    """The same for several payments, or the one under the cursor."""
    from rcm_tui.billing.remittances.preview import preview_payment
    from rcm_tui.data.records.payment import waiting_sums

    app = frame.workstation
    if len(keys) == 1:
        preview = await app.read(preview_payment, app.store.database, keys[0])
        return preview is not None and await post_previewed(frame, preview)
    sums = await app.read(waiting_sums, app.store.database, keys)
    sentences = [
        f"{count_of(sums.payments, PAYMENT)} of {money_text(sums.amount)} with"
        f" {count_of(sums.claims, CLAIM)} will be posted.",
        *([f"{sums.unbalanced:,} of the claims do not balance and wait."] * bool(sums.unbalanced)),
        *([f"{sums.left:,} of the marked payments cannot be posted and stay."] * bool(sums.left)),
        "What names no claim of ours waits among the orphans, its money unapplied.",
    ]
    if not await app.ask(Confirm("Post payments", sentences, "post")):
        return False
    return await _post(frame, keys)


def posting_sentences(preview: Preview) -> list[str]:
    """What posting a payment will do, with counts and money, before it is done."""
    posts, paid = preview.count("posts"), preview.paid("posts")
    denied = sum(row.words.startswith("denied") for row in preview.rows if row.fate == "posts")
    sentences = [
        f"{count_of(posts, CLAIM)} will be posted, {money_text(paid)} paid"
        + (f"; {denied:,} denied, their amounts stay open." if denied else "."),
    ]
    if back := preview.count("reverses"):
        taken = money_text(-preview.paid("reverses"))
        sentences.append(f"{count_of(back, REMITTANCE)} taken back, {taken}.")
    for fate, words in LEFT_OUT.items():
        if count := preview.count(fate):
            money = money_text(preview.paid(fate))
            sentences.append(f"{count_of(count, REMITTANCE)} {words.format(money=money)}")
    if taken := sum(one.amount for one in preview.adjustments):
        sentences.append(f"Provider adjustments lower the payment by {money_text(taken)}.")
    wrong = sum(bool(row.wrong) for row in preview.rows if row.fate == "posts")
    if wrong:
        sentences.append(f"{count_of(wrong, CLAIM)} of those that post look wrong: see the tab.")
    for alike in preview.alike:
        sentences.append(f"It looks like {alike.words}, which is {alike.state}!")
    return sentences


async def _post(frame: Frame, keys: Sequence[int]) -> bool:
    from rcm_tui.billing.remittances.posting import post_waiting_payments

    app = frame.workstation
    outcome = await app.change_in_steps("Posting", post_waiting_payments, keys)
    frame.refresh_data()
    sentence = (
        f"{count_of(len(outcome.done), PAYMENT)} posted, {money_text(outcome.amount)} on claims."
    )
    if outcome.not_reached:
        sentence += " Stopped: what is posted stays, a goes on with the rest."
    refused = [left for left in outcome.left if "not reached" not in left.reason]
    if refused and len(keys) > 1:
        sheet = ResultSheet("Posted", [sentence], outcome.left, apart=frame.area == "payments")
        await show_result(frame, sheet)
    elif refused:
        frame.say(f"{refused[0].reason[:1].upper()}{refused[0].reason[1:]}.", "$warning")
    else:
        frame.say(sentence, "$warning" if outcome.not_reached else "$success")
    return True


async def dismiss(frame: Frame, keys: Sequence[int]) -> bool:
    """Asks for the reason, and dismisses payments that were posted by hand."""
    from rcm_tui.billing.remittances.held import dismiss_payments
    from rcm_tui.data.records.payment import waiting_sums

    app = frame.workstation
    sums = await app.read(waiting_sums, app.store.database, keys)
    what = f"{count_of(sums.payments, PAYMENT)}, {money_text(sums.amount)}: never posted here."
    reason = await app.ask(ReasonDialog("Posted by hand", "dismiss", what))
    if reason is None:
        return False
    outcome = await app.change(dismiss_payments, keys, reason)
    frame.refresh_data()
    done = count_of(len(outcome.done), PAYMENT)
    sentence = f"{done} dismissed, {money_text(outcome.amount)}. u takes it back."
    if outcome.left and len(keys) > 1:
        await show_result(frame, ResultSheet("Dismissed", [sentence], outcome.left))
    else:
        frame.say(sentence, "$success")
    return True
