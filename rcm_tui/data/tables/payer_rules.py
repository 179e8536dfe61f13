"""What payers want of claims, learnt from their denials: rules that speak in validation."""

from peewee import ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import ChoiceField, FlagField
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import Practitioner
from rcm_tui.data.tables.row import Row

SAY, AUTHORIZATION, MODIFIER, PLACE, REFERRING = (
    *("say", "authorization", "modifier", "place", "referring"),
)
WANTED = (SAY, AUTHORIZATION, MODIFIER, PLACE, REFERRING)


class PayerRule(Row):
    """What a payer (every payer where there is none) wants of lines of such codes.

    `procedure_codes`, `modifiers` and `places` are codes parted by blanks, empty for any: a line
    with one of the codes, all of the modifiers and one of the places is meant. `wanted` is what
    it has to have: an authorization number, all modifiers or one of the places in `value`, a
    referring provider; "say" always speaks. A "hard" one is an error, a "soft" one a warning.
    `reason` is the denial (CO-197) that it was made of, empty for one that was not.
    """

    payer = ForeignKeyField(Payer, backref="payer_rules", null=True)
    procedure_codes = TextField(default="")
    modifiers = TextField(default="")
    places = TextField(default="")
    rendering = ForeignKeyField(Practitioner, null=True, index=False)
    wanted = ChoiceField(WANTED, default=SAY)
    value = TextField(default="")
    words = TextField()
    strictness = ChoiceField(("soft", "hard"), default="soft")
    reason = TextField(default="")
    active = FlagField(default=True)
    version = IntegerField(default=1)
