"""The catalogue: reviewed facts about models and machines, each with its source and date."""

from data.catalog.load import ModelFacts, annotate, catalog_hash, local_price, models

__all__ = ["ModelFacts", "annotate", "catalog_hash", "local_price", "models"]
