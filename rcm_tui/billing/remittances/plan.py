"""What posting a payment does, before it is done: every remittance's fate and its journal.

The preview shows the plan of a whole payment; posting makes the same plan page by page and writes
each (`landing.py`). There is no second way to work out an amount. A plan looks at the store and at
what it has planned itself so far, which posting has written by then: so that both see the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from peewee import Database

from rcm_tui.billing.claims.transfers import settled_before
from rcm_tui.billing.ledger import NewEntry, NewJournal, reversals_of
from rcm_tui.billing.remittances.entries import DENIED, remittance_entries
from rcm_tui.billing.remittances.matching_again import match_again
from rcm_tui.billing.remittances.reversals import original_of
from rcm_tui.billing.remittances.standing import REVERSAL, Standing, standing_remittances
from rcm_tui.billing.remittances.storing import (
    StoredRemittance,
    pages,
    read_details,
)
from rcm_tui.billing.remittances.submissions import find_originals, follow_replacements
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.claims import DRAFT, READY
from rcm_tui.data.tables.ledger import PAYER_PAYMENTS, PAYER_RECEIVABLE, UNAPPLIED

SEQUENCE = {"1": 1, "19": 1, "2": 2, "20": 2, "3": 3, "21": 3}
"""CLP02 → whether the payer processed the claim as the first, second or third payer."""

PROCESSED = {*SEQUENCE, DENIED}

INFORMATIONAL = {"23": "not this payer's claim, forwarded to another", "25": "predetermination"}

Fate = Literal["posts", "reverses", "orphan", "informational", "waits"]


@dataclass(slots=True)
class Planned:
    """What becomes of a remittance, why where it does not post, and its journal if it moves money.

    `reverses` is what a reversal takes back. `found` says that its claim, or the claim lines of
    its lines, were found only now.
    """

    remittance: StoredRemittance
    fate: Fate
    reason: str = ""
    journal: NewJournal | None = None
    reverses: Standing | None = None
    found: bool = False


@dataclass(slots=True)
class _OpenLine:
    line: int
    balance: int
    billed: int


@dataclass(slots=True)
class _SoFar:
    """What is planned and not written yet."""

    standing: dict[int, list[Standing]] = field(default_factory=dict)
    taken_back: set[int] = field(default_factory=set)
    moved: dict[tuple[int, int], int] = field(default_factory=dict)
    journals: dict[int, NewJournal] = field(default_factory=dict)
    planned: set[int] = field(default_factory=set)


class Plan:
    """The plan of one payment. With `look_again`, what found no claim when it came is matched anew.

    Nothing is written. Who writes a page says so by `written` before the next one is planned.
    """

    def __init__(self, database: Database, payment_id: int, *, look_again: bool = True) -> None:
        self._database = database
        self._payment = payment_id
        self._look_again = look_again
        self._so_far = _SoFar()

    def pages(self) -> Iterator[list[Planned]]:
        """What is not posted yet, in the order in which it posts, some hundreds at a time."""
        database, payment = self._database, self._payment
        for page in pages(database, payment, state="waiting"):
            yield self._kept([self._waits(each) for each in page])
        # Reversals of what earlier payments said come first, whatever their place in the file:
        # a correction may say that another payer goes first, which the original contradicts.
        if not self._past_first_reversals():
            for page in pages(database, payment, reversals=True):
                yield self._kept(self._reversals(page))
        for page in pages(database, payment, reversals=False):
            yield self._kept(self._others(page))
        # What is left reverses a remittance of this very payment, or nothing that is known.
        for page in pages(database, payment, reversals=True):
            left = [each for each in page if each.id not in self._so_far.planned]
            reversals = self._reversals(left)
            done = {planned.remittance.id for planned in reversals}
            orphans = [self._orphan_reversal(each) for each in left if each.id not in done]
            yield self._kept([*reversals, *orphans])

    def written(self) -> None:
        """Forgets what was planned: the store has it now."""
        self._so_far = _SoFar()

    def chosen(self, remittance: StoredRemittance) -> Planned:
        """What becomes of one remittance whose claim and claim lines a person chose."""
        if remittance.status_code == REVERSAL:
            return (self._reversals([remittance]) or [self._orphan_reversal(remittance)])[0]
        read_details(self._database, [remittance])
        for line, claim_line in zip(remittance.lines, remittance.claim_lines, strict=True):
            line.claim_line = claim_line
        return self._settled([remittance])[0]

    def alone(self, remittance: StoredRemittance) -> Planned:
        """What becomes of one remittance that was left out when its payment was posted."""
        if remittance.status_code == REVERSAL:
            return (self._reversals([remittance]) or [self._orphan_reversal(remittance)])[0]
        return self._others([remittance])[0]

    def standing(self, claims: Sequence[int]) -> dict[int, list[Standing]]:
        """Claim → the remittances that stand once what is planned so far is written."""
        found = standing_remittances(self._database, claims)
        so_far = self._so_far
        if so_far.standing or so_far.taken_back:
            for claim in claims:
                of_claim = [*found.get(claim, []), *so_far.standing.get(claim, [])]
                left = [each for each in of_claim if each.id not in so_far.taken_back]
                found[claim] = sorted(left, key=lambda each: each.id)
        return found

    def _past_first_reversals(self) -> bool:
        """Whether posting was stopped behind them: then what is left of them is for the end."""
        return bool(
            read_rows(
                self._database,
                "SELECT 1 FROM remittance WHERE payment_id = ? AND status_code <> ?"
                " AND state IN ('posted', 'orphan', 'informational') LIMIT 1",
                self._payment,
                REVERSAL,
            )
        )

    def _kept(self, page: list[Planned]) -> list[Planned]:
        so_far = self._so_far
        so_far.planned.update(planned.remittance.id for planned in page)
        return page

    # -- reversals --------------------------------------------------------------------------

    def _reversals(self, page: Sequence[StoredRemittance]) -> list[Planned]:
        """Those reversals of a page whose originals stand."""
        self._find_again(page)
        claims = {reversal.claim for reversal in page if reversal.claim is not None}
        standing = self.standing(sorted(claims))
        originals: dict[int, Standing] = {}
        for reversal in page:
            candidates = standing.get(reversal.claim or 0, [])
            original = original_of(reversal, self._payment, candidates)
            if original is not None:
                candidates.remove(original)
                originals[reversal.id] = original
        left = [one for one in page if one.claim is not None and one.id not in originals]
        originals |= find_originals(self._database, left, self._payment, self.standing)
        memo = f"payment {self._payment}: reversal"
        journals = reversals_of(
            self._database,
            {one.journal: memo for one in originals.values() if one.journal is not None},
        )
        planned = []
        for reversal in page:
            if reversal.id not in originals:
                continue
            original = originals[reversal.id]
            journal = journals.get(original.journal or 0)
            if original.id in self._so_far.journals:
                journal = _opposite(self._so_far.journals[original.id], memo)
            self._so_far.taken_back.add(original.id)
            self._move(journal)
            planned.append(
                Planned(reversal, "reverses", reversal.reason, journal, original, reversal.found)
            )
        return planned

    def _orphan_reversal(self, reversal: StoredRemittance) -> Planned:
        reason = reversal.reason
        if reversal.claim is not None:
            reason = (
                f"no posted remittance of its claim has charge {dollars(-reversal.charge)} and paid"
                f" {dollars(-reversal.paid)}, which it would take back"
            )
        return self._orphan(reversal, reason)

    # -- all others -------------------------------------------------------------------------

    def _others(self, page: Sequence[StoredRemittance]) -> list[Planned]:
        read_details(self._database, page)
        self._find_again(page)
        follow_replacements(self._database, page)
        return self._settled(page)

    def _settled(self, page: Sequence[StoredRemittance]) -> list[Planned]:
        claims = sorted({each.claim for each in page if each.claim is not None})
        standing = self.standing(claims)
        unsent = self._unsent(claims)
        open_lines = self._open_lines(
            [each.claim for each in page if each.claim is not None and not each.lines]
        )
        before = settled_before(self._database, claims)
        planned = []
        for remittance in page:
            claim = remittance.claim
            if remittance.status_code not in PROCESSED:
                planned.append(self._informational(remittance))
            elif claim is None:
                planned.append(self._orphan(remittance, remittance.reason))
            elif claim in unsent:
                planned.append(self._orphan(remittance, unsent[claim]))
            elif _answered_by_another(remittance, standing.get(claim, [])):
                reason = (
                    "its claim was answered by another payer before: as what comes from a further"
                    " payer it needs a claim of its own"
                )
                planned.append(self._orphan(remittance, reason))
            else:
                stands = self._as_standing(remittance, claim)
                standing.setdefault(claim, []).append(stands)
                balances = self._open_balances(claim, open_lines.get(claim, ()))
                planned.append(self._posts(remittance, balances, before))
        return planned

    def _posts(
        self, remittance: StoredRemittance, balances: dict[int, int], before: dict[int, int]
    ) -> Planned:
        entries = remittance_entries(remittance, balances, before)
        memo = f"payment {self._payment}"
        journal = None
        if entries:
            journal = NewJournal("remittance", remittance.claim, entries, memo)
            self._so_far.journals[remittance.id] = journal
            self._move(journal)
        return Planned(remittance, "posts", remittance.reason, journal, found=remittance.found)

    def _as_standing(self, remittance: StoredRemittance, claim: int) -> Standing:
        standing = Standing(
            remittance.id,
            self._payment,
            claim,
            remittance.status_code,
            remittance.charge,
            remittance.paid,
            remittance.payer_claim_control_number,
            None,
            "",
        )
        self._so_far.standing.setdefault(claim, []).append(standing)
        return standing

    def _informational(self, remittance: StoredRemittance) -> Planned:
        code = remittance.status_code
        meaning = INFORMATIONAL.get(code, "not a status that posts")
        reason = f"status {code or '(none)'}: {meaning}"
        if remittance.paid:
            return self._orphan(remittance, f"{reason}, yet {dollars(remittance.paid)} is paid")
        return Planned(remittance, "informational", reason, found=remittance.found)

    def _orphan(self, remittance: StoredRemittance, reason: str) -> Planned:
        return Planned(remittance, "orphan", reason, self._unapplied(remittance))

    def _waits(self, remittance: StoredRemittance) -> Planned:
        return Planned(remittance, "waits", remittance.reason, self._unapplied(remittance))

    def _unapplied(self, remittance: StoredRemittance) -> NewJournal | None:
        if not remittance.paid or remittance.journal is not None:
            return None
        return unapplied(remittance.paid, self._payment)

    # -- what the store says, and what is planned -------------------------------------------

    def _find_again(self, page: Sequence[StoredRemittance]) -> None:
        if self._look_again:
            match_again(self._database, [each for each in page if each.claim is None])

    def _unsent(self, claims: Sequence[int]) -> dict[int, str]:
        """Claims that went back since the payment came in, each with the reason as a sentence."""
        return {
            claim: f"claim {number} is back in {status}"
            for claim, number, status in read_by_keys(
                self._database, "SELECT id, number, status FROM claim WHERE id IN ({keys})", claims
            )
            if status in (DRAFT, READY)
        }

    def _open_lines(self, claims: list[int]) -> dict[int, list[_OpenLine]]:
        lines: dict[int, list[_OpenLine]] = {}
        for claim, line, balance, billed in read_by_keys(
            self._database,
            "SELECT claim_id, id, payer_balance, billed FROM claim_line WHERE claim_id IN ({keys})"
            " ORDER BY claim_id, position",
            claims,
        ):
            lines.setdefault(claim, []).append(_OpenLine(line, balance, billed))
        return lines

    def _open_balances(self, claim: int, lines: Sequence[_OpenLine]) -> dict[int, int]:
        """Claim line → cents open at the payer, or billed where nothing is open any more."""
        if not lines:
            return {}
        moved = self._so_far.moved
        balances = {one.line: one.balance + moved.get((claim, one.line), 0) for one in lines}
        if any(balance > 0 for balance in balances.values()):
            return balances
        return {one.line: one.billed for one in lines}

    def _move(self, journal: NewJournal | None) -> None:
        moved = self._so_far.moved
        for account, claim, line, amount in journal.entries if journal is not None else ():
            if account == PAYER_RECEIVABLE and claim is not None and line is not None:
                moved[claim, line] = moved.get((claim, line), 0) + amount


def unapplied(paid: int, payment_id: int) -> NewJournal:
    """The journal of money that came in and is on no claim yet. Cents."""
    entries: list[NewEntry] = [
        (PAYER_PAYMENTS, None, None, paid),
        (UNAPPLIED, None, None, -paid),
    ]
    return NewJournal("orphan", None, entries, f"payment {payment_id}")


def _answered_by_another(remittance: StoredRemittance, standing: Sequence[Standing]) -> bool:
    sequence = SEQUENCE.get(remittance.status_code)
    return sequence is not None and any(
        SEQUENCE.get(earlier.status_code, sequence) != sequence for earlier in standing
    )


def _opposite(journal: NewJournal, memo: str) -> NewJournal:
    """The reversal of a journal that is planned itself, and has no key yet."""
    entries = [(account, claim, line, -amount) for account, claim, line, amount in journal.entries]
    return NewJournal("remittance reversal", journal.claim, entries, memo)
