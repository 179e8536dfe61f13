"""Claims that look paid once a plan is written, and on which a credit hides a denied line.

Posting finds them in what it has written (`adjudication.HIDING`); a preview has to look at what
stands now and at what is planned, and must come to the same.
"""

from collections.abc import Iterable, Mapping, Sequence

from peewee import Database

from rcm_tui.billing.remittances.adjudication import LEFT_OPEN
from rcm_tui.billing.remittances.standing import Standing
from rcm_tui.data.bulk import read_by_keys


def hiding_once_written(
    database: Database,
    claims: Iterable[int],
    standing: Mapping[int, Sequence[Standing]],
    moved: Mapping[int, int],
    found: Mapping[int, Sequence[int | None]],
) -> set[int]:
    """Those of claims with a line that is paid too much beside one that is denied. Blocks.

    `standing` is what stands once the plan is written, `moved` the cents that it moves at the
    payer by claim line, `found` the claim lines of remittances that the plan found only now.
    """
    lines: dict[int, list[int]] = {}
    in_credit: set[int] = set()
    for claim, line, balance in read_by_keys(
        database, "SELECT claim_id, id, payer_balance FROM claim_line WHERE claim_id IN ({keys})",
        sorted(claims),
    ):  # fmt: skip
        lines.setdefault(claim, []).append(line)
        if balance + moved.get(line, 0) < 0:
            in_credit.add(claim)
    remittances = sorted(one.id for claim in in_credit for one in standing.get(claim, ()))
    denied = _denied(database, remittances, found)
    return {claim for claim in in_credit if any(denied.get(line, 0) > 0 for line in lines[claim])}


def _denied(
    database: Database, remittances: Sequence[int], found: Mapping[int, Sequence[int | None]]
) -> dict[int, int]:
    """Claim line → cents that the newest of remittances which speaks of it leaves open."""
    left_open = dict[int, int](read_by_keys(database, LEFT_OPEN, remittances))
    denied: dict[int, int] = {}
    for key, remittance, position, line in read_by_keys(
        database,
        "SELECT id, remittance_id, position, claim_line_id FROM remittance_line"
        " WHERE remittance_id IN ({keys}) ORDER BY remittance_id, id",
        remittances,
    ):
        of_it = found[remittance][position - 1] if remittance in found else line
        if of_it is not None:
            denied[of_it] = left_open.get(key, 0)
    return denied
