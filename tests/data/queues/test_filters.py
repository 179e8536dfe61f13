"""Filters find what they say, refuse with a sentence what they do not know, and never do harm."""

import contextlib
import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from rcm_tui.data.queues.condition import compile_filter
from rcm_tui.data.queues.language import FilterError, parse
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from tests.data.queues.bills import BILLS, VIEWER, add_bills

NIGHT = "2026-11-20T03:30:00.000000Z"  # in New York still the evening of the 19th
NOON = "2026-11-20T17:00:00.000000Z"

# id, number, patient, payer, status, balance, units, lines, service, answered, owner, owner's name
ROWS = [
    (1, "C-1001", "Okafor, Ada", 1, "denied", 144000, 2500, 5, "2026-09-10", NIGHT, 7, "maria"),
    (2, "C-1002", "Lindqvist, Per", 2, "paid", 0, 1000, 1, "2026-11-18", NOON, 8, "tom"),
    (
        3,
        "c-2003",
        "smith-jones 100%",
        3,
        "partly paid",
        9950,
        500,
        12,
        "2026-11-20",
        None,
        None,
        None,
    ),
    (4, "D-1", None, None, "denied", None, None, None, "2025-12-28", None, None, ""),
    (5, "C-1005", "Émile Zola", 4, "paid", -500, 3000, 2, "2026-11-27", None, 7, "maria"),
]
REASONS = [(1, "CO-197"), (1, "CO-16"), (3, "PR-1"), (4, "CO-16")]

FOUND = [
    ("", {1, 2, 3, 4, 5}),
    # words
    ("okafor", {1}),
    ("OKAFOR", {1}),
    ("ada okafor", {1}),
    ('"okafor, ada"', {1}),
    ('"ada okafor"', set()),
    ("okafor | lindqvist", {1, 2}),
    ("aetna", {1, 2}),
    ("c-100", {1, 2, 5}),
    ("C-2003", {3}),
    ("smith-jones", {3}),
    ("-smith-jones", {1, 2, 4, 5}),
    ("émile", {5}),
    ("ÉMILE", {5}),
    ("ÉLAN", {5}),
    ("100%", {3}),
    ('"%"', {3}),
    ("_", set()),
    # text
    ("payer:aetna", {1, 2}),
    ("payer=aetna", {1}),
    ("payer!=aetna", {2, 3, 4, 5}),
    ("payer=aetna*", {1, 2}),
    ('payer:"aetna better"', {2}),
    ("payer:(cigna|better)", {2, 3}),
    ("payer:none", {4}),
    ("payer:any", {1, 2, 3, 5}),
    ('payer:"none"', set()),
    ("group:local", {3}),
    ("by:aetna -payer:better", {1}),
    # codes
    ("number:C-1001", {1}),
    ("number:c-1001", {1}),
    ("number:C-2003", {3}),
    ("number:C-1*", {1, 2, 5}),
    ("number:*1", {1, 4}),
    ("number:C-1001..C-1002", {1, 2}),
    ("number:C-1002..", {2, 4, 5, 3}),
    ("carc:CO-16", {1, 4}),
    ("denial:co-16", {1, 4}),
    ("carc:CO-*", {1, 4}),
    ("carc!=CO-16", {2, 3, 5}),
    ("-carc:CO-16", {2, 3, 5}),
    ("carc:none", {2, 5}),
    ("carc:any", {1, 3, 4}),
    ("carc:(PR-1|CO-197)", {1, 3}),
    # codes of parts: all of them, or the last alone
    ("adjustment:16", {1, 4}),
    ("adjustment:CO-16", {1, 4}),
    ("adjustment:co-16", {1, 4}),
    ("adjustment:PR-16", set()),
    ("adjustment:CO", set()),
    ("adjustment:CO-", set()),
    ("adjustment:CO-1*", {1, 4}),
    ("adjustment:CO-*", {1, 4}),
    ("adjustment:*-1", {3}),
    ("adjustment!=CO-16", {2, 3, 5}),
    ("adjustment:(PR-1|CO-197)", {1, 3}),
    ("adjustment:15..17", {1, 4}),
    # states
    ("status:denied", {1, 4}),
    ("status:Den", {1, 4}),
    ('status:"partly paid"', {3}),
    ("status:partly-paid", {3}),
    ("status!=denied", {2, 3, 5}),
    ("status:(denied|partly)", {1, 3, 4}),
    ("STATUS:denied", {1, 4}),
    # people
    ("owner:me", {1, 5}),
    ("-owner:me", {2, 3, 4}),
    ("owner:tom", {2}),
    ("owner:none", {3, 4}),
    ('owner:"me"', set()),
    # figures
    ("balance>99.50", {1}),
    ("balance>=99.50", {1, 3}),
    ("balance:99.5", {3}),
    ("balance:1,440.00", {1}),
    ("balance=$1440", {1}),
    ("balance<0", {5}),
    ("balance<=0", {2, 5}),
    ("balance:-5", {5}),
    ("balance:0..100", {2, 3}),
    ("balance:100..", {1}),
    ("balance:..0", {2, 5}),
    ("balance!=0", {1, 3, 4, 5}),
    ("-balance>0", {2, 4, 5}),
    ("balance:none", {4}),
    ("units:2.5", {1}),
    ("units<1", {3}),
    ("lines>=5", {1, 3}),
    # dates, today being 2026-11-20, a Friday
    ("service:today", {3}),
    ("service:yesterday", set()),
    ("service:2026-11-18", {2}),
    ("service:11/18/2026", {2}),
    ("service:11/18/26", {2}),
    ("service:11/18", {2}),
    ("service:12/28", set()),
    ("service:2025-12", {4}),
    ("service:2025", {4}),
    ("service<2026", {4}),
    ("service<=2026-09", {1, 4}),
    ("service>2026-09", {2, 3, 5}),
    ("service:thisweek", {2, 3}),
    ("service:lastmonth", set()),
    ("service:+7d", {5}),
    ("service:1w", {5}),
    ("service>=-2d", {2, 3, 5}),
    ("service:-2d..today", {2, 3}),
    ("service:2026-09..2026-11-18", {1, 2}),
    ("service!=today", {1, 2, 4, 5}),
    ("answered:11/19", {1}),
    ("answered:11/20", {2}),
    ("answered<today", {1}),
    ("answered<=today", {1, 2}),
    ("answered>11/19", {2}),
    ("answered>=11/19", {1, 2}),
    ("answered:none", {3, 4, 5}),
    ("answered!=today", {1, 3, 4, 5}),
    # ages
    ("age>60", {1, 4}),
    ("age<=2", {2, 3, 5}),
    ("age:2", {2}),
    ("age:0..2", {2, 3}),
    ("age>=1y", set()),
    ("age>8w", {1, 4}),
    # grouping
    ("status:denied (okafor | number:D-1)", {1, 4}),
    ("status:denied okafor | status:paid owner:me", {1, 5}),
    ("-(status:denied | owner:me)", {2, 3}),
    ("-(-status:denied)", {1, 4}),
]  # fmt: skip

