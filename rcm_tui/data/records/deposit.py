"""One deposit of the bank, and the payments that it is."""

import datetime
from dataclasses import dataclass

from peewee import JOIN, Database

from rcm_tui.data.records import rows_of
from rcm_tui.data.records.history import Event, history_of
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.deposits import Deposit, DepositedPayment
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Payment


@dataclass(frozen=True, slots=True)
class FoundPayment:
    """A payment that came in with the deposit, and how it was found. Cents."""

    id: int
    trace_number: str
    payer: str
    amount: int
    effective_date: datetime.date | None
    matched_by: str


@dataclass(frozen=True, slots=True)
class DepositRecord:
    """A deposit with its payments."""

    deposit: Deposit
    payments: list[FoundPayment]
    history: list[Event]


def read_deposit(database: Database, deposit_id: int) -> DepositRecord | None:
    """Reads a deposit; None when it is not there any more."""
    with one_moment(database):
        deposit = Deposit.get_or_none(Deposit.id == deposit_id)
        if deposit is None:
            return None
        rows = (
            DepositedPayment.select(
                Payment.id,
                Payment.trace_number,
                Payer.name,
                Payment.payer_name,
                Payment.amount,
                Payment.effective_date,
                DepositedPayment.matched_by,
            )
            .join(Payment)
            .join(Payer, JOIN.LEFT_OUTER)
            .where(DepositedPayment.deposit == deposit_id)
            .order_by(DepositedPayment.id)
        )
        found = [
            FoundPayment(key, trace, ours or theirs, amount, day, how)
            for key, trace, ours, theirs, amount, day, how in rows_of(rows)
        ]
        return DepositRecord(deposit, found, history_of("deposit", deposit_id))


def deposit_of_payment(database: Database, payment_id: int) -> tuple[int, datetime.date] | None:
    """The key and day of the deposit that a payment came in with; None while none was found."""
    rows = rows_of(
        DepositedPayment.select(Deposit.id, Deposit.received_on)
        .join(Deposit)
        .where(DepositedPayment.payment == payment_id)
    )
    return (rows[0][0], rows[0][1]) if rows else None
