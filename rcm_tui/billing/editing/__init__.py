"""Editing records of every kind: declared in `declared/`, saved by the same few functions."""

from rcm_tui.billing.editing.adding import Added, add, blank, remove
from rcm_tui.billing.editing.choices import Choice, choices
from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.billing.editing.merging import Clash, Conflict
from rcm_tui.billing.editing.places import Place, place_of
from rcm_tui.billing.editing.reading import Record, record
from rcm_tui.billing.editing.revalidation import ChangedClaim
from rcm_tui.billing.editing.saving import Saved, SharedEdit, save, save_many
from rcm_tui.billing.editing.values import Invalid

__all__ = [
    "KINDS",
    "Added",
    "ChangedClaim",
    "Choice",
    "Clash",
    "Conflict",
    "Field",
    "Invalid",
    "Place",
    "Record",
    "RecordKind",
    "Saved",
    "SharedEdit",
    "add",
    "blank",
    "choices",
    "place_of",
    "record",
    "remove",
    "save",
    "save_many",
]
