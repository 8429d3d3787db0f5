"""Nightly: one experiment every night, and what moved, failed and cost since the nights before."""
