"""Answers of further payers that name the first payer's claim: theirs is the claim after it.

Where a payer forwards a claim itself, the next one answers under the control number that it saw:
that of the claim to the first payer. CLP02 says whose turn it was; a reversal names the further
payer's own claim control number.
"""

from collections.abc import Mapping
from typing import NamedTuple

from peewee import Database

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.claims import SUBMITTED

TURNS = {"2": 2, "20": 2, "3": 3, "21": 3}
"""CLP02 of answers by the second and the third payer."""
REVERSAL = "22"


class Answered(NamedTuple):
    """A claim that an answer names, with the answer's CLP02 and CLP07."""

    claim: int
    status_code: str
    payer_claim_control_number: str

    @property
    def may_be_a_further_payers(self) -> bool:
        """Whether a further payer can have said it."""
        if self.status_code == REVERSAL:
            return bool(self.payer_claim_control_number)
        return self.status_code in TURNS


def further_claims(database: Database, answers: Mapping[int, Answered]) -> dict[int, int]:
    """Which claim answers are for that name one to an earlier payer; those that stay are not in.

    Keys are the caller's own.
    """
    asked = {key: one for key, one in answers.items() if one.may_be_a_further_payers}
    found: dict[int, int] = {}
    turn = dict(
        read_by_keys(
            database,
            "SELECT id, payer_sequence FROM claim WHERE id IN ({keys})",
            sorted({one.claim for one in asked.values()}),
        )
    )
    standing = {
        key: one.claim
        for key, one in asked.items()
        if turn[one.claim] < TURNS.get(one.status_code, len(TURNS))
    }
    while standing:
        after: dict[int, list[tuple[int, int, str]]] = {}
        for before, *claim in read_by_keys(
            database,
            "SELECT billed_after_id, id, payer_sequence, payer_claim_control_number FROM claim"
            f" WHERE billed_after_id IN ({{keys}}) AND COALESCE(status, '') = '{SUBMITTED}'"
            " ORDER BY id",
            sorted(set(standing.values())),
        ):
            after.setdefault(before, []).append((claim[0], claim[1], claim[2]))
        for key, before in list(standing.items()):
            del standing[key]
            for claim, sequence, number in after.get(before, ()):
                if _is_of(asked[key], sequence, number):
                    found[key] = claim
                else:
                    standing[key] = claim
            if key in found:
                standing.pop(key, None)
    return found


def _is_of(answer: Answered, sequence: int, payer_claim_control_number: str) -> bool:
    if answer.status_code == REVERSAL:
        return answer.payer_claim_control_number == payer_claim_control_number
    return TURNS[answer.status_code] == sequence
