"""The lines of a remittance preview: what happens to each remittance, figures under figures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.content import Content

from rcm_tui.billing.remittances.plan import Fate
from rcm_tui.billing.remittances.preview import Preview, PreviewRow
from rcm_tui.data.codes.provider_adjustments import word_of_reason
from rcm_tui.data.tables.remittances import ProviderAdjustment
from rcm_tui.screens.theme import STYLES
from rcm_tui.screens.words import NONE, amount, count_of, date_text, money_text, signed
from rcm_tui.widgets.long_row_list import LazyRow
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import Piece, folded, written

NARROW = 118
WIDE = 150
CLAIM = ("claim", "claims")
NUMBER, FIGURE = 11, 11
SIGNS = {
    "paid": "done",
    "denied": "failed",
    "partially paid": "partly",
    "overpaid": "warning",
    "pending": "waiting",
}
WAITS = ("to review", "held", "posting")
POSTS: tuple[Fate, ...] = ("posts", "reverses", "informational")


def remittance_rows(preview: Preview, rows: Sequence[PreviewRow], width: int) -> list[Row]:
    """The heading and a line a remittance; enter opens its claim."""
    if preview.payment.state not in WAITS:
        words = f"This payment is {preview.payment.state}: o shows what became of it."
        return [Row(written(words))]
    if not rows:
        return [Row(written("None of this payment's remittances is here."))]
    lines = [Row(_heading(width))]
    lines += [LazyRow(partial(_line, row, width), row.remittance) for row in rows]
    return lines


def why_rows(preview: Preview, width: int) -> list[Row]:
    """Why the payment waits, and what it looks like."""
    rows = [Row(line) for why in preview.why for line in _warning(why, width)]
    if preview.payment.state == "posting":
        done = count_of(preview.posted_before, ("remittance", "remittances"))
        rows += [Row(line) for line in _warning(f"{done} posted before it was stopped", width)]
    return rows


def adjustment_rows(preview: Preview, width: int) -> list[Row]:
    """What the payer keeps back or gives at the level of the provider."""
    if not preview.adjustments:
        return [Row(written("The payer adjusts nothing at the level of the provider."))]
    return [
        Row(line)
        for one in preview.adjustments
        for line in _adjustment(one, preview.recouped.get(one.id, ""), width)
    ]


def _adjustment(one: ProviderAdjustment, claim: str, width: int) -> list[Content]:
    """One provider-level adjustment (PLB) in words, with the claim that it takes back."""
    words = word_of_reason(one.reason_code) or "adjustment"
    effect = "lowers the payment" if one.amount >= 0 else "raises the payment"
    named = f", claim {claim}" if claim else f", names {one.identifier}" if one.identifier else ""
    start = written(("Provider adjustment  ", "$text-muted"))
    text = f"{one.reason_code} {money_text(abs(one.amount))} {effect}: {words}{named}"
    return folded(start, text, width - 4)


def title(preview: Preview) -> Content:
    """Which payment it is: payer, check or EFT number, date, amount."""
    payment = preview.payment
    return written(
        (payment.trace_number or f"payment {payment.id}", "bold $secondary"),
        f"  {payment.method} {money_text(payment.amount)} · {preview.payer_name or NONE}"
        f" · {date_text(payment.effective_date)}",
    )


def figures(preview: Preview) -> Content:
    """Whether the payment balances, and how many remittances post, wait and are unknown."""
    if preview.payment.state not in WAITS:
        return written(preview.payment.state)
    balance = signed("done", "balances")
    if preview.off_by:
        balance = signed("failed", f"off by {money_text(abs(preview.off_by))}")
    counts = [
        f"{preview.count(*POSTS):,} post",
        *([f"{preview.count('waits'):,} wait"] if preview.count("waits") else []),
        *([f"{preview.count('orphan'):,} unknown"] if preview.count("orphan") else []),
    ]
    return written(balance, f" · {', '.join(counts)}")


def detail(row: PreviewRow | None, width: int) -> list[Row]:
    """What happens to the remittance under the cursor, in full, and what looks wrong."""
    if row is None:
        return []
    named = f"names {row.named or NONE}" + (f", is {row.claim_number}" if row.claim_number else "")
    start = written(("What happens  ", "$text-muted"))
    lines = folded(start, f"{row.words} ({named}, status {row.status_code or NONE})", width - 4)
    for wrong in row.wrong:
        lines += _warning(wrong, width)
    return [Row(line) for line in lines]


def look(row: PreviewRow) -> str:
    """The sign of what becomes of a remittance."""
    if row.fate == "waits":
        return "waiting"
    if row.fate == "orphan":
        return "open"
    if row.fate == "informational":
        return ""
    denied = row.words.startswith("denied")
    return "failed" if denied else "warning" if row.wrong else SIGNS.get(row.adjudication, "done")


def _heading(width: int) -> Content:
    names = f"  {'Claim':<{NUMBER}} {'Patient':<{_patient(width)}}"
    names += "".join(f"{name:>{FIGURE}}" for name in _columns(width))
    return written((f"{names}  What happens", "$text-muted"))


def _columns(width: int) -> tuple[str, ...]:
    if width < NARROW:
        return ("Billed", "Paid")
    columns = ("Billed", "Allowed", "Paid", "Patient", "Adjusted")
    return (*columns, "Left open") if width >= WIDE else columns


def _patient(width: int) -> int:
    return 12 if width < NARROW else 18


def _line(row: PreviewRow, width: int) -> Content:
    allowed = NONE.rjust(FIGURE) if row.allowed is None else amount(row.allowed, FIGURE)
    values = {
        "Billed": amount(row.billed, FIGURE),
        "Allowed": allowed,
        "Paid": amount(row.paid, FIGURE),
        "Patient": amount(row.patient, FIGURE),
        "Adjusted": amount(row.adjusted, FIGURE),
        "Left open": amount(row.left_open, FIGURE),
    }
    name = look(row)
    mark: Piece = (f"{sign(name, ascii_wanted()) or ' '} ", STYLES[name]) if name else "  "
    return written(
        mark,
        f"{cell(row.claim_number or f'? {row.named}', NUMBER)}"
        f" {cell(row.patient_name or NONE, _patient(width))}",
        *(values[column] for column in _columns(width)),
        f"  {row.words}",
    )


def _warning(sentence: str, width: int) -> list[Content]:
    return folded(signed("warning", ""), sentence, width - 4)
