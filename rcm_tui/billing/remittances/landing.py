"""Where remittances land, a page of them at a time: on their claims, as orphans, or nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rcm_tui.billing.ledger import NewEntry, NewJournal, post_journals
from rcm_tui.billing.remittances.adjudication import (
    Standing,
    refresh_claims,
    standing_remittances,
)
from rcm_tui.billing.remittances.entries import DENIED, remittance_entries
from rcm_tui.billing.remittances.reversals import post_reversals
from rcm_tui.billing.remittances.storing import StoredRemittance, read_details
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.ledger import PAYER_PAYMENTS, UNAPPLIED
from rcm_tui.data.tables.remittances import Remittance, RemittanceLine
from rcm_tui.data.work import Work

SEQUENCE = {"1": 1, "19": 1, "2": 2, "20": 2, "3": 3, "21": 3}
"""CLP02 → whether the payer processed the claim as the first, second or third payer."""

PROCESSED = {*SEQUENCE, DENIED}

INFORMATIONAL = {"23": "not this payer's claim, forwarded to another", "25": "predetermination"}


@dataclass(slots=True)
class Totals:
    """What was read and posted so far; `paid` and `unposted` are cents."""

    claims: int = 0
    paid: int = 0
    posted: int = 0
    orphans: int = 0
    unposted: int = 0
    payers: set[int | None] = field(default_factory=set)


@dataclass(slots=True)
class Effects:
    """What one page of remittances does: journals by remittance, orphans with their reasons."""

    journals: dict[int, NewJournal] = field(default_factory=dict)
    posted: list[StoredRemittance] = field(default_factory=list)
    orphans: dict[int, str] = field(default_factory=dict)
    informational: dict[int, str] = field(default_factory=dict)


def post_reversal_page(
    work: Work, payment_id: int, page: list[StoredRemittance], totals: Totals
) -> int:
    """Posts those reversals whose originals stand and takes them off the page. Returns how many."""
    keys = set(post_reversals(work, payment_id, page))
    posted = [remittance for remittance in page if remittance.id in keys]
    totals.posted += len(posted)
    _refresh_and_record(work, payment_id, posted)
    page[:] = [remittance for remittance in page if remittance.id not in keys]
    return len(posted)


def orphan_reversals(
    work: Work, payment_id: int, page: Sequence[StoredRemittance], totals: Totals
) -> None:
    """Makes orphans of reversals that take nothing back that is known."""
    orphans = {
        each.id: each.reason
        if each.claim is None
        else f"no posted remittance of its claim has charge {dollars(-each.charge)} and paid"
        f" {dollars(-each.paid)}, which it would take back"
        for each in page
    }
    _write_page(work, payment_id, page, Effects(orphans=orphans), totals)


def post_page(
    work: Work, payment_id: int, page: Sequence[StoredRemittance], totals: Totals
) -> None:
    """Posts remittances that are not reversals, or makes orphans of them with the reason."""
    read_details(work, page)
    claims = sorted({remittance.claim for remittance in page if remittance.claim is not None})
    standing = standing_remittances(work.database, claims)
    open_balances = _open_balances(
        work, [each.claim for each in page if each.claim is not None and not each.lines]
    )
    done = Effects()
    for remittance in page:
        claim = remittance.claim
        if remittance.status_code not in PROCESSED:
            _judge_informational(remittance, done)
        elif claim is None:
            done.orphans[remittance.id] = remittance.reason
        elif _answered_by_another(remittance, standing.get(claim, [])):
            done.orphans[remittance.id] = (
                "its claim was answered by another payer before: as what comes from a further"
                " payer it needs a claim of its own"
            )
        else:
            done.posted.append(remittance)
            standing.setdefault(claim, []).append(_as_standing(remittance, payment_id, claim))
            entries = remittance_entries(remittance, open_balances.get(claim, {}))
            if entries:
                done.journals[remittance.id] = NewJournal(
                    "remittance", claim, entries, f"payment {payment_id}"
                )
    _write_page(work, payment_id, page, done, totals)
    _refresh_and_record(work, payment_id, done.posted)


def _judge_informational(remittance: StoredRemittance, done: Effects) -> None:
    code = remittance.status_code
    meaning = INFORMATIONAL.get(code, "not a status that posts")
    reason = f"status {code or '(none)'}: {meaning}"
    if remittance.paid:
        done.orphans[remittance.id] = f"{reason}, yet {dollars(remittance.paid)} is paid"
    else:
        done.informational[remittance.id] = reason


def _answered_by_another(remittance: StoredRemittance, standing: Sequence[Standing]) -> bool:
    sequence = SEQUENCE.get(remittance.status_code)
    return sequence is not None and any(
        SEQUENCE.get(earlier.status_code, sequence) != sequence for earlier in standing
    )


def _as_standing(remittance: StoredRemittance, payment_id: int, claim: int) -> Standing:
    return Standing(
        remittance.id,
        payment_id,
        claim,
        remittance.status_code,
        remittance.charge,
        remittance.paid,
        remittance.payer_claim_control_number,
        None,
        "",
    )


def _open_balances(work: Work, claims: list[int]) -> dict[int, dict[int, int]]:
    """Claim → claim line → cents open at the payer, or billed where nothing is open any more."""
    balances: dict[int, dict[int, int]] = {}
    billed: dict[int, dict[int, int]] = {}
    for claim, line, balance, charge in read_by_keys(
        work.database,
        "SELECT claim_id, id, payer_balance, billed FROM claim_line WHERE claim_id IN ({keys})"
        " ORDER BY claim_id, position",
        claims,
    ):
        balances.setdefault(claim, {})[line] = balance
        billed.setdefault(claim, {})[line] = charge
    return {
        claim: lines if any(balance > 0 for balance in lines.values()) else billed[claim]
        for claim, lines in balances.items()
    }


def _write_page(
    work: Work,
    payment_id: int,
    page: Sequence[StoredRemittance],
    done: Effects,
    totals: Totals,
) -> None:
    for remittance in page:
        if remittance.id in done.orphans:
            totals.orphans += 1
            totals.unposted += remittance.paid
            if remittance.paid:
                done.journals[remittance.id] = _unapplied(remittance, payment_id)
    ids = post_journals(work, list(done.journals.values()))
    journals = dict(zip(done.journals, ids, strict=True))
    totals.posted += len(done.posted)
    # Two updates: one that names the claim rewrites its index, changed or not.
    work.update(
        Remittance,
        ("state", "journal"),
        [("posted", journals.get(each.id), each.id) for each in done.posted],
    )
    work.update(
        Remittance,
        ("state", "claim", "reason", "journal"),
        [("orphan", None, reason, journals.get(key), key) for key, reason in done.orphans.items()],
    )
    work.update(
        Remittance,
        ("state", "reason"),
        [("informational", reason, key) for key, reason in done.informational.items()],
    )
    unlinked = [each.id for each in page if each.id in done.orphans and each.claim is not None]
    for chunk in chunked(unlinked):
        RemittanceLine.update(claim_line=None).where(RemittanceLine.remittance.in_(chunk)).execute()


def _unapplied(remittance: StoredRemittance, payment_id: int) -> NewJournal:
    entries: list[NewEntry] = [
        (PAYER_PAYMENTS, None, None, remittance.paid),
        (UNAPPLIED, None, None, -remittance.paid),
    ]
    return NewJournal("orphan", None, entries, f"payment {payment_id}")


def _refresh_and_record(work: Work, payment_id: int, posted: Sequence[StoredRemittance]) -> None:
    claims = dict.fromkeys(each.claim for each in posted if each.claim is not None)
    adjudications = refresh_claims(work, claims)
    for remittance in posted:
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
