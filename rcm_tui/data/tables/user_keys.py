"""The SSH keys by which people are known on a shared server."""

from peewee import ForeignKeyField, TextField

from rcm_tui.data.fields import CodeField, MomentField
from rcm_tui.data.tables.practice import User
from rcm_tui.data.tables.row import Row


class UserKey(Row):
    """A public key of a person. A key that was taken back stays, and can never be anybody else's.

    `public_key` is its type and its base64, parted by a blank; `fingerprint` as ssh-keygen shows
    it (SHA256:…).
    """

    user = ForeignKeyField(User, backref="keys")
    public_key = CodeField(unique=True)
    fingerprint = CodeField(unique=True)
    comment = TextField(default="")
    added_at = MomentField()
    revoked_at = MomentField(null=True)
