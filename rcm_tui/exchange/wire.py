"""What an imported 837P said beyond the columns of its claim: the JSON in `claim.wire`.

The columns are the truth: a claim is built from them first (`outgoing.professional_claims`), and
`apply` then only adds what they cannot hold. What belongs to something that a biller can change
carries `of`, the identity it was said about, and is left out when that is another one now:
secondary identifiers of one rendering provider never reach the next.

    {
      "claim":    fields of ProfessionalClaim as KEPT names them, where not the default
                  (other_subscribers, pay_to, dates, related_causes, contract and other references)
      "note":     the code of the claim note where it is not ADD
      "diagnoses": [[qualifier, code], …] where the qualifiers are not ABK, ABF, ABF …
      "billing_provider" | "rendering" | "referring" | "supervising" | "facility":
                  {"of": NPI or last name, fields as PROVIDER_KEPT names them, "country", …}
      "payer":    {"of": payer identifier, "id_qualifier", "secondary_ids", "country", …}
      "subscriber": {"of": member id, fields as SUBSCRIBER_KEPT names them, "entity_type", …}
      "patient":  {"country", "subdivision"}
      "lines":    [{"of": procedure code, fields as LINE_KEPT names them, "qualifier", …}, …]
      "as_sent":  what the file said where the rows it was matched to say otherwise (`differences`)
    }

Left out are empty objects, and everything where nothing is left: `to_json` then gives "".
"""

import json
from dataclasses import replace
from typing import Any

from rcm_tui.exchange.dataclass_json import decoded_fields, encoded_fields
from rcm_tui.exchange.differences import applied
from rcm_tui.x12.claim import (
    Diagnosis,
    Payer,
    Procedure,
    ProfessionalClaim,
    Provider,
    ServiceLine,
    Subscriber,
)
from rcm_tui.x12.parties import Address, Note, Person

KEPT = (
    "facility_code_qualifier",
    "provider_signature",
    "accept_assignment",
    "benefits_assigned",
    "release_of_information",
    "patient_signature_source",
    "related_causes",
    "accident_state",
    "accident_country",
    "special_program",
    "delay_reason",
    "referral_number",
    "medical_record_number",
    "clearinghouse_number",
    "other_references",
    "anesthesia_procedures",
    "condition_codes",
    "initial_treatment_date",
    "last_seen_date",
    "accident_date",
    "last_menstrual_date",
    "admission_date",
    "discharge_date",
    "other_dates",
    "patient_paid",
    "pay_to",
    "patient_secondary_ids",
    "other_subscribers",
)
"""The fields of a claim that no column holds."""

PROVIDERS = ("billing_provider", "rendering", "referring", "supervising", "facility")
PROVIDER_KEPT = ("middle_name", "suffix", "contact", "secondary_ids")
PAYER_KEPT = ("id_qualifier", "secondary_ids")
SUBSCRIBER_KEPT = (
    "member_id_qualifier",
    "payer_responsibility",
    "insurance_type",
    "secondary_ids",
)
LINE_KEPT = (
    "unit_basis",
    "emergency",
    "prior_authorization",
    "referral_number",
    "note",
    "rendering",
    "referring",
    "supervising",
    "ordering",
    "facility",
    "drug",
    "other_references",
    "other_dates",
    "adjudications",
)
PROCEDURE_KEPT = ("qualifier", "description")
ADDRESS_KEPT = ("country", "subdivision")


def to_json(claim: ProfessionalClaim) -> str:
    """The JSON for `claim.wire`: what the columns cannot say of a claim that was read."""
    lines = [_line_kept(line) for line in claim.lines]
    kept: dict[str, Any] = {
        "claim": encoded_fields(claim, KEPT),
        "note": claim.claim_note.code
        if claim.claim_note and claim.claim_note.code != "ADD"
        else "",
        "diagnoses": _diagnoses_kept(claim.diagnoses),
        "payer": _of(
            claim.payer.identifier,
            encoded_fields(claim.payer, PAYER_KEPT) | _address_kept(claim.payer.address),
        ),
        "subscriber": _of(claim.subscriber.member_id, _subscriber_kept(claim.subscriber)),
        "patient": _address_kept(claim.patient.address) if claim.patient else {},
        "lines": lines if any(len(line) > 1 for line in lines) else [],
    }
    for name in PROVIDERS:
        provider: Provider | None = getattr(claim, name)
        if provider is not None:
            kept[name] = _of(
                _identity(provider),
                encoded_fields(provider, PROVIDER_KEPT) | _address_kept(provider.address),
            )
    kept = {name: value for name, value in kept.items() if value}
    return json.dumps(kept, separators=(",", ":"), ensure_ascii=False) if kept else ""


