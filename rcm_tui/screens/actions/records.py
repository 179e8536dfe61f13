"""Opening, making and editing records of any kind."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action
from rcm_tui.screens.actions.refusals import one_row, rows, several, worker_of_it

ACTIONS: tuple[Action, ...] = (
    Action(
        "edit",
        "e",
        "edit",
        "Edit what is under the cursor, at the field that is wrong",
        WORK,
        (
            *("claims", "claim", "cases", "case", "visits", "visit", "records"),
            *("charges", "charge", "authorization", "responses"),
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
        ("claims", "cases", "records", "charges"),
        76,
        several,
    ),
    Action(
        "new",
        "n",
        "new",
        "Make a new record",
        WORK,
        ("cases", "visits", "records"),
        60,
        worker_of_it,
    ),
    Action(
        "open",
        "enter",
        "open",
        "Open what is under the cursor",
        LOOK,
        ("home", "reports", "administration"),
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
                "cases",
                "remittances",
                "remittance_lines",
                "provider_adjustments",
                "deposits",
                "payments",
                "visits",
                "invoices",
                "records",
            ),
            *(
                "charges",
                "charge_periods",
                "ageing",
                "responses",
                "transactions",
                "write_offs",
                "patient_payments",
                "refunds",
                "statements_due",
                "statements",
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
        "Open the most urgent of what waits",
        LOOK,
        ("home",),
        60,
    ),
)
