"""The words of denials: what is done next, whose clock runs, what could have been prevented."""

CORRECT, NEW_CLAIM, NEXT_PAYER, APPEAL = "correct", "new claim", "next payer", "appeal"
DOCUMENTS, PATIENT, WRITE_OFF = "documents", "patient", "write off"
POST, LOOK = "post", "look"
WAYS = (CORRECT, NEW_CLAIM, NEXT_PAYER, APPEAL, DOCUMENTS, PATIENT, WRITE_OFF, POST, LOOK)

CORRECTED_CLAIM, APPEAL_FILED, EITHER_CLOCK = "corrected claim", "appeal", "corrected or appeal"
FIRST_CLAIM, LETTER, NO_CLOCK = "first claim", "letter", "none"
CLOCKS = (CORRECTED_CLAIM, APPEAL_FILED, EITHER_CLOCK, FIRST_CLAIM, LETTER, NO_CLOCK)

PREVENTABLE = ("yes", "mostly", "partly", "no", "does not apply")
