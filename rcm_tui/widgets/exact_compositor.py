"""What is sent to the terminal begins where a change begins, and not where its widget does."""

from __future__ import annotations

from textual._compositor import ChopsUpdate, Compositor


class ExactCompositor(Compositor):
    """Cuts the lines of a partial update where its regions begin, too.

    Textual cuts lines where widgets begin and end, and sends what is left of a change along: of a
    letter typed into a form, its whole line. A region must not begin within a wide character.
    """

    def render_partial_update(self) -> ChopsUpdate | None:
        edges: dict[int, set[int]] = {}
        for region in self._dirty_regions:
            for y in region.line_range:
                edges.setdefault(y, set()).add(max(0, region.x))
        cuts = self.cuts
        self._cuts = [
            sorted({*line, *edges[y]}) if y in edges else line for y, line in enumerate(cuts)
        ]
        try:
            return super().render_partial_update()
        finally:
            self._cuts = cuts
