"""What the remittances that stand say of a claim: its adjudication, and what was allowed.

Computed from the ledger and the standing remittances alone, never from the last event, so that
taking a remittance back leaves the claim as it was before it came.
"""

from collections.abc import Iterable, Sequence

from peewee import Database

from rcm_tui.billing.cases.totals import refresh_totals_of_claims
from rcm_tui.billing.claims.voiding import settle_voids
from rcm_tui.billing.denials.open_denials import refresh_denials
from rcm_tui.billing.invoices.answered import follow_answers
from rcm_tui.billing.ledger import sum_balances
from rcm_tui.billing.remittances.entries import DENIED
from rcm_tui.billing.remittances.standing import Standing, standing_remittances
from rcm_tui.data.bulk import chunked, read_by_keys, read_rows
from rcm_tui.data.codes.treatments import denies
from rcm_tui.data.tables.claims import UNDER_CONTRACT, Claim, ClaimLine
from rcm_tui.data.work import Work

REJECTED = "rejected"


def adjudication(
    standing: Sequence[Standing],
    payer_balance: int,
    patient_balance: int,
    adjusted: int,
    hidden: bool = False,
) -> str:
    """What the standing remittances made of a claim, in cents.

    Balances are those that the payer's answers left: without what was decided here since
    (`decided_since`), so that writing a denial off does not make it paid.
    Paid: nothing is open at the payer, also when all went to the patient, and no line that was
    paid too much hides a denied one (`hidden`). Overpaid: less than nothing. Denied: something is
    open, and nothing was paid or moved to the patient.
    """
    if not standing:
        return "pending"
    if payer_balance < 0:
        return "overpaid"
    if payer_balance == 0:
        return "partially paid" if hidden else "paid"
    if any(remittance.paid for remittance in standing):
        return "partially paid"
    if standing[-1].status_code == DENIED:
        return "denied"
    if patient_balance:
        return "partially paid"
    return "denied" if sum(remittance.charge for remittance in standing) > adjusted else "pending"


