"""The Download tab of a lens: its tables in formats for reports, and the chart's picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import streamlit as st

from dashboard import query
from data import lens_export, lenses
from data.export import command, provenance
from data.lenses import OPTIONS
from data.pricing.words import basis_slug
from data.view import View

MIMES = {"md": "text/markdown", "json": "application/json"}


def download(
    source: query.Source, what: View, lens: str, options: dict[str, Any], picture: bool = True
) -> None:
    """Files are made when they are asked for, not on every rerun."""
    shown = query.shown(source, what, lens, options)
    stem = f"isocost-{lens}-{what.campaign}{basis_slug(what.basis)}"

    def made(kind: str, table: str | None) -> Callable[[], str]:
        def text() -> str:
            study = query.study(source, what, options)
            seen = lenses.lens(lens).look(study)
            words = words_of(lens, options, kind, table)
            meta = {**provenance(study, command(what, words)), "interval": seen.interval}
            meta |= {"note": seen.note} if seen.note else {}
            return lens_export.FORMATS[kind](lens_export.chosen(seen, table), seen.sentence, meta)

        return text

    st.markdown("**All tables in one file**, with what they were made from")
    with st.container(horizontal=True):
        for label, kind in (("Markdown", "md"), ("JSON", "json")):
            _button(label, made(kind, None), f"{stem}.{kind}", MIMES[kind], kind)
    st.markdown("**One table as CSV**")
    with st.container(horizontal=True):
        for name in (*shown.tables, *shown.more):
            said = name.replace("_", " ").capitalize()
            _button(said, made("csv", name), f"{stem}-{name}.csv", "text/csv", f"csv-{name}")
    st.caption("The same in a terminal:")
    st.code(command(what, words_of(lens, options, "md", None)), language=None, wrap_lines=True)
    if not picture:
        return
    st.markdown("**The chart as a picture**")
    st.segmented_control(
        "Picture", ["PNG", "SVG"], default="PNG", required=True, key="picture",
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    st.caption("Choose a format, then use the camera that appears over the chart.")


def words_of(lens: str, options: dict[str, Any], kind: str, table: str | None) -> list[str]:
    """What stands after `isocost export`."""
    words = [lens, "--format", kind, *(["--table", table] if table else [])]
    for option in OPTIONS.get(lens, ()):
        if option.name in options:
            value = options[option.name]
            # A table of the reader's own has no path here.
            said = f"{option.name}.csv" if isinstance(value, pl.DataFrame) else str(value)
            words += [option.flag, said]
    return words


def _button(label: str, data: Callable[[], str], name: str, mime: str, key: str) -> None:
    st.download_button(
        label, data=data, file_name=name, mime=mime, on_click="ignore",
        icon=":material/download:", key=f"download-{key}",
    )  # fmt: skip
