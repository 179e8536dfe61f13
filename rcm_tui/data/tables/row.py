"""What all tables share: the database they are bound to when a store is opened, and STRICT."""

from peewee import BigAutoField, DatabaseProxy, Model

database = DatabaseProxy()


class Row(Model):
    """A row of the store with an integer key."""

    id = BigAutoField()

    class Meta:
        database = database
        legacy_table_names = False
        strict_tables = True
