"""Text in LaTeX: whatever it holds, it is typeset as that text, also by pdfLaTeX."""

from __future__ import annotations

import math
import unicodedata

from data.formats.document import bold, line

# Marks that LaTeX acts on. Brackets and stars are hidden from a line end (\\) before them.
MARKS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "[": "{[}", "]": "{]}",
    "*": "{*}", "`": r"\textasciigrave{}", '"': r"\symbol{34}",
    "–": "--{}", "—": "---{}", "·": r"\textperiodcentered{}", "∞": r"$\infty$", "×": r"$\times$",
    "±": r"$\pm$", "≥": r"$\geq$", "≤": r"$\leq$", "−": "$-$", "→": r"$\rightarrow$",
    "…": r"\ldots{}", "‘": "`{}", "’": "'{}", "“": "``{}", "”": "''{}",
    "°": r"$^\circ$", "µ": r"$\mu$", "μ": r"$\mu$", "√": r"$\surd$", "€": "EUR",
    "\N{REPLACEMENT CHARACTER}": "?", "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip

LATIN = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŁł"
"""Letters that pdfLaTeX knows in every encoding of fonts without being told."""
ACCENTS = {
    "\u0300": r"\`", "\u0301": r"\'", "\u0302": r"\^", "\u0303": r"\~", "\u0304": r"\=",
    "\u0306": r"\u", "\u0307": r"\.", "\u0308": r'\"', "\u030a": r"\r", "\u030b": r"\H",
    "\u030c": r"\v", "\u0327": r"\c",
}  # fmt: skip


def escape(text: str) -> str:
    """Text as LaTeX typesets it."""
    said, before = [], ""
    for c in line(text, "?"):
        # Two of these would become one longer mark.
        said.append("{}" + c if c == before and c in "-',!?" else _mark(c))
        before = c
    return "".join(said)


def sentence(markdown: str) -> str:
    """A sentence whose only markup is bold."""
    said = []
    for part, strong in bold(" ".join(markdown.split())):
        left, right = (" " if part[i : i + 1] == " " else "" for i in (0, len(part) - 1))
        said.append(rf"\textbf{{{escape(part)}}}" if strong else f"{left}{escape(part)}{right}")
    return "".join(said)


def comment(text: str) -> str:
    """A comment on one line."""
    return f"% {line(text, '?')}".rstrip()


def plain(value: float, decimals: int | None) -> str:
    """A number as siunitx reads it: so many decimals, or three significant digits."""
    if decimals is not None:
        return f"{value:.{decimals}f}"
    much = abs(value)
    if much and not 1e-5 <= much < 1e9:
        return f"{value:.2e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    digits = 2 - math.floor(math.log10(float(f"{much:.3g}"))) if much else 0
    return f"{value:.{max(0, digits)}f}"


def _mark(c: str) -> str:
    if c in MARKS:
        return MARKS[c]
    if c.isascii() or c in LATIN:
        return c
    parts = unicodedata.normalize("NFKD", c)
    if len(parts) == 2 and parts[0].isascii() and parts[0].isalpha() and parts[1] in ACCENTS:
        return f"{ACCENTS[parts[1]]}{{{parts[0]}}}"
    bare = "".join(p for p in parts if not unicodedata.combining(p)).replace("\u2044", "/")
    if not bare or not bare.isascii():
        return f"{{[}}U+{ord(c):04X}{{]}}"
    said = "".join(_mark(p) for p in bare)
    kind = unicodedata.decomposition(c).split(" ")[0]
    raised = {"<super>": "super", "<sub>": "sub"}.get(kind)
    return rf"\text{raised}script{{{said}}}" if raised else said
