"""What payers want, learnt from their denials, as administrators and specialists edit it."""

from collections.abc import Mapping
from typing import Any

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.common import drafts_of
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.payer_rules import MODIFIER, PLACE, PayerRule

WANTED = {
    "say": "nothing: it only says so",
    "authorization": "an authorization number",
    "modifier": "all of these modifiers",
    "place": "one of these places",
    "referring": "a referring provider",
}
STRICTNESS = {"soft": "a warning", "hard": "an error: it is not sent"}


def _a_value(values: Mapping[str, Any]) -> Mapping[str, str]:
    wanted, value = values.get("wanted"), (values.get("value") or "").split()
    if wanted == MODIFIER:
        problem = checks.known_modifiers(" ".join(value)) if value else "names the modifiers, as HM"
    elif wanted == PLACE:
        problem = checks.places_of_service(" ".join(value)) if value else "names the places, as 11"
    else:
        problem = "is only for modifiers and places" if value else ""
    return {"value": problem} if problem else {}


PAYER_RULE = RecordKind(
    "payer_rule",
    "payer rule",
    PayerRule,
    (
        Field("payer", "Payer", "reference", section="Which lines", reference="payer"),
        Field(
            "procedure_codes",
            "Procedure codes",
            "code",
            section="Which lines",
            codes="procedure",
            many=True,
            normalise=checks.codes,
            check=checks.procedures,
        ),
        Field(
            "modifiers",
            "With the modifiers",
            "code",
            section="Which lines",
            codes="modifier",
            many=True,
            normalise=checks.codes,
            check=checks.known_modifiers,
        ),
        Field(
            "places",
            "Places of service",
            "code",
            section="Which lines",
            codes="place of service",
            many=True,
            normalise=checks.codes,
            check=checks.places_of_service,
        ),
        Field(
            "rendering",
            "Rendering",
            "reference",
            section="Which lines",
            reference="practitioner",
        ),
        Field("active", "In force", "flag", section="Which lines"),
        Field("wanted", "They need", "choice", True, "What", WANTED),
        Field("value", "Which", "code", section="What", normalise=checks.codes),
        Field("words", "Said so", "text", True, "What", longest=200),
        Field("strictness", "It is", "choice", True, "What", STRICTNESS),
        Field("reason", "Learnt from", "code", section="What", normalise=checks.upper),
    ),
    title_sql="t.words",
    detail_sql="t.procedure_codes",
    search_sql=("t.words", "t.procedure_codes"),
    checks=(_a_value,),
    claims_sql=drafts_of("payer_rule", "t.payer_id IS NULL OR c.payer_id = t.payer_id"),
)

KINDS = (PAYER_RULE,)
