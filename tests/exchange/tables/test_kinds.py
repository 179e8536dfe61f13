"""Every kind of table: what its rows are found by is among its columns, and each has a heading."""

import pytest

from rcm_tui.exchange.tables.kinds import TableKind, folded, table_kinds
from tests.documents import ROOT

KINDS = table_kinds()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_can_be_recognised_and_found_again(kind: TableKind) -> None:
    names = [column.name for column in kind.columns]
    assert len(set(names)) == len(names)
    assert {name for group in kind.keys for name in group} <= set(names)
    assert {name for either in kind.one_of for group in either for name in group} <= set(names)
    for column in kind.columns:
        assert kind.recognised(f" {column.name.upper()} ") == column.name
        assert kind.recognised(column.label)
        for word in column.words:
            assert word == folded(word)
            assert kind.recognised(word)
    assert not kind.missing(set(names))
    assert kind.missing(set())


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_labels_say_which_kind_it_is(kind: str) -> None:
    labels = [column.label for column in KINDS[kind].columns]
    found = {
        name: len({one.recognised(label) for label in labels} - {""}) for name, one in KINDS.items()
    }
    assert found[kind] == max(found.values())


def test_its_document_names_every_kind() -> None:
    listed = (ROOT / "docs/files.md").read_text(encoding="utf-8").partition("```")[0]
    assert [kind for kind in KINDS if kind not in listed] == []
