"""Opening, making and editing records of any kind."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import one_row, rows, several, worker_of_it


def _of_letters(situation: Situation) -> str:
    if situation.row.get("kind") != "letter_template":
        return "Only letters have words to be written."
    return worker_of_it(situation) or one_row(situation)


def _of_clearinghouses(situation: Situation) -> str:
    if situation.row.get("kind") != "clearinghouse":
        return "Only connections to clearinghouses are tried."
    return worker_of_it(situation) or one_row(situation)


ACTIONS: tuple[Action, ...] = (
    Action(
        "try_connection",
        "a",
        "try it",
        "Try the connection under the cursor: its host key, login and folders; nothing is sent",
        WORK,
        ("records",),
        76,
        _of_clearinghouses,
    ),
    Action(
        "letter_words",
        "b",
        "words",
        "Write the words of the letter under the cursor, with the fields that are filled in",
        WORK,
        ("records",),
        74,
        _of_letters,
    ),
    Action(
        "edit",
        "e",
        "edit",
        "Edit what is under the cursor, at the field that is wrong",
        WORK,
        (
            *("claims", "claim", "cases", "case", "visits", "visit", "records"),
            *("charges", "charge", "authorization", "responses"),
            *("case_rules", "purge_policies"),
        ),
        75,
        one_row,
    ),
    Action(
        "edit_marked",
        "e",
        "edit together",
        "Edit the marked ones together: the fields they share",
        WORK,
        ("claims", "cases", "records", "charges", "case_rules"),
        76,
        several,
    ),
    Action(
        "new",
        "n",
        "new",
        "Make a new record",
        WORK,
        ("cases", "visits", "records", "case_rules"),
        60,
        worker_of_it,
    ),
    Action(
        "open",
        "enter",
        "open",
        "Open what is under the cursor",
        LOOK,
        ("home", "reports", "case_insights", "denial_insights", "administration"),
        85,
    ),
    Action(
        "open_row",
        "enter",
        "open",
        "Open the record under the cursor",
        LOOK,
        (
            *(
                "claims",
                "denials",
                "cases",
                "activities",
                "appeals",
                "answered_lines",
                "denied_before",
                "remittances",
                "remittance_lines",
                "provider_adjustments",
                "deposits",
                "payments",
                "visits",
                "invoices",
                "records",
                "case_rules",
                "case_rule_runs",
            ),
            *(
                "charges",
                "charge_periods",
                "ageing",
                "responses",
                "transactions",
                "emergencies",
                "write_offs",
                "patient_payments",
                "refunds",
                "statements_due",
                "statements",
                "audit",
                "purge_policies",
                "purge_runs",
            ),
        ),
        85,
        rows,
    ),
    Action(
        "its_remittances",
        "r",
        "remittances",
        "The remittances of this payment, as a queue",
        LOOK,
        ("payment",),
        60,
    ),
    Action(
        "next_urgent",
        "n",
        "most urgent",
        "Open the most urgent denial; without one, the most urgent of what waits",
        LOOK,
        ("home",),
        60,
    ),
)
