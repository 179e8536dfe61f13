"""What is done about claim lines that were paid under contract."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import workable


def accepted(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    if situation.view == "accepted" or (not situation.marked and situation.row.get("accepted")):
        return ""
    return "It was not accepted."


def acceptable(situation: Situation) -> str:
    if reason := workable(situation):
        return reason
    return "" if accepted(situation) else "It was accepted: R takes it up again."


ACTIONS: tuple[Action, ...] = (
    Action(
        "accept",
        "r",
        "accept",
        "Take what was allowed under contract for good, with a reason",
        WORK,
        ("underpayments",),
        56,
        acceptable,
    ),
    Action(
        "charts",
        "p",
        "plots",
        "Show money received and the denial rate of twelve months",
        LOOK,
        ("reports",),
        40,
    ),
    Action(
        "export_figures",
        "E",
        "export",
        "Export the figures to a workbook; in Reports all, in insights what is seen there",
        WORK,
        ("reports", "charts", "case_insights", "denial_insights"),
        30,
    ),
    Action(
        "dispute",
        "R",
        "take up again",
        "Take accepted lines up again",
        WORK,
        ("underpayments",),
        54,
        accepted,
    ),
)
