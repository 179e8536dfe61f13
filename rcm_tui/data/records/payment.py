"""One payment of a payer: the money, what is posted and held, its remittances and adjustments."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass

from peewee import JOIN, Database

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.records import rows_of
from rcm_tui.data.records.deposit import deposit_of_payment
from rcm_tui.data.records.history import Event, history_of
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Payment, ProviderAdjustment, Remittance

MOST_REMITTANCES = 500
"""How many remittances of one payment are listed; the queue has them all (ours)."""


@dataclass(frozen=True, slots=True)
class PaidRemittance:
    """A remittance of the payment as its list shows it. Cents."""

    id: int
    position: int
    claim_id: int | None
    claim_number: str
    patient_name: str
    status_code: str
    charge: int
    paid: int
    patient_responsibility: int
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """A payment and all that belongs to it. `held_because` are sentences with the figures.

    `remittances` are the first of them, `remittance_count` says how many there are. Of the file
    only its name and kind are read. `deposited_on` is when the bank had its money.
    """

    payment: Payment
    payer: Payer | None
    held_because: list[str]
    remittances: list[PaidRemittance]
    remittance_count: int
    adjustments: list[ProviderAdjustment]
    deposited_on: datetime.date | None
    file_name: str
    file_kind: str
    history: list[Event]


def read_payment(database: Database, payment_id: int) -> PaymentRecord | None:
    """Reads a payment; None when it is not there any more."""
    with one_moment(database):
        payment = (
            Payment.select(Payment, Payer)
            .join(Payer, JOIN.LEFT_OUTER)
            .where(Payment.id == payment_id)
            .first()
        )
        if payment is None:
            return None
        of_it = Remittance.select().where(Remittance.payment == payment_id)
        deposited = deposit_of_payment(database, payment_id)
        file = (
            IncomingFile.select(IncomingFile.name, IncomingFile.kind)
            .where(IncomingFile.id == payment.incoming_file_id)
            .first()
        )
        return PaymentRecord(
            payment,
            payment.payer,
            list(json.loads(payment.held_reasons)),
            _remittances(payment_id),
            of_it.count(),
            list(
                ProviderAdjustment.select(ProviderAdjustment, Claim)
                .join(Claim, JOIN.LEFT_OUTER)
                .where(ProviderAdjustment.payment == payment_id)
                .order_by(ProviderAdjustment.position)
            ),
            deposited[1] if deposited else None,
            file.name if file is not None else "",
            file.kind if file is not None else "",
            history_of("payment", payment_id),
        )


@dataclass(frozen=True, slots=True)
class WaitingSums:
    """How many of some payments wait, with their claims and cents; `left` are the others.

    `unbalanced` counts their claims that do not balance.
    """

    payments: int = 0
    amount: int = 0
    claims: int = 0
    unbalanced: int = 0
    left: int = 0


def waiting_sums(database: Database, keys: Sequence[int]) -> WaitingSums:
    """Counts what posting or dismissing some payments would be about."""
    payments = amount = claims = unbalanced = 0
    for _, cents, count, waiting in read_by_keys(
        database,
        "SELECT payment.id, payment.amount, payment.claims, (SELECT count(*) FROM remittance"
        " WHERE remittance.payment_id = payment.id AND remittance.state = 'waiting')"
        " FROM payment WHERE payment.id IN ({keys})"
        " AND payment.state IN ('to review', 'posting', 'held')",
        keys,
    ):
        payments, amount = payments + 1, amount + cents
        claims, unbalanced = claims + count, unbalanced + waiting
    return WaitingSums(payments, amount, claims, unbalanced, len(keys) - payments)


def payers_by_name(database: Database) -> list[tuple[int, str]]:
    """Every payer's key and name, by the names."""
    return [
        (key, name)
        for key, name in rows_of(Payer.select(Payer.id, Payer.name).order_by(Payer.name))
    ]


def places_of_adjustment(database: Database, key: int) -> tuple[int | None, int | None]:
    """The keys of the claim, if any, and of the payment of a provider-level adjustment."""
    rows = rows_of(
        ProviderAdjustment.select(ProviderAdjustment.claim, ProviderAdjustment.payment).where(
            ProviderAdjustment.id == key
        )
    )
    return (rows[0][0], rows[0][1]) if rows else (None, None)


def _remittances(payment_id: int) -> list[PaidRemittance]:
    rows = (
        Remittance.select(
            Remittance.id,
            Remittance.position,
            Remittance.claim,
            Claim.number,
            Remittance.patient_name,
            Remittance.status_code,
            Remittance.charge,
            Remittance.paid,
            Remittance.patient_responsibility,
            Remittance.state,
            Remittance.reason,
        )
        .join(Claim, JOIN.LEFT_OUTER)
        .where(Remittance.payment == payment_id)
        .order_by(Remittance.position)
        .limit(MOST_REMITTANCES)
    )
    return [PaidRemittance(*row) for row in rows_of(rows)]
