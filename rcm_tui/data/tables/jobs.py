"""The worker's lease, the runs of its jobs, and the counters that number things."""

from peewee import BigIntegerField, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import ChoiceField, FlagField, MomentField
from rcm_tui.data.tables.row import Row

JOB_NAMES = (
    "submit",
    "pick up answers",
    "practice clearinghouse",
    "send emails",
    "escalate cases",
    "open cases",
    "back up",
    "purge",
)


class Counter(Row):
    """The last number given out under a name: control numbers, claim numbers."""

    name = TextField(unique=True)
    value = BigIntegerField()


class Lease(Row):
    """Who may act as the worker, until when. `fence` rises with every new holder."""

    name = TextField(unique=True)
    holder = TextField(default="")
    fence = IntegerField(default=0)
    expires_at = MomentField(null=True)


class Job(Row):
    """A job that the worker does by the clock. `requested` starts it at the next look."""

    name = ChoiceField(JOB_NAMES, unique=True)
    every_seconds = IntegerField()
    at_minute = IntegerField(null=True)
    enabled = FlagField(default=True)
    requested = FlagField()
    next_run_at = MomentField(null=True)


class JobRun(Row):
    """One run of a job: when, who, how long, how many, and what went wrong."""

    job = ForeignKeyField(Job, backref="runs")
    worker = TextField()
    fence = IntegerField()
    started_at = MomentField()
    finished_at = MomentField(null=True)
    outcome = ChoiceField(("running", "done", "failed", "abandoned"), default="running")
    items = IntegerField(default=0)
    message = TextField(default="")

    class Meta:
        indexes = ((("job", "started_at"), False),)
