"""Reads a 277CA, and any other 277 as far as it is alike, claim by claim."""

from dataclasses import replace

from rcm_tui.x12.claim_acknowledgement import (
    AcknowledgementEnd,
    AcknowledgementHeader,
    ClaimStatus,
    LevelTotals,
    LineStatus,
    Status,
)
from rcm_tui.x12.envelope import TransactionSet
from rcm_tui.x12.events import (
    AcknowledgementClosed,
    AcknowledgementOpened,
    ClaimStatusRead,
    Event,
    LevelTotalsRead,
)
from rcm_tui.x12.interchange_header import moment
from rcm_tui.x12.parties import Party, Reference
from rcm_tui.x12.set_reader import Elements, SetReader, party

_PATIENT_LEVELS = ("PT", "22", "23")
_LEVELS = {"21": "receiver", "19": "provider"}


class ClaimAcknowledgementReader(SetReader):
    """One 277.  Level totals come out when their level ends, claims as soon as they are whole."""

    def __init__(self, opened: TransactionSet, out: list[Event]) -> None:
        super().__init__(opened, out)
        self.header: AcknowledgementHeader | None = AcknowledgementHeader()
        self.level = ""
        self.totals: LevelTotals | None = None
        self.provider: Party | None = None
        self.patient: Party | None = None
        self.claim: ClaimStatus | None = None
        self.line: LineStatus | None = None
        self.statuses: list[Status] = []
        self.line_statuses: list[Status] = []
        self.lines: list[LineStatus] = []
        self.claims = 0
        self.rejected = 0
        self.handlers = {
            "BHT": self.bht,
            "HL": self.hl,
            "NM1": self.nm1,
            "TRN": self.trn,
            "STC": self.stc,
            "QTY": self.qty,
            "AMT": self.amt,
            "REF": self.ref,
            "DTP": self.dtp,
            "SVC": self.svc,
            "PER": self.keep,
            "DMG": self.keep,
            "N3": self.keep,
            "N4": self.keep,
        }

    def bht(self, e: Elements) -> None:
        if self.header is None:
            return self.stray(e)
        self.header.purpose = e[2]
        self.header.reference = e[3].strip()
        self.header.created = moment(e[4], e[5])
        return None

    def hl(self, e: Elements) -> None:
        self._close_claim()
        self._close_level()
        self.started = self.number
        self.resume()
        self.level = e[3]
        if e[3] != "20":
            self._close_header()
        if e[3] in _LEVELS:
            self.totals = LevelTotals(_LEVELS[e[3]])
            self.provider = None
        self.patient = None

    def nm1(self, e: Elements) -> None:
        if self.totals is not None:
            self.totals.party = party(e)
            if self.level == "19":
                self.provider = self.totals.party
        elif self.level in _PATIENT_LEVELS:
            if self.claim is None or self.claim.patient is None:
                self.patient = party(e)
            if self.claim is not None:
                self.claim.patient = self.patient
        elif self.header is not None:
            self.header.source = party(e)
            self.header.source_entity = e[1]
        else:
            self.stray(e)

    def trn(self, e: Elements) -> None:
        if self.level in _PATIENT_LEVELS:
            self._close_claim()
            self.started = self.number
            self.claim = ClaimStatus(
                e[2].strip(),
                patient=self.patient,
                provider=self.provider,
                trace_number=e[2].strip(),
                segment_number=self.number,
            )
        elif self.totals is not None:
            self.totals.trace_number = e[2].strip()
        elif self.header is not None:
            self.header.source_trace = e[2].strip()
        else:
            self.stray(e)

    def stc(self, e: Elements) -> None:
        codes = []
        for position in (1, 10, 11):
            if e[position]:
                category, code, entity = self.composite(e[position])[:3]
                codes.append((category, code, entity))
        status = Status(
            tuple(codes),
            self.on(e, 2),
            e[3],
            self.optional_amount(e, 4),
            e[12].strip(),
        )
        if any(e[5:10]):
            self.keep(e)
        if self.line is not None:
            self.line_statuses.append(status)
        elif self.claim is not None or self.totals is not None:
            self.statuses.append(status)
        else:
            # A status of the information source itself (276 answered for nobody).
            self.totals = LevelTotals("source", self.header.source if self.header else None)
            self.statuses.append(status)

    def qty(self, e: Elements) -> None:
        if self.totals is None:
            self.stray(e)
        elif e[1] in ("90", "QA"):
            self.totals.accepted = self.count(e, 2)
        elif e[1] in ("AA", "QC"):
            self.totals.rejected = self.count(e, 2)
        else:
            self.keep(e)

    def amt(self, e: Elements) -> None:
        if self.totals is None:
            self.stray(e)
        elif e[1] == "YU":
            self.totals.accepted_amount = self.amount(e, 2)
        elif e[1] == "YY":
            self.totals.rejected_amount = self.amount(e, 2)
        else:
            self.keep(e)

    def ref(self, e: Elements) -> None:
        value = e[2].strip()
        if self.line is not None and e[1] == "FJ":
            self.line.line_control_number = value
        elif self.claim is None:
            self.keep(e)
        elif e[1] == "1K":
            self.claim.payer_claim_control_number = value
        elif e[1] == "D9":
            self.claim.clearinghouse_number = value
        elif e[1] == "EJ":
            self.claim.patient_control_number = value
        else:
            self.claim.references += (Reference(e[1], value),)

    def dtp(self, e: Elements) -> None:
        on, until = self.period(e, 3)
        if self.line is not None and e[1] == "472":
            self.line.service_date, self.line.service_date_to = on, until
        elif self.claim is not None and e[1] in ("472", "232"):
            self.claim.service_date, self.claim.service_date_to = on, until
        elif self.header is not None and e[1] == "050":
            self.header.received_date = on
        elif self.header is not None and e[1] == "009":
            self.header.processed_date = on
        else:
            self.keep(e)

    def svc(self, e: Elements) -> None:
        if self.claim is None:
            return self.stray(e)
        self._close_line()
        p = self.composite(e[1])
        self.line = LineStatus(
            p[0],
            p[1],
            tuple(m for m in p[2:6] if m),
            self.optional_amount(e, 2),
            self.optional_amount(e, 7),
        )
        return None

    def _close_line(self) -> None:
        if self.line is not None:
            self.line.statuses, self.line_statuses = tuple(self.line_statuses), []
            self.lines.append(self.line)
            self.line = None

    def _close_claim(self) -> None:
        claim = self.claim
        if claim is None:
            return
        self._close_line()
        claim.statuses, self.statuses = tuple(self.statuses), []
        claim.lines, self.lines = tuple(self.lines), []
        claim.unread, self.unread = tuple(self.unread), []
        claim.findings, self.notes = tuple(self.notes), []
        self.claim = None
        self.claims += 1
        self.rejected += claim.rejected
        self.out.append(ClaimStatusRead(self.set, claim))

    def _close_level(self) -> None:
        totals, self.totals = self.totals, None
        if totals is not None:
            self._close_header()
            totals.statuses, self.statuses = tuple(self.statuses), []
            self.out.append(LevelTotalsRead(self.set, replace(totals)))

    def _close_header(self) -> None:
        if self.header is not None:
            self.out.append(AcknowledgementOpened(self.set, self.header))
            self.header = None

    def overflow(self) -> None:
        if self.claim is None and self.totals is None:
            return
        self.say("error", ["TRN"], "This claim has more segments than any claim can have.")
        self._close_claim()
        self._close_level()
        self.give_up({"HL": self.hl})

    def finish(self, complete: bool, cut: bool) -> None:
        if cut and self.claim is not None:
            self.say("error", ["TRN"], "The file ends inside this claim; some of it may be lost.")
        self._close_claim()
        self._close_level()
        self._close_header()
        end = AcknowledgementEnd(self.claims, self.rejected, complete, tuple(self.notes))
        self.out.append(AcknowledgementClosed(self.set, end))
