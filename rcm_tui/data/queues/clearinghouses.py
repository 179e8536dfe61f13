"""The connections over which claims go out and answers come in."""

from rcm_tui.data.queues.practice import ACTIVE
from rcm_tui.data.queues.queue import Choice, Column, Order, Queue, Search, View

WAYS = (
    Choice("folder", "folders"),
    Choice("sftp", "SFTP"),
    Choice("practice", "practice clearinghouse"),
)
USAGES = (Choice("P", "production"), Choice("T", "test"))

CLEARINGHOUSES = Queue(
    name="clearinghouses",
    title="Clearinghouses",
    from_="clearinghouse",
    key="clearinghouse.id",
    noun=("clearinghouse", "clearinghouses"),
    columns=(
        Column("name", "Name", "clearinghouse.name", "text", 20, 0, required=True, flexible=True),
        Column("kind", "Reached by", "clearinghouse.kind", "state", 22, 0, WAYS, required=True),
        Column("host", "Server", "clearinghouse.host", "text", 20, 2, required=True),
        Column("usage", "Files are", "clearinghouse.usage", "state", 10, 1, USAGES, required=True),
        Column("receiver", "Their id", "clearinghouse.receiver_id", "code", 15, 3, required=True),
        Column(
            "active",
            "In use",
            "CAST(clearinghouse.active AS TEXT)",
            "state",
            10,
            1,
            ACTIVE,
            required=True,
        ),
    ),
    search=(Search("clearinghouse.name", "prefix"),),
    default_order=Order.by("name"),
    default_view="all",
    views=(
        View("all", "All"),
        View("in_use", "In use", condition="clearinghouse.active = 1"),
        View(
            "unpinned",
            "SFTP without a host key",
            condition="clearinghouse.kind = 'sftp' AND clearinghouse.host_key = ''",
        ),
    ),
)
