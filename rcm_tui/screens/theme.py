"""Colours for long days: calm ground, one thing that has the eye, states told by words as well."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
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

LIGHT = Theme(
    name="light",
    dark=False,
    primary="#b9d2ee",
    secondary="#1f5c99",
    accent="#7a4a00",
    foreground="#1b2026",
    background="#fbfaf7",
    surface="#eeece6",
    panel="#dcdad2",
    success="#1f6b33",
    warning="#8a4b00",
    error="#a8231c",
    variables={"text-muted": "#555c66", "text-disabled": "#7b828c", "text": "#1b2026"},
)

HIGH_CONTRAST = Theme(
    name="high-contrast",
    dark=True,
    primary="#0000d7",
    secondary="#5fffff",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#1c1c1c",
    panel="#444444",
    success="#5fff5f",
    warning="#ffaf00",
    error="#ff8787",
    variables={"text-muted": "#d0d0d0", "text-disabled": "#a8a8a8", "text": "#ffffff"},
)

OUR_THEMES = {theme.name: theme for theme in (LONG_DAY, LIGHT, HIGH_CONTRAST)}
TITLES = {
    LONG_DAY.name: "Long day: calm and dark",
    LIGHT.name: "Light: dark letters on paper",
    HIGH_CONTRAST.name: "High contrast: white on black",
}


class WithoutColour(LineFilter):
    """Takes every colour away where NO_COLOR asks for it; bold, underlined and turned stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, style.without_color if style else None, control)
            for text, style, control in segments
        ]


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
