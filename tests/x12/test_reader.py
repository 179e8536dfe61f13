"""The reader takes any delimiters and any disorder around the segments."""

import io
from decimal import Decimal

import pytest

from rcm_tui.x12.events import (
    Event,
    InterchangeAcknowledged,
    InterchangeClosed,
    InterchangeOpened,
    SetClosed,
    SetOpened,
    UnreadSet,
)
from rcm_tui.x12.reader import file_type, read, read_all
from tests.x12.made import (
    ends,
    findings,
    payments,
    reasons,
    remittance_file,
)

GOOD = remittance_file(2)


def retranslated(text: str, element: str, component: str, repetition: str, terminator: str) -> str:
    return text.translate(
        str.maketrans("*:^~", "".join((element, component, repetition, terminator)))
    )


def assert_two_good_claims(events: list[Event]) -> None:
    assert [payment.patient_control_number for payment in payments(events)] == ["PCN0", "PCN1"]
    assert [end.balanced for end in ends(events)] == [True]
    assert payments(events)[0].lines[0].modifiers == ("HM",)


@pytest.mark.parametrize(
    "delimiters",
    [
        "|:^~", "*>^~", "*<^~", "^:|~", "\x1d:^\x1e", "*:^\n", "*:^\r", "|>^\x1c", "\r:^\n",
        "\n:^\r", "*:^'", "\t:^~", "§:^~", "*\n^~",
    ],
)  # fmt: skip
def test_delimiters_come_from_each_isa(delimiters: str) -> None:
    content = retranslated(GOOD.decode(), *delimiters).encode("latin-1")
    events = read_all(content)
    assert_two_good_claims(events)
    assert not findings(events)


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda b: b"\xef\xbb\xbf" + b, id="utf-8 mark"),
        pytest.param(lambda b: b.decode().encode("utf-16"), id="utf-16 with mark"),
        pytest.param(lambda b: b.decode().encode("utf-16-be"), id="utf-16 without mark"),
        pytest.param(lambda b: b"\xfe\xff" + b.decode().encode("utf-16-be"), id="utf-16 be"),
        pytest.param(lambda b: b.replace(b"~", b"~\r\n"), id="crlf after terminators"),
        pytest.param(lambda b: b.replace(b"~", b"\r\n"), id="crlf as terminator"),
        pytest.param(lambda b: b.replace(b"~", b"~\n    "), id="indented"),
        pytest.param(lambda b: b.replace(b"~", b"~\n\t"), id="indented by tabs"),
        pytest.param(lambda b: b.replace(b"~", b" ~"), id="blank before terminators"),
        pytest.param(lambda b: b.replace(b":~GS", b": ~GS"), id="blank in the ISA alone"),
        pytest.param(lambda b: b.replace(b"~", b"~~"), id="doubled terminators"),
        pytest.param(lambda b: b.replace(b"   ", b"").replace(b"  ", b""), id="unpadded ISA"),
        pytest.param(lambda b: b[:-1], id="last terminator missing"),
        pytest.param(lambda b: b + b"\x1a\r\n\0\0", id="end-of-file characters"),
        pytest.param(lambda b: b.replace(b"*^*00501", b"*U*00501"), id="letter in ISA11"),
        pytest.param(
            lambda b: b"\r\n".join(b[at : at + 80] for at in range(0, len(b), 80)),
            id="wrapped at 80 columns",
        ),
    ],
)
def test_disorder_that_loses_nothing(rewrite: object) -> None:
    content = rewrite(GOOD)  # type: ignore[operator]
    events = read_all(content)
    assert_two_good_claims(events)
    assert not findings(events)


def test_isa16_may_be_empty() -> None:
    without = GOOD.replace(b"*P*:~", b"*P*~")
    for content in (without, without.replace(b"~", b"~\n"), without.replace(b"~", b"~\r\n")):
        assert len(payments(read_all(content))) == 2


def test_letter_in_isa11_is_no_repetition_separator() -> None:
    events = read_all(GOOD.replace(b"*^*00501", b"*U*00501"))
    opened = next(event for event in events if isinstance(event, InterchangeOpened))
    assert opened.interchange.delimiters.repetition == ""


def test_several_interchanges_with_their_own_delimiters() -> None:
    other = retranslated(remittance_file(3).decode(), "|", "<", "!", "\n").encode()
    events = read_all(GOOD + b"\n" + other + GOOD.replace(b"~", b"~\r\n"))
    assert len(payments(events)) == 7
    assert [end.balanced for end in ends(events)] == [True, True, True]
    assert not findings(events)
    assert sum(isinstance(event, InterchangeClosed) for event in events) == 3


