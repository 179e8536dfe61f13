"""The table of role, action and business unit in docs/rights.md, made from the table of rights.

`python -m tests.rights_table` writes it there.
"""

from rcm_tui.billing.rights import ANY, OWN, PEOPLE, RIGHTS, WHOLE
from tests.documents import Part

PART = Part(
    "docs/rights.md",
    "<!-- every right: written by python -m tests.rights_table -->\n",
    "<!-- end of every right -->\n",
)
UNITS = {OWN: "of their units", WHOLE: "no", ANY: "yes"}


def rights_table() -> str:
    """One row an action: who may, and whether people who are limited to business units may."""
    lines = [
        f"| action | {' | '.join(PEOPLE)} | limited to units |",
        "|---|" + ":-:|" * len(PEOPLE) + "---|",
    ]
    for right in RIGHTS:
        marks = " | ".join("✓" if role in right.roles else "" for role in PEOPLE)
        lines.append(f"| {right.action} | {marks} | {UNITS[right.reach]} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PART.write(rights_table())
