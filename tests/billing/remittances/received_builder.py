"""Short ways to write what a payer sends, and to read what it made of claims and ledger."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from rcm_tui.billing.ledger import post_charges
from rcm_tui.billing.remittances.posting import PostedPayment, post_payment
from rcm_tui.billing.remittances.received import (
    ReceivedAdjustment,
    ReceivedClaim,
    ReceivedLine,
    ReceivedPayment,
    ReceivedProviderAdjustment,
    ReceivedRemittances,
)
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import cents
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import SUBMITTED, Claim, ClaimLine
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice

numbers = count(1)

BALANCES = "paid, adjusted, written_off, payer_balance, patient_balance"


def adjustments(text: str) -> list[ReceivedAdjustment]:
    """`"CO-45 80.00, PR-3 20.00"` as adjustments."""
    found = []
    for part in filter(None, text.split(",")):
        code, amount = part.split()
        group, reason = code.split("-", 1)
        found.append(ReceivedAdjustment(group, reason, cents(Decimal(amount))))
    return found


def line(
    charge: int, paid: int, adjusted: str = "", code: str = "97153", **columns: Any
) -> ReceivedLine:
    """A service payment; `charge` and `paid` in cents."""
    columns.setdefault("first_service_date", SERVICE_DAY)
    modifiers = columns.pop("modifiers", ())
    return ReceivedLine(code, modifiers, charge, paid, adjustments=adjustments(adjusted), **columns)


def claim_payment(
    number: str,
    lines: Sequence[ReceivedLine] = (),
    status: str = "1",
    adjusted: str = "",
    charge: int | None = None,
    paid: int | None = None,
    **columns: Any,
) -> ReceivedClaim:
    """A claim payment that balances, unless `charge` or `paid` say otherwise."""
    of_claim = adjustments(adjusted)
    if charge is None:
        charge = sum(each.charge for each in lines)
    if paid is None:
        taken = sum(each.amount for each in of_claim)
        taken += sum(each.amount for part in lines for each in part.adjustments)
        paid = charge - taken
    return ReceivedClaim(
        number, status, charge, paid, lines=list(lines), adjustments=of_claim, **columns
    )


def reversal_of(original: ReceivedClaim) -> ReceivedClaim:
    """The reversal that takes an earlier claim payment back: all amounts negative."""

    def negated(given: Iterable[ReceivedAdjustment]) -> list[ReceivedAdjustment]:
        return [ReceivedAdjustment(a.group_code, a.reason_code, -a.amount) for a in given]

    return ReceivedClaim(
        original.patient_control_number,
        "22",
        -original.charge,
        -original.paid,
        payer_claim_control_number=original.payer_claim_control_number,
        adjustments=negated(original.adjustments),
        lines=[
            ReceivedLine(
                each.procedure_code,
                each.modifiers,
                -each.charge,
                -each.paid,
                line_control_number=each.line_control_number,
                first_service_date=each.first_service_date,
                adjustments=negated(each.adjustments),
            )
            for each in original.lines
        ],
    )


def remittances(
    claims: Iterable[ReceivedClaim],
    amount: int | None = None,
    taken: Sequence[ReceivedProviderAdjustment] = (),
    **payment: Any,
) -> ReceivedRemittances:
    """A payment of its own over what its claims pay, unless `amount` says otherwise."""
    claims = list(claims)
    number = next(numbers)
    if amount is None:
        amount = sum(each.paid for each in claims) - sum(each.amount for each in taken)
    columns = {
        "set_key": f"set {number}",
        "payment_key": f"payment {number}",
        "trace_number": f"T{number}",
        "payer_name": "ACME HEALTH",
        "payer_identifier": "60001",
        "effective_date": SERVICE_DAY,
    }
    return ReceivedRemittances(
        ReceivedPayment(amount, **{**columns, **payment}), iter(claims), list(taken)
    )


def post(store: Store, received: ReceivedRemittances | list[ReceivedClaim]) -> PostedPayment:
    """Posts a payment in a unit of work of its own."""
    if isinstance(received, list):
        received = remittances(received)
    with store.work(BILLER, NOW) as work:
        return post_payment(work, received)


def submitted_claim(
    store: Store,
    practice: SmallPractice,
    lines: Sequence[tuple[str, int]] = (("97153", 8), ("97155", 4)),
    **columns: Any,
) -> Claim:
    """A Submitted claim with its charges in the ledger: by default 320.00 and 240.00."""
    columns.setdefault("elsewhere", True)
    claim = practice.add_claim(lines, status=SUBMITTED, **columns)
    with store.work(BILLER, NOW) as work:
        post_charges(work, [claim.id])
    return Claim.get_by_id(claim.id)


def state_of(store: Store) -> list[Any]:
    """All that posting may change of claims and lines."""
    return read_rows(
        store.database,
        f"SELECT id, adjudication, answered_at, {BALANCES} FROM claim ORDER BY id",
    ) + read_rows(store.database, f"SELECT id, allowed, {BALANCES} FROM claim_line ORDER BY id")


def balances(row: Claim | ClaimLine) -> tuple[int, int, int, int]:
    """Paid, adjusted, payer balance and patient balance of a claim or line as they are now."""
    now = type(row).get_by_id(row.id)
    return (now.paid, now.adjusted, now.payer_balance, now.patient_balance)


def lines_of(claim: Claim) -> list[ClaimLine]:
    """The lines of a claim in order."""
    return list(ClaimLine.select().where(ClaimLine.claim == claim).order_by(ClaimLine.position))


def account_totals(store: Store) -> dict[str, int]:
    """Account → sum of its entries, in cents."""
    rows = read_rows(store.database, "SELECT account, sum(amount) FROM entry GROUP BY account")
    return {account: int(total) for account, total in rows}


def count_of(store: Store, table: str, where: str = "1 = 1") -> int:
    """How many rows a table has."""
    return int(read_rows(store.database, f"SELECT count(*) FROM {table} WHERE {where}")[0][0])
