"""The validations of claims: one module per subject, all of them in one table by id."""

from rcm_tui.billing.claims.rules import (
    authorization,
    coordination,
    dates,
    diagnoses,
    experience,
    lines,
    patient,
    payer,
    policy_holder,
    providers,
    submission,
)
from rcm_tui.billing.claims.rules.rule import ERROR, WARNING, Found, Rule

SUBJECTS = (
    patient,
    policy_holder,
    payer,
    providers,
    authorization,
    lines,
    diagnoses,
    dates,
    submission,
    coordination,
    experience,
)

RULES: dict[str, Rule] = {rule.id: rule for subject in SUBJECTS for rule in subject.RULES}

__all__ = ["ERROR", "RULES", "SUBJECTS", "WARNING", "Found", "Rule"]
