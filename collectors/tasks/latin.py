"""Text as a plain English keyboard writes it: no accents, and Cyrillic letters spelt out."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

SPECIAL = dict(zip("æøœłßđı", ("ae", "o", "oe", "l", "ss", "d", "i"), strict=True))
"""Letters that are no letter with a mark."""
SPELT = (
    "аa бb вv гg дd еe жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь "
    "эe юyu яya ёyo"
)
CYRILLIC = {letter[0]: letter[1:] for letter in SPELT.split(" ")}
"""As Russian is commonly spelt in Latin letters."""
OWN: Mapping[str, Mapping[str, str]] = {
    "uk": {"г": "h", "ґ": "g", "и": "y", "і": "i", "ї": "yi", "є": "ye"},
    "bg": {"щ": "sht", "ъ": "a", "х": "h", "ѝ": "i", "ь": "y"},
}
"""By language code, what is spelt otherwise."""


def plain(text: str, code: str) -> str:
    """The text in the letters a to z, as far as it is written in Latin or Cyrillic letters."""
    spelt = {**SPECIAL, **CYRILLIC, **OWN.get(code, {})}
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        low = letter.lower()
        if low in spelt:
            told = spelt[low]
            letters.append(told if letter == low else told.capitalize())
        else:
            letters.append(letter)
    bare = unicodedata.normalize("NFKD", "".join(letters))
    return "".join(c for c in bare if not unicodedata.combining(c))
