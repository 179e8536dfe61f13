"""Remittances that name one submission of a claim and mean another of its chain.

Payers may answer a replacement under the control number of what it replaced, and take back an
earlier answer under that of the replacement (facts on X12, pitfall 5).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from peewee import Database

from rcm_tui.billing.remittances.matching import match_claims
from rcm_tui.billing.remittances.matching_again import as_received
from rcm_tui.billing.remittances.reversals import original_of
from rcm_tui.billing.remittances.standing import Standing
from rcm_tui.billing.remittances.storing import StoredRemittance
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.claims import HISTORICAL, SUBMITTED

FindStanding = Callable[[Sequence[int]], Mapping[int, list[Standing]]]


def find_originals(
    database: Database,
    reversals: Sequence[StoredRemittance],
    payment_id: int,
    standing_of: FindStanding,
) -> dict[int, Standing]:
    """Reversal → what it takes back of another submission of its claim, which becomes its claim.

    `reversals` are those that take back nothing of the submission that they name.
    """
    others = _others_of_the_chain(database, {one.claim for one in reversals if one.claim})
    standing = standing_of(sorted({key for keys in others.values() for key in keys}))
    found: dict[int, Standing] = {}
    for reversal in reversals:
        for claim in others.get(reversal.claim or 0, ()):
            candidates = standing.get(claim, [])
            original = original_of(reversal, payment_id, candidates)
            if original is not None:
                candidates.remove(original)
                found[reversal.id] = original
                _put_onto(database, reversal, claim)
                break
    return found


def follow_replacements(database: Database, page: Sequence[StoredRemittance]) -> None:
    """Puts answers onto the replacement that they are about, where they name what it replaced.

    Ours: the submission that is named is Historical, the payer's claim control number is not the
    one it had, and the replacement bills what is answered and waits for its answer.
    """
    wanted = {one.claim for one in page if one.claim and one.payer_claim_control_number}
    replaced: dict[int, tuple[str, int, int]] = {}
    for claim, *replacement in read_by_keys(
        database,
        "SELECT c.id, c.payer_claim_control_number, n.id, n.billed FROM claim c"
        " JOIN claim n ON n.chain = c.chain AND n.id > c.id AND n.frequency IN ('6', '7')"
        " WHERE c.id IN ({keys}) AND COALESCE(c.status, '') = ?"
        " AND COALESCE(n.status, '') = ? AND COALESCE(n.adjudication, '') = ?"
        " AND n.payer_id = c.payer_id ORDER BY n.id",
        sorted(wanted),
        HISTORICAL,
        SUBMITTED,
        "pending",
    ):
        number, key, billed = replacement
        replaced[claim] = (number, key, billed)
    for remittance in page:
        number, key, billed = replaced.get(remittance.claim or 0, ("", 0, 0))
        theirs = remittance.payer_claim_control_number
        if key and number and theirs and theirs != number and remittance.charge == billed:
            _put_onto(database, remittance, key)


def _others_of_the_chain(database: Database, claims: Iterable[int]) -> dict[int, list[int]]:
    """Claim → the other submissions of its chain, the newest first."""
    found: dict[int, list[int]] = defaultdict(list)
    for claim, other in read_by_keys(
        database,
        "SELECT c.id, n.id FROM claim c JOIN claim n ON n.chain = c.chain AND n.id <> c.id"
        " WHERE c.id IN ({keys}) ORDER BY n.id DESC",
        sorted(claims),
    ):
        found[claim].append(other)
    return found


def _put_onto(database: Database, remittance: StoredRemittance, claim: int) -> None:
    """Sets claim and claim lines as if a person had chosen the claim. Nothing is written."""
    received = as_received(database, [remittance.id])[remittance.id]
    received.claim = claim
    (match,) = match_claims(database, [received])
    remittance.claim, remittance.found = claim, True
    remittance.reason = match.reason
    remittance.claim_lines = list(match.lines)
    for line, claim_line in zip(remittance.lines, match.lines, strict=False):
        line.claim_line = claim_line
