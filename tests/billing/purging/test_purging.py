"""Purge by policy: what is old goes and leaves its row, what is held or waits stays."""

import datetime
import zlib
from dataclasses import replace

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.purging import purging
from rcm_tui.billing.purging.purging import (
    begin_run,
    cutoff,
    end_run,
    foresee,
    purge_step,
    remove_purged,
)
from rcm_tui.data.actor import WORKER, Actor
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.cases import CaseClaim, CaseFile
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.exchange import ClaimsTransaction, IncomingFile, TransmittedClaim
from rcm_tui.data.tables.legal_holds import LegalHold
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.data.tables.personal import UnsavedDraft
from rcm_tui.data.tables.purging import ANSWER_FILES, KEPT, SENT_FILES, PurgePolicy, PurgeRun
from rcm_tui.data.tables.timeline import StoredFile, TimelineEntry
from tests.practice_builder import BILLER, NOW, TODAY, small_practice

ADMIN = Actor("root", "Root", "administrator")
LONG_AGO = NOW - datetime.timedelta(days=11 * 366)


def old_answer(
    name: str, at: datetime.datetime = LONG_AGO, outcome: str = "posted"
) -> IncomingFile:
    return IncomingFile.create(
        source="import",
        name=name,
        sha256=name,
        size=10,
        content=zlib.compress(name.encode()),
        outcome=outcome,
        received_at=at,
    )


def a_case(claim: Claim, closed_at: datetime.datetime | None = None) -> CaseFile:
    case = CaseFile.create(
        number="K-1",
        subject="x",
        opened_at=LONG_AGO,
        closed_at=closed_at,
        stage="Resolved" if closed_at else "New",
    )
    CaseClaim.create(
        case=case,
        claim=claim,
        chain=claim.chain or claim.id,
        active=closed_at is None,
        added_at=LONG_AGO,
    )
    return case


def a_sent_file(clearinghouse: Clearinghouse, claim: Claim) -> ClaimsTransaction:
    transaction = ClaimsTransaction.create(
        clearinghouse=clearinghouse,
        interchange_control_number=1,
        group_control_number=1,
        file_name="1.837",
        content=zlib.compress(b"ISA"),
        size=3,
        sha256="s",
        claims=1,
        billed=claim.billed,
        state="sent",
        fence=1,
        built_at=LONG_AGO,
        sent_at=LONG_AGO,
        acknowledgement="accepted",
    )
    TransmittedClaim.create(claims_transaction=transaction, claim=claim, set_control_number="1")
    return transaction


def switched_on(kept: str) -> PurgePolicy:
    PurgePolicy.update(active=True).where(PurgePolicy.kept == kept).execute()
    return PurgePolicy.get(PurgePolicy.kept == kept)


def run_of(store: Store, kept: str) -> PurgeRun:
    policy = switched_on(kept)
    with store.work(WORKER, NOW) as work:
        run = begin_run(work, policy.id)
    went = 1
    while went:
        with store.work(WORKER, NOW) as work:
            went = purge_step(work, run)
    with store.work(WORKER, NOW) as work:
        return end_run(work, run)


def holds(store: Store) -> None:
    wrong = [one for one in check_store(store.database, store.audit_key) if not one.ok]
    assert not wrong, wrong


def test_a_new_practice_has_every_policy_and_none_acts(store: Store) -> None:
    policies = list(PurgePolicy.select())
    assert {policy.kept for policy in policies} == set(KEPT)
    assert not any(policy.active for policy in policies)
    assert all(policy.basis for policy in policies)
    with store.work(WORKER, NOW) as work, pytest.raises(Refused, match="switched off"):
        begin_run(work, policies[0].id)


def test_old_answers_go_and_their_rows_say_by_what(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "STEP", 1)
    first, second = old_answer("first"), old_answer("second")
    stays = [
        old_answer("young", NOW),
        old_answer("waits", outcome="to review"),
        old_answer("read, not posted", outcome="received"),
    ]
    size = len(first.content) + len(second.content)
    (seen,) = [one for one in foresee(store.database, NOW, TODAY) if one.kept == ANSWER_FILES]
    assert (seen.things, seen.bytes, seen.held, seen.active) == (2, size, 0, False)
    assert seen.oldest == seen.newest == moment_to_store(LONG_AGO)
    assert IncomingFile.get_by_id(first.id).purged is None, "foreseeing changes nothing"

    run = run_of(store, ANSWER_FILES)
    assert (run.things, run.bytes, run.held) == (2, size, 0)
    for one in (first, second):
        now = IncomingFile.get_by_id(one.id)
        assert (bytes(now.content), now.sha256, now.size) == (b"", one.sha256, one.size)
        assert now.purged_id == run.id
    assert all(bytes(IncomingFile.get_by_id(one.id).content) for one in stays)
    kept = AuditRecord.select().where(AuditRecord.subject == "purge_run")
    assert [one.action for one in kept.order_by(AuditRecord.id)] == [
        "purge begun",
        "purged",
        "purged",
        "purge ended",
    ]
    assert {one.area for one in kept} == {"store"}
    assert run_of(store, ANSWER_FILES).things == 0, "what went once does not go again"
    holds(store)


