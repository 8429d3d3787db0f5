"""The catalogue: reviewed facts about models and their prices, each with its source and date."""
