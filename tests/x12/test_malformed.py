"""No file makes the readers raise, and what is good in it comes out."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcm_tui.x12.acknowledgement_writer import write_interchange_acknowledgements
from rcm_tui.x12.claim_writer import write
from rcm_tui.x12.interchange_acknowledgement import InterchangeAcknowledgement
from rcm_tui.x12.reader import read_all
from tests.x12.made import (
    CREATED,
    batch,
    claims_of,
    ends,
    envelope,
    findings,
    full_claim,
    payments,
    reasons,
    remittance_file,
)
from tests.x12.test_answers import acknowledgement_file, claim_acknowledgement_file

FILES = {
    "835": remittance_file(2),
    "837P": b"".join(write(batch([full_claim()]))),
    "277CA": claim_acknowledgement_file(),
    "999": acknowledgement_file(),
    "TA1": write_interchange_acknowledgements(
        envelope(), [InterchangeAcknowledgement("000000007", CREATED, "A", "000")]
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_truncated_at_every_byte(kind: str) -> None:
    content = FILES[kind]
    for length in range(len(content) - 1):
        events = read_all(content[:length])
        assert findings(events), f"nothing was said about the first {length} bytes"
        assert "could not be read" not in reasons(events)


def test_a_truncated_remittance_never_balances_and_never_lies() -> None:
    content = FILES["835"]
    whole = payments(read_all(content))
    for length in range(content.index(b"SE*")):
        events = read_all(content[:length])
        assert not any(end.balanced for end in ends(events))
        for read, original in zip(payments(events), whole, strict=False):
            assert read.damaged or read == original


@pytest.mark.parametrize("kind", FILES)
def test_bytes_changed_at_random(kind: str) -> None:
    chance = random.Random(kind)
    content = FILES[kind]
    for _ in range(400):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(changed))
            match chance.randrange(3):
                case 0:
                    changed[at] = chance.randrange(256)
                case 1:
                    del changed[at : at + chance.randint(1, 30)]
                case _:
                    changed[at:at] = chance.choice([b"*", b"~", b":", b"ISA*", b"\0", b"~SVC*"])
        assert "could not be read" not in reasons(read_all(bytes(changed)))


@pytest.mark.parametrize("kind", FILES)
def test_segments_lost_doubled_and_shuffled(kind: str) -> None:
    chance = random.Random(kind)
    head, *segments = FILES[kind].split(b"~")
    for _ in range(300):
        mixed = list(segments)
        for _ in range(chance.randint(1, 6)):
            at, to = chance.randrange(len(mixed)), chance.randrange(len(mixed))
            match chance.randrange(3):
                case 0:
                    mixed.insert(to, mixed[at])
                case 1:
                    mixed.insert(to, mixed.pop(at))
                case _:
                    mixed[at] = mixed[at][: chance.randrange(len(mixed[at]) + 1)]
        assert "could not be read" not in reasons(read_all(b"~".join([head, *mixed])))


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(sorted(FILES)), st.integers(0, 2000))
def test_any_bytes_anywhere(noise: bytes, kind: str, at: int) -> None:
    content = FILES[kind]
    events = read_all(content[:at] + noise + content[at:])
    assert "could not be read" not in reasons(events)
    assert read_all(noise)


def test_the_good_interchange_after_a_broken_one_comes_out() -> None:
    content = FILES["837P"]
    broken = content[: len(content) // 2]
    assert len(claims_of(read_all(broken + content))) == 2
    assert claims_of(read_all(broken + content))[1] == claims_of(read_all(content))[0]
