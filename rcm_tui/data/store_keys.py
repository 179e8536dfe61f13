"""Which key opens an encrypted store: its own, the one it is being given, or one from before.

Several are there after `rcm-tui db rekey`, and while it is under way; a backup that was brought
back has the one that it was taken with.
"""

from collections.abc import Callable
from pathlib import Path

from rcm_tui.data import keys

PLAIN = b"SQLite format 3\x00"


class WrongKey(Exception):
    """None of the keys that are there opens the store; the text is a sentence."""


def store_key_name(path: Path) -> str:
    """The name of the key file of an encrypted store."""
    return path.resolve().name + ".key"


def key_taken(path: Path, key_folder: Path) -> str:
    """The sentence for a store at `path` where the folder has a key of that name already."""
    return f"{key_folder} holds the key of another store named {path.name}: choose another name"


def is_encrypted(path: Path) -> bool:
    """Whether a file, if it is a store at all, is an encrypted one. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(PLAIN)) != PLAIN


def opening_key(path: Path, key_folder: Path, name: str, opens: Callable[[bytes], bool]) -> Path:
    """The file of the key called `name` that opens the encrypted store or backup at `path`.

    Raises KeyMissing when there is none, or one that may not be used, and WrongKey when no key
    opens it.
    """
    files = keys.key_files(key_folder, name)
    if not files:
        keys.read_key(key_folder, name)  # says what is missing, and where it was looked for
    fingerprints = []
    for file in files:
        key = keys.read_key(key_folder, file.name)
        if opens(key):
            return file
        fingerprints.append(keys.fingerprint(key))
    tried = ", ".join(fingerprints)
    raise WrongKey(
        f"{path} cannot be opened: it has another key than the {len(fingerprints)} that"
        f" {key_folder} holds under the name {name} (fingerprint {tried}), or it is no store of"
        " rcm-tui, or its first page is damaged. Put its own key file there, or name the folder"
        " that it is in as key_folder in the settings"
    )
