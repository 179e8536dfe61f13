"""The business units to which people are limited on a shared server."""

from peewee import ForeignKeyField

from rcm_tui.data.tables.practice import BusinessUnit, User
from rcm_tui.data.tables.row import Row


class UserUnit(Row):
    """A business unit whose records a person may change. Who has none may change those of all."""

    user = ForeignKeyField(User, backref="units", index=False)
    business_unit = ForeignKeyField(BusinessUnit)

    class Meta:
        indexes = ((("user", "business_unit"), True),)
