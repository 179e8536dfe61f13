"""Files damaged in every way: each still gets a type and an outcome, and the store still checks."""

from random import Random

from rcm_tui.billing.check import check_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.x12.claim_acknowledgement import ClaimStatus, Status
from rcm_tui.x12.implementation_acknowledgement import SetAcknowledgement
from tests.exchange.receiving import claim_file, receive, rewritten
from tests.exchange.test_acknowledgements import claim_answer, group_answer, ta1
from tests.x12.made import claim, full_claim, line, remittance_file

OUTCOMES = {"posted", "imported", "held", "to review", "duplicate", "refused"}
STRAY = (
    *(b"*99999999999999999999", b"-", b"1E30", b"*~", b"\xe2\x80\xae", b"~CLM*X*1~", b"~SE*1*1~"),
    *(b"~HL*9**22*0~", b"~NM1*IL*1**\xff~", b"NaN", b"0.001", b"\x00", b"\x1b[2J", b"20240231"),
)
FILES = (
    claim_file([claim(1), full_claim(), claim(2, lines=(line(2),))]),
    remittance_file(3),
    claim_answer("PR", [ClaimStatus("PCN1", (Status((("A7", "562", "85"),), action="U"),))]),
    group_answer("1", [SetAcknowledgement("837", "0001", code="R")], "R"),
    ta1("000000001"),
)


def damaged(content: bytes, random: Random) -> bytes:
    """The content with some bytes, segments or parts changed, lost, doubled or swapped."""
    for _ in range(random.randrange(1, 10)):
        at = random.randrange(len(content) + 1)
        kind = random.randrange(6)
        if kind == 0:
            content = content[:at] + bytes([random.randrange(256)]) + content[at + 1 :]
        elif kind == 1:
            content = content[:at] + content[at + random.randrange(1, 40) :]
        elif kind == 2:
            content = content[:at] + random.choice(STRAY) + content[at:]
        elif kind == 3 and random.random() < 0.3:
            content = content[:at]
        else:
            segments = content.split(b"~")
            one, other = (random.randrange(len(segments)) for _ in range(2))
            if kind == 4:
                segments[one], segments[other] = segments[other], segments[one]
            else:
                segments.insert(one, segments[other])
            content = b"~".join(segments)
    return content


def test_whatever_happened_to_a_file_it_gets_an_outcome(store: Store) -> None:
    random = Random(20240318)
    seen = set()
    for _ in range(150):
        content = damaged(random.choice(FILES), random)
        received = receive(store, content, as_draft=random.random() < 0.3)
        seen.add(received.outcome)
        assert received.outcome in OUTCOMES
        assert received.findings or received.outcome in ("posted", "imported")
    assert seen == OUTCOMES
    assert IncomingFile.select().count() > 100
    assert [
        one.problems for one in check_store(store.database, store.audit_key) if not one.ok
    ] == []
    assert len(rewritten(store)) > 20
