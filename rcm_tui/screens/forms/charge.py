"""The form of a charge item, until it is on a claim line."""

from rcm_tui.billing.editing.declared.charges import CHARGE_ITEM
from rcm_tui.screens.forms.record_form import Look, RecordForm, Saving
from rcm_tui.screens.frame import Frame

PRICED_BY = ("modifiers", "place_of_service", "authorization")


async def _not_priced_anew(frame: Frame, saving: Saving, answer: str) -> str:
    """Says that units and price stay; they are changed by what prices charges anew."""
    before = saving.before or {}
    if all(saving.after[name] == before.get(name) for name in PRICED_BY):
        return ""
    return "Units and price stay as they were."


CHARGE_FORM = RecordForm(
    CHARGE_ITEM,
    "charges",
    looks={
        "modifiers": Look(24, "in billing order, parted by blanks: HM GT"),
        "place_of_service": Look(help="two digits of CMS's list, or a word: home"),
        "authorization": Look(help="one of the client's"),
        "notes": Look(48),
    },
    saved=_not_priced_anew,
)
