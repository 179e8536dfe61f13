"""The billing export: charges as csv for another billing system, in the columns it is known by."""

import csv
import datetime
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from rcm_tui.billing.charges.external import (
    ExportChoice,
    ExternalCharge,
    exportable,
    external_charges,
)
from rcm_tui.billing.outcome import Left
from rcm_tui.data.actor import Actor
from rcm_tui.data.plain import HOSTILE, REPLACEMENT
from rcm_tui.data.queues.text_formats import FORMULA_STARTS
from rcm_tui.data.spans import spans
from rcm_tui.data.store import Store
from rcm_tui.data.target import refuse_unwritable
from rcm_tui.exchange.charge_files import name_for_days, recorded_file

COLUMNS = (
    "Charge Item Name",
    "Modifiers",
    "Place of Service",
    "Location Type",
    "Telecare",
    "Business Unit",
    "Billable Units",
    "Patient First Name",
    "Patient Last Name",
    "Patient MRN",
    "Practitioner First Name",
    "Practitioner Last Name",
    "Practitioner Qualification",
    "Start Date and Time",
    "End Date and Time",
    "Duration",
    "Billing Unit Type",
    "Procedure Code",
    "Authorization #",
    "Rendering Provider",
    "Rendering Provider NPI",
)


@dataclass(slots=True)
class BillingExport:
    """An export that was written: the charges in it, and what of the choice was left out."""

    path: Path
    charges: list[int] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def export_billing(
    store: Store,
    actor: Actor,
    choice: ExportChoice,
    target: Path,
    *,
    replace: bool = False,
    now: datetime.datetime | None = None,
) -> BillingExport:
    """Writes charges to a csv file, and that it was done to the audit trail.

    Nothing is marked: `mark_billed_externally` does that once the person says so. Blocks; belongs
    on a thread. From a screen, `target` comes of `safe_target`. Raises TargetRefused when no file
    can be put there.
    """
    refuse_unwritable(target, replace=replace)
    keys, left = exportable(store.database, choice)
    action = "charges exported for billing"
    details = {"again": choice.again, "ids": spans(keys), "rows": len(keys), "format": "csv"}
    with recorded_file(store, actor, now, target, action, choice, **details) as file:
        _write(file, external_charges(store.database, keys))
    return BillingExport(target, keys, left)


def suggested_name(choice: ExportChoice) -> str:
    """A file name such as `billing-2026-03-02-2026-03-08.csv`."""
    return name_for_days("billing", choice, ".csv")


def _write(file: BinaryIO, charges: Iterable[ExternalCharge]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for charge in charges:
            writer.writerow([_cell(value) for value in charge])
    finally:
        text.detach()


def _cell(value: object) -> object:
    """Yes or no in words, moments as local ISO time, and never the start of a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(" ", "minutes")
    if not isinstance(value, str):
        return value
    text = HOSTILE.sub(REPLACEMENT, value)
    return "'" + text if text.lstrip(" ").startswith(FORMULA_STARTS) else text
