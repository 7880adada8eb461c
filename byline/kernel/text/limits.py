"""How much a text may ask of the machine.

Every limit is a count, so the longest time a text can take is known whatever its author had in mind. Beyond a limit
a text is shown as it was typed; only one that has too many characters or lines is refused.
"""

from __future__ import annotations

import re

from byline.kernel.errors import Invalid

MAX_CHARACTERS = 500_000
MAX_LINES = 60_000
MAX_LOOKS = 200_000
"""Looks at a line to see whether a block begins there; a block that does begin counts for eight."""
MAX_CELLS = 20_000
"""Cells of tables, counted after each table; the reader fills up a single one with 65,536 at most."""
MAX_DEPTH = 100
"""Elements within elements."""
MAX_BLOCK_DEPTH = 20
"""Quotes and lists within each other; a list counts twice, once for itself and once for its item."""
MAX_BRACKET_DEPTH = 20
"""Brackets looked into while searching the end of a link's words."""
MAX_ADDRESS_CHARACTERS = 2_000
MAX_ADDRESSES_CHARACTERS = 2_000_000
"""All addresses and titles of a text together: one long definition may be referred to many times."""
MAX_CODE_CHARACTERS = 10_000
MAX_CODES_CHARACTERS = 50_000
"""Code to be coloured, in one block and in all of them. Some languages take time that grows by the square."""
MAX_CODE_LINE = 500
MAX_BLANK_LINES = 20
"""Lines and gaps in code that are longer were not written by hand, and are what takes those languages longest."""
MAX_LABEL_CHARACTERS = 100
"""The name of a footnote."""

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def steps_for(characters: int) -> int:
    """How often the reader may try its rules on the words of a text; prose needs a tenth of its length."""
    return 20_000 + characters // 2


def accepted(source: str) -> str:
    """The text ready to be read: what no database stores is replaced, byte order marks are gone.

    Raises Invalid (field `body`) when it is too long.
    """
    _check("characters", len(source), MAX_CHARACTERS)
    _check("lines", source.count("\n") + source.count("\r"), 2 * MAX_LINES if "\r\n" in source else MAX_LINES)
    return _LONE_SURROGATES.sub("\ufffd", source.replace("\0", "\ufffd").replace("\ufeff", ""))


def _check(what: str, count: int, most: int) -> None:
    if count > most:
        sentence = f"This text has {count:,} {what}; Byline takes {most:,}. Divide it into several posts and link them."
        raise Invalid("text-too-long", sentence, field="body")
