"""What is done with what payers leave: written off, billed to the patient, given back."""

from __future__ import annotations

from rcm_tui.data.tables.patient_side import DECIDERS
from rcm_tui.screens.actions.action import WORK, Action, Situation
from rcm_tui.screens.actions.refusals import workable, worker_of_it

CLAIMS = ("claims", "claim")


def decidable(situation: Situation) -> str:
    """Possible for those who may decide over open money."""
    if reason := workable(situation):
        return reason
    if situation.role not in DECIDERS:
        return f"A {situation.role} does not decide over open money."
    return ""


def writable_off(situation: Situation) -> str:
    """Of several marked ones those with nothing open are left with the reason."""
    if reason := decidable(situation):
        return reason
    row = situation.row
    if situation.marked or "payer_balance" not in row:
        return ""
    if row["payer_balance"] <= 0 and row["patient_balance"] <= 0:
        return "Nothing is open on this claim, at the payer or at the patient."
    return ""


def open_at_payer(situation: Situation) -> str:
    if reason := decidable(situation):
        return reason
    if not situation.marked and situation.row.get("payer_balance", 1) <= 0:
        return "Nothing is open at the payer."
    return ""


def open_at_patient(situation: Situation) -> str:
    if reason := decidable(situation):
        return reason
    if situation.marked or situation.row.get("patient_balance", 1) <= 0:
        return "Nothing is open at the payer, and nothing at the patient."
    return ""


def revocable(situation: Situation) -> str:
    if reason := worker_of_it(situation) or decidable(situation):
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
        CLAIMS,
        56,
        writable_off,
    ),
    Action(
        "to_patient",
        "P",
        "to patient",
        "Bill the patient for what the payer leaves open, as far as the rules allow",
        WORK,
        CLAIMS,
        34,
        open_at_payer,
    ),
    Action(
        "to_payer",
        "P",
        "back to payer",
        "Move back to the payer what was moved to the patient and is still open there",
        WORK,
        CLAIMS,
        33,
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
)
