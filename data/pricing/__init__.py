"""From stored usage and a price to dollars: one function, in Python and in SQL."""

from data.pricing.basis import BILLED, NEUTRAL, Basis, Shape
from data.pricing.cost import Cost, cost, cost_usd
from data.pricing.lines import Line, lines_of

__all__ = [
    "BILLED",
    "NEUTRAL",
    "Basis",
    "Cost",
    "Line",
    "Shape",
    "cost",
    "cost_usd",
    "lines_of",
]
