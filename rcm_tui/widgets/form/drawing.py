"""How a form looks: a line for each field, with its box and what stands beside it."""

from __future__ import annotations

import datetime
import textwrap
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from rcm_tui.widgets.form import reading
from rcm_tui.widgets.form.field import FormField, Offer
from rcm_tui.widgets.form.form_state import FormState
from rcm_tui.widgets.plain_text import cell, plain
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import Piece, fitted, written

LEAST_LABEL, MOST_LABEL = 18, 28
AROUND_LABEL = 5
"""Cells of the cursor before a label and the star behind it."""
MOST_ERRORS = 4
MOST_OFFERS = 7


@dataclass(frozen=True, slots=True)
class FormLine:
    """A line of the form: a field by its name, or text about the whole."""

    name: str = ""
    content: Content | None = None


def lines_of(state: FormState, width: int, listed: bool) -> list[FormLine]:
    """The lines of the tab that one is on; what is wrong first, once it was asked for."""
    lines: list[FormLine] = []
    if listed and (sentences := state.sentences()):
        count = len(sentences)
        head = f"{count} {'thing is' if count == 1 else 'things are'} wrong"
        lines.append(FormLine("", written(_failed(), (head, "bold $error"))))
        for name, sentence in sentences[:MOST_ERRORS]:
            tab = next(tab for tab in state.tabs if state.fields[name] in tab.fields)
            where = f"{tab.title} · " if len(state.tabs) > 1 and tab.title else ""
            for part in textwrap.wrap(plain(where + sentence), max(20, width - 4)):
                lines.append(FormLine("", written("    ", (part, "$error"))))
        if count > MOST_ERRORS:
            lines.append(FormLine("", written(f"    and {count - MOST_ERRORS} more")))
        lines.append(FormLine("", Content("")))
    fields = state.visible(state.tab)
    several = len({field.heading for field in fields}) > 1
    heading = ""
    for field in fields:
        if several and field.heading != heading:
            heading = field.heading
            lines.append(FormLine("", written("  ", (heading, "bold $secondary"))))
        lines.append(FormLine(field.name))
    return lines


def box_at(state: FormState) -> int:
    """Where the boxes of a tab begin: right of its longest label."""
    longest = max((len(field.label) for field in state.tab.fields), default=0)
    return min(max(LEAST_LABEL, longest), MOST_LABEL) + AROUND_LABEL


def field_line(state: FormState, field: FormField, width: int, here: bool, active: bool) -> Content:
    """A field as one line. `here` has the cursor; `active` says that letters go into it."""
    mark = sign("cursor", ascii_wanted()) if here else " "
    star = "*" if field.required else " "
    if field.kind == "record":
        style = "bold $secondary" if here else ""
        return fitted(written(f"{mark} ", (state.text(field.name) or field.label, style)), width)
    left = box_at(state)
    label = cell(field.label, left - AROUND_LABEL)
    wrong = field.name in state.wrong
    style = "bold" if here else "$error" if wrong else "$text-muted"
    room = max(6, min(field.cells, width - left - 2))
    return fitted(
        written(
            f"{mark} ",
            (label, style),
            (f" {star} ", "$accent"),
            *box(state, field, room, here and active, here),
            " ",
            *_beside(state, field, width - left - room - 2, here),
        ),
        width,
    )


def box(state: FormState, field: FormField, room: int, typing: bool, here: bool) -> list[Piece]:
    """What stands in a field's box, with the cursor in it where one types."""
    ground = "on $panel" if here else "on $surface"
    if field.fixed:
        return [(cell(state.text(field.name), room), "$text-muted")]
    if field.kind == "flag":
        value = bool(state.values[field.name])
        box_sign = sign("marked", ascii_wanted()) if value else ("-" if ascii_wanted() else "□")
        return [(cell(f"{box_sign} {reading.YES if value else reading.NO}", room), ground)]
    if not typing:
        text = state.shown(field.name) if here else state.text(field.name)
        return [(cell(" " + text, room), ground)]
    line = state.typing
    text = plain(line.text)
    cursor = min(line.cursor, len(text))
    # The window moves with the cursor where the text is longer than the box.
    first = 0
    while cell_len(text[first:cursor]) > room - 2:
        first += 1
    before, under, after = text[first:cursor], text[cursor : cursor + 1] or " ", text[cursor + 1 :]
    if line.fresh:
        shown = cell(" " + text, room)
        size = min(room, cell_len(" " + text))
        rest = room - size
        return [
            (shown[:1], ground),
            (shown[1 : len(shown) - rest], "$foreground on $primary"),
            (shown[len(shown) - rest :] if rest else "", ground),
        ]
    left = room - 1 - cell_len(before) - cell_len(under)
    return [
        (" " + before, ground),
        (under, f"reverse {ground}"),
        (cell(after, max(0, left)), ground),
    ]


def _beside(state: FormState, field: FormField, room: int, here: bool) -> list[Piece]:
    if room < 4:
        return []
    if field.name in state.wrong:
        return [_failed(), (cell(state.wrong[field.name], room - 2).rstrip(), "$error")]
    if here:
        words = _meaning(state, field) or field.help
        return [(cell(words, room).rstrip(), "$text-muted")]
    value = state.values[field.name]
    return [(cell(reading.understood(field, value, state.today), room).rstrip(), "$text-muted")]


def _meaning(state: FormState, field: FormField) -> str:
    """What is being typed means this, said while it is typed."""
    if field.kind != "date" or not state.typing.text.strip():
        return ""
    try:
        value = reading.meant(field, state.typing.text, state.today)
    except reading.NotUnderstood as error:
        return str(error)
    if not isinstance(value, datetime.date):
        return ""
    return f"{value:%m/%d/%Y}, {reading.understood(field, value, state.today)}"


def offer_line(offer: Offer, width: int, chosen: bool) -> Content:
    """One of the things that can be picked."""
    mark = sign("cursor", ascii_wanted()) if chosen else " "
    ground = "$foreground on $primary" if chosen else "on $panel"
    detail = cell(offer.detail, min(cell_len(plain(offer.detail)), max(0, width // 2 - 3)))
    room = width - 3 - cell_len(detail)
    return written((f"{mark} {cell(offer.title, room)}{detail} ", ground))


def _failed() -> Piece:
    return f"{sign('failed', ascii_wanted())} ", "bold $error"