def test_a_missing_iea_before_other_delimiters() -> None:
    cut = GOOD.replace(b"IEA*1*000000070~", b"")
    other = retranslated(remittance_file(3).decode(), "|", "<", "!", "\n").encode()
    events = read_all(cut + other)
    assert len(payments(events)) == 5
    assert [finding.segment_id for finding in findings(events)] == ["IEA"]


def test_junk_is_reported_and_left_out() -> None:
    events = read_all(b"From: payer\r\n\r\n" + GOOD + b"between ISA and ISAAC " + GOOD + b"-- end")
    assert len(payments(events)) == 4
    said = [finding.reason for finding in findings(events)]
    assert len(said) == 3
    assert "From: payer" in said[0]
    assert "between ISA" in said[1]
    assert "-- end" in said[2]


def test_isa_inside_of_names() -> None:
    text = GOOD.decode().replace("OKAFOR*SAM0", "ISA*ISA").replace("OKAFOR*SAM1", "LISA*ISAAC")
    events = read_all(text.replace("N1*PR*EXAMPLE HEALTH PLAN", "N1*PR*VISA*ISA*IEA").encode())
    first, second = payments(events)
    assert first.patient is not None
    assert second.patient is not None
    assert (first.patient.last_name, first.patient.first_name) == ("ISA", "ISA")
    assert (second.patient.last_name, second.patient.first_name) == ("LISA", "ISAAC")
    assert not findings(events)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_chunks_may_end_anywhere(size: int) -> None:
    class Dripping(io.BytesIO):
        def read(self, _: int | None = -1, /) -> bytes:
            return super().read(size)

    other = retranslated(remittance_file(3).decode(), "|", "<", "!", "\n").encode()
    content = b"\xef\xbb\xbf" + GOOD + b"\r\n" + other
    assert list(read(Dripping(content))) == read_all(content)


def test_text_of_other_character_sets() -> None:
    text = GOOD.decode().replace("SAM0", "ZOË").replace("SAM1", "JOSÉ")
    utf8 = payments(read_all(text.encode()))
    assert [p.patient.first_name for p in utf8 if p.patient] == ["ZOË", "JOSÉ"]
    windows = read_all(text.encode("cp1252"))
    assert [p.patient.first_name for p in payments(windows) if p.patient] == ["ZOË", "JOSÉ"]
    assert {finding.severity for finding in findings(windows)} == {"warning"}
    assert "Windows-1252" in reasons(windows)
    assert ends(windows)[0].balanced


def test_control_and_direction_characters_do_not_come_through() -> None:
    text = GOOD.decode().replace("SAM0", "A\x1b[31mB").replace("SAM1", "A\u202eB")
    events = read_all(text.encode())
    names = [p.patient.first_name for p in payments(events) if p.patient]
    assert names == ["A\ufffd[31mB", "A\ufffdB"]
    assert len(findings(events)) == 2


def test_wrong_counts_are_warnings() -> None:
    text = GOOD.decode().replace("SE*31*0001", "SE*30*0009").replace("GE*1*80", "GE*2*81")
    events = read_all(text.replace("IEA*1*000000070", "IEA*3*000000071").encode())
    assert_two_good_claims(events)
    assert {finding.severity for finding in findings(events)} == {"warning"}
    assert [finding.segment_id for finding in findings(events)] == ["SE"] * 2 + ["GE"] * 2 + [
        "IEA"
    ] * 2


def test_missing_trailers_are_found_and_what_was_good_comes_out() -> None:
    events = read_all(GOOD.replace(b"SE*31*0001~GE*1*80~IEA*1*000000070~", b""))
    assert len(payments(events)) == 2
    assert [end.complete for end in ends(events)] == [False]
    assert not ends(events)[0].balanced
    assert {finding.segment_id for finding in findings(events)} == {"SE", "CLP", "GE", "IEA"}
    assert [event.complete for event in events if isinstance(event, SetClosed)] == [False]


def test_a_set_without_its_end_before_another() -> None:
    text = GOOD.decode()
    start, end = text.index("ST*"), text.index("SE*")
    twice = text[:end] + text[start:]
    events = read_all(twice.encode())
    assert len(payments(events)) == 4
    assert [end.complete for end in ends(events)] == [False, True]
    assert not any(payment.damaged for payment in payments(events))


