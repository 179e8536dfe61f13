"""Statements as files: what is in them, how they are called, and names that try to break them."""

import json
import re
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.statements.content import StatementContent, StatementLine
from rcm_tui.billing.statements.making import make_statements
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.exchange.statements.files import write_statements
from rcm_tui.exchange.statements.pdf import printable, write_statements_pdf
from rcm_tui.exchange.statements.text import WIDTH, statement_text
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.practice_builder import BILLER, NOW, small_practice


def content(client: str = "Ada Okafor", lines: int = 2) -> StatementContent:
    return StatementContent(
        number="S-000001",
        day="2026-03-16",
        account="M00001",
        client=client,
        address=["1 Main St", "Albany, NY 12203"],
        remit_to=["North Clinic", "PO BOX 12", "Albany, NY 12201"],
        phone="518-555-0100",
        previous="S-000000 of 2026-02-01",
        before=1000,
        lines=[
            StatementLine("2026-03-01", "Your share after insurance", "C-1", "2026-02-02", 2000)
            for _ in range(lines)
        ],
        ageing=[0, 1000 + 2000 * lines, 0, 0, 0],
    )


def pdf_of(*contents: StatementContent) -> tuple[bytes, int]:
    file = BytesIO()
    pages = write_statements_pdf(contents, file)
    return file.getvalue(), pages


def words_of(pdf: bytes) -> str:
    """What a PDF of ours writes, one piece a line."""
    from base64 import a85decode

    pieces = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        text = zlib.decompress(
            a85decode(stream.strip(), adobe=False)
            if not stream.strip().endswith(b"~>")
            else a85decode(b"<~" + stream.strip(), adobe=True)
        )
        for piece in re.findall(rb"\((.*?)(?<!\\)\) Tj", text, re.DOTALL):
            pieces.append(re.sub(rb"\\([()\\])", rb"\1", piece).decode("cp1252", "replace"))
    return "\n".join(pieces)


def test_a_pdf_says_what_is_due_by_age_and_where_to_send_it() -> None:
    pdf, pages = pdf_of(content())
    assert pdf.startswith(b"%PDF-")
    assert pages == 1
    words = words_of(pdf)
    for text in ("Statement S-000001", "Ada Okafor", "Please pay", "50.00", "PO BOX 12", "10.00"):
        assert text in words, words
    assert pdf_of(content())[0] == pdf, "the same statement is the same file"


def test_a_long_one_goes_on_over_the_page_and_each_begins_one() -> None:
    pdf, pages = pdf_of(content(lines=100), content())
    assert pages >= 4
    assert words_of(pdf).count("Your share after insurance, C-1") == 102


def test_the_text_says_the_same() -> None:
    text = statement_text(content())
    assert "PLEASE PAY" in text
    assert text.count("Your share after insurance, C-1") == 2
    assert "50.00" in text
    assert max(map(len, text.splitlines())) <= WIDTH


@given(name=st.text(max_size=300))
def test_no_name_breaks_a_statement(name: str) -> None:
    pdf, pages = pdf_of(content(client=name))
    assert pages == 1
    assert pdf.rstrip().endswith(b"%%EOF")
    assert pdf.count(b"endobj") == pdf_of(content())[0].count(b"endobj")
    text = statement_text(content(client=name))
    assert len(text.splitlines()) == len(statement_text(content()).splitlines())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def test_letters_that_the_fonts_lack_lose_their_accents() -> None:
    assert printable("Łukasz Dvořák, Zoë 李") == "?ukasz Dvorák, Zoë ?"


def made(store: Store) -> list[int]:
    practice = small_practice()
    claim = submitted_claim(store, practice, (("97153", 8),))
    paid = line(32000, 30000, "PR-3 20.00")
    post(store, [claim_payment(claim.patient_control_number, [paid])])
    with store.work(BILLER, NOW) as work:
        return make_statements(work, [practice.client.id]).made


def test_files_are_called_by_number_and_day_and_put_on_record(store: Store, tmp_path: Path) -> None:
    keys = made(store)
    folder = tmp_path / "out"
    run = write_statements(store, BILLER, keys, folder, "pdf", now=NOW)
    again = write_statements(store, BILLER, keys, folder, "pdf", now=NOW)
    alone = write_statements(store, BILLER, keys, folder, "txt", each_alone=True, now=NOW)
    names = [file.name for one in (run, again, alone) for file in one.files]
    assert names == [
        "statements-2026-03-16.pdf",
        "statements-2026-03-16-2.pdf",
        "statement-S-000001.txt",
    ]
    assert "OKAFOR" in alone.files[0].read_text().upper()
    record = AuditRecord.select().where(AuditRecord.subject == "statement").order_by(AuditRecord.id)
    details = json.loads(record[-1].details)
    assert (details["format"], details["rows"], details["first"]) == ("txt", 1, "S-000001")
    for name in names:
        assert "okafor" not in name.lower()


def test_another_format_and_nothing_are_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="pdf or txt"):
        write_statements(store, BILLER, [1], tmp_path, "doc", now=NOW)
    with pytest.raises(Refused, match="no statement"):
        write_statements(store, BILLER, [1], tmp_path, "pdf", now=NOW)
