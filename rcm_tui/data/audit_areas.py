"""Which part of the practice's life an audit record belongs to, so that each can be listed."""

MONEY, READS, PEOPLE, SIGN_INS = "money", "reads", "people", "sign-ins"
REFUSED, STORE, WORK = "refused", "store", "work"
AREAS = (WORK, MONEY, READS, PEOPLE, SIGN_INS, REFUSED, STORE)

OF_ACTIONS = {
    "read": READS,
    "exported": READS,
    "report written": READS,
    "identifiers shown": READS,
    "signed in": SIGN_INS,
    "signed out": SIGN_INS,
    "screen covered": SIGN_INS,
    "screen uncovered": SIGN_INS,
    "refused": REFUSED,  # see refusals.py
    "remittance posted": MONEY,
    "remittance taken back": MONEY,
    "balance moved": MONEY,
    "written off": MONEY,
    "copays asked for": MONEY,
}
OF_SUBJECTS = {
    "person": PEOPLE,
    "user_key": PEOPLE,
    "emergency_access": PEOPLE,
    "journal": MONEY,
    "payment": MONEY,
    "remittance": MONEY,
    "provider_adjustment": MONEY,
    "deposit": MONEY,
    "invoice": MONEY,
    "patient_payment": MONEY,
    "refund": MONEY,
    "write_off": MONEY,
    "audit_key": STORE,
    "lease": STORE,
    "practice": STORE,
    "purge_policy": STORE,
    "purge_run": STORE,
    "legal_hold": STORE,
}


def area_of(action: str, subject: str) -> str:
    """The area of a record, by what was done, else by what it was done to (ours)."""
    return OF_ACTIONS.get(action) or OF_SUBJECTS.get(subject, WORK)
