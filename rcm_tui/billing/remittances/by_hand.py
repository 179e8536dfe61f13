"""A remittance typed from a paper EOB: prefilled from the claim, balanced as it is typed, posted.

What is typed becomes a payment as an 835 brings it, and goes through the same posting
(`posting.py`): its balances, its duplicates, its journals.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.claims.control_numbers import as_sent
from rcm_tui.billing.claims.transfers import settled_before
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.remittances.alike import payments_alike
from rcm_tui.billing.remittances.balancing import claim_imbalances
from rcm_tui.billing.remittances.duplicates import payment_key
from rcm_tui.billing.remittances.entries import DENIED
from rcm_tui.billing.remittances.posting import PostedPayment, post_payment, post_waiting
from rcm_tui.billing.remittances.received import (
    ReceivedAdjustment,
    ReceivedClaim,
    ReceivedLine,
    ReceivedPayment,
    ReceivedProviderAdjustment,
    ReceivedRemittances,
)
from rcm_tui.billing.rights import POST, needs
from rcm_tui.billing.units import CLAIM, refuse_elsewhere
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.claims import DRAFT, READY
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.work import Work

METHODS = {
    "CHK": "check",
    "ACH": "electronic funds transfer",
    "FWT": "wire transfer",
    "BOP": "card or other",
    "NON": "no payment, information alone",
}
"""BPR04 of what paper says how the money came."""
PRIMARY = "1"
PROCESSED_AS = {1: PRIMARY, 2: "2", 3: "3"}
"""CLP02 by whose turn it is."""
LONGEST_MEMO = 200

# group, CARC, cents
TypedAdjustment = tuple[str, str, int]


@dataclass(slots=True)
class TypedLine:
    """A claim line as it is typed from paper. Cents; `others` are what has no field of its own."""

    claim_line: int
    position: int
    code: str
    modifiers: tuple[str, ...]
    day: datetime.date
    billed: int
    expected: int
    allowed: int = 0
    paid: int = 0
    deductible: int = 0
    coinsurance: int = 0
    copay: int = 0
    contractual: int = 0
    others: list[TypedAdjustment] = field(default_factory=list)

    @property
    def share(self) -> int:
        """The patient's: deductible, coinsurance and copay."""
        return self.deductible + self.coinsurance + self.copay

    @property
    def other(self) -> int:
        return sum(amount for _, _, amount in self.others)

    @property
    def off(self) -> int:
        """Charge − adjustments − paid: 0 where the line balances."""
        return self.billed - self.contractual - self.share - self.other - self.paid

    def adjustments(self) -> list[TypedAdjustment]:
        """What is taken off, as an 835 says it."""
        named = (
            ("CO", "45", self.contractual),
            ("PR", "1", self.deductible),
            ("PR", "2", self.coinsurance),
            ("PR", "3", self.copay),
        )
        return [*(one for one in named if one[2]), *self.others]


@dataclass(slots=True)
class TypedClaim:
    """A claim of the EOB. Cents; `payer_number` is the payer's claim control number."""

    claim: int
    number: str
    patient_control_number: str
    patient_name: str
    member_id: str
    payer: int | None
    payer_name: str
    first_day: datetime.date
    last_day: datetime.date
    billed: int
    payer_balance: int
    payer_number: str = ""
    status_code: str = PRIMARY
    lines: list[TypedLine] = field(default_factory=list)

    @property
    def paid(self) -> int:
        return sum(line.paid for line in self.lines)

    @property
    def denied(self) -> bool:
        """Nothing is paid and nothing is the patient's, yet something else is taken off."""
        return not self.paid and not any(line.share for line in self.lines) and self._taken_off

    @property
    def _taken_off(self) -> bool:
        return any(line.others for line in self.lines)


