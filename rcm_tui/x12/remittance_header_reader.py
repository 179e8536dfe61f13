"""Reads what stands in an 835 before its first claim."""

from rcm_tui.x12.envelope import TransactionSet
from rcm_tui.x12.events import Event, RemittanceOpened
from rcm_tui.x12.findings import Finding
from rcm_tui.x12.parties import Address, Reference
from rcm_tui.x12.remittance import ZERO, RemittanceHeader
from rcm_tui.x12.set_reader import Elements, SetReader


class RemittanceHeaderReader(SetReader):
    """The header of one 835.  `header` is None once it was put out."""

    def __init__(self, opened: TransactionSet, out: list[Event]) -> None:
        super().__init__(opened, out)
        self.header: RemittanceHeader | None = RemittanceHeader()
        self.payment_amount = ZERO
        self.trace_number = ""
        self.side = ""
        self.address: list[str] = []
        self.findings: list[Finding] = []
        self.handlers = {
            "BPR": self.bpr,
            "TRN": self.trn,
            "CUR": self.keep,
            "N1": self.n1,
            "N3": self.n3,
            "N4": self.n4,
            "RDM": self.keep,
        }

    def bpr(self, e: Elements) -> None:
        header = self.header
        if header is None:
            return self.stray(e)
        header.handling_code = e[1]
        self.payment_amount = header.payment_amount = self.amount(e, 2)
        header.credit_or_debit = e[3]
        header.method = e[4]
        header.payment_format = e[5]
        header.effective_date = self.on(e, 16)
        return None

    def trn(self, e: Elements) -> None:
        header = self.header
        if header is None:
            return self.stray(e)
        self.trace_number = header.trace_number = e[2].strip()
        header.originator = e[3].strip()
        header.originator_supplement = e[4].strip()
        return None

    def n1(self, e: Elements) -> None:
        header = self.header
        if header is None:
            return self.stray(e)
        self._close_address()
        self.side = e[1]
        if e[1] == "PR":
            header.payer_name = e[2].strip()
            header.payer_id_qualifier, header.payer_identifier = e[3], e[4].strip()
        elif e[1] == "PE":
            header.payee_name = e[2].strip()
            header.payee_id_qualifier, header.payee_identifier = e[3], e[4].strip()
            if e[3] == "FI":
                header.payee_tax_id = e[4].strip()
        else:
            self.keep(e)
        return None

    def n3(self, e: Elements) -> None:
        if self.header is None:
            return self.stray(e)
        self.address = [e[1].strip(), e[2].strip()]
        return None

    def n4(self, e: Elements) -> None:
        if self.header is None:
            return self.stray(e)
        lines = self.address or ["", ""]
        self.address = [
            *lines, e[1].strip(), e[2].strip(), e[3].strip(), e[4].strip(), e[7].strip()
        ]  # fmt: skip
        self._close_address()
        return None

    def _close_address(self) -> None:
        if self.address and self.header is not None:
            if self.side == "PR":
                self.header.payer_address = Address(*self.address)
            elif self.side == "PE":
                self.header.payee_address = Address(*self.address)
        self.address = []

    def header_contact(self, header: RemittanceHeader, e: Elements) -> None:
        """PER of the payer."""
        if self.side != "PR":
            self.stray(e)
        elif e[1] == "CX":
            header.payer_contact = self.contact(e, header.payer_contact)
        elif e[1] == "IC":
            header.payer_website = e[4]
        else:
            header.payer_technical_contact = self.contact(e, header.payer_technical_contact)

    def header_reference(self, header: RemittanceHeader, e: Elements) -> None:
        """REF before the first claim."""
        value = e[2].strip()
        if self.side == "PR":
            header.payer_references += (Reference(e[1], value),)
        elif self.side == "PE":
            if e[1] == "TJ":
                header.payee_tax_id = value
            else:
                header.payee_references += (Reference(e[1], value),)
        elif e[1] == "EV":
            header.receiver_id = value
        elif e[1] == "F2":
            header.version_id = value
        else:
            self.keep(e)

    def close_header(self) -> None:
        """The first claim, or the end, has come: the header is whole."""
        header = self.header
        if header is None:
            return
        self._close_address()
        header.unread, self.unread = tuple(self.unread), []
        header.findings, self.notes = tuple(self.notes), []
        self.findings.extend(header.findings)
        self.header = None
        self.out.append(RemittanceOpened(self.set, header))
