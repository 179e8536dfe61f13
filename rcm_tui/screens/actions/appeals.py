"""What is done about appeals: claims are appealed, appeals sent, answered and withdrawn."""

from __future__ import annotations

from rcm_tui.data.tables.appeals import DRAFT, SENT
from rcm_tui.data.tables.claims import SUBMITTED
from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import rows, worker_of_it

DENIED = ("denied", "partially paid")
UNSENT_VIEWS = ("draft", "draft_failed", "ready")


def appealable(situation: Situation) -> str:
    """Of several marked ones those that cannot be appealed are left, with the reason."""
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.area == "underpayments":
        return ""
    row = situation.row
    if row.get("acknowledgement") == "rejected" and row.get("adjudication") not in DENIED:
        return "It was rejected, not denied: correct it and send it again (d)."
    if situation.marked and situation.view == "all":
        return "Several kinds are marked: choose a view of denied claims to appeal them."
    if situation.marked and situation.view not in UNSENT_VIEWS:
        return ""
    if row.get("status") != SUBMITTED:
        return "No payer has decided it: only what was denied is appealed."
    if row.get("adjudication") in DENIED or (row.get("underpaid") or 0) > 0:
        return ""
    return "Only what a payer denied, or paid below the contract, is appealed."


def sendable(situation: Situation) -> str:
    return _with_state(situation, (DRAFT,), "Only drafts are sent.")


def answerable(situation: Situation) -> str:
    return _with_state(situation, (SENT,), "Only an appeal that was sent is answered.")


def withdrawable(situation: Situation) -> str:
    return _with_state(situation, (DRAFT, SENT), "It is closed: what was answered stays.")


def rewritable(situation: Situation) -> str:
    if situation.marked:
        return "Several are marked: unmark them (-) to rewrite one."
    return _with_state(situation, (DRAFT,), "What was sent is kept as it was sent.")


def linkable(situation: Situation) -> str:
    return _with_state(situation, (DRAFT,), "What was sent is kept as it was sent.")


def _with_state(situation: Situation, states: tuple[str, ...], words: str) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.marked or situation.row.get("state") in states:
        return ""
    return words


ACTIONS: tuple[Action, ...] = (
    Action(
        "appeal",
        "a",
        "appeal",
        "Appeal denied claims: choose the level's letter, write it as PDF, mark it as sent",
        WORK,
        ("claims", "claim", "denials", "underpayments"),
        88,
        appealable,
    ),
    Action(
        "send_appeal",
        "a",
        "send",
        "Write the letters of drafts and mark them as sent",
        WORK,
        ("appeals", "appeal"),
        90,
        sendable,
    ),
    Action(
        "answer_appeal",
        "r",
        "answer",
        "Write down what the payer answered, and how much was won",
        WORK,
        ("appeals", "appeal"),
        86,
        answerable,
    ),
    Action(
        "withdraw_appeal",
        "x",
        "withdraw",
        "Take appeals back: the claim can be appealed at that level again",
        WORK,
        ("appeals", "appeal"),
        40,
        withdrawable,
    ),
    Action(
        "rewrite_letter",
        "e",
        "edit letter",
        "Edit the letter of a draft",
        WORK,
        ("appeals", "appeal"),
        70,
        rewritable,
    ),
    Action(
        "link_document",
        "f",
        "file",
        "Say which file of its case a document of the appeal is, or attach one",
        WORK,
        ("appeal",),
        60,
        linkable,
    ),
    Action(
        "print_letters",
        "P",
        "letter as PDF",
        "Write the letters of appeals as PDF again, with the files of their documents",
        LOOK,
        ("appeals", "appeal"),
        50,
        rows,
    ),
)
