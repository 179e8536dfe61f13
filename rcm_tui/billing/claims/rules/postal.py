"""Postal codes, as claims need them."""


def zip_digits(text: str) -> int:
    """How many digits a zip code has, hyphen and blanks aside; 0 when it is none."""
    plain = text.replace("-", "").replace(" ", "")
    return len(plain) if plain.isascii() and plain.isdigit() else 0
