"""Lets the simulated clearinghouse of the demo do its part."""

from pathlib import Path

from rcm_tui.data.tables.practice import Practice
from rcm_tui.exchange.delivery import clearinghouses
from rcm_tui.exchange.practice_clearinghouse import PracticeClearinghouse, contracted_fees
from rcm_tui.jobs.turn import Result, Turn

SPEED = 50_000
"""How many times faster its payers are than real ones: sixteen days pass in half a minute."""


def practice_clearinghouse(turn: Turn) -> Result:
    """The job: reads what was sent to practice clearinghouses and writes their answers.

    Does nothing in a practice that is not a demo, whatever its clearinghouses say they are.
    """
    result = Result()
    if not Practice.select(Practice.is_demo).scalar():
        return result
    for clearinghouse in clearinghouses():
        if clearinghouse.kind == "practice":
            turn.between()
            turn.transports.of(clearinghouse)  # makes its folders
            simulated = PracticeClearinghouse(
                Path(clearinghouse.outgoing),
                Path(clearinghouse.incoming),
                fees=contracted_fees(turn.store.database),
                speed=SPEED,
            )
            try:
                result.items += simulated.work(turn.clock())
            except OSError as error:
                result.problems.append(
                    f"The folders of {clearinghouse.name} cannot be used: {error.strerror}."
                )
    return result
