"""Emails of cases: drafts, on their way through the practice's mail server, sent or exported.

An email waits until the worker takes it. Each attempt is written down before it is made, and all
of them bear one message id, so that a server which has it already can tell.
"""

import datetime
import re
import uuid
from dataclasses import dataclass

from rcm_tui.billing.cases.timeline.writing import LONGEST_LINE, add_entries, lines_of
from rcm_tui.billing.outcome import Outcome, Refused
from rcm_tui.billing.rights import WORK_CASES, needs
from rcm_tui.billing.units import CASE, ENTRY
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.jobs import Job
from rcm_tui.data.tables.timeline import (
    DRAFT,
    EMAIL,
    EXPORTED,
    FAILED,
    SENT,
    WAITING,
    OutgoingEmail,
    TimelineEntry,
)
from rcm_tui.data.work import Work

ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
"""A plain address (RFC 5322 without comments and quotes, HTML's own pattern for one)."""
MOST_ADDRESSES = 50
MINUTES_TO_WAIT = (1, 5, 15, 60, 240)
"""Minutes between the attempts; after the last the email has failed (ours)."""
SEND_JOB = "send emails"


@dataclass(frozen=True, slots=True)
class Letter:
    """An email as it is kept: addresses, checked where it is made, and text of several lines."""

    entry: int
    outgoing: int
    to: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    text: str
    message_id: str


def addresses(text: str, label: str = "To") -> tuple[str, ...]:
    """The addresses of a text, parted by commas, semicolons or blanks, each once.

    Raises Refused with the first one that is none.
    """
    found = tuple(dict.fromkeys(re.split(r"[\s,;]+", text.strip()))) if text.strip() else ()
    for one in found:
        if not ADDRESS.fullmatch(one) or ".." in one or one.startswith("."):
            raise Refused(f"{label} has {plain(one, 80)!r}: write plain addresses, as um@payer.com")
    if len(found) > MOST_ADDRESSES:
        raise Refused(f"{label} has {len(found)} addresses: {MOST_ADDRESSES} are the most")
    return tuple(one for one in found if one)


@needs(WORK_CASES, case_id=CASE)
def add_email(
    work: Work,
    case_id: int,
    *,
    party: str = "",
    copies: str = "",
    subject: str = "",
    text: str = "",
) -> Outcome:
    """Writes a draft on a case: `made` is the entry. What it lacks can be added later.

    Raises Refused for an address that is none.
    """
    return add_entries(
        work,
        [case_id],
        EMAIL,
        "Draft an email on",
        state=DRAFT,
        party=", ".join(addresses(party)),
        copies=", ".join(addresses(copies, "Cc")),
        subject=plain(subject, LONGEST_LINE),
        text=lines_of(text),
    )


@needs(WORK_CASES, entry_id=ENTRY)
def send(work: Work, entry_id: int) -> Outcome:
    """Gives a draft, or one that failed, to the worker, which sends it.

    Raises Refused for an email that lacks an address, a subject or a text, and for one that is on
    its way, sent or exported. Whether there is a server is for the caller to know.
    """
    entry = complete(entry_id)
    domain = addresses(entry.party)[0].rpartition("@")[2]
    with work.undoable(f"Send the email “{entry.subject}”", TimelineEntry):
        work.set_all(TimelineEntry, {"state": WAITING}, [entry_id])
        going = OutgoingEmail.get_or_none(OutgoingEmail.entry == entry_id)
        if going is None:
            said = (entry_id, f"<{uuid.uuid4().hex}@{domain}>", 0, work.now, "")
            columns = ("entry", "message_id", "attempts", "try_at", "problem")
            work.insert(OutgoingEmail, columns, [said])
        else:
            work.set_all(
                OutgoingEmail, {"attempts": 0, "try_at": work.now, "problem": ""}, [going.id]
            )
    Job.update(requested=True).where(Job.name == SEND_JOB, Job.enabled == 1).execute()
    work.record("to be sent", entry, to=entry.party, copies=entry.copies)
    return Outcome(done=[entry_id])


@needs(WORK_CASES, entry_id=ENTRY)
def take_back(work: Work, entry_id: int) -> Outcome:
    """Makes a draft again of an email that was not sent yet. Raises Refused for others."""
    entry = _entry(entry_id)
    if entry.state != WAITING:
        raise Refused(f"the email is {entry.state}: only one that waits can be taken back")
    work.set_all(TimelineEntry, {"state": DRAFT}, [entry_id])
    OutgoingEmail.update(try_at=None).where(OutgoingEmail.entry == entry_id).execute()
    work.record("taken back", entry)
    return Outcome(done=[entry_id])