@pytest.mark.parametrize("lost", ["GS", "ST"])
def test_missing_headers(lost: str) -> None:
    text = GOOD.decode()
    start = text.index(f"{lost}*")
    events = read_all((text[:start] + text[text.index("~", start) + 1 :]).encode())
    assert [payment.patient_control_number for payment in payments(events)] == ["PCN0", "PCN1"]
    assert f"({lost})" in reasons(events)


def test_segments_outside_of_sets_are_reported_once() -> None:
    text = GOOD.decode().replace("ST*835*0001~", "XX*1~YY*2~ZZ*3~ST*835*0001~")
    events = read_all(text.encode())
    assert_two_good_claims(events)
    assert len(findings(events)) == 1


@pytest.mark.parametrize(
    ("identifier", "guide", "kind"),
    [
        ("837", "005010X222A1", "837P"),
        ("837", "005010X222A2", "837P"),
        ("837", "005010X223A3", "837I"),
        ("837", "005010X224A2", "837D"),
        ("837", "004010X098A1", "837P"),
        ("835", "005010X221A1", "835"),
        ("277", "005010X214", "277CA"),
        ("277", "005010X212", "277"),
        ("276", "005010X212", "276"),
        ("270", "005010X279A1", "270"),
        ("271", "005010X279A1", "271"),
        ("999", "005010X231A1", "999"),
        ("997", "", "997"),
        ("834", "005010X220A1", "834"),
        ("850", "004010", "unknown"),
    ],
)
def test_types(identifier: str, guide: str, kind: str) -> None:
    head = GOOD[: GOOD.index(b"GS*")].decode()
    text = (
        f"{head}GS*XX*A1*B1*20240101*1200*1*X*{guide}~ST*{identifier}*0001~ZZ*1~SE*3*0001~"
        "GE*1*1~IEA*1*000000070~"
    )
    events = read_all(text.encode())
    opened = [event.set for event in events if isinstance(event, SetOpened)]
    assert [(one.type, one.guide) for one in opened] == [(kind, guide)]
    assert file_type(io.BytesIO(text.encode())) == kind
    if kind not in ("837P", "835", "277CA", "277", "999", "997"):
        unread = [event for event in events if isinstance(event, UnreadSet)]
        assert [(one.type, one.segments) for one in unread] == [(kind, 3)]


def test_a_file_that_is_no_x12() -> None:
    for content in (b"", b"\0" * 5000, b"%PDF-1.7 ...", b"ISA", b"ISA*00*"):
        events = read_all(content)
        assert findings(events)[-1].severity == "error"
        assert "No interchange header" in reasons(events)
        assert file_type(io.BytesIO(content)) == "unknown"


def test_keys_tell_sets_apart() -> None:
    opened = [event.set for event in read_all(GOOD) if isinstance(event, SetOpened)]
    assert opened[0].key == ("PAYER01", "000000070", "80", "0001")
    assert opened[0].segment_number == 3


def test_an_endless_segment_is_left_out() -> None:
    text = GOOD.decode().replace("REF*6R*L0~", f"REF*6R*{'X' * 300_000}~")
    events = read_all(text.encode())
    assert [payment.paid for payment in payments(events)] == [Decimal("80.00")] * 2
    assert "more than" in reasons(events)
    assert payments(events)[0].damaged
    assert not payments(events)[1].damaged


def test_findings_are_bounded() -> None:
    text = GOOD.decode().replace("LX*1~", "LX*1~" + "QQ*1~" * 30_000)
    events = read_all(text.encode())
    assert len(findings(events)) == 10_001
    assert findings(events)[-1].reason == "More is wrong than is listed."
    assert len(payments(events)) == 2


def test_a_lost_header_of_a_type_that_is_not_read() -> None:
    text = GOOD.decode()
    head = text[: text.index("GS*")] + "GS*HC*A1*B1*20240101*1200*1*X*005010X223A3~"
    events = read_all(f"{head}BHT*0019*00*1*20240101*1200*CH~SE*2*0001~GE*1*1~".encode())
    assert [event.type for event in events if isinstance(event, UnreadSet)] == ["837I"]
    assert "could not be read" not in reasons(events)


def test_an_acknowledgement_beside_a_group() -> None:
    events = read_all(GOOD.replace(b"GS*HP", b"TA1*000000007*240304*1530*R*022~GS*HP"))
    assert_two_good_claims(events)
    (answer,) = (e.acknowledgement for e in events if isinstance(e, InterchangeAcknowledged))
    assert (answer.control_number, answer.accepted, answer.note) == ("000000007", False, "022")
    assert not findings(events)
