"""What is done to visits and invoices: check out, take a copay, claim at once or queue for it."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action, Refusal, Situation
from rcm_tui.screens.actions.refusals import rows, worker_of_it

VISITS = ("visits", "visit")
INVOICES = ("invoices", "invoice")
OPEN = ("booked", "checked in")
OVER = ("cancelled", "no-show")


def visit_is(*statuses: str) -> Refusal:
    """Possible where the visit under the cursor is so; of several marked ones it is the sample,
    and those that are otherwise are left with the reason."""

    def refusal(situation: Situation) -> str:
        if reason := worker_of_it(situation) or rows(situation):
            return reason
        status = situation.row.get("status")
        if status in statuses:
            return ""
        if status in OVER:
            return f"This visit is {status}: i books it again."
        return f"This visit is {status}, not {' or '.join(statuses)}."

    return refusal


def unclaimed(situation: Situation) -> str:
    """A checked-out visit of which nothing, or not all, is on a claim."""
    if reason := visit_is("checked out")(situation):
        return reason
    if situation.row.get("claim_number") and situation.view != "unclaimed":
        return f"This visit is on claim {situation.row['claim_number']} already."
    return ""


def queued(situation: Situation) -> str:
    """A visit whose claim waits as a Draft."""
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.view == "queued" or situation.row.get("claim_status") == "Draft":
        return ""
    return "Only a visit that was queued for claim (Q) has a Draft to submit."


def invoiced(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.marked:
        return "Several are marked: a payment is taken on one; unmark them (-)."
    number = situation.row.get("invoice_number")
    return "" if number else "There is no invoice yet: checking out makes it."


def paid(situation: Situation) -> str:
    if situation.area == "patient_payments":
        gone = situation.row.get("state") == "taken back"
        return worker_of_it(situation) or rows(situation) or ("It was taken back." if gone else "")
    if reason := invoiced(situation):
        return reason
    return "" if situation.row.get("paid") else "Nothing that was paid on it stands."


def unapplied(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    money = situation.marked or situation.row.get("unapplied")
    return "" if money else "Nothing that was paid on it is unapplied."


# Of those that share a key the first says why nothing is possible.
ACTIONS: tuple[Action, ...] = (
    Action(
        "one_click",
        "a",
        "claim now",
        "Make a Ready to Submit claim of a visit at once; says what is missing, if anything",
        WORK,
        VISITS,
        90,
        unclaimed,
    ),
    Action(
        "submit_visits",
        "a",
        "save & submit",
        "Save & Submit the Draft claims of queued visits, all that are marked at once",
        WORK,
        VISITS,
        91,
        queued,
    ),
    Action(
        "check_out",
        "a",
        "check out",
        "Complete visits: their services become charges, and the invoice is made",
        WORK,
        VISITS,
        92,
        visit_is(*OPEN),
    ),
    Action(
        "queue_claim",
        "Q",
        "queue for claim",
        "Make a Draft claim of a visit, to review before it is submitted with others",
        WORK,
        VISITS,
        72,
        unclaimed,
    ),
    Action(
        "copay",
        "dollar_sign",
        "take copay",
        "Take what a patient pays, with its method and a memo",
        WORK,
        (*VISITS, *INVOICES),
        71,
        invoiced,
    ),
    Action(
        "salt",
        "equals_sign",
        "same as last time",
        "Copy services, codes and date of illness of the last visit of its kind (SALT)",
        WORK,
        VISITS,
        70,
        visit_is(*OPEN),
    ),
    Action(
        "check_in",
        "i",
        "check in",
        "The client is here",
        WORK,
        VISITS,
        60,
        visit_is("booked"),
    ),
    Action(
        "book_again",
        "i",
        "book again",
        "Back to booked: checked in by mistake, or kept after all",
        WORK,
        VISITS,
        60,
        visit_is("checked in", "cancelled", "no-show"),
    ),
    Action(
        "cancel_visit",
        "x",
        "cancel",
        "Cancel visits that are not checked out, with a reason",
        WORK,
        VISITS,
        45,
        visit_is(*OPEN),
    ),
    Action(
        "no_show",
        "X",
        "no-show",
        "Note that clients did not come, with a reason",
        WORK,
        VISITS,
        44,
        visit_is("booked"),
    ),
    Action(
        "take_back",
        "x",
        "take back",
        "Take a payment back by reversal, with a reason: a bounced check",
        WORK,
        (*INVOICES, "patient_payments"),
        65,
        paid,
    ),
    Action(
        "apply",
        "a",
        "apply",
        "Put unapplied payments onto what the claim leaves to the patient",
        WORK,
        INVOICES,
        64,
        unapplied,
    ),
    Action(
        "to_visits",
        "right_square_bracket",
        "visits",
        "Go to the visits",
        LOOK,
        ("invoices",),
        52,
    ),
    Action(
        "to_invoices",
        "left_square_bracket",
        "invoices",
        "Go to the invoices",
        LOOK,
        ("visits",),
        52,
    ),
)
