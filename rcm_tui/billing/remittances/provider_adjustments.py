"""Provider-level adjustments (PLB): each its own journal, and the claim that it takes back.

They move cash between payments, not what a claim owes: the reversal or correction of a claim says
that (835 guide 005010X221A1, 1.10.2.17). So a link to a claim is shown on it and changes no
balance. Links are found by the identifier, which payers fill with the patient control number or
their own claim control number, with a letter's number or nothing of use; else by the one reversal
of the payer over the same money.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.control_numbers import stored_numbers
from rcm_tui.billing.ledger import NewJournal, post_journals, reverse_journals
from rcm_tui.billing.outcome import Left, Outcome, counted
from rcm_tui.billing.remittances.standing import REVERSAL
from rcm_tui.billing.rights import MATCH_REMITTANCES, needs
from rcm_tui.billing.units import CLAIM, PROVIDER_ADJUSTMENT
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.codes.provider_adjustments import TAKES_BACK
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.ledger import PAYER_PAYMENTS, PROVIDER_ADJUSTMENTS
from rcm_tui.data.tables.remittances import ProviderAdjustment
from rcm_tui.data.work import Work

CONTROL_NUMBER, PAYER_NUMBER, BY_REVERSAL, BY_HAND = (
    "patient control number",
    "payer claim control number",
    "reversal",
    "hand",
)
SHORTEST = 5
"""A part of an identifier with fewer signs is no number of a claim (ours)."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a provider-level adjustment takes back: a claim, the remittance that paid, and how."""

    claim: int
    remittance: int | None
    found_by: str


@dataclass(slots=True)
class _Stored:
    id: int
    payment: int
    reason_code: str
    identifier: str
    amount: int
    payer: int | None
    payer_identifier: str


def post_provider_adjustments(work: Work, payment_id: int) -> None:
    """Posts those of a payment, a journal each, and links those whose claim is beyond doubt.

    What a person has linked stays linked to that.
    """
    stored = _stored(
        work.database,
        "adjustment.payment_id = ? AND adjustment.journal_id IS NULL AND adjustment.amount <> 0",
        payment_id,
    )
    journals = post_journals(
        work,
        [
            NewJournal(
                "provider adjustment",
                None,
                [
                    (PROVIDER_ADJUSTMENTS, None, None, one.amount),
                    (PAYER_PAYMENTS, None, None, -one.amount),
                ],
                f"payment {payment_id}: {one.reason_code} {one.identifier}".strip(),
            )
            for one in stored
        ],
    )
    rows = [(journal, one.id) for one, journal in zip(stored, journals, strict=True)]
    work.update(ProviderAdjustment, ("journal",), rows)
    by_hand = {
        key
        for (key,) in read_rows(
            work.database,
            "SELECT id FROM provider_adjustment WHERE payment_id = ? AND linked_by = ?",
            payment_id,
            BY_HAND,
        )
    }
    _write_links(
        work, find_links(work.database, [one.id for one in stored if one.id not in by_hand])
    )


def link_earlier(work: Work, payment_id: int) -> None:
    """Links what earlier payments of the same payer kept back, where this payment brought the
    claim: it names the number, or reverses over the same money."""
    waiting = _stored(
        work.database,
        "adjustment.claim_id IS NULL AND adjustment.journal_id IS NOT NULL"
        " AND adjustment.payment_id <> ? AND payment.payer_identifier ="
        " (SELECT own.payer_identifier FROM payment AS own WHERE own.id = ?)"
        f" AND adjustment.reason_code IN ({', '.join('?' for _ in TAKES_BACK)})",
        payment_id,
        payment_id,
        *sorted(TAKES_BACK),
    )
    if not waiting:
        return
    parts = {one.id: _numbers(one) for one in waiting}
    brought: set[str] = set()
    for column in ("patient_control_number", "payer_claim_control_number"):
        brought.update(
            number
            for (number,) in read_by_keys(
                work.database,
                f"SELECT {column} FROM remittance WHERE {column} IN ({{keys}}) AND payment_id = ?",
                sorted({number for numbers in parts.values() for number in numbers}),
                payment_id,
            )
        )
    reversed_over = {
        -paid
        for (paid,) in read_rows(
            work.database,
            "SELECT DISTINCT paid FROM remittance WHERE payment_id = ? AND status_code = ?",
            payment_id,
            REVERSAL,
        )
    }
    named = [
        one.id
        for one in waiting
        if brought.intersection(parts[one.id]) or abs(one.amount) in reversed_over
    ]
    _write_links(work, find_links(work.database, named))


