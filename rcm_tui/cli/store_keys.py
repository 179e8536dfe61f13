"""`rcm-tui db rekey` and `rcm-tui db keys`: the keys of a store."""

import argparse
import datetime
import getpass
from pathlib import Path

from rcm_tui.cli.opening import (
    Commands,
    open_store,
    options_settings,
    print_json,
    who_keeps_the_store,
)
from rcm_tui.data import keys
from rcm_tui.data.store_database import StoreError, opens, plain_url, sqlite_path
from rcm_tui.data.store_keys import is_encrypted, store_key_name
from rcm_tui.settings import Settings


def add(actions: Commands, common: argparse.ArgumentParser) -> None:
    rekey = actions.add_parser(
        "rekey", parents=[common], help="give the store and its audit trail new keys"
    )
    rekey.set_defaults(run=run_rekey)
    listing = actions.add_parser(
        "keys", parents=[common], help="name the keys by fingerprint; try one that was written down"
    )
    what = listing.add_mutually_exclusive_group()
    what.add_argument("--json", action="store_true")
    what.add_argument(
        "--verify", action="store_true", help="type the key that was written down, and try it"
    )
    what.add_argument(
        "--enter", action="store_true", help="type keys whose files are gone, to write them anew"
    )
    listing.set_defaults(run=run_keys)


def run_rekey(options: argparse.Namespace) -> int:
    """Takes a backup with the old key, changes the keys, proves them, and shows the new ones."""
    from rcm_tui.data.backups import STAMP, back_up, folder_of
    from rcm_tui.data.rekeying import rekey

    chosen = options_settings(options)
    now = datetime.datetime.now(datetime.UTC)
    path = sqlite_path(chosen.db)
    with open_store(chosen) as practice:
        actor = who_keeps_the_store(practice)
        if path is not None:
            folder = folder_of(path.absolute(), chosen.backup_folder)
            backup = back_up(practice, folder / f"before-rekey-{now.strftime(STAMP)}.db")
            print(f"{backup.path}: a backup with the old key, proven; delete it when you like")
    changed = rekey(chosen.db, chosen.key_folder, actor, now, lambda step: print(f"- {step}"))
    if changed.store_now is not None:
        print(f"The store had the key {changed.store_before} and has {changed.store_now}.")
        print(
            f"Backups from before need the old one, which stays in {chosen.key_folder};"
            " db restore and db drill find it there."
        )
    elif path is None:
        print("The database itself is encrypted by its administrator; attached files lie plain.")
    else:
        print("The store is not encrypted: it has no key of its own.")
    print(f"The audit trail had the key {changed.audit_before} and has {changed.audit_now}.")
    show_keys(chosen)
    return 0


def run_keys(options: argparse.Namespace) -> int:
    """Lists the key files by fingerprint, or tries and writes keys that are typed."""
    chosen = options_settings(options)
    if options.verify or options.enter:
        return _typed(chosen, write=options.enter)
    listed = [
        {"of": kind, "fingerprint": print_of, "file": str(file), "use": use}
        for kind, print_of, file, use in _listed(chosen)
    ]
    if options.json:
        print_json(listed)
        return 0
    for row in listed:
        print(f"{row['of']:<12} {row['fingerprint']:<16}  {row['use']:<8}  {row['file']}")
    return 0


def show_keys(chosen: Settings) -> None:
    """Shows the keys that a store has now, to be written down."""
    now = [(kind, file) for kind, _, file, use in _listed(chosen) if use == "in use"]
    for kind, file in now:
        key = keys.read_key(file.parent, file.name).hex()
        in_fours = " ".join(key[place : place + 4] for place in range(0, len(key), 4))
        print(f"The key of the {kind}, shown this once:\n  {in_fours}")
    print(
        f"They are in {chosen.key_folder}: copy that folder to a safe place that is not this"
        " machine now, or write them down and try them with rcm-tui db keys --verify; without"
        " them nobody can read the practice or prove its audit trail."
    )


def _listed(chosen: Settings) -> list[tuple[str, str, Path, str]]:
    """What each key is of, its fingerprint, where it lies, and whether it is in use."""
    found = []
    path = sqlite_path(chosen.db)
    if path is not None and path.is_file() and is_encrypted(path):
        for file in keys.key_files(chosen.key_folder, store_key_name(path)):
            key = keys.read_key(chosen.key_folder, file.name)
            use = "in use" if opens(path, key) else "earlier"
            found.append(("store", keys.fingerprint(key), file, use))
    with open_store(chosen) as practice:
        for file in keys.key_files(chosen.key_folder, practice.audit_key.name):
            key = keys.read_key(chosen.key_folder, file.name)
            use = "in use" if key == practice.audit_key.current else "earlier"
            found.append(("audit trail", keys.fingerprint(key), file, use))
    return found


def _typed(chosen: Settings, *, write: bool) -> int:
    from rcm_tui.data.typed_keys import (
        missing_audit_key,
        put_back,
        put_back_audit_key,
        try_on,
        try_on_audit_trail,
    )

    path = sqlite_path(chosen.db)
    if path is None:
        raise StoreError("a store on PostgreSQL is encrypted by its administrator: it has no key")
    if not path.is_file():
        raise StoreError(f"there is no practice at {path}")
    if not is_encrypted(path):
        raise StoreError(f"{plain_url(chosen.db)} is not encrypted: it has no key")
    key = _ask("The key of the store: ")
    try_on(path, key)
    print(f"This key opens {path} (fingerprint {keys.fingerprint(key)}).")
    if not write:
        text = getpass.getpass("The key of the audit trail (enter to leave it out): ")
        if text.strip():
            try_on_audit_trail(path, key, _key(text))
            print("This key seals the audit trail.")
        return 0
    written = put_back(path, chosen.key_folder, key)
    print(f"It is in {written} now." if written else "Its file is there already.")
    if missing_audit_key(path, chosen.key_folder, key):
        audit_key = _ask("The key of the audit trail: ")
        print(f"It is in {put_back_audit_key(path, chosen.key_folder, key, audit_key)} now.")
    return 0


def _ask(question: str) -> bytes:
    try:
        return _key(getpass.getpass(question))
    except EOFError:
        raise StoreError("no key was typed") from None


def _key(text: str) -> bytes:
    try:
        return keys.key_of(text)
    except ValueError as wrong:
        raise StoreError(f"what was typed is no key: {wrong}") from None
