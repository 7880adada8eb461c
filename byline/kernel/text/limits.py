"""How much a text may ask of the machine.

Every limit here is a count, so the longest time a text can take is known whatever its author had in mind. Beyond a
limit a text is shown as it was typed; only one that is too long is refused.
"""

from __future__ import annotations

import re

from byline.kernel.errors import Invalid

MAX_CHARACTERS = 500_000
MAX_BLOCK_DEPTH = 40
MAX_INLINE_DEPTH = 20
MAX_HTML_DEPTH = 60
MAX_HIGHLIGHTED_CHARACTERS = 20_000

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def accepted(source: str) -> str:
    """The text ready to be read: storable, with one kind of line end. Invalid when it is too long."""
    if len(source) > MAX_CHARACTERS:
        sentence = (
            f"This text has {len(source):,} characters; Byline takes {MAX_CHARACTERS:,}. "
            "Divide it into several posts and link them."
        )
        raise Invalid("text-too-long", sentence, field="body")
    return _LONE_SURROGATES.sub("\ufffd", source.replace("\0", "\ufffd"))