@needs(WORK_CASES, entry_id=ENTRY)
def exported(work: Work, entry_id: int) -> Outcome:
    """Marks a draft, or one that failed, as sent by other means. Raises Refused for others."""
    entry = complete(entry_id)
    with work.undoable(f"Export the email “{entry.subject}”", TimelineEntry):
        done = {"state": EXPORTED, "done_at": work.now, "done_by": work.actor.login}
        work.set_all(TimelineEntry, done, [entry_id])
    work.record("exported", entry, to=entry.party, copies=entry.copies)
    return Outcome(done=[entry_id])


# -- what the worker does -----------------------------------------------------------------------


@needs(WORK_CASES)
def next_letter(work: Work) -> Letter | None:
    """The next email whose time has come, its attempt written down; None when there is none."""
    rows = read_rows(
        work.database,
        "SELECT o.id, e.id, e.party, e.copies, e.subject, e.text, o.message_id, o.attempts"
        " FROM outgoing_email o JOIN timeline_entry e ON e.id = o.entry_id"
        " WHERE o.try_at <= ? AND e.state = 'waiting' ORDER BY o.try_at, o.id LIMIT 1",
        moment_to_store(work.now),
    )
    for going, entry, party, copies, subject, text, message_id, attempts in rows:
        # Until it is known how the attempt went, the email waits as after one that went wrong.
        minutes = MINUTES_TO_WAIT[min(attempts, len(MINUTES_TO_WAIT) - 1)]
        OutgoingEmail.update(
            attempts=attempts + 1, try_at=work.now + datetime.timedelta(minutes=minutes)
        ).where(OutgoingEmail.id == going).execute()
        to, others = (tuple(said.replace(",", " ").split()) for said in (party, copies))
        return Letter(entry, going, to, others, subject, text, message_id)
    return None


@needs(WORK_CASES)
def sent(work: Work, letter: Letter, problem: str = "") -> None:
    """Writes down that the server took an email; `problem` names addresses that it did not."""
    work.set_all(
        TimelineEntry,
        {"state": SENT, "done_at": work.now, "done_by": _sender(letter)},
        [letter.entry],
    )
    _settle(letter, problem)
    work.record("sent", "timeline_entry", letter.entry, message_id=letter.message_id)


@needs(WORK_CASES)
def not_sent(work: Work, letter: Letter, problem: str, *, for_good: bool) -> bool:
    """Writes down why an attempt went wrong; whether the email has failed for good now."""
    attempts = OutgoingEmail.get_by_id(letter.outgoing).attempts
    failed = for_good or attempts > len(MINUTES_TO_WAIT)
    if failed:
        work.set_all(TimelineEntry, {"state": FAILED}, [letter.entry])
        _settle(letter, problem)
        work.record("not sent", "timeline_entry", letter.entry, problem=problem)
    else:
        OutgoingEmail.update(problem=plain(problem, LONGEST_LINE)).where(
            OutgoingEmail.id == letter.outgoing
        ).execute()
    return failed


def _settle(letter: Letter, problem: str) -> None:
    OutgoingEmail.update(try_at=None, problem=plain(problem, LONGEST_LINE)).where(
        OutgoingEmail.id == letter.outgoing
    ).execute()


def _sender(letter: Letter) -> str:
    return str(TimelineEntry.get_by_id(letter.entry).author)


def _entry(entry_id: int) -> TimelineEntry:
    entry = TimelineEntry.get_or_none(TimelineEntry.id == entry_id, TimelineEntry.kind == EMAIL)
    if entry is None:
        raise Refused("there is no such email")
    return entry


def complete(entry_id: int) -> TimelineEntry:
    """An email that can go out. Raises Refused with what it lacks, or where it went already."""
    entry = _entry(entry_id)
    if entry.state not in (DRAFT, FAILED):
        raise Refused(f"the email is {entry.state} already")
    for label, value in (("To", entry.party), ("Subject", entry.subject), ("Text", entry.text)):
        if not str(value).strip():
            raise Refused(f"{label} is missing: enter on the draft adds it")
    addresses(entry.party)
    addresses(entry.copies, "Cc")
    return entry
