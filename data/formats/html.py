"""HTML: one file that asks for nothing, with its tables and how they were made."""

from __future__ import annotations

import html

from data.formats.document import Document, Sheet, bold, line, titled

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .4rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
thead th { border-bottom: 1.5px solid; text-align: left; vertical-align: bottom; }
thead th::first-letter { text-transform: uppercase; }
tbody th { font-weight: 600; text-align: left; min-width: 11rem; }
th, td { padding: .25rem .9rem .25rem 0; vertical-align: top; unicode-bidi: isolate; }
tbody tr { border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
.n { text-align: right; white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; font-size: 13px; }
dt { opacity: .75; }
dd { margin: 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
@media (max-width: 40rem) { dl { display: block; } dd { margin-bottom: .4rem; } }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
"""
# Whatever a name holds, the file loads and runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write(document: Document) -> bytes:
    """The document as UTF-8."""
    title = escape(document.title)
    said = "".join(
        f"<b>{escape(part)}</b>" if strong else html.escape(line_within(part))
        for part, strong in bold(document.sentence)
    )
    several = len(document.sheets) > 1
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
        *([f"<p>{said}</p>"] if said else []),
    ]
    for sheet in document.sheets:
        lines += [f"<h2>{escape(titled(sheet.name))}</h2>"] if several else []
        lines += table(sheet)
    lines += ["<h2>How this was made</h2>", "<dl>"]
    lines += [f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in document.about.items()]
    lines += ["</dl>", "</body>", "</html>"]
    return ("\n".join(lines) + "\n").encode()


def escape(text: str) -> str:
    """Text that stays text."""
    return html.escape(line(text))


def line_within(part: str) -> str:
    """A part of a line, the blanks at its ends kept."""
    left = " " if part[:1].isspace() else ""
    right = " " if part[-1:].isspace() else ""
    return f"{left}{line(part)}{right}"


def table(sheet: Sheet) -> list[str]:
    """A sheet as lines of HTML, every text escaped."""
    heads, *rows = sheet.texts
    told = [
        _cell("th", text, n, ' scope="col"') for text, n in zip(heads, sheet.numeric, strict=True)
    ]
    lines = ['<div class="wide"><table>', f"<thead><tr>{''.join(told)}</tr></thead>", "<tbody>"]
    for row in rows:
        first, *others = [
            _cell("td" if i else "th", text, n, "" if i else ' scope="row"')
            for i, (text, n) in enumerate(zip(row, sheet.numeric, strict=True))
        ]
        lines.append(f"<tr>{first}{''.join(others)}</tr>")
    if not rows:
        lines.append(f'<tr><td colspan="{len(heads)}">{escape(sheet.empty)}</td></tr>')
    return [*lines, "</tbody>", "</table></div>"]


def _cell(tag: str, text: str, number: bool, more: str) -> str:
    kind = ' class="n"' if number else ""
    return f"<{tag}{more}{kind}>{escape(text)}</{tag}>"
