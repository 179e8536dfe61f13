"""How money and days are written on statements."""

import datetime

from rcm_tui.data.fields import dollars


def money(cents: int) -> str:
    """`1,204.50`; a credit in brackets."""
    return f"{dollars(cents):,}" if cents >= 0 else f"({dollars(-cents):,})"


def day(iso: str) -> str:
    """`03/16/2026`, of two days joined by "to" both, of none nothing."""
    return " to ".join(
        datetime.date.fromisoformat(one).strftime("%m/%d/%Y") for one in iso.split(" to ") if one
    )
