"""The first hour with keys: what the environment reaches, and an experiment made of it."""
