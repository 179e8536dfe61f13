"""An answer in a few lines, under its queue."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from textual.content import Content

from rcm_tui.data.records.answers import Response
from rcm_tui.screens.words import count_of, field_line, moment_text, signed
from rcm_tui.widgets.written import folded, written


def preview_of(said: Response, zone: ZoneInfo, width: int) -> list[Content]:
    """What was answered, by whom and in which file; their words whole, and ours."""
    codes = " ".join(filter(None, said.codes))
    about = said.claim_number or said.sent_file or said.named
    part = f" set {said.set_control_number}" if said.set_control_number else ""
    answer = signed("done", "accepted") if said.accepted else signed("failed", "rejected")
    lines = [
        written(
            (f"{about}{part}", "bold"),
            "  ",
            answer,
            f" by the {said.source} in a {said.kind} {codes}"
            f" · {count_of(said.claims, ('claim', 'claims'))}",
        )
    ]
    if said.words:
        lines += folded(field_line("Means"), said.words, width - 4)
    if said.text:
        lines += folded(field_line("They say"), said.text, width - 4)
    if said.note:
        lines += folded(field_line("But"), f"it changed nothing: {said.note}", width - 4)
    where = f" in {said.file_name}" if said.file_name else " by phone"
    lines.append(field_line("Came", f"{moment_text(said.received_at, zone)}{where}"))
    return lines
