"""Levels of appeal and letter templates, as administrators and denial specialists edit them."""

from collections.abc import Mapping
from typing import Any

from rcm_tui.billing.appeals.levels import known_proofs, written_proofs
from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.payers import FILING_INDICATORS
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.appeals import AppealLevel, LetterTemplate

MOST_LEVELS = 9
LONGEST_CLOCK = 1500
"""Days (ours): some states give two years."""


def level(value: int) -> str:
    right = 1 <= value <= MOST_LEVELS
    return "" if right else f"is not a level: a number from 1 to {MOST_LEVELS} is needed"


def days(value: int) -> str:
    right = 1 <= value <= LONGEST_CLOCK
    return "" if right else f"is no clock: 1 to {LONGEST_CLOCK:,} days are needed"


def answer_days(value: int) -> str:
    right = 0 <= value <= LONGEST_CLOCK
    return "" if right else f"is no clock: 0 (nobody says) to {LONGEST_CLOCK:,} days are needed"


def subject(value: str) -> str:
    """What is wrong with the template of a subject, as the end of a sentence."""
    from rcm_tui.billing.letters.language import LetterError, check_template

    try:
        check_template("subject", value)
    except LetterError as error:
        return f"cannot be filled in: {error.what}"
    return ""


def _clock_of_later_levels(values: Mapping[str, Any]) -> Mapping[str, str]:
    """Only the first level has the payer's own days for appeals to fall back on."""
    if values.get("days") is None and (values.get("level") or 1) > 1:
        return {"days": "Days to file is empty: a level after the first needs its own."}
    return {}


APPEAL_LEVEL = RecordKind(
    "appeal_level",
    "level of appeal",
    AppealLevel,
    (
        Field("payer", "Payer", "reference", section="Whose", reference="payer"),
        Field(
            "filing_indicator",
            "Kind of payer",
            "choice",
            section="Whose",
            choices={"": "any", **FILING_INDICATORS},
        ),
        Field("active", "In force", "flag", section="Whose"),
        Field("level", "Level", "number", True, "What", check=level),
        Field("name", "The payer calls it", "text", True, "What", longest=60),
        Field("days", "Days to file", "number", section="What", check=days),
        Field("answer_days", "Days to answer", "number", True, "What", check=answer_days),
        Field(
            "required",
            "To be enclosed",
            "text",
            section="What",
            normalise=written_proofs,
            check=known_proofs,
            longest=200,
        ),
        Field("note", "Note", "text", section="What", longest=200),
    ),
    title_sql="t.name",
    detail_sql="'level ' || t.level",
    search_sql=("t.name",),
    checks=(_clock_of_later_levels,),
    unique=(("payer", "filing_indicator", "level"),),
)

LETTER_TEMPLATE = RecordKind(
    "letter_template",
    "letter",
    LetterTemplate,
    (
        Field("name", "Name", "text", True, "Letter", longest=60),
        Field("subject", "Subject", "text", True, "Letter", check=subject, longest=200),
        Field("active", "In force", "flag", section="Letter"),
        Field("payer", "Payer", "reference", section="For", reference="payer"),
        Field(
            "reason_codes",
            "Reasons (CARC)",
            "code",
            section="For",
            normalise=checks.codes,
            longest=120,
        ),
        Field("level", "Level", "number", section="For", check=level),
        Field(
            "required",
            "To be enclosed",
            "text",
            section="For",
            normalise=written_proofs,
            check=known_proofs,
            longest=200,
        ),
    ),
    title_sql="t.name",
    detail_sql="t.reason_codes",
    search_sql=("t.name", "t.reason_codes"),
    unique=(("name",),),
)

KINDS = (APPEAL_LEVEL, LETTER_TEMPLATE)
