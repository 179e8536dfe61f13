"""A bank's statement (csv, xlsx): its lines as deposits, whatever its columns are called.

Wanted are a date and an amount (or money in and money out in columns of their own); a reference
and words help to find the payment. A line that cannot be read is refused with its row, the others
are taken.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rcm_tui.billing.deposits.recording import ReceivedDeposit, record_deposits
from rcm_tui.billing.outcome import Outcome, counted
from rcm_tui.data.actor import Actor
from rcm_tui.data.fields import cents
from rcm_tui.data.store import Store
from rcm_tui.exchange.kept import keep
from rcm_tui.exchange.tables import meanings
from rcm_tui.exchange.tables.delimited import DELIMITERS
from rcm_tui.exchange.tables.kinds import folded
from rcm_tui.exchange.tables.opening import open_table
from rcm_tui.exchange.tables.source import SourceRow, TableRefused, Value

DATE, AMOUNT, MONEY_IN, MONEY_OUT = "date", "amount", "money in", "money out"
REFERENCE, DESCRIPTION = "reference", "description"
HEADINGS: Mapping[str, tuple[str, ...]] = {
    DATE: (
        *("date", "posting date", "posted date", "post date", "posted", "transaction date"),
        *("value date", "effective date", "deposit date", "booking date", "as of date", "received"),
    ),
    AMOUNT: ("amount", "transaction amount", "net amount", "amount usd", "deposit amount"),
    MONEY_IN: ("credit", "credits", "credit amount", "deposit", "deposits", "money in", "paid in"),
    MONEY_OUT: ("debit", "debits", "debit amount", "withdrawal", "withdrawals", "money out"),
    REFERENCE: (
        *("reference", "reference number", "ref", "ref no", "trace", "trace number", "trace no"),
        *("check number", "check no", "check", "eft number", "transaction id", "id", "number"),
        *("customer reference", "bank reference", "re assoc trace", "reassociation trace number"),
    ),
    DESCRIPTION: (
        *("description", "details", "memo", "narrative", "payee", "name", "transaction"),
        *("transaction description", "addenda", "remarks", "text", "type"),
    ),
}
"""What a column means → headings that banks give it, folded."""
LOOKED_AT = 25
"""The headings are among so many first rows."""
MOST_SAID = 20


@dataclass(slots=True)
class StatementRead:
    """What a statement holds: its deposits, and a sentence for every row that was refused."""

    deposits: list[ReceivedDeposit] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    described: str = ""


def looks_like_a_statement(head: bytes) -> bool:
    """Whether text begins with headings of a statement: a day, money, and what it is for."""
    text = head.replace(b"\x00", b"").decode("utf-8", "replace")
    for line in text.splitlines()[:LOOKED_AT]:
        for delimiter in DELIMITERS:
            columns = _columns([cell.strip(" \"'\ufeff\ufffd") for cell in line.split(delimiter)])
            if _enough(columns) and (REFERENCE in columns or DESCRIPTION in columns):
                return True
    return False


def import_statement(
    store: Store, actor: Actor, name: str, content: bytes | Path, *, now: datetime.datetime
) -> tuple[StatementRead, Outcome]:
    """Records the lines of a statement as deposits and reconciles them, in one unit of work.

    Raises TableRefused, a sentence, for a file that is no statement.
    """
    read = read_statement(name, content)
    with store.work(actor, now) as work:
        return read, record_deposits(work, read.deposits)


def read_statement(name: str, content: bytes | Path) -> StatementRead:
    """Reads a statement. Raises TableRefused where no row has the headings of one."""
    table = open_table(keep(content))
    rows = iter(table.rows)
    columns = _found_columns(rows)
    read = StatementRead(described=table.described)
    for row in rows:
        if row.blank:
            continue
        try:
            deposit = _deposit(row, columns, name)
        except meanings.NotUnderstood as error:
            read.refused.append(f"row {row.number}: {error}")
            continue
        if deposit is not None:
            read.deposits.append(deposit)
    return read


def told(read: StatementRead, outcome: Outcome) -> list[str]:
    """What importing a statement did, in sentences."""
    said = [
        f"{counted(len(outcome.made), 'deposit')} recorded,"
        f" {counted(len(outcome.done), 'deposit')} reconciled."
    ]
    if outcome.left:
        said.append(f"{counted(len(outcome.left), 'line')} of it were here already.")
    if read.refused:
        said.append(f"{counted(len(read.refused), 'row')} could not be read:")
        said += read.refused[:MOST_SAID]
    return said


def _found_columns(rows: Iterator[SourceRow]) -> dict[str, int]:
    for row in rows:
        columns = _columns(row.values)
        if _enough(columns):
            return columns
        if row.number > LOOKED_AT:
            break
    raise TableRefused(
        "no row has the headings of a statement: a date, and an amount (or credit and debit)"
    )


def _columns(cells: object) -> dict[str, int]:
    """What a column means → its place; of several that mean the same, the first."""
    assert isinstance(cells, list)
    found: dict[str, int] = {}
    for meaning, words in HEADINGS.items():
        places = {folded(str(cell)): place for place, cell in reversed(list(enumerate(cells)))}
        for word in words:
            if word in places and places[word] not in found.values():
                found[meaning] = places[word]
                break
    return found


def _enough(columns: Mapping[str, int]) -> bool:
    return DATE in columns and (AMOUNT in columns or MONEY_IN in columns)


def _deposit(row: SourceRow, columns: Mapping[str, int], source: str) -> ReceivedDeposit | None:
    """The deposit of a row; None where no money moved."""
    amount = _amount(row, columns)
    if amount == 0:
        return None
    day = _cell(row, columns, DATE)
    if day is None or day == "":
        raise meanings.NotUnderstood("has an amount and no date")
    try:
        received_on = meanings.day(day)
    except meanings.NotUnderstood as error:
        raise meanings.NotUnderstood(f"the date '{meanings.text_of(day)}' {error}") from None
    return ReceivedDeposit(
        received_on,
        amount,
        _text(row, columns, REFERENCE),
        _text(row, columns, DESCRIPTION),
        source=source,
        row=row.number,
    )


def _amount(row: SourceRow, columns: Mapping[str, int]) -> int:
    total = 0
    for meaning, sign in ((AMOUNT, 1), (MONEY_IN, 1), (MONEY_OUT, -1)):
        value = _cell(row, columns, meaning)
        if value is None or value == "":
            continue
        try:
            found = cents(meanings.amount(value))
        except meanings.NotUnderstood as error:
            words = f"the {meaning} '{meanings.text_of(value)}' {error}"
            raise meanings.NotUnderstood(words) from None
        except ValueError as error:
            raise meanings.NotUnderstood(f"the {meaning}: {error}") from None
        # Some banks write what goes out as a negative, others leave that to the column.
        total += -abs(found) if sign < 0 else found
    return total


def _cell(row: SourceRow, columns: Mapping[str, int], meaning: str) -> Value:
    place = columns.get(meaning, -1)
    if place in row.faults:
        raise meanings.NotUnderstood(f"the {meaning} {row.faults[place]}")
    return row.values[place] if 0 <= place < len(row.values) else None


def _text(row: SourceRow, columns: Mapping[str, int], meaning: str) -> str:
    value = _cell(row, columns, meaning)
    return "" if value is None else meanings.text_of(value).strip()
