"""How much a text may ask of the machine.

Every limit is a count, so the longest time a text can take is known whatever its author had in mind. Beyond a limit
a text is shown as it was typed; only one that is too long altogether is refused.
"""

from __future__ import annotations

import re

from byline.kernel.errors import Invalid

MAX_CHARACTERS = 500_000
MAX_DEPTH = 100
"""Elements within elements."""
MAX_BLOCK_DEPTH = 40
"""Quotes and lists within each other; a list counts twice, once for itself and once for its item."""
MAX_BRACKET_DEPTH = 20
"""Brackets looked into while searching the end of a link's words."""
MAX_ADDRESS_CHARACTERS = 2_000
MAX_ADDRESSES_CHARACTERS = 2_000_000
"""All addresses and titles of a text together: one long definition may be referred to many times."""
MAX_CODE_CHARACTERS = 20_000
MAX_CODES_CHARACTERS = 200_000
"""Code to be coloured, in one block and in all of them."""
MAX_LABEL_CHARACTERS = 100
"""The name of a footnote."""

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def steps_for(characters: int) -> int:
    """How many times the reader may try its rules on the inline part of a text."""
    return 100_000 + 2 * characters


def accepted(source: str) -> str:
    """The text ready to be read: what no database stores is replaced. Invalid (field `body`) when it is too long."""
    if len(source) > MAX_CHARACTERS:
        sentence = (
            f"This text has {len(source):,} characters; Byline takes {MAX_CHARACTERS:,}. "
            "Divide it into several posts and link them."
        )
        raise Invalid("text-too-long", sentence, field="body")
    return _LONE_SURROGATES.sub("\ufffd", source.replace("\0", "\ufffd"))
