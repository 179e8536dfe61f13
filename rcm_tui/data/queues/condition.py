"""The meaning of a filter: its tree over a queue's fields, as SQL with parameters.

What a person typed is only ever a parameter. The SQL text comes from the queue's declaration and
from here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal as OneOf

from rcm_tui.data.queues import values
from rcm_tui.data.queues.language import (
    All,
    Either,
    FilterError,
    Literal,
    Node,
    Not,
    Span,
    Test,
    Word,
    parse,
)
from rcm_tui.data.queues.queue import Choice, Field, Key, Queue, Search, Value, Viewer

Dialect = OneOf["sqlite", "postgresql"]
ABOVE_ALL_TEXT = "\U0010ffff"
LISTED = re.compile(r"\+?(?P<column>[\w.\"]+) IN \((?P<query>SELECT .*)\)", re.DOTALL)
NEVER = "1 = 0"


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL for a WHERE, with `?` for its parameters."""

    sql: str
    parameters: tuple[Value, ...] = ()

    def within(self, template: str) -> Condition:
        """This test put into every `{test}` of a template, which holds no parameters of its own."""
        if template == "{test}":
            return self
        asked = template.count("{test}")
        return Condition(template.replace("{test}", self.sql), self.parameters * asked)

    def negated(self) -> Condition:
        """Everything that this does not hold for, NULLs included: what people mean by not."""
        return Condition(f"NOT COALESCE({self.sql}, FALSE)", self.parameters)


LookUp = Callable[[Condition], Sequence[Key] | None]
"""Runs a SELECT of keys; None where they are too many to be put into a statement."""


def compile_filter(
    text: str,
    queue: Queue,
    viewer: Viewer,
    dialect: Dialect = "sqlite",
    look_up: LookUp | None = None,
) -> Condition | None:
    """The condition of a filter; None for an empty one. Raises FilterError, a sentence.

    With `look_up`, the keys of fields that are `looked_up` are read with it and stand in the
    condition, which holds for the store as it is now.
    """
    node = parse(text)
    return None if node is None else _Compiler(queue, viewer, dialect, look_up).node(node)


def _joined(conditions: Iterable[Condition], word: str) -> Condition:
    listed = list(conditions)
    if len(listed) == 1:
        return listed[0]
    text = f" {word} ".join(condition.sql for condition in listed)
    return Condition(f"({text})", tuple(v for c in listed for v in c.parameters))


