"""`rcm-tui db`: care of the store."""

import argparse
import shutil
import tempfile
from pathlib import Path

from rcm_tui.cli import archives, purging, store_keys
from rcm_tui.cli.opening import (
    Commands,
    open_store,
    opened,
    options_settings,
    progress_bar,
    who_keeps_the_store,
)
from rcm_tui.data import store
from rcm_tui.data.store_database import StoreError, sqlite_path


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("db", help="care of the store")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    upgrade = actions.add_parser(
        "upgrade", parents=[common], help="bring the store up to this program's version"
    )
    upgrade.set_defaults(run=run_upgrade)
    backup = actions.add_parser(
        "backup", parents=[common], help="write a backup while others go on working"
    )
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.set_defaults(run=run_backup)
    drill = actions.add_parser(
        "drill", parents=[common], help="bring a backup back aside, prove it, and let it go"
    )
    _add_key(drill, "?", "the backup (the newest of the worker's when none is named)")
    drill.set_defaults(run=run_drill)
    restore = actions.add_parser(
        "restore", parents=[common], help="bring a backup back where there is no store"
    )
    _add_key(restore, None, "the backup")
    restore.set_defaults(run=run_restore)
    copy = actions.add_parser(
        "copy", parents=[common], help="move the practice up to an empty PostgreSQL database"
    )
    copy.add_argument("--to", required=True, metavar="URL", help="postgresql://…")
    copy.set_defaults(run=run_copy)
    store_keys.add(actions, common)
    archives.add(actions, common)
    purging.add(actions, common)


def _add_key(parser: argparse.ArgumentParser, number: str | None, which: str) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", nargs=number, help=which)
    parser.add_argument(
        "--key",
        type=Path,
        metavar="KEYFILE",
        help="the key of the store that the backup was taken of, where it had another name",
    )


def run_upgrade(options: argparse.Namespace) -> int:
    """Applies the migrations that are missing and names them."""
    chosen = options_settings(options)
    applied = store.upgrade(chosen.db, chosen.key_folder)
    for name in applied:
        print(f"applied {name}")
    if not applied:
        print("the store is up to date")
    return 0


def run_backup(options: argparse.Namespace) -> int:
    """Writes a backup and says how large it is."""
    from rcm_tui.data.backups import back_up

    with opened(options) as practice:
        who_keeps_the_store(practice)
        backup = back_up(practice, options.file)
    print(f"{backup.path}: {backup.size:,} bytes, proven")
    print(f"{backup.attached:,} attached files are new beside it")
    print("its key files are not in it: keep a copy of them elsewhere")
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """Brings a backup back, upgrades and proves it. Status 1 when something does not hold."""
    chosen = options_settings(options)
    return _bring_back(options, chosen.db, chosen.key_folder, chosen.files_folder)


def run_drill(options: argparse.Namespace) -> int:
    """Brings a backup back into a folder of its own, proves it and deletes it again."""
    from rcm_tui.data.backups import folder_of, newest

    chosen = options_settings(options)
    path = sqlite_path(chosen.db)
    if options.file is None:
        if path is None:
            raise StoreError("the practice is on PostgreSQL: name the backup to try")
        options.file = newest(folder_of(path, chosen.backup_folder))
    beside, key_folder = options.file.absolute().parent, chosen.key_folder
    if not (beside.is_dir() and key_folder.is_dir()):
        raise StoreError(f"there is no folder {key_folder if beside.is_dir() else beside}")
    # What is decrypted there is as safe as the backup is; keys stay in the folder of keys.
    with (
        tempfile.TemporaryDirectory(dir=beside, prefix=".drill-") as aside,
        tempfile.TemporaryDirectory(dir=key_folder, prefix=".drill-") as borrowed,
    ):
        for file in key_folder.iterdir():
            if file.is_file():
                shutil.copy2(file, borrowed)
        name = path.name if path is not None and options.key is None else "drill.db"
        return _bring_back(options, str(Path(aside) / name), Path(borrowed), None)


def run_copy(options: argparse.Namespace) -> int:
    """Copies every row and attached file, compares them, and proves the copy."""
    from rcm_tui.cli.checking import prove_aloud
    from rcm_tui.data.copying import copy_to_postgresql
    from rcm_tui.data.kept_files import KeptFiles

    chosen = options_settings(options)
    files = KeptFiles(chosen.files_folder) if chosen.files_folder else None
    with opened(options) as practice, progress_bar("Copying") as progress:
        who_keeps_the_store(practice)
        copied = copy_to_postgresql(
            practice, options.to, files, lambda name, done, total: progress(done, total)
        )
    for table in copied:
        if table.rows:
            print(f"{table.rows:>12,}  {table.name}")
    print(f"{sum(table.rows for table in copied):>12,}  rows, each table compared by its checksum")
    with open_store(chosen, options.to) as practice:
        holds = prove_aloud(practice)
    print("next: set db to the database in the settings; the old file stays as it is")
    return 0 if holds else 1


def _bring_back(
    options: argparse.Namespace, url: str, key_folder: Path, files_folder: Path | None
) -> int:
    from rcm_tui.cli.checking import prove_aloud
    from rcm_tui.data import keys
    from rcm_tui.data.backups import restore

    key = None
    if options.key is not None:
        key = keys.read_key(options.key.absolute().parent, options.key.name)
    missing = restore(options.file, url, key_folder, key, files_folder)
    for sentence in missing:
        print(f"missing: {sentence}")
    for name in store.upgrade(url, key_folder):
        print(f"applied {name}")
    with store.Store.open(url, key_folder, files_folder) as practice:
        holds = prove_aloud(practice) and not missing
    print(f"{options.file} is whole" if holds else f"{options.file}: something does not hold")
    return 0 if holds else 1