NEW_YORK = Viewer(VIEWER.today, me=7, zone=ZoneInfo("America/New_York"))


@pytest.fixture
def bills(database: Database) -> Database:
    add_bills(database, ROWS)
    for bill, code in REASONS:
        database.execute_sql(
            f"INSERT INTO reason VALUES ({database.param}, {database.param})", (bill, code)
        )
    return database


def test_filters_find_what_they_say(bills: Database) -> None:
    wrong = {}
    for text, expected in FOUND:
        found = set(QueuePages(bills, BILLS, NEW_YORK, filter=text).page().keys)
        if found != expected:
            wrong[text] = found
    assert not wrong


REFUSED = [
    ("blance>3", "There is no field 'blance'; did you mean 'balance'?", 0),
    ("zzz:3", "There is no field 'zzz'; there are number, patient, payer,", 0),
    ("okafor status:payd", "'status' is never 'payd'; did you mean 'Paid'?", 14),
    ("status:xyz", "'status' is never 'xyz'; it is Paid, Denied or Partly paid.", 7),
    ("status>paid", "'status' is compared with ':', '=' or '!=' only.", 0),
    ("payer:a..b", "'payer' is compared with ':', '=' or '!=' only.", 0),
    ("balance>ten", "'ten' is not an amount such as 1,440.00.", 8),
    ("balance>1.005", "'1.005' is not an amount such as 1,440.00.", 8),
    ("balance>99999999999999999999", "is not an amount", 8),
    ("balance>10..20", "A range goes with ':', so write 'balance:' before it.", 0),
    ("lines:2.5", "'2.5' is not a whole number such as 12.", 6),
    ("units:2.1234", "'2.1234' is not a number such as 2.5.", 6),
    ("service:2/30", "'2/30' is not a date; write today, +7d, -2w, 3/14 or 2026-10-02.", 8),
    ("service:soon", "'soon' is not a date", 8),
    ("service:+99999y", "'+99999y' is not a date", 8),
    ("service<9999-12-31", "'9999-12-31' is not a date", 8),
    ("answered<0001-01-01", "", -1),
    ("age>old", "'old' is not an age such as 60 or 8w.", 4),
    ("age>-5", "'-5' is not an age", 4),
    ("balance>none", "'none' goes with ':', so write 'balance:none'.", 0),
    ("balance>", "After 'balance>' a value is missing", 8),
    ("payer: status:paid", "After 'payer:' a value is missing", 7),
    ('okafor "ada', "The quotation mark at position 8 has no closing one.", 7),
    ("(okafor", "A bracket '(' has no closing one.", 7),
    ("okafor)", "The ')' at position 7 closes nothing", 6),
    ("|", "The '|' at position 1 needs something on both sides.", 0),
    ("a |", "Something is missing after '|' at the end.", 3),
    (":x", "Before ':' at position 1 the name of a field is missing.", 0),
    ("a\x00b", "Character 2 (U+0000) cannot be searched for.", 1),
    ("a\ud800", "Character 2 (U+D800) cannot be searched for.", 1),
    ("x" * 1001, "The filter has 1,001 characters; at most 1,000 fit.", 0),
    ("a " * 101, "The filter has 101 conditions; at most 100 fit.", 0),
    ("(zq " * 19 + "zq" + ")" * 19, "", -1),
    ("(a (b|" * 21 + "c" + "))" * 21, "The brackets are nested more than 20 deep.", 0),
]


