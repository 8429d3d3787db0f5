"""Numbers in other bases: converting them, and counting their bits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from collectors.tasks import answers
from collectors.tasks.gym import score
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym
from data.records import Sample, Score

INDEX = re.compile(r"_\s?\{?\s?\(?\d{1,2}\)?\}?|[\u2080-\u2089]+|\((?:base[ -])?\d{1,2}\)")
"""A base written behind its numeral: 1010_2, 1010_{2}, 101\u2082, 1010 (base 2)."""
PREFIX = re.compile(r"^0[xbo](?=.)|^0+(?=.)")
BLOCKS = re.compile(r"[0-9a-z]+(?:[ ,_][0-9a-z]+)*")


def of_bases(entry: Entry, rung: Rung) -> Asked | None:
    facts = entry["metadata"]
    given, wanted = facts["source_repr"], facts["target_repr"]
    bases = (facts["source_base"], facts["target_base"])
    if not rung.options["fits"](*bases) or given == wanted:
        return None
    text = f"Write {given} of {named(bases[0])} in {named(bases[1])}."
    # Digits of base 2 are added up; those of other bases are multiplied first.
    each = 1 if 2 in bases else 2
    return Asked(text, wanted, float(each * len(given) * len(wanted)))


def named(base: int) -> str:
    return {2: "base 2 (binary)", 10: "base 10 (decimal)", 16: "base 16 (hexadecimal)"}.get(
        base, f"base {base}"
    )


def numeral(asked: Sample, text: str) -> Score:
    """The same digits, whatever groups them; a prefix such as 0x, the base behind and case go."""
    wanted = digits(asked.target)
    said = None
    marked_text, marked = answers.region(text)
    rows = answers.lines(INDEX.sub(" ", marked_text))
    line = score.plain((rows[0] if marked else rows[-1]) if rows else "").casefold().strip()
    side = re.split(r"=|\bis\b:?", line)[-1].strip()
    first = answers.SENTENCE_END.split(side, maxsplit=1)[0]
    for part in dict.fromkeys((side, answers.ASIDE.sub(" ", side).strip(), first)):
        whole = part.strip(score.WRAPPING)
        blocks = re.split(r"[^0-9a-z]+", whole)
        for found in (whole if BLOCKS.fullmatch(whole) else "", blocks[-1]):
            said = said or digits(found) or None
            if found and digits(found) == wanted:
                return score.result(True, wanted)
    return score.result(False, said)


def digits(text: str) -> str:
    """A numeral's digits, without prefix and leading zeros."""
    joined = "".join(c for c in text.casefold() if c.isascii() and c.isalnum())
    return PREFIX.sub("", PREFIX.sub("", joined))


def values(low: int, high: int, least: int, most: int) -> Mapping[str, Any]:
    return {"min_value": low, "max_value": high, "min_base": least, "max_base": most}


def with_decimal(other: int) -> Mapping[str, Any]:
    return {"fits": lambda one, two: {one, two} == {10, other}}


EITHER_DECIMAL = {"fits": lambda one, two: 10 in (one, two)}
NEITHER_DECIMAL = {"fits": lambda one, two: 10 not in (one, two)}

NUMBER_BASES = gym(
    Family(
        name="number-bases",
        title="Numbers in other bases",
        generator="algorithmic.base_conversion:BaseConversionDataset:BaseConversionConfig",
        ladder={
            1: Rung("binary and decimal up to 31", values(4, 31, 2, 10), size=40, crowded=True,
                    options=with_decimal(2)),
            2: Rung("binary and decimal up to 255", values(64, 255, 2, 10), size=200, crowded=True,
                    options=with_decimal(2)),
            3: Rung("decimal and bases 3 to 9, up to 1,000", values(300, 1000, 3, 10), crowded=True,
                    options=EITHER_DECIMAL),
            4: Rung("decimal and bases 11 to 16, up to 30,000", values(2000, 30_000, 10, 16),
                    crowded=True, options=EITHER_DECIMAL),
            5: Rung("bases 3 to 20 except decimal, up to a million", values(10**5, 10**6, 3, 20),
                    options=NEITHER_DECIMAL),
            6: Rung("bases 3 to 36, up to ten digits", values(10**9, 10**10, 3, 36),
                    options=NEITHER_DECIMAL),
            7: Rung("bases 3 to 36, up to 16 digits", values(10**15, 10**16, 3, 36),
                    options=NEITHER_DECIMAL),
            8: Rung("bases 3 to 36, up to 24 digits", values(10**23, 10**24, 3, 36),
                    options=NEITHER_DECIMAL),
            9: Rung("bases 3 to 36, up to forty digits", values(10**39, 10**40, 3, 36),
                    options=NEITHER_DECIMAL),
        },
        ask=of_bases,
        request="Convert the number to the other base. Letters stand for digits above nine.",
        form="number in the new base",
        score=numeral,
        terse="Reply with the number in the new base only.",
        examples=(
            ("Write 110 of base 2 (binary) in base 10 (decimal).", "6", "110 = 4 + 2"),
            ("Write 9 of base 10 (decimal) in base 2 (binary).", "1001", "9 = 8 + 1"),
            ("Write 1100 of base 2 (binary) in base 10 (decimal).", "12", "1100 = 8 + 4"),
        ),
    )
)  # fmt: skip


def of_bits(entry: Entry, rung: Rung) -> Asked | None:
    number, bits = entry["metadata"]["number"], entry["metadata"]["binary"]
    text = f"How many ones are there when {number} is written in binary?"
    return Asked(text, entry["answer"], float(len(bits) * len(str(number))))


def bits(text: str, low: int, high: int, size: int = 1000) -> Rung:
    return Rung(text, {"min_n": low, "max_n": high}, size=size, crowded=high < 10**7)


COUNT_BITS = gym(
    Family(
        name="count-bits",
        title="Counting ones in binary",
        generator="arithmetic.count_bits:CountBitsDataset:CountBitsConfig",
        ladder={
            1: bits("numbers up to 40", 3, 40, 36),
            2: bits("numbers up to 255", 64, 255, 150),
            3: bits("numbers up to 4,095", 1024, 4095),
            4: bits("numbers of 15 and 16 bits", 2**14, 2**16 - 1),
            5: bits("numbers of 31 and 32 bits", 2**30, 2**32 - 1),
            6: bits("numbers of 62 bits or a few more", 2**61, 2**64 - 1),
            7: bits("numbers of about 125 bits", 2**122, 2**126 - 1),
            8: bits("numbers of about 250 bits", 2**246, 2**250 - 1),
        },
        ask=of_bits,
        request="Count the ones in the binary form.",
        form="number",
        score=score.number,
        baseline=0.18,
        examples=(
            ("How many ones are there when 2 is written in binary?", "1", "2 is 10"),
            ("How many ones are there when 45 is written in binary?", "4", "45 is 101101"),
            ("How many ones are there when 33 is written in binary?", "2", "33 is 100001"),
        ),
    )
)
