"""Appointment types, as they are listed."""

from rcm_tui.data.queues.queue import Choice, Column, Order, Queue, Search, View

ACTIVE = (Choice("1", "active", "done"), Choice("0", "inactive"))

APPOINTMENT_TYPES = Queue(
    name="appointment_types",
    title="Appointment types",
    from_="appointment_type",
    key="appointment_type.id",
    noun=("appointment type", "appointment types"),
    columns=(
        Column("name", "Name", "appointment_type.name", "text", 30, 0, required=True),
        Column("minutes", "Minutes", "appointment_type.minutes", "count", 8, 0, required=True),
        Column(
            "active",
            "Active",
            "CAST(appointment_type.active AS TEXT)",
            "state",
            10,
            1,
            ACTIVE,
            required=True,
        ),
    ),
    search=(Search("appointment_type.name"),),
    default_order=Order.by("name"),
    default_view="all",
    views=(View("all", "All"),),
)
