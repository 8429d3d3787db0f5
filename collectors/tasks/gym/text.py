"""Letters and words: written backwards, enciphered, counted, mirrored, put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log2

from collectors.tasks.draw import Draw
from collectors.tasks.gym import ordered, score
from collectors.tasks.gym.wrap import MOST, Asked, Entry, Family, Rung, gym
from data.records import Sample, Score

WORDS = "algorithmic.word_sorting:WordSortingDataset:WordSortingConfig"
ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz")
TOKENS = {"terse": 100, "short": 200, "steps": 400, "think": 600}


def worded(
    text: str, count: int, lengths: tuple[int, int], size: int = MOST, **options: bool
) -> Rung:
    """A level of so many words of such lengths, each word as likely, whatever its frequency.

    More of them are drawn: some hold digits or foreign letters, some stand there twice.
    """
    drawn = count if count == 1 else count * 6 // 5 + 2
    config = {
        "min_words": drawn,
        "max_words": drawn,
        "min_word_length": lengths[0],
        "max_word_length": lengths[1],
    }
    every = {"words": count, **options}
    return Rung(text, config, size=size, crowded=size < MOST, options=every)


def simple(words: Sequence[str], count: int) -> list[str] | None:
    """The first `count` different words of letters from a to z, in small letters."""
    found = dict.fromkeys(w.lower() for w in words if set(w.lower()) <= ALPHABET)
    return list(found)[:count] if len(found) >= count else None


def backwards(entry: Entry, rung: Rung) -> Asked | None:
    words = simple(entry["metadata"]["original_words"], rung.options["words"])
    if words is None or "".join(words) == "".join(words)[::-1]:
        return None
    text, count = " ".join(words), len("".join(words))
    back = text[::-1]
    if rung.options.get("apart"):
        return Asked(f"Text: {', '.join(text)}", ", ".join(back), float(count))
    # The letters of a whole word have to be found before they can be turned round.
    return Asked(f"Text: {text}", back, 2.0 * count)


BACKWARDS = gym(
    Family(
        name="backwards",
        title="Writing a text backwards",
        generator=WORDS,
        ladder={
            1: worded("a word of two or three letters, spelled apart", 1, (2, 3), 60, apart=True),
            2: worded("a word of four or five letters, spelled apart", 1, (4, 5), 300, apart=True),
            3: worded("a word of three or four letters", 1, (3, 4), 200),
            4: worded("a word of six letters", 1, (6, 6), 200),
            5: worded("a word of nine or more letters", 1, (9, 20), 300),
            6: worded("three words", 3, (3, 8)),
            7: worded("eight words", 8, (3, 10)),
            8: worded("25 words", 25, (3, 12)),
            9: worded("80 words", 80, (3, 12)),
        },
        ask=backwards,
        request="Write the text backwards: its last letter comes first, its first letter last.",
        form="the text backwards",
        score=ordered.spelled,
        examples=(
            ("Text: u, p", "p, u", "The last letter is p."),
            ("Text: f, i, g", "g, i, f", "The last letter is g."),
            ("Text: a, h", "h, a", "The last letter is h."),
            ("Text: n, u, t", "t, u, n", "The last letter is t."),
        ),
        category="logic",
        max_tokens=TOKENS,
    )
)

SOUGHT = 6
"""Letters that are tried with each shift before it is known which is the right one."""


def caesar(entry: Entry, rung: Rung) -> Asked | None:
    """Some of the sentence's words, so that a sentence is not known by its beginning."""
    found = entry["metadata"]
    secret, clear = found["cipher_text"].split(), found["clear_text"].split()
    count, (least, most) = rung.options["words"], rung.options["letters"]
    key = f"caesar/{found['difficulty']['words']}/{found['cipher_text']}"
    start = Draw(key).below(len(clear) - count + 1)
    clear, secret = clear[start : start + count], secret[start : start + count]
    length, shift = len("".join(clear)), found["rotation"]
    if not least <= length <= most or not "".join(clear).isascii():
        return None
    told = f"Shift: {shift}\n" if rung.options["told"] else ""
    work = length * min(shift, 26 - shift) + (0 if told else 25 * SOUGHT)
    return Asked(f"{told}Text: {' '.join(secret)}", " ".join(clear), float(work))


