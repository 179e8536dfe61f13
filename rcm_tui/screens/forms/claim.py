"""The form of a claim while it is a Draft, with its lines."""

from rcm_tui.billing.editing.declared.claims import CLAIM
from rcm_tui.screens.claim_work import save_claims
from rcm_tui.screens.forms.record_form import Belonging, Look, RecordForm
from rcm_tui.screens.frame import Frame


async def _submit(frame: Frame, key: int) -> None:
    await save_claims(frame, [key])


CLAIM_FORM = RecordForm(
    CLAIM,
    "claims",
    looks={
        "diagnoses": Look(48, "in order, parted by blanks: F84.0 F80.2"),
        "place_of_service": Look(help="two digits of CMS's list, or a word: home"),
        "authorization_number": Look(24),
        "original_reference": Look(visible=lambda values: values.get("frequency") != "1"),
        "claim_note": Look(48),
    },
    afterwards=_submit,
    belongings=(Belonging("claim_line", "Lines", "", addable=False),),
)
