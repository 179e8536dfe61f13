"""What is fuzzed: every reader of what comes from outside, and the filter language.

A target takes bytes and may raise nothing but the refusals that are sentences for a person.
"""

import contextlib
import datetime
import io
from collections.abc import Callable, Iterator

from rcm_tui.billing.letters.language import LetterError, check_template
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.people.public_keys import read_public_key
from rcm_tui.data.archive.format import (
    ArchivedTable,
    ArchiveRefused,
    Manifest,
    line_of,
    read_manifest,
    row_of,
)
from rcm_tui.data.migrations import known
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.condition import compile_filter
from rcm_tui.data.queues.language import FilterError, parse
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.exchange.bank_statements import looks_like_a_statement, read_statement
from rcm_tui.exchange.kept import keep
from rcm_tui.exchange.tables.opening import open_table
from rcm_tui.exchange.tables.source import TableRefused
from rcm_tui.x12.claim_writer import write
from rcm_tui.x12.reader import file_type, read
from tests.x12.made import batch, claim, full_claim, remittance_file

TODAY = datetime.date(2026, 3, 16)
FILTERS = (
    b'payer:aetna status:denied balance>100 age>60 carc:CO-16 owner:me followup<today "smith"',
    b"(state:draft | -status:paid) billed:1..20 served:-2w..+7d",
)
SHEET = b"Client,Date,Code,Units,Start\r\nM1,03/02/2026,97153,8,09:00\r\n"
STATEMENT = b"Date;Amount;Reference;Description\n2026-03-02;1,234.56;TRN1;ACME HCCLAIMPMT\n"
LETTER = b"{{ claim.number }} {% for line in lines %}{{ line.code }}{% endfor %}"
ARCHIVED = 3  # columns
KEY = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdtX7mOTyGwxI5fHVJ6KJ3CUHmyyLvcnyDJfV2D8Vyd a"


def x12(data: bytes) -> None:
    """All events of a file; about its content nothing is raised at all."""
    for _ in read(io.BytesIO(data)):
        pass
    file_type(io.BytesIO(data))


def tables(data: bytes) -> None:
    """The rows of a csv file or workbook."""
    try:
        for row in open_table(keep(data)).rows:
            assert row.blank in (True, False)
    except TableRefused:
        pass


def statements(data: bytes) -> None:
    """The deposits of a bank's statement."""
    looks_like_a_statement(data)
    with contextlib.suppress(TableRefused):
        read_statement("statement.csv", data)


def filters(data: bytes) -> None:
    """A filter, parsed and made into SQL for two queues."""
    text = data.decode("utf-8", "replace")
    for name in ("claims", "cases"):
        try:
            parse(text)
            compile_filter(text, QUEUES[name], Viewer(TODAY, "maria"))
        except FilterError:
            pass


def letters(data: bytes) -> None:
    """The template of a letter."""
    with contextlib.suppress(LetterError):
        check_template("fuzz", data.decode("utf-8", "replace"))


def public_keys(data: bytes) -> None:
    """An SSH public key."""
    with contextlib.suppress(Refused):
        read_public_key(data.decode("utf-8", "replace"))


def archives(data: bytes) -> None:
    """What an archive says of itself, and a row of one of its tables."""
    with contextlib.suppress(ArchiveRefused):
        read_manifest(data)
    with contextlib.suppress(ValueError):
        row_of(data, ARCHIVED)


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (x12, tables, statements, filters, letters, public_keys, archives)
}


def seeds(name: str) -> Iterator[bytes]:
    """What a target's mutations begin with."""
    match name:
        case "x12":
            yield remittance_file()
            yield b"".join(write(batch([claim(), full_claim()])))
        case "tables":
            yield SHEET
        case "statements":
            yield STATEMENT
        case "filters":
            yield from FILTERS
        case "letters":
            yield LETTER
        case "public_keys":
            yield KEY
        case "archives":
            table = ArchivedTable("payer", ["id", "name", "seal"], 1, 40, "0" * 64, 1)
            yield Manifest("A", "2026-03-16", "0.1.0", known(), [table], 0).text().encode()
            yield line_of([1, "AURORA", b"\x00\xff"])
