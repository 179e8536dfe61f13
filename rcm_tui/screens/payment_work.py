"""Work on payments that the queue, the record and the preview share: post, dismiss, take back."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rcm_tui.data.sentences import as_sentence
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.result_sheet import ResultSheet, show_result
from rcm_tui.screens.visit_dialogs import ReasonDialog
from rcm_tui.screens.words import count_of, money_text

if TYPE_CHECKING:
    from rcm_tui.billing.remittances.plan import Fate
    from rcm_tui.billing.remittances.preview import Preview
    from rcm_tui.data.records.payment import PaidRemittance
    from rcm_tui.screens.frame import Frame

CLAIM = ("claim", "claims")
PAYMENT = ("payment", "payments")
WIDTH = 74
REMITTANCE = ("remittance", "remittances")
LEFT_OUT: dict[Fate, str] = {
    "waits": "not balancing: left waiting, {money} unapplied.",
    "orphan": "without a claim: orphans, {money} unapplied.",
    "informational": "for information alone: nothing moves.",
}


async def post_previewed(frame: Frame, preview: Preview) -> bool:
    """Asks with count and money, and posts what balances of a previewed payment."""
    sentences = posting_sentences(preview)
    if not await frame.workstation.ask(Confirm("Post this payment", _wrapped(sentences), "post")):
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
    if not await app.ask(Confirm("Post payments", _wrapped(sentences), "post")):
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


def _wrapped(sentences: Sequence[str]) -> list[str]:
    """Sentences in lines that a dialog shows whole."""
    return [line for sentence in sentences for line in textwrap.wrap(sentence, WIDTH)]


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
        frame.say(as_sentence(refused[0].reason), "$warning")
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


async def take_back(frame: Frame, key: int) -> bool:
    """Asks for the reason, and takes a posted payment back by reversal."""
    from rcm_tui.billing.remittances.taking_back import later_decisions, take_back_payment
    from rcm_tui.data.tables.remittances import Payment

    app = frame.workstation
    payment = await app.read(Payment.get_by_id, key)
    later = await app.read(later_decisions, app.store.database, key)
    what = f"{count_of(payment.claims, CLAIM)}, {money_text(payment.posted)}: back by reversal."
    if later:
        what += f" {later:,} written off or moved since!"
    reason = await app.ask(ReasonDialog("Take this payment back", "take back", what))
    if reason is None:
        return False
    outcome = await app.change_in_steps("Taking back", take_back_payment, key, reason)
    frame.refresh_data()
    sentence = f"{count_of(len(outcome.done), REMITTANCE)} taken back, {money_text(outcome.amount)}"
    if outcome.not_reached:
        sentence += f"; stopped, {outcome.not_reached:,} not reached: a posts it again."
        frame.say(sentence, "$warning")
    else:
        frame.say(f"{sentence}. It is to review: a posts it again.", "$success")
    return True


async def take_back_remittance(frame: Frame, remittance: PaidRemittance) -> bool:
    """The same for one remittance of a payment."""
    from rcm_tui.billing.remittances.taking_back import take_back_remittances

    app = frame.workstation
    what = f"{money_text(remittance.paid)} on {remittance.claim_number} is taken back; unapplied."
    reason = await app.ask(ReasonDialog("Take this remittance back", "take back", what))
    if reason is None:
        return False
    outcome = await app.change(take_back_remittances, [remittance.id], reason)
    frame.refresh_data()
    for left in outcome.left:
        frame.say(as_sentence(left.reason), "$warning")
    if outcome.done:
        frame.say(
            f"Taken back, {money_text(outcome.amount)}: it waits here, a posts it.", "$success"
        )
    return True


async def post_as_it_is(frame: Frame, remittance: PaidRemittance) -> bool:
    """Asks, and posts a remittance that was left out when its payment was posted."""
    from rcm_tui.billing.remittances.taking_back import post_left_out

    app = frame.workstation
    sentences = [
        f"{money_text(remittance.paid)} paid of {money_text(remittance.charge)} billed.",
        f"It waits: {remittance.reason}.",
        "It posts as it is: what its figures do not explain stays open at the payer.",
    ]
    if not await app.ask(Confirm("Post this remittance", _wrapped(sentences), "post")):
        return False
    outcome = await app.change(post_left_out, [remittance.id])
    frame.refresh_data()
    for left in outcome.left:
        frame.say(as_sentence(left.reason), "$warning")
    if outcome.done:
        frame.say(f"Posted, {money_text(outcome.amount)}.", "$success")
    return True
