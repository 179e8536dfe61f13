"""The filter language: `payer:aetna status:denied balance>100 age>60 -owner:me "smith"`.

Spaces mean and, `|` or, `-` not, `()` group; `field:value` with `: = != < <= > >=`, ranges
`10..20`, lists `status:(denied|rejected)`; words alone search names and numbers. This module turns
text into a small tree; `condition.py` gives the tree its meaning over a queue's fields.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark
    from lark.exceptions import UnexpectedInput

LONGEST = 1000  # characters in a filter; ours, far above what a person types
MOST_TESTS = 100  # SQLite refuses expressions nested about a thousand deep
DEEPEST = 20


class FilterError(ValueError):
    """A filter that cannot be understood: a sentence, and where in the text it went wrong."""

    def __init__(self, message: str, start: int = 0, end: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it was typed; a quoted one means its own letters and nothing else."""

    text: str
    quoted: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """From one value to another, both included; a side that is None is open."""

    low: Literal | None
    high: Literal | None


@dataclass(frozen=True, slots=True)
class Test:
    """`field operator value`; several operands are alternatives."""

    field: str
    operator: str
    operands: tuple[Literal | Span, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word alone, searched for where the queue searches words."""

    literal: Literal


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Node, ...]


Node = Word | Test | Not | All | Either


@lru_cache(maxsize=64)  # a filter whose keys are looked up is read again with each page
def parse(text: str) -> Node | None:
    """The tree of a filter; None for an empty one. Raises FilterError."""
    _refuse_odd_text(text)
    from lark.exceptions import UnexpectedInput

    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise _explained(text, error) from None
    node: Node | None = tree  # type: ignore[assignment]
    if node is not None:
        _refuse_monsters(node)
    return node


@cache
def _parser() -> Lark:
    # Loaded when the first filter is typed: importing lark and building the tables costs 60 ms.
    from lark import Lark

    grammar = Path(__file__).with_name("language.lark").read_text(encoding="utf-8")
    return Lark(grammar, start="filter", parser="lalr", lexer="contextual", transformer=_tree())


def _tree() -> Any:
    from lark import Token, Transformer, v_args

    def literal(token: Token) -> Literal:
        quoted = token.type == "STRING"
        text = token[1:-1] if quoted else str(token)
        return Literal(text, quoted, token.start_pos or 0, token.end_pos or 0)

    @v_args(inline=True)
    class Tree(Transformer[Token, Any]):
        def filter(self, node: Node | None = None) -> Node | None:
            return node

        def either(self, *parts: Node) -> Node:
            return Either(parts)

        def both(self, *parts: Node) -> Node:
            return All(parts)

        def negation(self, part: Node) -> Node:
            return part.part if isinstance(part, Not) else Not(part)

        def word(self, token: Token) -> Node:
            return Word(literal(token))

        def value(self, token: Token) -> Literal:
            return literal(token)

        def span(self, low: Literal, _: Token, high: Literal) -> Span:
            return Span(low, high)

        def span_from(self, low: Literal, _: Token) -> Span:
            return Span(low, None)

        def span_to(self, _: Token, high: Literal) -> Span:
            return Span(None, high)

        def any_of(self, *values: Literal) -> tuple[Literal, ...]:
            return values

        def test(self, field: Token, operator: Token, operand: Any) -> Node:
            operands = operand if isinstance(operand, tuple) else (operand,)
            start = field.start_pos or 0
            return Test(str(field), str(operator), operands, start, start + len(field))

    return Tree()


def _refuse_odd_text(text: str) -> None:
    if len(text) > LONGEST:
        raise FilterError(f"The filter has {len(text):,} characters; at most {LONGEST:,} fit.")
    for position, letter in enumerate(text):
        if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\t\n\r":
            raise FilterError(
                f"Character {position + 1} (U+{ord(letter):04X}) cannot be searched for.",
                position,
                position + 1,
            )


def _refuse_monsters(node: Node) -> None:
    tests = 0
    level: list[Node] = [node]
    for _ in range(DEEPEST):
        below: list[Node] = []
        for part in level:
            if isinstance(part, Test):
                tests += len(part.operands)
            elif isinstance(part, Word):
                tests += 1
            elif isinstance(part, Not):
                below.append(part.part)
            else:
                below += part.parts
        level = below
        if not level:
            break
    if level:
        raise FilterError(f"The brackets are nested more than {DEEPEST} deep.")
    if tests > MOST_TESTS:
        raise FilterError(f"The filter has {tests} conditions; at most {MOST_TESTS} fit.")


def _explained(text: str, error: UnexpectedInput) -> FilterError:
    """A sentence for what the parser did not expect, and the place it means."""
    from lark.exceptions import UnexpectedToken

    position: int = error.pos_in_stream  # type: ignore[assignment]
    awaited: set[str] = set(
        getattr(error, "accepts", None) or getattr(error, "allowed", None) or ()
    )
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    if at_end:
        position = len(text)
    found = text[position : position + 1]
    where = f"at position {position + 1}"
    if found == '"':
        message = f"The quotation mark {where} has no closing one."
    elif "OPERATOR" not in awaited and "VALUE" in awaited:
        begun = text[:position].split()[-1:] or [""]
        message = (
            f"After '{begun[0]}' a value is missing; put it in quotation marks if it has signs."
        )
    elif at_end and "RPAR" in awaited:
        message = "A bracket '(' has no closing one."
    elif at_end:
        message = f"Something is missing after '{text.strip()[-1:]}' at the end."
    elif found == ")":
        message = f"The ')' {where} closes nothing or has nothing before it."
    elif found == "|":
        message = f"The '|' {where} needs something on both sides."
    elif found and found in ":=<>!":
        message = f"Before '{found}' {where} the name of a field is missing."
    else:
        message = f"'{found}' {where} cannot stand there."
    return FilterError(message, position, min(position + 1, len(text)) or position)
