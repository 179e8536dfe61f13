"""Letters as files: folded, over pages, under names without names, and hostile words in them."""

import json
from io import BytesIO
from pathlib import Path

import pytest

from rcm_tui.billing.appeals.documents import link_document
from rcm_tui.billing.appeals.drafting import DraftLetter, draft_appeals
from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.timeline.files import attach
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.timeline import StoredFile
from rcm_tui.data.target import TargetRefused
from rcm_tui.exchange.letters.files import told, write_letters
from rcm_tui.exchange.letters.pdf import write_letters_pdf
from rcm_tui.exchange.letters.text import letter_text, letters_text
from tests.denials import denied_claim
from tests.exchange.test_statement_files import words_of
from tests.practice_builder import BILLER, NOW, small_practice

HOSTILE = "(a) Tj ET /JavaScript [@click=app.quit]x \x1b[31m\u202e <b>&amp; Łódź 中"


def pdf_of(*letters: str) -> tuple[bytes, int]:
    file = BytesIO()
    pages = write_letters_pdf([("A-1001", letter) for letter in letters], file)
    return file.getvalue(), pages


def test_text_is_folded_and_lists_keep_their_columns() -> None:
    text = letter_text("word " * 40 + "\n\n  Patient   ADA  OKAFOR\n" + "x" * 100)
    lines = text.split("\n")
    assert max(map(len, lines)) <= 78
    assert "  Patient   ADA  OKAFOR" in lines
    assert text.endswith("\n")
    assert letters_text(["a", "b"]) == "a\n\fb\n"


def test_a_pdf_goes_over_pages_and_says_everything() -> None:
    pdf, pages = pdf_of("North Clinic\n\nRe: Appeal\n" + "\n".join(f"Line {n}" for n in range(120)))
    assert pdf.startswith(b"%PDF-")
    assert pages == 3
    words = words_of(pdf)
    assert "Line 119" in words
    assert "Appeal A-1001, page 3" in words
    assert pdf_of("a")[0] == pdf_of("a")[0], "the same letter is the same file"


def test_hostile_words_are_drawn_and_never_read() -> None:
    pdf, pages = pdf_of(HOSTILE, "  " + HOSTILE, "y" * 500)
    assert pages == 3
    words = words_of(pdf)
    assert words.count("(a) Tj ET /JavaScript [@click=app.quit]x") == 2
    assert "?[31m? <b>&amp; ?\\363dz ?" in words
    assert words.count("y") == 500
    assert "\x1b" not in words
    paragraph = " ".join(f"word{n}" for n in range(200))
    assert words_of(pdf_of(paragraph)[0]).replace("\n", " ") == paragraph
    text = letter_text(HOSTILE)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_files_are_named_by_numbers_and_what_was_taken_out_is_on_record(
    store: Store, tmp_path: Path
) -> None:
    practice = small_practice()
    claims = [denied_claim(practice, name, "50") for name in ("OSEI", "BRANDT")]
    with store.work(BILLER, NOW) as work:
        letters = {claim.id: DraftLetter("Appeal", f"Letter of {claim.number}") for claim in claims}
        keys = draft_appeals(work, letters).made
    folder = tmp_path / "out"
    for _ in range(2):
        written = write_letters(store, BILLER, keys, folder, now=NOW)
        assert written.letters == 2
    assert sorted(path.name for path in folder.iterdir()) == [
        *("appeal-A-1001-2.pdf", "appeal-A-1001.pdf"),
        *("appeal-A-1002-2.pdf", "appeal-A-1002.pdf"),
    ]
    assert told(written) == f"2 files in {folder.resolve()}"
    one = write_letters(store, BILLER, keys[:1], folder, "txt", now=NOW)
    assert one.files[0].read_text() == f"Letter of {claims[0].number}\n"
    assert one.files[0].stat().st_mode & 0o77 == 0
    records = AuditRecord.select().where(AuditRecord.action == "exported")
    assert [json.loads(record.details)["number"] for record in records] == [
        *("A-1001", "A-1002") * 2,
        "A-1001",
    ]
    with store.work(BILLER, NOW) as work:
        case = open_case(work, [claims[0].id], {"subject": "Notes"}).made[0]
        named = "Osei, Ama.PDF"
        entry = attach(work, [case], store.files, named, b"notes", most=99).made[0]
        link_document(work, keys[0], "session notes", entry)
    with_notes = write_letters(store, BILLER, keys[:1], folder, now=NOW)
    assert (with_notes.letters, with_notes.documents) == (1, 1)
    assert with_notes.files[1].name == "appeal-A-1001-session-notes.pdf"
    assert with_notes.files[1].read_bytes() == b"notes"
    store.files.path(StoredFile.get().sha256).unlink()
    with pytest.raises(Refused, match="session notes of A-1001: "):
        write_letters(store, BILLER, keys[:1], folder, now=NOW)
    with pytest.raises(Refused, match="no format of letters"):
        write_letters(store, BILLER, keys, folder, "docx")
    with pytest.raises(Refused, match="no letter to write"):
        write_letters(store, BILLER, [], folder)
    folder.joinpath("file").write_text("")
    with pytest.raises(TargetRefused):
        write_letters(store, BILLER, keys, folder / "file")
