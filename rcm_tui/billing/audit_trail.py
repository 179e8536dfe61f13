"""Reading and proving the audit trail, which is on record itself (45 CFR 164.312(b))."""

from rcm_tui.billing.rights import READ_AUDIT, needs
from rcm_tui.data.audit import Proof
from rcm_tui.data.personal.recents import READ
from rcm_tui.data.work import Work

TRAIL = "audit_record"


@needs(READ_AUDIT)
def read_trail(work: Work, view: str, filter: str) -> None:
    """Who acts is about to read this part of the audit trail: the opening is recorded.

    Raises Refused for roles that may not.
    """
    work.record(READ, TRAIL, None, view=view, filter=filter)


@needs(READ_AUDIT)
def record_proof(work: Work, proof: Proof) -> None:
    """Keeps that the chain was proven, how far, and the first record that was wrong."""
    work.record(
        "audit trail verified",
        TRAIL,
        None,
        records=proof.records,
        of=proof.total,
        whole=proof.whole,
        wrong=proof.breaks[:1],
    )
