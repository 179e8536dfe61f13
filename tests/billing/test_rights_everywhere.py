"""Every function of billing that is given a unit of work asks for a right, or says why it need not.

And what screens, commands, jobs and imports call is only what asks.
"""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import rcm_tui.billing
from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.rights import RIGHT_OF_KIND, RIGHTS
from rcm_tui.billing.units import OF_KIND, Subject

ROOT = Path(rcm_tui.billing.__file__).parents[1]

FOLLOWS = "what follows from a change that was asked for"
FINDS = "finds something out, and changes nothing"
COUNTS = "counts anew what is derived from other records"
NUMBERS = "gives out numbers for what somebody makes"
BOOKS = "writes journals and balances of what somebody posts"
PART = "a part of the actions that ask"
INNER = {
    "appeals.numbering.new_appeal_numbers": NUMBERS,
    "appeals.stored.read_appeals": FINDS,
    "appeals.stored.tell_case": FOLLOWS,
    "cases.claims.link": PART,
    "cases.closing.why_not_closed": FINDS,
    "cases.escalation.forget_escalations": FOLLOWS,
    "cases.families.follow_parents": FOLLOWS,
    "cases.families.refresh_above": FOLLOWS,
    "cases.families.refresh_families": FOLLOWS,
    "cases.families.refresh_figures": FOLLOWS,
    "cases.numbering.new_case_number": NUMBERS,
    "cases.rules.noting.note_claims": FOLLOWS,
    "cases.rules.noting.note_payment": FOLLOWS,
    "cases.steps.begin_case": FOLLOWS,
    "cases.steps.end_case": FOLLOWS,
    "cases.steps.give_steps": FOLLOWS,
    "cases.timeline.writing.add_entries": PART,
    "cases.timeline.writing.add_event": FOLLOWS,
    "cases.totals.refresh_totals": FOLLOWS,
    "cases.totals.refresh_totals_of_claims": FOLLOWS,
    "charges.as_billed.forget_as_billed": FOLLOWS,
    "charges.as_billed.keep_as_billed": FOLLOWS,
    "charges.drafted.rewrite_lines": PART,
    "charges.recording.refresh_charges": FOLLOWS,
    "charges.selection.own_part": "is asked by what needs a right",
    "charges.stored.store_changed": PART,
    "claims.cloning.clone_claim": PART,
    "claims.cloning.insert_claim": PART,
    "claims.cloning.move_charges": PART,
    "claims.forwarding.follow_forwarding": FOLLOWS,
    "claims.numbering.new_claim_numbers": NUMBERS,
    "claims.replacing.correct_in_place": PART,
    "claims.replacing.make_replacement": PART,
    "claims.secondary.clone_onward": PART,
    "claims.submission.mark_sent_elsewhere": "a part of importing claims",
    "claims.superseding.refuse_place": FOLLOWS,
    "claims.superseding.stand_again": FOLLOWS,
    "claims.superseding.supersede": FOLLOWS,
    "claims.superseding.take_place_after_all": FOLLOWS,
    "claims.transfers.post_opening": BOOKS,
    "claims.transfers.post_transfers": BOOKS,
    "claims.validation.validate_claims": FOLLOWS,
    "claims.voiding.settle_voids": FOLLOWS,
    "denials.history.keep_counted": COUNTS,
    "denials.history.rebuild_denial_history": COUNTS,
    "denials.learning.denied_of_line": FINDS,
    "denials.open_denials.refresh_denials": FOLLOWS,
    "denials.open_denials.refresh_denials_of": FOLLOWS,
    "deposits.following.follow_payment": FOLLOWS,
    "editing.around.look_around": FOLLOWS,
    "editing.following.follow": FOLLOWS,
    "editing.following.sum_claims": FOLLOWS,
    "editing.merging.merge": FINDS,
    "editing.revalidation.revalidate": FOLLOWS,
    "editing.revalidation.revalidate_claims": FOLLOWS,
    "editing.who_may.of_kind": "finds the right to ask for",
    "editing.who_may.refuse_other_units": "is asked by what needs a right",
    "editing.writing.write": PART,
    "invoices.answered.follow_answers": FOLLOWS,
    "invoices.applying.apply_along_chains": FOLLOWS,
    "invoices.applying.apply_on_account": FOLLOWS,
    "invoices.applying.take_off": FOLLOWS,
    "invoices.insurance.auto_pay": FOLLOWS,
    "invoices.invoicing.follow_charges": FOLLOWS,
    "ledger.post_charges": BOOKS,
    "ledger.post_journals": BOOKS,
    "ledger.refresh_balances": BOOKS,
    "ledger.reverse_charges": BOOKS,
    "ledger.reverse_journals": BOOKS,
    "ledger.seal_journals": "a part of making the demo's practice",
    "ledger.sum_balances": BOOKS,
    "outcome.go_on": "ends a step of long work",
    "people.emergency.end_lapsed": "follows from the clock",
    "people.sessions.record_session": "records that a person came or went",
    "remittances.adjudication.refresh_claims": FOLLOWS,
    "remittances.automatic.reasons_to_look": FINDS,
    "remittances.duplicates.refuse_duplicate": FINDS,
    "remittances.landing.land": PART,
    "remittances.orphans.match_earlier_reversals": PART,
    "remittances.orphans.refresh_payment": FOLLOWS,
    "remittances.provider_adjustments.link_earlier": FOLLOWS,
    "remittances.provider_adjustments.post_provider_adjustments": PART,
    "remittances.provider_adjustments.take_back_provider_adjustments": PART,
    "remittances.receiving.receive": PART,
    "remittances.storing.store_claims": PART,
    "remittances.storing.store_provider_adjustments": PART,
    "rights.doing": "asks",
    "rights.trying": "asks nobody, for what is given up",
    "underpayments.expect_by_contract": FOLLOWS,
    "units.elsewhere": "is asked by what needs a right",
    "units.own_units": "is asked by what needs a right",
    "units.part": "is asked by what needs a right",
    "units.part_of_new": "is asked by what needs a right",
    "units.refuse_elsewhere": "is asked by what needs a right",
    "units.refuse_unit": "is asked by what needs a right",
    "visits.changes.follow_visits": FOLLOWS,
    "visits.claims.charges_of": FINDS,
    "visits.claims.why_no_claim": FINDS,
}
"""Functions of billing that are given a unit of work and ask nobody, with the reason."""

