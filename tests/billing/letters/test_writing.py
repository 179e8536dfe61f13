"""Letters of appeal: the template that fits, filled in from claim, remittance and case."""

import datetime

import pytest

from rcm_tui.billing.appeals.grounds import Ground, grounds_of
from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.letters.facts import letter_facts
from rcm_tui.billing.letters.writing import (
    Letters,
    fitting,
    load_templates,
    reflowed,
    write_letters,
)
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.store import Store
from rcm_tui.data.tables.appeals import LetterTemplate
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.exchange import ClaimResponse
from rcm_tui.data.tables.practice import Practice
from tests.billing.letters.blank import blank_facts
from tests.denials import denied_claim
from tests.practice_builder import BILLER, NOW, TODAY, small_practice


def ground_of(store: Store, claim: Claim) -> Ground:
    (ground,) = grounds_of(store.database, [claim.id], TODAY).taken
    return ground


def written(store: Store, claim: Claim, template: int | None = None) -> Letters:
    grounds = grounds_of(store.database, [claim.id], TODAY).taken
    return write_letters(store.database, grounds, "Maria Sole", TODAY, template)


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        ("197", "Authorization"),
        ("50", "Medical necessity"),
        ("29", "Timely filing"),
        ("18", "Not a duplicate"),
        ("119", "General"),
    ],
)
def test_the_letter_is_chosen_by_the_denial(store: Store, reason: str, name: str) -> None:
    claim = denied_claim(small_practice(), "OSEI", reason)
    result = written(store, claim)
    assert result.left == []
    assert result.templates == {claim.id: name}


def test_an_underpayment_has_its_own_letter(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "45")
    Claim.update(payer_balance=0, underpaid=4500, adjudication="paid").execute()
    result = written(store, claim)
    assert result.templates == {claim.id: "Underpayment"}
    assert "the difference of $45.00" in result.letters[claim.id].text


def test_a_payers_own_letter_goes_first_and_one_not_in_force_is_silent(store: Store) -> None:
    practice = small_practice()
    claim = denied_claim(practice, "OSEI", "197")
    own = LetterTemplate.create(
        name="Acme", payer=practice.payer, subject="Acme", body="{{ denial.codes }}"
    )
    names = [one.name for one in fitting(load_templates(store.database), ground_of(store, claim))]
    assert names == ["Acme", "Authorization", "General"]
    LetterTemplate.update(active=False).where(LetterTemplate.id == own.id).execute()
    assert written(store, claim).templates == {claim.id: "Authorization"}
    with pytest.raises(Refused, match="not in force any more"):
        written(store, claim, own.id)


def test_a_letter_says_what_the_claim_the_remittance_and_the_case_say(store: Store) -> None:
    practice = small_practice()
    claim = denied_claim(practice, "OSEI", "197", "ICN-77")
    Practice.update(time_zone="America/New_York").execute()
    with store.work(BILLER, NOW) as work:
        open_case(work, [claim.id], {"subject": "No authorization"})
    text = written(store, claim).letters[claim.id].text
    for words in (
        "North Clinic\n1 MAIN ST, ALBANY, NY 12201-0001\nTelephone 555-555-0101, NPI ",
        "\n03/16/2026\n\nAcme Health\n",
        "\nRe: Authorization of the services\n",
        f"  Claim     {claim.number}, your number ICN-77\n",
        "  Services  03/02/2026\n  Notice    03/12/2026, CO-197\n",
        f"Authorization {claim.authorization_number} was given for this patient",
        "\n  03/02/2026  97153   8 units  $320.00\n",
        "to pay $320.00.",
        "\nSincerely,\n\nMaria Sole\nNorth Clinic\n\nEnclosed: denial notice, authorization",
    ):
        assert words in text, text
    facts = letter_facts(store.database, [ground_of(store, claim)], "Maria", TODAY)[claim.id]
    assert facts["case"] == {"number": "K-1001", "subject": "No authorization"}


def test_proof_of_timely_filing_names_the_acceptance(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "29")
    bare = written(store, claim).letters[claim.id].text
    assert "(no acceptance is on record: enclose the clearinghouse's report)" in bare
    ClaimResponse.create(
        **{"claim": claim, "kind": "277CA", "accepted": True, "source": "payer"},
        **{
            "named": "ICN-TEST",
            "received_at": datetime.datetime(2026, 3, 4, 2, tzinfo=datetime.UTC),
        },
    )
    ClaimResponse.create(claim=claim, kind="277CA", accepted=False, received_at=NOW)
    letter = written(store, claim).letters[claim.id]
    assert "\n  03/03/2026  payer  277CA ICN-TEST\n" in letter.text
    assert letter.required == ("277CA acceptance",)


def test_every_field_that_is_promised_is_there(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "197")
    ClaimResponse.create(claim=claim, kind="277CA", accepted=True, received_at=NOW)
    facts = letter_facts(store.database, [ground_of(store, claim)], "Maria", TODAY)[claim.id]
    promised = blank_facts()
    assert set(facts) == set(promised)
    for name, fields in promised.items():
        found = facts[name]
        if isinstance(fields, dict):
            assert isinstance(found, dict)
            assert set(found) == set(fields), name
            assert all(type(value) is str for value in found.values())
        elif isinstance(fields, list):
            assert isinstance(found, list)
            assert [set(one) for one in found] == [set(fields[0])], name


HOSTILE = "{{ claim.number }}[@click=app.quit]x[/] \x1b[31m\u202e=cmd|' /C calc'!A0\r\n"


def test_hostile_names_stay_words_on_one_line(store: Store) -> None:
    practice = small_practice()
    claim = denied_claim(practice, "OSEI", "197")
    Client.update(last_name=HOSTILE).execute()
    text = written(store, claim).letters[claim.id].text
    line = next(line for line in text.split("\n") if line.startswith("  Patient"))
    assert "{{ claim.number }}[@click=app.quit]x[/]" in line
    assert "=cmd|' /C calc'!A0" in line
    assert not any(sign in text for sign in ("\x1b", "\u202e", "\r"))


def test_a_template_with_an_error_names_itself_its_line_and_the_field(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "197")
    wrong = LetterTemplate.create(name="Mine", subject="S", body="One.\n\n{{ claim.nmber }}")
    result = written(store, claim, wrong.id)
    assert result.letters == {}
    assert result.left[0].reason == (
        "letter Mine, line 3: there is no field claim.nmber: claim.number is meant?"
    )
    LetterTemplate.update(body="", subject="x").where(LetterTemplate.id == wrong.id).execute()
    assert "it has no words yet" in written(store, claim, wrong.id).left[0].reason


def test_paragraphs_are_one_line_and_lists_keep_theirs() -> None:
    assert reflowed("\n\na\nb\n\n\n  one\n  two\nc\nd\n\n") == "a b\n\n  one\n  two\nc d"
