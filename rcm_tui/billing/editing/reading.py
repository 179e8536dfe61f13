"""Reading a record for a form: values, version, what references and codes mean, and its lock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.codes.words import word_of


@dataclass(frozen=True, slots=True)
class Record:
    """A record as a form needs it.

    `values` are by field, as `field.Kind` says. `labels` say in words what references, choices
    and codes mean. `locked` is why it cannot be edited and what to do, "" when it can.
    """

    kind: str
    id: int
    version: int
    title: str
    values: dict[str, Any]
    labels: dict[str, str]
    locked: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the store holds it: raw values by field."""

    id: int
    version: int
    title: str
    locked: str
    raw: dict[str, Any]


def record(database: Database, kind: str, key: int) -> Record:
    """A record for its form. Raises Refused when there is none (any more)."""
    declared = KINDS[kind]
    found = stored_records(database, declared, [key])
    if key not in found:
        raise Refused(f"there is no {declared.label} {key}: it was deleted, or never there")
    one = found[key]
    values = {name: python_value(declared, name, raw) for name, raw in one.raw.items()}
    labels = labels_of(database, declared, values)
    return Record(kind, key, one.version, one.title, values, labels, one.locked)


def stored_records(database: Database, kind: RecordKind, keys: Iterable[int]) -> dict[int, Stored]:
    """Records by key, as the store holds them; keys without a record are left out."""
    if kind.own is not None:
        names = [field.name for field in kind.fields]
        return {
            key: Stored(key, version, title, locked, dict(zip(names, raw, strict=True)))
            for key, version, title, locked, raw in kind.own.read(database, keys)
        }
    columns = "".join(f', t."{column}"' for column in kind.columns())
    locks = f", {kind.locked_sql}" if kind.locked_sql else ""
    names = [field.name for field in kind.fields]
    found = {}
    listed = f"t.id, {_version(kind)}, {kind.title_sql}{columns}{locks}"
    for key, version, title, *rest in read_by_keys(
        database,
        f'SELECT {listed} FROM "{kind.table_name}" t {kind.locked_from} WHERE t.id IN ({{keys}})',
        keys,
    ):
        raw = dict(zip(names, rest, strict=False))
        locked = kind.locked(*rest[len(names) :]) if kind.locked else ""
        found[key] = Stored(key, version, title, locked, raw)
    return found


def _version(kind: RecordKind) -> str:
    return "t.version" if "version" in kind.table._meta.combined else "1"


def python_value(kind: RecordKind, name: str, raw: Any) -> Any:
    """A value of the store as `field.Kind` says."""
    return raw if kind.field(name).reference else kind.column(name).python_value(raw)


def raw_value(kind: RecordKind, name: str, value: Any) -> Any:
    """A value as the store holds it."""
    return value if kind.field(name).reference else kind.column(name).db_value(value)


def labels_of(database: Database, kind: RecordKind, values: Mapping[str, Any]) -> dict[str, str]:
    """What references, choices and codes mean, by field; for those that have a meaning to tell."""
    labels = {}
    for name, value in values.items():
        field = kind.field(name)
        if field.reference and value is not None:
            labels[name] = titles(database, KINDS[field.reference], [value]).get(value, "")
        elif field.choices:
            labels[name] = field.choices.get(value, "")
        elif field.codes and value:
            labels[name] = code_label(field, value)
    return {name: label for name, label in labels.items() if label}


def titles(database: Database, kind: RecordKind, keys: Sequence[int]) -> dict[int, str]:
    """What people call records, by key."""
    sql = f'SELECT t.id, {kind.title_sql} FROM "{kind.table_name}" t WHERE t.id IN ({{keys}})'
    return {key: str(title) for key, title in read_by_keys(database, sql, keys)}


def code_label(field: Field, value: str) -> str:
    """Codes in words, those that have some; several parted by semicolons."""
    codes = value.split() if field.many else [value]
    return "; ".join(word for code in codes if (word := word_of(field.codes, code)))
