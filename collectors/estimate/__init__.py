"""What a plan would send, cost, take and be able to tell, before anything is sent."""

from collectors.estimate.cost import ASSUMED_ANSWER, Expected, Total
from collectors.estimate.detectable import Detectable
from collectors.estimate.fits import FitCost
from collectors.estimate.history import history
from collectors.estimate.hours import Hours
from collectors.estimate.tally import BYTES_PER_TOKEN
from collectors.estimate.whole import Estimate, Line, estimate

__all__ = [
    "ASSUMED_ANSWER",
    "BYTES_PER_TOKEN",
    "Detectable",
    "Estimate",
    "Expected",
    "FitCost",
    "Hours",
    "Line",
    "Total",
    "estimate",
    "history",
]