@pytest.mark.parametrize(("text", "message", "start"), [r for r in REFUSED if r[2] >= 0])
def test_what_is_not_understood_gets_a_sentence_and_its_place(
    text: str, message: str, start: int
) -> None:
    with pytest.raises(FilterError) as caught:
        compile_filter(text, BILLS, VIEWER)
    assert message in str(caught.value)
    assert caught.value.start == start


@pytest.mark.parametrize("text", [r[0] for r in REFUSED if r[2] < 0])
def test_odd_but_right_filters_are_taken(bills: Database, text: str) -> None:
    assert QueuePages(bills, BILLS, NEW_YORK, filter=text).count() == 0


def test_me_needs_somebody() -> None:
    with pytest.raises(FilterError, match="Nobody is signed in"):
        compile_filter("owner:me", BILLS, Viewer(VIEWER.today))


HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            "( ) | - : = != < <= > >= .. \" ' ; -- /* */ % ? %s :me :today { } {test} * ! \\"
            " none any balance: status: age> payer= carc: owner:me service<today number:* -2w"
            " 10..20 1e9 NaN 9999-12-31 0001-01-01 0000 ٣ ² DROP TABLE bill OR 1=1".split(" ")
        ),
        st.text(max_size=6),
        st.just(" "),
    ),
    max_size=14,
).map("".join)


@settings(
    max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(text=HOSTILE)
def test_any_text_is_a_filter_or_a_sentence_and_changes_nothing(bills: Database, text: str) -> None:
    try:
        pages = QueuePages(bills, BILLS, NEW_YORK, filter=text)
        assert pages.count() <= len(ROWS)
        pages.page()
    except FilterError as error:
        refused = error
        sound = refused.message.endswith(".") or refused.message.endswith("?")
        within = 0 <= refused.start <= refused.end <= len(text)
        if not (sound and within):
            raise
    assert QueuePages(bills, BILLS, NEW_YORK).totals() == {"count": 5, "balance": 153450}


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=40))
def test_the_parser_raises_nothing_else(text: str) -> None:
    with contextlib.suppress(FilterError):
        parse(text)


def test_what_is_typed_never_becomes_sql() -> None:
    condition = compile_filter("payer:\"'; DROP TABLE bill --\" x'y number:z'*", BILLS, VIEWER)
    assert condition is not None
    assert "DROP" not in condition.sql
    assert "%'; drop table bill --%" in condition.parameters


def test_a_date_without_a_year_is_the_nearest_one() -> None:
    january = Viewer(datetime.date(2027, 1, 5))
    condition = compile_filter("service:12/28", BILLS, january)
    assert condition is not None
    assert condition.parameters == ("2026-12-28",)
