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


class DiagnosedLine(NamedTuple):
    """The first day of a claim line, and the charge items on it."""

    day: str
    charges: Sequence[int] = ()


@dataclass(slots=True)
class Diagnoses:
    """The dated diagnoses of clients, and those that a visit gave for a service of its own."""

    _of_client: dict[int, list[_Diagnosis]] = field(default_factory=lambda: defaultdict(list))
    _of_charge: dict[int, list[str]] = field(default_factory=dict)
    _illness: dict[int, str] = field(default_factory=dict)

    def of(self, client: int, lines: Sequence[DiagnosedLine]) -> tuple[str, list[str]]:
        """The claim's diagnoses and, per line, its pointers.

        A line points to the first four of its visit's own diagnoses or, where it has none, of the
        client's that hold on its day. The claim carries what any line has: first the client's, in
        their order, then those that only visits gave.
        """
        of_lines = [self._of_line(client, line) for line in lines]
        wanted = {code for codes in of_lines for code in codes}
        known = [one.code for one in self._of_client.get(client, ())]
        given = [code for codes in of_lines for code in codes]
        on_claim = list(dict.fromkeys(code for code in (*known, *given) if code in wanted))
        # Where every line has diagnoses of its own, the order is the visits'.
        if all(self._own(line) for line in lines):
            on_claim = list(dict.fromkeys(given))
        pointers = []
        for line, codes in zip(lines, of_lines, strict=True):
            places = [on_claim.index(code) + 1 for code in codes]
            if not self._own(line):
                places.sort()
            pointers.append(" ".join(map(str, places[:MOST_POINTERS])))
        return " ".join(on_claim), pointers

    def illness_on(self, lines: Iterable[DiagnosedLine]) -> str | None:
        """The date of current illness of the visits behind a claim: the earliest of several."""
        days = [
            self._illness[one] for line in lines for one in line.charges if one in self._illness
        ]
        return min(days, default=None)

    def _own(self, line: DiagnosedLine) -> list[str]:
        codes = [code for charge in line.charges for code in self._of_charge.get(charge, ())]
        return list(dict.fromkeys(codes))

    def _of_line(self, client: int, line: DiagnosedLine) -> list[str]:
        held = [one.code for one in self._of_client.get(client, ()) if covers(one, line.day)]
        return self._own(line) or list(dict.fromkeys(held))


def dotted(code: str) -> str:
    """A diagnosis as people read it: F840 is F84.0. A point at a wrong place stays to be found."""
    code = code.strip().upper()
    return code if "." in code or len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def load_diagnoses(database: Database, clients: Iterable[int], charges: Iterable[int]) -> Diagnoses:
    """Reads the diagnoses of clients, and what the visits of charge items say of their own.

    Codes are written with their decimal point (F84.0).
    """
    found = Diagnoses()
    for client, code, *days in read_by_keys(
        database,
        "SELECT client_id, code, starts_on, ends_on FROM client_diagnosis"
        " WHERE client_id IN ({keys}) ORDER BY client_id, position",
        sorted(set(clients)),
    ):
        found._of_client[client].append(_Diagnosis(dotted(code), *days))
    for charge, codes, illness_on in read_by_keys(
        database,
        "SELECT c.id, s.diagnoses, v.illness_on FROM charge_item c"
        " JOIN visit_service s ON s.session_id = c.session_id JOIN visit v ON v.id = s.visit_id"
        " WHERE c.id IN ({keys}) ORDER BY c.id",
        charges,
    ):
        found._of_charge[charge] = [dotted(code) for code in codes.split()]
        if illness_on:
            found._illness[charge] = illness_on
    return found
