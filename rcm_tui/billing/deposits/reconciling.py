"""Which payments a deposit is: by the trace number, else by amount and date, else by a person.

An 835 says what is to come (its trace number, TRN02, and its amount), the bank what came. Nothing
of this touches the ledger: the payment put its money there when it was posted.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.remittances.candidates import Reason
from rcm_tui.billing.rights import DEPOSIT, needs
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.deposits import (
    BY_AMOUNT,
    BY_HAND,
    BY_TRACE,
    Deposit,
    DepositedPayment,
)
from rcm_tui.data.work import Work

BEFORE, AFTER = datetime.timedelta(days=10), datetime.timedelta(days=5)
"""How long before a deposit its payment may be dated, and how long after (ours)."""
SHORTEST_TRACE = 4
MOST = 30

TRACE, AMOUNT, SAME_DAY, NEAR, PAYER = 60, 25, 15, 8, 10
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Expected:
    """A payment whose money was not found yet. Cents."""

    id: int
    trace_number: str
    payer: str
    amount: int
    date: datetime.date
    state: str
    reasons: tuple[Reason, ...] = ()

    @property
    def score(self) -> int:
        return min(100, sum(reason.points for reason in self.reasons))


@dataclass(slots=True)
class _Open:
    id: int
    received_on: datetime.date
    amount: int
    reference: str
    description: str
    matched: int


# A payment of nothing, or that will never be posted here, is not waited for.
WAITS = (
    "payment.amount <> 0 AND payment.state <> 'dismissed' AND NOT EXISTS"
    " (SELECT 1 FROM deposited_payment AS found WHERE found.payment_id = payment.id)"
)
_SELECT = (
    "SELECT payment.id, payment.trace_number, coalesce(payer.name, payment.payer_name),"
    " payment.amount, coalesce(payment.effective_date, substr(payment.received_at, 1, 10)),"
    " payment.state FROM payment LEFT JOIN payer ON payer.id = payment.payer_id"
)


@needs(DEPOSIT)
def reconcile(work: Work, keys: Iterable[int] | None = None) -> Outcome:
    """Finds the payments of open deposits (of those given, or of all) where they are beyond doubt.

    By trace: the payments with the deposit's trace number make up its amount. By amount and date:
    one payment alone, and one deposit alone, is over so much in those days. `done` are the
    deposits; left say why not.
    """
    outcome = Outcome()
    deposits = _open(work.database, keys)
    with work.undoable("Reconcile deposits", Deposit) as action:
        for deposit in deposits:
            found, how, reason = _payments_of(work.database, deposit)
            if found:
                _match(work, deposit, found, how)
                outcome.done.append(deposit.id)
                outcome.amount += deposit.amount
            else:
                outcome.left.append(Left(deposit.id, _name(deposit), reason))
        action.title = f"Reconcile {counted(len(outcome.done), 'deposit')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


@needs(DEPOSIT)
def match_by_hand(work: Work, deposit_id: int, payments: Sequence[int]) -> None:
    """Says which payments a deposit is, beside those that it has already.

    Raises Refused when a payment has come to a deposit since, or they are over more than it.
    """
    found = _open(work.database, [deposit_id], closed=True)
    if not found:
        raise Refused("this deposit is not there any more")
    (deposit,) = found
    known = list(read_by_keys(work.database, f"{_SELECT} WHERE payment.id IN ({{keys}})", payments))
    for (payment,) in read_by_keys(
        work.database,
        "SELECT payment_id FROM deposited_payment WHERE payment_id IN ({keys})",
        payments,
    ):
        trace = next(row[1] for row in known if row[0] == payment)
        raise Refused(f"payment {trace or payment} has come to a deposit already")
    total = sum(row[3] for row in known)
    rest = deposit.amount - deposit.matched
    if abs(total) > abs(rest) or (total and (total > 0) != (rest > 0)):
        raise Refused(
            f"the deposit has {dollars(rest)} that no payment explains, these are over"
            f" {dollars(total)}"
        )
    with work.undoable(f"Match {_name(deposit)}", Deposit):
        _match(work, deposit, [row[0] for row in known], BY_HAND)


@needs(DEPOSIT)
def unmatch(work: Work, keys: Iterable[int]) -> Outcome:
    """Takes payments off deposits again: both wait once more."""
    outcome = Outcome()
    deposits = [one for one in _open(work.database, keys, closed=True) if one.matched]
    with work.undoable(f"Unmatch {counted(len(deposits), 'deposit')}", Deposit) as action:
        action.worth_undoing = bool(deposits)
        for deposit in deposits:
            rows = read_rows(
                work.database, "SELECT id FROM deposited_payment WHERE deposit_id = ?", deposit.id
            )
            work.delete(DepositedPayment, [row[0] for row in rows])
            work.set_all(Deposit, {"matched": 0}, [deposit.id])
            work.record("deposit unmatched", "deposit", deposit.id)
            outcome.done.append(deposit.id)
            outcome.amount += deposit.amount
    return outcome


@needs(DEPOSIT)
def set_aside(work: Work, keys: Iterable[int], why: str) -> Outcome:
    """Says that deposits are no payments of payers, and why; an empty reason brings them back.

    Those that have payments are left.
    """
    outcome = Outcome()
    why = plain(why, LONGEST_REASON).strip()
    verb = "Set aside" if why else "Bring back"
    deposits = _open(work.database, keys, closed=True)
    with work.undoable(f"{verb} {counted(len(deposits), 'deposit')}", Deposit) as action:
        for deposit in deposits:
            if deposit.matched:
                outcome.left.append(Left(deposit.id, _name(deposit), "it has payments"))
                continue
            work.set_all(Deposit, {"set_aside": why}, [deposit.id])
            work.record("deposit set aside", "deposit", deposit.id, why=why)
            outcome.done.append(deposit.id)
            outcome.amount += deposit.amount
        action.worth_undoing = bool(outcome.done)
    return outcome


def payment_candidates(database: Database, deposit_id: int) -> list[Expected]:
    """The payments that a deposit may be, the likeliest first, each with its reasons."""
    found = _open(database, [deposit_id], closed=True)
    if not found:
        return []
    (deposit,) = found
    rest = deposit.amount - deposit.matched
    traces = _traces(deposit)
    rows: dict[int, Any] = {}
    sql = f"{_SELECT} WHERE payment.trace_number IN ({{keys}}) AND {WAITS} LIMIT {MOST}"
    for row in read_by_keys(database, sql, traces):
        rows[row[0]] = row
    for row in _near(database, deposit, None):
        rows.setdefault(row[0], row)
    listed = [_expected(deposit, rest, traces, row) for row in rows.values()]
    listed.sort(key=lambda one: (-one.score, abs(one.date - deposit.received_on), one.id))
    return listed[:MOST]


def _expected(deposit: _Open, rest: int, traces: Sequence[str], row: Any) -> Expected:
    key, trace, payer, amount, day, state = row
    date = datetime.date.fromisoformat(day)
    reasons = []
    if trace and trace in traces:
        reasons.append(Reason(TRACE, f"the trace number {trace}"))
    if amount == rest:
        reasons.append(Reason(AMOUNT, f"{dollars(amount)} is what is left of the deposit"))
    days = abs((date - deposit.received_on).days)
    if days <= 1:
        reasons.append(Reason(SAME_DAY, "the date"))
    elif days <= AFTER.days:
        reasons.append(Reason(NEAR, f"{days} days apart"))
    words = {word for word in re.findall(r"[a-z]{4,}", payer.lower()) if word not in COMMON}
    named = words & set(re.findall(r"[a-z]{4,}", deposit.description.lower()))
    if named:
        reasons.append(Reason(PAYER, f"the bank names {', '.join(sorted(named))}"))
    return Expected(key, trace, payer, amount, date, state, tuple(reasons))


COMMON = frozenset(
    ("health", "plan", "insurance", "company", "care", "payment", "claim", "deposit")
)


def _payments_of(database: Database, deposit: _Open) -> tuple[list[int], str, str]:
    """The payments of a deposit that are beyond doubt, how they were found, or why none is."""
    rest = deposit.amount - deposit.matched
    traces = _traces(deposit)
    sql = f"{_SELECT} WHERE payment.trace_number IN ({{keys}}) AND {WAITS}"
    named = list(read_by_keys(database, sql, traces))
    if named:
        total = sum(row[3] for row in named)
        if total == rest:
            return [row[0] for row in named], BY_TRACE, ""
        same = [row for row in named if row[3] == rest]
        if len(same) == 1:
            return [same[0][0]], BY_TRACE, ""
        trace = named[0][1]
        return [], "", f"payment {trace} is over {dollars(total)}, the deposit {dollars(rest)}"
    near = _near(database, deposit, rest)
    if len(near) == 1:
        others = read_rows(
            database,
            "SELECT count(*) FROM deposit WHERE amount = ? AND received_on >= ? AND"
            " received_on <= ? AND matched = 0 AND set_aside = ''",
            deposit.amount,
            (deposit.received_on - BEFORE).isoformat(),
            (deposit.received_on + BEFORE).isoformat(),
        )
        if others[0][0] <= 1:
            return [near[0][0]], BY_AMOUNT, ""
        return [], "", f"several deposits are over {dollars(rest)}"
    if near:
        return [], "", f"{len(near)} payments are over {dollars(rest)} in these days"
    return [], "", f"no payment is over {dollars(rest)}, and none has its number"


def _near(database: Database, deposit: _Open, amount: int | None) -> list[Any]:
    """Payments that wait for their money, dated about the deposit; over `amount` where given."""
    days = (
        (deposit.received_on - BEFORE).isoformat(),
        (deposit.received_on + AFTER).isoformat(),
    )
    near = "payment.effective_date >= ? AND payment.effective_date <= ?"
    if amount is not None:
        sql = f"{_SELECT} WHERE payment.amount = ? AND {near} AND {WAITS} LIMIT {MOST}"
        return read_rows(database, sql, amount, *days)
    sql = (
        f"{_SELECT} WHERE {near} AND {WAITS} ORDER BY payment.effective_date, payment.id LIMIT 500"
    )
    return read_rows(database, sql, *days)


def _traces(deposit: _Open) -> list[str]:
    """What may be a trace number in the reference and the words of a deposit."""
    parts = re.split(r"[\s,;|/:#*]+", f"{deposit.reference} {deposit.description}")
    found = [deposit.reference.strip(), *parts]
    stripped = [part.lstrip("0") for part in found]
    return sorted(
        {part for part in (*found, *stripped) if len(part) >= SHORTEST_TRACE and _digits(part)}
    )


def _digits(part: str) -> bool:
    return any(letter.isdigit() for letter in part)


def _match(work: Work, deposit: _Open, payments: Sequence[int], how: str) -> None:
    ids = work.next_ids(DepositedPayment, len(payments))
    work.insert(
        DepositedPayment,
        ("id", "payment", "deposit", "matched_by"),
        [(key, payment, deposit.id, how) for key, payment in zip(ids, payments, strict=True)],
    )
    sql = "SELECT sum(amount) FROM payment WHERE id IN ({keys})"
    total = sum(row[0] for row in read_by_keys(work.database, sql, payments))
    work.set_all(Deposit, {"matched": deposit.matched + int(total), "set_aside": ""}, [deposit.id])
    for payment in payments:
        work.record("money found", "payment", payment, deposit=deposit.id, matched_by=how)


def _open(database: Database, keys: Iterable[int] | None, *, closed: bool = False) -> list[_Open]:
    sql = "SELECT id, received_on, amount, reference, description, matched FROM deposit WHERE "
    condition = "1 = 1" if closed else "matched <> amount AND set_aside = ''"
    if keys is None:
        rows = read_rows(database, f"{sql}{condition} ORDER BY id")
    else:
        rows = list(read_by_keys(database, f"{sql}id IN ({{keys}}) AND {condition}", keys))
    return sorted(
        (_Open(row[0], datetime.date.fromisoformat(row[1]), *row[2:]) for row in rows),
        key=lambda one: one.id,
    )


def _name(deposit: _Open) -> str:
    return f"{dollars(deposit.amount)} of {deposit.received_on.isoformat()}"
