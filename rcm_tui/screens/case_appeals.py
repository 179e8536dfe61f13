"""The tab Appeals of a case: what was asked of payers for its claims, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rcm_tui.data.records.appeal import appeals_of_case
from rcm_tui.screens import appeal_lines
from rcm_tui.screens.case_part import CasePart

if TYPE_CHECKING:
    from rcm_tui.screens.case import CaseScreen


def _open(screen: CaseScreen, key: Any) -> None:
    if isinstance(key, tuple) and key[0] == "appeal":
        screen.workstation.open_record("appeal", key[1])


PART = CasePart(
    "appeals",
    "Appeals",
    lambda shown: appeal_lines.of_claims(shown.read["appeals"], shown.today, shown.width),
    lambda shown: str(len(shown.read["appeals"]) or ""),
    read=appeals_of_case,
    open=_open,
)
