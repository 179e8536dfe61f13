"""The activities queue: tasks and appointments of cases, and emails that did not go out yet."""

from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, View

KINDS = (
    Choice("task", "task"),
    Choice("appointment", "appointment"),
    Choice("email", "email"),
)
STATES = (
    Choice("open", "open", "open"),
    Choice("done", "done", "done"),
    Choice("draft", "draft", "partly"),
    Choice("waiting", "waiting", "waiting"),
    Choice("failed", "failed", "failed"),
    Choice("sent", "sent", "done"),
    Choice("exported", "exported", "done"),
)
STATE = "CASE WHEN e.kind = 'email' THEN e.state WHEN e.done_at IS NULL THEN 'open' ELSE 'done' END"
PERSON = "CASE WHEN e.kind = 'email' THEN e.author ELSE e.assignee END"
TASKS = "e.kind IN ('task', 'appointment')"
OPEN = f"{TASKS} AND e.done_at IS NULL"
LATE = f"{OPEN} AND e.due < :today"
UNSENT = "e.kind = 'email' AND e.done_at IS NULL"
EVERY = "e.kind IN ('task', 'appointment', 'email')"
DONE = f"{EVERY} AND {TASKS} AND e.done_at IS NOT NULL"
SHORT = "COALESCE(NULLIF(payer.short_name, ''), payer.name)"

ACTIVITIES = Queue(
    name="activities",
    title="Activities",
    from_="timeline_entry AS e",
    key="e.id",
    noun=("activity", "activities"),
    joins=(
        Join("f", "case_file", "f.id = e.case_id"),
        Join("payer", "payer", "payer.id = f.payer_id"),
    ),
    columns=(
        Column("due", "Due", "e.due", "date", 10, required=True),
        Column("at", "At", "e.due_time", "code", 5, 5, required=True),
        Column("kind", "What", "e.kind", "state", 13, 3, KINDS, required=True),
        Column("subject", "About", "e.subject", width=30, required=True, flexible=True),
        Column("state", "State", STATE, "state", 10, 0, STATES, required=True),
        Column("person", "Whose", PERSON, "person", 8, 1, required=True),
        Column("case", "Case", "f.number", "code", 8),
        Column("case_subject", "Subject", "f.subject", "text", 22, 4),
        Column("payer", "Payer", "payer.name", "text", 18, 6, short=SHORT, short_width=8),
        Column("written", "Written", "e.at", "datetime", 16, 7, required=True),
    ),
    fields=(
        Field("person", "person", (PERSON,), ("owner", "assignee"), help="me, none, a login"),
        Field("text", "text", ("e.text",), help="What there is to say of it"),
    ),
    search=(Search("e.subject"), Search("f.number", "prefix")),
    default_order=Order.by("due"),
    default_view="my_open",
    views=(
        View("all", "All", condition=EVERY),
        View("open", "Open tasks", condition=OPEN),
        View("my_open", "My open tasks", condition=f"{OPEN} AND e.assignee = :me"),
        View("overdue", "Overdue", condition=LATE),
        View("my_overdue", "My overdue", condition=f"{LATE} AND e.assignee = :me"),
        View("drafts", "Draft emails", "", f"{UNSENT} AND e.state = 'draft'", Order.by("-written")),
        View(
            "my_drafts",
            "My draft emails",
            "",
            f"{UNSENT} AND e.state = 'draft' AND e.author = :me",
            Order.by("-written"),
        ),
        View(
            "unsent",
            "Emails waiting or failed",
            "",
            f"{UNSENT} AND e.state <> 'draft'",
            Order.by("-written"),
        ),
        View("done", "Done tasks", "", DONE, Order.by("-due")),
    ),
)
