"""What is done with what payers leave: written off, billed to the patient, given back."""

from __future__ import annotations

from rcm_tui.screens.actions.action import WORK, Action, Situation
from rcm_tui.screens.actions.refusals import workable

CLAIMS = ("claims", "claim")
INVOICES = ("invoices", "invoice")


def writable_off(situation: Situation) -> str:
    """Of several marked ones those with nothing open are left with the reason."""
    if reason := workable(situation):
        return reason
    row = situation.row
    if situation.marked or "payer_balance" not in row:
        return ""
    if row["payer_balance"] <= 0 and row["patient_balance"] <= 0:
        return "Nothing is open on this claim, at the payer or at the patient."
    return ""


def open_at_payer(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    if not situation.marked and situation.row.get("payer_balance", 1) <= 0:
        return "Nothing is open at the payer."
    return ""


def open_at_patient(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    if situation.marked or situation.row.get("patient_balance", 1) <= 0:
        return "Nothing is open at the payer, and nothing at the patient."
    return ""


def owed_back(situation: Situation) -> str:
    """A claim with a credit."""
    if reason := workable(situation):
        return reason
    row = situation.row
    if situation.marked:
        return "Several are marked: money is given back of one; unmark them (-)."
    if row.get("payer_balance", 0) >= 0 and row.get("patient_balance", 0) >= 0:
        return "Nothing of this claim is owed back."
    return ""


def unapplied(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    if situation.marked:
        return "Several are marked: money is given back of one; unmark them (-)."
    return "" if situation.row.get("unapplied") else "Nothing that was paid on it is unapplied."


def refundable(situation: Situation) -> str:
    return (owed_back if situation.area in CLAIMS else unapplied)(situation)


def to_put_on(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    # The one under the cursor is the sample: a also applies what patients paid.
    waits = situation.view == "insurance" or situation.row.get("insurance_waiting")
    return "" if waits else "What its payer paid is on it, or nothing was paid yet."


def settleable(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    settled = not situation.marked and situation.row.get("standing") == "settled"
    return "It is settled; R reverts that." if settled else ""


def settled(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    if situation.marked or situation.row.get("standing") == "settled":
        return ""
    return "It is not settled."


def standing(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    return "It was taken back before." if situation.row.get("state") == "taken back" else ""


def one_client(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    return "Several are marked: a payment is of one; unmark them (-)." if situation.marked else ""


def revocable(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    if not situation.marked and situation.row.get("state") == "revoked":
        return "It was revoked before."
    return ""


ACTIONS: tuple[Action, ...] = (
    Action(
        "write_off",
        "w",
        "write off",
        "Write off what is open, with a reason; on the tab Lines that of the line alone",
        WORK,
        (*CLAIMS, "denials", *INVOICES),
        56,
        writable_off,
    ),
    Action(
        "to_patient",
        "P",
        "to patient",
        "Bill the patient for what the payer leaves open, as far as the rules allow",
        WORK,
        (*CLAIMS, "denials"),
        10,
        open_at_payer,
    ),
    Action(
        "to_payer",
        "P",
        "back to payer",
        "Move back to the payer what was moved to the patient and is still open there",
        WORK,
        CLAIMS,
        9,
        open_at_patient,
    ),
    Action(
        "revoke",
        "x",
        "revoke",
        "Take write-offs back by reversal, with a reason",
        WORK,
        ("write_offs",),
        60,
        revocable,
    ),
    Action(
        "put_insurance",
        "a",
        "insurance on",
        "Put what payers paid on invoices by the Insurance method; auto-pay does it by itself",
        WORK,
        INVOICES,
        63,
        to_put_on,
    ),
    Action(
        "settle",
        "r",
        "settle",
        "Close invoices; what patients still owe is written off with a reason",
        WORK,
        INVOICES,
        46,
        settleable,
    ),
    Action(
        "revert",
        "R",
        "revert",
        "Open settled invoices again, with a reason",
        WORK,
        INVOICES,
        45,
        settled,
    ),
    Action(
        "refund",
        "F",
        "refund",
        "Give back the credit of a claim, or what a patient paid that stands on no claim",
        WORK,
        (*CLAIMS, *INVOICES, "patient_payments"),
        44,
        refundable,
    ),
    Action(
        "take_back_refund",
        "x",
        "take back",
        "Take a refund back by reversal, with a reason: a check that was never cashed",
        WORK,
        ("refunds",),
        60,
        standing,
    ),
    Action(
        "make_statements",
        "a",
        "statements",
        "Make statements of the marked clients, and write them as PDF or text",
        WORK,
        ("statements_due",),
        90,
        workable,
    ),
    Action(
        "take_on_account",
        "dollar_sign",
        "take payment",
        "Take what a client sends in answer to a statement; it goes onto the oldest lines",
        WORK,
        ("statements_due",),
        71,
        one_client,
    ),
    Action(
        "print_again",
        "a",
        "print again",
        "Write statements into files again, as they were",
        WORK,
        ("statements",),
        90,
        workable,
    ),
)
