"""Code in fences, coloured by Pygments through classes; the colours are in `static/css/code.css`."""

from __future__ import annotations

from html import escape

from byline.kernel.text.limits import MAX_HIGHLIGHTED_CHARACTERS


def block(code: str, info: str = "") -> str:
    """A block of code as HTML; `info` is what stands behind the opening fence, its first word names the language."""
    language = info.split(maxsplit=1)[0].strip("{}.,")[:40] if info.strip() else ""
    inside = _coloured(code, language) if language else None
    named = f' data-language="{escape(language)}"' if language else ""
    return f'<pre class="code" tabindex="0"{named}><code>{inside or escape(code, quote=False)}</code></pre>\n'


def _coloured(code: str, language: str) -> str | None:
    # Pygments finds lexers by searching a list of some hundred modules, which only texts with code should wait for.
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if len(code) > MAX_HIGHLIGHTED_CHARACTERS:
        return None
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return highlight(code, lexer, HtmlFormatter(nowrap=True))
