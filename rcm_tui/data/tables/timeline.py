"""The timeline of a case: notes, phone calls, emails, tasks, appointments, files and events."""

from peewee import SQL, Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import ChoiceField, CodeField, DateField, MomentField
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.purging import PurgeRun
from rcm_tui.data.tables.row import Row

NOTE, CALL, EMAIL, TASK = "note", "call", "email", "task"
APPOINTMENT, FILE, EVENT = "appointment", "file", "event"
ENTRY_KINDS = (NOTE, CALL, EMAIL, TASK, APPOINTMENT, FILE, EVENT)
ACTIVITIES = (TASK, APPOINTMENT)
"""What has an assignee and is done one day."""

DRAFT, WAITING, SENT, EXPORTED, FAILED = "draft", "waiting", "sent", "exported", "failed"
EMAIL_STATES = (DRAFT, WAITING, SENT, EXPORTED, FAILED)


class FileKey(Row):
    """A key that attached files are sealed with, in hex; new files with the newest.

    The store that holds them is encrypted itself, so that its own key can be changed without
    writing the files anew. A store that is not encrypted has none.
    """

    key = CodeField(unique=True)


class StoredFile(Row):
    """What a file holds, kept once in the folder of the store however often it is attached.

    `sha256` is that of the content as it was given, `size` counts its bytes. The file is gone from
    the folder once a policy has let it go, in the run `purged`.
    """

    sha256 = CodeField(unique=True)
    size = IntegerField()
    stored_at = MomentField()
    purged = ForeignKeyField(PurgeRun, null=True, index=False)


class TimelineEntry(Row):
    """Something that was done or said about a case, or is to be done.

    `at` is when it was written, `author` a login. `subject` is that of an email, what a task or an
    appointment is about, or the name of a file; `text` a note, the outcome of a call, the body of
    an email, or what there is to say of the others. `party` is who was called, or to whom an email
    goes (addresses parted by commas), `copies` who else gets it; `phone` and `reference` are of
    calls, and `follow_up` the day that was agreed on in one. `due` (with `due_time`, 14:30) and
    `assignee` are of tasks and appointments. `done_at` and `done_by` say when a task was done, or
    an email sent or exported.
    """

    case = ForeignKeyField(CaseFile, backref="timeline", index=False)
    kind = ChoiceField(ENTRY_KINDS)
    at = MomentField()
    author = TextField()
    subject = TextField(default="")
    text = TextField(default="")
    party = TextField(default="")
    copies = TextField(default="")
    phone = TextField(default="")
    reference = TextField(default="")
    follow_up = DateField(null=True)
    state = ChoiceField(("", *EMAIL_STATES), default="")
    due = DateField(null=True)
    due_time = TextField(default="")
    assignee = TextField(default="")
    done_at = MomentField(null=True)
    done_by = TextField(default="")
    file = ForeignKeyField(StoredFile, null=True, backref="entries")
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("case", "at", "id"), False),)
        constraints = [
            Check("(kind = 'email') = (state <> '')"),
            Check("(kind = 'file') = (file_id IS NOT NULL)"),
            Check("kind IN ('task', 'appointment', 'email') OR done_at IS NULL"),
        ]


OPEN_ACTIVITY = "kind IN ('task', 'appointment') AND done_at IS NULL"
"""What is still to be done, as SQL over this table."""

TimelineEntry.add_index(
    TimelineEntry.index(
        TimelineEntry.assignee, TimelineEntry.due, TimelineEntry.id, name="open_activity_of"
    ).where(SQL(OPEN_ACTIVITY))
)
TimelineEntry.add_index(
    TimelineEntry.index(TimelineEntry.due, TimelineEntry.id, name="open_activity_due").where(
        SQL(OPEN_ACTIVITY)
    )
)
TimelineEntry.add_index(
    TimelineEntry.index(TimelineEntry.case, TimelineEntry.id, name="open_activity_case").where(
        SQL(OPEN_ACTIVITY)
    )
)
TimelineEntry.add_index(
    TimelineEntry.index(TimelineEntry.due, TimelineEntry.id, name="activity_due").where(
        SQL("kind IN ('task', 'appointment', 'email')")
    )
)
UNSENT = "kind = 'email' AND done_at IS NULL"
TimelineEntry.add_index(
    TimelineEntry.index(TimelineEntry.at, TimelineEntry.id, name="unsent_email").where(SQL(UNSENT))
)
TimelineEntry.add_index(
    TimelineEntry.index(
        TimelineEntry.author, TimelineEntry.at, TimelineEntry.id, name="unsent_email_of"
    ).where(SQL(UNSENT))
)


class TimelineRevision(Row):
    """What an entry said before it was edited: `was` are the old values by field, as JSON."""

    entry = ForeignKeyField(TimelineEntry, backref="revisions")
    replaced_at = MomentField()
    author = TextField()
    was = TextField()


class OutgoingEmail(Row):
    """An email on its way through the practice's mail server.

    It is tried again at `try_at`, always under the same `message_id`, so that a server which has
    it already can tell; `problem` is what the server said last. It is made when somebody sends the
    email, and kept once it is sent.
    """

    entry = ForeignKeyField(TimelineEntry, unique=True, backref="outgoing")
    message_id = TextField()
    attempts = IntegerField(default=0)
    try_at = MomentField(null=True)
    problem = TextField(default="")


OutgoingEmail.add_index(
    OutgoingEmail.index(OutgoingEmail.try_at, OutgoingEmail.id, name="email_to_try").where(
        SQL("try_at IS NOT NULL")
    )
)
