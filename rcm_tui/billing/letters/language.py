"""The language of letter templates: fields, conditions and lists of Jinja2, and nothing else.

A template is what an administrator typed, not a program that is trusted. What it may hold is said
by a list: what is not on it is refused with its line before anything runs, and what runs is
Jinja2's sandbox with plain text for values, no functions, no attributes of Python's and no
arithmetic. Letters are plain text, so that values are not escaped: nothing reads them as markup.
"""

import difflib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from rcm_tui.billing.letters.fields import LISTS, RECORDS, TEXTS, Facts
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.plain import plain

LONGEST_TEMPLATE = 20_000
LONGEST_LETTER = 40_000
"""Characters (ours)."""
DEEPEST_LOOPS = 2
FILTERS = ("upper", "lower", "title", "capitalize", "trim", "length")
LOOP = dict.fromkeys(("index", "first", "last", "length"), "of the loop")
TEXT = "text"
PLAIN_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Concat),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand),
)
"""What holds other parts, and is looked into."""
ASKED_NODES = (nodes.And, nodes.Or, nodes.Not)
WORDS = {
    "Call": "functions",
    "Assign": "set",
    "AssignBlock": "set",
    "Include": "include",
    "Import": "import",
    "FromImport": "import",
    "Extends": "extends",
    "Macro": "macro",
    "CallBlock": "call",
    "FilterBlock": "filter blocks",
    "With": "with",
    "Block": "block",
    "Test": "tests (is …)",
    "Slice": "slices",
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow"), "arithmetic"),
}


class LetterError(Refused):
    """What is wrong with a template, its name and line first; the text is a sentence."""

    def __init__(self, name: str, line: int, what: str) -> None:
        super().__init__(f"letter {plain(name, 60)}, line {line}: {what}")
        self.line = line
        self.what = what


