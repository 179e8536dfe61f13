"""Connections to clearinghouses and payers, as administrators edit them."""

import re
from collections.abc import Mapping
from typing import Any

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.payers import Clearinghouse

SFTP = "sftp"
WAYS = {
    "folder": "two folders of this machine",
    SFTP: "SFTP",
    "practice": "the practice clearinghouse of a demo",
}
USAGES = {"P": "production", "T": "test"}
QUALIFIERS = {"ZZ": "mutually defined", "30": "tax id", "01": "DUNS", "27": "carrier number"}
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
HOST_KEY = re.compile(r"[a-z0-9@.-]+ [A-Za-z0-9+/]+=*")
MOST_PORT, MOST_MEGABYTES = 65_535, 2_000


def _host(value: str) -> str:
    return "" if HOST.fullmatch(value) else "is not a server's name or address"


def _port(value: int) -> str:
    return "" if 0 < value <= MOST_PORT else f"is not a port: 1 to {MOST_PORT:,}"


def _size(value: int) -> str:
    right = 0 < value <= MOST_MEGABYTES
    return "" if right else f"is not a size: 1 to {MOST_MEGABYTES:,} megabytes"


def _name(value: str) -> str:
    right = FILE_NAME.fullmatch(value)
    return "" if right else "must be a file's bare name: the file lies in the folder of keys"


def _host_key(value: str) -> str:
    right = HOST_KEY.fullmatch(value)
    return "" if right else "is not a host key: its kind and its base64 are needed"


def reachable(values: Mapping[str, Any]) -> Mapping[str, str]:
    """What the kind of connection needs."""
    said = {}
    if values["kind"] == SFTP:
        for name, label in (("host", "Server"), ("login", "Login")):
            if not values[name]:
                said[name] = f"{label}: SFTP needs one."
        if not (values["key_file"] or values["password_file"]):
            said["key_file"] = "Key file: SFTP needs a private key, or a password's file."
    if values["outgoing"] == values["incoming"]:
        said["incoming"] = "Answers come into: another folder than claims go to is needed."
    return said


def _text(name: str, label: str, section: str, required: bool = False, **more: Any) -> Field:
    return Field(name, label, "text", required, section, changes_claims=False, **more)


CLEARINGHOUSE = RecordKind(
    "clearinghouse",
    "clearinghouse",
    Clearinghouse,
    (
        _text("name", "Name", "Clearinghouse", True, longest=60),
        Field("kind", "Reached by", "choice", True, "Clearinghouse", WAYS, changes_claims=False),
        Field("active", "In use", "flag", section="Clearinghouse", changes_claims=False),
        Field("usage", "Files are", "choice", True, "Clearinghouse", USAGES, changes_claims=False),
        _text("outgoing", "Claims go to", "Folders", True, longest=200),
        _text("incoming", "Answers come into", "Folders", True, longest=200),
        _text("incoming_names", "Names taken", "Folders", True, longest=60),
        Field(
            "largest_mb",
            "Largest taken, MB",
            "number",
            True,
            "Folders",
            check=_size,
            changes_claims=False,
        ),
        _text("host", "Server", "SFTP", check=_host),
        Field("port", "Port", "number", True, "SFTP", check=_port, changes_claims=False),
        _text("login", "Login", "SFTP"),
        _text("key_file", "Key file", "SFTP", check=_name),
        _text("password_file", "Password's file", "SFTP", check=_name),
        _text("host_key", "Host key", "SFTP", check=_host_key, longest=1000),
        Field(
            "sender_qualifier",
            "Our qualifier",
            "choice",
            True,
            "Names",
            QUALIFIERS,
            changes_claims=False,
        ),
        _text("sender_id", "Our id", "Names", True, longest=15),
        Field(
            "receiver_qualifier",
            "Their qualifier",
            "choice",
            True,
            "Names",
            QUALIFIERS,
            changes_claims=False,
        ),
        _text("receiver_id", "Their id", "Names", True, longest=15),
        _text("receiver_name", "Their name", "Names", True, longest=60),
        _text("submitter_name", "Submitter", "Names", True, longest=60),
        _text("submitter_contact", "Contact", "Names", True, longest=60),
        _text("submitter_phone", "Telephone", "Names", check=checks.phone),
    ),
    title_sql="t.name",
    detail_sql="t.kind",
    search_sql=("t.name",),
    checks=(reachable,),
    unique=(("name",),),
)

KINDS = (CLEARINGHOUSE,)
