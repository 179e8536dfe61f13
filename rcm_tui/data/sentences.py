"""Reasons, which are written to stand within a line, as sentences of their own."""


def as_sentence(reason: object) -> str:
    """A reason, or an error's, with a capital to begin with and a stop at its end; "" stays so."""
    text = str(reason)
    stop = "" if text.endswith((".", "!", "?")) or not text else "."
    return text[:1].upper() + text[1:] + stop
