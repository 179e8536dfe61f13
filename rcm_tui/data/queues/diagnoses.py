"""Diagnoses of all clients, as they are listed: who has what, and from when until when."""

from rcm_tui.data.queues.parties import client_fields, patient_column, patients
from rcm_tui.data.queues.queue import Choice, Column, Join, Order, Queue, Search, View

CODE = "client_diagnosis.code"
CURRENT = (
    "(client_diagnosis.starts_on IS NULL OR client_diagnosis.starts_on <= :today)"
    " AND (client_diagnosis.ends_on IS NULL OR client_diagnosis.ends_on >= :today)"
)
TO_COME = "client_diagnosis.starts_on > :today"
ENDED = "client_diagnosis.ends_on < :today"
STATES = (
    Choice("current", "current", "done"),
    Choice("to come", "to come", "waiting"),
    Choice("ended", "ended"),
)
CLIENT = patients("client_diagnosis.client_id")

DIAGNOSES = Queue(
    name="diagnoses",
    title="Diagnoses",
    from_="client_diagnosis",
    key="client_diagnosis.id",
    noun=("diagnosis", "diagnoses"),
    joins=(Join("client", "client", "client.id = client_diagnosis.client_id"),),
    columns=(
        patient_column(20, "client"),
        Column("code", "Code", CODE, "code", 8, 0, required=True, help="ICD-10-CM"),
        Column(
            "description",
            "Description",
            CODE,
            "diagnosis",
            24,
            1,
            required=True,
            flexible=True,
            help="What ICD-10-CM calls it; ordered by the codes",
        ),
        Column("position", "Place", "client_diagnosis.position", "count", 5, 2, required=True),
        Column("starts_on", "From", "client_diagnosis.starts_on", "date", 10, 3),
        Column("ends_on", "Until", "client_diagnosis.ends_on", "date", 10, 3),
        Column(
            "state",
            "Now",
            f"(CASE WHEN {TO_COME} THEN 'to come' WHEN {ENDED} THEN 'ended' ELSE 'current' END)",
            "state",
            9,
            4,
            STATES,
            required=True,
        ),
    ),
    fields=client_fields(CLIENT),
    search=(
        Search("c.last_name", "prefix", CLIENT),
        Search("c.first_name", "prefix", CLIENT),
        Search(CODE, "exact"),
    ),
    default_order=Order.by("code"),
    default_view="all",
    views=(
        View("all", "All"),
        View("current", "Current", condition=CURRENT),
        View("to_come", "To come", condition=TO_COME),
        View("ended", "Ended", condition=ENDED),
    ),
)
