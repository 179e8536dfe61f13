"""Whether what a payer leaves open may be billed to the patient, or must be written off.

The rules are the practice's own (`PatientBillingRule`), by payer, kind of payer, state where the
service was given, and group of the adjustment that left the money open. The most particular
decides: payer before kind of payer before state before group. Of two that are alike the one
that says write off does, and of several groups on one line the strictest. What no rule speaks of
may be billed (ours).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.remittances.standing import standing_remittances
from rcm_tui.billing.remittances.treatment import OPEN, treatment
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.patient_side import BILL_PATIENT, WRITE_OFF


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a leftover. `note` is the rule's, "" where no rule speaks of it."""

    may: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class BillingRule:
    """A rule in force; empty conditions hold for all."""

    id: int
    payer: int | None
    filing_indicator: str
    state: str
    group_code: str
    decision: str
    note: str

    def fits(self, payer: int | None, indicator: str, state: str, group: str) -> bool:
        """Whether it speaks of such a leftover."""
        return (
            self.payer in (None, payer)
            and self.filing_indicator in ("", indicator)
            and self.state in ("", state)
            and self.group_code in ("", group)
        )

    @property
    def rank(self) -> tuple[int, bool, int]:
        """What decides of several that fit; the greatest does."""
        weight = (
            8 * (self.payer is not None)
            + 4 * bool(self.filing_indicator)
            + 2 * bool(self.state)
            + bool(self.group_code)
        )
        return weight, self.decision == WRITE_OFF, -self.id


def rules_in_force(database: Database) -> list[BillingRule]:
    """The practice's rules that are in force. Blocks."""
    return [
        BillingRule(*row)
        for row in read_rows(
            database,
            "SELECT id, payer_id, filing_indicator, state, group_code, decision, note"
            " FROM patient_billing_rule WHERE active = 1 ORDER BY id",
        )
    ]


def decide(
    rules: Iterable[BillingRule],
    payer: int | None,
    indicator: str,
    state: str,
    groups: Iterable[str],
) -> Ruling:
    """What the rules say of money that adjustments of `groups` left open; none is the group ""."""
    wanted = sorted(set(groups)) or [""]
    said: list[Ruling] = []
    known = list(rules)
    for group in wanted:
        fitting = [rule for rule in known if rule.fits(payer, indicator, state, group)]
        if fitting:
            rule = max(fitting, key=lambda one: one.rank)
            said.append(Ruling(rule.decision == BILL_PATIENT, rule.note))
    return min(said, key=lambda ruling: ruling.may, default=Ruling(True))


def rulings(database: Database, claim_ids: Iterable[int]) -> dict[int, dict[int | None, Ruling]]:
    """Claim → claim line (None: the claim as a whole) → what becomes of its leftover. Blocks."""
    keys = sorted(set(claim_ids))
    groups = open_groups(database, keys)
    rules = rules_in_force(database)
    lines: dict[int, list[int]] = defaultdict(list)
    for line, claim in read_by_keys(
        database, "SELECT id, claim_id FROM claim_line WHERE claim_id IN ({keys})", keys
    ):
        lines[claim].append(line)
    found: dict[int, dict[int | None, Ruling]] = {}
    for claim, payer, indicator, state in read_by_keys(database, WHERE_AND_WHOSE, keys):
        every = {group for of_line in groups[claim].values() for group in of_line}
        found[claim] = {None: decide(rules, payer, indicator, state, every)}
        for line in lines[claim]:
            own = groups[claim].get(line, set()) | groups[claim].get(None, set())
            found[claim][line] = decide(rules, payer, indicator, state, own)
    return found


WHERE_AND_WHOSE = """
SELECT claim.id, claim.payer_id,
  COALESCE(NULLIF(coverage.filing_indicator, ''), payer.filing_indicator, ''),
  COALESCE(NULLIF(facility.state, ''), unit.state, '')
FROM claim LEFT JOIN payer ON payer.id = claim.payer_id
LEFT JOIN coverage ON coverage.id = claim.coverage_id
LEFT JOIN location AS facility ON facility.id = claim.facility_id
LEFT JOIN business_unit AS unit ON unit.id = claim.business_unit_id
WHERE claim.id IN ({keys})
"""


def open_groups(database: Database, claims: list[int]) -> dict[int, dict[int | None, set[str]]]:
    """Claim → line → groups of the adjustments that its newest answer leaves open there."""
    newest = {
        of_claim[-1].id: claim
        for claim, of_claim in standing_remittances(database, claims).items()
        if of_claim
    }
    found: dict[int, dict[int | None, set[str]]] = defaultdict(lambda: defaultdict(set))
    for remittance, line, group, reason in read_by_keys(
        database,
        "SELECT a.remittance_id, l.claim_line_id, a.group_code, a.reason_code FROM adjustment a"
        " LEFT JOIN remittance_line l ON l.id = a.line_id WHERE a.remittance_id IN ({keys})",
        sorted(newest),
    ):
        if treatment(group, reason) == OPEN:
            found[newest[remittance]][line].add(group)
    return found
