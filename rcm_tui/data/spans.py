"""Keys as short text: neighbours joined, "3-7 9 12-13"."""

from collections.abc import Iterable, Iterator


def spans(keys: Iterable[int]) -> str:
    """Keys in rising order as text, neighbours joined."""
    parts: list[list[int]] = []
    for key in sorted(keys):
        if parts and key == parts[-1][1] + 1:
            parts[-1][1] = key
        else:
            parts.append([key, key])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def keys_of(text: str) -> Iterator[int]:
    """The keys that `spans` wrote, in rising order."""
    for part in text.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
