"""What is done to payments: preview, post what balances, dismiss, take back."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import rows, worker_of_it

PREVIEW = "remittance_preview"
PAYMENTS = ("payments", "payment")
POSTABLE = ("to review", "posting")
UNPOSTED = ("held", "to review")


def waits(situation: Situation) -> str:
    """A payment that can be posted; of several marked ones what cannot is left with the reason."""
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    state = situation.row.get("state")
    if state in POSTABLE or (situation.marked and situation.view in ("all", "to_review")):
        return ""
    if state == "held":
        return "It is held: its total does not balance, or its file is damaged. p shows why."
    return f"It is {state} already."


def unposted(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    state = situation.row.get("state")
    if state in UNPOSTED or (situation.marked and situation.view in ("all", "to_review", "held")):
        return ""
    return f"It is {situation.row.get('state')}: only what waits can be dismissed."


def previewed(situation: Situation) -> str:
    if reason := rows(situation):
        return reason
    if situation.row.get("state") in ("posted", "dismissed"):
        return f"It is {situation.row['state']}: enter shows what became of it."
    return ""


def with_candidate(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.row.get("candidate"):
        return ""
    return "No candidate is known for the remittance under the cursor."


def posted(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.marked:
        return "Several are marked: payments are taken back one by one; unmark them (-)."
    return "" if situation.row.get("state") == "posted" else "Nothing of it is posted."


def posted_remittance(situation: Situation) -> str:
    """A posted remittance is under the cursor, among those of its payment."""
    if reason := posted(situation):
        return reason
    return "" if situation.row.get("remittance") == "posted" else "No posted remittance is here."


def left_out(situation: Situation) -> str:
    """A remittance that waits in a posted payment is under the cursor."""
    if reason := posted(situation):
        return reason
    return "" if situation.row.get("remittance") == "waiting" else "Nothing waits here."


ACTIONS: tuple[Action, ...] = (
    Action(
        "post_left_out",
        "a",
        "post as it is",
        "Post a remittance that was left out: what its figures do not explain stays open",
        WORK,
        ("payment",),
        93,
        left_out,
    ),
    Action(
        "take_back_remittance",
        "x",
        "take back",
        "Take this remittance back by reversal: it waits, and its money is unapplied",
        WORK,
        ("payment",),
        47,
        posted_remittance,
    ),
    Action(
        "take_back_payment",
        "x",
        "take back",
        "Take a posted payment back by reversal, with a reason; then it can be posted again",
        WORK,
        PAYMENTS,
        46,
        posted,
    ),
    Action(
        "post_payments",
        "a",
        "post",
        "Post what balances of payments that wait; the rest waits with its reason",
        WORK,
        (PREVIEW, *PAYMENTS),
        92,
        waits,
    ),
    Action(
        "choose_candidate",
        "equals_sign",
        "take candidate",
        "Take the best candidate as the claim of the remittance under the cursor",
        WORK,
        (PREVIEW,),
        80,
        with_candidate,
    ),
    Action(
        "preview_payment",
        "p",
        "preview",
        "Show what would post, what would wait and what looks wrong, before it is posted",
        LOOK,
        PAYMENTS,
        84,
        previewed,
    ),
    Action(
        "find_in_preview",
        "slash",
        "filter",
        "Show only remittances with these words: number, patient, denied, waits, CO-45 …",
        LOOK,
        (PREVIEW,),
        70,
        rows,
    ),
    Action(
        "dismiss_payments",
        "x",
        "posted by hand",
        "Dismiss payments that were posted by hand: they are never posted again",
        WORK,
        (PREVIEW, *PAYMENTS),
        45,
        unposted,
    ),
    Action(
        "look_at_payment",
        "o",
        "payment",
        "Open the payment's own record: its file, dates and history",
        LOOK,
        (PREVIEW,),
        30,
    ),
)
