"""Columns that stand: their heights are in the proportion of the figures."""

from rcm_tui.widgets.columns_chart import COLUMN, WIDTH, columns_chart

EIGHTHS = " ▁▂▃▄▅▆▇█"


def heights(rows: list[str], count: int) -> list[int]:
    """Eighths of a row that each column is high."""
    return [
        sum(EIGHTHS.index(row.ljust(count * WIDTH)[place * WIDTH]) for row in rows)
        for place in range(count)
    ]


def test_the_greatest_fills_the_chart_and_the_others_their_part() -> None:
    rows = columns_chart([0, 1, 100, 200, 400], 5)
    assert heights(rows, 5) == [0, 1, 10, 20, 40]
    assert all(len(row) <= 5 * WIDTH for row in rows)


def test_a_dozen_fit_into_eighty_characters() -> None:
    assert max(len(row) for row in columns_chart([1] * 12, 3)) <= 80


def test_plain_letters_where_blocks_cannot_be_drawn() -> None:
    rows = columns_chart([4, 2, 0], 2, ascii_only=True)
    assert rows == ["#" * COLUMN, "#" * COLUMN + "  " + "#" * COLUMN]
    assert "".join(rows).isascii()


def test_nothing_at_all_is_an_empty_chart() -> None:
    assert columns_chart([0, 0], 3) == ["", "", ""]
    assert columns_chart([], 2) == ["", ""]
