"""Every form by the kind of record; a kind without a declaration shows its fields in order."""

from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.screens.forms.appointment_type import APPOINTMENT_TYPE_FORM
from rcm_tui.screens.forms.authorization import AUTHORIZATION_FORM, AUTHORIZED_SERVICE_FORM
from rcm_tui.screens.forms.benefit import BENEFIT_FORM
from rcm_tui.screens.forms.business_unit import BUSINESS_UNIT_FORM
from rcm_tui.screens.forms.case import CASE_FORM
from rcm_tui.screens.forms.case_kind import CASE_KIND_FORM, CASE_KIND_STEP_FORM
from rcm_tui.screens.forms.case_manager import CASE_MANAGER_FORM
from rcm_tui.screens.forms.case_rule import CASE_RULE_FORM
from rcm_tui.screens.forms.charge import CHARGE_FORM
from rcm_tui.screens.forms.claim import CLAIM_FORM
from rcm_tui.screens.forms.clearinghouse import CLEARINGHOUSE_FORM
from rcm_tui.screens.forms.client import CLIENT_FORM
from rcm_tui.screens.forms.coverage import COVERAGE_FORM
from rcm_tui.screens.forms.denial_action import DENIAL_ACTION_FORM
from rcm_tui.screens.forms.diagnosis import DIAGNOSIS_FORM
from rcm_tui.screens.forms.escalation_rule import ESCALATION_RULE_FORM
from rcm_tui.screens.forms.fee import FEE_FORM
from rcm_tui.screens.forms.letters import APPEAL_LEVEL_FORM, LETTER_TEMPLATE_FORM
from rcm_tui.screens.forms.location import LOCATION_FORM
from rcm_tui.screens.forms.modifier_rule import MODIFIER_RULE_FORM
from rcm_tui.screens.forms.mue import MUE_FORM
from rcm_tui.screens.forms.patient_billing_rule import PATIENT_BILLING_RULE_FORM
from rcm_tui.screens.forms.payer import PAYER_FORM
from rcm_tui.screens.forms.payer_rule import PAYER_RULE_FORM
from rcm_tui.screens.forms.practice import PRACTICE_FORM
from rcm_tui.screens.forms.practitioner import PRACTITIONER_FORM
from rcm_tui.screens.forms.purging import LEGAL_HOLD_FORM, PURGE_POLICY_FORM
from rcm_tui.screens.forms.record_form import RecordForm
from rcm_tui.screens.forms.session import SESSION_FORM
from rcm_tui.screens.forms.visit import VISIT_FORM, VISIT_SERVICE_FORM
from rcm_tui.screens.forms.write_off_reason import WRITE_OFF_REASON_FORM

FORMS = {
    form.kind.name: form
    for form in (
        APPEAL_LEVEL_FORM,
        AUTHORIZATION_FORM,
        AUTHORIZED_SERVICE_FORM,
        BENEFIT_FORM,
        BUSINESS_UNIT_FORM,
        CASE_FORM,
        CASE_KIND_FORM,
        CASE_KIND_STEP_FORM,
        CHARGE_FORM,
        CASE_MANAGER_FORM,
        CASE_RULE_FORM,
        CLAIM_FORM,
        CLEARINGHOUSE_FORM,
        CLIENT_FORM,
        COVERAGE_FORM,
        DENIAL_ACTION_FORM,
        DIAGNOSIS_FORM,
        ESCALATION_RULE_FORM,
        FEE_FORM,
        LETTER_TEMPLATE_FORM,
        LOCATION_FORM,
        MODIFIER_RULE_FORM,
        MUE_FORM,
        PATIENT_BILLING_RULE_FORM,
        PAYER_FORM,
        PAYER_RULE_FORM,
        PRACTICE_FORM,
        PRACTITIONER_FORM,
        PURGE_POLICY_FORM,
        LEGAL_HOLD_FORM,
        APPOINTMENT_TYPE_FORM,
        SESSION_FORM,
        VISIT_FORM,
        VISIT_SERVICE_FORM,
        WRITE_OFF_REASON_FORM,
    )
}
SECTIONS = {
    "claim_line": "claims",
    "rendering_assignment": "clients",
}


def form_of(kind: str) -> RecordForm:
    """The form of a kind of record by its name. Raises KeyError for an unknown one."""
    if kind in FORMS:
        return FORMS[kind]
    return RecordForm(KINDS[kind], SECTIONS.get(kind, "administration"))
