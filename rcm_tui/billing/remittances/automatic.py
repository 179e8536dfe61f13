"""Whether a payment posts by itself: what its payer is set to, and what a person should look at."""

from rcm_tui.billing.remittances.alike import payments_alike
from rcm_tui.billing.remittances.entries import DENIED
from rcm_tui.billing.remittances.plan import PROCESSED
from rcm_tui.billing.remittances.treatment import OPEN, treatment
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.work import Work

NEVER, WITHOUT_DENIALS = "never", "without denials"


def reasons_to_look(work: Work, payment_id: int, payer_id: int | None) -> list[str]:
    """Why a payment that balances waits for a person, in sentences; none where it may post."""
    reasons = [
        f"it looks like {alike.words}: it may be posted already"
        for alike in payments_alike(work.database, payment_id)
    ]
    payer = Payer.get_or_none(Payer.id == payer_id)
    if payer is not None and payer.auto_post == NEVER:
        reasons.append(f"payments of {payer.name} are set to be looked at before they post")
    elif payer is not None and payer.auto_post == WITHOUT_DENIALS:
        denials = _denials(work, payment_id)
        if denials:
            reasons.append(
                f"it has denials ({', '.join(denials)}), and payments of {payer.name} with denials"
                " are set to be looked at before they post"
            )
    return reasons


def _denials(work: Work, payment_id: int) -> list[str]:
    """The group and reason codes by which a payment denies claims or lines; a few of them.

    A claim or line is denied when the payer says so (status 4), or when nothing is paid on it and
    something that no price, contract or patient's share explains is taken off.
    """
    statuses = ", ".join(f"'{status}'" for status in sorted(PROCESSED))
    found = {
        f"{group}-{reason}": None
        for group, reason, claim_denied in read_rows(
            work.database,
            "SELECT DISTINCT adjustment.group_code, adjustment.reason_code,"
            f" CASE WHEN remittance.status_code = '{DENIED}' THEN 1 ELSE 0 END"
            " FROM remittance JOIN adjustment ON adjustment.remittance_id = remittance.id"
            " LEFT JOIN remittance_line ON remittance_line.id = adjustment.line_id"
            f" WHERE remittance.payment_id = ? AND remittance.status_code IN ({statuses})"
            " AND adjustment.amount > 0"
            " AND COALESCE(remittance_line.paid, remittance.paid) = 0"
            " ORDER BY adjustment.group_code, adjustment.reason_code",
            payment_id,
        )
        if claim_denied or treatment(group, reason) == OPEN
    }
    if not found and read_rows(
        work.database,
        "SELECT 1 FROM remittance WHERE payment_id = ? AND status_code = ? LIMIT 1",
        payment_id,
        DENIED,
    ):
        return ["status 4"]
    codes = list(found)
    return codes[:5] + ([f"{len(codes) - 5} more"] if len(codes) > 5 else [])
