"""Which diagnoses a claim carries, and which of them each line points to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.dated import covers
from rcm_tui.data.bulk import read_by_keys

MOST_POINTERS = 4


class _Diagnosis(NamedTuple):
    code: str
    starts_on: str | None
    ends_on: str | None


@dataclass(slots=True)
class Diagnoses:
    """The dated diagnoses of clients, in the order in which claims carry them."""

    _of_client: dict[int, list[_Diagnosis]] = field(default_factory=lambda: defaultdict(list))

    def of(self, client: int, days: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
        """The claim's diagnoses and, per line (first and last day), its pointers.

        A claim carries what holds on the first day of any of its lines; a line points to the
        first four that hold on its own first day, or to none.
        """
        diagnoses = self._of_client.get(client, ())
        on_claim: list[str] = []
        for diagnosis in diagnoses:
            if diagnosis.code not in on_claim and any(covers(diagnosis, day) for day, _ in days):
                on_claim.append(diagnosis.code)
        pointers = []
        for day, _ in days:
            places = {
                on_claim.index(diagnosis.code) + 1
                for diagnosis in diagnoses
                if covers(diagnosis, day)
            }
            pointers.append(" ".join(map(str, sorted(places)[:MOST_POINTERS])))
        return " ".join(on_claim), pointers


def dotted(code: str) -> str:
    """A diagnosis as people read it: F840 is F84.0. A point at a wrong place stays to be found."""
    code = code.strip().upper()
    return code if "." in code or len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def load_diagnoses(database: Database, clients: Iterable[int]) -> Diagnoses:
    """Reads the diagnoses of clients; codes are written with their decimal point (F84.0)."""
    found = Diagnoses()
    for client, code, *days in read_by_keys(
        database,
        "SELECT client_id, code, starts_on, ends_on FROM client_diagnosis"
        " WHERE client_id IN ({keys}) ORDER BY client_id, position",
        sorted(set(clients)),
    ):
        found._of_client[client].append(_Diagnosis(dotted(code), *days))
    return found
