"""Validating claims: every rule, as strictly as it is set for the payer, for many at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.facts_loading import load_facts
from rcm_tui.billing.claims.rules import ERROR, RULES, WARNING, Rule
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.claims import Claim, ClaimValidation
from rcm_tui.data.work import Work

OFF = "off"
FINDING_COLUMNS = ("claim", "rule", "severity", "field", "line", "reason")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found on a claim; `line` is the position of the line that is meant, if one."""

    rule: str
    severity: str
    field: str
    line: int | None
    reason: str

    @property
    def how_to_fix(self) -> str:
        """What to do about this claim."""
        rule = RULES.get(self.rule)
        return rule.how_to_fix if rule else ""

    @property
    def how_to_prevent(self) -> str:
        """What to do so that the next claim does not have it."""
        rule = RULES.get(self.rule)
        return rule.how_to_prevent if rule else ""


def as_finding(row: ClaimValidation) -> Finding:
    """What the last validation of a claim found, as it is kept, with the rule's advice."""
    return Finding(row.rule, row.severity, row.field, row.line, row.reason)


class Strictness:
    """How strictly rules are taken: as set for the payer, else for all, else as the rule says."""

    def __init__(self, settings: Mapping[tuple[str, int | None], str]) -> None:
        self._settings = settings
        self._by_payer: dict[int | None, list[tuple[Rule, str]]] = {}

    def rules(self, payer: int | None) -> list[tuple[Rule, str]]:
        """The rules that are on for a payer, each with its severity."""
        known = self._by_payer.get(payer)
        if known is None:
            strict = [(rule, self._severity(rule, payer)) for rule in RULES.values()]
            known = [(rule, severity) for rule, severity in strict if severity != OFF]
            self._by_payer[payer] = known
        return known

    def _severity(self, rule: Rule, payer: int | None) -> str:
        own = self._settings.get((rule.id, payer))
        return own or self._settings.get((rule.id, None)) or rule.severity


def load_strictness(database: Database) -> Strictness:
    """Reads what an administrator has set for rules."""
    rows = read_rows(database, "SELECT rule, payer_id, severity FROM rule_setting")
    return Strictness({(rule, payer): severity for rule, payer, severity in rows})


def check_claim(claim: ClaimFacts, strictness: Strictness) -> list[Finding]:
    """Runs the rules over one claim's facts. Errors come before warnings."""
    findings = []
    for rule, severity in strictness.rules(claim.payer.id if claim.payer else None):
        for line, values in rule.check(claim):
            reason = rule.reason.format(**values) if values else rule.reason
            findings.append(Finding(rule.id, severity, rule.field, line, reason))
    findings.sort(key=lambda finding: finding.severity != ERROR)
    return findings


def validate_claims(work: Work, claim_ids: Iterable[int]) -> dict[int, list[Finding]]:
    """Validates claims and stores what was found, in place of what was found before.

    Every claim that exists has an entry, empty when nothing was found. Statuses stay as they are.
    """
    strictness = load_strictness(work.database)
    found = {
        claim.id: check_claim(claim, strictness)
        for claim in load_facts(work.database, claim_ids, work.today.isoformat())
    }
    _store(work, found)
    return found


def clean_claims(found: Mapping[int, Iterable[Finding]]) -> set[int]:
    """The claims without an error; warnings do not block."""
    return {
        claim
        for claim, findings in found.items()
        if not any(finding.severity == ERROR for finding in findings)
    }


def _store(work: Work, found: Mapping[int, list[Finding]]) -> None:
    work.replace(
        ClaimValidation,
        FINDING_COLUMNS,
        found,
        (
            (claim, one.rule, one.severity, one.field, one.line, one.reason)
            for claim, findings in found.items()
            for one in findings
        ),
    )
    changed = []
    for key, errors, warnings in read_by_keys(
        work.database,
        "SELECT id, error_count, warning_count FROM claim WHERE id IN ({keys})",
        found,
    ):
        counts = (_count(found[key], ERROR), _count(found[key], WARNING))
        if counts != (errors, warnings):
            changed.append((*counts, key))
    work.update(Claim, ["error_count", "warning_count"], changed)


def _count(findings: Iterable[Finding], severity: str) -> int:
    return sum(finding.severity == severity for finding in findings)
