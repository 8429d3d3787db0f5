"""Isocost's ground floor: records, journal, store, catalogue, prices, analysis and export."""

import os

# Our matrix products are many and small: BLAS threads gain nothing on them, and wait for each other
# when another process is busy (measured: 0.2 s became 3 s). One thread also sums in one order.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
