"""The gate every text passes last: only what `allowed` names comes out, and always as balanced HTML.

The writer before it already leaves out what is not allowed. The gate trusts nobody: it parses the HTML as a browser
would and writes it anew from its own list.
"""

from __future__ import annotations

import nh3

from byline.kernel.text import allowed

_REFERS_TO_IDS = frozenset({"aria-labelledby", "aria-describedby", "headers"})


def clean(markup: str) -> str:
    """The same content as safe, balanced HTML whose ids are unique and kept apart from those of the page."""
    return nh3.clean(
        markup,
        tags=set(allowed.TAGS),
        clean_content_tags=set(allowed.SILENT),
        attributes=allowed.ATTRIBUTES,
        tag_attribute_values=allowed.ATTRIBUTE_VALUES,
        allowed_classes=allowed.CLASSES,
        attribute_filter=_Namespace().filter,
        url_schemes=allowed.URL_SCHEMES,
        link_rel=None,
    )


class _Namespace:
    """The ids of one text: prefixed, each given once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def filter(self, _tag: str, name: str, value: str) -> str | None:
        """The value an attribute keeps, None to leave it out."""
        if name == "id":
            return self._unique(value)
        if name == "href" and value.startswith("#"):
            return f"#{allowed.ID_PREFIX}{value[1:]}" if len(value) > 1 else value
        if name in _REFERS_TO_IDS:
            return " ".join(allowed.ID_PREFIX + word for word in value.split())
        if name == "rel":
            return value if value in allowed.RELATIONS else None
        if name == "class":
            return value or None
        return value

    def _unique(self, value: str) -> str | None:
        if not value or value in self._given or any(letter.isspace() for letter in value):
            return None
        self._given.add(value)
        return allowed.ID_PREFIX + value
