"""What every task with labels is held against: the commonest label, and a head on counted words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from collectors.providers.local.heads import logistic

WORD = re.compile(r"\w+|[^\w\s]")
"""A word, or a sign: languages written without spaces are made of long words, which is as far as
a head on words goes."""


class Words:
    """Texts as they stand: the classifier counts their words itself."""

    def count(self, text: str) -> int:
        """Words and signs of a text."""
        return len(WORD.findall(text))

    def embed(self, texts: Sequence[str]) -> list[str]:
        """The texts."""
        return list(texts)


class Unread(Words):
    """Texts that nobody reads."""

    def count(self, text: str) -> None:  # type: ignore[override]
        """None: the answer is there before the text."""
        return


def words_head() -> Any:
    """A logistic regression on tf-idf weights of single words and pairs of words."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    counted = TfidfVectorizer(token_pattern=WORD.pattern, ngram_range=(1, 2), sublinear_tf=True)
    return make_pipeline(counted, logistic())


def majority() -> Any:
    """The label that most training examples have; of several, the first by name."""
    from sklearn.dummy import DummyClassifier

    return DummyClassifier(strategy="most_frequent")
