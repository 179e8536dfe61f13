"""Short words of our own for codes that a behavioral health practice bills, to find codes by.

Not the lists' own wording, and not all of the codes. Of diagnoses, what has no word here is found
by ICD-10-CM's own description; of the others by its code.
"""

from collections.abc import Iterator

from rcm_tui.data.codes import diagnoses_from, is_place_of_service, known_modifiers, known_states
from rcm_tui.data.codes.descriptions import described, description_of

DIAGNOSES = {
    "F70": "mild intellectual disability",
    "F71": "moderate intellectual disability",
    "F72": "severe intellectual disability",
    "F73": "profound intellectual disability",
    "F79": "intellectual disability, not specified",
    "F80.0": "articulation disorder of speech",
    "F80.1": "expressive language disorder",
    "F80.2": "receptive and expressive language disorder",
    "F80.4": "speech delay from hearing loss",
    "F80.82": "social communication disorder",
    "F80.9": "speech or language disorder, not specified",
    "F81.0": "reading disorder",
    "F82": "motor coordination disorder",
    "F84.0": "autism spectrum disorder",
    "F84.2": "Rett syndrome",
    "F84.3": "childhood disintegrative disorder",
    "F84.5": "Asperger syndrome",
    "F84.8": "pervasive developmental disorder, other",
    "F84.9": "pervasive developmental disorder, not specified",
    "F88": "developmental disorder, other",
    "F89": "developmental disorder, not specified",
    "F90.0": "ADHD, mostly inattentive",
    "F90.1": "ADHD, mostly hyperactive",
    "F90.2": "ADHD, combined",
    "F90.9": "ADHD, not specified",
    "F91.1": "conduct disorder from childhood",
    "F91.3": "oppositional defiant disorder",
    "F93.0": "separation anxiety",
    "F94.0": "selective mutism",
    "F95.2": "Tourette syndrome",
    "F98.0": "enuresis",
    "F98.1": "encopresis",
    "F98.3": "pica",
    "F98.4": "stereotyped movements",
    "F41.1": "generalized anxiety",
    "F41.9": "anxiety, not specified",
    "F42.9": "obsessive-compulsive disorder, not specified",
    "G40.909": "epilepsy, not intractable",
    "Q90.9": "Down syndrome, not specified",
    "Q99.2": "fragile X",
    "R47.9": "speech disturbance, not specified",
    "R62.50": "delayed development in childhood, not specified",
    "Z13.41": "screening for autism",
    "Z63.8": "problems in the family",
}

PLACES_OF_SERVICE = {
    "02": "telehealth, patient elsewhere than at home",
    "03": "school",
    "04": "homeless shelter",
    "10": "telehealth, patient at home",
    "11": "office",
    "12": "home of the patient",
    "13": "assisted living",
    "14": "group home",
    "17": "walk-in retail clinic",
    "18": "workplace",
    "19": "outpatient hospital, off campus",
    "20": "urgent care",
    "21": "inpatient hospital",
    "22": "outpatient hospital, on campus",
    "23": "emergency room",
    "31": "skilled nursing facility",
    "32": "nursing facility",
    "49": "independent clinic",
    "50": "federally qualified health center",
    "51": "inpatient psychiatric facility",
    "52": "psychiatric partial hospitalization",
    "53": "community mental health center",
    "54": "intermediate care for intellectual disability",
    "56": "psychiatric residential treatment",
    "57": "non-residential substance abuse treatment",
    "62": "comprehensive outpatient rehabilitation",
    "71": "public health clinic",
    "72": "rural health clinic",
    "99": "other, community",
}

MODIFIERS = {
    "22": "more than usual work",
    "25": "separate evaluation on the same day",
    "52": "less than usual service",
    "59": "distinct service",
    "76": "repeated by the same provider",
    "77": "repeated by another provider",
    "93": "telehealth by sound alone",
    "95": "telehealth by sound and picture",
    "AH": "clinical psychologist",
    "AJ": "clinical social worker",
    "GT": "telehealth, interactive",
    "HA": "child or adolescent program",
    "HM": "less than bachelor degree",
    "HN": "bachelor degree",
    "HO": "master degree",
    "HP": "doctoral degree",
    "HQ": "group setting",
    "HR": "family with the client present",
    "HS": "family without the client present",
    "HT": "team of several professions",
    "KX": "requirements of the policy are met",
    "U1": "as the state's Medicaid defines it (1)",
    "U2": "as the state's Medicaid defines it (2)",
    "U3": "as the state's Medicaid defines it (3)",
    "UK": "service for somebody other than the client",
    "XE": "separate encounter",
    "XP": "separate practitioner",
}

