"""Isocost's costs against two others': LiteLLM's own calculation, and genai-prices' figures.

`python -m collectors.crosscheck` writes docs/cross-check.md.
"""
