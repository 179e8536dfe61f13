"""A statement as plain text, 78 columns, for mail and for those who read by a machine."""

from collections.abc import Iterable

from rcm_tui.billing.statements.content import BUCKETS, StatementContent
from rcm_tui.data.plain import plain
from rcm_tui.exchange.statements.words import day, money

WIDTH = 78


def statement_text(content: StatementContent) -> str:
    """The whole statement; ends with a line end."""
    lines = [f"{'STATEMENT ' + content.number:<50}{'Date ' + day(content.day):>28}"]
    lines += ["", *map(_line, content.remit_to)]
    lines += [f"Telephone {_line(content.phone)}"] if content.phone else []
    lines += ["", "To", f"  {_line(content.client)}"]
    lines += [f"  {_line(line)}" for line in content.address]
    lines += ["", f"Account {_line(content.account)}", "-" * WIDTH]
    lines.append(f"{'Date':<12}{'What':<32}{'Services of':<24}{'Amount':>10}")
    if content.previous:
        number, _, told = content.previous.partition(" of ")
        words = f"Balance of statement {number}"
        lines.append(f"{day(told):<12}{words:<56}{money(content.before):>10}")
    for line in content.lines:
        words = _line(", ".join(filter(None, (line.words, line.claim))))[:31]
        lines.append(
            f"{day(line.day):<12}{words:<32}{day(line.services)[:24]:<24}{money(line.amount):>10}"
        )
    lines += ["-" * WIDTH, f"{'PLEASE PAY':<60}{money(content.due):>18}", ""]
    lines.append("".join(f"{name:>13}" for name in BUCKETS) + "  days")
    lines.append("".join(f"{money(cents):>13}" for cents in content.ageing))
    if content.unapplied > 0:
        lines += ["", _unapplied(content)]
    lines += ["", "Please send payments to:", *(f"  {_line(one)}" for one in content.remit_to)]
    return "\n".join(lines) + "\n"


def statements_text(contents: Iterable[StatementContent]) -> str:
    """Several, each on a page of its own (form feed)."""
    return "\f".join(statement_text(content) for content in contents)


def _unapplied(content: StatementContent) -> str:
    return f"{money(content.unapplied)} of your payments waits for your insurance's answer."


def _line(text: str) -> str:
    return plain(text, WIDTH - 4)
