"""What payers answered about a claim, and what that made of its ledger, as lines of its tabs."""

from __future__ import annotations

from collections import defaultdict
from zoneinfo import ZoneInfo

from textual.content import Content

from rcm_tui.data.codes.provider_adjustments import word_of_reason
from rcm_tui.data.records.claim import ClaimRecord
from rcm_tui.data.records.submission import LinkedAdjustment, PaidClaim
from rcm_tui.data.tables.ledger import PATIENT_RECEIVABLE, PAYER_RECEIVABLE
from rcm_tui.screens.words import NONE, amount, date_text, field_line, moment_text, money_text
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import folded, written

CLAIM_STATUS_CODES = {
    "1": "paid as primary",
    "2": "paid as secondary",
    "3": "paid as tertiary",
    "4": "denied",
    "19": "paid as primary, forwarded",
    "20": "paid as secondary, forwarded",
    "21": "paid as tertiary, forwarded",
    "22": "reversal of a payment",
    "23": "not our claim, forwarded",
    "25": "predetermination",
}


def remittances(record: ClaimRecord, zone: ZoneInfo, width: int) -> list[Row]:
    """What payers paid and why not more, by line."""
    rows: list[Row] = []
    for paid in record.remittances:
        status = CLAIM_STATUS_CODES.get(paid.status_code, "")
        rows += [
            Row(
                written(
                    (paid.payer, "bold"),
                    f"  check {paid.trace_number or NONE}  {date_text(paid.effective_date)}"
                    f"  {paid.state}{_for(paid.submission)}",
                )
            ),
            Row(
                under(
                    "Claim",
                    f"status {paid.status_code} {status} · billed {money_text(paid.charge)}"
                    f" · paid {money_text(paid.paid)}"
                    f" · patient {money_text(paid.patient_responsibility)}",
                )
            ),
        ]
        if paid.payer_claim_control_number:
            rows.append(Row(under("Number", paid.payer_claim_control_number)))
        if paid.reason:
            rows += folded_under("Waits", paid.reason, width)
        rows += [Row(under("Claim level", text)) for text in reductions(paid, None)]
        for line in paid.lines:
            allowed = NONE if line.allowed is None else money_text(line.allowed)
            rows.append(
                Row(
                    under(
                        f"Line {line.position}",
                        cell(f"{line.procedure_code} {line.modifiers}", 12),
                        f"{amount(line.charge)} billed {allowed:>11} allowed"
                        f"{amount(line.paid)} paid",
                    )
                )
            )
            for text in reductions(paid, line.position):
                rows.append(Row(under("", text)))
        if paid.remarks:
            rows.append(Row(under("Remarks", "  ".join(paid.remarks))))
        rows.append(Row(under("Received", moment_text(paid.received_at, zone))))
        for kept in record.provider_adjustments:
            if kept.remittance == paid.id:
                rows.append(_provider_adjustment(kept))
        rows.append(Row(Content("")))
    known = {paid.id for paid in record.remittances}
    rest = [one for one in record.provider_adjustments if one.remittance not in known]
    if rest:
        rows.append(Row(written(("Beside its remittances", "bold"))))
        rows += [*(_provider_adjustment(one) for one in rest), Row(Content(""))]
    return rows[:-1] or [Row(written("No payer has paid or denied this claim yet."))]


def _provider_adjustment(one: LinkedAdjustment) -> Row:
    """What a payer kept back, or gave, for the claim in some payment."""
    verb = "kept back" if one.amount > 0 else "gave"
    word = word_of_reason(one.reason_code)
    words = f"{money_text(abs(one.amount))} {verb} with check {one.trace_number or NONE}"
    date = date_text(one.effective_date)
    return Row(under(one.reason_code, f"{words} of {date}: {word}"), ("payment", one.payment))


def ledger(record: ClaimRecord) -> list[Row]:
    """Every journal with its entries, and the receivables as they stood after each."""
    if not record.ledger:
        return [Row(written("Nothing is on the ledger before a claim is sent."))]
    head = f"{'':<30}{'Line':>4}{'Amount':>13}{'Payer owes':>13}{'Patient owes':>14}"
    rows = [Row(written((head, "$text-muted")))]
    balances: dict[str, int] = defaultdict(int)
    journal = 0
    for entry in record.ledger:
        if entry.journal != journal:
            journal = entry.journal
            memo = f"  {entry.memo}" if entry.memo else ""
            what = (f"{entry.kind}{_for(entry.submission)}", "bold")
            rows.append(Row(written(f"{date_text(entry.posted_on)}  ", what, memo)))
        balances[entry.account] += entry.amount
        rows.append(
            Row(
                written(
                    f"    {cell(entry.account, 26)}{entry.line or '':>4}"
                    f"{amount(entry.amount, 13)}{amount(balances[PAYER_RECEIVABLE], 13)}"
                    f"{amount(balances[PATIENT_RECEIVABLE], 14)}",
                )
            )
        )
    return rows


def _for(submission: str) -> str:
    return f"  for {submission}" if submission else ""


def under(label: str, *values: str | Content) -> Content:
    """A field of what stands above it."""
    return written("    ", field_line(label, *values, width=12))


def folded_under(label: str, text: str, width: int) -> list[Row]:
    """The same with a long text, on as many lines as it takes."""
    return [Row(line) for line in folded(under(label), text, width - 4)]


def reductions(paid: PaidClaim, line: int | str | None = "all") -> list[str]:
    """What was taken off a claim, and why: of all of it, of a line, or of the claim itself."""
    return [
        f"{r.group_code}-{r.reason_code} {money_text(r.amount)}"
        for r in paid.reductions
        if line == "all" or r.line == line
    ]
