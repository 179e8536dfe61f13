"""Putting values on the wire: cleaned, measured, and told apart from the delimiters."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.delimiters import Delimiters
from rcm_tui.x12.parties import Address, Contact, Party, Reference

# What NFKD does not take apart, as a person would spell it in plain letters.
_SPELLED = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ı": "i",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\u2212": "-",
        "€": "EUR",
    }
)
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufffd]"
)
_NOT_A_NUMBER = re.compile(r"[^0-9A-Za-z+]")


class Wire:
    """Writes values for one set of delimiters.

    Every method raises ValueError with a sentence that names the field and the value.
    """

    def __init__(self, delimiters: Delimiters) -> None:
        four = (
            delimiters.element,
            delimiters.component,
            delimiters.repetition,
            delimiters.segment,
        )
        for one in four:
            if len(one) != 1 or one.isalnum() or not one.isascii() or one in " .-":
                raise ValueError(f"{one!r} cannot be a delimiter.")
        if len(set(four)) != 4:
            raise ValueError(f"The delimiters {' '.join(map(repr, four))} are not four different.")
        self.delimiters = delimiters
        self.element, self.component, _, self.terminator = four
        self._unsafe = re.compile("[^ -~]|[" + re.escape("".join(four)) + "]")

    def text(self, value: str, field: str, longest: int) -> str:
        """A name or free text: made plain, delimiters and controls as blanks, cut to length.

        Letters with accents lose them; what has no plain spelling is refused.
        """
        if value.isalnum() and value.isascii() and len(value) <= longest:
            return value
        if self._unsafe.search(value) is not None:
            value = self._plain(value, field)
        value = value.strip()
        return value if len(value) <= longest else value[:longest].rstrip()

    def _plain(self, value: str, field: str) -> str:
        text = _CONTROL.sub(" ", value.translate(_SPELLED))
        letters = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
        text = " ".join(self._unsafe.sub(lambda m: " " if m[0].isascii() else m[0], text).split())
        if not text.isascii():
            raise ValueError(
                f"{field} {value!r} has letters that X12 cannot carry; spell it in plain letters."
            )
        return text

    def identifier(self, value: str, field: str, longest: int, required: bool = False) -> str:
        """A number or code, never altered but for blanks around it: refused when it cannot go."""
        if value.isalnum() and value.isascii() and len(value) <= longest:
            return value
        value = value.strip()
        if not value:
            if required:
                raise ValueError(f"{field} is missing.")
            return ""
        if len(value) > longest:
            raise ValueError(
                f"{field} {value!r} has {len(value)} characters; at most {longest} can be sent."
            )
        unsafe = self._unsafe.search(value)
        if unsafe is not None:
            raise ValueError(
                f"{field} {value!r} has the character {unsafe[0]!r}, which cannot be sent."
            )
        return value

    def amount(self, value: Decimal, field: str) -> str:
        """Money, to the cent."""
        text = str(value)
        if text.isdigit() and len(text) <= 16:
            return text
        whole, point, cents = text.partition(".")
        if not point or len(cents) > 2 or len(text) > 18 or not (whole + cents).isdigit():
            if not value.is_finite() or value != round(value, 2) or abs(value) >= 10**15:
                raise ValueError(f"{field} {value} is not an amount of dollars and cents.")
            return f"{value:.2f}" if value else "0"
        return text

    def quantity(self, value: Decimal, field: str) -> str:
        """A number of units, with at most three decimals."""
        text = str(value)
        if text.isdigit() and len(text) <= 12:
            return text
        if not value.is_finite() or value != round(value, 3) or abs(value) >= 10**12:
            raise ValueError(f"{field} {value} is not a quantity with at most three decimals.")
        text = f"{value:.3f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text

    def day(self, value: date) -> str:
        """CCYYMMDD."""
        return value.isoformat()[:10].replace("-", "")

    def segment(self, *elements: str) -> str:
        """The elements, without the empty ones at the end, with the terminator."""
        return self.element.join(elements).rstrip(self.element) + self.terminator

    def composite(self, *components: str) -> str:
        """The components, without the empty ones at the end."""
        return self.component.join(components).rstrip(self.component)

    # segments that every transaction shares

    def level(self, number: int, parent: int, code: str, child: str) -> str:
        """HL; a parent of 0 is none."""
        e = self.element
        return f"HL{e}{number}{e}{parent or ''}{e}{code}{e}{child}{self.terminator}"

    def dated(self, qualifier: str, on: date, until: date | None = None) -> str:
        """DTP with a day or a range of days."""
        e = self.element
        if until is None:
            return f"DTP{e}{qualifier}{e}D8{e}{self.day(on)}{self.terminator}"
        return f"DTP{e}{qualifier}{e}RD8{e}{self.day(on)}-{self.day(until)}{self.terminator}"

    def address(self, address: Address | None, whose: str) -> str:
        """N3 and N4; nothing without an address."""
        if address is None:
            return ""
        street = self.segment(
            "N3",
            self.text(address.line1, f"{whose} address", 55),
            self.text(address.line2, f"{whose} address line 2", 55),
        )
        zip_code = address.postal_code
        if not zip_code.isalnum():
            zip_code = zip_code.replace("-", "").replace(" ", "")
        return (street if len(street) > 3 else "") + self.segment(
            "N4",
            self.text(address.city, f"{whose} city", 30),
            self.identifier(address.state, f"{whose} state", 2),
            self.identifier(zip_code, f"{whose} postal code", 15),
            *self._abroad(address, whose),
        )

    def _abroad(self, address: Address, whose: str) -> tuple[str, ...]:
        if not address.country and not address.subdivision:
            return ()
        return (
            self.identifier(address.country, f"{whose} country", 3),
            "",
            "",
            self.identifier(address.subdivision, f"{whose} country subdivision", 3),
        )

    def contact(self, contact: Contact | None, whose: str, function: str = "IC") -> str:
        """PER, with up to three numbers in a segment; nothing without one of them."""
        if contact is None:
            return ""
        field = f"{whose} contact"
        numbers: list[tuple[str, str]] = []
        if contact.telephone:
            numbers.append(("TE", _NOT_A_NUMBER.sub("", contact.telephone)))
            if contact.extension:
                numbers.append(("EX", self.identifier(contact.extension, field, 256)))
        if contact.fax:
            numbers.append(("FX", _NOT_A_NUMBER.sub("", contact.fax)))
        if contact.email:
            numbers.append(("EM", self.identifier(contact.email, field, 256)))
        if contact.website:
            numbers.append(("UR", self.identifier(contact.website, field, 256)))
        if not numbers:
            return ""
        flat = [part for number in numbers[:3] for part in number]
        written = self.segment("PER", function, self.text(contact.name, field, 60), *flat)
        if len(numbers) > 3:
            rest = [part for number in numbers[3:] for part in number]
            written += self.segment("PER", function, "", *rest)
        return written

    def reference(self, qualifier: str, value: str, field: str) -> str:
        """A REF; nothing without a value."""
        if not value:
            return ""
        qualifier = self.identifier(qualifier, "Reference qualifier", 3, required=True)
        value = self.identifier(value, field, 50)
        return f"REF{self.element}{qualifier}{self.element}{value}{self.terminator}"

    def party(self, entity: str, party: Party | None, who: str) -> str:
        """NM1 with one identifier; nothing without a party."""
        if party is None:
            return ""
        return self.segment(
            "NM1",
            entity,
            self.identifier(party.entity_type, f"{who} entity type", 1),
            self.text(party.last_name, f"{who} name", 60),
            self.text(party.first_name, f"{who} first name", 35),
            self.text(party.middle_name, f"{who} middle name", 25),
            "",
            self.text(party.suffix, f"{who} suffix", 10),
            self.identifier(party.id_qualifier, f"{who} id qualifier", 2),
            self.identifier(party.identifier, f"{who} id", 80),
        )

    def references(self, references: Iterable[Reference], field: str) -> str:
        """Several REFs."""
        return "".join(self.reference(one.qualifier, one.value, field) for one in references)

    def adjustments(self, adjustments: Iterable[Adjustment], field: str) -> str:
        """CAS segments: by group, six reasons to a segment."""
        groups: dict[str, list[Adjustment]] = {}
        for adjustment in adjustments:
            groups.setdefault(adjustment.group, []).append(adjustment)
        written = ""
        for group, members in groups.items():
            code = self.identifier(group, f"{field} group", 2, required=True)
            for start in range(0, len(members), 6):
                triples: list[str] = []
                for one in members[start : start + 6]:
                    triples += (
                        self.identifier(one.reason, f"{field} reason", 5),
                        self.amount(one.amount, f"{field} amount"),
                        "" if one.quantity is None else self.quantity(one.quantity, field),
                    )
                written += self.segment("CAS", code, *triples)
        return written
