"""What the codes of a TA1 and a 999 mean, in short words of our own (005010X231A1 and the ISA).

Codes that are not here are shown as they came.
"""

INTERCHANGE_CODES = {
    "A": "the file was taken",
    "E": "the file was taken, with errors",
    "R": "the file was refused",
}
"""TA104."""

INTERCHANGE_NOTES = {
    "001": "the control numbers of its header (ISA) and trailer (IEA) differ",
    "002": "its standard is not supported",
    "003": "its version is not supported",
    "004": "its segment terminator is not valid",
    "005": "the qualifier of the sender's identifier is not valid",
    "006": "the sender's identifier is not valid",
    "007": "the qualifier of the receiver's identifier is not valid",
    "008": "the receiver's identifier is not valid",
    "009": "the receiver is not known there",
    "010": "the qualifier of its authorization is not valid",
    "011": "its authorization is not valid",
    "012": "the qualifier of its password is not valid",
    "013": "its password is not valid",
    "014": "its date is not valid",
    "015": "its time is not valid",
    "016": "the identifier of its standard is not valid",
    "017": "its version is not valid",
    "018": "its control number is not valid",
    "019": "what it says of acknowledgements (ISA14) is not valid",
    "020": "its mark for test or production (ISA15) is not valid",
    "021": "the number of its groups is not what its trailer says",
    "022": "its envelopes do not fit into each other",
    "023": "it ends before its end",
    "024": "what is in it is not valid, such as a group's header (GS)",
    "025": "a file with this control number was there before",
    "026": "its data element separator is not valid",
    "027": "its component separator is not valid",
    "028": "its delivery date is not valid",
    "029": "its delivery time is not valid",
    "030": "its code for the delivery time is not valid",
    "031": "its grade of service is not valid",
}
"""TA105."""

SET_CODES = {
    "A": "taken",
    "E": "taken, with errors",
    "R": "refused",
    "M": "refused: it could not be authenticated",
    "P": "taken in part",
    "W": "refused: it could not be shown to be whole",
    "X": "refused: it could not be decrypted",
}
"""IK501 and AK901."""

SET_REASONS = {
    "1": "this kind of transaction set is not supported",
    "2": "its trailer (SE) is missing",
    "3": "the control numbers of its header and trailer differ",
    "4": "the number of its segments is not what its trailer says",
    "5": "segments are in error",
    "6": "its identifier is missing or not valid",
    "7": "its control number is missing or not valid",
    "18": "it does not belong into this group",
    "19": "the guide that it names is not valid",
    "23": "its control number is not unique within the group",
    "I5": "segments do not follow the guide",
    "I6": "the guide that it names is not supported",
}
"""IK502 to IK506."""

GROUP_REASONS = {
    "1": "this kind of group is not supported",
    "2": "its version is not supported",
    "3": "its trailer (GE) is missing",
    "4": "the control numbers of its header and trailer differ",
    "5": "the number of its sets is not what its trailer says",
    "6": "its control number is not valid",
    "19": "its control number is not unique within the file",
}
"""AK905 to AK909."""

SEGMENT_ERRORS = {
    "1": "a segment that is not known",
    "2": "not expected here",
    "3": "required and missing",
    "4": "its loop comes too often",
    "5": "comes too often",
    "6": "does not belong into this transaction",
    "7": "out of order",
    "8": "with wrong elements",
    "I4": "not used by the guide",
    "I6": "needed here by the guide, and missing",
    "I7": "its loop comes too seldom",
    "I8": "comes too seldom",
    "I9": "not allowed here by the guide",
}
"""IK304."""

ELEMENT_ERRORS = {
    "1": "required and missing",
    "2": "missing beside another that needs it",
    "3": "one element too many",
    "4": "too short",
    "5": "too long",
    "6": "with a character that is not allowed",
    "7": "a code that is not valid",
    "8": "not a valid date",
    "9": "not a valid time",
    "10": "not allowed beside another one",
    "12": "repeated too often",
    "13": "with too many parts",
    "I6": "a code that the guide does not use",
    "I9": "needed here by the guide, and missing",
    "I10": "not used by the guide",
    "I11": "repeated too seldom",
    "I12": "not in the form that the guide asks for",
    "I13": "not allowed here by the guide",
}
"""IK403."""
