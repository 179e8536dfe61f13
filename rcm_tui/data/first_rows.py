"""What every new practice begins with, for its administrator to edit.

Medically unlikely edits of the adaptive behaviour codes: the two sources disagree, so the older
values hold until the newer ones begin, and each row names its source. Nobody has checked them
against CMS's current files. Modifier rules: in force are those that most payers want; the others
wait for a payer that asks for them. Reasons of write-offs are ours. Rules of who may be billed what
a payer leaves follow the groups of adjustments, and 42 CFR 447.15 for Medicaid.
"""

import datetime
from typing import Any

from rcm_tui.data.tables.patient_side import (
    BILL_PATIENT,
    WRITE_OFF,
    PatientBillingRule,
    WriteOffReason,
)
from rcm_tui.data.tables.payers import MedicallyUnlikelyEdit, ModifierRule

CODES_BEGIN = datetime.date(2019, 1, 1)
"""When the adaptive behaviour codes came into CPT; the older source dates nothing itself."""
NEWER_BEGIN = datetime.date(2021, 1, 1)
OLDER = "ABA International, billing codes commission: medically unlikely edits"
NEWER = "Missing Piece: MUEs and NCCI, Medicare from 2021-01-01"

# code, program, units of the older source, units of the newer one
UNLIKELY = (
    ("97151", "Medicare", 8, 8),
    ("97151", "Medicaid", 32, 32),
    ("97152", "any", 8, 16),
    ("97153", "any", 32, 32),
    ("97154", "any", 12, 18),
    ("97155", "any", 24, 24),
    ("97156", "any", 16, 16),
    ("97157", "any", 16, 16),
    ("97158", "any", 16, 16),
    ("0362T", "any", 8, 16),
    ("0373T", "any", 32, 24),
)

HIGHER, LEVEL, REPEAT, TELEHEALTH = "HM HN HO HP", 10, 20, 90
"""The modifiers of levels of education, and where kinds of modifiers stand on a line."""
OF_LEVELS = "Medicaid plans mainly. A wrong level underpays or denies."
OF_REPEATS = "Without such a rule the sessions of a day are added up on one line."

RULES: tuple[dict[str, Any], ...] = (
    {
        "name": "Place of telehealth",
        "priority": 10,
        "telehealth": "yes",
        "sets_place": "02",
    },
    {
        "name": "Place of telehealth at home",
        "priority": 11,
        "telehealth": "yes",
        "location_kind": "home",
        "sets_place": "10",
    },
    {
        "name": "Telehealth",
        "priority": 60,
        "telehealth": "yes",
        "modifier": "95",
        "position": TELEHEALTH,
        "note": "Most payers. A telehealth modifier of the benefit goes before it.",
    },
    {
        "name": "Telehealth, GT payers",
        "active": False,
        "priority": 61,
        "telehealth": "yes",
        "modifier": "GT",
        "instead_of": "95",
        "position": TELEHEALTH,
        "note": "Some Medicaid plans.",
    },
    {
        "name": "Family guidance by telehealth, TRICARE 2020",
        "active": False,
        "priority": 62,
        "procedure_codes": "97156",
        "telehealth": "yes",
        "modifier": "GT",
        "instead_of": "95",
        "position": TELEHEALTH,
        "sets_place": "02",
        "note": "As TRICARE had it in 2020.",
    },
    *(
        {
            "name": f"Level: {who}",
            "active": False,
            "priority": priority,
            "qualification": held,
            "modifier": modifier,
            "instead_of": " ".join(one for one in HIGHER.split() if one != modifier),
            "position": LEVEL,
            "note": OF_LEVELS,
        }
        for priority, who, held, modifier in (
            (30, "technician", "RBT", "HM"),
            (31, "assistant", "BCaBA", "HN"),
            (32, "analyst", "BCBA", "HO"),
            (33, "doctoral", "BCBA-D/PhD", "HP"),
        )
    ),
    *(
        {
            "name": name,
            "active": False,
            "priority": priority,
            "qualification": held,
            "repeat": repeat,
            "modifier": modifier,
            "position": REPEAT,
            "note": OF_REPEATS,
        }
        for priority, name, held, repeat, modifier in (
            (40, "Again that day: separate encounter", "", "repeat", "XE"),
            (41, "Again that day: same practitioner", "", "same practitioner", "76"),
            (42, "Again that day: another practitioner", "", "another practitioner", "77"),
            (
                43,
                "Again that day: an assistant",
                "BCaBA",
                "another practitioner",
                "XP",
            ),
        )
    ),
)

REASONS = (
    ("Timely filing passed", "payer", "CO-29, or never sent in time. The patient is not billable."),
    ("No authorization", "payer", "CO-197 or CO-198, after retro-authorization and appeal."),
    ("Appeal lost", "payer", "The last level is through."),
    ("Bundled or duplicate service", "payer", "CO-97 or CO-18 that stands."),
    ("Not enrolled on the day", "payer", "CO-B7, CO-208: no enrolment can be dated back."),
    ("Contractual, not taken off by the payer", "payer", ""),
    ("May not be billed to the patient", "either", "As the rules of patient billing say."),
    ("Small balance", "either", "Less than it costs to ask for."),
    ("Administrative", "either", "A decision of the practice; say whose in the note."),
    ("Financial hardship", "patient", "With the form that the patient signed."),
    ("Bad debt", "patient", "Given to collections, or given up."),
)
"""Reason, whose side it is for, and what it means."""

# claim filing indicator, group, decision, note
BILLING_RULES = (
    (
        "",
        "CO",
        WRITE_OFF,
        "Contractual obligation: by its contract the provider bears it, never the patient.",
    ),
    ("", "PI", WRITE_OFF, "Payer initiated: appeal it, or give it up; not the patient's."),
    ("", "PR", BILL_PATIENT, "Patient responsibility: the payer says that the patient pays it."),
    (
        "MC",
        "",
        WRITE_OFF,
        "Medicaid: its payment is payment in full (42 CFR 447.15), clients are never billed the"
        " rest.",
    ),
    ("MC", "PR", BILL_PATIENT, "Medicaid: only the copay that the plan itself puts on the client."),
)


def insert_first_rows() -> None:
    """Fills the tables of a store that has just been made."""
    # Only here: what these tables refer to is many others, and every start loads this file.
    from rcm_tui.data.appeal_defaults import insert_appeal_defaults
    from rcm_tui.data.denial_actions import insert_denial_actions
    from rcm_tui.data.first_case_kinds import insert_case_kinds
    from rcm_tui.data.purge_defaults import insert_purge_policies

    for code, program, older, newer in UNLIKELY:
        note = "" if older == newer else f"The sources disagree: {older} and {newer}."
        for units, source, begin, end in (
            (older, OLDER, CODES_BEGIN, NEWER_BEGIN - datetime.timedelta(days=1)),
            (newer, NEWER, NEWER_BEGIN, None),
        ):
            MedicallyUnlikelyEdit.create(
                program=program,
                procedure_code=code,
                units=units,
                starts_on=begin,
                ends_on=end,
                source=source,
                note=note,
            )
    for rule in RULES:
        ModifierRule.create(**rule)
    for name, side, note in REASONS:
        WriteOffReason.create(name=name, side=side, note=note)
    for indicator, group, decision, note in BILLING_RULES:
        PatientBillingRule.create(
            filing_indicator=indicator, group_code=group, decision=decision, note=note
        )
    insert_denial_actions()
    insert_appeal_defaults()
    insert_case_kinds()
    insert_purge_policies()
