"""Numbers of cases, as people call them: K-2207."""

from rcm_tui.data.work import Work

FIRST = 1000


def new_case_number(work: Work) -> str:
    """Takes the next number of a case; it is never given again."""
    return f"K-{FIRST + work.next_number('case')}"
