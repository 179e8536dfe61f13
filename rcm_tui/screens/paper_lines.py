"""The lines of an EOB that is typed: each claim, its lines with their cells, what is off."""

from __future__ import annotations

from textual.content import Content

from rcm_tui.billing.remittances.by_hand import TypedClaim, TypedLine, TypedPayment
from rcm_tui.data.fields import dollars
from rcm_tui.screens.words import date_text, money_text, signed
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import Piece, written

WIDE = 118
COLUMNS = ("allowed", "deductible", "coinsurance", "copay", "contractual", "other", "paid")
TITLES = ("Allowed", "Deduct.", "Coins.", "Copay", "Contr.", "Other", "Paid")
ASKED = frozenset({"other"})
CELL = 8


def rows(typed: TypedPayment, at: object, column: str, buffer: str | None, wide: bool) -> list[Row]:
    """Every claim with its lines; what is typed goes into the cell `column` of the line `at`."""
    if not typed.claims:
        words = (
            "n takes the first claim of the EOB: by its number, its patient, a day or an amount."
        )
        return [Row(written((words, "$text-muted")))]
    found: list[Row] = []
    for claim in typed.claims:
        found += _claim(claim, wide, "" if claim.payer == typed.payer else claim.payer_name)
        for line in claim.lines:
            found.append(_line(line, at, column, buffer, wide))
            if line.others:
                codes = ", ".join(f"{g}-{r} {money_text(amount)}" for g, r, amount in line.others)
                found.append(Row(written((f"      {codes}", "$text-muted"))))
        found.append(Row(Content("")))
    for one in typed.provider_adjustments:
        words = f"{one.reason_code} {one.identifier or 'without a number'}"
        kept = f"{money_text(one.amount)} kept back"
        found.append(Row(written((f"Provider adjustment  {words}  {kept}", "$text-muted"))))
    return found


def balance(typed: TypedPayment) -> tuple[Content, Content]:
    """The check against its claims: what is explained, and what is left."""
    paid = sum(claim.paid for claim in typed.claims)
    left = written(
        ("Check ", "$text-muted"),
        (money_text(typed.amount), "bold"),
        (" · claims pay ", "$text-muted"),
        money_text(paid),
    )
    off = [line for claim in typed.claims for line in claim.lines if line.off]
    if off:
        return left, signed("warning", f"{len(off)} lines are off")
    if typed.left:
        words = "left" if typed.left > 0 else "too much"
        return left, signed("open", f"{money_text(abs(typed.left))} {words}")
    return left, signed("done", "balances")


def _claim(claim: TypedClaim, wide: bool, payer: str) -> list[Row]:
    titles = "".join(f"{title:>{CELL}}" for title in TITLES)
    head = f"{'':<24}{'Billed':>10}{'Expected':>10}" if wide else f"{'':<9}{'Billed':>{CELL}}"
    number = claim.payer_number
    name = written(
        (claim.number, "bold $secondary"),
        f"  {claim.patient_name}",
        (f" · {payer}", "$warning") if payer else "",
        f" · {date_text(claim.first_day)}",
        f" · billed {money_text(claim.billed)}",
        f" · expected {money_text(sum(line.expected for line in claim.lines))}",
        (f" · payer's no. {number}", "$text-muted") if number else "",
    )
    return [Row(name), Row(written((head + titles, "$text-muted")))]


def _line(line: TypedLine, at: object, column: str, buffer: str | None, wide: bool) -> Row:
    if wide:
        code = f"{line.code} {' '.join(line.modifiers)}"
        start = f"{line.position:<3}{cell(code, 12)} {line.day.strftime('%m/%d'):<8}"
        start += f"{dollars(line.billed)!s:>10}{dollars(line.expected)!s:>10}"
    else:
        start = f"{line.position:<2}{cell(line.code, 6)} {dollars(line.billed)!s:>{CELL}}"
    pieces: list[Piece] = [start]
    for name in COLUMNS:
        here = line.claim_line == at and name == column
        value = int(getattr(line, name))
        text = f"{dollars(value)}" if value else "–"
        if here and buffer is not None:
            text = f"{buffer}_"
        pieces.append((f"{text:>{CELL}}", "reverse" if here else ""))
    mark = signed("done", "") if not line.off else written((f" {dollars(line.off)}", "$warning"))
    return Row(written(*pieces, " ", mark), line.claim_line)
