"""A later submission takes the place of an earlier one when it is sent, and gives it back.

At any time the charges of a service stand in the ledger once: with the submission that is with
the payer. What payers and patients paid on the earlier one stays there until the payer reverses
it, so that the sums over the submission chain are right to the cent in between.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from typing import Any

from peewee import Database

from rcm_tui.billing.charges.as_billed import forget_as_billed
from rcm_tui.billing.claims.transfers import post_opening
from rcm_tui.billing.ledger import (
    NewEntry,
    NewJournal,
    charged,
    post_journals,
    refresh_balances,
    reverse_charges,
    reverse_journals,
)
from rcm_tui.billing.remittances.adjudication import refresh_claims
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.charges import CLAIM_LINE_CREATED, ON_HOLD, ChargeItem
from rcm_tui.data.tables.claims import (
    ADJUDICATED,
    DRAFT,
    HISTORICAL,
    READY,
    REPLACES,
    SUBMITTED,
    VOID,
    Claim,
    ClaimLine,
)
from rcm_tui.data.tables.invoices import PAYER
from rcm_tui.data.tables.ledger import CHARGES, PAYER_RECEIVABLE, REBILLED
from rcm_tui.data.tables.patient_side import REVOKED, STANDS, WriteOff
from rcm_tui.data.work import Work

REJECTED_SUCCESSORS = (
    "SELECT c.id, n.number FROM claim AS c JOIN claim AS n ON n.chain = c.chain AND n.id > c.id"
    " AND COALESCE(n.billed_after_id, 0) = COALESCE(c.billed_after_id, 0)"
    " WHERE c.id IN ({keys}) AND COALESCE(n.status, '') = ? AND n.frequency IN (?, ?, ?)"
    " AND COALESCE(n.acknowledgement, '') = 'rejected'"
    " AND COALESCE(n.adjudication, '') = 'none' ORDER BY n.id"
)


def takes_place(frequency: str, supersedes: int) -> bool:
    """Whether a claim takes the place of the one before it: corrections, voids and what is sent
    anew do, a claim to a further payer does not."""
    return frequency in REPLACES or bool(supersedes)


def open_successors(database: Database, claim_ids: Iterable[int]) -> dict[int, str]:
    """Claim → the number of what is to take its place, where something is.

    That is a Draft (or Ready) claim, or a correction or void that was rejected on arrival.
    """
    keys = sorted(set(claim_ids))
    rejected = dict(read_by_keys(database, REJECTED_SUCCESSORS, keys, SUBMITTED, *REPLACES))
    return rejected | {
        claim: number
        for claim, number, frequency, supersedes in read_by_keys(
            database,
            "SELECT previous_id, number, frequency, supersedes FROM claim"
            " WHERE previous_id IN ({keys}) AND COALESCE(status, '') IN (?, ?) ORDER BY id",
            keys,
            DRAFT,
            READY,
        )
        if takes_place(frequency, supersedes)
    }


def supersede(work: Work, claim_ids: Iterable[int]) -> None:
    """Called when claims are sent: what they take the place of gives its charges up to them.

    A replaced or voided submission becomes Historical, and so does one whose lines are all billed
    again; where some are, only these lose their charges. What a biller wrote off at the payer's
    side of it is open again. The charge items of a voided claim are put on hold for a biller.
    """
    replaced: dict[int, str] = {}
    voided: dict[int, str] = {}
    for key, (number, frequency, supersedes, previous) in _claims(work.database, claim_ids).items():
        if previous is None or not takes_place(frequency, supersedes):
            continue
        if frequency not in REPLACES and _some_lines(work, previous, key, number):
            continue
        replaced |= dict.fromkeys(_standing(work.database, previous), number)
        if frequency == VOID:
            voided[previous] = _number(work.database, previous)
    work.set_all(Claim, {"status": HISTORICAL}, sorted(replaced))
    for key, number in replaced.items():
        work.record("claim replaced", "claim", key, status=[SUBMITTED, HISTORICAL], by=number)
    _take_back_rebilled(work, sorted(replaced))
    reverse_charges(work, sorted(replaced))
    _revoke_write_offs(work, replaced)
    _hold_charges(work, voided)


def stand_again(work: Work, claim_ids: Iterable[int]) -> list[int]:
    """Called when claims come back that were sent: what they took the place of stands again.

    It does where the payer had adjudicated it: the payer never took in what came back. Gives the
    keys of the claims that stand again.
    """
    back: list[int] = []
    changed: list[int] = []
    for key, (_, frequency, supersedes, previous) in _claims(work.database, claim_ids).items():
        if previous is None or not takes_place(frequency, supersedes):
            continue
        changed += _bill_lines_here(work, key)
        earlier = _adjudicated(work.database, previous)
        if earlier is not None:
            back.append(earlier)
    work.set_all(Claim, {"status": SUBMITTED}, back)
    for key in back:
        work.record("claim stands again", "claim", key, status=[HISTORICAL, SUBMITTED])
    post_opening(work, back)
    refresh_claims(work, sorted({*back, *changed}))
    return back


def refuse_place(work: Work, claim_ids: Iterable[int]) -> None:
    """Called when claims are rejected on arrival: of corrections and voids, what they replace
    stands again with its charges, since it is what the payer holds (ours).

    They wait among the rejected ones, without charges, to be mended and sent again.
    """
    keys = [
        key
        for key, (_, frequency, _, previous) in _claims(work.database, claim_ids).items()
        if frequency in REPLACES
        and previous is not None
        and _adjudicated(work.database, previous) is not None
    ]
    if keys:
        reverse_charges(work, keys)
        _bill_again(work, stand_again(work, keys))


def take_place_after_all(work: Work, claim_ids: Iterable[int]) -> None:
    """Called before answers are posted: corrections that were rejected, and that the payer decided
    on all the same, take the place of what stands in front of them."""
    rejected = dict[int, str](
        read_by_keys(
            work.database,
            "SELECT id, frequency FROM claim WHERE id IN ({keys})"
            " AND COALESCE(acknowledgement, '') = 'rejected'"
            " AND COALESCE(adjudication, '') = 'none' AND COALESCE(status, '') = ?"
            " AND frequency IN (?, ?, ?)",
            claim_ids,
            SUBMITTED,
            *REPLACES,
        )
    )
    if not rejected:
        return
    keys = sorted(rejected.keys() - charged(work.database, sorted(rejected)))
    supersede(work, keys)
    post_opening(work, [key for key in keys if rejected[key] != VOID])


def _number(database: Database, key: int) -> str:
    ((number,),) = read_rows(database, "SELECT number FROM claim WHERE id = ?", key)
    return str(number)


def _claims(database: Database, keys: Iterable[int]) -> dict[int, Any]:
    """Key → number, frequency, supersedes and the key of the claim before."""
    rows = read_by_keys(
        database,
        "SELECT id, number, frequency, supersedes, previous_id FROM claim WHERE id IN ({keys})"
        " ORDER BY id",
        sorted(set(keys)),
    )
    return {key: values for key, *values in rows}


def _standing(database: Database, key: int) -> list[int]:
    """The newest submission from `key` back that is Submitted, and what it stands in front of.

    Further back nothing is looked at: what went before that one it has dealt with when it was sent.
    Only a rejected correction or void has something before it that stands.
    """
    found: list[int] = []
    following: int | None = key
    while following is not None:
        ((status, acknowledgement, adjudication, frequency, supersedes, previous),) = read_by_keys(
            database,
            "SELECT status, acknowledgement, adjudication, frequency, supersedes, previous_id"
            " FROM claim WHERE id IN ({keys})",
            [following],
        )
        if status == SUBMITTED:
            found.append(following)
            rejected = acknowledgement == "rejected" and adjudication not in ADJUDICATED
            if not rejected or frequency not in REPLACES:
                return found
        following = previous if takes_place(frequency, supersedes) else None
    return found


def _adjudicated(database: Database, key: int) -> int | None:
    """The newest submission from `key` back that the payer decided on, when it is Historical."""
    following: int | None = key
    while following is not None:
        ((status, adjudication, frequency, supersedes, previous),) = read_by_keys(
            database,
            "SELECT status, adjudication, frequency, supersedes, previous_id FROM claim"
            " WHERE id IN ({keys})",
            [following],
        )
        if adjudication in ADJUDICATED:
            return following if status == HISTORICAL else None
        following = previous if takes_place(frequency, supersedes) else None
    return None


def _some_lines(work: Work, earlier: int, later: int, number: str) -> bool:
    """Takes back the charges of the lines that are billed again; False when none stay behind."""
    again: list[tuple[int, int]] = []
    stay = 0
    for line, billed, rebilled, by in read_by_keys(
        work.database,
        "SELECT l.id, l.billed, l.rebilled, n.id FROM claim_line l"
        f" LEFT JOIN claim_line n ON n.previous_id = l.id AND n.claim_id = {int(later)}"
        " WHERE l.claim_id IN ({keys}) ORDER BY l.position",
        [earlier],
    ):
        if by is not None and not rebilled:
            again.append((line, billed))
        stay += by is None and not rebilled
    if not stay:
        return False
    entries: list[NewEntry] = []
    for line, billed in again:
        entries += [(PAYER_RECEIVABLE, earlier, line, -billed), (CHARGES, earlier, line, billed)]
    if any(billed for _, billed in again):
        post_journals(work, [NewJournal(REBILLED, earlier, entries, f"billed again on {number}")])
    work.set_all(ClaimLine, {"rebilled": True}, [line for line, _ in again])
    work.record("claim lines billed again", "claim", earlier, by=number, lines=len(again))
    _revoke_write_offs(work, {earlier: number}, {line for line, _ in again})
    refresh_claims(work, [earlier])
    return True


def _take_back_rebilled(work: Work, claims: Iterable[int]) -> None:
    """So that the charges of claims, some lines of which went before, can be taken back whole."""
    rows = read_by_keys(
        work.database,
        "SELECT j.id FROM journal j LEFT JOIN journal r ON r.reverses_id = j.id"
        " WHERE j.claim_id IN ({keys}) AND j.kind = ? AND r.id IS NULL ORDER BY j.id",
        claims,
        REBILLED,
    )
    reverse_journals(work, {row[0]: "the whole claim is billed again" for row in rows})


def _bill_lines_here(work: Work, claim: int) -> list[int]:
    """Lines that a claim billed again are billed where they were. Gives their claims."""
    rows = read_rows(
        work.database,
        "SELECT l.id, l.claim_id FROM claim_line n JOIN claim_line l ON l.id = n.previous_id"
        " WHERE n.claim_id = ? AND l.rebilled = 1 ORDER BY l.id",
        claim,
    )
    lines = [line for line, _ in rows]
    work.set_all(ClaimLine, {"rebilled": False}, lines)
    journals = read_by_keys(
        work.database,
        "SELECT DISTINCT j.id FROM entry e JOIN journal j ON j.id = e.journal_id"
        " LEFT JOIN journal r ON r.reverses_id = j.id"
        " WHERE e.claim_line_id IN ({keys}) AND j.kind = ? AND r.id IS NULL",
        lines,
        REBILLED,
    )
    memo = "billed here again"
    reverse_journals(work, {row[0]: memo for row in journals})
    return sorted({earlier for _, earlier in rows})


def _revoke_write_offs(
    work: Work, replaced: Mapping[int, str], lines: Container[int] | None = None
) -> None:
    """Takes back what was written off of the payer's share: it is asked for again."""
    rows, memos = [], {}
    for key, claim, line, journal, version in read_by_keys(
        work.database,
        "SELECT id, claim_id, claim_line_id, journal_id, version FROM write_off"
        " WHERE claim_id IN ({keys}) AND side = ? AND state = ? ORDER BY id",
        sorted(replaced),
        PAYER,
        STANDS,
    ):
        if lines is None or line in lines:
            text = f"{replaced[claim]} asks the payer for it again"
            rows.append((REVOKED, work.actor.login, work.now, text, version + 1, key))
            memos[journal] = text
    reverse_journals(work, memos)
    work.update(WriteOff, "state revoked_by revoked_at revoked_because version".split(), rows)
    if rows:
        refresh_balances(work, sorted(replaced))


