"""Statements of a bank: whatever their columns are called, their lines become deposits."""

import datetime
from pathlib import Path

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.deposits import Deposit
from rcm_tui.exchange.bank_statements import (
    import_statement,
    looks_like_a_statement,
    read_statement,
    told,
)
from rcm_tui.exchange.tables.opening import looks_like_a_table
from rcm_tui.exchange.tables.source import TableRefused
from tests.practice_builder import BILLER, NOW

CHASE = """Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #
CREDIT,03/03/2026,"ACME HEALTH HCCLAIMPMT TRN*1*80771*1999999999",50.00,ACH_CREDIT,1050.00,
DEBIT,03/04/2026,"MONTHLY FEE",-12.50,FEE,1037.50,
"""
TWO_COLUMNS = """Statement of account 4471
From 2026-03-01

Date;Reference;Debit;Credit;Payee
2026-03-03;80771;;1,250.10;ACME
2026-03-04;;30.00;;BANK
2026-03-05;opening balance;;;
2026-13-05;9;;1.00;ACME
2026-03-06;9;;one;ACME
;10;;5;ACME
"""


def test_amounts_with_a_sign() -> None:
    read = read_statement("chase.csv", CHASE.encode())
    assert [(one.received_on, one.amount) for one in read.deposits] == [
        (datetime.date(2026, 3, 3), 5000),
        (datetime.date(2026, 3, 4), -1250),
    ]
    assert read.deposits[0].description == "ACME HEALTH HCCLAIMPMT TRN*1*80771*1999999999"
    assert read.refused == []


def test_columns_for_money_in_and_out_under_a_heading_further_down() -> None:
    read = read_statement("bank.csv", TWO_COLUMNS.encode("cp1252"))
    assert [(one.amount, one.reference, one.description, one.row) for one in read.deposits] == [
        (125010, "80771", "ACME", 5),
        (-3000, "", "BANK", 6),
    ]
    assert [sentence[:22] for sentence in read.refused] == [
        "row 8: the date '2026-",
        "row 9: the money in 'o",
        "row 10: has an amount ",
    ]


@pytest.mark.parametrize("text", ["", "Name,Colour\nA,B\n", "Date,Description\n2026-03-01,x\n"])
def test_what_is_no_statement_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(TableRefused, match=r"empty|no row has the headings of a statement"):
        read_statement("other.csv", text.encode())


def test_it_is_told_from_other_tables() -> None:
    for text in (CHASE, TWO_COLUMNS):
        assert looks_like_a_statement(text.encode())
        assert not looks_like_a_table(text.encode())
    assert not looks_like_a_statement(b"Client MRN,Date,Procedure code\n")


def test_what_hostile_lines_say_is_only_text(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "evil.csv"
    path.write_text(
        "Date,Amount,Description\n3/3/2026,5,\"'=cmd|' /C calc'!A0\"\n3/3/2026,6,\x1b[2J"
    )
    read, outcome = import_statement(store, BILLER, path.name, path, now=NOW)
    assert told(read, outcome)[0] == "2 deposits recorded, 0 deposits reconciled."
    said = {one.amount: one.description for one in Deposit.select()}
    assert said[500].startswith("=cmd")
    assert "\x1b" not in said[600]
    read, outcome = import_statement(store, BILLER, path.name, path, now=NOW)
    assert told(read, outcome)[1] == "2 lines of it were here already."
