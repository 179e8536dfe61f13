"""A payment before it is posted: what happens to each remittance, and the key that posts it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.billing.cases.rules.forecast import preview_with_cases
from rcm_tui.billing.remittances.preview import Preview, PreviewRow
from rcm_tui.billing.remittances.preview_search import PreviewSearch
from rcm_tui.screens import payment_work
from rcm_tui.screens import remittance_preview_lines as lines
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.record_screen import Part, Walk
from rcm_tui.screens.weighed import WeighedScreen
from rcm_tui.widgets.long_row_list import LongRowList
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.screens.jump_bar import JumpBar

Chosen = Callable[[PreviewRow], bool]
FILTERS: dict[str, Chosen] = {
    "all": lambda row: True,
    "posts": lambda row: row.fate in lines.POSTS,
    "waits": lambda row: row.fate in ("waits", "orphan"),
    "wrong": lambda row: bool(row.wrong),
}


# A preview, how wide the screen is, and the remittances that the words are in.
Shown = tuple[Preview, int, Sequence[PreviewRow]]


def _rows(name: str, shown: Shown) -> list[Row]:
    preview, width, found = shown
    rows = [row for row in found if FILTERS[name](row)]
    listed = lines.remittance_rows(preview, rows, width)
    if name != "all" or len(found) < len(preview.rows):
        return listed
    adjustments = lines.adjustment_rows(preview, width) if preview.adjustments else []
    return [*lines.why_rows(preview, width), *listed, *adjustments]


def _count(name: str, shown: Shown) -> str:
    return f"{sum(FILTERS[name](row) for row in shown[2]):,}"


def _part(name: str, title: str) -> Part:
    return Part(name, title, partial(_rows, name), partial(_count, name))


class RemittancePreviewScreen(WeighedScreen):
    area = "remittance_preview"
    section = "remittances"
    table = "payment"
    line_list = LongRowList
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("remittance_preview")]
    DEFAULT_CSS = """
    RemittancePreviewScreen #why { height: 4; }
    """
    parts = (
        _part("all", "All"),
        _part("posts", "Posts"),
        _part("waits", "Waits"),
        _part("wrong", "Looks wrong"),
        Part(
            "adjustments",
            "Provider adjustments",
            lambda shown: lines.adjustment_rows(*shown[:2]),
            lambda shown: str(len(shown[0].adjustments) or ""),
        ),
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._by_key: dict[object, PreviewRow] = {}
        self._search = PreviewSearch(())
        self.words = ""

    def want(self, key: int, walk: Walk | None = None) -> None:
        self.words = ""
        super().want(key, walk)

    async def read_record(self, key: int) -> Any:
        app = self.workstation
        preview = await app.read(preview_with_cases, app.store.database, key, app.today)
        if preview is None:
            return None
        self._by_key = {row.remittance: row for row in preview.rows}
        self._search = PreviewSearch(preview.rows)
        return preview, self.size.width, self._search.find(self.words)

    def heading(self, record: Any) -> tuple[Content, Content]:
        right = lines.figures(record[0])
        if self.words:
            found = f" · {len(record[2]):,} with “{self.words}”"
            right = written(right, (found, "$accent"))
        return lines.title(record[0]), right

    # -- finding ----------------------------------------------------------------------------

    async def do_find_in_preview(self) -> None:
        from rcm_tui.screens.jump_bar import JumpBar

        if not self.query(JumpBar):
            bar = JumpBar("filter", "number, patient, denied, waits, CO-45 …", id="jump")
            await self.query_one("#body").mount(bar, before=self.query_one("#lines"))
        bar = self.query_one(JumpBar)
        bar.open(self.words)
        self.set_focus(bar.entry)  # now, so that letters typed ahead find it

    def on_jump_bar_typed(self, event: JumpBar.Typed) -> None:
        event.stop()
        self.narrow(event.letters)

    def on_jump_bar_left(self, event: JumpBar.Left) -> None:
        event.stop()
        self.query_one("#lines", RowList).focus()

    def narrow(self, words: str) -> None:
        """Shows the remittances alone in which the words are; all for none."""
        self.words = words.strip()
        if self.record is not None:
            preview, width, _ = self.record
            self.record = preview, width, self._search.find(self.words)
            self._draw(keep=True)

    def do_back(self) -> None:
        if self.words:
            self.narrow("")
        else:
            super().do_back()

    @property
    def preview(self) -> Preview | None:
        return self.record[0] if self.record is not None else None

    @property
    def row_under_cursor(self) -> PreviewRow | None:
        return self._by_key.get(self.query_one("#lines", RowList).key)

    def row(self) -> dict[str, Any]:
        under = self.row_under_cursor
        return {
            "state": self.record[0].payment.state,
            "candidate": under is not None and under.claim is None and under.candidate,
        }

    def why_rows(self) -> list[Row]:
        return lines.detail(self.row_under_cursor, self.size.width)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        row = self._by_key.get(event.key)
        claim = row and (row.claim or row.candidate)
        if claim:
            self.workstation.open_record("claim", claim)
        else:
            self.say("No claim of ours is known for this remittance.", "$warning")

    async def do_post_payments(self) -> None:
        if self.preview is not None and await payment_work.post_previewed(self, self.preview):
            await self._read()

    async def do_dismiss_payments(self) -> None:
        if await payment_work.dismiss(self, [self.key]):
            await self._read()

    async def do_choose_candidate(self) -> None:
        from rcm_tui.billing.remittances.matching_again import choose_claim

        row = self.row_under_cursor
        if row is None or row.candidate is None:
            return
        await self.workstation.change(choose_claim, row.remittance, row.candidate)
        await self._read()
        self.say("Taken: it posts on this claim. u gives it back.", "$success")

    def do_look_at_payment(self) -> None:
        self.workstation.open_record("payment", self.key)