HELD = "{} was voided: release it to bill it anew"


def _bill_again(work: Work, claims: Iterable[int]) -> None:
    """What is on hold because claims were voided, and they stand again, is on their lines again.

    What was released or changed since, or fits several lines, is left to a biller.
    """
    items: dict[int, int] = {}
    for key in claims:
        for item, line, lines in read_rows(
            work.database,
            "SELECT c.id, MIN(l.id), COUNT(l.id) FROM claim k"
            " JOIN claim_line l ON l.claim_id = k.id"
            " JOIN charge_item c ON c.client_id = k.client_id AND c.claim_line_id IS NULL"
            " AND c.procedure_code = l.procedure_code AND c.modifiers = l.modifiers"
            " AND c.date_of_service BETWEEN l.first_service_date AND l.last_service_date"
            " WHERE k.id = ? AND COALESCE(c.status, '') = ? AND c.hold_reason = ? GROUP BY c.id",
            *(key, ON_HOLD, HELD.format(_number(work.database, key))),
        ):
            if lines == 1:
                items[item] = line
    for item, line in sorted(items.items()):
        again = {"status": CLAIM_LINE_CREATED, "hold_reason": "", "claim_line": line}
        work.set_all(ChargeItem, again, [item])
    if items:
        work.record("charges billed again", "charge_item", ids=spans(items))


def _hold_charges(work: Work, voided: Mapping[int, str]) -> None:
    """What a voided claim billed is on no claim line: it waits for a biller, with the reason."""
    items: dict[int, list[int]] = defaultdict(list)
    for key, claim in read_by_keys(
        work.database,
        "SELECT c.id, l.claim_id FROM charge_item c JOIN claim_line l ON l.id = c.claim_line_id"
        " WHERE l.claim_id IN ({keys}) ORDER BY c.id",
        sorted(voided),
    ):
        items[claim].append(key)
    for claim, keys in items.items():
        forget_as_billed(work, keys)
        reason = HELD.format(voided[claim])
        held = {"status": ON_HOLD, "hold_reason": reason, "claim_line": None}
        work.set_all(ChargeItem, held, keys)
        work.record("charges held", "charge_item", ids=spans(keys), reason=reason)
