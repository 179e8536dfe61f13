"""How long contents are kept, and what holds keep, as administrators edit them."""

from collections.abc import Mapping
from typing import Any

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.billing.purging.contents import CONTENTS
from rcm_tui.data.tables.legal_holds import LegalHold
from rcm_tui.data.tables.purging import PurgePolicy


def about_something(values: Mapping[str, Any]) -> Mapping[str, str]:
    """A hold is about a client, a payer or a case."""
    if any(values[name] for name in ("client", "payer", "case")):
        return {}
    return {"client": "Client, payer and case are empty: a hold is about one of them."}


PURGE_POLICY = RecordKind(
    "purge_policy",
    "purge policy",
    PurgePolicy,
    (
        Field(
            "kept",
            "Of what",
            "choice",
            True,
            "Policy",
            {kept: f"{one.title}, {one.event}" for kept, one in CONTENTS.items()},
            changes_claims=False,
            fixed=True,
        ),
        Field("months", "Months kept", "number", True, "Policy", check=checks.more_than_zero),
        Field("active", "In force", "flag", section="Policy"),
        Field("basis", "Because of", "text", True, "Policy", longest=120),
    ),
    title_sql="t.kept",
    detail_sql="t.basis",
    unique=(("kept",),),
)

LEGAL_HOLD = RecordKind(
    "legal_hold",
    "legal hold",
    LegalHold,
    (
        Field("client", "Client", "reference", section="About", reference="client"),
        Field("payer", "Payer", "reference", section="About", reference="payer"),
        Field("case", "Case", "reference", section="About", reference="case_file"),
        Field("reason", "Reason", "text", True, "Hold", longest=200),
        Field("starts_on", "From", "date", True, "Hold"),
        Field("ends_on", "Until", "date", section="Hold"),
    ),
    title_sql="t.reason",
    search_sql=("t.reason",),
    checks=(about_something,),
)

KINDS = (PURGE_POLICY, LEGAL_HOLD)
