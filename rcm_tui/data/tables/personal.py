"""What each person keeps for themselves: views, columns, recent records, drafts, what is open.

People are named by their login, since whoever runs the program alone need not be a user of it.
"""

from peewee import SQL, BigIntegerField, Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import FlagField, MomentField
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.row import Row


class SavedView(Row):
    """A part of a queue that somebody named: a declared view, a filter upon it, order, columns.

    `view` is the declared view that it stands on, `ordering` and `columns` are names parted by
    blanks, as in `rcm-tui list --order`; empty means the queue's own.
    """

    queue = TextField()
    login = TextField()
    name = TextField()
    title = TextField()
    view = TextField(default="")
    filter_text = TextField(default="")
    ordering = TextField(default="")
    columns = TextField(default="")
    shared = FlagField()
    saved_at = MomentField()

    class Meta:
        indexes = ((("queue", "login", "name"), True),)


# A shared view's name means the same to everybody.
SavedView.add_index(
    SavedView.index(SavedView.queue, SavedView.name, unique=True, name="one_shared_view").where(
        SQL("shared = 1")
    )
)


class ColumnLayout(Row):
    """The columns of a queue as one person wants them: JSON, [[name, width], …] from the left."""

    login = TextField()
    queue = TextField()
    columns = TextField()

    class Meta:
        indexes = ((("login", "queue"), True),)


class RecentRecord(Row):
    """A record that somebody opened, and when last. `subject` is the name of its table."""

    login = TextField()
    subject = TextField()
    subject_id = BigIntegerField()
    title = TextField()
    at = MomentField()

    class Meta:
        indexes = (
            (("login", "subject", "subject_id"), True),
            (("login", "at"), False),
        )


class UnsavedDraft(Row):
    """What somebody typed into a form and has not saved: JSON of the fields that they changed.

    `subject_id` 0 is a record that is not there yet. `base_version` is the version of the row
    that the form was filled from.
    """

    login = TextField()
    subject = TextField()
    subject_id = BigIntegerField(default=0)
    base_version = IntegerField(default=0)
    typed = TextField()
    at = MomentField()

    class Meta:
        indexes = ((("login", "subject", "subject_id"), True),)


class OpenRecord(Row):
    """Who has which record open on which workstation (`session`), and when it last said so."""

    subject = TextField()
    subject_id = BigIntegerField()
    login = TextField()
    session = TextField(index=True)
    since = MomentField()
    last_seen = MomentField()

    class Meta:
        indexes = ((("subject", "subject_id", "session"), True),)
        constraints = [Check("last_seen >= since")]


class ClaimHold(Row):
    """Somebody works on a claim; the others can leave it out of their queues."""

    claim = ForeignKeyField(Claim, backref="holds", unique=True)
    login = TextField(index=True)
    since = MomentField()


class Preference(Row):
    """How somebody wants the program to be: the theme, and that they have seen the tour."""

    login = TextField()
    name = TextField()
    value = TextField()

    class Meta:
        indexes = ((("login", "name"), True),)