def take_back_provider_adjustments(work: Work, payment_id: int) -> None:
    """Takes the journals of a payment's provider-level adjustments back by their opposites.

    What they take back is looked for anew when the payment is posted again; what a person has
    linked is kept.
    """
    rows = read_rows(
        work.database,
        "SELECT id, journal_id FROM provider_adjustment"
        " WHERE payment_id = ? AND journal_id IS NOT NULL ORDER BY id",
        payment_id,
    )
    memo = f"payment {payment_id}: taken back"
    reverse_journals(work, {journal: memo for _, journal in rows})
    work.update(ProviderAdjustment, ("journal",), [(None, key) for key, _ in rows])
    found = read_rows(
        work.database,
        "SELECT id FROM provider_adjustment WHERE payment_id = ? AND claim_id IS NOT NULL"
        " AND linked_by <> ? ORDER BY id",
        payment_id,
        BY_HAND,
    )
    _unlink(work, [key for (key,) in found])


@needs(MATCH_REMITTANCES, keys=PROVIDER_ADJUSTMENT)
def link_again(work: Work, keys: Iterable[int]) -> Outcome:
    """Looks once more for the claims of adjustments that have none: what they name may have come.

    `done` are those that were linked.
    """
    outcome = Outcome()
    unlinked = _stored(work.database, "adjustment.claim_id IS NULL", keys=keys)
    with work.undoable("Link provider adjustments", ProviderAdjustment) as action:
        links = find_links(work.database, [one.id for one in unlinked])
        _write_links(work, links)
        for one in unlinked:
            if one.id in links:
                outcome.done.append(one.id)
                outcome.amount += one.amount
            else:
                named = one.identifier or "nothing"
                outcome.left.append(Left(one.id, _name(one), f"it names {named}: no claim of ours"))
        action.title = f"Link {counted(len(outcome.done), 'provider adjustment')}"
    return outcome


@needs(MATCH_REMITTANCES, key=PROVIDER_ADJUSTMENT, claim_id=CLAIM)
def link_by_hand(work: Work, key: int, claim_id: int) -> None:
    """Says which claim an adjustment takes back or pays on; the one before is forgotten."""
    (one,) = _stored(work.database, "adjustment.id = ?", key)
    remittance = _taken_back(work.database, one, [claim_id])
    with work.undoable(f"Link {_name(one)} to a claim", ProviderAdjustment):
        _write_links(work, {key: Link(claim_id, remittance, BY_HAND)})


@needs(MATCH_REMITTANCES, keys=PROVIDER_ADJUSTMENT)
def unlink(work: Work, keys: Iterable[int]) -> Outcome:
    """Takes links away again."""
    linked = _stored(work.database, "adjustment.claim_id IS NOT NULL", keys=keys)
    title = f"Unlink {counted(len(linked), 'provider adjustment')}"
    with work.undoable(title, ProviderAdjustment):
        _unlink(work, [one.id for one in linked])
    return Outcome(done=[one.id for one in linked], amount=sum(one.amount for one in linked))


def _unlink(work: Work, keys: Sequence[int]) -> None:
    none = {"claim": None, "remittance": None, "linked_by": ""}
    work.set_all(ProviderAdjustment, none, keys)
    for key in keys:
        work.record("provider adjustment unlinked", "provider_adjustment", key)


def find_links(database: Database, keys: Iterable[int]) -> dict[int, Link]:
    """The claims of adjustments, where exactly one is meant."""
    found: dict[int, Link] = {}
    for one in _stored(database, "1 = 1", keys=keys):
        link = _by_identifier(database, one) or _by_reversal(database, one)
        if link is not None:
            found[one.id] = link
    return found


def _numbers(one: _Stored) -> list[str]:
    """What in its identifier may be a claim's number."""
    parts = [one.identifier, *re.split(r"[\s,;|/*]+", one.identifier)]
    return list(dict.fromkeys(part for part in parts if len(part) >= SHORTEST))


