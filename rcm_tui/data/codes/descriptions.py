"""ICD-10-CM's own descriptions of diagnoses, to find codes by their words.

Public domain; read and unpacked when a word is first looked for (some 40 ms and 13 MB), so that
nobody who does not look for one pays for it.
"""

import re
import zlib
from collections.abc import Iterator
from functools import cache

from rcm_tui.data.codes import FOLDER

MOST = 3000
"""So many matches are put in order; a word that fits more is too common to find anything by."""


@cache
def description_of(code: str) -> str:
    """What ICD-10-CM calls a diagnosis (with or without its decimal point); "" for none."""
    wanted = f"\n{code.replace('.', '').upper()} "
    start = _text().find(wanted)
    if start < 0 or len(wanted) < 5:
        return ""
    start += len(wanted)
    return _text()[start : _text().index("\n", start)]


def described(text: str) -> Iterator[str]:
    """Diagnoses, with their point, whose descriptions have words that begin so, the best first.

    Mental and behavioural disorders come before all others, then what says it shortest (ours).
    """
    words = re.findall(r"[^\W_]+", text.casefold())
    if not words or max(map(len, words)) < 3:
        return
    found = sorted((not code.startswith("f"), len(line), code) for code, line in _lines_with(words))
    for _, _, code in found:
        code = code.upper()
        yield code if len(code) == 3 else f"{code[:3]}.{code[3:]}"


def _lines_with(words: list[str]) -> Iterator[tuple[str, str]]:
    """Code and description, in small letters, of what has all the words' beginnings."""
    longest = max(words, key=len)
    tests = [re.compile(rf"\b{re.escape(word)}") for word in words]
    small = _small()
    count, at = 0, small.find(longest)
    while at >= 0 and count < MOST:
        end = small.index("\n", at)
        code, _, line = small[small.rindex("\n", 0, at) + 1 : end].partition(" ")
        if all(test.search(line) for test in tests):
            count += 1
            yield code, line
        at = small.find(longest, end)


@cache
def _text() -> str:
    packed = (FOLDER / "icd10cm_descriptions.txt.z").read_bytes()
    return f"\n{zlib.decompress(packed).decode()}\n"


@cache
def _small() -> str:
    return _text().casefold()
