"""Emails: the message, what no header can hold, and the way through a real SMTP server."""

import email
import socket
from collections.abc import Iterator
from email import policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.timeline.editing import edit_entry
from rcm_tui.billing.cases.timeline.emails import add_email, addresses, exported, send, take_back
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.cli.mail import mail_server
from rcm_tui.data.store import Store
from rcm_tui.data.tables.jobs import Job
from rcm_tui.data.tables.timeline import OutgoingEmail, TimelineEntry
from rcm_tui.exchange.mail.message import made_message
from rcm_tui.exchange.mail.server import MailServer, MailTrouble, deliver
from rcm_tui.jobs.emails import send_emails
from rcm_tui.jobs.schedule import SEND_EMAILS
from rcm_tui.jobs.worker import Worker
from rcm_tui.settings import SettingsError, load
from tests.jobs.clock import Clock
from tests.practice_builder import BILLER, NOW, small_practice


class Mailbox:
    """What a server was given; `answers` are what it says to the next recipients."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.answers: list[str] = []

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.answers.pop(0) if self.answers else "250 fine"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        self.messages.append((list(envelope.rcpt_tos), message))
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, MailServer]]:
    """A mail server on this machine, and how to reach it."""
    handler = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, MailServer("127.0.0.1", port, "none", "billing@example.com")
    controller.stop()


@pytest.fixture
def case(store: Store) -> int:
    claim = small_practice().add_claim(status="Submitted", adjudication="denied")
    return do(store, open_case, [claim.id], {"subject": "Authorization missing"}).made[0]


def do(store: Store, function: Any, *args: Any, at: Any = NOW, **said: Any) -> Any:
    with store.work(BILLER, at) as work:
        return function(work, *args, **said)


LETTER = {
    "party": "um@payer.com; other@payer.com",
    "subject": "Retro authorization – 3 claims",
    "text": "Dear UM,\n.\nplease see K-1001.\n",
}


def work_once(store: Store, clock: Clock, server: MailServer | None) -> int:
    jobs = {SEND_EMAILS: lambda turn: send_emails(turn, server)}
    return Worker(store, "a", clock, jobs=jobs).run(once=True, job=SEND_EMAILS)


def state_of(entry: int) -> str:
    return str(TimelineEntry.get_by_id(entry).state)


def test_a_draft_goes_out_once_through_the_worker(
    store: Store, case: int, mailbox: tuple[Mailbox, MailServer]
) -> None:
    box, server = mailbox
    clock = Clock()
    work_once(store, clock, server)
    (entry,) = do(store, add_email, case, **LETTER, copies="tom@example.com").made
    assert state_of(entry) == "draft"
    do(store, send, entry, at=clock())
    with pytest.raises(Refused, match="waiting already"):
        do(store, send, entry)
    assert Job.get(Job.name == SEND_EMAILS).requested, "it does not wait for its minute"
    work_once(store, clock, server)
    assert state_of(entry) == "sent"
    clock.move(3600)
    work_once(store, clock, server)
    ((recipients, message),) = box.messages
    assert recipients == ["um@payer.com", "other@payer.com", "tom@example.com"]
    assert message["From"] == "billing@example.com"
    assert message["Subject"] == "Retro authorization – 3 claims"
    assert message["Message-ID"] == OutgoingEmail.get().message_id
    assert message.get_content().replace("\r\n", "\n").rstrip() == LETTER["text"].strip()
    assert TimelineEntry.get_by_id(entry).done_by == "maria"


def test_what_goes_wrong_is_tried_again_and_at_last_given_up(
    store: Store, case: int, mailbox: tuple[Mailbox, MailServer]
) -> None:
    box, server = mailbox
    clock = Clock()
    (entry,) = do(store, add_email, case, **{**LETTER, "party": "um@payer.com"}).made
    do(store, send, entry)
    box.answers = ["451 come back"] * 5
    for minutes in (0, 1, 5, 15, 60):
        clock.move(60 * minutes)
        work_once(store, clock, server)
        assert state_of(entry) == "waiting"
        assert OutgoingEmail.get().problem == "um@payer.com: 451 come back"
        clock.move(-1)
        work_once(store, clock, server)
        clock.move(1)
    assert len(box.answers) == 0, "one attempt at each time, and none between"
    box.answers = ["451 still not"]
    clock.move(60 * 240)
    assert work_once(store, clock, server) == 1
    assert state_of(entry) == "failed"
    do(store, edit_entry, entry, {"subject": ""}, hours=0)
    with pytest.raises(Refused, match="Subject is missing"):
        do(store, send, entry)


def test_an_email_that_cannot_be_made_keeps_no_other_from_going(
    store: Store, case: int, mailbox: tuple[Mailbox, MailServer]
) -> None:
    box, server = mailbox
    clock = Clock()
    (bad,) = do(store, add_email, case, **LETTER).made
    (good,) = do(store, add_email, case, **LETTER).made
    for entry in (bad, good):
        do(store, send, entry, at=clock())
    TimelineEntry.update(party="um at payer").where(TimelineEntry.id == bad).execute()
    work_once(store, clock, server)
    assert (state_of(bad), state_of(good)) == ("failed", "sent")
    problem = OutgoingEmail.get(OutgoingEmail.entry == bad).problem
    assert problem == "To has 'um': write plain addresses, as um@payer.com"
    assert len(box.messages) == 1


def test_a_failed_email_is_mended_and_sent(
    store: Store, case: int, mailbox: tuple[Mailbox, MailServer]
) -> None:
    box, server = mailbox
    clock = Clock()
    (entry,) = do(store, add_email, case, **LETTER).made
    do(store, send, entry)
    box.answers = ["550 no such user", "550 nor that one"]
    assert work_once(store, clock, server) == 1
    assert state_of(entry) == "failed"
    do(store, edit_entry, entry, {"party": "right@payer.com"}, hours=0)
    do(store, send, entry, at=clock.move(60))
    box.answers = ["250 fine"]
    work_once(store, clock, server)
    assert state_of(entry) == "sent"
    assert [recipients for recipients, _ in box.messages] == [["right@payer.com"]]


def test_an_email_comes_back_until_it_is_tried_and_never_goes_without_a_server(
    store: Store, case: int, mailbox: tuple[Mailbox, MailServer]
) -> None:
    box, server = mailbox
    clock = Clock()
    (entry,) = do(store, add_email, case, **LETTER).made
    do(store, send, entry)
    work_once(store, clock, None)
    assert state_of(entry) == "waiting"
    last = last_undoable(store.database, "maria")
    assert last is not None
    do(store, undo, last.id)
    assert (state_of(entry), OutgoingEmail.select().count()) == ("draft", 0)
    do(store, send, entry)
    box.answers = ["451 later"] * 2
    work_once(store, clock, server)
    last = last_undoable(store.database, "maria")
    assert last is not None
    with pytest.raises(Refused, match="cannot be undone"):
        do(store, undo, last.id)
    do(store, take_back, entry)
    clock.move(86400)
    work_once(store, clock, server)
    assert (state_of(entry), box.messages) == ("draft", [])
    do(store, exported, entry)
    assert state_of(entry) == "exported"


@pytest.mark.parametrize(
    "text",
    [
        "um@payer.com\nBcc: spy@example.com",
        "um@payer.com\r\nSubject: x",
        "um@payer",
        "@payer.com",
        "a..b@payer.com",
        "<script>@payer.com",
        "um@payer.com\x00",
        "Ü@payer.com",
        '"a b"@payer.com',
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="write plain addresses"):
        addresses(text)


def test_no_header_can_be_put_in(store: Store, case: int) -> None:
    said = {**LETTER, "subject": "x\r\nBcc: spy@example.com"}
    (entry,) = do(store, add_email, case, **said).made
    assert "\n" not in TimelineEntry.get_by_id(entry).subject
    with pytest.raises(ValueError, match="linefeed"):
        made_message(
            sender="a@example.com",
            to=["b@example.com"],
            subject="x\r\nBcc: spy@example.com",
            text="",
            date=NOW,
        )
    with pytest.raises(Refused, match="write plain"):
        made_message(
            sender="a@example.com", to=["b@example.com\nX: y"], subject="", text="", date=NOW
        )


def test_nothing_goes_over_the_net_unencrypted(mailbox: tuple[Mailbox, MailServer]) -> None:
    box, server = mailbox
    message = made_message(
        sender="a@example.com", to=["b@example.com"], subject="x", text="y", date=NOW
    )
    for wrong, why in (
        (MailServer("192.0.2.1", 25, "none", "a@example.com"), "on this machine alone"),
        (MailServer("127.0.0.1", server.port, "starttls", "a@example.com"), "cannot do"),
    ):
        with pytest.raises(MailTrouble, match=why):
            deliver(wrong, message)
    assert box.messages == []


def test_the_settings_of_the_server(tmp_path: Path) -> None:
    secret = tmp_path / "smtp"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    said = {
        "smtp_host": "mail.example.com",
        "smtp_sender": "billing@example.com",
        "smtp_user": "billing",
        "smtp_password_file": str(secret),
    }
    server = mail_server(load(said, {"RCM_TUI_CONFIG": ""}))
    assert server is not None
    assert (server.port, server.security, server.password) == (587, "starttls", "s3cret")
    secret.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        mail_server(load(said, {}))
    with pytest.raises(SettingsError, match="smtp_sender is missing"):
        mail_server(load({"smtp_host": "mail.example.com"}, {}))
    assert mail_server(load({}, {})) is None
