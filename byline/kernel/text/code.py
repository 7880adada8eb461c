"""Code in fences, coloured by Pygments through classes; the colours are in `static/css/code.css`."""

from __future__ import annotations

import re
from html import escape

from byline.kernel.text import limits

_UNUSUAL = re.compile(rf"[^\n]{{{limits.MAX_CODE_LINE + 1}}}|\n{{{limits.MAX_BLANK_LINES + 2}}}")


class Colours:
    """Colours the blocks of one text, as many as its limit allows."""

    def __init__(self) -> None:
        self._left = limits.MAX_CODES_CHARACTERS

    def block(self, code: str, info: str = "") -> str:
        """A block of code as HTML; the first word of `info`, behind the opening fence, names the language."""
        language = info.split(maxsplit=1)[0].strip("{}.,")[:40] if info.strip() else ""
        inside = (self._coloured(code, language) if language else None) or escape(code, quote=False)
        named = f' data-language="{escape(language)}"' if language else ""
        return f'<pre class="code" tabindex="0"{named}><code>{inside}</code></pre>\n'

    def _coloured(self, code: str, language: str) -> str | None:
        # Importing Pygments takes time that a text without code should not wait for.
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound

        if len(code) > min(limits.MAX_CODE_CHARACTERS, self._left) or _UNUSUAL.search(code):
            return None
        self._left -= len(code)
        try:
            lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
        except ClassNotFound:
            return None
        return highlight(code, lexer, HtmlFormatter(nowrap=True))
