"""JSON as editors and tools write it: with comments and trailing commas.

Apart from the loader of the platforms, its only reader: it knows the syntax, and no file.
"""

import json
import re

_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)


def parse(text: str) -> object:
    """Return what `text` says. Raises ValueError if it is broken, and RecursionError."""
    try:
        return json.loads(text)
    except ValueError:
        for noise in (_COMMENT, _COMMA):
            text = noise.sub(lambda match: match[1] or "", text)
        return json.loads(text)
