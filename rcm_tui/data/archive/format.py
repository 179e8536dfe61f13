"""What an archive says of itself, and what may be in it."""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rcm_tui.data import migrations

FORMAT, VERSION = "rcm-tui practice", 1
MANIFEST = "manifest.json"
MANIFEST_BYTES = 4 << 20
LINE_BYTES = 512 << 20
"""No row is longer (ours): files that came in are kept whole."""
FILE_NAME = re.compile(r"files/([0-9a-f]{64})")
NOT_WRITTEN = (ValueError, KeyError, TypeError, OverflowError)
"""What reading raises of what was not written by `Manifest.text` and `line_of`."""
KEY_NAME = re.compile(r"keys/([0-9a-f]{16}\.audit(?:\.[0-9a-f]{16})?)")


class ArchiveRefused(Exception):
    """An archive that cannot be taken in; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class ArchivedTable:
    """A table: its columns, rows, bytes and SHA-256 of its file, and the last key given out."""

    name: str
    columns: list[str]
    rows: int
    size: int
    sha256: str
    last_key: int

    @property
    def file(self) -> str:
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in an archive. `migrations` are those of its store, `files` counts attached ones."""

    practice: str
    exported_at: str
    program: str
    migrations: list[str]
    tables: list[ArchivedTable]
    files: int
    format: str = FORMAT
    version: int = VERSION

    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def read_manifest(text: bytes) -> Manifest:
    """Raises ArchiveRefused for what is none, and for one that this program cannot take in."""
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise ValueError
        version, done = int(said["version"]), [str(name) for name in said["migrations"]]
    except (*NOT_WRITTEN, RecursionError):
        raise ArchiveRefused(f"its {MANIFEST} is not one of rcm-tui") from None
    if version > VERSION or set(done) - set(migrations.known()):
        raise ArchiveRefused("it was written by a newer rcm-tui: update this one first")
    if version < VERSION or done != migrations.known():
        raise ArchiveRefused(
            f"it was written by an older rcm-tui ({said.get('program')}): import it with that, then"
            " run rcm-tui db upgrade with this one"
        )
    try:
        return Manifest(
            practice=str(said["practice"]),
            exported_at=str(said["exported_at"]),
            program=str(said["program"]),
            migrations=done,
            tables=[_table(table) for table in said["tables"]],
            files=int(said["files"]),
        )
    except NOT_WRITTEN:
        raise ArchiveRefused(f"its {MANIFEST} is not whole") from None


def _table(said: dict[str, Any]) -> ArchivedTable:
    return ArchivedTable(
        name=str(said["name"]),
        columns=[str(column) for column in said["columns"]],
        rows=int(said["rows"]),
        size=int(said["size"]),
        sha256=str(said["sha256"]),
        last_key=int(said["last_key"]),
    )


def line_of(row: Sequence[Any]) -> bytes:
    """A row as its line."""
    values = [
        {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for value in row
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def row_of(line: bytes, columns: int) -> list[Any]:
    """A line as the row that it was made of. Raises ValueError when it is none."""
    try:
        row = json.loads(line)
        if not isinstance(row, list) or len(row) != columns:
            raise ValueError("it is no row of the table")
        return [_value(value) for value in row]
    except (*NOT_WRITTEN, RecursionError) as error:
        raise ValueError(str(error)) from None


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"], validate=True)
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return value
    raise ValueError("it holds a value that no column has")
