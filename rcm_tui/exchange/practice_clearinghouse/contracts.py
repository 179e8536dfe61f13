"""What the simulated payers allow and what they leave to the patient. Amounts in cents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from peewee import Database

from rcm_tui.data.tables.payers import Fee, Payer
from rcm_tui.exchange.practice_clearinghouse.chance import throws

LEAST_SHARE, MOST_SHARE = 7000, 8500
"""Of ten thousand parts of a charge, what is allowed where no contract is known."""

DEDUCTIBLE, COINSURANCE, COPAY = "1", "2", "3"
"""The claim adjustment reason codes of patient shares, in group PR."""

Fees = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Share:
    """A member's part: a reason, and cents a claim or hundredths of what is allowed."""

    reason: str = ""
    cents: int = 0
    percent: int = 0


@dataclass(slots=True)
class Contracts:
    """Allowed amounts by payer id and procedure code: a contract's fee per unit, else by chance.

    Without a fee, between 70 and 85 hundredths of the charge are allowed, always the same share
    for the same payer and code.
    """

    seed: int
    fees: Fees = field(default_factory=dict)
    _rates: dict[tuple[str, str], int] = field(default_factory=dict)
    _shares: dict[tuple[str, str], Share] = field(default_factory=dict)

    def allowed(self, payer: str, code: str, units: Decimal, charge: int) -> int:
        """What a payer allows for a line; never more than its charge."""
        fee = self.fees.get((payer, code))
        if fee is not None:
            return max(0, min(charge, int(fee * units)))
        return charge * self.rate(payer, code) // 10000

    def rate(self, payer: str, code: str) -> int:
        """The allowed share of a charge, in ten-thousandths."""
        key = (payer, code)
        rate = self._rates.get(key)
        if rate is None:
            span = MOST_SHARE - LEAST_SHARE + 1
            rate = LEAST_SHARE + throws(self.seed, "rate", *key).below(span, 0)
            self._rates[key] = rate
        return rate

    def keeps_by_law(self, payer: str) -> bool:
        """Whether the payer keeps what a law takes from its payments (sequestration)."""
        return throws(self.seed, "by law", payer).below(4, 0) == 0

    def share(self, payer: str, member_id: str) -> Share:
        """The patient's part, the same for every claim of a member."""
        key = (payer, member_id)
        share = self._shares.get(key)
        if share is None:
            share = self._shares[key] = self._new_share(key)
        return share

    def _new_share(self, key: tuple[str, str]) -> Share:
        thrown = throws(self.seed, "share", *key)
        kind = thrown.below(100, 0)
        if kind < 45:
            return Share()
        if kind < 68:
            return Share(COPAY, cents=1000 + 500 * thrown.below(5, 1))
        if kind < 90:
            return Share(COINSURANCE, percent=10 + 5 * thrown.below(3, 1))
        return Share(DEDUCTIBLE, cents=2500 * (1 + thrown.below(6, 1)))


def contracted_fees(database: Database) -> dict[tuple[str, str], int]:
    """The practice's own fee schedule, expected cents per unit by payer id and procedure code.

    Where there are several fees, the one that starts last. The simulated payers then pay as the
    practice expects, and what they underpay is an underpayment.
    """
    query = (
        Fee.select(Payer.payer_id, Fee.procedure_code, Fee.expected)
        .join(Payer)
        .order_by(Fee.starts_on, Fee.id)
    )
    rows: Iterable[tuple[str, str, int]] = database.execute(query).fetchall()
    return {(payer, code): expected for payer, code, expected in rows}
