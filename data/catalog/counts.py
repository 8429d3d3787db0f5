"""How much the catalogue holds, and how well it is sourced."""

from __future__ import annotations

from dataclasses import dataclass

from data.catalog import files, prices, results
from data.catalog.local import local_price
from data.catalog.models import ModelFacts, models
from data.catalog.names import resolve
from data.catalog.sources import labs, sources


@dataclass(frozen=True)
class Counts:
    """What `isocost doctor` says of the catalogue; every file has been read and checked."""

    models: int
    open_models: int
    closed_models: int
    with_params: int
    with_dimensions: int
    with_release: int
    facts: int
    sourced: int
    estimated: int
    names: int
    """Ids, names and aliases that the resolver knows."""
    labs: int
    labs_with_country: int
    sources: int
    deployments: int
    price_periods: int
    providers: int
    free: int
    collections: int
    results: int
    knowledge_models: int
    """Open models with a closed-book score and both parameter counts."""
    costed_configurations: int
    """Configurations with a capability score and the cost of the whole run."""
    own_folder: str | None

    @property
    def sourced_share(self) -> float:
        """Share of facts with a source, 0 to 1."""
        return self.sourced / self.facts if self.facts else 0.0


def counts() -> Counts:
    """Read and check everything; CatalogError for the first thing that is wrong."""
    known = list(models().values())
    facts = [fact for model in known for fact in model.facts]
    periods = [
        history
        for provider in files.names(prices.PART)
        for history in prices.provider_prices(provider).values()
    ]
    published = results.results()
    collections = results.collections()
    own = files.user_folder()
    local_price()
    prices.check()
    # Builds the index of names, which refuses two models with one name.
    resolve("")
    return Counts(
        models=len(known),
        open_models=_with(known, "weights", "open"),
        closed_models=_with(known, "weights", "closed"),
        with_params=sum(model.count("params_total") is not None for model in known),
        with_dimensions=sum(model.has_dimensions for model in known),
        with_release=sum(model.get("released") is not None for model in known),
        facts=len(facts),
        sourced=sum(fact.source is not None for fact in facts),
        estimated=sum(fact.estimated for fact in facts),
        names=sum(2 + len(model.aliases) for model in known),
        labs=len(labs()),
        labs_with_country=sum(lab.country is not None for lab in labs().values()),
        sources=len(sources()),
        deployments=len(periods),
        price_periods=sum(map(len, periods)),
        providers=len(files.names(prices.PART)),
        free=len(prices.allow_list()),
        collections=len(collections),
        results=len(published),
        knowledge_models=len(
            {
                r.model
                for r in published
                if r.closed_book and r.model and r.params_total and r.params_active
            }
        ),
        costed_configurations=sum(
            r.cost_usd is not None and collections[r.collection].measure == "capability"
            for r in published
        ),
        own_folder=str(own) if own else None,
    )


def _with(known: list[ModelFacts], key: str, value: str) -> int:
    return sum(model.get(key) == value for model in known)
