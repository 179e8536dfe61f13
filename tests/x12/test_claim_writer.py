"""837P: what is written is what is read, and pyx12 holds it for valid."""

from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.x12.claim import Diagnosis, Procedure, ProfessionalClaim
from rcm_tui.x12.claim_writer import write
from rcm_tui.x12.delimiters import Delimiters
from rcm_tui.x12.events import ClaimsOpened, SetClosed
from rcm_tui.x12.reader import read_all
from tests.x12 import strategies
from tests.x12.made import (
    CHILD,
    CLINIC,
    CREATED,
    PARENT,
    SUBSCRIBER,
    batch,
    claim,
    claims_of,
    findings,
    full_claim,
    line,
)
from tests.x12.pyx12_says import errors


def written(claims: list[ProfessionalClaim], **changes: object) -> bytes:
    return b"".join(write(batch(claims, **changes)))


def segments(content: bytes, name: str) -> list[str]:
    return [one for one in content.decode().split("~") if one.startswith(f"{name}*")]


def assert_reads_back(claims: list[ProfessionalClaim], content: bytes) -> None:
    events = read_all(content)
    assert not findings(events)
    read = claims_of(events)
    assert len(read) == len(claims)
    for was, now in zip(claims, read, strict=True):
        for one in fields(was):
            if one.compare:
                assert getattr(now, one.name) == getattr(was, one.name), one.name


def test_a_claim_with_every_loop() -> None:
    content = written([full_claim()])
    assert_reads_back([full_claim()], content)
    assert claims_of(read_all(content))[0].unread == ()
    assert errors(content) == []


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(strategies.claims(), min_size=1, max_size=3), strategies.delimiters)
def test_any_claims_with_any_delimiters(
    claims: list[ProfessionalClaim], delimiters: Delimiters
) -> None:
    content = written(claims, delimiters=delimiters)
    assert_reads_back(claims, content)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(strategies.claims(), min_size=1, max_size=6))
def test_pyx12_holds_any_claims_for_valid(claims: list[ProfessionalClaim]) -> None:
    assert errors(written(claims)) == []


def test_header() -> None:
    events = read_all(written([claim()]))
    header = next(event.header for event in events if isinstance(event, ClaimsOpened))
    assert (header.reference, header.created, header.kind) == ("0000000070001", CREATED, "CH")
    assert (header.submitter_name, header.submitter_id) == ("BRIGHT STEPS LLC", "SUB1")
    assert (header.receiver_name, header.receiver_id) == ("CLEARINGHOUSE", "CH1")


def test_isa_is_106_characters() -> None:
    content = written([claim()])
    assert content.index(b"~") == 105
    assert segments(content, "GS")[0].endswith("*X*005010X222A1")


def test_levels_are_shared_and_their_numbers_count_on() -> None:
    dependent = {"patient": CHILD, "relationship": "19"}
    other = replace(SUBSCRIBER, member_id="OTHER1")
    claims = [
        claim(1),
        claim(2),
        claim(3, **dependent),
        claim(4, **dependent),
        claim(5, patient=replace(CHILD, first_name="ADA"), relationship="19"),
        claim(6, subscriber=other),
        claim(7, billing_provider=replace(CLINIC, last_name="SECOND UNIT")),
    ]
    content = written(claims)
    assert segments(content, "HL") == [
        "HL*1**20*1",
        "HL*2*1*22*0",
        "HL*3*1*22*1",
        "HL*4*3*23*0",
        "HL*5*3*23*0",
        "HL*6*1*22*0",
        "HL*7**20*1",
        "HL*8*7*22*0",
    ]
    assert_reads_back(claims, content)
    assert errors(content) == []


def test_large_batches_are_split_into_sets() -> None:
    claims = [claim(number) for number in range(7)]
    content = written(claims, claims_per_set=3)
    assert_reads_back(claims, content)
    assert segments(content, "GE") == ["GE*3*8"]
    closed = [event for event in read_all(content) if isinstance(event, SetClosed)]
    assert [event.set.control_number for event in closed] == ["0001", "0002", "0003"]
    assert errors(content) == []


