import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rcm_tui.data.queues.queue import Order
from rcm_tui.widgets.column_layout import ColumnLayout
from tests.widgets.rows import LETTERS, ORDER, VIEWER, letter


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (120, ["number", "patient", "payer", "status", "balance", "owner"]),
        (64, ["number", "patient", "payer", "status", "balance", "owner"]),
        (63, ["number", "patient", "payer", "status", "balance"]),
        (56, ["number", "patient", "short payer", "status", "balance"]),
        (48, ["number", "patient", "short payer", "balance"]),
        (38, ["number", "patient", "balance"]),
        (20, ["number", "patient", "balance"]),
    ],
)
def test_columns_leave_by_priority(width: int, names: list[str]) -> None:
    layout = ColumnLayout.fit(LETTERS, width)
    shown = [("short " if s.short else "") + s.column.name for s in layout.shown]
    assert shown == names


@given(st.integers(0, 200), st.text(max_size=30), st.booleans())
def test_every_line_is_as_wide_as_the_table(width: int, patient: str, ascii_only: bool) -> None:
    layout = ColumnLayout.fit(LETTERS, width, ascii_only)
    assert cell_len(layout.line(letter(1, patient)[1], VIEWER)) == width
    assert cell_len(layout.header(ORDER)) == width


def test_figures_stand_under_each_other() -> None:
    layout = ColumnLayout.fit(LETTERS, 64)
    lines = [
        layout.header(ORDER),
        layout.line(letter(1)[1], VIEWER),
        layout.line(("L-2", "山田太郎", None, "paid", -5, None, None), VIEWER),
        layout.line(
            ("L-3", "[/oops]\x1b[31m", "Magellan Health Care", "odd", 123456789, "", "M"), VIEWER
        ),
    ]
    assert [line.rstrip() for line in lines] == [
        "letter   patient        payer        status      ▼balance owner",
        "L-1      Okafor, Ada    Aetna        ✗ Denied    1,439.99 maria",
        "L-2      山田太郎       –            ✓ Paid         -0.05 –",
        "L-3      [/oops]�[31m   Magellan He… odd       1,234,567…",
    ]


def test_signs_have_an_ascii_twin() -> None:
    layout = ColumnLayout.fit(LETTERS, 70, ascii_only=True)
    assert "x Denied" in layout.line(letter(1)[1], VIEWER)
    assert layout.header(Order.by("number")).startswith("letter^")


def test_the_column_under_a_click() -> None:
    layout = ColumnLayout.fit(LETTERS, 63)
    columns = [layout.column_at(x) for x in (0, 7, 8, 9, 200)]
    assert [c and c.name for c in columns] == ["number", "number", None, "patient", None]