def enciphered(
    text: str, words: int, last: int, told: bool, letters: tuple[int, int] = (1, 999)
) -> Rung:
    """A level of so many words, and of shifts from 1 to `last`."""
    config = {"min_words": words, "min_rotation": 1, "max_rotation": last}
    options = {"words": words, "letters": letters, "told": told}
    size = 60 if letters[1] < 9 else 300
    # Which words of a sentence are taken hangs on this, too: there are too few sentences.
    vary = {"max_words": range(60, 80)}
    return Rung(text, config, vary=vary, size=size, crowded=True, options=options)


CAESAR = gym(
    Family(
        name="caesar",
        title="Caesar's cipher",
        generator="algorithmic.caesar_cipher:CaesarCipherDataset:CaesarCipherConfig",
        ladder={
            1: enciphered("a word of two or three letters, shifted by 1", 1, 1, True, (2, 3)),
            2: enciphered("a word of six or more letters, shifted by 1", 1, 1, True, (6, 20)),
            3: enciphered("two words, a told shift up to 4", 2, 4, True),
            4: enciphered("four words, a told shift up to 8", 4, 8, True),
            5: enciphered("seven words, any told shift", 7, 25, True),
            6: enciphered("seven words, any shift, to be found", 7, 25, False),
            7: enciphered("twelve words, any shift, to be found", 12, 25, False),
            8: enciphered("20 words, any shift, to be found", 20, 25, False),
            9: enciphered("32 words, any shift, to be found", 32, 25, False),
        },
        ask=caesar,
        request=(
            "In the text every letter was replaced by the one that comes so many places later in "
            "the alphabet (after Z comes A). Write the text as it was before. Where no shift is "
            "told, find it."
        ),
        form="the text as it was",
        score=ordered.listed,
        examples=(
            ("Shift: 1\nText: GPY", "FOX", "One place back: G is F, P is O, Y is X."),
            ("Shift: 1\nText: DBU", "CAT", "One place back: D is C, B is A, U is T."),
            ("Shift: 2\nText: UWP", "SUN", "Two places back: U is S, W is U, P is N."),
        ),
        category="logic",
        max_tokens=TOKENS,
    )
)


def counting(entry: Entry, rung: Rung) -> Asked | None:
    """The letter is chosen so that frequent and rare counts are asked for as often."""
    text = " ".join(entry["metadata"]["span"])
    counts = Counter(c for c in text.lower() if c in ALPHABET)
    if not counts:
        return None
    draw = Draw(f"letter-counts/{text}")
    count = draw.pick(sorted(set(counts.values())))
    letter = draw.pick(sorted(c for c in counts if counts[c] == count))
    return Asked(f"Letter: {letter}\nText: {text}", str(count), float(len(text)))


def span(text: str, count: int) -> Rung:
    """A level of so many words on end."""
    return Rung(text, {"min_words": count, "max_words": count}, size=500, crowded=True)


LETTER_COUNTS = gym(
    Family(
        name="letter-counts",
        title="Counting a letter",
        generator="algorithmic.letter_counting:LetterCountingDataset:LetterCountingConfig",
        ladder={
            1: span("three words", 3),
            2: span("six words", 6),
            3: span("ten words", 10),
            4: span("16 words", 16),
            5: span("25 words", 25),
            6: span("45 words", 45),
            7: span("80 words", 80),
            8: span("150 words", 150),
            9: span("400 words", 400),
        },
        ask=counting,
        request="Count how often the letter stands in the text, small or capital.",
        form="number",
        score=score.number,
        examples=(
            ("Letter: o\nText: food for all", "3", "food 2, for 1, all 0: 2 + 1 + 0 = 3"),
            ("Letter: t\nText: Paper on top", "1", "Paper 0, on 0, top 1: 0 + 0 + 1 = 1"),
            ("Letter: e\nText: some old tree", "3", "some 1, old 0, tree 2: 1 + 0 + 2 = 3"),
            ("Letter: n\nText: green and red", "2", "green 1, and 1, red 0: 1 + 1 + 0 = 2"),
        ),
        baseline=0.4,
        category="logic",
        max_tokens={"terse": 24, "short": 400, "steps": 600, "think": 800},
    )
)


