"""Holds: what is about a client, a payer or a case stays, whatever the policies say."""

from peewee import Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import DateField
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.row import Row


class LegalHold(Row):
    """A hold on what is about a client, a payer or a case, from `starts_on` until it is ended."""

    client = ForeignKeyField(Client, null=True, backref="legal_holds")
    payer = ForeignKeyField(Payer, null=True, backref="legal_holds")
    case = ForeignKeyField(CaseFile, null=True, backref="legal_holds")
    reason = TextField()
    starts_on = DateField()
    ends_on = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        constraints = [
            Check("client_id IS NOT NULL OR payer_id IS NOT NULL OR case_id IS NOT NULL")
        ]
