"""Kinds of cases and escalation rules that a new practice begins with, for it to edit.

Four kinds of casework, from strict to free; their steps, clocks and who may close them are ours.
What most denials are, a service request, proposes steps and insists on none.
"""

from typing import Any, NamedTuple

from rcm_tui.data.tables.case_kinds import CaseKind, CaseKindStep
from rcm_tui.data.tables.escalations import EscalationRule


class _Step(NamedTuple):
    title: str
    words: str
    needed: bool
    days: int | None


class _Kind(NamedTuple):
    name: str
    description: str
    required: str
    closers: str
    days: int | None
    steps: tuple[_Step, ...]


KINDS = (
    _Kind(
        "Service request",
        "Something is asked of a payer until it is settled: what most denials are.",
        "",
        "",
        60,
        (
            _Step("Find out why", "The reason and remark codes, then the payer.", False, None),
            _Step("Ask for it", "Correct, appeal or call, as the denial asks for.", False, None),
            _Step("Follow up", "Until the payer has answered.", False, None),
        ),
    ),
    _Kind(
        "Process to decision",
        "Fixed steps that lead to a decision: a refund, a write-off of size, a policy.",
        "owner description",
        "administrator, billing manager",
        30,
        (
            _Step("Collect the facts", "Claims, answers, contract, letters.", True, 5),
            _Step("Check the rules", "Contract, payer's policy and our own.", True, 10),
            _Step("Propose", "What should be decided, and what it costs.", True, 15),
            _Step("Decide", "By who answers for it; write down why.", True, 25),
            _Step("Tell who asked", "In writing, with the reason.", True, 30),
        ),
    ),
    _Kind(
        "Incident",
        "Something went wrong: limit it, repair it, keep it from happening again.",
        "owner description",
        "",
        14,
        (
            _Step("Stop it", "Hold what would go wrong next.", True, 1),
            _Step("Find what is affected", "Claims, payers and days; add the claims.", True, 3),
            _Step("Repair", "Correct, send again, take back.", True, 10),
            _Step("Tell who is concerned", "Payer, patient or colleagues.", False, 10),
            _Step("Prevent it", "A rule, a setting, a word to who did it.", False, 14),
        ),
    ),
    _Kind(
        "Investigation",
        "Evidence is gathered before anybody knows where it leads.",
        "owner description",
        "administrator, billing manager, denial specialist",
        60,
        (
            _Step("Write down the question", "What is to be found out, and for whom.", True, 3),
            _Step("Gather evidence", "Remittances, letters, records; attach them.", True, 30),
            _Step("Talk to who knows", "Payer, provider, family.", False, None),
            _Step("Write down the findings", "And what they rest on.", True, 50),
            _Step("Say what follows", "Cases of its own, below this one.", False, None),
        ),
    ),
)
USUAL = "Service request"


RULES: tuple[dict[str, Any], ...] = (
    {"name": "A week overdue", "overdue_days": 7, "level": 1, "sets_priority": "high"},
    {
        "name": "Two weeks overdue, 1,000 or more",
        "overdue_days": 14,
        "least_outstanding": 100_000,
        "level": 2,
        "sets_priority": "high",
        "role": "billing manager",
    },
)
"""Escalation rules that are offered, none of them in force."""


def insert_case_kinds() -> None:
    """Fills the tables of a store that has just been made."""
    for rule in RULES:
        EscalationRule.create(**rule)
    for kind in KINDS:
        row = CaseKind.create(
            name=kind.name,
            description=kind.description,
            required=kind.required,
            closers=kind.closers,
            days=kind.days,
            usual=kind.name == USUAL,
        )
        for position, step in enumerate(kind.steps, 1):
            CaseKindStep.create(kind=row, position=position, **step._asdict())