@pytest.mark.parametrize("by", ["client", "payer", "case", "nothing", "ended"])
def test_a_hold_keeps_what_is_about_it(store: Store, by: str) -> None:
    practice = small_practice()
    claim = practice.add_claim(
        status="Submitted",
        adjudication="pending",
        acknowledgement="accepted by payer",
        submitted_at=moment_to_store(LONG_AGO),
    )
    case = a_case(claim)
    sent = a_sent_file(practice.clearinghouse, claim)
    wanted = {"client": claim.client, "payer": claim.payer, "case": case}
    if by in wanted:
        LegalHold.create(**{by: wanted[by]}, reason="subpoena", starts_on=TODAY)
    elif by == "ended":
        yesterday = TODAY - datetime.timedelta(days=1)
        LegalHold.create(
            client=claim.client, reason="subpoena", starts_on=yesterday, ends_on=yesterday
        )
    run = run_of(store, SENT_FILES)
    kept = by in wanted
    assert (run.things, run.held) == ((0, 1) if kept else (1, 0))
    assert bool(bytes(ClaimsTransaction.get_by_id(sent.id).content)) is kept
    assert ClaimsTransaction.get_by_id(sent.id).sha256 == "s"


def test_a_run_that_is_killed_is_taken_up_and_its_files_go(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim()
    case = a_case(claim, closed_at=LONG_AGO)
    files = store.files if store.url.startswith("sqlite") or store.files_folder else None
    if files is None:
        pytest.skip("this store has no folder for files")
    digest = files.keep(b"a letter")
    stored = StoredFile.create(sha256=digest, size=8, stored_at=LONG_AGO)
    TimelineEntry.create(
        case=case, kind="file", at=LONG_AGO, author="maria", subject="letter.pdf", file=stored
    )
    run_of(store, "files of cases")  # as if killed before the file itself went
    assert files.path(digest).exists()
    assert remove_purged(store.database, files) == 1
    assert not files.path(digest).exists()
    assert remove_purged(store.database, files) == 0
    assert StoredFile.get_by_id(stored.id).sha256 == digest


def test_drafts_go_with_their_time(store: Store) -> None:
    for login, at in (("maria", LONG_AGO), ("tom", NOW)):
        UnsavedDraft.create(login=login, subject="client", typed="{}", at=at)
    assert run_of(store, "drafts").things == 1
    assert [one.login for one in UnsavedDraft.select()] == ["tom"]


def test_a_policy_that_is_changed_or_switched_off_ends_its_run(store: Store) -> None:
    old_answer("first")
    policy = switched_on(ANSWER_FILES)
    with store.work(WORKER, NOW) as work:
        run = begin_run(work, policy.id)
    PurgePolicy.update(months=policy.months + 1).where(PurgePolicy.id == policy.id).execute()
    with store.work(WORKER, NOW) as work, pytest.raises(Refused, match="was changed meanwhile"):
        purge_step(work, run)
    assert IncomingFile.get().purged is None


@pytest.mark.parametrize("role", ["billing manager", "biller", "auditor", "client coordinator"])
def test_only_administrators_and_the_worker_purge(store: Store, role: str) -> None:
    policy = switched_on(ANSWER_FILES)
    with (
        store.work(replace(BILLER, role=role), NOW) as work,
        pytest.raises(Refused, match="may not care for the store"),
    ):
        begin_run(work, policy.id)
    with store.work(ADMIN, NOW) as work:
        assert begin_run(work, policy.id)


@pytest.mark.parametrize(
    ("now", "months", "expected"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2024-02-29", 120, "2014-02-28"),
        ("2026-12-31", 1, "2026-11-30"),
    ],
)
def test_months_are_counted_by_the_calendar(now: str, months: int, expected: str) -> None:
    moment = datetime.datetime.fromisoformat(now + "T10:00:00+00:00")
    assert cutoff(moment, months)[:10] == expected
