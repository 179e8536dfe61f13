"""The usual reasons of the denials that cases dispute, and which of them a CARC stands for.

A subject is free text; these are offered. The reasons are those of the seed (authorization
exceeded, service not covered, duplicate charges, patient responsibility) and of the denials that
behavioral health practices see most (ours).
"""

BY_REASON = {
    "197": "Authorization missing",
    "15": "Authorization missing",
    "198": "Authorization exceeded",
    "39": "Authorization denied",
    "284": "Authorization does not match",
    "296": "Authorization does not match",
    "302": "Authorization does not match",
    "18": "Duplicate charges",
    "16": "Missing information",
    "96": "Service not covered",
    "204": "Service not covered",
    "26": "Coverage not active",
    "27": "Coverage not active",
    "31": "Member not identified",
    "140": "Member not identified",
    "22": "Other coverage is primary",
    "109": "Wrong payer",
    "29": "Timely filing",
    "50": "Medical necessity",
    "11": "Diagnosis does not support the service",
    "4": "Modifier missing",
    "97": "Bundled into another service",
    "151": "Units not supported",
    "119": "Benefit maximum reached",
    "222": "Units over the contract",
    "208": "Provider not enrolled",
    "B7": "Provider not enrolled",
    "252": "Documents requested",
    "163": "Documents requested",
}
UNDERPAYMENT = "Underpayment"
OTHER_DENIAL = "Other denial"
OTHERS = ("Patient responsibility", UNDERPAYMENT, "No response from the payer", OTHER_DENIAL)
USUAL_SUBJECTS = tuple(dict.fromkeys((*BY_REASON.values(), *OTHERS)))


def proposed_subject(carc: str) -> str:
    """The subject that the first of some CARCs ("CO-197 CO-16") stands for; "" for none."""
    reasons = (code.rpartition("-")[2] for code in carc.split())
    return next((BY_REASON[reason] for reason in reasons if reason in BY_REASON), "")
