"""The four characters that an interchange chooses for itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delimiters:
    """What separates elements, components, repetitions, and ends segments.

    `repetition` and `component` are empty where an interchange has none (version 4010 has a
    letter in ISA11).
    """

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"


STANDARD = Delimiters()
