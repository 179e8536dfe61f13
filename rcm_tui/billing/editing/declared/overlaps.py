"""Which services a payer pays for at the same time: the matrix that approval warns by."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from peewee import Database

from rcm_tui.billing.editing.declared.payers import OF_PAYER, PAYER_FIELD, PROCEDURE
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.overlaps import ConcurrentService

WHO = {
    "patient": "one patient, two practitioners",
    "practitioner": "one practitioner, two patients",
}


def said_already(
    database: Database, edits: Sequence[tuple[int, Mapping[str, Any]]]
) -> dict[int, dict[str, str]]:
    """Two codes are one pair in either order: a payer says one thing of it."""
    edited = {key for key, _ in edits}
    known: dict[tuple[Any, ...], int] = {
        (payer, who, frozenset(codes)): key
        for key, payer, who, *codes in read_by_keys(
            database,
            "SELECT id, payer_id, who, procedure_code, other_code FROM concurrent_service"
            " WHERE payer_id IN ({keys})",
            sorted({values["payer"] for _, values in edits}),
        )
        if key not in edited
    }
    wrong = {}
    for key, values in edits:
        one, other = values["procedure_code"], values["other_code"]
        pair = (values["payer"], values["who"], frozenset((one, other)))
        if known.setdefault(pair, key) != key:
            wrong[key] = {
                "other_code": f"And {other} with {one} is there already: edit that one instead."
            }
    return wrong


CONCURRENT_SERVICE = RecordKind(
    "concurrent_service",
    "concurrent service",
    ConcurrentService,
    (
        PAYER_FIELD,
        Field("who", "At once has", "choice", True, choices=WHO),
        replace(PROCEDURE, label="Procedure code", changes_claims=False),
        replace(PROCEDURE, name="other_code", label="And", changes_claims=False),
        Field("allowed", "Is paid", "flag", changes_claims=False),
    ),
    title_sql="t.procedure_code || ' with ' || t.other_code",
    detail_sql=OF_PAYER,
    fits=(said_already,),
)

KINDS = (CONCURRENT_SERVICE,)
