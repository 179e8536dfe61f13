"""Taking write-offs back: by reversal, with a reason; what was given up is open again."""

from collections.abc import Iterable

from rcm_tui.billing.ledger import refresh_balances, reverse_journals
from rcm_tui.billing.outcome import Left, Outcome, Refused
from rcm_tui.billing.rights import WRITE_OFF, needs
from rcm_tui.billing.units import WRITTEN_OFF
from rcm_tui.billing.write_offs.writing_off import LONGEST_NOTE
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.patient_side import REVOKED, STANDS, WriteOff
from rcm_tui.data.work import Work


@needs(WRITE_OFF, write_off_ids=WRITTEN_OFF)
def revoke_write_offs(work: Work, write_off_ids: Iterable[int], reason: str) -> Outcome:
    """Revokes write-offs; `amount` is what is open again. Those that were revoked are left.

    Not undoable: what was revoked by mistake is written off again. Raises Refused without a
    reason, and for those who may not write off.
    """
    text = plain(reason, LONGEST_NOTE)
    if not text:
        raise Refused("a reason is needed: it is what the next person goes by")
    outcome = Outcome()
    memos: dict[int, str] = {}
    rows = []
    claims: dict[int, list[int]] = {}
    for key, number, claim, amount, state, journal, version, reversal in read_by_keys(
        work.database,
        "SELECT w.id, w.number, w.claim_id, w.amount, w.state, w.journal_id, w.version, r.id"
        " FROM write_off w LEFT JOIN journal r ON r.reverses_id = w.journal_id"
        " WHERE w.id IN ({keys}) ORDER BY w.id",
        sorted(set(write_off_ids)),
    ):
        if state != STANDS or reversal is not None:
            outcome.left.append(Left(key, number, "it was taken back before"))
            continue
        memos[journal] = f"{number} revoked: {text}"
        rows.append((REVOKED, work.actor.login, work.now, text, version + 1, key))
        claims.setdefault(claim, []).append(amount)
        outcome.done.append(key)
        outcome.amount += amount
    if memos:
        reverse_journals(work, memos)
        columns = ["state", "revoked_by", "revoked_at", "revoked_because", "version"]
        work.update(WriteOff, columns, rows)
        refresh_balances(work, sorted(claims))
    for claim, amounts in claims.items():
        work.record("write-off revoked", "claim", claim, amount=sum(amounts), reason=text)
    return outcome