CARCS = {
    "CO-4": "modifier missing or wrong",
    "CO-5": "place of service does not fit the code",
    "CO-11": "diagnosis does not support it",
    "CO-15": "authorization number missing or wrong",
    "CO-16": "lacks information, or a billing error",
    "CO-18": "exact duplicate",
    "OA-18": "exact duplicate",
    "CO-22": "other payer may be primary",
    "PR-22": "other payer may be primary",
    "CO-26": "before coverage began",
    "PR-26": "before coverage began",
    "CO-27": "after coverage ended",
    "PR-27": "after coverage ended",
    "CO-29": "time to file has passed",
    "CO-31": "member not identified",
    "PR-31": "member not identified",
    "CO-39": "authorization was denied",
    "CO-45": "above the contract",
    "CO-50": "not medically necessary",
    "CO-59": "concurrent services",
    "CO-96": "non-covered charge",
    "PR-96": "non-covered charge",
    "CO-97": "bundled into another service",
    "CO-109": "wrong payer",
    "CO-119": "benefit maximum reached",
    "PR-119": "benefit maximum reached",
    "CO-151": "units not supported",
    "CO-197": "authorization absent",
    "CO-198": "authorization exceeded",
    "PR-204": "not a benefit of the plan",
    "CO-208": "NPI not matched",
    "CO-222": "units over the contract",
    "CO-252": "documents needed",
    "CO-284": "authorization for another service",
    "CO-296": "authorization for another provider",
    "CO-302": "authorization expired",
    "CO-B7": "provider not certified on that date",
}

TAXONOMIES = {
    "101YM0800X": "counselor, mental health",
    "101YP2500X": "counselor, professional",
    "103K00000X": "behavior analyst",
    "103T00000X": "psychologist",
    "103TC0700X": "psychologist, clinical",
    "103TC2200X": "psychologist, clinical child and adolescent",
    "104100000X": "social worker",
    "1041C0700X": "social worker, clinical",
    "106E00000X": "assistant behavior analyst",
    "106H00000X": "marriage and family therapist",
    "106S00000X": "behavior technician",
    "193200000X": "group of several specialties",
    "193400000X": "group of one specialty",
    "207Q00000X": "family physician",
    "208000000X": "pediatrician",
    "2080P0006X": "pediatrician, developmental and behavioral",
    "2084P0800X": "psychiatrist",
    "2084P0804X": "psychiatrist, child and adolescent",
    "222Q00000X": "developmental therapist",
    "225100000X": "physical therapist",
    "225X00000X": "occupational therapist",
    "235Z00000X": "speech-language pathologist",
    "251S00000X": "agency, community and behavioral health",
    "252Y00000X": "agency, early intervention",
    "261QM0801X": "clinic, mental health",
    "261QM0850X": "clinic, adult mental health",
    "261QM0855X": "clinic, child and adolescent mental health",
    "363L00000X": "nurse practitioner",
}

WORDS = {
    "carc": CARCS,
    "diagnosis": DIAGNOSES,
    "place of service": PLACES_OF_SERVICE,
    "modifier": MODIFIERS,
    "taxonomy": TAXONOMIES,
}


def word_of(kind: str, code: str) -> str:
    """A code in our words, a diagnosis else in ICD-10-CM's; "" where it has none."""
    word = WORDS.get(kind, {}).get(code, "")
    if kind == "diagnosis" and not word:
        return description_of(code)
    return word


def codes_like(kind: str, text: str) -> Iterator[str]:
    """Codes that begin with the text, then those whose words have all of its words' beginnings."""
    code = text.upper().strip()
    given = set()
    for one in _by_code(kind, code):
        given.add(one)
        yield one
    wanted = text.casefold().split()
    for one, words in WORDS.get(kind, {}).items():
        parts = words.casefold().replace(",", " ").replace("-", " ").split()
        meant = all(any(part.startswith(word) for part in parts) for word in wanted)
        if wanted and meant and one not in given:
            given.add(one)
            yield one
    if kind == "diagnosis":
        yield from (one for one in described(text) if one not in given)


def _by_code(kind: str, code: str) -> Iterator[str]:
    if kind == "diagnosis":
        # The usual ones first: nobody here looks for what stands first in the book.
        usual = [one for one in DIAGNOSES if code and _begins(one, code)]
        yield from usual
        for one in diagnoses_from(code.replace(".", "")):
            if one not in DIAGNOSES:
                yield one
    elif kind == "taxonomy":
        yield from (one for one in TAXONOMIES if one.startswith(code))
    elif kind == "place of service":
        usual = [one for one in PLACES_OF_SERVICE if one.startswith(code)]
        yield from usual
        rest = (f"{number:02d}" for number in range(1, 100))
        for one in rest:
            if one.startswith(code) and one not in PLACES_OF_SERVICE and is_place_of_service(one):
                yield one
    elif kind == "modifier":
        usual = [one for one in MODIFIERS if one.startswith(code)]
        yield from usual
        yield from (
            one for one in known_modifiers() if one.startswith(code) and one not in MODIFIERS
        )
    elif kind == "carc":
        yield from (one for one in CARCS if code and (one.startswith(code) or one[3:] == code))
    elif kind == "state":
        yield from (one for one in known_states() if one.startswith(code))


def _begins(dotted: str, code: str) -> bool:
    return dotted.replace(".", "").startswith(code.replace(".", ""))
