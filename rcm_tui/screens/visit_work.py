"""Work on visits and invoices that queues and records share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rcm_tui.billing.outcome import Left, Outcome, Progress
from rcm_tui.screens.result_sheet import ResultSheet, show_result
from rcm_tui.screens.submitting import submit_now
from rcm_tui.screens.words import count_of, money_text

if TYPE_CHECKING:
    from rcm_tui.billing.visits.missing import Missing
    from rcm_tui.screens.frame import Frame

VISIT = ("visit", "visits")
CLAIM = ("claim", "claims")


async def told(
    frame: Frame, title: str, sentence: str, outcome: Outcome, warnings: Sequence[Left] = ()
) -> None:
    """Says what was done: in a line, or in a sheet where something was left or looks wrong."""
    left = [*outcome.left, *warnings]
    if left:
        apart = frame.area in ("visits", "invoices")
        sheet = ResultSheet(title, [sentence], left, left_title="to look at", apart=apart)
        await show_result(frame, sheet)
    else:
        frame.say(sentence, "$success")


async def check_out_visits(frame: Frame, keys: Sequence[int]) -> None:
    """Completes visits and says what their invoices come to."""
    from rcm_tui.billing.visits.check_out import check_out

    outcome = await frame.workstation.change(check_out, keys)
    sentence = (
        f"{count_of(len(outcome.done), VISIT)} checked out, billed {money_text(outcome.amount)}."
    )
    await told(frame, "Check out", sentence, outcome, outcome.warnings)


async def copy_last_time(frame: Frame, keys: Sequence[int]) -> None:
    """Fills visits in as the last of their kind were."""
    from rcm_tui.billing.visits.same_as_last_time import same_as_last_time

    outcome = await frame.workstation.change(same_as_last_time, keys)
    done = f"{count_of(len(outcome.done), VISIT)} filled in as last time."
    await told(frame, "Same as last time", done, outcome)


async def what_is_missing(frame: Frame, key: int) -> list[Missing]:
    """What keeps a visit from its claim, warnings among it."""
    from rcm_tui.billing.visits.missing import missing_for_claim

    app = frame.workstation
    return await app.read(missing_for_claim, app.store, app.actor, app.clock(), key)


async def claim_at_once(frame: Frame, named: dict[int, str]) -> dict[int, list[Missing]]:
    """One-click claims of visits (number by key); what is missing for those that were left."""
    from rcm_tui.billing.visits.missing import claim_what_is_complete

    app = frame.workstation
    store, actor, now = app.store, app.actor, app.clock()

    def claiming(progress: Progress) -> Any:
        return claim_what_is_complete(store, actor, now, named, progress)

    outcome = await app.run_with_progress("Claim now", claiming)
    if outcome.lacking and len(named) == 1:
        return dict(outcome.lacking)
    sentence = (
        f"{count_of(len(outcome.made), CLAIM)} Ready to Submit, {money_text(outcome.amount)}."
    )
    if outcome.lacking:
        left = [Left(key, named[key], _reasons(errors)) for key, errors in outcome.lacking.items()]
        onward = "submit now" if outcome.made else ""
        sheet = ResultSheet(
            "Claim now", [sentence], left, left_title="not claimed yet", onward=onward, apart=True
        )
        if await show_result(frame, sheet) == "onward":
            await submit_now(frame)
    else:
        frame.say(f"{sentence} The next submission takes it.", "$success")
    return dict(outcome.lacking)


def _reasons(missing: Sequence[Missing]) -> str:
    first = missing[0].reason
    return first if len(missing) == 1 else f"{first} And {len(missing) - 1} more."


async def queue_visits(frame: Frame, keys: Sequence[int]) -> None:
    """Makes Drafts of visits, to be reviewed and submitted together."""
    from rcm_tui.billing.visits.claims import queue_for_claim

    app = frame.workstation
    outcome = await app.change_with_progress("Queue for claim", queue_for_claim, keys)
    sentence = (
        f"{count_of(len(outcome.done), VISIT)} queued, {count_of(len(outcome.made), CLAIM)} in"
        f" Draft, {money_text(outcome.amount)}."
    )
    await told(frame, "Queue for claim", sentence, outcome)


async def submit_visits(frame: Frame, keys: Sequence[int]) -> None:
    """Save & Submit of the Drafts behind visits."""
    from rcm_tui.billing.visits.claims import submit_queued

    outcome = await frame.workstation.change_with_progress("Save & Submit", submit_queued, keys)
    sentence = (
        f"{count_of(len(outcome.done), CLAIM)} Ready to Submit, {money_text(outcome.amount)}."
    )
    sheet = ResultSheet(
        "Save & Submit",
        [sentence],
        outcome.left,
        left_title="still Draft",
        onward="submit now" if outcome.done else "",
    )
    if await show_result(frame, sheet) == "onward":
        await submit_now(frame)


async def take_copay(frame: Frame, invoice_id: int) -> bool:
    """Asks for what a patient pays on an invoice, and takes it; false when nothing was."""
    from rcm_tui.billing.invoices.insurance import put_insurance_payment
    from rcm_tui.billing.invoices.payments import COPAY, take_payment
    from rcm_tui.data.records.invoice import read_invoice
    from rcm_tui.screens.visit_dialogs import INSURANCE, PaymentDialog

    app = frame.workstation
    record = await app.read(read_invoice, app.store.database, invoice_id)
    if record is None:
        frame.say("This invoice is not there any more.", "$warning")
        return False
    invoice = record.invoice
    owes = invoice.patient_share - invoice.paid - invoice.written_off
    figures = (
        f"Billed {money_text(invoice.billed)} · patient's share {money_text(invoice.patient_share)}"
        f" · paid {money_text(invoice.paid)}"
    )
    insurance = invoice.payer_paid - invoice.insurance_paid
    answer = await app.ask(PaymentDialog(invoice.number, figures, owes, app.today, insurance))
    if answer is None:
        return False
    if answer.method == INSURANCE:
        memo = "" if answer.memo == COPAY else answer.memo
        rest = await app.change(put_insurance_payment, invoice.id, answer.amount, memo)
        more = f"; {money_text(rest)} more waits" if rest else ""
        frame.say(f"{money_text(answer.amount)} of insurance put on it{more}.", "$success")
        return True
    taken = await app.change(
        take_payment,
        invoice.id,
        answer.amount,
        answer.method,
        answer.memo,
        answer.reference,
        answer.received_on,
    )
    left = f"{money_text(taken.balance)} still owed" if taken.balance > 0 else "nothing owed"
    frame.say(
        f"{money_text(taken.amount)} taken as {taken.number}, by {answer.method}: {left}.",
        "$success",
    )
    return True


async def take_back(frame: Frame, payments: Sequence[Any]) -> bool:
    """Takes one of an invoice's payments back, after a question; false when nothing was."""
    from rcm_tui.billing.invoices.payments import take_back_payment
    from rcm_tui.screens.visit_dialogs import ReasonDialog
    from rcm_tui.widgets.chooser import Chooser, Option

    app = frame.workstation
    standing = [one for one in payments if one.state == "posted"]
    if not standing:
        frame.say("Nothing that was paid on it stands.", "$warning")
        return False
    chosen = standing[0]
    if len(standing) > 1:
        options = [
            Option(one.id, f"{one.number}  {one.method}  {one.memo}", money_text(one.amount))
            for one in standing
        ]
        key = await app.ask(Chooser("Which payment?", options))
        if key is None:
            return False
        chosen = next(one for one in standing if one.id == key)
    words = f"{chosen.number}, {money_text(chosen.amount)} by {chosen.method}, is reversed."
    reason = await app.ask(ReasonDialog("Take back a payment", "take it back", words))
    if reason is None:
        return False
    taken = await app.change(take_back_payment, chosen.id, reason)
    frame.say(
        f"{taken.number} taken back: the patient owes {money_text(taken.balance)}.", "$success"
    )
    return True


