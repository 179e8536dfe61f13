"""One active case per claim: twenty processes race to open one, and the store keeps the rule."""

from multiprocessing import get_context
from pathlib import Path

import peewee
import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseClaim, CaseFile
from tests.billing.cases.racing import race
from tests.billing.cases.rule_rows import denied
from tests.practice_builder import NOW, small_practice

RACERS = 20
SECONDS = 120
"""Before a process is taken for stuck."""


def test_of_twenty_processes_that_open_a_case_for_a_claim_one_wins(
    store: Store, store_url: str, key_folder: Path
) -> None:
    (claim,) = denied(store, small_practice(), 1)
    store.database.close()
    # The processes come from one that has imported all this and has no store open.
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.billing.cases.racing"])
    start, said = context.Barrier(RACERS), context.Queue()
    racers = [
        context.Process(
            target=race, args=(store_url, str(key_folder), claim.id, number, start, said)
        )
        for number in range(RACERS)
    ]
    for racer in racers:
        racer.start()
    answers = [said.get(timeout=SECONDS) for _ in racers]
    for racer in racers:
        racer.join(SECONDS)
    (case,) = CaseFile.select()
    refusal = f"it stands in an active case: {case.number}; resolve or cancel that one first"
    assert sorted(answers) == [
        ("opened", case.number),
        *[("refused", f"no case was opened: {refusal}")] * (RACERS - 1),
    ]
    assert CaseClaim.select().where(CaseClaim.active == 1).count() == 1
    checks = check_store(store.database, store.audit_key)
    assert [one.problems for one in checks if not one.ok] == []


def test_the_store_itself_refuses_a_second_active_case(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim(status="Submitted")
    one, two = (
        CaseFile.create(number=number, subject="Racing", opened_at=NOW) for number in ("A", "B")
    )
    CaseClaim.create(case=one, claim=claim, chain=claim.id, added_at=NOW)
    with pytest.raises(peewee.IntegrityError), store.database.atomic():
        CaseClaim.create(case=two, claim=claim, chain=claim.id, added_at=NOW)
    CaseClaim.create(case=two, claim=claim, chain=claim.id, added_at=NOW, active=False)
