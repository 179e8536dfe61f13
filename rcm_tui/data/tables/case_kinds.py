"""Kinds of cases: templates of their steps, fields and clocks, which an administrator edits."""

from peewee import ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import FlagField
from rcm_tui.data.tables.row import Row


class CaseKind(Row):
    """A kind of casework, from strict (a process that leads to a decision) to free.

    `required` are fields of a case parted by blanks, without which it is not resolved; `closers`
    the roles that may resolve or cancel one, parted by commas, empty for anybody. `days` is by when
    it wants to be settled, counted from the day on which it is opened. The `usual` one is given to
    new cases for which nobody says another.
    """

    name = TextField()
    description = TextField(default="")
    required = TextField(default="")
    closers = TextField(default="")
    days = IntegerField(null=True)
    usual = FlagField()
    active = FlagField(default=True)
    version = IntegerField(default=1)


class CaseKindStep(Row):
    """A step of a kind: new cases get a copy. `words` say how it is done.

    A `needed` one is done, or marked as not applicable, before the case is resolved. `days` count
    from the day on which the case is opened, or gets its kind.
    """

    kind = ForeignKeyField(CaseKind, backref="steps", index=False)
    position = IntegerField()
    title = TextField()
    words = TextField(default="")
    needed = FlagField()
    days = IntegerField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("kind", "position", "id"), False),)
