"""Payments that look like one that is here already, though their keys differ.

The same check typed from paper before its 835 came, or sent again under another payer's
identifier or date. What is the same beyond doubt is refused at the door (`duplicates.py`).
"""

import datetime
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import dollars


@dataclass(frozen=True, slots=True)
class AlikePayment:
    """An earlier payment that may be the same one; `words` name it."""

    id: int
    state: str
    words: str


def payments_alike(database: Database, payment_id: int) -> list[AlikePayment]:
    """Earlier payments over the same money with the same check or EFT number.

    Where one of the two has no number or was typed by hand: of the same payer and date. Payments
    of nothing are never alike. At most a few, the oldest first (ours).
    """
    rows = read_rows(
        database,
        "SELECT other.id, other.trace_number, other.amount, other.state, other.received_at,"
        " other.entered_by"
        " FROM payment AS other JOIN payment AS own ON own.id = ?"
        " WHERE other.amount = own.amount AND own.amount <> 0 AND other.id < own.id"
        " AND ((own.trace_number <> '' AND other.trace_number = own.trace_number)"
        " OR ((own.trace_number = '' OR other.trace_number = '' OR own.entered_by <> ''"
        " OR other.entered_by <> '') AND other.payer_id = own.payer_id"
        " AND other.effective_date = own.effective_date))"
        " ORDER BY other.id LIMIT 3",
        payment_id,
    )
    return [
        AlikePayment(
            key,
            state,
            f"payment {trace or 'without a number'} over {dollars(amount)}"
            f" received on {datetime.date.fromisoformat(received[:10])}"
            + (f" (typed by {by})" if by else ""),
        )
        for key, trace, amount, state, received, by in rows
    ]
