"""Days between dates in SQL that SQLite and PostgreSQL read alike.

The store keeps dates as ISO text, and the two databases have no date function in common; the
Julian day number needs only whole-number division, which both cut off towards zero.
"""


def day_number(expression: str) -> str:
    """SQL for the Julian day number of ISO text (a date, or a moment whose day is meant)."""
    year = f"CAST(substr({expression}, 1, 4) AS INTEGER)"
    month = f"CAST(substr({expression}, 6, 2) AS INTEGER)"
    day = f"CAST(substr({expression}, 9, 2) AS INTEGER)"
    shift = f"(({month} - 14) / 12)"
    return (
        f"((1461 * ({year} + 4800 + {shift})) / 4"
        f" + (367 * ({month} - 2 - 12 * {shift})) / 12"
        f" - (3 * (({year} + 4900 + {shift}) / 100)) / 4"
        f" + {day} - 32075)"
    )


def days_since(expression: str) -> str:
    """SQL for how many days before today a date lies."""
    return f"({day_number(':today')} - {day_number(expression)})"
