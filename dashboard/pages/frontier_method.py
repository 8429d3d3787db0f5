"""The Method tab: what each number in the chart means, in a few sentences each."""

from __future__ import annotations

import streamlit as st

CAPABILITY = """
#### Capability
The share of graded tasks solved, from 0 to 100. Every category weighs the same, within it every
task, within it every level: many easy questions can't outvote a few hard ones. Refused and
cut-off answers count as wrong; attempts that failed before an answer came are not counted, and
are listed. The bars are 95% intervals: questions that share a template or passage are taken as
one draw (clustered standard errors, t distribution).
"""
COST = """
#### Cost per 1,000 tasks
The mean cost of a task under the same weights, times 1,000. An attempt's cost is computed from
its stored usage and a price: tokens by class, with the list's tiers and off-peak hours; a machine's
busy seconds; or CPU seconds on this machine. By default it is the price of then, and every input
token counts at the input price, so that a provider's cache makes no one look cheaper for being
asked again. *Prices* above the chart reads the same usage at today's or another day's prices, in
batch, with an assumed cache, your discount or your own prompt shape (accuracy stays as measured).
Every try is paid for, also those that failed. A contestant without a price is listed apart with
the reason: unknown is never drawn as free.
"""
SPENT = """
#### Tokens and time
Output tokens include reasoning tokens. Time runs from sending a prompt to its last byte; waiting
in a queue and earlier retries are left out. Tokenizers differ, so token counts within 25% of each
other are read as ties, and the cheaper contestant is the better one.
"""
FRONTIER = """
#### The frontier
A contestant is on it when no other is at least as capable for as little, one of the two strictly
better. The line is a staircase since one contestant is what can be bought. To say how sure that
is, the questions are drawn again 400 times with replacement and both axes computed anew: a hollow
point is on the frontier in fewer than half of those draws. Drawing the tasks of a category too says
how sure it is for other tasks of the same kind. The name in bold is the cheapest
contestant with at least 93% of the best capability.
"""
APART = """
#### Listed apart
Contestants that can't be compared: without a known price, with answers to fewer than 95% of the
questions, with nothing scored, or not measurably better than guessing (drawn as a faint outline).
"""
COLOUR = """
#### Colour, shape, lines
Colour is the share of output tokens spent on reasoning, from blue (none) to orange (all); grey
where it is not reported. There is no class of "reasoning models" here, only that share. Circles
are open weights, diamonds closed. Thin lines join the contestants of one model by rising cost.
"""


def method() -> None:
    """Two columns of short texts."""
    left, right = st.columns(2, gap="large")
    left.markdown((CAPABILITY + FRONTIER + COLOUR).replace("$", "\\$"))
    right.markdown((COST + SPENT + APART).replace("$", "\\$"))
