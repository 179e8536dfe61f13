"""Where remittances land, a page of them at a time: on their claims, as orphans, or nowhere.

Written exactly as it was planned (`plan.py`).
"""

from collections.abc import Sequence

from rcm_tui.billing.claims.forwarding import follow_forwarding
from rcm_tui.billing.claims.superseding import take_place_after_all
from rcm_tui.billing.ledger import post_journals
from rcm_tui.billing.remittances.adjudication import refresh_claims
from rcm_tui.billing.remittances.plan import Planned
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.tables.remittances import Remittance, RemittanceLine
from rcm_tui.data.work import Work


def land(work: Work, payment_id: int, page: Sequence[Planned]) -> None:
    """Posts the journals of a page, and brings remittances, claims and balances up to date."""
    answered = {one.remittance.claim for one in page if one.fate == "posts"}
    take_place_after_all(work, sorted(key for key in answered if key is not None))
    moving = [planned for planned in page if planned.journal is not None]
    ids = post_journals(work, [planned.journal for planned in moving if planned.journal])
    journals = {planned.remittance.id: key for planned, key in zip(moving, ids, strict=True)}
    _link(work, [planned for planned in page if planned.found and planned.fate != "orphan"])
    _write_states(work, page, journals)
    _unlink(work, [planned for planned in page if planned.fate == "orphan"])
    posted = [planned for planned in page if planned.fate in ("posts", "reverses")]
    _refresh_and_record(work, payment_id, posted)


def _write_states(work: Work, page: Sequence[Planned], journals: dict[int, int]) -> None:
    # Several updates: one that names the claim rewrites its index, changed or not.
    work.update(
        Remittance,
        ("state", "journal"),
        [("posted", journals.get(key), key) for key in _keys(page, "posts")],
    )
    work.update(
        Remittance,
        ("state", "reverses", "journal"),
        [
            ("posted", one.reverses.id, journals.get(one.remittance.id), one.remittance.id)
            for one in page
            if one.reverses is not None
        ],
    )
    work.update(
        Remittance,
        ("state", "claim", "reason", "journal"),
        [
            ("orphan", None, one.reason, journals.get(one.remittance.id), one.remittance.id)
            for one in page
            if one.fate == "orphan"
        ],
    )
    work.update(
        Remittance,
        ("state", "reason"),
        [
            ("informational", one.reason, one.remittance.id)
            for one in page
            if one.fate == "informational"
        ],
    )
    work.update(
        Remittance,
        ("journal",),
        [(journals[key], key) for key in _keys(page, "waits") if key in journals],
    )


def _keys(page: Sequence[Planned], fate: str) -> list[int]:
    return [planned.remittance.id for planned in page if planned.fate == fate]


def _link(work: Work, found: Sequence[Planned]) -> None:
    """Writes which claim, and which of its lines, were found only now."""
    work.update(
        Remittance,
        ("claim", "reason"),
        [(one.remittance.claim, one.reason, one.remittance.id) for one in found],
    )
    claim_lines = {
        (one.remittance.id, position): line
        for one in found
        for position, line in enumerate(one.remittance.claim_lines, 1)
    }
    work.update(
        RemittanceLine,
        ("claim_line",),
        [
            (claim_lines.get((remittance, position)), key)
            for key, remittance, position in read_by_keys(
                work.database,
                "SELECT id, remittance_id, position FROM remittance_line"
                " WHERE remittance_id IN ({keys}) ORDER BY id",
                [one.remittance.id for one in found],
            )
        ],
    )


def _unlink(work: Work, orphans: Sequence[Planned]) -> None:
    linked = [one.remittance.id for one in orphans if one.remittance.claim is not None]
    for chunk in chunked(linked):
        RemittanceLine.update(claim_line=None).where(RemittanceLine.remittance.in_(chunk)).execute()


def _refresh_and_record(work: Work, payment_id: int, posted: Sequence[Planned]) -> None:
    claims = dict.fromkeys(
        one.remittance.claim for one in posted if one.remittance.claim is not None
    )
    adjudications = refresh_claims(work, claims)
    for planned in posted:
        remittance = planned.remittance
        if remittance.claim is not None:
            work.record(
                "remittance posted",
                "claim",
                remittance.claim,
                payment=payment_id,
                remittance=remittance.id,
                status=remittance.status_code,
                paid=remittance.paid,
                adjudication=adjudications[remittance.claim],
            )
    follow_forwarding(work, claims, {one.remittance.status_code for one in posted})
