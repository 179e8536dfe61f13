"""Work on invoices and credits that queues and records share: settle, revert, give back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rcm_tui.data.records.invoice import PaidByPatient, owed_on
from rcm_tui.data.records.write_offs import reasons
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.refund_dialog import RefundDialog
from rcm_tui.screens.visit_dialogs import ReasonDialog
from rcm_tui.screens.visit_work import told
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.chooser import Chooser, Option

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

INVOICE = ("invoice", "invoices")


async def settle(frame: Frame, keys: Sequence[int]) -> bool:
    """Closes invoices; asks for a reason where the patients still owe something."""
    from rcm_tui.billing.invoices.settling import settle_invoices

    app = frame.workstation
    owed = await app.read(owed_on, app.store.database, keys)
    what = count_of(len(keys), INVOICE)
    reason = None
    if owed > 0:
        title = f"Settle {what}: write off {money_text(owed)} of the patient's?"
        found = await app.read(reasons, app.store.database)
        options = [Option(one.id, one.name, "") for one in found if one.side != "payer"]
        reason = await app.ask(Chooser(title, options))
        if reason is None:
            return False
    else:
        sentences = [f"{what}: what was paid is applied, and they are closed.", "R reverts it."]
        if not await app.ask(Confirm("Settle", sentences, "settle")):
            return False
    outcome = await app.change(settle_invoices, keys, reason)
    off = f", {money_text(outcome.amount)} written off" if outcome.amount else ""
    await told(frame, "Settle", f"{count_of(len(outcome.done), INVOICE)} settled{off}.", outcome)
    return True


async def revert(frame: Frame, keys: Sequence[int]) -> bool:
    """Opens settled invoices again, with a reason."""
    from rcm_tui.billing.invoices.settling import revert_invoices

    words = f"{count_of(len(keys), INVOICE)}: open again; what settling wrote off is revoked."
    reason = await frame.workstation.ask(ReasonDialog("Revert", "revert", words))
    if reason is None:
        return False
    outcome = await frame.workstation.change(revert_invoices, keys, reason)
    done = f"{count_of(len(outcome.done), INVOICE)} open again, {money_text(outcome.amount)} owed."
    await told(frame, "Revert", done, outcome)
    return True


async def put_insurance_on(frame: Frame, keys: Sequence[int], waiting: int) -> bool:
    """Puts what payers paid on invoices, by the Insurance method, after a question."""
    from rcm_tui.billing.invoices.insurance import put_insurance

    app = frame.workstation
    sentences = [
        f"{count_of(len(keys), INVOICE)}: {money_text(waiting)} that payers paid goes on"
        " by the Insurance method.",
        "With auto-pay, a setting of the location, that is done by itself.",
    ]
    if not await app.ask(Confirm("Insurance payments", sentences, "put on")):
        return False
    outcome = await app.change(put_insurance, keys)
    done = f"{money_text(outcome.amount)} put on {count_of(len(outcome.done), INVOICE)}."
    await told(frame, "Insurance payments", done, outcome)
    return True


async def refund_of(frame: Frame, payments: Sequence[Any]) -> bool:
    """Gives back unapplied money of an invoice's payments; lets choose where there are several."""
    found = [
        PaidByPatient(
            one.id,
            one.number,
            one.client_id,
            one.invoice_id,
            one.method,
            one.amount,
            one.amount - one.applied - one.refunded,
        )
        for one in payments
        if one.state == "posted" and one.amount > one.applied + one.refunded
    ]
    if not found:
        frame.say("Nothing that was paid on it is unapplied.", "$warning")
        return False
    chosen = found[0]
    if len(found) > 1:
        options = [
            Option(one.id, f"{one.number}  {one.method}", money_text(one.unapplied))
            for one in found
        ]
        key = await frame.workstation.ask(Chooser("Of which payment?", options))
        if key is None:
            return False
        chosen = next(one for one in found if one.id == key)
    return await refund_one(frame, chosen)


async def refund_one(frame: Frame, paid: PaidByPatient) -> bool:
    """Asks how much of a patient's payment is given back and how, and gives it back."""
    from rcm_tui.billing.invoices.refunds import refund_payment

    if paid.unapplied <= 0:
        frame.say(f"All of {paid.number} stands on claims; x takes it back.", "$warning")
        return False
    app = frame.workstation
    figures = f"{paid.number}, {money_text(paid.amount)} by {paid.method}"
    figures += f" · unapplied {money_text(paid.unapplied)}"
    answer = await app.ask(RefundDialog("Refund to the patient", figures, paid.unapplied))
    if answer is None:
        return False
    given = await app.change(
        refund_payment, paid.id, answer.amount, answer.method, answer.reference, answer.memo
    )
    frame.say(f"{money_text(given.amount)} given back as {given.number}.", "$success")
    return True


async def refund_claim(frame: Frame, claim: int, row: Mapping[str, Any]) -> bool:
    """Gives back the credit of a claim: the payer's, else the patient's."""
    from rcm_tui.billing.invoices.refunds import refund_credit

    app = frame.workstation
    side = "payer" if row["payer_balance"] < 0 else "patient"
    credit = -row[f"{side}_balance"]
    figures = f"{row['claim_number']} · credit of the {side} {money_text(credit)}"
    answer = await app.ask(RefundDialog(f"Refund to the {side}", figures, credit))
    if answer is None:
        return False
    given = await app.change(
        refund_credit,
        claim,
        side,
        answer.method,
        answer.reference,
        answer.memo,
        amount=answer.amount,
    )
    frame.say(f"{money_text(given.amount)} given back to the {side} as {given.number}.", "$success")
    return True


async def take_back_one(frame: Frame, paid: PaidByPatient) -> bool:
    """Takes a patient's payment back, after a question."""
    from rcm_tui.billing.invoices.payments import take_back_payment

    app = frame.workstation
    words = f"{paid.number}, {money_text(paid.amount)} by {paid.method}, is reversed."
    reason = await app.ask(ReasonDialog("Take back a payment", "take it back", words))
    if reason is None:
        return False
    taken = await app.change(take_back_payment, paid.id, reason)
    frame.say(f"{taken.number} taken back.", "$success")
    return True


async def take_refund_back(frame: Frame, refund: int, row: Mapping[str, Any]) -> bool:
    """Takes a refund back, after a question."""
    from rcm_tui.billing.invoices.refunds import take_back_refund

    app = frame.workstation
    words = f"{row['refund']}, {money_text(row['amount'])}, is reversed: it is owed back again."
    reason = await app.ask(ReasonDialog("Take back a refund", "take it back", words))
    if reason is None:
        return False
    taken = await app.change(take_back_refund, refund, reason)
    frame.say(f"{taken.number} taken back.", "$success")
    return True
