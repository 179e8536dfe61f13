"""What an action is: its key, what it does, when it is possible, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rcm_tui.screens.actions.rights import READERS, of_role

__all__ = ["EVERYWHERE", "QUEUES", "READERS", "Action", "Situation"]

QUEUES = (
    "charges",
    "charge_periods",
    "claims",
    "underpayments",
    "denials",
    "cases",
    "activities",
    "appeals",
    "case_rules",
    "case_rule_runs",
    "payments",
    "remittances",
    "remittance_lines",
    "provider_adjustments",
    "deposits",
    "emergencies",
    "responses",
    "transactions",
    "visits",
    "invoices",
    "write_offs",
    "patient_payments",
    "refunds",
    "statements_due",
    "statements",
    "answered_lines",
    "denied_before",
    "ageing",
    "jobs",
    "records",
    "audit",
    "purge_policies",
    "purge_runs",
)
EVERYWHERE = (
    "home",
    *QUEUES,
    "claim",
    "authorization",
    "case",
    "appeal",
    "visit",
    "invoice",
    "charge",
    "payment",
    "orphan",
    "orphan_line",
    "paper",
    "deposit",
    "remittance_preview",
    "reports",
    "charts",
    "case_insights",
    "denial_insights",
    "administration",
    "audit_record",
    "form",
)
WORK, LOOK, GO, HELP = "Work", "Find and look", "Go", "Help and looks"


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a person is: what an action needs to know to say whether it is possible."""

    area: str
    role: str = "administrator"
    view: str = ""
    rows: bool = False
    marked: bool = False
    filtered: bool = False
    apart: bool = False
    row: Mapping[str, Any] = field(default_factory=dict)


Refusal = Callable[[Situation], str]


def always(_: Situation) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a key does.

    `keys` are parted by commas; one without is found by its name only. `areas` are the screens
    that have it; `weight` orders the footer, 0 stays out of it; `title`
    are the footer's words, `help` the sentence of the list of keys.
    """

    name: str
    keys: str
    title: str
    help: str
    group: str
    areas: tuple[str, ...]
    weight: int = 0
    refusal: Refusal = always

    def why_not(self, situation: Situation) -> str:
        """Why it cannot be done now, the person's rights first; "" where it can."""
        denied = of_role(self.name, situation.area, situation.role, situation.row)
        return denied or self.refusal(situation)
