"""What was found wrong in a file that came in, up to a bound."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from rcm_tui.x12.findings import Finding, Severity

MOST = 1000


class Findings:
    """The findings of one file, in the order in which they came; what is over MOST is counted."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.more = 0

    def take(self, finding: Finding) -> None:
        """Adds a finding of a reader."""
        if len(self.kept) < MOST:
            self.kept.append(finding)
        else:
            self.more += 1

    def say(
        self, severity: Severity, reason: str, segment_number: int = 0, segment_id: str = ""
    ) -> None:
        """Adds a finding of ours; segment 0 means the file as a whole."""
        self.take(Finding(severity, segment_number, segment_id, reason))

    def all(self) -> list[Finding]:
        """All that was kept, and a last one that says how many were not."""
        if not self.more:
            return list(self.kept)
        last = Finding("warning", 0, "", f"{self.more} more findings are not listed.")
        return [*self.kept, last]


def to_json(findings: Iterable[Finding]) -> str:
    """Findings as the store keeps them."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False)
