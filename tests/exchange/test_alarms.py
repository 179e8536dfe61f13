"""Emergency access ends by the worker's clock, and is told by email, once, without its reason."""

from dataclasses import replace

import pytest

from rcm_tui.billing.people.emergency import allow_emergency, begin_emergency, end_emergency
from rcm_tui.billing.people.users import actor_of, add_user
from rcm_tui.data.store import Store
from rcm_tui.data.tables.emergencies import EmergencyAccess
from rcm_tui.data.tables.jobs import JobRun
from rcm_tui.exchange.mail.server import MailServer
from rcm_tui.jobs.emails import send_emails
from rcm_tui.jobs.schedule import SEND_EMAILS
from rcm_tui.jobs.worker import Worker
from tests.billing.people.test_emergency import REASON
from tests.billing.people.test_users import ADMINISTRATOR
from tests.exchange.test_mail import Mailbox, mailbox, work_once
from tests.jobs.clock import Clock

__all__ = ["mailbox"]


@pytest.fixture
def began(store: Store) -> Clock:
    """Alice has just taken up emergency access for half an hour."""
    clock = Clock()
    with store.work(ADMINISTRATOR, clock()) as work:
        user = add_user(work, "alice", "Alice Ng", "auditor")
        allow_emergency(work, "alice", "billing manager")
    with store.work(actor_of(int(user.id)), clock()) as work:
        begin_emergency(work, REASON, 30)
    return clock


def test_it_is_told_once_and_again_when_the_server_was_away(
    store: Store, began: Clock, mailbox: tuple[Mailbox, MailServer]
) -> None:
    box, plain_server = mailbox
    server = replace(plain_server, alarms_to="privacy@example.com")
    box.answers = ["451 come back", "550 never heard of them"]
    for _ in range(4):
        work_once(store, began, server)
        began.move(60)
    ((recipients, message),) = box.messages
    assert recipients == ["privacy@example.com"]
    text = message.get_content()
    assert "alice took up emergency access as billing manager" in text
    assert REASON not in text, "a reason may name a client"
    assert EmergencyAccess.get().alarmed_at is not None
    troubles = [run.message for run in JobRun.select() if "could not be sent" in run.message]
    assert len(troubles) == 2


def test_a_mail_server_that_is_away_is_tried_less_and_less_often_and_told_in_the_same_words(
    store: Store, began: Clock, mailbox: tuple[Mailbox, MailServer]
) -> None:
    box, plain_server = mailbox
    server = replace(plain_server, alarms_to="privacy@example.com")
    box.answers = ["451 come back"] * 6
    worker = Worker(store, "a", began, jobs={SEND_EMAILS: lambda turn: send_emails(turn, server)})
    tried, left = [], 6
    for minute in range(62):
        worker.run(once=True)
        if len(box.answers) < left:
            tried.append(minute)
            left = len(box.answers)
        began.move(60)
    assert [minute - tried[0] for minute in tried] == [0, 1, 3, 7, 15, 30]
    assert len(box.messages) == 1, "by itself, once the server takes it"
    runs = [run for run in JobRun.select() if "could not be sent" in run.message]
    assert len(runs) == 2
    assert {run.outcome for run in runs} == {"failed"}
    assert EmergencyAccess.get().alarmed_at is not None


def test_of_a_flood_some_are_told_and_the_others_when_the_hour_is_over(
    store: Store, began: Clock, mailbox: tuple[Mailbox, MailServer]
) -> None:
    box, plain_server = mailbox
    server = replace(plain_server, alarms_to="privacy@example.com")
    alice = actor_of(int(EmergencyAccess.get().user_id))
    for _ in range(11):
        with store.work(alice, began()) as work:
            end_emergency(work)
            begin_emergency(work, REASON, 30)
    for _ in range(3):
        work_once(store, began, server)
        began.move(60)
    assert len(box.messages) == 10
    runs = [run for run in JobRun.select() if "the others wait for the hour" in run.message]
    assert len(runs) in (2, 3)
    began.move(3600)
    work_once(store, began, server)
    assert len(box.messages) == 12
    assert EmergencyAccess.select().where(EmergencyAccess.alarmed_at.is_null()).count() == 0


def test_nobody_is_told_without_an_address_and_it_ends_all_the_same(
    store: Store, began: Clock, mailbox: tuple[Mailbox, MailServer]
) -> None:
    box, server = mailbox
    began.move(31 * 60)
    work_once(store, began, server)
    assert box.messages == []
    row = EmergencyAccess.get()
    assert (row.ended_at, row.ended_by) == (row.ends_at, "")
