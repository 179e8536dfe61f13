"""Which remittances of claims stand: posted, and taken back neither by the payer nor here."""

from collections.abc import Iterable
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_by_keys

REVERSAL = "22"
"""The claim status code (CLP02) of a remittance that takes another back."""


@dataclass(slots=True)
class Standing:
    """A posted remittance that nothing has taken back. Amounts in cents, the time ISO text."""

    id: int
    payment: int
    claim: int
    status_code: str
    charge: int
    paid: int
    payer_claim_control_number: str
    journal: int | None
    received_at: str


def standing_remittances(database: Database, claims: Iterable[int]) -> dict[int, list[Standing]]:
    """Claim → its standing remittances, oldest first."""
    found: dict[int, list[Standing]] = {}
    for row in read_by_keys(database, STANDING, claims, REVERSAL):
        standing = Standing(*row)
        found.setdefault(standing.claim, []).append(standing)
    return found


# The state is hidden from the planner, which would read all that is posted, in its order.
STANDING = """
SELECT said.id, said.payment_id, said.claim_id, said.status_code, said.charge, said.paid,
  said.payer_claim_control_number, said.journal_id, payment.received_at
FROM remittance AS said
JOIN payment ON payment.id = said.payment_id
LEFT JOIN remittance AS reversal ON reversal.reverses_id = said.id
LEFT JOIN journal AS taken_back ON taken_back.reverses_id = said.journal_id
WHERE said.claim_id IN ({keys}) AND COALESCE(said.state, '') = 'posted' AND said.status_code <> ?
  AND reversal.id IS NULL AND taken_back.id IS NULL
ORDER BY said.id
"""
