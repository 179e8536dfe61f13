"""Colours for long days: calm ground, one thing that has the eye, states told by words as well."""

from textual.theme import Theme

LONG_DAY = Theme(
    name="long-day",
    dark=True,
    primary="#2f5d8f",  # the cursor
    secondary="#8db4de",  # keys and titles
    accent="#e3b862",  # marks
    foreground="#d3d7dc",
    background="#14171b",
    surface="#1c2026",
    panel="#2a3039",
    success="#7fb98a",
    warning="#dba15a",
    error="#e07a74",
    # Plain colours: the usual ones are relative to a background that a piece of a line lacks.
    variables={"text-muted": "#98a0ab", "text-disabled": "#6f7680"},
)

STYLES = {
    "open": "$secondary",
    "done": "$success",
    "failed": "$error",
    "partly": "$warning",
    "waiting": "$text-muted",
    "warning": "$warning",
    "clock": "$warning",
    "": "",
}
"""The colour of a state's sign; the sign itself says the same."""
