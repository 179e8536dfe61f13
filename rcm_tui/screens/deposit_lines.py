"""The lines of a deposit: what the bank says, the payments that it is, and what it may be."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rcm_tui.billing.deposits.reconciling import Expected
from rcm_tui.data.records.deposit import DepositRecord
from rcm_tui.screens.words import NONE, date_text, money_text, signed
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import folded, written

WIDE = 118
SCORE, TRACE = 6, 16
PAYER, FULL_PAYER = 16, 34


def payments(record: DepositRecord, found: Sequence[Expected], width: int) -> list[Row]:
    """The deposit, and under it, figure under figure, its payments and those that it may be."""
    one = record.deposit
    room = FULL_PAYER if width >= WIDE else PAYER
    head = f"{'':<{SCORE}}{'Check / EFT':<{TRACE}}{'Payer':<{room}}{'Date':<11}{'Amount':>11}"
    rows = [
        Row(written((head, "$text-muted"))),
        Row(
            written(
                (cell("bank", SCORE), "$text-muted"),
                (cell(one.reference or NONE, TRACE - 1) + " ", "bold $secondary"),
                cell("", room),
                f"{date_text(one.received_on):<11}",
                (f"{money_text(one.amount):>11}", "bold"),
            )
        ),
    ]
    words = one.description or "nothing more"
    rows += [Row(line) for line in folded(" " * SCORE, words, width - 4, "$text-muted")]
    rows.append(Row(Content("")))
    for payment in record.payments:
        line = _line(
            f"  {sign('done', ascii_wanted())}",
            payment.trace_number,
            cell(payment.payer, room - 1),
            date_text(payment.effective_date),
            payment.amount,
            payment.matched_by,
        )
        rows.append(Row(line, ("found", payment.id)))
    rest = one.amount - one.matched
    if one.set_aside:
        return [*rows, Row(signed("waiting", f"Set aside: {one.set_aside}"))]
    if not rest:
        return rows
    if record.payments:
        rows.append(Row(written((f"{'':<{SCORE}}{money_text(rest)} left", "$warning"))))
    if not found:
        return [*rows, Row(signed("warning", "No payment of these days waits for its money."))]
    for expected in found:
        line = _line(
            f"{expected.score:>{SCORE - 3}}",
            expected.trace_number,
            cell(expected.payer, room - 1),
            date_text(expected.date),
            expected.amount,
            "" if expected.state == "posted" else expected.state,
        )
        rows.append(Row(line, ("expected", expected.id)))
    return rows


def _line(start: str, trace: str, payer: str, day: str, amount: int, end: str) -> Content:
    return written(
        (f"{start:<{SCORE}}", "bold"),
        (cell(trace or NONE, TRACE - 1) + " ", "$secondary"),
        f"{payer} {day:<11}{money_text(amount):>11}",
        (f"  {end}" if end else "", "$text-muted"),
    )