class _Compiler:
    def __init__(
        self, queue: Queue, viewer: Viewer, dialect: Dialect, look_up: LookUp | None
    ) -> None:
        self.queue = queue
        self.viewer = viewer
        self.dialect = dialect
        self.look_up = look_up
        self.kinds: dict[str, Callable[[Field, str, Test, Literal | Span], Condition]] = {
            "text": self._text,
            "details": self._text,
            "code": self._code,
            "codes": self._codes,
            "diagnosis": self._diagnosis,
            "person": self._person,
            "state": self._state,
            "money": self._figure,
            "count": self._figure,
            "units": self._figure,
            "date": self._date,
            "datetime": self._datetime,
            "age": self._age,
        }

    def node(self, node: Node) -> Condition:
        match node:
            case All(parts):
                return _joined((self.node(part) for part in parts), "AND")
            case Either(parts):
                return _joined((self.node(part) for part in parts), "OR")
            case Not(part):
                return self.node(part).negated()
            case Word(literal):
                return self._word(literal)
            case Test():
                return self._test(node)

    # -- words and fields -------------------------------------------------------------------

    def _word(self, literal: Literal) -> Condition:
        if not self.queue.search:
            raise FilterError(
                f"'{literal.text}' needs a field: words alone are not searched here.",
                literal.start,
                literal.end,
            )
        places: dict[str, list[Condition]] = {}
        for place in self.queue.search:
            template = self._by_index(place.within)
            places.setdefault(template, []).append(self._searched(place, literal))
        found = (_joined(tests, "OR").within(template) for template, tests in places.items())
        return _joined(found, "OR")

    def _searched(self, place: Search, literal: Literal) -> Condition:
        if place.match == "exact":
            return _among(place.expression, _spellings(literal.text))
        expression = f"lower({place.expression})"
        if place.match == "prefix":
            tests = [self._starts(expression, variant) for variant in variants(literal.text)]
        else:
            tests = [_like(expression, f"%{escaped(v)}%") for v in variants(literal.text)]
        return _joined(tests, "OR")

    def _by_index(self, template: str) -> str:
        """Under an OR, PostgreSQL looks a list up by an index only when it is an array."""
        if self.dialect == "postgresql" and (listed := LISTED.fullmatch(template)):
            return f"{listed['column']} = ANY (ARRAY({listed['query']}))"
        return template

    def _test(self, test: Test) -> Condition:
        field = self.queue.field(test.field)
        if field is None:
            raise _no_field(test, self.queue)
        condition = _joined((self._operand(field, test, one) for one in test.operands), "OR")
        return condition.negated() if test.operator == "!=" else condition

    def _operand(self, field: Field, test: Test, operand: Literal | Span) -> Condition:
        if isinstance(operand, Span) and test.operator not in (":", "=", "!="):
            raise _at(test, f"A range goes with ':', so write '{test.field}:' before it.")
        if isinstance(operand, Literal) and not operand.quoted:
            word = operand.text.lower()
            if word in ("none", "any") and not _choices(field, word):
                if test.operator not in (":", "=", "!="):
                    raise _at(test, f"'{word}' goes with ':', so write '{test.field}:{word}'.")
                filled = _joined((_filled(e, field) for e in field.expressions), "OR")
                some = Condition(field.filled) if field.filled else filled.within(field.within)
                return some if word == "any" else some.negated()
        if isinstance(operand, Literal) and len(_split(field, operand.text)) > 1:
            return self._within(field, self._parts(field, test, operand))
        compiled = self.kinds[field.kind]
        tests = (compiled(field, expression, test, operand) for expression in field.expressions)
        return self._within(field, _joined(tests, "OR"))

    def _within(self, field: Field, condition: Condition) -> Condition:
        """The test of other rows, by their keys where these are looked up and are few."""
        listed = LISTED.fullmatch(field.within) if field.looked_up and self.look_up else None
        if listed is None or self.look_up is None:
            return condition.within(field.within)
        keys = self.look_up(condition.within(listed["query"]))
        if keys is None:
            return condition.within(field.within)
        return _among(listed["column"], tuple(keys)) if keys else Condition(NEVER)

    # -- kinds ------------------------------------------------------------------------------

    def _text(
        self, field: Field, expression: str, test: Test, operand: Literal | Span
    ) -> Condition:
        literal = _single(field, test, operand, "':', '=' or '!='")
        exact = test.operator == "=" or test.operator == "!="
        alternatives = []
        for variant in variants(literal.text):
            if exact and not _has_star(literal):
                alternatives.append(Condition(f"lower({expression}) = ?", (variant,)))
            else:
                pattern = _pattern(variant, literal)
                alternatives.append(
                    _like(f"lower({expression})", pattern if exact else f"%{pattern}%")
                )
        return _joined(alternatives, "OR")

    def _code(
        self, field: Field, expression: str, test: Test, operand: Literal | Span
    ) -> Condition:
        """As it was typed, in capitals or in small letters: `lower(…)` would leave the index."""
        if isinstance(operand, Span):
            low, high = operand.low, operand.high
            if self.dialect == "postgresql":  # by bytes, as SQLite does
                expression = f'{expression} COLLATE "C"'
            parts = [Condition(f"{expression} >= ?", (low.text.upper(),))] if low else []
            if high:
                top = high.text.upper() + ABOVE_ALL_TEXT
                parts.append(Condition(f"{expression} <= ?", (top,)))
            return _joined(parts, "AND")
        literal = _single(field, test, operand, "':', '=', '!=' or a range")
        text = literal.text
        spellings = _spellings(text)
        if not _has_star(literal):
            return _among(expression, spellings)
        if text.index("*") == len(text) - 1 and len(text) > 1:
            return _joined((self._starts(expression, s[:-1]) for s in spellings), "OR")
        return _like(f"lower({expression})", _pattern(text.lower(), literal))

    def _codes(
        self, field: Field, expression: str, test: Test, operand: Literal | Span
    ) -> Condition:
        literal = _single(field, test, operand, "':', '=' or '!='")
        among = f"' ' || lower({expression}) || ' '"
        return _joined(
            (_like(among, f"% {_pattern(v, literal)} %") for v in variants(literal.text)), "OR"
        )

    def _diagnosis(
        self, field: Field, expression: str, test: Test, operand: Literal | Span
    ) -> Condition:
        """The codes that are called so: the description is in the code list, not in the store."""
        from rcm_tui.data.codes.words import codes_like  # most filters need no code list

        literal = _single(field, test, operand, "':', '=' or '!='")
        codes = tuple(codes_like("diagnosis", literal.text.replace("*", " ")))
        return _among(expression, codes) if codes else Condition(NEVER)

    def _parts(self, field: Field, test: Test, literal: Literal) -> Condition:
        """Each part by its own column, so that an index of them can be used."""
        return _joined(
            (
                self._code(field, expression, test, replace(literal, text=text))
                for expression, text in zip(field.parts, _split(field, literal.text), strict=True)
            ),
            "AND",
        )

    def _person(
        self, field: Field, expression: str, test: Test, operand: Literal | Span
    ) -> Condition:
        literal = _single(field, test, operand, "':', '=' or '!='")
        if literal.text.lower() == "me" and not literal.quoted:
            if self.viewer.me is None:
                raise _at_value(literal, "Nobody is signed in, so 'me' means nothing here.")
            return Condition(f"{field.identity or expression} = ?", (self.viewer.me,))
        return self._text(field, expression, test, operand)

    def _state(
        self, field: Field, expression: str, test: Test, operand: Literal | Span
    ) -> Condition:
        literal = _single(field, test, operand, "':', '=' or '!='")
        chosen = _choices(field, literal.text)
        if not chosen:
            labels = [choice.label for choice in field.choices]
            folded = {_folded(label): label for label in labels}
            near = difflib.get_close_matches(_folded(literal.text), folded, 1, 0.5)
            hint = f"did you mean '{folded[near[0]]}'?" if near else f"it is {_listed(labels)}."
            raise _at_value(literal, f"'{test.field}' is never '{literal.text}'; {hint}")
        marks = ", ".join("?" * len(chosen))
        return Condition(f"{expression} IN ({marks})", tuple(c.value for c in chosen))

    def _figure(
        self, field: Field, expression: str, test: Test, operand: Literal | Span
    ) -> Condition:
        read = {"money": values.money, "count": values.count, "units": values.units}[field.kind]
        meant = {
            "money": "an amount such as 1,440.00",
            "count": "a whole number such as 12",
            "units": "a number such as 2.5",
        }[field.kind]

        def figure(literal: Literal) -> tuple[Value, Value]:
            value = read(literal.text)
            if value is None:
                raise _at_value(literal, f"'{literal.text}' is not {meant}.")
            return value, value

        return _compared(expression, test, operand, figure)

    def _date(
        self, field: Field, expression: str, test: Test, operand: Literal | Span
    ) -> Condition:
        def ends(literal: Literal) -> tuple[Value, Value]:
            meant = self._days(literal)
            return meant.first.isoformat(), meant.last.isoformat()

        return _compared(expression, test, operand, ends)

    def _datetime(
        self, field: Field, expression: str, test: Test, operand: Literal | Span
    ) -> Condition:
        """Days are the viewer's; the store has UTC, so a day is from one moment up to another."""

        def ends(literal: Literal) -> tuple[Value, Value]:
            meant = self._days(literal)
            return self._midnight(meant.first), self._midnight(meant.last + timedelta(days=1))

        return _compared(expression, test, operand, ends, until=True)

    def _age(self, field: Field, expression: str, test: Test, operand: Literal | Span) -> Condition:
        """An age is a date behind today, so that an index on the date can be used."""

        def day(literal: Literal) -> tuple[Value, Value]:
            born = values.days_ago(literal.text, self.viewer.today)
            if born is None:
                raise _at_value(literal, f"'{literal.text}' is not an age such as 60 or 8w.")
            return born.isoformat(), born.isoformat()

        mirror = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        mirrored = Test(
            test.field,
            mirror.get(test.operator, test.operator),
            test.operands,
            test.start,
            test.end,
        )
        if isinstance(operand, Span):
            operand = Span(operand.high, operand.low)
        return _compared(expression, mirrored, operand, day)

    # -- values -----------------------------------------------------------------------------

    def _days(self, literal: Literal) -> values.Days:
        meant = values.days(literal.text, self.viewer.today)
        if meant is None or meant.last == date.max:
            raise _at_value(
                literal,
                f"'{literal.text}' is not a date; write today, +7d, -2w, 3/14 or 2026-10-02.",
            )
        return meant

    def _midnight(self, day: date) -> str:
        try:
            moment = datetime.combine(day, time(), self.viewer.zone).astimezone(UTC)
        except OverflowError:
            moment = datetime.combine(day, time(), UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _starts(self, expression: str, text: str) -> Condition:
        if self.dialect == "postgresql":  # by bytes, as SQLite does, and as such indexes are
            expression = f'{expression} COLLATE "C"'
        return Condition(f"({expression} >= ? AND {expression} < ?)", (text, text + ABOVE_ALL_TEXT))


def _compared(
    expression: str,
    test: Test,
    operand: Literal | Span,
    ends: Callable[[Literal], tuple[Value, Value]],
    until: bool = False,
) -> Condition:
    """A comparison with what has a first and a last value; `until`: the last is just past it."""
    below, not_above = ("<", "<") if until else ("<", "<=")
    above = ">=" if until else ">"
    if isinstance(operand, Span):
        low = ends(operand.low)[0] if operand.low else None
        high = ends(operand.high)[1] if operand.high else None
    else:
        low, high = ends(operand)
        if test.operator in ("<", "<="):
            sign, value = (below, low) if test.operator == "<" else (not_above, high)
            return Condition(f"{expression} {sign} ?", (value,))
        if test.operator in (">", ">="):
            sign, value = (above, high) if test.operator == ">" else (">=", low)
            return Condition(f"{expression} {sign} ?", (value,))
        if low == high and not until:
            return Condition(f"{expression} = ?", (low,))
    parts = [Condition(f"{expression} >= ?", (low,))] if low is not None else []
    if high is not None:
        parts.append(Condition(f"{expression} {not_above} ?", (high,)))
    return _joined(parts, "AND")


def _single(field: Field, test: Test, operand: Literal | Span, signs: str) -> Literal:
    if isinstance(operand, Span) or test.operator not in (":", "=", "!="):
        raise _at(test, f"'{test.field}' is compared with {signs} only.")
    return operand


def _filled(expression: str, field: Field) -> Condition:
    if field.kind in ("text", "code", "codes", "diagnosis", "person", "state"):
        # CAST: what a person's column or a code's holds may be a number.
        return Condition(f"COALESCE(CAST({expression} AS TEXT), '') <> ''")
    return Condition(f"{expression} IS NOT NULL")


def _choices(field: Field, text: str) -> list[Choice]:
    """The choices that a text names: by value or label, whole, or else by how they begin."""
    wanted = _folded(text)
    whole = [c for c in field.choices if wanted in (_folded(c.value), _folded(c.label))]
    return whole or [
        c
        for c in field.choices
        if wanted and (_folded(c.value).startswith(wanted) or _folded(c.label).startswith(wanted))
    ]


def _folded(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def variants(text: str) -> tuple[str, ...]:
    """Spellings of `lower(x)` to compare with: SQLite's `lower` changes A to Z only."""
    return tuple(dict.fromkeys((text.lower(), _ascii_lower(text), _ascii_lower(text.upper()))))


def _ascii_lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def _spellings(text: str) -> tuple[str, ...]:
    """A code as it was typed, in capitals, and in small letters."""
    return tuple(dict.fromkeys((text, text.upper(), text.lower())))


def _among(expression: str, values: tuple[Value, ...]) -> Condition:
    marks = ", ".join("?" * len(values))
    return Condition(f"{expression} IN ({marks})", values)


def _split(field: Field, text: str) -> list[str]:
    """The parts of a code, where it names all that the field has."""
    parts = text.split("-", len(field.parts) - 1) if field.parts else []
    return parts if len(parts) == len(field.parts) and all(parts) else []


def _has_star(literal: Literal) -> bool:
    return "*" in literal.text and not literal.quoted


def _pattern(text: str, literal: Literal) -> str:
    pattern = escaped(text)
    return pattern.replace("*", "%") if _has_star(literal) else pattern


def escaped(text: str) -> str:
    """A text in a LIKE pattern whose ESCAPE is `!`."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _like(expression: str, pattern: str) -> Condition:
    return Condition(f"{expression} LIKE ? ESCAPE '!'", (pattern,))


def _listed(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _no_field(test: Test, queue: Queue) -> FilterError:
    names = {*queue.filterable, *(s for f in queue.fields for s in f.synonyms)}
    near = difflib.get_close_matches(test.field.lower(), sorted(names), 1, 0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(queue.filterable)}."
    return _at(test, f"There is no field '{test.field}'; {hint}")


def _at(test: Test, message: str) -> FilterError:
    return FilterError(message, test.start, test.end)


def _at_value(literal: Literal, message: str) -> FilterError:
    return FilterError(message, literal.start, literal.end)
