"""The practice clearinghouse: a simulated clearinghouse with payers, for the demo and for tests.

It reads 837P files and answers with TA1, 999, 277CA and 835 as the guides say, with a realistic
share of rejections, denials, partial payments, patient shares, corrections and provider
adjustments, always the same from the same seed. It is never used outside of the demo and tests;
its files say PRACTICE and carry the test indicator (ISA15 T).
"""

from rcm_tui.exchange.practice_clearinghouse.answering import (
    Answer,
    Plan,
    answers_for,
    answers_to,
    planned_answers,
    submissions,
)
from rcm_tui.exchange.practice_clearinghouse.clearinghouse import PracticeClearinghouse
from rcm_tui.exchange.practice_clearinghouse.contracts import contracted_fees

__all__ = [
    "Answer",
    "Plan",
    "PracticeClearinghouse",
    "answers_for",
    "answers_to",
    "contracted_fees",
    "planned_answers",
    "submissions",
]
