"""What is done to remittances that have no claim, or whose lines have no claim line."""

from __future__ import annotations

from rcm_tui.data.sentences import as_sentence
from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import rows, worker_of_it

ORPHAN = "orphan"


def takeable(situation: Situation) -> str:
    """A candidate is under the cursor that may be taken."""
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.row.get("state") != ORPHAN:
        number = situation.row.get("claim_number")
        return f"It is on claim {number} already." if number else "It is not to be matched."
    if not situation.row.get("candidate"):
        return "There is no claim under the cursor: / finds one."
    return as_sentence(situation.row.get("refusal") or "")


def a_claim(situation: Situation) -> str:
    return "" if situation.row.get("candidate") else "There is no claim under the cursor."


def of_orphans(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.view == "orphans" or situation.row.get("state") == ORPHAN:
        return ""
    return "Only remittances without a claim are matched: v shows them."


def on_a_claim(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.row.get("state") == "posted":
        return ""
    return "It is on no claim."


def unlinked(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    number = situation.row.get("claim_number")
    if number and not situation.marked:
        return f"It is linked to claim {number}: x takes that away first."
    return ""


def linked(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.marked or situation.row.get("claim_number"):
        return ""
    return "It is linked to no claim."


ACTIONS: tuple[Action, ...] = (
    Action(
        "take_candidate",
        "equals_sign",
        "take it",
        "Put it onto the claim, or claim line, under the cursor; enter does the same",
        WORK,
        ("orphan", "orphan_line"),
        95,
        takeable,
    ),
    Action(
        "other_claim",
        "slash",
        "other claim",
        "Find a claim that is not among the candidates",
        WORK,
        ("orphan",),
        70,
        worker_of_it,
    ),
    Action(
        "look_at_claim",
        "o",
        "look at claim",
        "Open the claim under the cursor",
        LOOK,
        ("orphan", "orphan_line"),
        60,
        a_claim,
    ),
    Action(
        "match_orphan",
        "equals_sign",
        "match",
        "Show the candidates of the remittance under the cursor, or of the oldest without a claim",
        WORK,
        ("remittances",),
        82,
        worker_of_it,
    ),
    Action(
        "match_line",
        "equals_sign",
        "match",
        "Show the lines of the claim that the remittance line may be for",
        WORK,
        ("remittance_lines",),
        82,
        rows,
    ),
    Action(
        "match_sure",
        "A",
        "match the sure",
        "Put the marked ones, or this one, onto first candidates that no other comes near",
        WORK,
        ("remittances",),
        62,
        of_orphans,
    ),
    Action(
        "take_off",
        "x",
        "off its claim",
        "Take remittances off claims that they are not for: their money is unapplied again",
        WORK,
        ("remittances",),
        40,
        on_a_claim,
    ),
    Action(
        "link_adjustment",
        "equals_sign",
        "link to claim",
        "Find the claim that the adjustment under the cursor takes back or pays on",
        WORK,
        ("provider_adjustments",),
        82,
        unlinked,
    ),
    Action(
        "link_again",
        "A",
        "look again",
        "Look once more for the claims that the marked ones, or this one, name",
        WORK,
        ("provider_adjustments",),
        62,
        unlinked,
    ),
    Action(
        "unlink_adjustment",
        "x",
        "unlink",
        "Take the links of the marked ones, or of this one, away",
        WORK,
        ("provider_adjustments",),
        40,
        linked,
    ),
)
