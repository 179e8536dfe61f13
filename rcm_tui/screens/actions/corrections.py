"""What is done to claims that a payer decided on: correct and resend, void."""

from __future__ import annotations

from rcm_tui.data.tables.claims import ADJUDICATED, DRAFT, READY, SUBMITTED
from rcm_tui.screens.actions.action import WORK, Action, Situation
from rcm_tui.screens.actions.refusals import workable

BOTH = ("claims", "claim")
DECIDED = ("denied", "partially_denied", "overpaid", "underpaid")
"""Views of the claims queue in which payers have decided on every claim."""


def decided(situation: Situation) -> str:
    """Possible where the marked rows, or the one under the cursor, were adjudicated."""
    if reason := workable(situation):
        return reason
    row = situation.row
    if row.get("status") == SUBMITTED and row.get("adjudication") in ADJUDICATED:
        return ""
    if situation.area == "denials" or situation.view in DECIDED:
        return ""
    if situation.marked and situation.view == "all":
        return ""
    return "Only what a payer has decided on is corrected or voided."


def resendable(situation: Situation) -> str:
    """Possible for what was rejected; what a payer decided on says why not when it is asked."""
    if situation.view == "rejected" or situation.row.get("acknowledgement") == "rejected":
        return workable(situation)
    if situation.area == "denials":
        return workable(situation)
    return decided(situation) and "Only what was rejected, or is another payer's, is sent as new."


def not_sent(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    if situation.row.get("status") in (DRAFT, READY):
        return ""
    return "Only corrections that were not sent are discarded."


def a_draft(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    return "" if situation.row.get("status") == DRAFT else "Only a Draft is split."


ACTIONS: tuple[Action, ...] = (
    Action(
        "correct",
        "d",
        "correct",
        "Make Drafts that replace what the payer decided on, under its claim control number",
        WORK,
        (*BOTH, "denials"),
        60,
        decided,
    ),
    Action(
        "void",
        "x",
        "void",
        "Have the payer take claims back as if never billed (frequency 8)",
        WORK,
        BOTH,
        8,
        decided,
    ),
    Action(
        "discard",
        "x",
        "discard",
        "Take back corrections that were not sent; what they were to replace stands",
        WORK,
        BOTH,
        7,
        not_sent,
    ),
    Action(
        "duplicate",
        "D",
        "send as new",
        "Make new claims (frequency 1) of what was rejected or is another payer's",
        WORK,
        (*BOTH, "denials"),
        6,
        resendable,
    ),
    Action(
        "rebill",
        "",
        "denied lines",
        "Bill the denied lines alone as a new claim, where the payer wants it so",
        WORK,
        BOTH,
        0,
        decided,
    ),
    Action(
        "split",
        "",
        "split",
        "Split a Draft: move lines of it to a claim of their own",
        WORK,
        ("claim",),
        0,
        a_draft,
    ),
)
