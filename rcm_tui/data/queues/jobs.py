"""The jobs queue: each run of each job of the worker."""

from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, View

OUTCOMES = (
    Choice("running", "running", "waiting"),
    Choice("done", "done", "done"),
    Choice("failed", "failed", "failed"),
    Choice("abandoned", "abandoned", "warning"),
)
JOBS = (
    Choice("submit", "submit"),
    Choice("pick up answers", "pick up answers"),
    Choice("practice clearinghouse", "practice clearinghouse"),
    Choice("send emails", "send emails"),
    Choice("open cases", "open cases"),
    Choice("escalate cases", "escalate cases"),
    Choice("back up", "back up"),
    Choice("purge", "purge"),
)

RUNS = Queue(
    name="jobs",
    title="Jobs",
    from_="job_run",
    key="job_run.id",
    noun=("run", "runs"),
    joins=(Join("job", "job", "job.id = job_run.job_id"),),
    columns=(
        Column("run", "Run", "job_run.id", "count", 6, 4, required=True),
        Column("started_at", "Started", "job_run.started_at", "datetime", 11, 0, required=True),
        Column("job", "Job", "job.name", "state", 22, 0, JOBS, required=True),
        Column("outcome", "Outcome", "job_run.outcome", "state", 12, 0, OUTCOMES, required=True),
        Column("items", "Items", "job_run.items", "count", 6, 0, required=True),
        Column("finished_at", "Finished", "job_run.finished_at", "datetime", 11, 2),
        Column("worker", "Worker", "job_run.worker", "text", 20, 3, required=True),
        Column(
            "message",
            "What happened",
            "job_run.message",
            "text",
            24,
            0,
            required=True,
            flexible=True,
        ),
    ),
    fields=(
        Field("job", "state", ("job.name",), ("name",), JOBS, help="Which job"),
        Field("outcome", "state", ("job_run.outcome",), ("status",), OUTCOMES, help="How it ended"),
    ),
    search=(Search("job_run.message"),),
    default_order=Order.by("-run"),
    default_view="all",
    views=(
        View("all", "All"),
        View("worked", "That did something", condition="job_run.items > 0"),
        View("failed", "Failed", condition="job_run.outcome IN ('failed', 'abandoned')"),
        View("running", "Running", condition="job_run.outcome = 'running'"),
    ),
)
