"""Trying a connection: whether both folders can be used; nothing is sent and nothing taken."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange.transports import transport_of
from rcm_tui.exchange.transports.sftp import host_key_of


@dataclass(frozen=True, slots=True)
class Trial:
    """What a connection showed: how many files wait to be taken and lie half delivered; or, where
    no host key is kept yet, the key that the server shows, with its fingerprint."""

    waiting: int = 0
    unfinished: int = 0
    host_key: str = ""
    fingerprint: str = ""


def try_connection(clearinghouse_id: int, key_folder: Path, now: datetime.datetime) -> Trial:
    """Reads both folders. Raises TransportError with what is wrong and what would be right."""
    clearinghouse = Clearinghouse.get_by_id(clearinghouse_id)
    if clearinghouse.kind == "sftp" and not clearinghouse.host_key:
        key, fingerprint = host_key_of(clearinghouse.host, clearinghouse.port)
        return Trial(host_key=key, fingerprint=fingerprint)
    transport = transport_of(clearinghouse, key_folder)
    try:
        return Trial(len(transport.waiting(now)), len(transport.temporary_names()))
    finally:
        transport.close()
