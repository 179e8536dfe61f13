from zoneinfo import ZoneInfo

import pytest

from rcm_tui.data.queues.queue import Choice, Column, Value, Viewer
from rcm_tui.data.queues.value_text import money_text, units_text, value_text
from tests.data.queues.bills import TODAY

VIEWER = Viewer(TODAY, zone=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("kind", "width", "value", "text"),
    [
        ("text", 10, "Okafor", "Okafor"),
        ("text", 10, None, "–"),
        ("code", 10, 12, "12"),
        ("money", 10, 144000, "1,440.00"),
        ("money", 10, 0, "0.00"),
        ("money", 10, -5, "-0.05"),
        ("count", 10, 1234567, "1,234,567"),
        ("units", 10, 2500, "2.5"),
        ("units", 10, 12000, "12"),
        ("units", 10, -250, "-0.25"),
        ("date", 10, "2026-10-02", "10/02/2026"),
        ("date", 5, "2026-10-02", "10/02"),
        ("date", 10, "", ""),
        ("date", 10, "someday", "someday"),
        ("datetime", 16, "2026-11-20T03:30:00.000000Z", "11/19/2026 22:30"),
        ("datetime", 11, "2026-11-20T17:05:00.000000Z", "11/20 12:05"),
        ("datetime", 16, "2026-11-20 17:05", "11/20/2026 12:05"),
        ("datetime", 16, "never", "never"),
        ("age", 5, "2026-09-18", "63 d"),
        ("age", 5, "x", "x"),
        ("state", 10, "denied", "Denied"),
        ("state", 10, "odd", "odd"),
        ("money", 10, "much", "much"),
    ],
)
def test_values_as_people_read_them(kind: str, width: int, value: Value, text: str) -> None:
    choices = (Choice("denied", "Denied", "failed"),)
    column = Column("x", "x", "x", kind, width, choices=choices)  # type: ignore[arg-type]
    assert value_text(column, value, VIEWER) == text


def test_figures() -> None:
    assert money_text(-123456789) == "-1,234,567.89"
    assert units_text(1_234_001) == "1,234.001"