def _by_identifier(database: Database, one: _Stored) -> Link | None:
    numbers = _numbers(one)
    if not numbers:
        return None
    stored = [name for names in stored_numbers(database, numbers).values() for name in names]
    for found_by, places in (
        (CONTROL_NUMBER, (("claim", "id", "patient_control_number", stored),)),
        (
            PAYER_NUMBER,
            (
                ("claim", "id", "payer_claim_control_number", numbers),
                ("remittance", "claim_id", "payer_claim_control_number", numbers),
            ),
        ),
    ):
        claims: set[int] = set()
        for table, key, column, values in places:
            sql = f"SELECT DISTINCT {key} FROM {table} WHERE {column} IN ({{keys}})"
            claims.update(row[0] for row in read_by_keys(database, sql, values) if row[0])
        remittance = _taken_back(database, one, sorted(claims))
        if len(claims) == 1:
            return Link(claims.pop(), remittance, found_by)
        if remittance is not None:  # of several claims with the number, the one that was reversed
            return Link(_claim_of(database, remittance), remittance, found_by)
    return None


def _by_reversal(database: Database, one: _Stored) -> Link | None:
    """By the one reversal of the payer that took so much back, in this payment or an earlier one.

    A negative amount carries money forward that a reversal of the same payment took back.
    """
    if one.reason_code not in TAKES_BACK or not one.amount:
        return None
    rows = read_rows(
        database,
        "SELECT said.claim_id, said.reverses_id, said.payment_id FROM remittance AS said"
        " JOIN payment ON payment.id = said.payment_id"
        " JOIN payment AS own ON own.id = ?"
        " LEFT JOIN provider_adjustment AS taken ON taken.remittance_id = said.reverses_id"
        " AND taken.id <> ? AND taken.amount = ?"
        " WHERE said.paid = ? AND said.status_code = ? AND said.state = 'posted'"
        " AND said.claim_id IS NOT NULL AND payment.received_at <= own.received_at"
        " AND payment.payer_identifier = own.payer_identifier AND taken.id IS NULL"
        " ORDER BY said.id",
        one.payment,
        one.id,
        one.amount,
        -abs(one.amount),
        REVERSAL,
    )
    same = [row for row in rows if row[2] == one.payment]
    rows = same or ([] if one.amount < 0 else rows)
    return Link(rows[0][0], rows[0][1], BY_REVERSAL) if len(rows) == 1 else None


def _taken_back(database: Database, one: _Stored, claims: Sequence[int]) -> int | None:
    """The remittance of the claims that the adjustment takes back; None where it may be several.

    One that a reversal over the same money took back, else the only one that paid so much.
    """
    if one.reason_code not in TAKES_BACK or not claims:
        return None
    amount = abs(one.amount)
    reversed_: list[int] = []
    paid: list[int] = []
    for status, reverses, key, cents in read_by_keys(
        database,
        "SELECT status_code, reverses_id, id, paid FROM remittance WHERE claim_id IN ({keys})"
        " AND COALESCE(state, '') = 'posted' ORDER BY id",
        claims,
    ):
        if status == REVERSAL and cents == -amount and reverses is not None:
            reversed_.append(reverses)
        elif status != REVERSAL and cents >= amount:
            paid.append(key)
    for found in (reversed_, paid):
        if len(found) == 1:
            return found[0]
    return None


def _claim_of(database: Database, remittance: int) -> int:
    rows = read_rows(database, "SELECT claim_id FROM remittance WHERE id = ?", remittance)
    return int(rows[0][0])


def _write_links(work: Work, links: dict[int, Link]) -> None:
    for key, link in links.items():
        values = {"claim": link.claim, "remittance": link.remittance, "linked_by": link.found_by}
        work.set_all(ProviderAdjustment, values, [key])
        work.record(
            "provider adjustment linked",
            "claim",
            link.claim,
            provider_adjustment=key,
            remittance=link.remittance,
            found_by=link.found_by,
        )


def _stored(
    database: Database, condition: str, *parameters: Any, keys: Iterable[int] | None = None
) -> list[_Stored]:
    sql = (
        "SELECT adjustment.id, adjustment.payment_id, adjustment.reason_code,"
        " adjustment.identifier, adjustment.amount, payment.payer_id, payment.payer_identifier"
        " FROM provider_adjustment AS adjustment"
        " JOIN payment ON payment.id = adjustment.payment_id WHERE "
    )
    if keys is None:
        rows = read_rows(database, f"{sql}{condition} ORDER BY adjustment.id", *parameters)
    else:
        chosen = f"{sql}adjustment.id IN ({{keys}}) AND {condition} ORDER BY adjustment.id"
        rows = list(read_by_keys(database, chosen, keys, *parameters))
    return [_Stored(*row) for row in rows]


def _name(one: _Stored) -> str:
    return f"{one.reason_code} over {dollars(one.amount)}"
