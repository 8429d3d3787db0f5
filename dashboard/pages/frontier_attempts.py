"""Down to the attempts: every prompt and answer behind a contestant's figures, as inert text."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import streamlit as st

from dashboard import query
from dashboard.theme import plain
from data.view import View
from data.wording import seconds, tokens, usd

PER_PAGE = 100


def attempts(source: query.Source, what: View, contestant: dict[str, Any]) -> None:
    """The attempts of one contestant in this view, with the chosen one's prompt and answer."""
    total = int(contestant["attempts"])
    st.subheader(f"Attempts of {plain(contestant['name'])}", anchor="attempts")
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        pages = max(1, -(-total // PER_PAGE))
        page = 1
        if pages > 1:
            page = st.pagination(pages, key="attempts_page", max_visible_pages=5)
        offset = (page - 1) * PER_PAGE
        ident = contestant["contestant_id"]
        rows = query.attempts(source, what, ident, PER_PAGE, offset)
        table = f"attempts-{ident}-{page}"
        number = min(_pick(rows, table), rows.height - 1)
        last = offset + rows.height
        st.caption(f"{offset + 1:,}–{last:,} of {total:,} by task and level. Mark one to read it.")
    with right:
        if rows.height:
            _steps(table, number, rows.height)
            _attempt(source, rows.row(number, named=True))


def _steps(table: str, number: int, count: int) -> None:
    """Previous and next: the table's rows can't be marked from the keyboard."""
    with st.container(horizontal=True, gap="xsmall"):
        for label, icon, step in (("Previous", "back", -1), ("Next", "forward", 1)):
            st.button(
                label,
                icon=f":material/arrow_{icon}:",
                disabled=not 0 <= number + step < count,
                on_click=_mark,
                args=(table, number + step),
                key=f"{label.lower()}-attempt",
            )


def _mark(table: str, number: int) -> None:
    st.session_state[table] = {"selection": {"rows": [number]}}


def _pick(rows: pl.DataFrame, key: str) -> int:
    """The table of attempts; number of the marked row, the first when none is marked."""
    shown = rows.select(
        outcome=_outcome(),
        task="task",
        level="level",
        answer=_short("answer"),
        target=_short("target"),
        tokens="output_tokens",
        cost="cost_usd",
        time="duration_s",
    )
    state = st.dataframe(
        shown,
        hide_index=True,
        height=360,
        key=key,
        on_select="rerun",
        selection_mode="single-row-required",
        column_config={
            "outcome": st.column_config.TextColumn("Outcome", width=86, pinned=True),
            "task": st.column_config.TextColumn("Task", width=92),
            "level": st.column_config.NumberColumn("Level", width=52),
            "answer": st.column_config.TextColumn("Answer", width="small"),
            "target": st.column_config.TextColumn("Expected", width="small"),
            "tokens": st.column_config.NumberColumn("Tokens", format="%,d", width=64),
            "cost": st.column_config.NumberColumn("Cost, $", format="%.2g", width=72),
            "time": st.column_config.NumberColumn("Seconds", format="%.2f", width=72),
        },
        alt="Attempts: outcome, task, level, answer, expected answer, tokens, cost and time",
    )
    marked = state["selection"]["rows"]
    return int(marked[0]) if marked else 0


def _outcome() -> pl.Expr:
    right = pl.when(pl.col("score") >= 1).then(pl.lit("✓ right")).otherwise(pl.lit("✗ wrong"))
    partly = pl.when((pl.col("score") > 0) & (pl.col("score") < 1)).then(pl.lit("~ partly"))
    return pl.when(pl.col("status") == "ok").then(partly.otherwise(right)).otherwise("status")


def _short(column: str) -> pl.Expr:
    """One line of a text that a model wrote, short enough for a cell."""
    return pl.col(column).str.replace_all(r"[\s\x00-\x1f\x7f]+", " ").str.slice(0, 200)


def _attempt(source: query.Source, row: dict[str, Any]) -> None:
    """One attempt in full. Its texts come from outside: st.text and st.code show them inert."""
    kept = query.response(source, row["attempt_id"], row["try"])
    facts = [
        f"{row['task']} level {row['level']}",
        f"try {row['try']}" if row["try"] > 1 else "",
        f"epoch {row['epoch']}" if row["epoch"] > 1 else "",
        f"{tokens(row['output_tokens'])} tokens" if row["output_tokens"] is not None else "",
        usd(row["cost_usd"]) if row["cost_usd"] is not None else "",
        seconds(row["duration_s"]) if row["duration_s"] is not None else "",
    ]
    st.text(" · ".join(fact for fact in facts if fact))
    for role, text in _messages(kept["prompt"]):
        _inert({"user": "Prompt", "system": "System prompt"}.get(role, role), text)
    if kept["text"] is None and not row["error"]:
        st.caption("The text of this answer was not kept.")
    _inert("Answer", kept["text"])
    _inert("Read as", row["answer"] if row["answer"] != kept["text"] else None)
    _inert("Expected", row["target"])
    _inert("Error", row["error"] or kept["error"])


def _inert(title: str, text: str | None) -> None:
    if text is None:
        return
    st.caption(plain(title))
    st.code(visible(text) or " ", language=None, wrap_lines=True, height=_height(text))


def visible(text: str) -> str:
    """The text with control characters made visible, so that none can act on a terminal."""
    return "".join(
        chr(0x2400 + ord(c)) if ord(c) < 32 and c not in "\n\t" else c for c in text
    ).replace("\x7f", "\u2421")


def _height(text: str) -> Any:
    return 220 if text.count("\n") > 8 or len(text) > 700 else "content"


def _messages(prompt: str | None) -> list[tuple[str, str]]:
    """(role, text) of a stored prompt, whatever was stored."""
    if not prompt:
        return []
    try:
        messages = json.loads(prompt)
        return [(str(m["role"]), str(m["content"])) for m in messages]
    except (ValueError, TypeError, KeyError):
        return [("user", prompt)]
