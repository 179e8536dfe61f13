"""What it takes to take a person's action back: the values that rows had before, and new rows."""

from peewee import BigIntegerField, ForeignKeyField, TextField

from rcm_tui.data.fields import ChoiceField, MomentField
from rcm_tui.data.tables.row import Row

PART_KINDS = ("changed", "inserted", "deleted", "replaced")


class UndoableAction(Row):
    """Something that a person did, as they would call it, and can still take back.

    `subject` names the table that it was done to. `state` is undone once it was taken back.
    """

    login = TextField()
    title = TextField()
    subject = TextField(default="")
    state = ChoiceField(("done", "undone"), default="done")
    done_at = MomentField(index=True)
    undone_at = MomentField(null=True)

    class Meta:
        indexes = ((("login", "id"), False),)


class UndoPart(Row):
    """Some rows of one table as one step of an action found and left them.

    `columns` are names in the store, parted by blanks. `content` is JSON, see data/before.py.
    `rows` is how many rows it holds. Parts are taken back from the last to the first.
    """

    action = ForeignKeyField(UndoableAction, backref="parts")
    table_name = TextField()
    kind = ChoiceField(PART_KINDS)
    columns = TextField()
    rows = BigIntegerField()
    content = TextField()
