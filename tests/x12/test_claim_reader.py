"""837P: what the reader makes of what others write."""

from datetime import date
from decimal import Decimal

from rcm_tui.x12.claim_writer import write
from rcm_tui.x12.events import FindingRead
from rcm_tui.x12.parties import Reference
from rcm_tui.x12.reader import read_all
from tests.x12.made import batch, claim, claims_of, findings, full_claim, reasons


def changed(*changes: tuple[str, str], full: bool = False) -> bytes:
    text = b"".join(write(batch([full_claim() if full else claim()]))).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def test_what_no_field_holds_is_kept_for_a_person() -> None:
    extra = "PWK*OZ*BM***AC*X1~K3*FIXED~CR2********A~"
    events = read_all(changed(("HI*ABK", extra + "HI*ABK")))
    (read,) = claims_of(events)
    assert [one.text for one in read.unread] == ["PWK*OZ*BM***AC*X1", "K3*FIXED", "CR2********A"]
    assert [finding.segment_id for finding in findings(events)] == ["SE"]


def test_an_unknown_segment_is_a_finding() -> None:
    events = read_all(changed(("HI*ABK", "QQQ*1~HI*ABK")))
    (read,) = claims_of(events)
    assert [one.reason for one in read.findings] == ["QQQ is not expected in this transaction."]
    assert read.findings[0].segment_number == read.unread[0].segment_number == 23
    assert read.lines[0].charge == Decimal("120.00")


def test_a_provider_that_is_not_held_takes_its_segments_along() -> None:
    events = read_all(changed(("LX*1", "NM1*PW*2~N3*1 A ST~N4*DUBLIN*OH*43016~REF*G2*Q1~LX*1")))
    (read,) = claims_of(events)
    assert [one.segment_id for one in read.unread] == ["NM1", "REF", "N3", "N4"]
    assert read.rendering is not None
    assert read.rendering.secondary_ids == ()


def test_an_identifier_that_is_no_npi_is_kept() -> None:
    events = read_all(changed(("*XX*1245319599", "*24*311234567")))
    (read,) = claims_of(events)
    assert read.rendering is not None
    assert read.rendering.npi == ""
    assert read.rendering.secondary_ids == (Reference("24", "311234567"),)


def test_amounts_that_are_none_mark_their_claim() -> None:
    (read,) = claims_of(read_all(changed(("SV1*HC:97153:HM*120.00", "SV1*HC:97153:HM*12O.00"))))
    assert [one.severity for one in read.findings] == ["error"]
    assert "'12O.00' is not an amount" in read.findings[0].reason


def test_pointers() -> None:
    (read,) = claims_of(read_all(changed(("*8***1~", "*8***1:A:2.00~"))))
    assert read.lines[0].diagnosis_pointers == (1, 2)
    assert "'A' points at no diagnosis" in read.findings[0].reason


def test_another_component_separator_than_declared() -> None:
    text = changed().decode()
    head, tail = text[:110], text[110:].replace(":", ">")
    events = read_all((head + tail).encode())
    (read,) = claims_of(events)
    assert (read.place_of_service, read.frequency_code) == ("12", "1")
    assert read.lines[0].procedure.code == "97153"
    assert read.diagnoses[0].code == "F840"
    assert [finding.severity for finding in findings(events)] == ["warning"]


def test_institutional_lines_are_not_taken_for_professional_ones() -> None:
    events = read_all(changed(("SV1*HC:97153:HM*120.00*UN*8***1", "SV2*0510*HC:97153*120*UN*8")))
    assert "not a line of a professional claim" in reasons(events)
    assert "This service line has no SV1." in reasons(events)


def test_a_claim_without_levels_still_comes_out() -> None:
    text = changed().decode()
    start, end = text.index("HL*1"), text.index("CLM*")
    (read,) = claims_of(read_all((text[:start] + text[end:]).encode()))
    assert read.patient_control_number == "PCN1"
    assert read.billing_provider.npi == ""


def test_dates_of_the_other_payer_and_the_line_stay_apart() -> None:
    (read,) = claims_of(read_all(changed(full=True)))
    assert read.other_subscribers[0].paid_date == date(2024, 2, 21)
    assert read.lines[0].adjudications[0].paid_date == date(2024, 2, 20)
    assert read.lines[0].service_date_to == date(2024, 2, 3)


def test_a_guide_that_is_not_ours_is_a_warning() -> None:
    content = changed().replace(b"005010X222A1", b"004010X098A1")
    events = read_all(content)
    assert len(claims_of(events)) == 1
    assert "004010X098A1" in reasons(events)
    said = [event for event in events if isinstance(event, FindingRead)]
    assert said[0].finding.severity == "warning"
    assert said[0].set is None or said[0].set.type == "837P"


def test_a_claim_without_end_is_given_up() -> None:
    text = changed().decode().replace("HI*ABK", "K3*X~" * 70_000 + "HI*ABK")
    events = read_all(text.encode())
    (read,) = claims_of(events)
    assert "more segments than any claim" in read.findings[0].reason
    assert len(read.unread) <= 20_000
