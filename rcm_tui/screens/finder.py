"""Finding anything from anywhere: a few letters of a name, a number, a date or an amount."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from rcm_tui.data.search import Hit, search
from rcm_tui.data.search.hit import Kind
from rcm_tui.data.search.recent import SUBJECTS, recent_hits
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.screens.app import Workstation
    from rcm_tui.screens.frame import Frame

KINDS: dict[Kind, str] = {
    "client": "Clients",
    "claim": "Claims",
    "charge": "Charges",
    "case": "Cases",
    "payment": "Payments",
    "remittance": "Remittances",
    "visit": "Visits",
    "invoice": "Invoices",
}
TITLE = 20  # cells

Searching = Callable[[str], "list[Hit]"]


class Finder(Dialog[Hit]):
    """Searches as one types; without a text it shows what was opened last. Gives a hit, or None.

    One search runs at a time: what is typed meanwhile is searched for when it has ended, and only
    the newest text of all. So a fast typist never waits for searches that nobody wants any more.
    """

    DEFAULT_CSS = """
    Finder > #box { width: 120; height: 90%; }
    Finder RowList { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor('move', 1)", show=False),
        Binding("up", "cursor('move', -1)", show=False),
        Binding("pagedown", "cursor('page', 1)", show=False),
        Binding("pageup", "cursor('page', -1)", show=False),
        Binding("ctrl+g", "leave", show=False),
    ]

    def __init__(self, searching: Searching) -> None:
        super().__init__("Find anything")
        self._searching = searching
        self._shown: str | None = None  # the text whose hits are on screen
        self._hits: dict[tuple[Kind, int], Hit] = {}
        self._searches = False
        self._accepted = False

    def parts(self) -> ComposeResult:
        yield Entry(placeholder="name, number, member id, 3/14, 1,440.00", id="letters")
        yield RowList(id="hits")

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "open"), ("up", "↓ move"), ("esc", "cancel")]

    def on_mount(self) -> None:
        self.query_one(RowList).can_focus = False
        self._look()

    @property
    def wanted(self) -> str:
        return " ".join(self.query_one(Entry).value.split())

    def on_input_changed(self, event: Entry.Changed) -> None:
        event.stop()
        self._accepted = False
        self._look()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_accept()

    def action_cursor(self, way: str, by: int) -> None:
        rows = self.query_one(RowList)
        move: Callable[[int], None] = rows.action_move if way == "move" else rows.action_page
        move(by)

    def action_accept(self) -> None:
        if self._shown != self.wanted:
            self._accepted = True  # enter was faster than the search: its best hit is meant
            return
        key = self.query_one(RowList).key
        hit = next((hit for at, hit in self._hits.items() if at == key), None)
        if hit is None:
            self.problem("There is nothing to open." if self.wanted else "Type what to look for.")
        else:
            self.dismiss(hit)

    def _look(self) -> None:
        if not self._searches:
            self._searches = True
            self.run_worker(self._follow(), group="find", exit_on_error=False)

    async def _follow(self) -> None:
        app: Workstation = self.app  # type: ignore[assignment]
        try:
            while self._shown != (text := self.wanted):
                hits = await app.read(self._searching, text)
                if not self.is_attached:
                    return
                self._show(text, hits)
        except Exception as error:
            self.problem(f"This could not be searched: {type(error).__name__}: {error}")
        finally:
            self._searches = False
        if self._accepted:
            self.action_accept()

    def _show(self, text: str, hits: Sequence[Hit]) -> None:
        self._shown = text
        self._hits = {(hit.kind, hit.key): hit for hit in hits}
        self.problem("")
        self.query_one(RowList).show(grouped(hits) if text else recent(hits), keep=False)


def grouped(hits: Sequence[Hit]) -> list[Row]:
    """The hits under the names of their kinds, the kind of the best hit first."""
    if not hits:
        return [Row(written(("Nothing is found.", "$text-muted")))]
    kinds: dict[Kind, list[Hit]] = {}
    for hit in hits:
        kinds.setdefault(hit.kind, []).append(hit)
    rows: list[Row] = []
    for kind, found in kinds.items():
        rows.append(Row(written((KINDS[kind], "$text-muted"))))
        rows += [Row(_line(hit), (hit.kind, hit.key)) for hit in found]
    return rows


def recent(hits: Sequence[Hit]) -> list[Row]:
    """What was opened last, in that order, each with its kind."""
    if not hits:
        words = "What you open will be listed here, the newest first."
        return [Row(written((words, "$text-muted")))]
    head = Row(written(("Opened last", "$text-muted")))
    return [head, *(Row(_line(hit, hit.kind), (hit.kind, hit.key)) for hit in hits)]


def _line(hit: Hit, kind: str = "") -> Content:
    named = (cell(kind, 11), "$text-muted") if kind else ""
    return written(named, (cell(hit.title, TITLE), "bold"), "  ", (hit.detail, "$text-muted"))


async def find_anything(frame: Frame) -> None:
    """Lets a person find a record, and opens it."""
    app = frame.workstation
    database, viewer, login = app.store.database, app.viewer, app.actor.login

    def searching(text: str) -> list[Hit]:
        return search(database, text, viewer) if text else recent_hits(database, login)

    hit = await app.ask(Finder(searching))
    if hit is not None and await frame.may_leave():
        open_hit(app, hit)


def open_hit(app: Workstation, hit: Hit) -> None:
    """Shows what was found: claims and clients as records, others in their queue, on their row."""
    if hit.kind in ("claim", "case", "visit", "invoice"):  # remembered by their own screens
        app.open_record(hit.kind, hit.key)
        return
    app.go(f"{hit.kind}s", "all", key=hit.key)
    if hit.kind == "client":
        app.open_form("client", hit.key, walk=app.frame("clients"))
    else:
        app.opened(SUBJECTS[hit.kind], hit.key, hit.title)