class _Language(SandboxedEnvironment):
    """Only fields of records are looked up, and nothing is called."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self._field(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self._field(obj, argument)

    def _field(self, obj: Any, name: Any) -> Any | Undefined:
        if type(obj) is dict and name in obj:
            return obj[name]
        if isinstance(obj, LoopContext) and name in LOOP:
            return getattr(obj, name)
        return self.undefined(obj=obj, name=name)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def is_safe_callable(self, obj: Any) -> bool:
        return False


@lru_cache(1)
def _language() -> _Language:
    language = _Language(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    language.globals.clear()
    language.filters = {name: language.filters[name] for name in FILTERS}
    language.tests.clear()
    return language


def check_template(name: str, text: str) -> None:
    """Raises LetterError for the first thing in a template that a letter cannot hold."""
    if len(text) > LONGEST_TEMPLATE:
        raise LetterError(name, 1, f"it is longer than {LONGEST_TEMPLATE:,} characters")
    try:
        parsed = _language().parse(text)
        _Check(name).look(parsed, _fields(), 0)
    except TemplateSyntaxError as error:
        said = plain(str(error.message).rstrip("."), 200)
        raise LetterError(name, error.lineno, f"{said}") from None
    except RecursionError:
        raise LetterError(name, 1, "its parts lie too deep within each other") from None


def fill(name: str, text: str, facts: Facts) -> str:
    """The text of a template with its fields filled in. Raises LetterError."""
    check_template(name, text)
    pieces: list[str] = []
    length = 0
    try:
        for piece in _compiled(text).generate(facts):
            length += len(piece)
            if length > LONGEST_LETTER:
                raise LetterError(name, 1, f"the letter has over {LONGEST_LETTER:,} characters")
            pieces.append(piece)
    except (TemplateError, SecurityError, RecursionError) as error:
        raise LetterError(name, _line(error), plain(str(error), 200)) from None
    return "".join(pieces)


@lru_cache(64)
def _compiled(text: str) -> Any:
    return _language().from_string(text)


def _line(error: BaseException) -> int:
    """The line of the template at which it happened."""
    line, step = 1, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line


Kind = Mapping[str, Any] | str | list[Any]
"""Text, a record (its fields), or a list of records."""


def _fields() -> dict[str, Kind]:
    return {
        **dict.fromkeys(TEXTS, TEXT),
        **RECORDS,
        **{name: [fields] for name, fields in LISTS.items()},
    }


class _Check:
    """Walks a parsed template, and refuses what is not on the list."""

    def __init__(self, name: str) -> None:
        self._name = name

    def look(
        self, node: nodes.Node, known: Mapping[str, Kind], loops: int, asked: bool = False
    ) -> None:
        """Looks at a part and all within it; `asked` where it is only whether there is any."""
        if isinstance(node, nodes.For):
            self._loop(node, known, loops)
        elif isinstance(node, PLAIN_NODES):
            test = getattr(node, "test", None)
            asked = asked and isinstance(node, ASKED_NODES)
            for part in node.iter_child_nodes():
                self.look(part, known, loops, asked or part is test)
        elif isinstance(node, nodes.Const):
            pass
        elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            self._text(node, known, asked)
        elif isinstance(node, nodes.Filter):
            self._filter(node, known, loops)
        else:
            words = WORDS.get(type(node).__name__, type(node).__name__.lower())
            raise self._error(node, f"{words} cannot stand in a letter")

    def _loop(self, node: nodes.For, known: Mapping[str, Kind], loops: int) -> None:
        if loops >= DEEPEST_LOOPS:
            raise self._error(node, f"lists go {DEEPEST_LOOPS} deep at most")
        if node.recursive or not isinstance(node.target, nodes.Name):
            raise self._error(node, "write {% for line in lines %}")
        listed = self._kind(node.iter, known)
        if not isinstance(listed, list):
            raise self._error(node, f"only {_among(LISTS)} can be gone through")
        within = {**known, node.target.name: listed[0], "loop": LOOP}
        if node.test is not None:
            self.look(node.test, within, loops + 1)
        for part in node.body:
            self.look(part, within, loops + 1)
        for part in node.else_:
            self.look(part, known, loops)

    def _filter(self, node: nodes.Filter, known: Mapping[str, Kind], loops: int) -> None:
        if node.name not in FILTERS:
            raise self._error(node, f"there is no |{node.name}: {_among(FILTERS)} can be used")
        if node.node is None or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise self._error(node, f"|{node.name} stands behind a field, without brackets")
        if node.name == "length" and isinstance(self._kind_or_text(node.node, known), list):
            return
        self.look(node.node, known, loops)

    def _kind_or_text(self, node: nodes.Expr, known: Mapping[str, Kind]) -> Kind:
        return self._kind(node, known) if isinstance(node, nodes.Name) else TEXT

    def _text(self, node: nodes.Expr, known: Mapping[str, Kind], asked: bool) -> None:
        kind = self._kind(node, known)
        if isinstance(kind, list) and not asked:
            raise self._list(node, _path(node), kind)
        if isinstance(kind, Mapping):
            first = next(iter(kind))
            raise self._error(node, f"{_path(node)} has fields: write {_path(node)}.{first}")

    def _kind(self, node: nodes.Node, known: Mapping[str, Kind]) -> Kind:
        """What an expression names. Raises LetterError when it names nothing."""
        if isinstance(node, nodes.Name):
            if node.name not in known:
                raise self._error(node, _unknown(node.name, known, ""))
            return known[node.name]
        if isinstance(node, nodes.Getattr):
            return self._field(node, node.node, node.attr, known)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            return self._field(node, node.node, str(node.arg.value), known)
        raise self._error(node, "a field is needed, as claim.number")

    def _field(
        self, node: nodes.Node, owner: nodes.Node, name: str, known: Mapping[str, Kind]
    ) -> Kind:
        if isinstance(owner, nodes.Const | nodes.TemplateData):
            raise self._error(node, f"a text has no {plain(name, 40)}: only fields can be named")
        fields, of = self._kind(owner, known), _path(owner)
        if isinstance(fields, str):
            raise self._error(node, f"{of} is a text, it has no {plain(name, 40)}")
        if isinstance(fields, list):
            raise self._error(
                node,
                f"{of} is a list: write {{% for one in {of} %}} and one.{next(iter(fields[0]))}",
            )
        if name not in fields:
            raise self._error(node, _unknown(name, fields, of))
        return TEXT

    def _list(self, node: nodes.Node, name: str, kind: list[Any]) -> LetterError:
        first = next(iter(kind[0]))
        return self._error(
            node, f"{name} is a list: write {{% for one in {name} %}} and one.{first}"
        )

    def _error(self, node: nodes.Node, what: str) -> LetterError:
        return LetterError(self._name, node.lineno or 1, what)


def _unknown(name: str, known: Iterable[str], of: str) -> str:
    """That there is no such field, with the nearest that there is."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    whole = plain(f"{of}.{name}" if of else name, 60)
    if near:
        right = f"{of}.{near[0]}" if of else near[0]
        return f"there is no field {whole}: {right} is meant?"
    return f"there is no field {whole}: {of or 'a letter'} has {_among(names)}"


def _among(names: Iterable[str]) -> str:
    return ", ".join(names)


def _path(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return plain(node.name, 40)
    if isinstance(node, nodes.Getattr):
        return f"{_path(node.node)}.{plain(node.attr, 40)}"
    return "it"
