"""Every kind of table: what its rows are found by is among its columns, and each has a heading."""

from pathlib import Path

import pytest

from rcm_tui.exchange.tables.kinds import TableKind, folded, table_kinds

README = Path(__file__).parents[3] / "README.md"
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


def test_the_readme_names_every_kind() -> None:
    text = README.read_text(encoding="utf-8").partition("## Sessions and set-up from files")[2]
    listed = text.partition("```")[0]
    assert [kind for kind in KINDS if kind not in listed] == []
