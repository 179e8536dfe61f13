"""Values on their way to the wire."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.delimiters import STANDARD, Delimiters
from rcm_tui.x12.parties import Address, Contact
from rcm_tui.x12.wire import Wire
from tests.x12 import strategies

WIRE = Wire(STANDARD)


@given(st.text(max_size=80), strategies.delimiters)
def test_text_is_safe_or_refused(value: str, delimiters: Delimiters) -> None:
    wire = Wire(delimiters)
    refused, text = "", ""
    try:
        text = wire.text(value, "Name", 60)
    except ValueError as error:
        refused = str(error)
    assert not refused or repr(value) in refused
    assert len(text) <= 60
    assert text.isascii()
    assert text.isprintable()
    used = (delimiters.element, delimiters.component, delimiters.repetition, delimiters.segment)
    assert not set(text) & set(used)
    assert text == text.strip()


@given(st.text(max_size=40))
def test_identifiers_are_never_altered(value: str) -> None:
    refused, written = "", ""
    try:
        written = WIRE.identifier(value, "Member id", 30)
    except ValueError as error:
        refused = str(error)
    if refused:
        assert "Member id" in refused
        assert repr(value.strip()) in refused
    else:
        assert written == value.strip()


@given(st.integers(-(10**14), 10**14))
def test_amounts_keep_their_value(cents: int) -> None:
    amount = Decimal(cents) / 100
    written = WIRE.amount(amount, "Charge")
    assert Decimal(written) == amount
    assert "E" not in written


@pytest.mark.parametrize(
    ("value", "written"),
    [("0", "0"), ("-0.00", "0"), ("1E+2", "100.00"), ("12.3", "12.3"), ("-5", "-5.00")],
)
def test_amounts(value: str, written: str) -> None:
    assert WIRE.amount(Decimal(value), "Charge") == written


@pytest.mark.parametrize(
    ("value", "written"), [("8", "8"), ("8.0", "8"), ("7.50", "7.5"), ("1E+1", "10"), ("0", "0")]
)
def test_quantities(value: str, written: str) -> None:
    assert WIRE.quantity(Decimal(value), "Units") == written


def test_address_and_contact() -> None:
    address = Address("1 A ST", "", "DUBLIN", "OH", "43016-1234")
    assert WIRE.address(address, "Patient") == "N3*1 A ST~N4*DUBLIN*OH*430161234~"
    abroad = Address("1 A ST", "", "TORONTO", "ON", "M5V 2T6", "CA")
    assert WIRE.address(abroad, "Patient").endswith("N4*TORONTO*ON*M5V2T6*CA~")
    contact = Contact("DESK", "(614) 555-1212", "7", "614.555.1213", "a@b.example")
    assert WIRE.contact(contact, "Desk") == (
        "PER*IC*DESK*TE*6145551212*EX*7*FX*6145551213~PER*IC**EM*a@b.example~"
    )
    assert WIRE.contact(Contact("DESK"), "Desk") == ""


def test_adjustments_by_group_six_to_a_segment() -> None:
    several = [Adjustment("CO", str(number), Decimal(1)) for number in range(1, 8)]
    several.insert(3, Adjustment("PR", "2", Decimal("2.50"), Decimal(3)))
    assert WIRE.adjustments(several, "Adjustment") == (
        "CAS*CO*1*1**2*1**3*1**4*1**5*1**6*1~CAS*CO*7*1~CAS*PR*2*2.50*3~"
    )
