"""Which claims a remittance without one may be for: ranked, each with its points and why.

Every look-up reads an index and is bounded, so that it costs the same in a store of a million
claims. The weights are ours: a number that only one claim has says most, then who the patient is,
then days, codes and amounts, which many claims share.
"""

from collections.abc import Sequence

from peewee import Database

from rcm_tui.billing.remittances.candidate_points import Candidate, Reason, judged, points
from rcm_tui.billing.remittances.candidate_pool import (
    LOOKED_AT,
    Wanted,
    known_claims,
    pool,
    read_wanted,
    siblings_of,
)
from rcm_tui.billing.remittances.standing import REVERSAL, Standing, standing_remittances

__all__ = ["Candidate", "Reason", "candidate_of", "find_candidates", "sure_candidate"]

MOST = 20
"""How many candidates are shown at most (ours)."""
MOST_STANDING = 50
LEAST = 10
"""Candidates of fewer points are not worth a look."""
SURE, AHEAD = 60, 20
"""The first candidate is sure with so many points, and so many more than the second (ours)."""


def find_candidates(database: Database, remittance_id: int, limit: int = MOST) -> list[Candidate]:
    """The claims that a remittance may be for, the likeliest first; those that cannot be last."""
    wanted = read_wanted(database, [remittance_id]).get(remittance_id)
    return _ranked(database, wanted, limit) if wanted else []


def candidate_of(database: Database, remittance_id: int, claim_id: int) -> Candidate | None:
    """A claim that a person names as a candidate, however little speaks for it."""
    wanted = read_wanted(database, [remittance_id]).get(remittance_id)
    known = known_claims(database, [claim_id])
    if wanted is None or not known:
        return None
    return judged(wanted, known[0], siblings_of(database, wanted), _standing(database, claim_id))


def sure_candidate(candidates: Sequence[Candidate]) -> Candidate | None:
    """The first candidate where no other comes near it; None where a person has to look."""
    possible = [candidate for candidate in candidates if not candidate.refusal]
    if not possible or possible[0].score < SURE:
        return None
    second = possible[1].score if len(possible) > 1 else 0
    return possible[0] if possible[0].score - second >= AHEAD else None


def _ranked(database: Database, wanted: Wanted, limit: int) -> list[Candidate]:
    siblings = siblings_of(database, wanted)
    keys = list(dict.fromkeys(pool(database, wanted, siblings)))[:LOOKED_AT]
    known = {one.id: one for one in known_claims(database, keys)}
    standing: dict[int, list[Standing]] = {}
    if wanted.status_code == REVERSAL:
        # What stands is read for the likeliest alone: of many claims it takes long.
        likely = sorted(known, key=lambda key: -points(wanted, known[key], siblings))
        known = {key: known[key] for key in likely[:MOST_STANDING]}
        standing = standing_remittances(database, sorted(known))
    found = [judged(wanted, one, siblings, standing.get(one.id, [])) for one in known.values()]
    found = [candidate for candidate in found if candidate.score >= LEAST]
    found.sort(key=lambda one: (bool(one.refusal), -one.score, one.first_service_date, one.claim))
    return found[:limit]


def _standing(database: Database, claim_id: int) -> list[Standing]:
    return standing_remittances(database, [claim_id]).get(claim_id, [])