async def apply_unapplied(frame: Frame, keys: Sequence[int]) -> None:
    """Puts unapplied payments of invoices onto their claims."""
    from rcm_tui.billing.invoices.applying import apply_payments

    outcome = await frame.workstation.change(apply_payments, keys)
    invoices = count_of(len(outcome.done), ("invoice", "invoices"))
    sentence = f"{money_text(outcome.amount)} applied to claims, of {invoices}."
    await told(frame, "Apply payments", sentence, outcome)


async def end_visits(frame: Frame, keys: Sequence[int], what: str) -> bool:
    """Cancels visits, or notes that clients did not come; asks for the reason."""
    from rcm_tui.billing.visits.attendance import cancel_visits, note_no_show
    from rcm_tui.screens.visit_dialogs import ReasonDialog

    app = frame.workstation
    cancels = what == "cancel"
    title = f"{'Cancel' if cancels else 'No-show:'} {count_of(len(keys), VISIT)}"
    reason = await app.ask(ReasonDialog(title, "cancel the visit" if cancels else "note it"))
    if reason is None:
        return False
    outcome = await app.change(cancel_visits if cancels else note_no_show, keys, reason)
    done = f"{count_of(len(outcome.done), VISIT)} {'cancelled' if cancels else 'noted as no-show'}."
    await told(frame, title, done, outcome)
    return True


async def attend(frame: Frame, keys: Sequence[int], *, again: bool) -> None:
    """Checks clients in, or puts visits back to booked."""
    from rcm_tui.billing.visits.attendance import book_again, check_in

    outcome = await frame.workstation.change(book_again if again else check_in, keys)
    words = "booked again" if again else "checked in"
    await told(frame, words.capitalize(), f"{count_of(len(outcome.done), VISIT)} {words}.", outcome)