@dataclass(slots=True)
class TypedPayment:
    """The check or transfer of an EOB, and its claims. `amount` in cents."""

    payer: int
    payer_name: str
    trace_number: str
    amount: int
    method: str
    date: datetime.date
    memo: str = ""
    claims: list[TypedClaim] = field(default_factory=list)
    provider_adjustments: list[ReceivedProviderAdjustment] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Cents of the check that no claim explains yet: 0 where the payment balances."""
        kept = sum(one.amount for one in self.provider_adjustments)
        return self.amount - sum(claim.paid for claim in self.claims) + kept


def claim_to_type(database: Database, claim_id: int) -> TypedClaim:
    """A claim with its lines, prefilled as the contract expects it: allowed, contractual, paid.

    Of a claim to a further payer: what those before had settled (OA-23), and the rest as paid.
    A line without an expected amount, or that was paid before, is prefilled with nothing. Raises
    Refused for a claim that was not sent.
    """
    rows = read_rows(
        database,
        "SELECT claim.number, claim.patient_control_number, claim.patient_name,"
        " coalesce(coverage.member_id, ''), claim.payer_id, coalesce(payer.name, ''),"
        " claim.first_service_date, claim.last_service_date, claim.billed, claim.payer_balance,"
        " claim.payer_claim_control_number, claim.status, claim.submitted_at,"
        " claim.payer_sequence FROM claim"
        " LEFT JOIN coverage ON coverage.id = claim.coverage_id"
        " LEFT JOIN payer ON payer.id = claim.payer_id WHERE claim.id = ?",
        claim_id,
    )
    if not rows:
        raise Refused("this claim is not there any more")
    number, control, name, member, payer, payer_name, first, last, *money, status, sent, turn = (
        rows[0]
    )
    if sent is None or status in (DRAFT, READY):
        raise Refused(f"claim {number} is {status}: no payer can have answered it")
    billed, balance, payer_number = money
    claim = TypedClaim(
        claim_id,
        number,
        as_sent(control),
        name,
        member,
        payer,
        payer_name,
        datetime.date.fromisoformat(first),
        datetime.date.fromisoformat(last),
        billed,
        balance,
        payer_number,
        PROCESSED_AS.get(turn, PRIMARY),
    )
    before = settled_before(database, [claim_id])
    for key, position, code, modifiers, day, charge, expected, open_amount in read_rows(
        database,
        "SELECT id, position, procedure_code, modifiers, first_service_date, billed, expected,"
        " payer_balance FROM claim_line WHERE claim_id = ? ORDER BY position",
        claim_id,
    ):
        line = TypedLine(
            key,
            position,
            code,
            tuple(modifiers.split()),
            datetime.date.fromisoformat(day),
            charge,
            expected,
        )
        settled = before.get(key, 0)
        if settled and open_amount == charge - settled:
            line.allowed, line.others = open_amount, [("OA", "23", settled)]
            follow(line)
        elif open_amount == charge and 0 < expected <= charge:
            allow(line, expected)
        claim.lines.append(line)
    return claim


def allow(line: TypedLine, allowed: int) -> None:
    """Sets what the payer allowed; the rest of the charge is contractual, and paid follows."""
    line.allowed = allowed
    line.contractual = line.billed - allowed - line.other
    follow(line)


def follow(line: TypedLine) -> None:
    """Sets what is paid to what balances: the charge less all that is taken off."""
    line.paid = line.billed - line.contractual - line.share - line.other


def deny(line: TypedLine, group: str, reason: str) -> None:
    """Makes a line denied whole, for one reason."""
    line.allowed = line.contractual = line.deductible = line.coinsurance = line.copay = 0
    line.others = [(group, reason, line.billed)]
    follow(line)


def imbalances(typed: TypedPayment) -> list[str]:
    """Why it cannot be posted yet, a sentence each; empty where it balances."""
    said = [sentence for claim in _received(typed) for sentence in claim_imbalances(claim)]
    if not typed.claims and not typed.provider_adjustments:
        said.append("no claim is typed yet")
    if typed.left:
        paid = sum(claim.paid for claim in typed.claims)
        said.append(
            f"the check is over {dollars(typed.amount)}, its claims pay {dollars(paid)}:"
            f" {dollars(abs(typed.left))} {'is left' if typed.left > 0 else 'too much'}"
        )
    return said


@needs(POST)
def post_by_hand(work: Work, typed: TypedPayment) -> PostedPayment:
    """Posts an EOB that was typed; who typed it and the memo stay with the payment.

    It waits "to review" when it looks like a payment that is here already. Raises Refused while
    it does not balance, and DuplicatePayment where the very payment came in before.
    """
    refuse_elsewhere(work, CLAIM, (claim.claim for claim in typed.claims))
    said = imbalances(typed)
    if said:
        raise Refused(said[0])
    payer = Payer.get_by_id(typed.payer)
    set_key = f"by hand|{work.next_number('payments by hand')}"
    trace = plain(typed.trace_number, 50).strip()
    received = ReceivedRemittances(
        ReceivedPayment(
            amount=typed.amount,
            set_key=set_key,
            payment_key=payment_key(payer.payer_id, trace, typed.amount, typed.date, set_key),
            trace_number=trace,
            method=typed.method,
            payer_name=payer.name,
            payer_identifier=payer.payer_id,
            effective_date=typed.date,
            production_date=typed.date,
            entered_by=work.actor.login,
            memo=plain(typed.memo, LONGEST_MEMO).strip(),
        ),
        _received(typed),
        list(typed.provider_adjustments),
    )
    posted = post_payment(work, received)
    work.record(
        "payment typed from paper",
        "payment",
        posted.payment_id,
        claims=len(typed.claims),
        amount=typed.amount,
        memo=received.payment.memo,
    )
    # What a payer is set to is about files: here a person has looked at every line.
    if posted.state == "to review" and not payments_alike(work.database, posted.payment_id):
        return post_waiting(work, posted.payment_id)
    return posted


def _received(typed: TypedPayment) -> Iterable[ReceivedClaim]:
    for claim in typed.claims:
        yield ReceivedClaim(
            patient_control_number=claim.patient_control_number,
            status_code=DENIED if claim.denied else claim.status_code,
            charge=sum(line.billed for line in claim.lines),
            paid=claim.paid,
            patient_responsibility=sum(line.share for line in claim.lines),
            payer_claim_control_number=plain(claim.payer_number, 80).strip(),
            patient_name=claim.patient_name,
            member_id=claim.member_id,
            first_service_date=claim.first_day,
            last_service_date=claim.last_day,
            claim=claim.claim,
            lines=[_line(line) for line in claim.lines],
        )


def _line(line: TypedLine) -> ReceivedLine:
    return ReceivedLine(
        procedure_code=line.code,
        modifiers=line.modifiers,
        charge=line.billed,
        paid=line.paid,
        allowed=line.allowed if line.allowed or line.paid or line.share else None,
        first_service_date=line.day,
        last_service_date=line.day,
        claim_line=line.claim_line,
        adjustments=[ReceivedAdjustment(*one) for one in line.adjustments()],
    )
