import pytest

from rcm_tui.data.queues.completion import complete
from rcm_tui.data.queues.queue import Field
from tests.data.queues.bills import BILLS


def texts(text: str, cursor: int | None = None, **more: object) -> list[str]:
    at = len(text) if cursor is None else cursor
    found = complete(text, at, BILLS, **more)  # type: ignore[arg-type]
    return [text[: c.start] + c.text + text[c.end :] for c in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bal", ["balance"]),
        ("-pay", ["-payer:"]),
        ("(okafor|den", ["(okafor|denial:"]),
        ("balance", ["balance:", "balance>", "balance<", "balance>=", "balance<=", "balance!="]),
        ("status:", ["status:Paid", "status:Denied", 'status:"Partly paid"']),
        ("okafor status:pa", ["okafor status:Paid", 'okafor status:"Partly paid"']),
        ("status:(Denied|pai", ["status:(Denied|Paid"]),
        ("owner:", ["owner:me", "owner:none"]),
        ("service<to", ["service<today"]),
        ("age>", ["age>30", "age>60", "age>90"]),
        ("zzz", []),
        ("zzz:", []),
        ('"pa', []),
        ("okafor,", []),
    ],
)
def test_what_may_come_next(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_nothing_typed_offers_every_field() -> None:
    assert len(texts("")) == len(BILLS.filterable)


def test_the_rest_of_the_text_stays() -> None:
    assert texts("stat okafor", 4) == ["status: okafor"]


def test_values_come_from_the_store_where_there_are_no_choices() -> None:
    def names(field: Field, typed: str) -> list[str]:
        return [n for n in ("Aetna", "Aetna Better", 'A"b') if n.lower().startswith(typed)]

    assert texts("payer:ae", values=names) == ["payer:Aetna", 'payer:"Aetna Better"']
    assert texts('payer:"aetna b', values=names) == ['payer:"Aetna Better"']
    assert texts('payer:a"', values=names) == []
