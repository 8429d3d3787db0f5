"""Where a picture is from, inside the picture: SVG metadata, PDF properties, PNG text."""

from __future__ import annotations

import html
import io
import re
import struct
import zlib
from collections.abc import Mapping

from data.formats.document import line

About = Mapping[str, str]
"""Label -> text, in the order of reading; 'Title' and 'Command' have places of their own."""
PNG_HEAD = 33
"""Bytes of the signature and the IHDR chunk, after which text chunks may stand."""


def marked(body: bytes, kind: str, about: About) -> bytes:
    """The picture with its provenance."""
    return {"svg": _svg, "png": _png, "pdf": _pdf}[kind](body, about)


def _said(about: About) -> str:
    return "\n".join(f"{label}: {line(text)}" for label, text in about.items())


def _svg(body: bytes, about: About) -> bytes:
    text = body.decode()
    head, rest = text.split(">", 1)
    title = html.escape(line(about.get("Title", "Isocost")))
    told = html.escape(_said(about))
    return f"{head}><title>{title}</title><metadata>{told}</metadata>{rest}\n".encode()


def _png(body: bytes, about: About) -> bytes:
    """International text chunks (PNG specification, 11.3.3.4): UTF-8, not compressed."""
    chunks = b""
    for key, text in (("Title", about.get("Title", "Isocost")), ("Description", _said(about))):
        data = b"iTXt" + key.encode() + b"\0\0\0\0\0" + text.encode("utf-8", "replace")
        chunks += struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return body[:PNG_HEAD] + chunks + body[PNG_HEAD:]


def _pdf(body: bytes, about: About) -> bytes:
    """Chrome's dates and agent give way to what the figures are from."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(body)))
    writer.metadata = None
    writer.add_metadata(
        {
            "/Title": line(about.get("Title", "Isocost")),
            "/Subject": _said(about),
            "/Creator": "Isocost",
            "/Producer": "Isocost",
        }
    )
    made = io.BytesIO()
    writer.write(made)
    return re.sub(rb"/ID \[[^\]]*\]", b"", made.getvalue())