def apply(text: str, claim: ProfessionalClaim) -> ProfessionalClaim:
    """A claim built from its columns, with what `claim.wire` says added; "" adds nothing.

    Raises ValueError when the text is not what `to_json` makes.
    """
    if not text:
        return claim
    kept: dict[str, Any] = json.loads(text)
    changes: dict[str, Any] = decoded_fields(ProfessionalClaim, kept.get("claim", {}))
    for name in PROVIDERS:
        provider: Provider | None = getattr(claim, name)
        if provider is not None and _is_of(kept.get(name), _identity(provider)):
            changes[name] = _with_address(
                replace(provider, **decoded_fields(Provider, kept[name])), kept[name]
            )
    if _is_of(kept.get("payer"), claim.payer.identifier):
        payer = replace(claim.payer, **decoded_fields(Payer, kept["payer"]))
        changes["payer"] = _with_address(payer, kept["payer"])
    if _is_of(kept.get("subscriber"), claim.subscriber.member_id):
        changes["subscriber"] = _subscriber(claim.subscriber, kept["subscriber"])
    if claim.patient is not None and "patient" in kept:
        changes["patient"] = _with_address(claim.patient, kept["patient"])
    if claim.claim_note is not None and "note" in kept:
        changes["claim_note"] = Note(kept["note"], claim.claim_note.text)
    if "diagnoses" in kept:
        changes["diagnoses"] = _diagnoses(claim.diagnoses, kept["diagnoses"])
    if "lines" in kept:
        changes["lines"] = _lines(claim.lines, kept["lines"])
    return applied(replace(claim, **changes), kept.get("as_sent", {}))


def _of(identity: str, kept: dict[str, Any]) -> dict[str, Any]:
    return {"of": identity, **kept} if kept else {}


def _is_of(kept: dict[str, Any] | None, identity: str) -> bool:
    return kept is not None and kept.get("of") == identity


def _identity(provider: Provider) -> str:
    return provider.npi or provider.last_name


def _address_kept(address: Address | None) -> dict[str, Any]:
    return encoded_fields(address, ADDRESS_KEPT) if address else {}


def _with_address(party: Any, kept: dict[str, Any]) -> Any:
    changes = {name: kept[name] for name in ADDRESS_KEPT if name in kept}
    if not changes or party.address is None:
        return party
    return replace(party, address=replace(party.address, **changes))


def _subscriber_kept(subscriber: Subscriber) -> dict[str, Any]:
    kept = encoded_fields(subscriber, SUBSCRIBER_KEPT) | _address_kept(subscriber.person.address)
    # The default is written too: a coverage's rank may say otherwise.
    kept["payer_responsibility"] = subscriber.payer_responsibility
    if subscriber.person.entity_type != "1":
        kept["entity_type"] = subscriber.person.entity_type
    return kept


def _subscriber(subscriber: Subscriber, kept: dict[str, Any]) -> Subscriber:
    person: Person = _with_address(subscriber.person, kept)
    if "entity_type" in kept:
        person = replace(person, entity_type=kept["entity_type"])
    return replace(subscriber, person=person, **decoded_fields(Subscriber, kept))


def _diagnoses_kept(diagnoses: tuple[Diagnosis, ...]) -> list[list[str]]:
    usual = all(
        diagnosis.qualifier == ("ABF" if position else "ABK")
        for position, diagnosis in enumerate(diagnoses)
    )
    return [] if usual else [[diagnosis.qualifier, diagnosis.code] for diagnosis in diagnoses]


def _diagnoses(now: tuple[Diagnosis, ...], kept: list[list[str]]) -> tuple[Diagnosis, ...]:
    if [diagnosis.code for diagnosis in now] != [code.replace(".", "") for _, code in kept]:
        return now
    return tuple(Diagnosis(qualifier, code.replace(".", "")) for qualifier, code in kept)


def _line_kept(line: ServiceLine) -> dict[str, Any]:
    return {
        "of": line.procedure.code,
        **encoded_fields(line, LINE_KEPT),
        **encoded_fields(line.procedure, PROCEDURE_KEPT),
    }


def _lines(now: tuple[ServiceLine, ...], kept: list[dict[str, Any]]) -> tuple[ServiceLine, ...]:
    """Lines are paired by position, and only where the procedure code is still the same."""
    lines = list(now)
    for place, (line, said) in enumerate(zip(now, kept, strict=False)):
        if _is_of(said, line.procedure.code):
            procedure = replace(line.procedure, **decoded_fields(Procedure, said))
            lines[place] = replace(line, procedure=procedure, **decoded_fields(ServiceLine, said))
    return tuple(lines)
