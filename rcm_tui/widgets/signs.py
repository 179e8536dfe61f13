"""The signs of states, with an ASCII twin each for terminals that cannot draw them."""

from __future__ import annotations

import locale
import os

SIGNS: dict[str, tuple[str, str]] = {
    "open": ("●", "*"),
    "done": ("✓", "+"),
    "failed": ("✗", "x"),
    "partly": ("◐", "%"),
    "waiting": ("…", "~"),
    "warning": ("⚠", "!"),
    "clock": ("⏲", "@"),
    "cursor": ("▸", ">"),
    "marked": ("■", "#"),
    "ascending": ("▲", "^"),
    "descending": ("▼", "v"),
    "note": ("✎", "n"),
    "call": ("☎", "T"),
    "email": ("✉", "M"),
    "task": ("☐", "o"),
    "appointment": ("◷", "d"),
    "file": ("▤", "F"),
    "event": ("⚙", "="),
}


def sign(name: str, ascii_only: bool = False) -> str:
    """The sign of this name, one cell wide; nothing for a state without one."""
    return SIGNS[name][ascii_only] if name else ""


def ascii_wanted() -> bool:
    """Whether the terminal should get ASCII signs: RCM_TUI_ASCII, or a locale without UTF-8."""
    if asked := os.environ.get("RCM_TUI_ASCII"):
        return asked not in ("0", "false", "no")
    return "utf" not in (locale.getencoding() or "").lower()
