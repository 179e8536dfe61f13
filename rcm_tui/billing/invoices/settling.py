"""Settling invoices: closing them once nothing is open, writing off what is left; and reverting."""

from collections import defaultdict
from collections.abc import Iterable

from peewee import Database

from rcm_tui.billing.invoices.applying import apply_payments
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import SETTLE, needs
from rcm_tui.billing.units import INVOICE
from rcm_tui.billing.write_offs.revoking import revoke_write_offs
from rcm_tui.billing.write_offs.writing_off import LONGEST_NOTE, write_off
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.records.further_lines import further_lines
from rcm_tui.data.tables.invoices import OPEN, PATIENT, SETTLED, Invoice
from rcm_tui.data.work import Work

LINES = """
SELECT l.invoice_id, c.claim_line_id FROM invoice_line l
JOIN charge_item c ON c.id = l.charge_item_id
WHERE l.invoice_id IN ({keys}) AND c.claim_line_id IS NOT NULL ORDER BY l.invoice_id, l.position
"""
STAND = """
SELECT k.id, k.claim_id, k.payer_balance, k.patient_balance, claim.number FROM claim_line k
JOIN claim ON claim.id = k.claim_id WHERE k.id IN ({keys})
"""


@needs(SETTLE, invoice_ids=INVOICE)
def settle_invoices(
    work: Work, invoice_ids: Iterable[int], reason_id: int | None = None, note: str = ""
) -> Outcome:
    """Closes invoices: what was paid is applied, and what the patient still owes is written off.

    The latter only with a reason; without one such invoices are left, as are those whose payer
    still owes something, and those that owe money back. `amount` is what was written off. Raises
    Refused for those who may not decide over open money.
    """
    keys = sorted(set(invoice_ids))
    outcome = Outcome()
    with work.undoable("Settle", Invoice) as action:
        apply_payments(work, keys)
        lines = _lines(work.database, keys)
        for key, number, state, owes in read_by_keys(
            work.database,
            "SELECT id, number, state, patient_share - paid - written_off FROM invoice"
            " WHERE id IN ({keys}) ORDER BY id",
            keys,
        ):
            why = _why_not(state, owes, lines[key], reason_id)
            if why:
                outcome.left.append(Left(key, number, why))
                continue
            if owes > 0 and reason_id is not None:
                claims = [line[0] for line in lines[key]]
                of_lines = [line[1] for line in lines[key]]
                given = write_off(work, claims, PATIENT, reason_id, note, of_lines, invoice=key)
                outcome.amount += given.amount
                outcome.made += given.made
            outcome.done.append(key)
        for key, version in read_by_keys(
            work.database, "SELECT id, version FROM invoice WHERE id IN ({keys})", outcome.done
        ):
            columns = ["state", "settled_on", "version"]
            work.update(Invoice, columns, [(SETTLED, work.today, version + 1, key)])
            work.record("invoice settled", "invoice", key, note=plain(note, LONGEST_NOTE))
        action.title = f"Settle {counted(len(outcome.done), 'invoice')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


def _lines(
    database: Database, invoices: list[int]
) -> dict[int, list[tuple[int, int, int, int, str]]]:
    """Invoice → claim, line, open at its payer and its patient, number; further payers' too."""
    own = list(read_by_keys(database, LINES, invoices))
    further = further_lines(database, [line for _, line in own])
    every = {line for _, line in own}.union(*further.values())
    stand = {row[0]: row[1:] for row in read_by_keys(database, STAND, sorted(every))}
    found: dict[int, list[tuple[int, int, int, int, str]]] = defaultdict(list)
    for invoice, line in own:
        for one in (line, *further.get(line, ())):
            claim, payer, patient, number = stand[one]
            found[invoice].append((claim, one, payer, patient, number))
    return found


def _why_not(
    state: str, owes: int, lines: list[tuple[int, int, int, int, str]], reason_id: int | None
) -> str:
    if state == SETTLED:
        return "it is settled already"
    if owing := [line for line in lines if line[2] > 0]:
        owed = dollars(sum(line[2] for line in owing))
        return f"its payer still owes {owed:,} on claim {owing[0][4]}"
    if owes < 0:
        return f"{dollars(-owes):,} is owed back to the patient: refund it first"
    if owes > 0 and sum(max(line[3], 0) for line in lines) < owes:
        return "its payer has not answered yet: what the patient owes is not known"
    if owes > 0 and reason_id is None:
        return f"the patient still owes {dollars(owes):,}: take it, or write it off with a reason"
    return ""


@needs(SETTLE, invoice_ids=INVOICE)
def revert_invoices(work: Work, invoice_ids: Iterable[int], reason: str) -> Outcome:
    """Opens settled invoices again, and revokes what settling wrote off; `amount` is that.

    Raises Refused without a reason, and for those who may not decide over open money.
    """
    text = plain(reason, LONGEST_NOTE)
    if not text:
        raise Refused("a reason is needed: it is what the next person goes by")
    outcome = Outcome()
    for key, number, state, version in read_by_keys(
        work.database,
        "SELECT id, number, state, version FROM invoice WHERE id IN ({keys}) ORDER BY id",
        sorted(set(invoice_ids)),
    ):
        if state != SETTLED:
            outcome.left.append(Left(key, number, "it is not settled"))
            continue
        work.update(Invoice, ["state", "settled_on", "version"], [(OPEN, None, version + 1, key)])
        work.record("invoice reverted", "invoice", key, reason=text)
        outcome.done.append(key)
    written = [
        key
        for (key,) in read_by_keys(
            work.database,
            "SELECT id FROM write_off WHERE invoice_id IN ({keys}) AND state = 'stands'",
            outcome.done,
        )
    ]
    if written:
        outcome.amount = revoke_write_offs(work, written, text).amount
    return outcome
