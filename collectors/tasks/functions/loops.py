"""Levels 3 and 4 of `python-functions`: one loop, with a condition or a count."""

from __future__ import annotations

from collectors.tasks.functions.puzzle import Puzzle, ints, sentence, text

THREE = (
    Puzzle(
        "picked_sum(values)",
        "the sum of those numbers in the list values that are divisible by $k and greater than $m",
        """
        total = 0
        for value in values:
            if value % $k == 0 and value > $m:
                total += value
        return total
        """,
        lambda d: {"k": d.between(2, 6), "m": d.between(-10, 20)},
        lambda d, p: [ints(d, -40, 60, 0, 14)],
    ),
    Puzzle(
        "long_words(s)",
        "a list of the words of the text s (words are separated by single spaces) that have at "
        "least $k letters and don't begin with '$c', in their order",
        """
        found = []
        for word in s.split():
            if len(word) >= $k and not word.startswith('$c'):
                found.append(word)
        return found
        """,
        lambda d: {"k": d.between(3, 6), "c": d.pick("rsltbw")},
        lambda d, p: [sentence(d, 0, 10)],
    ),
    Puzzle(
        "running(values)",
        "a list of the running totals of the list values, starting from $k: the first is $k "
        "plus the first number; a total that exceeds $m is set back to 0 before it is put down",
        """
        totals = []
        total = $k
        for value in values:
            total += value
            if total > $m:
                total = 0
            totals.append(total)
        return totals
        """,
        lambda d: {"k": d.between(1, 20), "m": d.between(40, 90)},
        lambda d, p: [ints(d, -5, 30, 0, 12)],
    ),
    Puzzle(
        "longest(words)",
        "the longest word of the list words that contains the letter '$c' (the first of them, "
        "if several are equally long), or '' if there is none",
        """
        best = ''
        for word in words:
            if '$c' in word and len(word) > len(best):
                best = word
        return best
        """,
        lambda d: {"c": d.pick("aeotnr")},
        lambda d, p: [sentence(d, 0, 9).split()],
    ),
    Puzzle(
        "replaced(s)",
        "the text s in which every '$a' is doubled, every '$b' is left out and everything else "
        "stays",
        """
        parts = []
        for c in s:
            if c == '$a':
                parts.append(c * 2)
            elif c != '$b':
                parts.append(c)
        return ''.join(parts)
        """,
        lambda d: dict(zip("ab", d.shuffled("aeions"), strict=False)),
        lambda d, p: [sentence(d, 0, 5)],
    ),
)


FOUR = (
    Puzzle(
        "caesar(s)",
        "the text s with each letter a-z moved $k places on in the alphabet (after z comes a), "
        "each letter A-Z moved $k places back in the same way, and everything else unchanged",
        """
        out = []
        for c in s:
            if 'a' <= c <= 'z':
                out.append(chr((ord(c) - 97 + $k) % 26 + 97))
            elif 'A' <= c <= 'Z':
                out.append(chr((ord(c) - 65 - $k) % 26 + 65))
            else:
                out.append(c)
        return ''.join(out)
        """,
        lambda d: {"k": d.between(1, 25)},
        lambda d, p: [text(d, "abcxyzABCXYZ 1-")],
    ),
    Puzzle(
        "limited(values)",
        "a list: of each item of the list values the first $k occurrences, in their order, and "
        "after them, as the last item, the number of items that were left out",
        """
        seen = {}
        kept = []
        for value in values:
            seen[value] = seen.get(value, 0) + 1
            if seen[value] <= $k:
                kept.append(value)
        kept.append(len(values) - len(kept))
        return kept
        """,
        lambda d: {"k": d.between(1, 5)},
        lambda d, p: [ints(d, 1, 4, 0, 20)],
    ),
    Puzzle(
        "favourite(values)",
        "the number that occurs most often in the list values (of several, the $which), or "
        "$none if the list is empty",
        """
        counts = {}
        for value in values:
            counts[value] = counts.get(value, 0) + 1
        if not counts:
            return $none
        most = max(counts.values())
        return $pick(value for value in counts if counts[value] == most)
        """,
        lambda d: {
            "none": d.between(-9, 0),
            **d.pick(({"which": "smallest", "pick": "min"}, {"which": "largest", "pick": "max"})),
        },
        lambda d, p: [ints(d, -3, 4, 0, 12)],
    ),
    Puzzle(
        "packed(s)",
        "the text s with every run of $k or more equal characters replaced by that character "
        "once, '$m' and the length of the run; shorter runs stay as they are",
        """
        out = []
        i = 0
        while i < len(s):
            j = i
            while j < len(s) and s[j] == s[i]:
                j += 1
            run = j - i
            out.append(s[i] + '$m' + str(run) if run >= $k else s[i] * run)
            i = j
        return ''.join(out)
        """,
        lambda d: {"k": d.between(2, 4), "m": d.pick("*:#=~")},
        lambda d, p: ["".join(d.pick("abc") * d.between(1, 6) for _ in range(d.between(0, 7)))],
    ),
    Puzzle(
        "reduced(n)",
        "how many times the whole number n (0 or more) is replaced by the sum of the squares of "
        "its digits before it is less than $k; at most $m, after which no more are made",
        """
        times = 0
        while n >= $k and times < $m:
            total = 0
            for digit in str(n):
                total += int(digit) ** 2
            n = total
            times += 1
        return times
        """,
        lambda d: {"k": d.between(10, 60), "m": d.between(8, 25)},
        lambda d, p: ints(d, 0, 99_999, 1, 1),
    ),
)