def decided_since(database: Database, claims: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Claim → cents that came onto its payer's and its patient's balance by what was decided here.

    That is written off, moved between payer and patient or on to a next payer, and paid by the
    patient. Claims of which nothing was decided are left out.
    """
    found: dict[int, tuple[int, int]] = {}
    for chunk in chunked(claims):
        keys = ", ".join(str(int(key)) for key in chunk)
        # Few claims have any: they are found by their journals before an entry is read.
        decided = read_rows(
            database,
            f"SELECT claim_id FROM journal WHERE claim_id IN ({keys}) AND kind IN ({OURS})"
            f" UNION SELECT billed_after_id FROM claim WHERE billed_after_id IN ({keys})",
        )
        for claim, payer, patient in read_by_keys(database, SINCE, [key for (key,) in decided]):
            found[claim] = payer, patient
    return found


OURS = (
    "'write-off', 'write-off reversal', 'application', 'application reversal', 'transfer',"
    " 'refund', 'refund reversal'"
)
# What opens a claim to a further payer is a transfer too, but what that payer was asked for.
SINCE = f"""
SELECT e.claim_id,
  CAST(SUM(CASE e.account WHEN 'payer receivable' THEN e.amount ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE e.account WHEN 'patient receivable' THEN e.amount ELSE 0 END) AS BIGINT)
FROM entry AS e JOIN journal AS j ON j.id = e.journal_id
WHERE e.claim_id IN ({{keys}}) AND j.kind IN ({OURS}) AND NOT (
  j.kind = 'transfer' AND j.claim_id = e.claim_id AND EXISTS (SELECT 1 FROM entry AS opened
  WHERE opened.journal_id = j.id AND opened.claim_id = e.claim_id AND opened.account = 'charges'))
GROUP BY e.claim_id
"""


def refresh_claims(work: Work, claims: Iterable[int]) -> dict[int, str]:
    """Brings balances, allowed amounts and adjudication of claims up to date, in bulk.

    The payer's claim control number becomes that of the newest standing remittance; when none
    stands it is kept, since the payer still knows the claim by it. Returns the adjudications.
    """
    result: dict[int, str] = {}
    for chunk in chunked(claims):
        sum_balances(work, chunk)
        standing = standing_remittances(work.database, chunk)
        _refresh_lines(work, chunk, standing)
        refresh_underpaid(work.database, chunk)
        since = decided_since(work.database, chunk)
        hiding = {claim for (claim,) in read_by_keys(work.database, HIDING, chunk)}
        rows = []
        for claim, payer, patient, adjusted, number, acknowledgement in read_by_keys(
            work.database,
            "SELECT id, payer_balance, patient_balance, adjusted, payer_claim_control_number,"
            " acknowledgement FROM claim WHERE id IN ({keys})",
            chunk,
        ):
            of_claim = standing.get(claim, [])
            to_payer, to_patient = since.get(claim, (0, 0))
            result[claim] = adjudication(
                of_claim, payer - to_payer, patient - to_patient, adjusted, claim in hiding
            )
            if not of_claim and acknowledgement == REJECTED:
                result[claim] = "none"  # what was refused on arrival waits for no decision
            for remittance in of_claim:
                number = remittance.payer_claim_control_number or number
            answered_at = of_claim[-1].received_at if of_claim else None
            rows.append((result[claim], number, answered_at, claim))
        work.update(Claim, ("adjudication", "payer_claim_control_number", "answered_at"), rows)
        settle_voids(work, chunk)
        refresh_totals_of_claims(work, chunk)
        follow_answers(work, chunk)
        refresh_denials(work, chunk, standing)
    return result


def _refresh_lines(work: Work, claims: list[int], standing: dict[int, list[Standing]]) -> None:
    """Sets `allowed` and `denied` of claim lines to what the newest standing remittances say.

    What is allowed is told by the newest that has a price for the line; what it leaves open for a
    reason by the newest that speaks of the line at all.
    """
    remittances = sorted(one.id for of_claim in standing.values() for one in of_claim)
    before: dict[int, tuple[int | None, int]] = {}
    for line, allowed, denied in read_by_keys(
        work.database,
        "SELECT id, allowed, denied FROM claim_line WHERE claim_id IN ({keys})"
        " AND (allowed IS NOT NULL OR denied <> 0)",
        claims,
    ):
        before[line] = allowed, denied
    left_open = dict[int, int](read_by_keys(work.database, LEFT_OPEN, remittances))
    now: dict[int, tuple[int | None, int]] = dict.fromkeys(before, (None, 0))
    for key, line, allowed in read_by_keys(
        work.database,
        "SELECT id, claim_line_id, allowed FROM remittance_line WHERE remittance_id IN ({keys})"
        " AND claim_line_id IS NOT NULL ORDER BY remittance_id, id",
        remittances,
    ):
        last, _ = now.get(line, (None, 0))
        now[line] = last if allowed is None else allowed, left_open.get(key, 0)
    changed = [
        (allowed, denied, line)
        for line, (allowed, denied) in now.items()
        if before.get(line, (None, 0)) != (allowed, denied)
    ]
    work.update(ClaimLine, ("allowed", "denied"), changed)


HIDING = (
    "SELECT claim_id FROM claim_line WHERE claim_id IN ({keys})"
    " GROUP BY claim_id HAVING MAX(denied) > 0 AND MIN(payer_balance) < 0"
)
LEFT_OPEN = (
    "SELECT line_id, CAST(SUM(amount) AS BIGINT) FROM adjustment WHERE remittance_id IN ({keys})"
    f" AND line_id IS NOT NULL AND {denies('adjustment')} GROUP BY line_id"
)


def refresh_underpaid(database: Database, claims: Iterable[int]) -> None:
    """Sets what claims are under contract to the sum over their lines."""
    for chunk in chunked(claims):
        keys = ", ".join(str(int(key)) for key in chunk)
        database.execute_sql(
            "UPDATE claim SET underpaid = sums.short FROM (SELECT claim_id, CAST(COALESCE(SUM(CASE"
            f" WHEN {UNDER_CONTRACT} > 0 THEN {UNDER_CONTRACT} END), 0) AS BIGINT) AS short"
            f" FROM claim_line WHERE claim_id IN ({keys}) GROUP BY claim_id) AS sums"
            " WHERE claim.id = sums.claim_id AND claim.underpaid <> sums.short"
        )
