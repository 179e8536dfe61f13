"""Numbers of appeals, as people call them: A-1001."""

from rcm_tui.data.work import Work

FIRST = 1000


def new_appeal_numbers(work: Work, count: int) -> list[str]:
    """Takes the next numbers of appeals; they are never given again."""
    if not count:
        return []
    first = work.next_number("appeal", count)
    return [f"A-{FIRST + first + place}" for place in range(count)]
