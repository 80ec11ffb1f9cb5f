"""The seam for a second language: every sentence of the workflow is written in English and looked up here.

A language maps English sentences to its own; a missing one is shown in English, so that a missing translation
never hides a step of the workflow.
"""

_LANGUAGES: dict[str, dict[str, str]] = {}


def register(language: str, sentences: dict[str, str]) -> None:
    """Add the sentences of `language` (a tag such as ``zh``), English sentence to translated sentence."""
    _LANGUAGES.setdefault(language, {}).update(sentences)


def translate(english: str, language: str = "en") -> str:
    """Return the sentence in `language`, or in English where there is no translation."""
    return _LANGUAGES.get(language, {}).get(english, english)
