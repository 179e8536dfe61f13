"""Handing denials on: the case in which a claim stands gets another owner."""

from collections.abc import Iterable

from rcm_tui.billing.cases.claims import active_cases
from rcm_tui.billing.editing.saving import save_many
from rcm_tui.billing.outcome import Left, Outcome
from rcm_tui.billing.rights import WORK_DENIALS, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.work import Work


@needs(WORK_DENIALS, claim_ids=CLAIM)
def hand_on(work: Work, claim_ids: Iterable[int], login: str) -> Outcome:
    """Makes a person the owner of the active cases of claims: `made` are the cases.

    `done` are the claims; one that stands in no active case is left, since nobody owns it. A case
    goes on with all its claims. Raises Invalid for a login that is unknown.
    """
    claims = {
        key: (number, chain)
        for key, number, chain in read_by_keys(
            work.database,
            "SELECT id, number, COALESCE(chain, id) FROM claim WHERE id IN ({keys})",
            sorted(set(claim_ids)),
        )
    }
    cases = active_cases(work.database, {chain for _, chain in claims.values()})
    outcome = Outcome()
    saved = save_many(work, "case_file", {key for key, _ in cases.values()}, {"owner": login})
    refused = {left.key: left for left in saved.left}
    outcome.made = list(saved.done)
    for key, (number, chain) in sorted(claims.items()):
        case, _ = cases.get(chain, (None, ""))
        if case is None:
            why = "it stands in no active case, which could have an owner: open one for it first"
            outcome.left.append(Left(key, number, why))
        elif case in refused:
            outcome.left.append(Left(key, number, refused[case].reason))
        else:
            outcome.done.append(key)
    return outcome
