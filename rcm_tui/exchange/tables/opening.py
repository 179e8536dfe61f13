"""Recognising a file by its first bytes, and opening the tables among them."""

import codecs
import io
from typing import BinaryIO, Literal

from rcm_tui.exchange.kept import Inflated, Kept
from rcm_tui.exchange.tables.delimited import DELIMITERS, open_delimited
from rcm_tui.exchange.tables.kinds import table_kinds
from rcm_tui.exchange.tables.source import MOST_BYTES, SourceTable, TableRefused

HEAD = 8192
BUFFER = 64 << 10
Content = Literal["x12", "workbook", "old workbook", "text", "unknown"]


def recognised(head: bytes) -> Content:
    """What a file is by its beginning: X12, a workbook, text that may be a table, or none."""
    if head.startswith(b"PK\x03\x04"):
        return "workbook"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "old workbook"
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00\r\n\t ")
    if start[:3].upper() == b"ISA" or start[:6].replace(b"\x00", b"").upper() == b"ISA":
        return "x12"
    if not start:
        return "unknown"
    if head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "text"
    binary = sum(byte < 32 and byte not in b"\t\n\r\x00\x1b\x0c" for byte in start)
    return "unknown" if binary * 20 > len(start) else "text"


def looks_like_a_table(head: bytes) -> bool:
    """Whether text begins with headings that some kind of table has: two of them or more."""
    text = head.replace(b"\x00", b"").decode("utf-8", "replace")
    for line in text.splitlines()[:25]:
        for delimiter in DELIMITERS:
            cells = [cell.strip(" \"'\ufeff\ufffd") for cell in line.split(delimiter)]
            known = max(
                sum(bool(cell) and bool(kind.recognised(cell)) for cell in cells)
                for kind in table_kinds().values()
            )
            if known > 1:
                return True
    return False


def open_table(kept: Kept, sheet: str = "") -> SourceTable:
    """Opens a csv or a workbook. Raises TableRefused with what would be right."""
    if kept.size > MOST_BYTES:
        raise TableRefused(
            f"the file has {kept.size:,} bytes: {MOST_BYTES:,} are the most, split it"
        )

    def opener() -> BinaryIO:
        return io.BufferedReader(Inflated(kept, None), BUFFER)

    with opener() as stream:
        content = recognised(stream.read(HEAD))
    if content == "old workbook":
        raise TableRefused("the file is a workbook of the old kind (.xls): save it as .xlsx or csv")
    if content == "workbook":
        # openpyxl takes an eighth of a second to load.
        from rcm_tui.exchange.tables.workbook import open_workbook

        with opener() as stream:
            whole = io.BytesIO(stream.read())
        return open_workbook(whole, sheet)
    if content == "text":
        return open_delimited(opener, kept.size)
    raise TableRefused(f"the file is {'neither csv nor a workbook' if kept.size else 'empty'}")
