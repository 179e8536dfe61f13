"""835: what is read, and what does not balance."""

from datetime import date
from decimal import Decimal

import pytest

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.events import RemittanceOpened
from rcm_tui.x12.parties import Address, Contact, Party
from rcm_tui.x12.reader import read_all
from rcm_tui.x12.remittance import ProviderAdjustment
from tests.x12.made import ends, findings, payments, reasons, remittance_file


def changed(*changes: tuple[str, str], claims: int = 2, paid: str | None = None) -> bytes:
    text = remittance_file(claims, paid).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def test_header() -> None:
    header = next(e.header for e in read_all(remittance_file()) if isinstance(e, RemittanceOpened))
    assert header.payment_amount == Decimal("160.00")
    assert (header.method, header.payment_format, header.credit_or_debit) == ("ACH", "CCP", "C")
    assert header.effective_date == date(2024, 3, 5)
    assert header.production_date == date(2024, 3, 4)
    assert (header.trace_number, header.originator) == ("TRACE1", "1512345678")
    assert header.payer_name == "EXAMPLE HEALTH PLAN"
    assert header.payer_address == Address("1 PLAN WAY", "", "COLUMBUS", "OH", "43215")
    assert header.payer_technical_contact == Contact("HELP", "8005551212")
    assert header.payee_npi == "1234567893"


def test_a_claim_with_its_line() -> None:
    payment = payments(read_all(remittance_file()))[0]
    assert (payment.patient_control_number, payment.status) == ("PCN0", "1")
    assert (payment.charge, payment.paid) == (Decimal("120.00"), Decimal("80.00"))
    assert payment.patient_responsibility == Decimal("20.00")
    assert payment.payer_claim_control_number == "ICN00000000"
    assert payment.patient == Party("1", "OKAFOR", "SAM0", id_qualifier="MI", identifier="M0000000")
    assert payment.rendering_npi == "1245319599"
    assert payment.statement_from == date(2024, 2, 1)
    (line,) = payment.lines
    assert (line.qualifier, line.procedure_code, line.modifiers) == ("HC", "97153", ("HM",))
    assert (line.units, line.allowed) == (Decimal(8), Decimal("100.00"))
    assert line.line_control_number == "L0"
    assert line.adjustments == (
        Adjustment("CO", "45", Decimal("20.00")),
        Adjustment("PR", "2", Decimal("20.00")),
    )
    assert payment.imbalances == ()


def test_submitted_procedure_remarks_and_six_adjustments() -> None:
    cas = "CAS*CO*45*1*1*97*2**16*3**18*4**22*5**23*5~"
    content = changed(
        ("SVC*HC:97153:HM*120.00*80.00**8~", "SVC*HC:97155*120*80**8*HC:97153:HM*10~"),
        ("CAS*CO*45*20.00~", cas),
        ("AMT*B6*100.00~", "AMT*B6*100.00~AMT*KH*1.5~LQ*HE*N130~LQ*HE*M15~"),
        ("NM1*82*", "MOA***MA01*MA18~NM1*82*"),
    )
    payment = payments(read_all(content))[0]
    (line,) = payment.lines
    assert (line.submitted_procedure_code, line.submitted_modifiers) == ("97153", ("HM",))
    assert line.submitted_units == Decimal(10)
    assert [one.reason for one in line.adjustments] == ["45", "97", "16", "18", "22", "23", "2"]
    assert line.adjustments[0].quantity == Decimal(1)
    assert line.remark_codes == ("N130", "M15")
    assert line.amounts == (("KH", Decimal("1.5")),)
    assert payment.remark_codes == ("MA01", "MA18")
    assert not payment.imbalances


def test_a_line_that_does_not_balance() -> None:
    content = changed(("SVC*HC:97153:HM*120.00*80.00", "SVC*HC:97153:HM*120.00*79.00"))
    events = read_all(content)
    (imbalance,) = payments(events)[0].imbalances
    assert (imbalance.level, imbalance.key) == ("line", "L0")
    assert (imbalance.expected, imbalance.found) == (Decimal("80.00"), Decimal("79.00"))
    assert imbalance.difference == Decimal("-1.00")
    assert "120" not in imbalance.reason
    assert "79.00" in imbalance.reason
    assert not ends(events)[0].balanced