def mirrored(entry: Entry, rung: Rung) -> Asked | None:
    letters = entry["metadata"]["letters"]
    if letters == letters[::-1]:
        return None
    target = ", ".join(entry["metadata"]["generated_palindrome"])
    return Asked(f"Letters: {', '.join(letters)}", target, float(len(letters)))


def palindrome(asked: Sample, text: str) -> Score:
    """Any order of exactly these letters that reads the same from both ends."""
    wanted = sorted(score.joined(asked.input.partition(":")[2]))
    said = None
    for line in ordered.candidates(text):
        for found in (score.joined(line), ordered.tail(line)):
            said = said or found or None
            if found == found[::-1] and sorted(found) == wanted:
                return score.result(True, found)
    return score.result(False, said)


def letters(text: str, count: int) -> Rung:
    config = {"min_length": count, "max_length": count}
    return Rung(text, config, crowded=count < 6, size=500 if count < 6 else MOST)


PALINDROMES = gym(
    Family(
        name="palindromes",
        title="Making a palindrome",
        generator="algorithmic.palindrome_generation:PalindromeDataset:PalindromeConfig",
        ladder={
            1: letters("three letters", 3),
            2: letters("five letters", 5),
            3: letters("seven letters", 7),
            4: letters("ten letters", 10),
            5: letters("16 letters", 16),
            6: letters("27 letters", 27),
            7: letters("48 letters", 48),
            8: letters("90 letters", 90),
            9: letters("200 letters", 200),
        },
        ask=mirrored,
        request=(
            "Put the letters in an order that reads the same forwards and backwards. Use each of "
            "them as often as it is there."
        ),
        form="the letters in that order, separated by commas",
        score=palindrome,
        examples=(
            ("Letters: t, t, o", "t, o, t", "Twice: t. Once: o."),
            ("Letters: b, o, o", "o, b, o", "Twice: o. Once: b."),
            ("Letters: u, u, m", "u, m, u", "Twice: u. Once: m."),
            ("Letters: n, a, a", "a, n, a", "Twice: a. Once: n."),
        ),
        category="logic",
        max_tokens=TOKENS,
    )
)


def sorting(entry: Entry, rung: Rung) -> Asked | None:
    """Words that all differ, so that there is one order, and that don't stand in it."""
    words = simple(entry["metadata"]["original_words"], rung.options["words"])
    up = entry["metadata"]["direction"] == "ascending"
    if words is None or not (up or rung.options.get("down")):
        return None
    wanted = sorted(words, reverse=not up)
    if words in (wanted, wanted[::-1]):
        return None
    order = "from A to Z" if up else "from Z to A"
    work = len(words) * log2(len(words))
    return Asked(f"Order: {order}\nWords: {', '.join(words)}", ", ".join(wanted), work)


WORD_ORDER = gym(
    Family(
        name="word-order",
        title="Alphabetical order",
        generator=WORDS,
        ladder={
            1: worded("three words from A to Z", 3, (3, 6)),
            2: worded("four words from A to Z", 4, (3, 6)),
            3: worded("six words from A to Z", 6, (3, 8)),
            4: worded("nine words, either way", 9, (3, 10), down=True),
            5: worded("14 words, either way", 14, (3, 10), down=True),
            6: worded("25 words, either way", 25, (3, 12), down=True),
            7: worded("50 words, either way", 50, (3, 12), down=True),
            8: worded("100 words, either way", 100, (3, 15), down=True),
            9: worded("250 words, either way", 250, (3, 15), down=True),
        },
        ask=sorting,
        request="Put the words in alphabetical order.",
        form="the words in that order, separated by commas",
        score=ordered.listed,
        examples=(
            (
                "Order: from A to Z\nWords: spoon, fork, knife",
                "fork, knife, spoon",
                "First letters: s, f, k. In order: f, k, s.",
            ),
            (
                "Order: from A to Z\nWords: bread, water, apple",
                "apple, bread, water",
                "First letters: b, w, a. In order: a, b, w.",
            ),
        ),
        category="logic",
        max_tokens=TOKENS,
    )
)
