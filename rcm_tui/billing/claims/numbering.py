"""Numbers of claims and their lines: unique in the store, and plain enough for every payer."""

from typing import NamedTuple

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.work import Work

FIRST = 100000
CONTROL_NUMBER_LENGTH = 20
"""Only so many characters of CLM01 are sure to come back in answers."""


class ClaimNumber(NamedTuple):
    """What people call a claim (C-104233), and CLM01 (C104233)."""

    number: str
    patient_control_number: str


def new_claim_numbers(work: Work, count: int) -> list[ClaimNumber]:
    """Takes numbers for new claims, past any that a claim from elsewhere brought along."""
    taken: list[ClaimNumber] = []
    while len(taken) < count:
        wanted = count - len(taken)
        first = FIRST + work.next_number("claim", wanted)
        fresh = [ClaimNumber(f"C-{n}", f"C{n}") for n in range(first, first + wanted)]
        used = {
            row[0]
            for row in read_by_keys(
                work.database,
                "SELECT patient_control_number FROM claim WHERE patient_control_number IN ({keys})",
                [number.patient_control_number for number in fresh],
            )
        }
        used |= {
            row[0]
            for row in read_by_keys(
                work.database,
                "SELECT number FROM claim WHERE number IN ({keys})",
                [number.number for number in fresh],
            )
        }
        taken += [
            number
            for number in fresh
            if number.patient_control_number not in used and number.number not in used
        ]
    return taken


def line_control_number(patient_control_number: str, position: int) -> str:
    """REF*6R of a line, unique as long as the patient control number is; at most 30 characters."""
    return f"{patient_control_number}L{position}"