CALLED = {
    "ledger.seal_journals": "demo/multiply.py",
    "claims.submission.mark_sent_elsewhere": "exchange/import_claims/__init__.py",
    "claims.numbering.new_claim_numbers": "exchange/import_claims/claims.py",
    "claims.validation.validate_claims": "exchange/import_claims/__init__.py",
    "underpayments.expect_by_contract": "exchange/import_claims/__init__.py",
    "denials.history.keep_counted": "jobs/pick_up.py",
    "denials.history.rebuild_denial_history": "demo/build.py",
    "denials.learning.denied_of_line": "screens/denied_before.py",
    "outcome.go_on": "exchange/tables/importing.py",
    "people.emergency.end_lapsed": "jobs/alarms.py screens/app.py",
    "people.sessions.record_session": "cli/workstation.py screens/app.py screens/opening.py",
    "rights.doing": "exchange/incoming.py exchange/tables/importing.py",
}
"""Those that are called from outside billing all the same: within what asks, or as they say."""


def _functions() -> Iterator[tuple[str, Any]]:
    """Public functions of billing whose first parameter is a unit of work."""
    for module in pkgutil.walk_packages(rcm_tui.billing.__path__, "rcm_tui.billing."):
        loaded = importlib.import_module(module.name)
        for node in ast.parse(Path(str(loaded.__file__)).read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            first = node.args.args[:1]
            if first and first[0].annotation and ast.unparse(first[0].annotation) == "Work":
                short = module.name.removeprefix("rcm_tui.billing.")
                yield f"{short}.{node.name}", getattr(loaded, node.name)


def test_every_function_that_changes_something_asks_for_a_right() -> None:
    functions = dict(_functions())
    asking = {name for name, function in functions.items() if hasattr(function, "right")}
    assert len(asking) > 100
    # What is forgotten needs a right (billing/rights.py), or a reason in INNER.
    assert sorted(functions.keys() - asking - INNER.keys()) == []
    assert sorted(INNER.keys() - (functions.keys() - asking)) == []


def test_what_is_called_from_outside_asks() -> None:
    inner = {name.replace(".", "/").rpartition("/")[::2]: name for name in INNER}
    found: dict[str, set[str]] = {}
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if place.startswith("billing/"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith(
                "rcm_tui.billing"
            ):
                continue
            module = str(node.module).removeprefix("rcm_tui.billing").lstrip(".").replace(".", "/")
            for name in node.names:
                if (module, name.name) in inner:
                    found.setdefault(inner[module, name.name], set()).add(place)
    assert {name: " ".join(sorted(places)) for name, places in found.items()} == CALLED


def test_every_kind_of_record_has_a_right_and_its_unit_is_known() -> None:
    assert RIGHT_OF_KIND.keys() == KINDS.keys()
    assert OF_KIND.keys() <= KINDS.keys()
    for right in RIGHT_OF_KIND.values():
        assert right in RIGHTS
    assert len({right.action for right in RIGHTS}) == len(RIGHTS)


def test_keys_are_declared_as_subjects() -> None:
    for name, function in _functions():
        for parameter, subject in getattr(function, "over", {}).items():
            assert isinstance(subject, Subject), (name, parameter)
