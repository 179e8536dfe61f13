"""The policies that a practice begins with. None acts until an administrator switches it on.

Six years are asked for documentation by 45 CFR 164.316(b)(2)(i); ten by 42 CFR 422.504(d) and
438.3(u) of Medicare Advantage and Medicaid managed care. The others are ours.
"""

from rcm_tui.data.before_images import KEPT_DAYS
from rcm_tui.data.tables.purging import (
    ANSWER_FILES,
    ATTACHMENTS,
    DRAFTS,
    RUNS,
    SENT_FILES,
    UNDO,
    PurgePolicy,
)

MANAGED_CARE = "42 CFR 422.504(d), 438.3(u): ten years"
DOCUMENTATION = "45 CFR 164.316(b)(2)(i): six years"
OURS = "ours"
POLICIES = (
    (ANSWER_FILES, 120, MANAGED_CARE),
    (SENT_FILES, 120, MANAGED_CARE),
    (ATTACHMENTS, 120, MANAGED_CARE),
    (RUNS, 72, DOCUMENTATION),
    (UNDO, 1, f"{OURS}: nothing is taken back after {KEPT_DAYS} days"),
    (DRAFTS, 6, OURS),
)


def insert_purge_policies() -> None:
    """Makes the policies, switched off."""
    for kept, months, basis in POLICIES:
        PurgePolicy.create(kept=kept, months=months, basis=basis)
