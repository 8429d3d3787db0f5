"""Isocost's collectors: experiments, tasks, providers and the engine that runs them."""
