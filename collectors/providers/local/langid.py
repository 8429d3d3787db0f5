"""py3langid as a reader: naive Bayes over byte sequences, restricted to the task's languages."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.providers.local.weights import package_folder


class LanguageIdentifier:
    """Answers a language's name, from a mapping of names to ISO 639 codes."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        package_folder("py3langid", "py3langid")
        from py3langid.langid import MODEL_FILE
        from py3langid.langid import LanguageIdentifier as Identifier

        self._names = {code: name for name, code in codes.items()}
        # Its own instance: the package's set_languages() would restrict a global one.
        self._identifier = Identifier.from_model_file(MODEL_FILE)
        self._identifier.set_languages(sorted(self._names))

    def answer(self, text: str) -> str:
        """The most likely of the languages."""
        code, _ = self._identifier.classify(text)
        return self._names[code]
