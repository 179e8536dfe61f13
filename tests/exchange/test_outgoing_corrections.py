"""Corrected claims and voids on the wire: CLM05-3, REF*F8 and every line, valid for pyx12."""

import zlib
from pathlib import Path

import pytest

from rcm_tui.billing.claims.correcting import modify_claims, void_claims
from rcm_tui.billing.claims.submission import save_and_submit
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.exchange.outgoing import build_claims_transactions
from rcm_tui.x12.events import ClaimRead
from rcm_tui.x12.reader import read_all
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.exchange.sending import Sending
from tests.practice_builder import BILLER, NOW, small_practice
from tests.x12 import pyx12_says

NOTE = "CORRECTED CLAIM, MODIFIER ADDED"


def file_of(sending: Sending) -> bytes:
    with sending.store.work(WORKER, NOW) as work:
        (key,) = build_claims_transactions(work, sending.key, 1, "a worker", lambda work: None)
    return zlib.decompress(bytes(sending.row(key).content))


@pytest.mark.parametrize(
    ("code", "void"), [("7", False), ("6", False), ("8", True)], ids=["7", "6", "8"]
)
def test_a_correction_names_what_it_corrects(
    store: Store, tmp_path: Path, code: str, void: bool
) -> None:
    practice = small_practice()
    if not void:
        practice.payer.correction_code = code
        practice.payer.save()
    sending = Sending.of(store, practice, tmp_path)
    claim = submitted_claim(store, practice)
    said = [
        line(32000, 24000, "CO-45 80.00"),
        line(24000, 0, "CO-4 240.00", code="97155"),
    ]
    number = claim.patient_control_number
    post(store, [claim_payment(number, said, payer_claim_control_number="ICN-2026/7")])
    with store.work(BILLER, NOW) as work:
        (key,) = (void_claims if void else modify_claims)(work, [claim.id], NOTE).made
        if not void:
            ClaimLine.update(modifiers="HO").where(
                ClaimLine.claim == key, ClaimLine.position == 2
            ).execute()
            assert save_and_submit(work, [key]).done == [key]
    content = file_of(sending)
    assert pyx12_says.errors(content) == []
    made = Claim.get_by_id(key)
    segments = content.decode().replace("\n", "").split("~")
    (clm,) = [one.split("*") for one in segments if one.startswith("CLM*")]
    assert (clm[1], clm[5]) == (made.patient_control_number, f"11:B:{code}")
    assert "REF*F8*ICN-2026/7" in segments
    assert f"NTE*ADD*{NOTE}" in segments
    # A replacement holds all lines, also what was paid.
    (read,) = (event.claim for event in read_all(content) if isinstance(event, ClaimRead))
    modifiers = [one.procedure.modifiers for one in read.lines]
    assert modifiers == [(), () if void else ("HO",)]
    assert [str(one.charge) for one in read.lines] == ["320.00", "240.00"]
    assert (read.frequency_code, read.original_reference) == (code, "ICN-2026/7")
    assert (made.status, Claim.get_by_id(claim.id).status) == ("Submitted", "Historical")
