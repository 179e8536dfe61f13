"""Third-party files, where they are there: every one is read and none raises.

The folder is `RCM_TUI_X12_SAMPLES`, or `../shared/x12` beside the repository.
"""

import io
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import oxedi
import pytest

from rcm_tui.x12.claim_writer import write
from rcm_tui.x12.events import RemittanceOpened, SetOpened
from rcm_tui.x12.reader import file_type, read, read_all
from tests.x12.made import batch, claims_of, ends, payments, reasons, remittance_file

FOLDER = Path(
    os.environ.get("RCM_TUI_X12_SAMPLES")
    or Path(__file__).resolve().parents[2].parent / "shared" / "x12"
)
MANIFEST = FOLDER / "MANIFEST.tsv"


def manifest() -> Iterator[tuple[Path, str]]:
    if MANIFEST.is_file():
        for row in MANIFEST.read_text().splitlines()[1:]:
            name, kind, *_ = row.split("\t")
            yield FOLDER / name, kind


FILES = list(manifest())
CLAIM_FILES = [path for path, kind in FILES if kind == "837P"]
REMITTANCE_FILES = [path for path, kind in FILES if kind == "835"]
present = pytest.mark.skipif(not FILES, reason=f"no third-party X12 files in {FOLDER}")


@present
def test_every_file_has_its_type_and_none_raises() -> None:
    for path, kind in FILES:
        with path.open("rb") as stream:
            assert file_type(stream) == kind, path.name
        with path.open("rb") as stream:
            events = list(read(stream))
        assert "could not be read" not in reasons(events), path.name
        if kind != "TA1":
            assert any(isinstance(event, SetOpened) for event in events)


@present
def test_claims_written_again_say_the_same() -> None:
    for path in CLAIM_FILES:
        original = claims_of(read_all(path.read_bytes()))
        assert original, path.name
        again = claims_of(read_all(b"".join(write(batch(original)))))
        assert again == original, path.name


def oxedi_says(content: bytes) -> tuple[int, Decimal, Decimal, Decimal, set[str]]:
    """Claims, payments (BPR02), charged and paid on the claims, and the rules that fail."""
    result = oxedi.parse(content)
    document = result.document
    claims = [document[at].elements for at in range(len(document)) if document[at].id == b"CLP"]
    failed = {
        rule
        for one in result.diagnostics
        if one.kind == "BalanceMismatch"
        for rule in ("service", "claim", "transaction")
        if f'"{rule}_balance"' in one.rule
    }
    return (
        result.count_claims(),
        result.sum_payments(),
        sum((Decimal(claim[2].decode()) for claim in claims), Decimal(0)),
        sum((Decimal(claim[3].decode()) for claim in claims), Decimal(0)),
        failed,
    )


def ours(content: bytes) -> tuple[int, Decimal, Decimal, Decimal, set[str]]:
    """The same."""
    events = read_all(content)
    levels = {"line": "service", "claim": "claim", "payment": "transaction"}
    headers = [event.header for event in events if isinstance(event, RemittanceOpened)]
    return (
        len(payments(events)),
        sum((header.payment_amount for header in headers), Decimal(0)),
        sum((end.charge for end in ends(events)), Decimal(0)),
        sum((end.paid for end in ends(events)), Decimal(0)),
        {levels[one.level] for end in ends(events) for one in end.imbalances},
    )


@present
def test_remittances_agree_with_oxedi() -> None:
    for path in REMITTANCE_FILES:
        content = path.read_bytes()
        assert ours(content) == oxedi_says(content), path.name


@pytest.mark.parametrize(
    "changes",
    [
        (),
        ("SVC*HC:97153:HM*120.00*80.00", "SVC*HC:97153:HM*120.00*79.00"),
        ("*120.00*80.00*20.00*", "*120.00*81.50*20.00*"),
        ("BPR*I*240.00", "BPR*I*240.01"),
        ("CAS*PR*2*20.00", "CAS*PR*2*10.00**3*10.00"),
        ("CAS*PR*2*20.00", "CAS*PR*2*10.00**3*10.01"),
        ("SE*41", "PLB*1234567893*20241231*WO:X*50.00~SE*42"),
    ],
)
def test_made_remittances_agree_with_oxedi(changes: tuple[str, str] | tuple[()]) -> None:
    content = remittance_file(3)
    if changes:
        old, new = (text.encode() for text in changes)
        assert old in content
        content = content.replace(old, new, 1)
    assert ours(content) == oxedi_says(content)


@present
def test_a_second_file_behind_the_first() -> None:
    """All files one after the other are as many sets as they are apart."""
    whole, apart = b"", 0
    for path, _ in FILES:
        content = path.read_bytes()
        events = read_all(content)
        apart += sum(isinstance(event, SetOpened) for event in events)
        whole += content + b"\r\n"
    together = list(read(io.BytesIO(whole)))
    assert sum(isinstance(event, SetOpened) for event in together) == apart
    assert len(claims_of(together)) == sum(
        len(claims_of(read_all(path.read_bytes()))) for path in CLAIM_FILES
    )
