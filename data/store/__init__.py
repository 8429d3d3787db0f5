"""The store: the only code that opens DuckDB. Journals go in, `merge` publishes, readers attach."""

from data.store.merge import MergeReport, forget, merge
from data.store.reader import Reader

__all__ = ["MergeReport", "Reader", "forget", "merge"]
