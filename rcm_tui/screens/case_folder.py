"""The tab Folder of a case: all that belongs to it under headings; enter opens any line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.content import Content

from rcm_tui.data.fields import moment_from_store, units_from_store
from rcm_tui.data.queues.cases import STAGES
from rcm_tui.data.queues.claims import STANDINGS
from rcm_tui.data.records.case import ClaimOfCase
from rcm_tui.data.records.case_folder import MOST, Folder, LineOfCase, Sibling, read_folder
from rcm_tui.data.tables.timeline import CALL, EMAIL, FILE
from rcm_tui.screens.case_part import CasePart, ShownCase
from rcm_tui.screens.case_timeline import said
from rcm_tui.screens.denial_lines import days_left
from rcm_tui.screens.words import amount, moment_text, money_text, signed, state, units_text
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import folded, written

NARROW = 110
CLAIMS, LINES = 20, 6
"""So many claims are shown here, and so many lines of each; all of them are on their own tab."""


def lines(shown: ShownCase) -> list[Row]:
    """Claims with their lines, what was sent and answered, correspondence, and what stands near."""
    folder: Folder = shown.read["folder"]
    entries = shown.read["timeline"].entries
    written_to = [entry for entry in entries if entry.kind in (CALL, EMAIL)]
    files = [entry for entry in entries if entry.kind == FILE]
    rows = _section("Claims", _claims(shown, folder), len(shown.record.claims) - CLAIMS)
    rows += _listed("Remittances", folder.remittances, _remittance(folder, shown))
    rows += _listed("Sent", folder.sent, _sent(shown))
    rows += _listed("Answers", folder.answers, _answer(shown))
    rows += _listed("Correspondence", written_to, _entry(shown))
    rows += _listed("Files", files, _entry(shown))
    rows += _listed("Authorizations", folder.authorizations, _authorization)
    payers = [row for payer in folder.payers for row in _payer(payer, shown.width)]
    rows += _section("Payer", payers, 0)
    rows += _listed("Other cases of the patient, or alike", folder.siblings, _sibling)
    return rows


def _section(title: str, rows: Sequence[Row], more: int) -> list[Row]:
    """A heading and its rows; a word about those that are not shown."""
    if not rows:
        return []
    left = [Row(written((f"    … and {more:,} more", "$text-muted")))] if more > 0 else []
    return [Row(written((title, "bold"))), *rows, *left, Row(Content(""))]


def _listed(title: str, found: Sequence[Any], made: Callable[[Any], Row]) -> list[Row]:
    shown = [made(one) for one in found[:MOST]]
    # One more than is shown may have been read, to know that there are more.
    return _section(title, shown, len(found) - MOST)


def _claims(shown: ShownCase, folder: Folder) -> list[Row]:
    of_claim: dict[int, list[LineOfCase]] = {}
    for line in folder.lines:
        of_claim.setdefault(line.claim, []).append(line)
    rows: list[Row] = []
    for claim in shown.record.claims[:CLAIMS]:
        rows.append(_claim(shown, claim))
        rows += [_line(line, shown.width) for line in of_claim.get(claim.id, ())[:LINES]]
    return rows


def _claim(shown: ShownCase, claim: ClaimOfCase) -> Row:
    step = shown.read["timeline"].steps.get(claim.id)
    left = step.days_left(shown.today) if step is not None else None
    clock = f"  {sign('clock', ascii_wanted())} {days_left(left)}" if left is not None else ""
    return Row(
        written(
            "  ",
            (cell(claim.number, 11), "$secondary"),
            f"{cell(claim.patient, _long(shown.width, 20, 12))}"
            f" {_day(claim.day)[: _long(shown.width, 10, 5)]}{amount(claim.payer_balance, 11)}  ",
            state(STANDINGS, claim.standing),
            (f"  {step.code}" if step is not None else "", "$text-muted"),
            (clock, "$error" if left is not None and left < 0 else "$warning"),
        ),
        ("claim", claim.id, "summary"),
    )


def _line(line: LineOfCase, width: int) -> Row:
    code = " ".join((line.code, *line.modifiers.split()))
    units = units_text(units_from_store(line.units))
    denied = f"  denied {money_text(line.denied)}" if line.denied else ""
    return Row(
        written(
            (f"      {line.position:>2}  ", "$text-muted"),
            f"{cell(code, 14)}{_day(line.day)[: _long(width, 10, 5)]} {units:>5} u"
            f"{amount(line.billed, 11)}",
            (f"  paid {money_text(line.paid)}", ""),
            (denied, "$error"),
        ),
        ("claim", line.claim, "lines", line.id),
    )


def _remittance(folder: Folder, shown: ShownCase) -> Callable[[Any], Row]:
    wide = shown.width >= NARROW

    def made(one: Any) -> Row:
        return Row(
            written(
                "  ",
                (cell(one.claim, 11), "$secondary"),
                f"{_day(one.day)}  {cell(one.payer, 17)} {cell(one.trace, 13) if wide else ''}",
                f"{amount(one.charge, 10)} paid {amount(one.paid, 9)}  "
                if wide
                else f"paid {amount(one.paid, 9)}  ",
                (folder.codes.get(one.id, ""), "$warning"),
                ("" if one.state == "posted" else f"  {one.state}", "$text-muted"),
            ),
            ("payment", one.payment, one.id),
        )

    return made


def _sent(shown: ShownCase) -> Callable[[Any], Row]:
    def made(one: Any) -> Row:
        when = moment_text(moment_from_store(one.at), shown.zone)
        answer = f" · {one.acknowledgement}" if one.acknowledgement not in ("", "none") else ""
        return Row(
            written(
                "  ",
                (cell(one.number, 11), "$secondary"),
                f"{when}  ISA {one.control_number:09}  {one.state}{answer}  ",
                (one.file_name, "$text-muted"),
            ),
            ("claim", one.claim, "submissions", one.control_number),
        )

    return made


def _answer(shown: ShownCase) -> Callable[[Any], Row]:
    def made(one: Any) -> Row:
        when = moment_text(moment_from_store(one.at), shown.zone)
        words = ": ".join(filter(None, (one.words, one.text)))
        name = "done" if one.accepted else "failed"
        return Row(
            written(
                "  ",
                (cell(one.number, 11), "$secondary"),
                f"{when}  ",
                signed(name, f"{one.kind} {words}"),
            ),
            ("claim", one.claim, "submissions", one.id, one.kind),
        )

    return made


def _entry(shown: ShownCase) -> Callable[[Any], Row]:
    def made(entry: Any) -> Row:
        mark = sign(entry.kind, ascii_wanted())
        when = moment_text(entry.at, shown.zone)
        return Row(
            written(f"  {when}  ", (f"{mark} ", "$secondary"), *said(entry)), ("entry", entry.id)
        )

    return made


def _authorization(one: Any) -> Row:
    number = one.number or "no number"
    term = f"{_day(one.starts_on)}–{_day(one.ends_on)}"
    words = f"{cell(number, 14)}{term}  {one.status}  {one.patient} · {one.payer}"
    return Row(written("  ", words), ("authorization", one.id))


def _payer(one: Any, width: int) -> list[Row]:
    clocks = (
        f"first claim {one.filing} d · corrected {one.corrected} d, frequency"
        f" {one.correction_code} · appeal {one.appeal} d · retro authorization {one.retro} d"
        f" · answers in {one.answer} d"
    )
    start = written("  ", (f"{one.name}  ", "$secondary"))
    first, *more = folded(start, clocks, width - 4)
    return [Row(first, ("payer", one.id)), *(Row(line) for line in more)]


def _sibling(one: Sibling) -> Row:
    why = "patient" if one.same_patient else "alike"
    return Row(
        written(
            "  ",
            (cell(one.number, 9), "$secondary"),
            f"{cell(one.subject, 30)}{amount(one.outstanding, 10)}  {cell(one.owner, 9)}",
            (f"{why:<8}", "$text-muted"),
            state(STAGES, one.stage),
        ),
        ("case", one.id),
    )


def _long(width: int, wide: int, narrow: int) -> int:
    return wide if width >= NARROW else narrow


def _day(iso: str) -> str:
    return f"{iso[5:7]}/{iso[8:10]}/{iso[:4]}"


def opened(screen: Any, key: tuple[Any, ...]) -> Any:
    """Opens what a line is about over the case; esc comes back to the line."""
    app, kind = screen.workstation, key[0]
    if kind == "claim":
        app.open_record("claim", key[1], part=key[2])
    elif kind in ("payment", "authorization", "case"):
        app.open_record(kind, key[1])
    elif kind == "payer":
        app.open_form("payer", key[1], returns=True)
    else:
        return _open_entry(screen, key[1])
    return None


async def _open_entry(screen: Any, entry: int) -> None:
    from rcm_tui.screens.timeline_work import open_entry

    await open_entry(screen, entry)


PART = CasePart("folder", "Folder", lines, read=read_folder, open=opened)
