"""The queue of emergency access: who had it, why, for how long, and who has reviewed it."""

from rcm_tui.data.queues.queue import Choice, Column, Join, Order, Queue, Search, View

STATES = (
    Choice("running", "lasts", "failed"),
    Choice("to review", "to review", "warning"),
    Choice("reviewed", "reviewed", "done"),
)
STATE = (
    "CASE WHEN emergency_access.reviewed_at IS NOT NULL THEN 'reviewed'"
    " WHEN emergency_access.ended_at IS NULL THEN 'running' ELSE 'to review' END"
)

EMERGENCIES = Queue(
    name="emergencies",
    title="Emergency access",
    from_="emergency_access",
    key="emergency_access.id",
    noun=("emergency access", "emergency accesses"),
    joins=(Join("person", "person", "person.id = emergency_access.user_id"),),
    columns=(
        Column("began", "Began", "emergency_access.began_at", "datetime", 11, 0, required=True),
        Column("person", "Person", "COALESCE(person.login, '')", "text", 14, 0, required=True),
        Column("role", "As", "emergency_access.role", "text", 17, 1, required=True),
        Column("state", "State", STATE, "state", 11, 0, STATES, required=True),
        Column("ends", "Until", "emergency_access.ends_at", "datetime", 11, 3, required=True),
        Column("ended", "Ended", "emergency_access.ended_at", "datetime", 11, 4),
        Column("reviewed_by", "By", "emergency_access.reviewed_by", "text", 10, 2, required=True),
        Column(
            "reason",
            "Reason",
            "emergency_access.reason",
            "text",
            24,
            0,
            required=True,
            flexible=True,
        ),
        Column("review", "Found", "emergency_access.review", "text", 20, 5, required=True),
    ),
    search=(Search("emergency_access.reason"), Search("person.login")),
    default_order=Order.by("-began"),
    default_view="to_review",
    views=(
        View("to_review", "To review", condition="emergency_access.reviewed_at IS NULL"),
        View("all", "All"),
    ),
)