def test_claims_are_written_as_they_come() -> None:
    taken = 0

    def many() -> Iterator[ProfessionalClaim]:
        nonlocal taken
        for number in range(2000):
            taken += 1
            yield claim(number)

    blocks = write(batch(many()))
    first = next(blocks)
    assert taken < 500
    rest = b"".join(blocks)
    assert len(claims_of(read_all(first + rest))) == 2000
    assert not findings(read_all(first + rest))


def test_names_are_cleaned_and_identifiers_refused() -> None:
    person = replace(
        PARENT, last_name="MUÑOZ*~:^ŁĄCKA", first_name="ZOË\x1b\u202e", middle_name="’"
    )
    content = written([claim(subscriber=replace(SUBSCRIBER, person=person))])
    read = claims_of(read_all(content))[0].subscriber.person
    assert (read.last_name, read.first_name, read.middle_name) == ("MUNOZ LACKA", "ZOE", "'")
    assert errors(content) == []


def test_long_names_are_shortened_and_diagnoses_lose_their_point() -> None:
    person = replace(PARENT, last_name="A" * 70)
    content = written(
        [
            claim(
                subscriber=replace(SUBSCRIBER, person=person),
                diagnoses=(Diagnosis("ABK", "F84.0"),),
            )
        ]
    )
    read = claims_of(read_all(content))[0]
    assert read.subscriber.person.last_name == "A" * 60
    assert read.diagnoses == (Diagnosis("ABK", "F840"),)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"patient_control_number": "A*B"},
            r"Patient control number 'A\*B' has the character '\*'",
        ),
        ({"patient_control_number": "A" * 39}, "has 39 characters; at most 38 can be sent"),
        ({"patient_control_number": " "}, "Patient control number is missing"),
        ({"prior_authorization": "Ä1"}, "Prior authorization 'Ä1' has the character 'Ä'"),
        ({"charge": Decimal("1.005")}, "Claim charge 1.005 is not an amount"),
        ({"charge": Decimal("NaN")}, "Claim charge NaN is not an amount"),
        ({"charge": Decimal("1E+20")}, "Claim charge .* is not an amount"),
        ({"diagnoses": (Diagnosis("ABK", "F840"),) * 13}, "13 diagnoses; at most 12"),
        ({"lines": ()}, "0 lines; 1 to 50"),
        ({"lines": (line(),) * 51}, "51 lines; 1 to 50"),
        ({"lines": (line(diagnosis_pointers=(1, 2, 3, 4, 5)),)}, "Line 1: It points at 5 diag"),
        ({"lines": (line(units=Decimal("0.12345")),)}, "Line 1: Units 0.12345 is not a quantity"),
        ({"lines": (line(procedure=Procedure("")),)}, "Line 1: Procedure code is missing"),
        (
            {"lines": (line(procedure=Procedure("97153", modifiers=("A1",) * 5)),)},
            "Procedure 97153 has 5 modifiers, not 4",
        ),
        (
            {"subscriber": replace(SUBSCRIBER, person=replace(PARENT, last_name="李"))},
            "last name '李'",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_in_a_sentence(
    changes: dict[str, object], sentence: str
) -> None:
    refused = claim(1, **changes)
    with pytest.raises(ValueError, match=sentence) as raised:
        written([refused])
    assert str(raised.value).startswith(f"Claim {refused.patient_control_number!r}: ")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"claims": []}, "at least one claim"),
        ({"sender": "A" * 16}, "Interchange sender"),
        ({"sender": ""}, "Interchange sender is missing"),
        ({"receiver": "A"}, "Group receiver 'A' has fewer than two"),
        ({"interchange_control_number": 0}, "Interchange control number 0"),
        ({"group_control_number": 10**9}, "Group control number 1000000000"),
        ({"usage_indicator": "X"}, "'X' is neither P nor T"),
        ({"delimiters": Delimiters("*", "*", "^", "~")}, "not four different"),
        ({"delimiters": Delimiters("A", ":", "^", "~")}, "'A' cannot be a delimiter"),
    ],
)
def test_a_batch_that_cannot_be_sent(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        b"".join(write(batch(**{"claims": [claim()], **changes})))  # type: ignore[arg-type]
