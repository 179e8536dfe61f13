"""Matching once more what found no claim when it came in: its claim may be here by now."""

import datetime
from collections.abc import Sequence

from peewee import Database

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.remittances.matching import match_claims
from rcm_tui.billing.remittances.received import ReceivedClaim, ReceivedLine
from rcm_tui.billing.remittances.storing import StoredRemittance
from rcm_tui.billing.rights import MATCH_REMITTANCES, needs
from rcm_tui.billing.units import CLAIM, REMITTANCE
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.remittances import Remittance, RemittanceLine
from rcm_tui.data.work import Work


def match_again(database: Database, page: Sequence[StoredRemittance]) -> None:
    """Sets claim, claim lines and reason of stored remittances to what matching says now.

    Nothing is written; `found` is set where a claim was found.
    """
    if not page:
        return
    ids = [each.id for each in page]
    received = as_received(database, ids)
    matches = match_claims(database, [received[key] for key in ids])
    for remittance, match in zip(page, matches, strict=True):
        remittance.reason = match.reason
        if match.claim is None:
            continue
        remittance.claim = match.claim.id
        remittance.found = True
        remittance.claim_lines = list(match.lines)
        for line, claim_line in zip(remittance.lines, match.lines, strict=False):
            line.claim_line = claim_line


@needs(MATCH_REMITTANCES, remittance_id=REMITTANCE, claim_id=CLAIM)
def choose_claim(work: Work, remittance_id: int, claim_id: int) -> None:
    """Says which claim a remittance is for whose payment is not posted yet. Undoable.

    Raises Refused when it is posted by now.
    """
    if not read_rows(
        work.database, "SELECT 1 FROM remittance WHERE id = ? AND state = 'held'", remittance_id
    ):
        raise Refused("this remittance is not waiting to be posted any more")
    received = as_received(work.database, [remittance_id])[remittance_id]
    received.claim = claim_id
    (match,) = match_claims(work.database, [received])
    if match.claim is None:
        raise Refused("the claim is not there any more")
    lines = read_rows(
        work.database,
        "SELECT id FROM remittance_line WHERE remittance_id = ? ORDER BY position",
        remittance_id,
    )
    with work.undoable(f"Take claim {match.claim.number} for a remittance", Remittance):
        work.update(Remittance, ("claim", "reason"), [(claim_id, match.reason, remittance_id)])
        work.update(
            RemittanceLine,
            ("claim_line",),
            [(line, key) for (key,), line in zip(lines, match.lines, strict=True)],
        )
    work.record("claim chosen", "remittance", remittance_id, claim=claim_id)


def as_received(database: Database, ids: Sequence[int]) -> dict[int, ReceivedClaim]:
    """Stored remittances as they came in, as far as matching looks at them, by their keys."""
    found: dict[int, ReceivedClaim] = {}
    for key, number, payer_number, status, charge, paid, first in read_by_keys(
        database,
        "SELECT id, patient_control_number, payer_claim_control_number, status_code, charge, paid,"
        " first_service_date FROM remittance WHERE id IN ({keys})",
        ids,
    ):
        found[key] = ReceivedClaim(
            number,
            status,
            charge,
            paid,
            payer_claim_control_number=payer_number,
            first_service_date=_date(first),
        )
    for key, code, modifiers, charge, paid, number, first in read_by_keys(
        database,
        "SELECT remittance_id, procedure_code, modifiers, charge, paid, line_control_number,"
        " first_service_date FROM remittance_line WHERE remittance_id IN ({keys})"
        " ORDER BY remittance_id, position",
        ids,
    ):
        found[key].lines.append(
            ReceivedLine(
                code,
                tuple(modifiers.split()),
                charge,
                paid,
                line_control_number=number,
                first_service_date=_date(first),
            )
        )
    return found


def _date(stored: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(stored) if stored else None
