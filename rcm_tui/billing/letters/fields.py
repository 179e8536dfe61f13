"""What a letter can be filled in with: each field by its name, and what it says.

Everything is text: money with its sign, days as 03/16/2026. What nothing is known of is empty.
"""

RECORDS: dict[str, dict[str, str]] = {
    "practice": {
        "name": "the billing provider",
        "npi": "its NPI",
        "tax_id": "its tax id",
        "address": "its address in one line",
        "phone": "its telephone",
    },
    "payer": {"name": "the payer", "address": "its address in one line"},
    "patient": {
        "name": "first and last name",
        "birth_date": "birth date",
        "member_id": "member id of the coverage",
        "group_number": "group number of the coverage",
    },
    "claim": {
        "number": "our number of the claim",
        "control_number": "the patient control number that was sent",
        "payer_number": "the payer's claim control number (ICN)",
        "first_date": "first date of service",
        "last_date": "last date of service",
        "dates": "both, or the one",
        "sent": "the day on which it was first sent",
        "billed": "billed",
        "paid": "paid so far",
        "diagnoses": "its diagnoses",
        "authorization": "the authorization number on it",
        "place": "place of service",
    },
    "provider": {"name": "the rendering provider", "npi": "that provider's NPI"},
    "denial": {
        "codes": "the denial that speaks: CO-197",
        "meaning": "what it says, in our words",
        "remarks": "remark codes",
        "notice": "the date of the notice",
        "check": "trace or check number of the remittance",
    },
    "appeal": {
        "level": "the level's number",
        "level_name": "what the payer calls the level",
        "amount": "what is asked for",
        "deadline": "the last day to file",
    },
    "case": {"number": "the case in which the claim stands", "subject": "its subject"},
    "writer": {"name": "who writes the letter"},
}
LISTS: dict[str, dict[str, str]] = {
    "lines": {
        "dates": "dates of service",
        "code": "procedure code",
        "modifiers": "modifiers",
        "units": "units of service",
        "billed": "billed",
        "expected": "expected by contract",
        "allowed": "allowed",
        "paid": "paid",
        "denied": "left open for a reason",
        "codes": "the reasons: CO-197 CO-45",
    },
    "acceptances": {
        "date": "the day on which a 277CA accepted the claim",
        "by": "clearinghouse or payer",
        "kind": "277CA",
        "reference": "what the acknowledgement names",
    },
}
TEXTS: dict[str, str] = {"today": "today"}

Record = dict[str, str]
Facts = dict[str, str | Record | list[Record]]
"""What a letter is filled in with: every field above, as text."""
