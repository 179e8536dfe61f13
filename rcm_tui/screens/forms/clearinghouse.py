"""The form of a connection to a clearinghouse."""

from rcm_tui.billing.editing.declared.clearinghouses import CLEARINGHOUSE
from rcm_tui.screens.forms.record_form import Look, RecordForm, Tab

CLEARINGHOUSE_FORM = RecordForm(
    CLEARINGHOUSE,
    "administration",
    tabs=(
        Tab("Connection", ("Clearinghouse", "Folders", "SFTP")),
        Tab("Names in files", ("Names",)),
    ),
    looks={
        "name": Look(40),
        "outgoing": Look(40, "of this machine, or of the server"),
        "incoming": Look(40),
        "incoming_names": Look(help="* for all, or as *.835"),
        "key_file": Look(30, "a private key in the folder of keys, without a passphrase"),
        "password_file": Look(30, "in the folder of keys, or the word keyring; used without a key"),
        "host_key": Look(40, "empty: a in the list reads it, for you to compare"),
        "receiver_id": Look(help="as the clearinghouse's companion guide has it"),
    },
)
