"""The forms of levels of appeal and of letter templates."""

from __future__ import annotations

from rcm_tui.billing.editing.declared.appeals import APPEAL_LEVEL, LETTER_TEMPLATE
from rcm_tui.screens.forms.record_form import Look, RecordForm, Saving
from rcm_tui.screens.frame import Frame

ENCLOSED = "parted by commas: denial notice, authorization, treatment plan, session notes …"


async def _write_words(frame: Frame, saving: Saving, decided: str) -> str:
    """A new letter has no words yet: they are asked for at once."""
    from rcm_tui.screens.letter_work import edit_words

    if saving.before is None and await edit_words(frame, saving.key):
        return "Its words were kept."
    return ""


APPEAL_LEVEL_FORM = RecordForm(
    APPEAL_LEVEL,
    "administration",
    looks={
        "payer": Look(help="empty: all; a payer with levels of its own has no others"),
        "filing_indicator": Look(help="of payers without levels of their own"),
        "days": Look(help="from the notice, else from the last answer; empty: the payer's own"),
        "answer_days": Look(help="what the payer has to answer; 0: nobody says"),
        "required": Look(48, ENCLOSED),
        "note": Look(48),
    },
)
LETTER_TEMPLATE_FORM = RecordForm(
    LETTER_TEMPLATE,
    "administration",
    looks={
        "subject": Look(48, "may hold fields, as {{ claim.number }}"),
        "payer": Look(help="empty: all; a payer's own goes first"),
        "reason_codes": Look(help="197 198; empty: any"),
        "level": Look(help="empty: any"),
        "required": Look(48, ENCLOSED),
    },
    saved=_write_words,
)
