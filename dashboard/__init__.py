"""Isocost's dashboard and command line."""
