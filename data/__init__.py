"""Isocost's ground floor: records, journal, store, catalogue, prices, analysis and export."""
