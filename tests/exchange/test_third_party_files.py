"""Files that other projects publish, where they are there: all come in, none crashes, each once.

The folder is `RCM_TUI_X12_SAMPLES`, or `../shared/x12` beside the repository.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from rcm_tui.billing.check import check_store
from rcm_tui.data.fields import dollars
from rcm_tui.data.store import Store
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.exchange.incoming import ReceivedFile
from rcm_tui.x12.claim import ProfessionalClaim
from rcm_tui.x12.reader import read_all
from tests.exchange.receiving import reasons, receive, rewritten
from tests.x12.made import claims_of, ends
from tests.x12.test_samples import FILES, present

IMPORTED = {"837P": "imported", "999": "posted", "TA1": "posted", "277CA": "posted"}


def received_all(store: Store) -> dict[Path, ReceivedFile]:
    return {path: receive(store, path.read_bytes(), path.name) for path, _ in FILES}


@present
def test_every_file_has_type_and_outcome_and_comes_in_once(store: Store) -> None:
    first = received_all(store)
    for path, kind in FILES:
        received = first[path]
        assert received.type == kind, path.name
        if kind != "835":
            assert received.outcome == IMPORTED.get(kind, "refused"), path.name
            assert received.outcome != "refused" or reasons(received), path.name
    again = received_all(store)
    assert {received.outcome for received in again.values()} == {"duplicate"}
    results = check_store(store.database, store.audit_key)
    assert [(one.name, one.problems) for one in results if not one.ok] == []


@present
def test_claims_are_rewritten_as_they_were(store: Store) -> None:
    originals: list[ProfessionalClaim] = []
    for path, kind in FILES:
        if kind == "837P":
            claims = claims_of(read_all(path.read_bytes()))
            assert receive(store, path.read_bytes()).claims == len(claims), path.name
            originals += claims
    again = rewritten(store)
    assert len(again) == len(originals)
    for original, claim in zip(originals, again, strict=True):
        # Ours is put where a line had no control number; nothing else may differ.
        lines = tuple(
            replace(line, line_control_number=said.line_control_number)
            for line, said in zip(claim.lines, original.lines, strict=True)
            if said.line_control_number or line.line_control_number
        )
        assert replace(claim, lines=lines) == original


@present
def test_remittances_that_balance_post_and_the_others_are_held(store: Store) -> None:
    outcomes: Counter[str] = Counter()
    for path, kind in FILES:
        if kind != "835":
            continue
        said = ends(read_all(path.read_bytes()))
        received = receive(store, path.read_bytes(), path.name)
        outcomes[received.outcome] += 1
        if received.outcome == "duplicate":
            # The very payment that another project publishes too: payer, number, amount, date.
            assert "it was not posted again" in reasons(received), path.name
            continue
        balanced = all(end.balanced for end in said)
        whole = all(one.level != "payment" for end in said for one in end.imbalances)
        expected = {"posted"} if balanced else {"to review", "held"} if whole else {"held"}
        if "it looks like payment" in reasons(received):  # under another payer's identifier
            expected = {"to review"}
        assert received.outcome in expected, path.name
        assert received.claims == sum(end.claims for end in said), path.name
        assert dollars(received.paid) == sum(end.paid for end in said), path.name
        for end in said:
            for imbalance in end.imbalances:
                assert f"off by {abs(imbalance.difference)}" in reasons(received), path.name
    assert outcomes["posted"] == Payment.select().where(Payment.state == "posted").count() > 0
    for state in ("held", "to review"):
        assert outcomes[state] == Payment.select().where(Payment.state == state).count()