def test_a_claim_and_its_payment_that_do_not_balance() -> None:
    events = read_all(changed(("*120.00*80.00*20.00*", "*120.00*81.50*20.00*")))
    (end,) = ends(events)
    assert [(one.level, one.key, one.difference) for one in end.imbalances] == [
        ("claim", "PCN0", Decimal("1.50")),
        ("payment", "TRACE1", Decimal("-1.50")),
    ]
    assert end.imbalance_count == 2


def test_claim_level_adjustments_count_with_those_of_the_lines() -> None:
    content = changed(
        ("*120.00*80.00*20.00*", "*120.00*70.00*20.00*"),
        ("NM1*QC", "CAS*OA*23*10.00~NM1*QC"),
        ("BPR*I*160.00", "BPR*I*150.00"),
    )
    events = read_all(content)
    assert payments(events)[0].adjustments == (Adjustment("OA", "23", Decimal("10.00")),)
    assert ends(events)[0].balanced


def test_provider_adjustments() -> None:
    plb = "PLB*1234567893*20241231*WO:ICN7*50.00*L6*-1.25~PLB*1234567893*20241231*FB*10~SE*"
    events = read_all(changed(("SE*31", plb + "33"), paid="101.25"))
    (end,) = ends(events)
    assert end.provider_adjustments == (
        ProviderAdjustment("1234567893", date(2024, 12, 31), "WO", "ICN7", Decimal("50.00")),
        ProviderAdjustment("1234567893", date(2024, 12, 31), "L6", "", Decimal("-1.25")),
        ProviderAdjustment("1234567893", date(2024, 12, 31), "FB", "", Decimal(10)),
    )
    assert end.provider_adjusted == Decimal("58.75")
    assert end.balanced
    assert not findings(events)


def test_a_reversal_and_its_correction() -> None:
    reversal = (
        "CLP*PCN0*22*-120.00*-80.00**12*ICN00000000*11*1~SVC*HC:97153:HM*-120*-80**-8~"
        "CAS*CO*45*-20~CAS*PR*2*-20~"
    )
    events = read_all(changed(("LX*1~", "LX*1~" + reversal), ("SE*31", "SE*35"), paid="80.00"))
    assert payments(events)[0].is_reversal
    assert ends(events)[0].balanced


@pytest.mark.parametrize("bad", ["abc", "1,000.00", "NaN", "Infinity", "1E5", "1_0", "--5", "٣"])
def test_an_amount_that_is_none(bad: str) -> None:
    events = read_all(changed(("*120.00*80.00*20.00*", f"*120.00*{bad}*20.00*")))
    first, second = payments(events)
    assert first.damaged
    assert not second.damaged
    (finding,) = (one for one in findings(events) if one.severity == "error")
    assert (finding.segment_number, finding.segment_id) == (13, "CLP")
    assert repr(bad) in finding.reason
    (end,) = ends(events)
    assert end.damaged_claims == 1
    assert not end.balanced


def test_a_missing_amount_is_an_error() -> None:
    events = read_all(changed(("*120.00*80.00*20.00*", "*120.00**20.00*")))
    assert payments(events)[0].damaged
    assert "CLP04 has no amount." in reasons(events)


def test_a_bad_date_is_a_warning() -> None:
    events = read_all(changed(("DTM*472*20240201", "DTM*472*20240231")))
    assert payments(events)[0].lines[0].service_date is None
    assert "'20240231' is not a date" in reasons(events)
    assert ends(events)[0].balanced


def test_what_no_field_holds_is_kept() -> None:
    events = read_all(changed(("REF*6R*L0", "QTY*CA*3~ZZZ*what*ever~REF*6R*L0")))
    assert [one.text for one in payments(events)[0].unread] == ["QTY*CA*3", "ZZZ*what*ever"]
    assert "ZZZ is not expected" in reasons(events)
    assert payments(events)[0].lines[0].line_control_number == "L0"


def test_another_component_separator_than_declared() -> None:
    events = read_all(remittance_file().replace(b"HC:97153:HM", b"HC>97153>HM"))
    assert payments(events)[0].lines[0].procedure_code == "97153"
    assert payments(events)[1].lines[0].modifiers == ("HM",)
    assert [finding.severity for finding in findings(events)] == ["warning"]


def test_a_claim_without_end_is_given_up() -> None:
    text = remittance_file(2).decode()
    at = text.index("CLP*PCN1")
    content = text[:at] + "SVC*HC:97153*1*1~" * 60_000 + text[at:]
    events = read_all(content.encode())
    first, second = payments(events)
    assert first.damaged
    assert len(first.lines) < 30_000
    assert second.patient_control_number == "PCN1"
    assert not second.damaged
