"""The declarations: they fit the tables, and every finding of a claim leads to one of them."""

import pytest

from rcm_tui.billing.claims.rules import RULES
from rcm_tui.billing.claims.validation import Finding
from rcm_tui.billing.editing import KINDS, RecordKind, place_of, record
from rcm_tui.billing.editing.reading import stored_records
from rcm_tui.billing.undo import TABLES
from rcm_tui.data.store import Store
from tests.practice_builder import small_practice


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_fits_its_table(kind: RecordKind) -> None:
    assert TABLES[kind.name] is kind.table
    assert kind.table_name == kind.name
    names = [field.name for field in kind.fields]
    assert len(set(names)) == len(names)
    for field in kind.fields:
        column = kind.column(field.name)
        allowed = getattr(column, "allowed", None)
        if allowed is not None:
            assert set(field.choices) == set(allowed), field.name
        if field.reference:
            assert column.rel_model._meta.table_name == field.reference
            assert column.null or field.required
        if column.unique:
            assert (field.name,) in kind.unique
        assert not field.within or field.within in names
    if kind.fields:
        assert "version" in kind.table._meta.combined
    for group in kind.unique:
        assert set(group) <= set(names)


def test_every_kind_can_be_read(store: Store) -> None:
    practice = small_practice()
    practice.add_claim()
    for kind in KINDS.values():
        keys = [row.id for row in kind.table.select()]
        found = stored_records(store.database, kind, keys)
        assert list(found) == keys
        for key in keys:
            one = record(store.database, kind.name, key)
            assert one.title
            assert set(one.values) == {field.name for field in kind.fields}


def test_every_finding_leads_to_a_place(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim(referring=practice.referring)
    for rule in RULES.values():
        place = place_of(store.database, claim.id, Finding(rule.id, "error", rule.field, 1, ""))
        kind = KINDS[place.kind]
        assert kind.table.get_or_none(kind.table.id == place.id) is not None
        if place.field:
            kind.field(place.field)
        elif place.among:
            assert place.among in KINDS
        else:
            assert rule.field in ("claim.patient_control_number", "claim.coordination")


def test_what_is_missing_is_chosen_on_the_claim(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim(coverage=None, payer=None, rendering=None)
    for field, chosen in (
        ("payer.payer_id", "coverage"),
        ("coverage.member_id", "coverage"),
        ("rendering.npi", "rendering"),
    ):
        place = place_of(store.database, claim.id, Finding("r", "error", field, None, ""))
        assert (place.kind, place.id, place.field) == ("claim", claim.id, chosen)
