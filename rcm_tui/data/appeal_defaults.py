"""The levels of appeal and the letters that every new practice begins with, for it to edit.

Days of Medicare's levels follow NGS Medicare's page on levels of appeals, of Medicare Advantage
and Medicaid the days that most plans publish (Medicaid's 42 CFR 438.402 and 438.408 among them),
of TRICARE 32 CFR 199.10 and tricare.mil on factual appeals (90 days from the explanation of
benefits, then 60; not by providers of the network, unless the patient appoints them); older tables
give TRICARE 365 days. The days that payers have to answer, the names of the generic levels and what
has to be enclosed are ours, and so are all the letters.
"""

from typing import NamedTuple

from rcm_tui.data.tables.appeals import AppealLevel, LetterTemplate


class _Level(NamedTuple):
    filing_indicator: str
    level: int
    name: str
    days: int | None
    answer_days: int
    required: str = "denial notice"
    note: str = ""


LEVELS = (
    _Level("", 1, "appeal", None, 30, note="Days: the payer's own for appeals."),
    _Level("", 2, "second appeal", 60, 30, "denial notice, earlier decision"),
    _Level(
        "",
        3,
        "external review",
        120,
        45,
        "denial notice, earlier decision",
        "An independent reviewer; often only for medical necessity, with the patient's consent.",
    ),
    _Level("MB", 1, "redetermination", 120, 60),
    _Level("MB", 2, "reconsideration", 180, 60, "denial notice, earlier decision"),
    _Level("MB", 3, "hearing by a judge", 60, 90, "earlier decision"),
    _Level("MB", 4, "review by the Appeals Council", 60, 90, "earlier decision"),
    _Level("MB", 5, "review in court", 60, 0, "earlier decision"),
    _Level("16", 1, "reconsideration", 60, 60, note="Some plans say 65 days."),
    _Level("16", 2, "independent review", 60, 60, "denial notice, earlier decision"),
    _Level("MC", 1, "appeal", 60, 30, note="States have 30 to 90 days: set the state's own."),
    _Level("MC", 2, "state fair hearing", 120, 90, "denial notice, earlier decision"),
    _Level("CH", 1, "reconsideration", 90, 60, note="Older tables of TRICARE have 365 days."),
    _Level("CH", 2, "formal review", 60, 90, "denial notice, earlier decision"),
)


class _Letter(NamedTuple):
    name: str
    reason_codes: str
    required: str
    subject: str
    body: str


_SERVICES = """
{% for line in lines %}
  {{ line.dates }}  {{ line.code }} {{ line.modifiers }}  {{ line.units }} units  {{ line.billed }}
{% endfor %}
"""

_ASKING = """
To whom it may concern:

You denied the services below on {{ denial.notice }} with {{ denial.codes }}: {{ denial.meaning }}.
{% if denial.remarks %}
The remark was {{ denial.remarks }}.
{% endif %}
We ask you to decide again, and to pay {{ appeal.amount }}.
"""

LETTERS = (
    _Letter(
        "Authorization",
        "15 197 198 284 296 302",
        "authorization",
        "Authorization of the services",
        _ASKING
        + """
{% if claim.authorization %}
Authorization {{ claim.authorization }} was given for this patient, these services and these
dates, and the claim keeps within it. A copy is enclosed. A service that was authorized was
accepted as necessary before it was given; it is not denied for want of what you hold yourselves.
{% else %}
The services were necessary and would have been authorized had they been asked for in time. We
ask for an authorization that reaches back to {{ claim.first_date }}, and for payment under it.
What shows the need is enclosed.
{% endif %}
"""
        + _SERVICES
        + """
Should you uphold the denial, please send us the rule of the plan that you rely on, and who
reviewed it.
""",
    ),
    _Letter(
        "Medical necessity",
        "50 151 11 167",
        "treatment plan, session notes",
        "Medical necessity of the services",
        _ASKING
        + """
{{ patient.name }} was diagnosed with {{ claim.diagnoses }}. The treatment plan names the goals
that these services serve, how progress is measured, and why this many hours are needed; the notes
of the sessions show what was done in each unit that was billed. Both are enclosed.
"""
        + _SERVICES
        + """
Please have this decided by a reviewer of the same specialty as {{ provider.name }}, and send us
the clinical criteria that were applied. We will gladly explain the plan to that reviewer by
telephone.
""",
    ),
    _Letter(
        "Timely filing",
        "29",
        "277CA acceptance",
        "The claim was filed in time",
        _ASKING
        + """
The claim was sent on {{ claim.sent }}, within your time to file. It was accepted:

{% for one in acceptances %}
  {{ one.date }}  {{ one.by }}  {{ one.kind }} {{ one.reference }}
{% else %}
  (no acceptance is on record: enclose the clearinghouse's report)
{% endfor %}

The acknowledgement is enclosed. A claim that was accepted within the time was filed within it.
"""
        + _SERVICES,
    ),
    _Letter(
        "Underpayment",
        "45",
        "contract rates",
        "Payment below the contract",
        """
To whom it may concern:

You paid the services below on {{ denial.notice }} at less than our contract with you provides. We
ask you to price them again, and to pay the difference of {{ appeal.amount }}.

{% for line in lines %}
  {{ line.dates }}  {{ line.code }} {{ line.modifiers }}
    allowed {{ line.allowed }}, by contract {{ line.expected }}
{% endfor %}

The page of the contract's rates is enclosed. If you priced them by another schedule, please tell
us which one, and from which day it holds.
""",
    ),
    _Letter(
        "Not a duplicate",
        "18",
        "session notes",
        "Services that were held apart",
        _ASKING
        + """
They were services of their own, not a second bill for one. The notes that are enclosed show when
each began and ended, and who gave it.
"""
        + _SERVICES
        + """
If you hold another claim to be the original, please tell us its number and what you paid on it.
""",
    ),
    _Letter("General", "", "", "Request to decide again", _ASKING + _SERVICES + """
What supports our request is enclosed. Should you uphold the denial, please send us the rule of the
plan that you rely on, and what we can do next.
"""),
)  # fmt: skip


def insert_appeal_defaults() -> None:
    """Fills the tables of levels and letters of a store that has just been made."""
    for level in LEVELS:
        AppealLevel.create(**level._asdict())
    for letter in LETTERS:
        LetterTemplate.create(
            **{**letter._asdict(), "body": letter.body.strip() + "\n"},
        )
