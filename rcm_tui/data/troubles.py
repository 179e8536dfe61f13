"""Why a database could not keep what it was given, as sentences for people."""

FULL = (
    "the disk of the store is full: nothing was changed – make room on it (old backups, other"
    " files), then do it again (in a form, press ctrl+s)"
)
LOCKED = (
    "somebody else keeps the store busy and did not let go in time: nothing was changed – do it"
    " again (in a form, press ctrl+s); when it stays so, end the program that holds it"
)
READ_ONLY = (
    "the store cannot be written to (its disk or its file is read-only): nothing was changed –"
    " whoever looks after this machine has to make it writable; then do it again"
)
BROKEN = (
    "the disk of the store reports an error: nothing was changed – look at the disk, and restore"
    " the newest backup if rcm-tui check says that the store is damaged"
)

OF_SQLITE = {
    "disk is full": FULL,
    "is locked": LOCKED,
    "readonly database": READ_ONLY,
    "unable to open database file": READ_ONLY,
    "disk I/O error": BROKEN,
}
OF_POSTGRESQL = {
    "DiskFull": FULL,
    "ReadOnlySqlTransaction": READ_ONLY,
    "LockNotAvailable": LOCKED,
    "IoError": BROKEN,
}


def why_not_kept(error: BaseException) -> str:
    """The sentence for an error of peewee or a driver; empty when it says nothing of this kind."""
    kinds = {kind.__name__ for kind in type(getattr(error, "orig", error)).__mro__}
    for name, sentence in OF_POSTGRESQL.items():
        if name in kinds:
            return sentence
    if "OperationalError" not in kinds:  # such words of anything else are not about the store
        return ""
    text = str(error)
    return next((said for words, said in OF_SQLITE.items() if words in text), "")
