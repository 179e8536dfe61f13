"""Which cases the rules would open or join for denied claims: the same for a run and a trial."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.cases.rules.denied import DeniedClaim
from rcm_tui.billing.cases.rules.rule import Rule
from rcm_tui.billing.cases.subjects import OTHER_DENIAL, proposed_subject
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.case_rules import IN_TURN

MOST_CODES = 5
"""So many CARCs a case names at most, those with the most money first (ours)."""

Shared = tuple[int, int | None, str, int | None]
"""Claims share a case of one rule, payer and subject, and of one patient where the rule says so."""


@dataclass(slots=True)
class PlannedCase:
    """A case that a rule opens, or an open one that claims join: `joins`, its key and number."""

    rule: Rule
    subject: str
    owner: str
    joins: tuple[int, str] | None = None
    claims: list[DeniedClaim] = field(default_factory=list)

    @property
    def amount(self) -> int:
        """What its claims have outstanding, in cents."""
        return sum(claim.outstanding for claim in self.claims)

    @property
    def carc(self) -> str:
        """The CARCs by which its claims were denied, the most money first."""
        amounts: dict[str, int] = {}
        for claim in self.claims:
            for code in claim.codes:
                amounts[code.words] = amounts.get(code.words, 0) + code.amount
        return " ".join(sorted(amounts, key=lambda code: (-amounts[code], code))[:MOST_CODES])


class Planner:
    """Asks rules in their order about one claim after the other; nothing is written.

    `given` counts by rule the cases that were given in turn.
    """

    def __init__(self, database: Database, rules: list[Rule]) -> None:
        self.rules = rules
        self.cases: list[PlannedCase] = []
        self.given = {rule.id: rule.given for rule in rules}
        self._shared = self._open_ones(database)
        self._specialists = dict(
            read_rows(
                database, "SELECT id, denial_specialist FROM payer WHERE denial_specialist <> ''"
            )
        )

    def plan(self, claims: Iterable[DeniedClaim], on: datetime.date) -> list[DeniedClaim]:
        """Puts claims into cases as on a day; gives those of which no rule speaks."""
        return [claim for claim in claims if self.place(claim, on) is None]

    def place(self, claim: DeniedClaim, on: datetime.date) -> PlannedCase | None:
        """Puts a claim into its case; None when no rule speaks of it."""
        for rule in self.rules:
            code = rule.code_of(claim, on)
            if code is not None:
                subject = rule.subject or proposed_subject(code.words) or OTHER_DENIAL
                case = self._case(rule, subject, claim)
                case.claims.append(claim)
                return case
        return None

    def _case(self, rule: Rule, subject: str, claim: DeniedClaim) -> PlannedCase:
        key = rule.id, claim.payer, subject, claim.client if rule.by_client else None
        if not rule.opens_each and (case := self._shared.get(key)) is not None:
            if not case.claims:
                self.cases.append(case)
            return case
        specialist = self._specialists.get(claim.payer or 0, "")
        case = PlannedCase(rule, subject, rule.owner(self.given[rule.id], specialist))
        self.given[rule.id] += rule.owner_by == IN_TURN
        self.cases.append(case)
        if not rule.opens_each:
            self._shared[key] = case
        return case

    def _open_ones(self, database: Database) -> dict[Shared, PlannedCase]:
        """Cases of these rules that are open; of several alike the newest is joined."""
        rules = {rule.id: rule for rule in self.rules}
        found: dict[Shared, PlannedCase] = {}
        for key, number, rule, payer, subject, client, owner in read_by_keys(
            database,
            "SELECT id, number, rule_id, payer_id, subject, client_id, owner FROM case_file"
            " WHERE rule_id IS NOT NULL AND closed_at IS NULL AND rule_id IN ({keys}) ORDER BY id",
            list(rules),
        ):
            of = client if rules[rule].by_client else None
            found[rule, payer, subject, of] = PlannedCase(
                rules[rule], subject, owner, (key, number)
            )
        return found
