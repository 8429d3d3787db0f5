"""Ways to write a table as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

WIDTH = 12
"""Characters of a column of fixed width; longer cells go on in the next line."""

Row = tuple[str, ...]


def csv_table(head: Row, rows: Sequence[Row]) -> str:
    quoted = [tuple(f'"{c}"' if "," in c else c for c in row) for row in (head, *rows)]
    return "\n".join(",".join(row) for row in quoted)


def markdown_table(head: Row, rows: Sequence[Row]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def fixed_table(head: Row, rows: Sequence[Row]) -> str:
    """Columns of one width; what is too long for its cell goes on below it."""
    lines = []
    for row in (head, *rows):
        cells = [wrapped(cell) for cell in row]
        for i in range(max(map(len, cells))):
            parts = [(cell[i] if i < len(cell) else "").ljust(WIDTH) for cell in cells]
            lines.append("".join(parts).rstrip())
    return "\n".join(lines)


def wrapped(cell: str) -> list[str]:
    """A cell's words in lines that leave a blank before the next column."""
    lines = [""]
    for word in cell.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) < WIDTH:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def block_table(head: Row, rows: Sequence[Row]) -> str:
    """A paragraph for each row."""
    return "\n\n".join(
        "; ".join(f"{name}: {cell}" for name, cell in zip(head, row, strict=True)) for row in rows
    )


FORMS: Mapping[str, Callable[[Row, Sequence[Row]], str]] = {
    "csv": csv_table,
    "markdown": markdown_table,
    "fixed": fixed_table,
    "blocks": block_table,
}
